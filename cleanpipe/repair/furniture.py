"""Marks what belongs to the page and not to the article: captions, share bars, consent notes. Nothing is removed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleanpipe.errors import RuleError
from cleanpipe.model import Furniture
from cleanpipe.repair.beginnings import LENGTH, Beginnings, beginnings, caseless
from cleanpipe.rulebook.files import RuleFile, read_rule_files
from cleanpipe.rulebook.schema import compile_pattern, rules_of

LONGEST_LINE = 300
"""A longer line is prose, whatever it begins with, unless the rule says otherwise (`longest`)."""

_TRIM = " \t\r\u00a0\u200e\u200f|·•*»«›‹>→←↑↓-–—:"


@dataclass(frozen=True, slots=True)
class FurnitureRule:
    """Marks whole lines (`match` "line"), lines that begin so ("start"), or passages inside a line ("inside").

    One of `hints` (in lower case) has to occur for the rule to be tried at all: it only saves time.
    `next_lines`: how many lines with text after it belong to it, such as the headline below "Next story".
    """

    id: str
    phrases: frozenset[str]
    pattern: re.Pattern[str] | None
    hints: tuple[str, ...]
    match: str
    next_lines: int
    longest: int
    begins: Beginnings | None
    """What a folded line begins with that it can match; None for anything."""

    def lines(self, text: str) -> list[tuple[int, int]]:
        """Passages that the rule marks in a text, as (start, end)."""
        return [(start, end) for start, end, _ in Marker([self]).mark(text)]

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
        phrases = frozenset(fold_line(phrase) for phrase in table.get("phrases", ()))
        pattern = None
        if "pattern" in table:
            pattern = compile_pattern(table["pattern"] if match == "inside" else f"(?i:{table['pattern']})")
        elif match == "start":
            longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
            pattern, phrases = re.compile("(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"), frozenset()
        elif match == "inside":
            raise RuleError(f"{file.path}: rule {table['id']!r}: match 'inside' needs a pattern; give one")
        hints = tuple(str(hint).casefold() for hint in table.get("hint", ()))
        begins = beginnings(pattern.pattern) if pattern is not None and match != "inside" else None
        next_lines, longest = table.get("next_lines", 0), table.get("longest", LONGEST_LINE)
        yield FurnitureRule(table["id"], phrases, pattern, hints, match, next_lines, longest, begins)


def mark_furniture(text: str, *, rules_folders: tuple[str, ...] = ()) -> tuple[Furniture, ...]:
    """Passages of a repaired text that belong to the page: sorted, without overlaps, offsets in code points."""
    found = _load(rules_folders).mark(text)
    return tuple(Furniture(start, end, rule) for start, end, rule in found)


@lru_cache(maxsize=8)
def _load(folders: tuple[str, ...] = ()) -> Marker:
    """Every furniture rule, shipped and in `folders`, in the order read."""
    return Marker([rule for file in read_rule_files("furniture", folders) for rule in compile_furniture(file)])


def _longest(rule: FurnitureRule) -> float:
    """Characters of the longest line that a rule marks something in."""
    return rule.longest if rule.match != "inside" else math.inf


class Marker:
    """Marks furniture by several rules at once, each tried on those lines only that it can match by how they begin."""

    def __init__(self, rules: Sequence[FurnitureRule]) -> None:
        self.phrased: dict[str, FurnitureRule] = {}
        for rule in rules:
            for phrase in rule.phrases:
                self.phrased.setdefault(phrase, rule)
        self.rules = [rule for rule in rules if not rule.phrases]
        self._hinting = [
            (at, _longest(rule), rule.hints, tuple(hint for hint in rule.hints if hint.isascii()))
            for at, rule in enumerate(self.rules)
            if rule.hints
        ]
        self._inside = [at for at, rule in enumerate(self.rules) if rule.match == "inside"]
        self._always = [at for at, rule in enumerate(self.rules) if rule.begins is None and rule.match != "inside"]
        self._begun: dict[str, list[int]] = {caseless(phrase[:LENGTH])[:LENGTH]: [] for phrase in self.phrased}
        for at, rule in enumerate(self.rules):
            for beginning in rule.begins or ():
                self._begun.setdefault(beginning, []).append(at)
        self._lengths = sorted({len(beginning) for beginning in self._begun})

    def mark(self, text: str) -> list[tuple[int, int, str]]:
        """Passages of a text as (start, end, id of the rule), sorted, without overlaps."""
        result: list[tuple[int, int, str]] = []
        lines = text.split("\n")
        missed = self._without_hint(lines)
        inside = [at for at in self._inside if at not in missed]
        always = [at for at in self._always if at not in missed]
        longest = max((self.rules[at].longest for at in always), default=0)
        at = following = 0
        following_rule = ""
        for line in lines:
            start, at = at, at + len(line) + 1
            stripped = line.strip()
            if not stripped:
                continue
            begun = self._may_begin(stripped)
            spans: list[tuple[int, int, FurnitureRule]] = []
            if begun is not None or len(stripped) <= longest:
                tried = sorted({*inside, *always, *(begun or ())} - missed)
                spans = self._on_line(stripped, tried, folds=True)
            elif inside:
                spans = self._on_line(stripped, inside, folds=False)
            if not spans and not following:
                continue
            offset = start + line.index(stripped[0])
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

    def _without_hint(self, lines: list[str]) -> set[int]:
        """Rules none of whose hints stands in a line that is short enough for them."""
        return {
            at for at, longest, hints, plain_hints in self._hinting if not _any_in(lines, longest, hints, plain_hints)
        }

    def _may_begin(self, stripped: str) -> list[int] | None:
        """Rules that a line may match by how it begins; None where it is no phrase either."""
        head = stripped[:LENGTH]
        head = caseless(head if head.isalnum() else fold_line(stripped)[:LENGTH])[:LENGTH]
        found: list[int] | None = None
        for length in self._lengths:
            begun = self._begun.get(head[:length])
            if begun is not None:
                found = [*found, *begun] if found else begun
        return found

    def _on_line(self, stripped: str, tried: list[int], *, folds: bool) -> list[tuple[int, int, FurnitureRule]]:
        """What rules mark on one line, in the order of the rules."""
        folded = ""
        if folds and len(stripped) <= _MAX_FOLDED:
            folded = fold_line(stripped)
            phrase_rule = self.phrased.get(folded)
            if phrase_rule is not None and len(stripped) <= phrase_rule.longest:
                return [(0, len(stripped), phrase_rule)]
        rules = map(self.rules.__getitem__, tried)
        return [(a, b, rule) for rule in rules for a, b in rule.spans(stripped, folded)]


_MAX_FOLDED = 2000
"""Longer lines are not compared as a whole; they are prose."""


def _any_in(lines: list[str], longest: float, hints: Sequence[str], plain_hints: Sequence[str]) -> bool:
    """Whether one of the hints stands in a line of at most `longest` characters."""
    short = "\n".join([line for line in lines if len(line) <= longest or len(line.strip()) <= longest])
    if not short:
        return False
    lowered = _casefolded(short)
    if _is_plain(lowered):
        # Hints beyond ASCII can't be there, and the others are found faster in what is left.
        lowered, hints = lowered.encode("ascii", "ignore").decode(), plain_hints
    return any(map(lowered.__contains__, hints))


def _casefolded(text: str) -> str:
    """`text.casefold()`, in a tenth of the time where the text is plain."""
    if text.isascii():
        return text.lower()
    return text.encode().lower().decode() if _is_plain(text) else text.casefold()


def _is_plain(text: str) -> bool:
    """Whether all that a text has beyond ASCII is punctuation (U+2000 to U+203F), which has no case."""
    if text.isascii():
        return True
    data = text.encode("utf-8", "surrogatepass")
    return not data.translate(None, _ASCII_OR_GENERAL) and data.count(b"\xe2") == data.count(b"\xe2\x80")


_ASCII_OR_GENERAL = bytes(range(0xC0)) + b"\xe2"


def fold_line(line: str) -> str:
    """A line as phrases and patterns are compared with it: in lower case, without the marks around it."""
    folded = " ".join(_casefolded(line.strip(_TRIM)).replace("’", "'").split())
    return folded or line.strip()
