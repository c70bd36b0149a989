"""Compiles the rules of `rules/repair/*.toml` to something that finds its edits in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit, Profile
from cleanpipe.repair.decoders import DECODERS
from cleanpipe.rulebook.files import RuleFile, read_rule_files
from cleanpipe.rulebook.schema import compile_pattern, rules_of


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule would do to a text: edits to make, and edits that it weighed and does not make."""

    edits: list[Edit]
    considered: list[Edit]


SPARING = frozenset({"layers", "charset", "legacy", "wide"})
"""Engines that `sparing.py` holds back from addresses, code and quotations of garbled text."""

NOTHING = Found([], [])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run. `trigger` matches each character that calls it; without one, `precheck.py` says what does.

    `charsets` are those in which an engine undoes the reading of a text.
    """

    id: str
    order: int
    profile: Profile
    engine: str
    charsets: tuple[str, ...]
    trigger: re.Pattern[str] | None
    find: Callable[[str, str | None], Found]


@lru_cache(maxsize=8)
def load_rules(folders: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Every repair rule, shipped and in `folders`, by order and then as read. RuleError names file and key."""
    rules = [rule for file in read_rule_files("repair", folders) for rule in compile_file(file)]
    return tuple(sorted(rules, key=lambda rule: rule.order))


def compile_file(file: RuleFile) -> Iterator[Rule]:
    """The rules of one file."""
    from cleanpipe.repair.engines import ENGINES

    for table in rules_of(file, "repair"):
        where = f"{file.path}: rule {table['id']!r}"
        profile = table.get("profile", "archival")
        if profile not in ("archival", "plain"):
            raise RuleError(f"{where}: profile is {profile!r}; it may be 'archival' or 'plain'")
        engine = table.get("engine", "pattern")
        characters: str | None = table.get("characters")
        if engine == "pattern":
            find: Callable[[str, str | None], Found] = PatternRule.of(table, where).find
        elif engine in ENGINES:
            built = ENGINES[engine](table, where)
            find, characters = built.find, characters or built.characters
            if engine in SPARING:
                find = _sparing(find, compile_pattern(table["about"]) if "about" in table else None)
        else:
            raise RuleError(
                f"{where}: engine is {engine!r}; it may be 'pattern', {', '.join(map(repr, sorted(ENGINES)))}"
            )
        try:
            trigger = compile_pattern(f"[{characters}]") if characters else None
        except re.error as error:
            raise RuleError(f"{where}: characters is no inside of a character class: {error}; mend it") from error
        charsets = tuple(table.get("read_as", table.get("charsets", ())))
        yield Rule(table["id"], table["order"], profile, engine, charsets, trigger, find)


def _sparing(
    find: Callable[[str, str | None], Found], about: re.Pattern[str] | None
) -> Callable[[str, str | None], Found]:
    """The same, but for what is not to be touched: that is told, not done."""
    from cleanpipe.repair.sparing import divided

    def spared(text: str, lang: str | None) -> Found:
        found = find(text, lang)
        if not found.edits:
            return found
        made, kept = divided(text, found.edits, about)
        return Found(made, found.considered + kept)

    return spared


class Engine(Protocol):
    """What finds edits by more than a pattern. `characters`: inside of a character class, one of which has to occur."""

    @property
    def characters(self) -> str | None: ...

    def find(self, text: str, lang: str | None) -> Found: ...


