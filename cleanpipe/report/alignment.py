"""Lays two texts side by side: from the aligned sentences of a link's evidence to the rows of a comparison.

Every sign of both texts that isn't white space lands in a row: aligned, moved, dropped, added, or page furniture.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from cleanpipe.model import Span

RowKind = Literal["aligned", "moved", "moved-away", "dropped", "added", "furniture"]
ALIKE = 75.0
"""Similarity, 0 to 100, from which passages that stand between the same sentences are one passage, changed. Evidence
names the best places of a link and not all: what it doesn't name is not therefore dropped and added."""

MOST_COMPARED = 400
"""Pairs of passages of one gap that are compared; in a longer one only those that are the same are found."""

LONGEST_COMPARED = 3000
"""Characters of a passage that is compared for likeness."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


class Pair(NamedTuple):
    """Sentences that correspond: a span in the other document (the original) and one in the copy."""

    other: Span
    copy: Span


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the comparison. `partner` is, for a moved passage, the place in the list of its other row."""

    kind: RowKind
    other: Span | None
    copy: Span | None
    partner: int | None = None


_Found = tuple[RowKind, Span | None, Span | None, Pair | None]


def rows(
    other: str,
    copy: str,
    pairs: Iterable[Pair],
    *,
    other_furniture: Sequence[Span] = (),
    copy_furniture: Sequence[Span] = (),
    other_skip: Span | None = None,
    copy_skip: Span | None = None,
) -> list[Row]:
    """The comparison of two texts, in the order of the copy, with what it dropped where the original had it.

    `other_skip` and `copy_skip` are spans shown elsewhere (the title) that make no row unless a pair covers them.
    A moved passage has two rows: "moved" beside its place in the copy, "moved-away" at its place in the original.
    """
    disjoint = _disjoint(other, copy, pairs)
    chain = _in_order(disjoint)
    moved = sorted(set(disjoint) - set(chain))
    found: list[_Found] = []
    end = Pair(Span(len(other), len(other)), Span(len(copy), len(copy)))
    at_other = at_copy = 0
    for pair in [*chain, end]:
        lost: list[_Found] = []
        new: list[_Found] = []
        gap = Span(at_other, pair.other.start)
        away = {item.other: item for item in moved if gap.start <= item.other.start < gap.end}
        for span, whole in _passages(other, gap, sorted(away), other_furniture, other_skip):
            kind: RowKind = "moved-away" if span in away else "furniture" if whole else "dropped"
            lost.append((kind, span, None, away.get(span)))
        gap = Span(at_copy, pair.copy.start)
        here = {item.copy: item for item in moved if gap.start <= item.copy.start < gap.end}
        for span, whole in _passages(copy, gap, sorted(here), copy_furniture, copy_skip):
            if span in here:
                new.append(("moved", here[span].other, span, here[span]))
            else:
                new.append(("furniture" if whole else "added", None, span, None))
        found += _matched(other, lost, copy, new)
        if pair is not end:
            found.append(("aligned", pair.other, pair.copy, None))
        at_other, at_copy = pair.other.end, pair.copy.end
    places = {(kind, pair): place for place, (kind, _, _, pair) in enumerate(found) if pair}
    partner_kind: dict[RowKind, RowKind] = {"moved": "moved-away", "moved-away": "moved"}
    return [
        Row(kind, left, right, places[partner_kind[kind], pair] if pair else None) for kind, left, right, pair in found
    ]


def _matched(other: str, lost: Sequence[_Found], copy: str, new: Sequence[_Found]) -> list[_Found]:
    """The rows of a gap, what is on both sides side by side, as far as it stands in the same order."""
    left = [(at, _words(other, span)) for at, (kind, span, _, _) in enumerate(lost) if kind == "dropped" and span]
    right = [(at, _words(copy, span)) for at, (kind, _, span, _) in enumerate(new) if kind == "added" and span]
    every = len(left) * len(right) <= MOST_COMPARED
    exact: dict[str, list[int]] = {}
    for number, (_, words) in enumerate(right):
        exact.setdefault(words, []).append(number)
    found: list[_Found] = []
    at_lost = at_new = first = 0
    for at, words in left:
        same = exact.get(words, [])
        nearest = bisect_left(same, first)
        place = same[nearest] if nearest < len(same) else None
        if place is None and every:
            place = next((item for item in range(first, len(right)) if _alike(words, right[item][1])), None)
        if place is None:
            continue
        there = right[place][0]
        found += (*lost[at_lost:at], *new[at_new:there], ("aligned", lost[at][1], new[there][2], None))
        at_lost, at_new, first = at + 1, there + 1, place + 1
    return [*found, *lost[at_lost:], *new[at_new:]]


