"""Undoes readings of UTF-8 in a one-byte charset, whole or with lost bytes, where a line looks less odd for it.

Each line is judged by its own sequences; what the other lines of the document show (which charset it was, that there is
damage at all) lowers the threshold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.model import Edit
from cleanpipe.repair.candidates import Layer, Piece, layer
from cleanpipe.repair.charset import QUOTED
from cleanpipe.repair.rules import Found
from cleanpipe.repair.score import is_plain, oddness
from cleanpipe.repair.words import choose, commonest, language_of, likelihood
from cleanpipe.rulebook.schema import compile_pattern

MIN_GAIN = 2
"""Odd pairs that decoding has to take away from a line where the document shows no other damage of the kind."""

KEPT_SHARE = 0.34
"""Share of a line's odd pairs that may be left: what wasn't UTF-8 read wrongly doesn't improve by decoding it."""

SURE_SEQUENCES = 3
"""Whole sequences in the document from which single ones in other lines are believed."""

LOSSY_DISCOUNT = 0.9
"""Confidence where a byte was lost and the word had to say which."""


NEAR_SHARE = 0.4
"""Candidates whose left-over oddness is this share of the line's or less apart are told apart by their words."""

MAX_NEAR = 5

WORD_WEIGHT = 0.5
"""Odd pairs that one more known word outweighs."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    odd: int


@dataclass(frozen=True, slots=True)
class LayerEngine:
    """Candidates by charset for each odd line, the least odd one taken."""

    characters: str | None
    id: str
    confidence: float
    layers: tuple[Layer, ...]
    about: re.Pattern[str] | None
    hidden: re.Pattern[str]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> LayerEngine:
        if "charsets" not in table:
            raise RuleError(f"{where}: charsets is missing; the engine 'layers' needs it")
        try:
            layers = tuple(layer(charset) for charset in table["charsets"])
        except LookupError as error:
            raise RuleError(f"{where}: charsets: {error}; name one-byte charsets that Python knows") from error
        about = compile_pattern(table["about"]) if "about" in table else None
        # Cyrillic read as Mac Roman: its lead bytes are dashes, which look odd to nobody.
        hidden = re.compile(
            "|".join(f"(?:{item.whole.pattern}){{3}}" for item in layers if item.charset == "mac_roman") or "(?!)"
        )
        return cls(None, table["id"], float(table["confidence"]), layers, about, hidden)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for all lines of a text."""
        if text.isascii() or is_plain(text):
            return Found([], [])
        if not self.hidden.search(text) and not oddness(text):
            return Found([], [])
        lines = []
        at = 0
        for content in text.split("\n"):
            if not content.isascii():
                lines.append(_Line(at, content, oddness(content)))
            at += len(content) + 1
        votes: Counter[int] = Counter()
        best: list[int | None] = []
        for line in lines:
            index, count = self._best(line)
            best.append(index)
            if index is not None:
                votes[index] += count
        if not votes:
            return Found([], [])
        main = min(votes, key=lambda index: (-votes[index], index))
        best = [self._follow(line, index, main) for line, index in zip(lines, best, strict=True)]
        quoting = self.about is not None and self.about.search(text) is not None
        lang = self._language(lines, [main if index is None else index for index in best]) or lang
        edits: list[Edit] = []
        considered: list[Edit] = []
        for line, index in zip(lines, best, strict=True):
            sure = votes[main if index is None else index] >= SURE_SEQUENCES
            for edit in self._edits(line, self.layers[main if index is None else index], lang, sure, index is not None):
                protected = quoting and _is_quoted(line.text, edit.start - line.start)
                (considered if protected else edits).append(edit)
        return Found(edits, considered)

    def _best(self, line: _Line) -> tuple[int | None, int]:
        """The layer that makes a line least odd, and how many sequences it has; None where none helps."""
        found: list[tuple[int, int, int, str]] = []
        for index, item in enumerate(self.layers):
            pieces = item.pieces(line.text, lossy=False)
            if not pieces:
                continue
            decoded = _apply(line.text, pieces)
            left = oddness(decoded)
            if left < line.odd or (len(pieces) >= SURE_SEQUENCES and _is_covered(line.text, pieces) and not left):
                found.append((left, -len(pieces), index, decoded))
        if not found:
            return None, 0
        # That everything strange is a whole sequence says more than a little less oddness, which may be chance.
        covering = [
            item for item in found if _is_covered(line.text, self.layers[item[2]].pieces(line.text, lossy=False))
        ]
        found = sorted(covering or found)
        near = [item for item in found if item[0] <= found[0][0] + NEAR_SHARE * line.odd][:MAX_NEAR]
        if len(near) > 1:
            # Stable: of equals the least odd first, then the one with more sequences, then the commoner charset.
            near.sort(key=lambda item: self._cost(line, item[2], item[3]))
        return near[0][2], -near[0][1]

    def _language(self, lines: Sequence[_Line], layers: Sequence[int]) -> str | None:
        guesses = []
        for line, index in zip(lines, layers, strict=True):
            pieces = self.layers[index].pieces(line.text, lossy=True)
            guesses.append(_apply(line.text, [Piece(p.start, p.end, (commonest(p.readings),)) for p in pieces]))
        return language_of("\n".join(guesses))

    def _cost(self, line: _Line, index: int, decoded: str) -> float:
        """Odd pairs less known words after decoding by a layer, lost bytes restored."""
        item = self.layers[index]
        lossy = item.pieces(line.text, lossy=True)
        covered = _is_covered(line.text, item.pieces(line.text, lossy=False))
        if not covered and any(len(piece.readings) > 1 for piece in lossy):
            decoded = _apply(line.text, choose(line.text, lossy, self._language([line], [index])))
        return oddness(decoded) - WORD_WEIGHT * likelihood(line.text, decoded)

    def _follow(self, line: _Line, index: int | None, main: int) -> int | None:
        """The charset of most of the document where it does nearly as well for the line as the line's own best."""
        if index in (None, main):
            return index
        lefts = []
        for item in (self.layers[main], self.layers[index or 0]):
            pieces = item.pieces(line.text, lossy=False)
            lefts.append(oddness(_apply(line.text, pieces)) if pieces else line.odd + 1)
        return main if lefts[0] <= lefts[1] + NEAR_SHARE * line.odd and lefts[0] <= line.odd else index

    def _edits(self, line: _Line, item: Layer, lang: str | None, sure: bool, whole: bool) -> list[Edit]:
        pieces = item.pieces(line.text, lossy=False)
        after = oddness(_apply(line.text, pieces))
        discount = 1.0
        if item.undefined and not _is_covered(line.text, pieces) and (sure or line.odd >= MIN_GAIN):
            lossy = choose(line.text, item.pieces(line.text, lossy=True), lang)
            left = oddness(_apply(line.text, lossy))
            if left <= after:
                if lossy != pieces:
                    discount = LOSSY_DISCOUNT
                pieces, after = lossy, left
        if not pieces:
            return []
        gain = line.odd - after
        covered = gain >= 0 and _is_covered(line.text, pieces)
        if not (
            (gain >= 0 and likelihood(line.text, _apply(line.text, pieces)) >= 1)
            or (gain >= (1 if sure else MIN_GAIN) and after <= KEPT_SHARE * line.odd)
            or (covered and after == 0 and (sure or len(pieces) >= SURE_SEQUENCES))
        ):
            return []
        whole_pieces = {(piece.start, piece.end) for piece in item.pieces(line.text, lossy=False)}
        return [
            Edit(
                line.start + piece.start,
                line.start + piece.end,
                line.text[piece.start : piece.end],
                piece.readings[0],
                (self.id,),
                round(self.confidence * (1.0 if (piece.start, piece.end) in whole_pieces else discount), 3),
            )
            for piece in pieces
        ]


def _is_covered(line: str, pieces: Sequence[Piece]) -> bool:
    """Whether the sequences take up everything in the line that isn't ASCII or plain punctuation."""
    rest = []
    at = 0
    for piece in pieces:
        rest.append(line[at : piece.start])
        at = piece.end
    rest.append(line[at:])
    return re.search("[^\x00-\x7f\u00a0’“”‘–—…]", "".join(rest)) is None


def _is_quoted(line: str, at: int) -> bool:
    return any(match.start() <= at < match.end() for match in QUOTED.finditer(line))


def _apply(line: str, pieces: Sequence[Piece]) -> str:
    parts: list[str] = []
    at = 0
    for piece in pieces:
        parts += (line[at : piece.start], piece.readings[0])
        at = piece.end
    parts.append(line[at:])
    return "".join(parts)
