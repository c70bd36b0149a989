"""Repairs of charsets that are found and not made: in addresses and code, and where garbled text is spoken of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from cleanpipe.model import Edit
from cleanpipe.repair.mixed_words import protected

QUOTED = re.compile("`[^`\n]*`|\"[^\"\n]*\"|“[^“”\n]*”|«[^«»\n]*»|„[^„“”\n]*[“”]|(?<![\\w])'[^'\n]*'|‘[^‘’\n]*’")
"""A quotation in a line, its marks included. It holds no second opening mark: that keeps unclosed ones linear."""

WINDOW = 1000
"""Characters of a line, at least, on either side of an edit in which what it means is looked for."""

LISTED = 8
"""Characters of a line that lists a garbled sign: no word is so short when garbled, and stands alone in its line."""

MARKS = "`\"'“”«»„‘’"
_WORD = re.compile(r"\w+|[^\w\s]")
_PLAIN = re.compile(r"[A-Za-z0-9]")
_UNIT = re.compile(r"(?<!\w)Å[²³]")

PROTECTED, MEANT, SHOWN, UNIT = "protected", "meant", "shown", "unit"
"""Why a repair is not made: it lies in an address or in code; the text is about charsets, and the garbled passage is
quoted, stands beside what it means, or in a line of its own; it would take the closing mark of a quotation that has its
opening one, or all that is garbled is single signs in quotation marks; it is a square or cubic ångström."""


class Sparing:
    """Tells which of a rule's edits (sorted) are not to be made in a text. `about`: what texts about charsets have."""

    def __init__(self, text: str, edits: Sequence[Edit], about: re.Pattern[str] | None) -> None:
        self.text = text
        self.about = about is not None and about.search(text) is not None
        self._edits = _Spans([(edit.start, edit.end) for edit in edits])
        self._protected = _Spans(protected(text))
        quotations = [match.span() for match in QUOTED.finditer(text)] if any(map(text.__contains__, MARKS)) else []
        self._quotations = _Spans(quotations)
        self._line = 0, 0
        self._beside: dict[tuple[int, int], frozenset[str]] = {}
        self.shows = bool(edits) and self._are_single_signs(edits)

    def _are_single_signs(self, edits: Sequence[Edit]) -> bool:
        """Whether each of the edits makes a single letter or sign that is all of a quotation."""
        letters: dict[tuple[int, int], int] = {}
        for edit in edits:
            span = self._quotations.around(edit.start)
            if span is None or _PLAIN.search(self.text, *span):
                return False
            letters[span] = letters.get(span, 0) + sum(map(str.isalpha, edit.after))
        return max(letters.values()) <= 1

    def why(self, edit: Edit) -> str | None:
        """Why an edit is not to be made (PROTECTED, MEANT, SHOWN or UNIT), None where it is."""
        if self._protected.around(edit.start):
            return PROTECTED
        quotation = self._quotations.around(edit.start)
        if self.about and (quotation or self._is_beside(edit)):
            return MEANT
        if quotation and (self.shows or self._unbalances(edit, quotation)):
            return SHOWN
        return UNIT if _UNIT.match(self.text, edit.start) else None

    def _is_beside(self, edit: Edit) -> bool:
        """Whether the line of an edit has what it means as a word of its own, or lists signs and is short."""
        start, end = self._line
        if not start <= edit.start < end:
            start = self.text.rfind("\n", 0, edit.start) + 1
            end = self.text.find("\n", edit.start)
            start, end = self._line = start, end if end >= 0 else len(self.text)
        block = (edit.start - start) // WINDOW
        if (start, block) not in self._beside:
            left, right = max(start, start + (block - 1) * WINDOW), min(end, start + (block + 2) * WINDOW)
            self._beside[start, block] = frozenset(self._words_beside(left, right))
        beside = self._beside[start, block]
        return edit.after in beside or (end - start <= LISTED and not any(word[0].isalpha() for word in beside))

    def _words_beside(self, start: int, end: int) -> Iterator[str]:
        """Words and signs of a stretch that are in no edit."""
        at = start
        for left, right in self._edits.between(start, end):
            yield from _WORD.findall(self.text, at, left)
            at = right
        yield from _WORD.findall(self.text, at, min(end, len(self.text)))

    def _unbalances(self, edit: Edit, quotation: tuple[int, int]) -> bool:
        """Whether an edit takes the closing mark of a quotation whose opening one stays."""
        return quotation[0] < edit.start and edit.end >= quotation[1] and not self._edits.around(quotation[0])


class _Spans:
    """Stretches of a text, left to right."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = spans
        self.starts = [start for start, _ in spans]

    def around(self, at: int) -> tuple[int, int] | None:
        place = bisect_right(self.starts, at) - 1
        return self.spans[place] if place >= 0 and at < self.spans[place][1] else None

    def between(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        return self.spans[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def divided(text: str, edits: Sequence[Edit], about: re.Pattern[str] | None) -> tuple[list[Edit], list[Edit]]:
    """The edits to make, and those that are not to be made."""
    sparing = Sparing(text, edits, about)
    made: list[Edit] = []
    kept: list[Edit] = []
    for edit in edits:
        (made if sparing.why(edit) is None else kept).append(edit)
    return made, kept
