"""Why a repair that was weighed was not made, in a sentence: found anew from its rule and the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cleanpipe.cli.output import passage
from cleanpipe.model import Edit
from cleanpipe.repair.sparing import MEANT, PROTECTED, Sparing
from cleanpipe.rulebook.schema import compile_pattern

LONGEST = 60
"""Characters of the text that are quoted in a sentence."""

LINE = 2000
"""How far a line is looked at on either side of a place, as the rules do."""

UNSURE = "not enough speaks for it"

MARGINS: Mapping[str, str] = {
    "charset": UNSURE,
    "layers": "so decoded, the line is not likelier by the margin that the rule asks for",
    "legacy": "so decoded, the words of the text are not likelier by the margin that the rule asks for",
    "wide": UNSURE,
    "homoglyph": "too little speaks for a disguise: how usual the word is when put right, and other such words",
    "hyphenation": "joined, it is no word that the language is known to have, or a rarer one than its parts",
}
"""What it means, engine by engine, that a repair was weighed and found too unsure."""


def why_left(rule: Mapping[str, Any], text: str, edit: Edit) -> str:
    """Why the rule (its table in the file) left `text` as it is where `edit` would change it."""
    engine = rule.get("engine", "pattern")
    if engine == "pattern":
        return _why_pattern(rule, text, edit)
    if engine == "garbled":
        return _why_garbled(rule, text, edit)
    about = _found(rule, "about", text)
    if engine == "homoglyph":
        return f"the text is about such damage itself ({_quoted(about)})" if about else MARGINS[engine]
    sparing = _sparing(text, rule.get("about"))
    why = sparing.why(edit)
    if why == PROTECTED:
        return "it stands in an address, a name of an account or code"
    if why == MEANT and about:
        return f"the text is about such damage itself ({_quoted(about)})"
    if sparing.is_quotation(edit):
        return "it is all of a quotation, and nothing else in the text is garbled so"
    return MARGINS.get(engine, UNSURE)


def _why_pattern(rule: Mapping[str, Any], text: str, edit: Edit) -> str:
    if _is_kept(rule, text, edit):
        return "it belongs where it stands"
    against = _found(rule, "unless", text)
    if against:
        return f"the text has {_quoted(against)}, which speaks against it"
    against = _found(rule, "unless_line", _line(text, edit.start))
    if against:
        return f"its line has {_quoted(against)}, which speaks against it"
    if "needs" in rule:
        return "the text lacks what would show that it is damage"
    if rule.get("evidence", 1) > 1:
        return f"one place alone says little: the rule asks for {rule['evidence']} in a text"
    return UNSURE


def _why_garbled(rule: Mapping[str, Any], text: str, edit: Edit) -> str:
    from cleanpipe.repair.garbled import GarbledEngine

    engine = GarbledEngine.of(rule, "")
    if edit.before in engine.spaces and engine.foreign.search(text):
        return "the text has other Braille patterns: these are Braille too"
    return f"too few such signs cling to words in the text: the rule asks for {engine.evidence}"


def _is_kept(rule: Mapping[str, Any], text: str, edit: Edit) -> bool:
    """Whether a pattern that the rule keeps matches there before its own does."""
    if not rule.get("keep") or "pattern" not in rule:
        return False
    keep = "|".join(f"(?:{pattern})" for pattern in rule["keep"])
    kept = _spans(f"(?P<kept>{keep})|(?:{rule['pattern']})", text)
    return any(start <= edit.start and edit.end <= end for start, end in kept)


def _line(text: str, at: int) -> str:
    last = text.find("\n", at, at + LINE)
    return text[_line_start(text, at) : last if last >= 0 else at + LINE]


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", max(0, at - LINE), at) + 1, at - LINE)


def _found(rule: Mapping[str, Any], key: str, text: str) -> re.Match[str] | None:
    return _search(rule[key], text) if key in rule else None


# A document is asked for each of its places: what the whole text says is found once.


@lru_cache(maxsize=64)
def _search(pattern: str, text: str) -> re.Match[str] | None:
    return compile_pattern(pattern).search(text)


@lru_cache(maxsize=64)
def _sparing(text: str, about: str | None) -> Sparing:
    return Sparing(text, (), None if about is None else compile_pattern(about))


@lru_cache(maxsize=64)
def _spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Where the group `kept` of a pattern matches."""
    return [match.span("kept") for match in compile_pattern(pattern).finditer(text) if match["kept"] is not None]


def _quoted(match: re.Match[str]) -> str:
    return passage(match.string, match.start(), match.end(), most=LONGEST)
