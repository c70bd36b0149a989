"""Repairs of charsets that are found and not made: in addresses and code, and where garbled text is spoken of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cleanpipe.model import Edit
from cleanpipe.repair.mixed_words import protected

QUOTED = re.compile("`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|„[^“”\n]*[“”]|(?<![\\w])'[^'\n]*'|‘[^’\n]*’")
"""A quotation in a line, its marks included."""

WINDOW = 1000
"""Characters of a line on either side of an edit in which what it means is looked for."""

LISTED = 40
"""Characters of a line, without a letter of ASCII, that lists garbled passages."""

MARKS = "`\"'“”«»„‘’"
_PLAIN = re.compile(r"[A-Za-z0-9]")

PROTECTED, MEANT, SHOWN = "protected", "meant", "shown"
"""Why a repair is not made: it lies in an address or in code; the text is about charsets, and the garbled passage is
quoted, stands beside what it means, or in a line of its own; quotations of nothing else are all that is garbled."""


class Sparing:
    """Tells of one text which of a rule's edits are not to be made. `about` is what texts about charsets have."""

    def __init__(self, text: str, edits: Sequence[Edit], about: re.Pattern[str] | None) -> None:
        self.text = text
        self.about = about is not None and about.search(text) is not None
        self.protected = protected(text)
        self._starts = [start for start, _ in self.protected]
        quotations = [match.span() for match in QUOTED.finditer(text)] if any(map(text.__contains__, MARKS)) else []
        self._quotations = quotations
        self._quotation_starts = [start for start, _ in quotations]
        self.shows = bool(edits) and bool(quotations) and all(map(self.is_quotation, edits))

    def why(self, edit: Edit) -> str | None:
        """Why an edit is not to be made (PROTECTED, MEANT or SHOWN), None where it is."""
        if _within(self.protected, self._starts, edit.start):
            return PROTECTED
        if self.about and self._is_meant(edit):
            return MEANT
        return SHOWN if self.shows else None

    def _is_meant(self, edit: Edit) -> bool:
        if _within(self._quotations, self._quotation_starts, edit.start):
            return True
        start, end = max(0, edit.start - WINDOW), edit.end + WINDOW
        line = self.text[start : edit.start].rpartition("\n")[2] + self.text[edit.start : end].partition("\n")[0]
        return edit.after in line or (len(line) <= LISTED and not _PLAIN.search(line))

    def is_quotation(self, edit: Edit) -> bool:
        """Whether an edit lies in a quotation that has no plain letter or digit."""
        span = _within(self._quotations, self._quotation_starts, edit.start)
        return span is not None and edit.end < span[1] and not _PLAIN.search(self.text, *span)


def divided(text: str, edits: Sequence[Edit], about: re.Pattern[str] | None) -> tuple[list[Edit], list[Edit]]:
    """The edits to make, and those that are not to be made."""
    sparing = Sparing(text, edits, about)
    made: list[Edit] = []
    kept: list[Edit] = []
    for edit in edits:
        (made if sparing.why(edit) is None else kept).append(edit)
    return made, kept


def _within(spans: Sequence[tuple[int, int]], starts: Sequence[int], at: int) -> tuple[int, int] | None:
    place = bisect_right(starts, at) - 1
    return spans[place] if place >= 0 and at < spans[place][1] else None
