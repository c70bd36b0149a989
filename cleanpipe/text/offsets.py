"""Edits as values: applying, undoing and composing them exactly, so that a log of many steps is one log.

All offsets are code points. A list of edits is sorted by start, without overlaps; edits may touch.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from cleanpipe.model import Edit

_VISIBLE_ASCII = re.compile(r"[!-~]")


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made.

    >>> apply("abc", [Edit(1, 2, "b", "BB", ("r",), 1.0)])
    'aBBc'
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.after)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def revert(text: str, edits: Iterable[Edit]) -> str:
    """The text that `edits` made `text` from: the inverse of `apply`."""
    parts: list[str] = []
    at = read = 0
    for edit in edits:
        gap = edit.start - read
        parts += (text[at : at + gap], edit.before)
        at += gap + len(edit.after)
        read = edit.end
    parts.append(text[at:])
    return "".join(parts)


def normalise(edits: Iterable[Edit]) -> list[Edit]:
    """Sorted, each cut down to what it changes, those that change nothing left out."""
    result = []
    for edit in edits:
        small = _minimal(edit)
        if small is not None:
            result.append(small)
    result.sort(key=lambda e: (e.start, e.end))
    return result


def _minimal(edit: Edit) -> Edit | None:
    before, after = edit.before, edit.after
    if before == after:
        return None
    limit = min(len(before), len(after))
    head = 0
    while head < limit and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < limit - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    if not head and not tail:
        return edit
    return Edit(
        edit.start + head,
        edit.end - tail,
        before[head : len(before) - tail],
        after[head : len(after) - tail],
        edit.rules,
        edit.confidence,
    )


def compose(first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """One list of edits that does what `first` and then `second` do.

    `first` leads from x to y, `second` from y to z (its offsets are in y); the result leads from x to z. Linear in the
    number of edits. Edits that meet become one, with the rules of both and the lower confidence.
    """
    if not first:
        return list(second)
    if not second:
        return list(first)
    result: list[Edit] = []
    one = two = 0
    delta = 0  # x - y at the current place, outside of any edit of `first`
    while one < len(first) or two < len(second):
        group_one: list[tuple[int, int, Edit]] = []
        group_two: list[Edit] = []
        low = high = -1
        while True:
            if one < len(first):
                edit = first[one]
                start = edit.start - delta
                end = start + len(edit.after)
            take_one = one < len(first) and (
                (low < 0 and (two >= len(second) or _before(start, end, second[two])))
                or (low >= 0 and _meet(start, end, low, high))
            )
            if take_one:
                group_one.append((start, end, edit))
                delta += len(edit.before) - len(edit.after)
                low, high = (start, end) if low < 0 else (low, max(high, end))
                one += 1
                continue
            if two < len(second) and (low < 0 or _meet(second[two].start, second[two].end, low, high)):
                edit = second[two]
                group_two.append(edit)
                low, high = (edit.start, edit.end) if low < 0 else (low, max(high, edit.end))
                two += 1
                continue
            break
        result.append(_merge(group_one, group_two, low, high, delta))
    return normalise(result)


def _before(start: int, end: int, other: Edit) -> bool:
    return (start, end) <= (other.start, other.end)


def _meet(start: int, end: int, low: int, high: int) -> bool:
    """Whether [start, end) has to be one edit with [low, high): they overlap, or touch where one of them is empty."""
    if start == end or low == high:
        return start <= high and end >= low
    return start < high and end > low


def _merge(one: list[tuple[int, int, Edit]], two: list[Edit], low: int, high: int, delta: int) -> Edit:
    if not one:
        edit = two[0]
        if len(two) == 1:
            return Edit(edit.start + delta, edit.end + delta, edit.before, edit.after, edit.rules, edit.confidence)
    if not two and len(one) == 1:
        return one[0][2]
    grown = sum(len(edit.before) - len(edit.after) for _, _, edit in one)
    before: list[str] = []
    after: list[str] = []
    at = low
    source = [(edit.start, edit.end, edit.before) for edit in two]
    for start, end, edit in one:
        before += (_slice(source, at, start), edit.before)
        at = end
    before.append(_slice(source, at, high))
    made = [(start, end, edit.after) for start, end, edit in one]
    at = low
    for edit in two:
        after += (_slice(made, at, edit.start), edit.after)
        at = edit.end
    after.append(_slice(made, at, high))
    every = [edit for _, _, edit in one] + two
    rules = tuple(dict.fromkeys(rule for edit in every for rule in edit.rules))
    start_x = low + delta - grown
    return Edit(
        start_x,
        start_x + (high - low) + grown,
        "".join(before),
        "".join(after),
        rules,
        min(edit.confidence for edit in every),
    )


def _slice(pieces: list[tuple[int, int, str]], start: int, end: int) -> str:
    """Text of [start, end), which the pieces (start, end, text) cover."""
    if start >= end:
        return ""
    index = max(0, bisect_right(pieces, start, key=lambda piece: piece[0]) - 1)
    parts: list[str] = []
    while index < len(pieces) and pieces[index][0] < end:
        left, right, text = pieces[index]
        if right > start:
            parts.append(text[max(start, left) - left : min(end, right) - left])
        index += 1
    return "".join(parts)


def difference(before: str, after: str, rules: tuple[str, ...], confidence: float, at: int = 0) -> list[Edit]:
    """Edits that lead from one text to the other, by their visible ASCII characters where those are the same.

    Linear. Decoding changes what is not ASCII, and spaces; the rest stands still and shows what belongs together.
    Where that doesn't hold, one edit covers everything between the common beginning and the common end.
    """
    if before == after:
        return []
    old, new = _VISIBLE_ASCII.split(before), _VISIBLE_ASCII.split(after)
    if len(old) != len(new) or _VISIBLE_ASCII.findall(before) != _VISIBLE_ASCII.findall(after):
        return normalise([Edit(at, at + len(before), before, after, rules, confidence)])
    edits = []
    for was, now in zip(old, new, strict=True):
        if was != now:
            edits.append(Edit(at, at + len(was), was, now, rules, confidence))
        at += len(was) + 1
    return normalise(edits)


def moved(offset: int, edits: Iterable[Edit]) -> int:
    """Where an offset of the text before `edits` lies after them; inside a replaced stretch, at its end."""
    shifted = offset
    for edit in edits:
        if edit.end <= offset:
            shifted += len(edit.after) - len(edit.before)
        elif edit.start < offset:
            shifted += edit.start + len(edit.after) - offset
    return shifted
