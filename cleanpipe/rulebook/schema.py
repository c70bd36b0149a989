"""What each kind of rule file must look like, key by key. Fails early, with the file, the key, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.rulebook.files import Kind, RuleFile
from cleanpipe.text.characters import CLASSES, PARTS

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

RULE_KEYS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "repair": {
        "id": (str,),
        "does": (str,),
        "standard": (str,),
        "confidence": (float, int),
        "order": (int,),
        "profile": (str,),
        "engine": (str,),
        "characters": (str,),
        "pattern": (str,),
        "replace": (str,),
        "map": (dict,),
        "decode": (str,),
        "keep": (list,),
        "unless": (str,),
        "unless_line": (str,),
        "needs": (str,),
        "evidence": (int,),
        "of": (str,),
        "about": (str,),
        "charsets": (list,),
        "read_as": (list,),
        "lost": (list,),
        "examples": (list,),
    },
    "furniture": {
        "id": (str,),
        "does": (str,),
        "phrases": (list,),
        "pattern": (str,),
        "match": (str,),
        "hint": (list,),
        "next_lines": (int,),
        "longest": (int,),
        "examples": (list,),
    },
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "repair": ("id", "does", "order", "confidence", "examples"),
    "furniture": ("id", "does", "examples"),
}
PATTERN_KEYS = ("pattern", "unless", "unless_line", "needs", "about")
_MACRO = re.compile(r"\{([a-z][a-z0-9-]*)\}")


def rules_of(file: RuleFile, kind: Kind) -> Iterator[dict[str, Any]]:
    """The rules of a file, each checked for unknown, missing and mistyped keys. Sources are checked by `link`."""
    if kind == "sources":
        yield from (table for table in file.table.get("source", []) if isinstance(table, dict))
        return
    unknown = sorted(file.table.keys() - {"rule", "patterns"})
    if unknown:
        raise RuleError(f"{file.path}: unknown key {unknown[0]!r}; rules stand in [[rule]] tables")
    named = _named_patterns(file)
    rules = file.table.get("rule")
    if not isinstance(rules, list) or not rules:
        raise RuleError(f"{file.path}: has no [[rule]]; write one as docs/rules.md shows, or take the file away")
    for number, rule in enumerate(rules, 1):
        if not isinstance(rule, dict):
            raise RuleError(f"{file.path}: rule {number} is no table; write [[rule]]")
        rule = _filled(rule, named)
        _check(rule, kind, f"{file.path}: rule {rule.get('id', number)!r}")
        yield rule


def _named_patterns(file: RuleFile) -> dict[str, str]:
    """What the rules of a file share: names for pieces of a pattern, each of which may use those above it."""
    named: dict[str, str] = {}
    table = file.table.get("patterns", {})
    for name, pattern in table.items() if isinstance(table, dict) else ():
        if not _ID.fullmatch(name) or name in PARTS or name in CLASSES:
            raise RuleError(f"{file.path}: patterns: {name!r} is no free name; take lower-case words joined by hyphens")
        if not isinstance(pattern, str):
            raise RuleError(f"{file.path}: patterns: {name} is {pattern!r}; it has to be a regular expression")
        named[name] = _with_named(pattern, named)
        try:
            compile_pattern(named[name])
        except re.error as error:
            raise RuleError(f"{file.path}: patterns: {name} is no regular expression: {error}; mend it") from error
    return named


def _filled(rule: dict[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """The rule with the file's own names put for their patterns."""
    filled = dict(rule)
    for key in PATTERN_KEYS:
        if isinstance(rule.get(key), str):
            filled[key] = _with_named(rule[key], named)
    if isinstance(rule.get("keep"), list):
        filled["keep"] = [_with_named(one, named) if isinstance(one, str) else one for one in rule["keep"]]
    return filled


def _with_named(pattern: str, named: Mapping[str, str]) -> str:
    return _MACRO.sub(lambda match: f"(?:{named[match[1]]})" if match[1] in named else match[0], pattern)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A rule's regular expression, with `{emoji}` and other names for the inside of a character class filled in.

    The names are those of `text.characters.CLASSES`, and every script in lower case; those of `PARTS` stand for a whole
    piece of a pattern. Lines end at U+000A alone.
    """

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name in PARTS:
            return f"(?:{PARTS[name]})"
        if name not in CLASSES:
            raise re.error(f"no class of characters is called {name!r}")
        return CLASSES[name]

    return re.compile(_MACRO.sub(fill, pattern), re.MULTILINE)


def _check(rule: Mapping[str, Any], kind: Kind, where: str) -> None:
    keys = RULE_KEYS[kind]
    for key, value in rule.items():
        if key not in keys:
            raise RuleError(f"{where}: unknown key {key!r}; known here: {', '.join(keys)}")
        if not isinstance(value, keys[key]) or isinstance(value, bool):
            raise RuleError(f"{where}: {key} is {value!r}; it has to be {keys[key][0].__name__}")
    for key in REQUIRED[kind]:
        if key not in rule:
            raise RuleError(f"{where}: {key} is missing; add it")
    if not _ID.fullmatch(rule["id"]):
        raise RuleError(f"{where}: id has to be lower-case words joined by hyphens, such as 'soft-hyphen'")
    for key in PATTERN_KEYS:
        if key in rule:
            try:
                compile_pattern(rule[key])
            except re.error as error:
                raise RuleError(f"{where}: {key} is no regular expression: {error}; mend it") from error
    if kind == "repair" and not 0 < rule["confidence"] <= 1:
        raise RuleError(f"{where}: confidence is {rule['confidence']}; it has to be above 0 and at most 1")
    for number, pattern in enumerate(rule.get("keep", ()), 1):
        try:
            compile_pattern(pattern)
        except (re.error, TypeError) as error:
            raise RuleError(f"{where}: keep {number} is no regular expression: {error}; mend it") from error
    if kind == "furniture" and ("pattern" in rule) == ("phrases" in rule):
        raise RuleError(f"{where}: needs either phrases or a pattern; give one of them")
    for number, example in enumerate(rule["examples"], 1):
        _check_example(example, kind, f"{where}: example {number}")


def _check_example(example: Any, kind: Kind, where: str) -> None:
    forms = {"repair": ({"before", "after"}, {"keep"}), "furniture": ({"mark"}, {"keep"}), "sources": ()}[kind]
    if (
        not isinstance(example, dict)
        or set(example) - {"profile"} not in forms
        or not all(isinstance(value, str) for value in example.values())
    ):
        shown = " or ".join(
            "{" + ", ".join(f"{key} = '...'" for key in sorted(form, reverse=True)) + "}" for form in forms
        )
        raise RuleError(f"{where}: is {example!r}; write {shown}")