@dataclass(frozen=True, slots=True)
class PatternRule:
    """Replaces what a pattern matches, except where one of its `keep` patterns matches first.

    `scan` finds both; it is only run on a text in which `hit` is found, which is quick where `hit` begins with a
    character: the others can take a hundred times as long.
    """

    ids: tuple[str]
    confidence: float
    scan: re.Pattern[str] | None
    hit: re.Pattern[str]
    replacement: Callable[[re.Match[str]], str | None]
    unless: re.Pattern[str] | None
    unless_line: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    evidence: int

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> PatternRule:
        """The rule of a table that `rules_of` checked. RuleError where its keys don't go together."""
        if "pattern" not in table:
            raise RuleError(f"{where}: pattern is missing; add it, or name an engine")
        if sum(key in table for key in ("replace", "map", "decode")) != 1:
            raise RuleError(f"{where}: give one of replace, map and decode")
        keep = "|".join(f"(?:{pattern})" for pattern in table.get("keep", ()))
        scan = compile_pattern(f"(?P<keep>{keep})|(?:{table['pattern']})") if keep else None

        def optional(key: str) -> re.Pattern[str] | None:
            return compile_pattern(table[key]) if key in table else None

        return cls(
            (table["id"],),
            float(table["confidence"]),
            scan,
            compile_pattern(table["pattern"]),
            _replacement(table, where),
            optional("unless"),
            optional("unless_line"),
            optional("needs"),
            table.get("evidence", 1),
        )

    def find(self, text: str, lang: str | None) -> Found:
        """The edits of this rule in a text."""
        if self.scan is not None and self.hit.search(text) is None:
            return NOTHING
        edits: list[Edit] = []
        kept: list[Edit] = []
        looked_at = -1
        excused = False
        for match in (self.scan or self.hit).finditer(text):
            start, end = match.span()
            if start == end:
                continue
            if self.scan is not None:
                if match["keep"] is not None:
                    kept += (edit for inner in self.hit.finditer(text, start, end) if (edit := self._edit(inner)))
                    continue
                own = self.hit.match(text, start)  # its groups have the numbers that the rule's author gave them
                match = own if own is not None and own.end() == end else match
            if self.unless_line is not None and start >= looked_at:
                line, looked_at = line_around(text, start)
                excused = self.unless_line.search(line) is not None
            edit = self._edit(match)
            if edit is not None:
                (kept if excused else edits).append(edit)
        if not edits or (self.unless is not None and self.unless.search(text)) or not self._has_evidence(text, edits):
            return Found([], edits + kept)
        return Found(edits, kept)

    def _edit(self, match: re.Match[str]) -> Edit | None:
        before, after = match[0], self.replacement(match)
        if not before or after is None or after == before:
            return None
        return Edit(match.start(), match.end(), before, after, self.ids, self.confidence)

    def _has_evidence(self, text: str, edits: list[Edit]) -> bool:
        if self.needs is None:
            return len(edits) >= self.evidence
        return sum(1 for _ in islice(self.needs.finditer(text), self.evidence)) >= self.evidence


LONGEST_LINE = 2000
"""How far a line is looked at on either side: keeps text without line breaks linear."""


def line_around(text: str, at: int) -> tuple[str, int]:
    """The line around a place, cut to a window, and where it ends."""
    start = text.rfind("\n", max(0, at - LONGEST_LINE), at) + 1
    end = text.find("\n", at, at + LONGEST_LINE)
    end = end if end >= 0 else min(len(text), at + LONGEST_LINE)
    return text[max(start, at - LONGEST_LINE) : end], end


def _replacement(table: Mapping[str, Any], where: str) -> Callable[[re.Match[str]], str | None]:
    if "map" in table:
        mapping = {str(key): str(value) for key, value in table["map"].items()}

        def replace_all(match: re.Match[str]) -> str | None:
            whole = mapping.get(match[0])
            return whole if whole is not None else "".join(mapping.get(c, c) for c in match[0])

        return replace_all
    if "decode" in table:
        if table["decode"] not in DECODERS:
            known = ", ".join(map(repr, sorted(DECODERS)))
            raise RuleError(f"{where}: decode is {table['decode']!r}; it may be {known}")
        return DECODERS[table["decode"]]
    template = table["replace"]
    if "\\" in template:
        own = compile_pattern(table["pattern"])  # in the pattern that is searched for, its groups have other numbers

        def expand(match: re.Match[str]) -> str | None:
            alone = own.match(match.string, match.start())
            return alone.expand(template) if alone else None

        return expand
    return lambda match: template