def _words(text: str, span: Span) -> str:
    return " ".join(text[slice(*span)].split())


def _alike(one: str, two: str) -> bool:
    return max(len(one), len(two)) <= LONGEST_COMPARED and fuzz.ratio(one, two, score_cutoff=ALIKE) > 0


def by_paragraph(other: str, copy: str) -> list[Pair]:
    """Pairs of paragraphs of two texts that are the same but for details; one pair where their number differs."""
    whole = Pair(Span(0, len(other)), Span(0, len(copy)))
    found = [
        [span for span, _ in _passages(text, span, (), (), None)]
        for text, span in zip((other, copy), whole, strict=True)
    ]
    return [Pair(*pair) for pair in zip(*found, strict=True)] if len(found[0]) == len(found[1]) else [whole]


def covered(pairs: Iterable[Span], span: Span) -> bool:
    """Whether any of the spans overlaps `span`."""
    return any(item.start < span.end and span.start < item.end for item in pairs)


def _disjoint(other: str, copy: str, pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs sorted by the copy, without overlap on either side.

    One sentence that answers to two neighbours becomes one pair with both; any other overlap is left out, the first
    in the copy's order being kept.
    """
    kept: list[Pair] = []
    taken: list[Span] = []  # in `other`, sorted
    for raw in sorted(set(pairs), key=lambda pair: (pair.copy, pair.other)):
        pair = Pair(_trimmed(other, raw.other), _trimmed(copy, raw.copy))
        if pair.other.start == pair.other.end or pair.copy.start == pair.copy.end:
            continue
        if kept and (pair.copy.start < kept[-1].copy.end or _touches(taken, pair.other)):
            last = kept[-1]
            joined = Pair(_joined(last.other, pair.other), _joined(last.copy, pair.copy))
            rest = [span for span in taken if span != last.other]
            neighbours = (
                (last.copy == pair.copy or last.other == pair.other)
                and not other[min(last.other.end, pair.other.end) : max(last.other.start, pair.other.start)].strip()
                and not copy[min(last.copy.end, pair.copy.end) : max(last.copy.start, pair.copy.start)].strip()
                and not _touches(rest, joined.other)
            )
            if neighbours:
                kept[-1] = joined
                taken = sorted([*rest, joined.other])
            continue
        kept.append(pair)
        taken.insert(bisect_left(taken, pair.other), pair.other)
    return kept


def _touches(taken: Sequence[Span], span: Span) -> bool:
    """Whether `span` overlaps one of the sorted, disjoint spans."""
    place = bisect_left(taken, span)
    return (place > 0 and taken[place - 1].end > span.start) or (place < len(taken) and taken[place].start < span.end)


def _joined(a: Span, b: Span) -> Span:
    return Span(min(a.start, b.start), max(a.end, b.end))


def _trimmed(text: str, span: Span) -> Span:
    start, end = max(0, span.start), min(len(text), span.end)
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip()))


def _in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest run of pairs that stand in one order in both texts (patience sorting, n log n)."""
    tops: list[int] = []
    top_places: list[int] = []
    before: list[int | None] = []
    for place, pair in enumerate(pairs):
        pile = bisect_left(tops, pair.other.start)
        before.append(top_places[pile - 1] if pile else None)
        tops[pile : pile + 1] = [pair.other.start]
        top_places[pile : pile + 1] = [place]
    chain: list[Pair] = []
    at = top_places[-1] if top_places else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _passages(
    text: str, gap: Span, fixed: Sequence[Span], furniture: Sequence[Span], skip: Span | None
) -> list[tuple[Span, bool]]:
    """The passages of a gap: the `fixed` ones as they are, the rest cut at blank lines and at page furniture.

    Each with whether all of it is page furniture.
    """
    found: list[tuple[Span, bool]] = []
    if not fixed and not text[slice(*gap)].strip():  # most gaps are the space between two sentences
        return found
    at = gap.start
    for stop in [*fixed, Span(gap.end, gap.end)]:
        cuts = {at, stop.start}
        for item in [*furniture, *([skip] if skip else [])]:
            cuts.update(edge for edge in item if at < edge < stop.start)
        for match in _BLANK_LINE.finditer(text, at, stop.start):
            cuts.add(match.end())
        edges = sorted(cuts)
        for start, end in pairwise(edges):
            span = _trimmed(text, Span(start, end))
            if span.start == span.end or (skip and skip.start <= span.start and span.end <= skip.end):
                continue
            found.append((span, any(item.start <= span.start and span.end <= item.end for item in furniture)))
        if stop.start < stop.end:
            found.append((stop, False))
        at = stop.end
    return found
