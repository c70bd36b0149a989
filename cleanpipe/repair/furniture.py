"""Marks what belongs to the page and not to the article: captions, share bars, consent notes. Nothing is removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cleanpipe.errors import RuleError
from cleanpipe.model import Furniture
from cleanpipe.rulebook.files import RuleFile, read_rule_files
from cleanpipe.rulebook.schema import compile_pattern, rules_of

LONGEST_LINE = 300
"""A longer line is prose, whatever it begins with, unless the rule says otherwise (`longest`)."""

_TRIM = " \t\r\u00a0\u200e\u200f|·•*»«›‹>→←↑↓-–—:"


@dataclass(frozen=True, slots=True)
class FurnitureRule:
    """Marks whole lines (`match` "line"), lines that begin so ("start"), or passages inside a line ("inside").

    One of `hints` (in lower case) has to occur in the text for the rule to be tried at all: it only saves time.
    `next_lines`: how many lines with text after it belong to it, such as the headline below "Next story".
    """

    id: str
    phrases: frozenset[str]
    pattern: re.Pattern[str] | None
    hints: tuple[str, ...]
    match: str
    next_lines: int
    longest: int

    def lines(self, text: str) -> list[tuple[int, int]]:
        """Passages that the rule marks in a text, as (start, end)."""
        return [(start, end) for start, end, _ in _mark(text, (self,))]

    def spans(self, line: str, folded: str) -> Iterator[tuple[int, int]]:
        """Passages of one line (start, end). `folded`: the line trimmed of marks, in lower case."""
        if len(line) > self.longest and self.match != "inside":
            return
        if self.phrases:
            if folded in self.phrases:
                yield 0, len(line)
            return
        assert self.pattern is not None
        if self.match == "inside":
            for match in self.pattern.finditer(line):
                yield match.start(), match.end()
        elif self.match == "start":
            if self.pattern.match(folded):
                yield 0, len(line)
        elif self.pattern.fullmatch(folded):
            yield 0, len(line)


def compile_furniture(file: RuleFile) -> Iterator[FurnitureRule]:
    """The rules of one file. RuleError names file and key."""
    for table in rules_of(file, "furniture"):
        match = table.get("match", "line")
        if match not in ("line", "start", "inside"):
            raise RuleError(
                f"{file.path}: rule {table['id']!r}: match is {match!r}; it may be 'line', 'start', 'inside'"
            )
        phrases = frozenset(_fold(phrase) for phrase in table.get("phrases", ()))
        pattern = None
        if "pattern" in table:
            pattern = compile_pattern(table["pattern"] if match == "inside" else f"(?i:{table['pattern']})")
        elif match == "start":
            longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
            pattern, phrases = re.compile("(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"), frozenset()
        elif match == "inside":
            raise RuleError(f"{file.path}: rule {table['id']!r}: match 'inside' needs a pattern; give one")
        hints = tuple(str(hint).casefold() for hint in table.get("hint", ()))
        yield FurnitureRule(
            table["id"], phrases, pattern, hints, match, table.get("next_lines", 0), table.get("longest", LONGEST_LINE)
        )


@lru_cache(maxsize=8)
def load_furniture(folders: tuple[str, ...] = ()) -> tuple[FurnitureRule, ...]:
    """Every furniture rule, shipped and in `folders`, in the order read."""
    return tuple(rule for file in read_rule_files("furniture", folders) for rule in compile_furniture(file))


def mark_furniture(text: str, *, rules_folders: tuple[str, ...] = ()) -> tuple[Furniture, ...]:
    """Passages of a repaired text that belong to the page: sorted, without overlaps, offsets in code points."""
    found = _mark(text, load_furniture(rules_folders))
    return tuple(Furniture(start, end, rule) for start, end, rule in found)


def _mark(text: str, rules: tuple[FurnitureRule, ...]) -> list[tuple[int, int, str]]:
    result: list[tuple[int, int, str]] = []
    phrased: dict[str, FurnitureRule] = {}
    for rule in rules:
        for phrase in rule.phrases:
            phrased.setdefault(phrase, rule)
    lowered = text.casefold()
    searching = [
        rule for rule in rules if not rule.phrases and (not rule.hints or any(hint in lowered for hint in rule.hints))
    ]
    at = following = 0
    following_rule = ""
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        stripped = line.strip()
        if not stripped:
            continue
        offset = start + line.index(stripped[0])
        folded = _fold(stripped) if len(stripped) <= _MAX_FOLDED else ""
        spans: list[tuple[int, int, FurnitureRule]] = []
        phrase_rule = phrased.get(folded)
        if phrase_rule is not None and len(stripped) <= phrase_rule.longest:
            spans.append((0, len(stripped), phrase_rule))
        else:
            for rule in searching:
                spans += [(a, b, rule) for a, b in rule.spans(stripped, folded)]
        whole = next((span for span in spans if span[:2] == (0, len(stripped))), None)
        if whole is not None:
            result.append((offset, offset + len(stripped), whole[2].id))
            following, following_rule = whole[2].next_lines, whole[2].id
            continue
        if following and len(stripped) <= LONGEST_LINE:
            result.append((offset, offset + len(stripped), following_rule))
            following -= 1
            continue
        following = 0
        end = 0
        for a, b, rule in sorted(spans, key=lambda span: span[:2]):
            if a >= end and a < b:
                result.append((offset + a, offset + b, rule.id))
                end = b
    return result


_MAX_FOLDED = 2000
"""Lines beyond are not compared as a whole; they are prose."""


def _fold(line: str) -> str:
    folded = " ".join(line.strip(_TRIM).casefold().replace("’", "'").split())
    return folded or line.strip()
