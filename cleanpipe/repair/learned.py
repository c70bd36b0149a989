"""Proposes furniture rules from what repeats across the pages of one source and is not the article.

A line that stands on the pages of many different stories belongs to the site. Pages of one story count once: what is on
them all may be the story. What is proposed is for a person to read, thin out and adopt.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from cleanpipe.repair.furniture import LONGEST_LINE, fold_line

LEAST_STORIES = 5
"""Stories of a source that a line has to stand in: below it a subheading or a name may be what repeats."""

LEAST_SHARE = 0.02
"""The share of a source's stories that it has to stand in too; a section of a paper has about so many."""

LONGEST_BEGINNING = 40
"""Characters of what lines begin alike with, up to a colon or a bar: "Filed under:"."""

FEWEST_LETTERS = 3
"""Letters of a line. One with fewer is a row of a table or a rule of stars."""

MOST_EXAMPLES = 3

_BEGINNING = re.compile(rf"[^:：|]{{1,{LONGEST_BEGINNING}}}[:：|]")
FIGURES = r"\d[\d.,:/ -]*"
_DIGITS = re.compile(FIGURES)


_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")


class Page(NamedTuple):
    """A page of a source. `story` tells pages of one story from others; lines that touch a span of `known` are left
    out, because they are marked already or credit a source."""

    source: str
    story: str
    text: str
    known: Sequence[tuple[int, int]] = ()


class Repeated(NamedTuple):
    """What repeats: a folded line, a beginning, or a pattern; `stories` are those that have it, of one source."""

    value: str
    stories: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What repeats across `stories` of a source: whole lines, beginnings of lines, and lines but for their figures."""

    source: str
    stories: int
    lines: tuple[Repeated, ...]
    beginnings: tuple[Repeated, ...]
    figures: tuple[Repeated, ...]


def learn_furniture(pages: Iterable[Page], least: int = LEAST_STORIES) -> list[Learned]:
    """What repeats in at least `least` stories of a source, by source, the commonest first. Sources without any are
    left out."""
    by_source: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_source[page.source].append(page)
    found = (_learn(source, by_source[source], least) for source in sorted(by_source))
    return [item for item in found if item.lines or item.beginnings or item.figures]


def _learn(source: str, pages: Sequence[Page], least: int) -> Learned:
    stories = len({page.story for page in pages})
    enough = max(least, math.ceil(LEAST_SHARE * stories))
    lines = _repeated(pages, enough, lambda folded: folded)
    whole = {row.value for row in lines}
    beginnings = _repeated(pages, enough, lambda folded: None if folded in whole else _beginning(folded))
    begun = tuple(row.value for row in beginnings)
    figures = _repeated(
        pages, enough, lambda folded: None if folded in whole or folded.startswith(begun) else _any_figures(folded)
    )
    return Learned(source, stories, lines, beginnings, figures)


def _repeated(pages: Sequence[Page], enough: int, key: Callable[[str], str | None]) -> tuple[Repeated, ...]:
    """Keys of folded lines that stand in enough stories, the commonest first."""
    stories: dict[str, set[str]] = defaultdict(set)
    examples: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for line, folded in _lines(page):
            name = key(folded)
            if name is not None:
                stories[name].add(page.story)
                if len(examples[name]) < MOST_EXAMPLES and line not in examples[name]:
                    examples[name].append(line)
    rows = [Repeated(name, len(seen), tuple(examples[name])) for name, seen in stories.items() if len(seen) >= enough]
    return tuple(sorted(rows, key=lambda row: (-row.stories, row.value)))


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    """Lines that may be furniture, each with its folded form."""
    at = 0
    for line in page.text.split("\n"):
        start, at = at, at + len(line) + 1
        stripped = line.strip()
        if len(stripped) > LONGEST_LINE or any(a < at - 1 and start < b for a, b in page.known):
            continue
        if sum(map(str.isalpha, stripped)) >= FEWEST_LETTERS and _is_encodable(stripped):
            yield stripped, fold_line(stripped)


def _is_encodable(line: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in line)


def _beginning(folded: str) -> str | None:
    """What a line says up to a colon or a bar, where what follows is no sentence but a name, a tag or a headline."""
    match = _BEGINNING.match(folded)
    if match is None or len(match[0]) == len(folded) or folded.endswith(_SENTENCE_ENDS):
        return None
    return match[0]


def _any_figures(folded: str) -> str | None:
    """A regular expression for the line whatever its figures are; None for one without, and for a sentence: forms that
    are filled in anew, such as market reports, are articles."""
    parts = _DIGITS.split(folded) if not folded.endswith(_SENTENCE_ENDS) else ()
    return FIGURES.join(re.escape(part).replace("\\ ", " ") for part in parts) if len(parts) > 1 else None


def rule_file(learned: Sequence[Learned]) -> str:
    """A furniture rule file that marks what was learned, for a person to read and thin out: TOML with a comment beside
    each phrase that says how often it stands where."""
    names: dict[str, Learned] = {}
    for item in learned:
        plain = "-".join(re.findall("[a-z0-9]+", item.source.lower())) or "source"
        free = (name for number in count(1) if (name := f"{plain}-{number}" if number > 1 else plain) not in names)
        names[next(free)] = item
    return "\n".join([_HEAD, *(line for name, item in names.items() for line in _rules(item, name))])


_HEAD = """\
# What repeats on the pages of a source, as `cleanpipe rules learn` found it. Delete what is no furniture, and put this
# file into the folder furniture/ below one of the folders of `rules.folders`. `cleanpipe rules check` tries its
# examples.
"""


def _rules(item: Learned, name: str) -> Iterator[str]:
    of = f"{item.stories} stories"
    if item.lines:
        yield from _rule(f"{name}-lines", f"Lines that repeat on pages of {item.source}.", item.lines)
        yield from _phrases(item.lines, of)
    if item.beginnings:
        yield from _rule(f"{name}-beginnings", f"Beginnings that repeat on pages of {item.source}.", item.beginnings)
        yield 'match = "start"'
        yield from _phrases(item.beginnings, of)
    for place, row in enumerate(item.figures, 1):
        does = f"A line that repeats on pages of {item.source} with other figures."
        yield f"# in {row.stories} of {of}"
        yield from _rule(f"{name}-figures-{place}", does, [row])
        yield f"pattern = {_quoted(row.value)}\n"


def _rule(id: str, does: str, rows: Sequence[Repeated]) -> Iterator[str]:
    yield f"[[rule]]\nid = {_quoted(id)}\ndoes = {_quoted(does)}"
    yield "examples = ["
    for row in rows:
        yield from (f"  {{ mark = {_quoted(example)} }}," for example in row.examples)
    yield "]"


def _phrases(rows: Sequence[Repeated], of: str) -> Iterator[str]:
    yield "phrases = ["
    yield from (f"  {_quoted(row.value)},  # in {row.stories} of {of}" for row in rows)
    yield "]\n"


def _quoted(text: str) -> str:
    """A basic string of TOML, with what a terminal would obey written as escapes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", lambda match: f"\\u{ord(match[0]):04X}", escaped)
        + '"'
    )
