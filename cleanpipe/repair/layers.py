"""Undoes readings of UTF-8 in a one-byte charset, whole or with lost bytes, where a line looks less odd for it.

Each line is judged by its own sequences; what the other lines of the document show (which charset it was, that there is
damage at all) lowers the threshold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cleanpipe.errors import RuleError
from cleanpipe.language.identify import likeliest
from cleanpipe.language.likelihood import LetterModel, words
from cleanpipe.model import Edit
from cleanpipe.repair.candidates import Layer, Piece, layer
from cleanpipe.repair.codecs import decoding_table
from cleanpipe.repair.evidence import FEW_WORDS, SAMPLE, costs, excerpt, lines, models, odd_words, sample, speaks
from cleanpipe.repair.readings import choose, commonest, rare_signs
from cleanpipe.repair.rules import NOTHING, Found
from cleanpipe.repair.score import ODD_COST, is_plain, oddness
from cleanpipe.repair.sequences import applied, clings, count_sequences, is_chance, left_over

MARGIN = 12.0
"""Nats that decoding has to save in a line where the document shows no other damage of the kind. Valid UTF-8 is
evidence by itself: hence less than for charsets that any byte is valid in."""

LOSSY_MARGIN = 15.0
"""The same in a text where no sequence is whole."""

MIN_KNOWN = 0.66
"""Share of the words made there that have to be known: one lost byte in one word is easily imagined."""

SPOKEN_SHARE = 0.75
"""Share of the other words that have to be known there: "Creât" isn't "Cre’t" in a language of which few words are.
Sound news has .85 to .97."""

LONG_WORD = 5
LIKELY_RATE = 2.5
"""Letters, and nats a letter at most, of a word that is believed without being known."""

SURE_MARGIN = 3.0
"""The same once the document has shown the damage."""

MAX_LEFT = 0.6
"""Share of the cost of what changes in a line that may be left: what wasn't UTF-8 doesn't get better by decoding."""

SURE_SEQUENCES = 3
"""Whole sequences in the document from which single ones in other lines are believed."""

SIGN_COST = 4.0
"""Nats of a sign that is no letter in a line that is all sequences: Hebrew and Greek become signs that look odd to
nobody."""

SHOWN_SEQUENCES = 30
"""Whole sequences in the sample from which a line that is all sequences is believed without looking up its words."""

NEAR_SHARE = 0.4
"""Charsets whose left-over oddness is this share of the line's or less apart are told apart by their words."""

MAX_NEAR = 5
"""Charsets that are told apart so, those that leave the line least odd. From 3 to all of them the same texts are
restored: `python bench/tune_repair.py`."""

NARROW_BEAM = 4
"""Combinations of lost bytes kept for that. From 1 to 12 the same texts are restored, but for one in 600."""

NEAR_SAMPLE = 250
"""Characters that they are told apart by. 500 repair no more (`bench/tune_repair.py`) and take twice the time."""

LOSSY_SAMPLE = 1000
"""The same where every sequence lost a byte."""

MAX_DEPTH = 4
"""Readings upon one another that are looked through at once, where a line is UTF-8 from end to end in each."""

COMMON = frozenset({"cp1252", "latin-1"})
"""Charsets that UTF-8 is read in so often that a sequence of it is believed wherever it stands."""

_ACCENTED = re.compile("[\u00c0-\u024f]")
"""Where every sequence lost a byte, only what begins with a Latin letter is thought of: Cyrillic or Greek would be in
each word."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    odd: int


class _Reading(NamedTuple):
    """A line's whole sequences in a layer, what they make of it, and how odd that is."""

    layer: int
    pieces: list[Piece]
    decoded: str
    odd: int

    def covers(self, line: str) -> bool:
        """Whether everything strange in the line is in the sequences."""
        return not left_over(line, self.pieces)


@dataclass
class _Document:
    """What a text shows as a whole. The languages are looked up when first asked for: a clear case needs none."""

    lines: list[_Line]
    sample: list[str]
    lang: str | None
    layers: Mapping[str, Layer] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, lang: str | None) -> _Document:
        found = [_Line(at, line, oddness(line)) for at, line in lines(text) if not line.isascii()]
        return cls(found, sample(line.text for line in found), lang)

    @cached_property
    def before(self) -> list[LetterModel]:
        """Languages that the text may be in as it stands."""
        return models([self.lang, *likeliest(excerpt(self.sample, NEAR_SAMPLE), 2)])

    @cached_property
    def model(self) -> LetterModel | None:
        """The language that it is in when decoded."""
        return _model_of([_guessed(content, item) for content, item in self.layers.items()]) or next(
            iter(self.before), None
        )


@dataclass(frozen=True, slots=True)
class LayerEngine:
    """Candidates by charset for each odd line, the least odd one taken."""

    characters: str | None
    id: str
    confidence: float
    layers: tuple[Layer, ...]
    hidden: re.Pattern[str]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> LayerEngine:
        if "charsets" not in table:
            raise RuleError(f"{where}: charsets is missing; the engine 'layers' needs it")
        try:
            layers = tuple(layer(charset) for charset in table["charsets"])
        except LookupError as error:
            raise RuleError(f"{where}: charsets: {error}; name one-byte charsets that Python knows") from error
        # Cyrillic read as Mac Roman: its lead bytes are dashes, which look odd to nobody.
        hidden = re.compile(
            "|".join(f"(?:{item.whole.pattern}){{3}}" for item in layers if item.charset == "mac_roman") or "(?!)"
        )
        return cls(None, table["id"], float(table["confidence"]), layers, hidden)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for all lines of a text."""
        if text.isascii() or is_plain(text):
            return NOTHING
        document = _Document.of(text, lang)
        odd = any(line.odd for line in document.lines) or self.hidden.search(text) is not None
        if not odd and not any(map(_ACCENTED.search, odd_words("\n".join(document.sample), document.before))):
            return NOTHING
        near = {content: self._near(content) for content in document.sample}
        groups: dict[tuple[int, ...], list[str]] = {}
        for content, counts in near.items():
            if counts:
                groups.setdefault(tuple(counts), []).append(content)
        known = {group: self._likeliest(group, contents) for group, contents in groups.items()}
        votes: Counter[int] = Counter()
        for counts in near.values():
            if counts:
                index = known[tuple(counts)]
                votes[index] += counts[index]
        if votes:
            main = min(votes, key=lambda index: (-votes[index], index))
        else:
            lossy = self._best_lossy(excerpt(document.sample, LOSSY_SAMPLE), document.before)
            if lossy is None:
                return NOTHING
            main = lossy
        document.layers = {c: self.layers[known[tuple(near[c])] if near[c] else main] for c in document.sample}
        edits: list[Edit] = []
        considered: list[Edit] = []
        for line in document.lines:
            reading = self._follow(line, near, known, main, votes[main] >= SHOWN_SEQUENCES)
            index = reading.layer
            margin = LOSSY_MARGIN if not votes else SURE_MARGIN if votes[index] >= SURE_SEQUENCES else MARGIN
            shown = self.layers[index].charset in COMMON or votes[index] >= SHOWN_SEQUENCES
            made, weighed = self._edits(line, reading, document, margin, shown)
            edits += made
            considered += weighed
        return Found(edits, considered)

    def _read(self, line: str, index: int) -> _Reading:
        pieces = self.layers[index].pieces(line, lossy=False)
        decoded = applied(line, pieces) if pieces else line
        return _Reading(index, pieces, decoded, oddness(decoded))

    def _near(self, line: str) -> dict[int, int]:
        """The layers that make a line least odd, or nearly, the best first, and how many sequences it has in each."""
        whole = self._whole(line)
        if whole:
            return whole
        line = excerpt([line], NEAR_SAMPLE)
        odd = oddness(line)
        found: list[tuple[int, int, int, str]] = []
        covering = []
        letters = set(line)
        for index, item in enumerate(self.layers):
            if item.leads.isdisjoint(letters):
                continue
            reading = self._read(line, index)
            if not reading.pieces or is_chance(line, reading.pieces):
                continue
            covers = reading.covers(line)
            found_here = count_sequences(reading.pieces)
            if reading.odd < odd or (found_here >= SURE_SEQUENCES and covers and not reading.odd):
                found.append((reading.odd, -found_here, index, reading.decoded))
                if covers:
                    covering.append(found[-1])
        # That everything strange is a whole sequence says more than a little less oddness, which may be chance. Where
        # it is, charsets that give the same text are the same: the commonest stands for them.
        found = sorted(covering or found)
        same = {decoded if covering else index: index for _, _, index, decoded in reversed(found)}
        kept = [item for item in found if item[2] in same.values()]
        return {item[2]: -item[1] for item in kept if item[0] <= kept[0][0] + NEAR_SHARE * odd}

    def _whole(self, line: str) -> dict[int, int]:
        """The layers in which a line is UTF-8 from end to end, one for each text that they make of it, and how many
        sequences it has; none where there are few, or what they make looks odd and isn't such UTF-8 again."""
        texts = self._decoded(line)
        counts = {index: sum([c > "\x7f" for c in text]) for text, index in texts.items() if self._settles(text)}
        return {index: count for index, count in counts.items() if count >= SURE_SEQUENCES}

    def _decoded(self, line: str) -> dict[str, int]:
        """The texts that a line is from end to end in some layer, each with the first such."""
        letters = set(line)
        found: dict[str, int] = {}
        for index, item in enumerate(self.layers):
            if letters <= item.characters and not item.leads.isdisjoint(letters) and (text := item.decoded(line)):
                found.setdefault(text, index)
        return found

    def _settles(self, text: str, deeper: int = MAX_DEPTH - 1) -> bool:
        """Whether a text looks sound, or does so when decoded from end to end up to `deeper` times more."""
        return not oddness(text) or (deeper > 0 and any(self._settles(one, deeper - 1) for one in self._decoded(text)))

    def _likeliest(self, near: Sequence[int], lines: Sequence[str]) -> int:
        """The layer, of those that are near for some lines, in which their words cost least."""
        if len(near) == 1:
            return near[0]
        text = excerpt(lines, NEAR_SAMPLE)
        different = {tuple(self.layers[index].pieces(text, lossy=True)): index for index in reversed(near[:MAX_NEAR])}
        kept = [index for index in near if index in different.values()]
        return kept[0] if len(kept) == 1 else min(kept, key=lambda index: self._cost(text, index))

    def _best_lossy(self, chosen: str, before: Sequence[LetterModel]) -> int | None:
        """The layer that saves most where every sequence lost a byte, None where none saves enough or makes words."""
        best: tuple[float, int] | None = None
        model = before[0] if before else None
        if model is None:
            return None
        seen: set[tuple[Piece, ...]] = set()
        for index, item in enumerate(self.layers):
            if not item.undefined or not _ACCENTED.match(decoding_table(item.charset)[0xE2]):
                continue
            pieces = tuple(item.pieces(chosen, lossy=True))
            if not pieces or pieces in seen:
                continue
            seen.add(pieces)
            decoded = applied(chosen, [piece for piece, _ in choose(chosen, pieces, model)])
            had, left = costs(chosen, decoded, before, model)
            old, new = set(words(chosen)), set(words(decoded))
            made = [word for word in new - old if len(word) > 1]
            known = sum(model.knows(word) or _is_likely(word, model) for word in made)
            least = MIN_KNOWN if len(new & old) >= FEW_WORDS else 1.0
            if had - left < LOSSY_MARGIN or left > MAX_LEFT * had or not made or known < least * len(made):
                continue
            if not speaks(model, new & old, SPOKEN_SHARE):
                continue
            if best is None or left - had < best[0]:
                best = left - had, index
        return None if best is None else best[1]

    def _cost(self, text: str, index: int) -> float:
        """Nats of a text after decoding by a layer, lost bytes restored."""
        item = self.layers[index]
        model = _model_of([_guessed(text, item)])
        pieces = item.pieces(text, lossy=False)
        rest = left_over(text, pieces)
        if rest:
            lossy = item.pieces(text, lossy=True)
            pieces = [piece for piece, _ in choose(text, lossy, model, 0.0, NARROW_BEAM)]
            rest = left_over(text, lossy)
        decoded = applied(text, pieces)
        spoken = model.total(set(words(decoded))) if model else 0.0
        return ODD_COST * (oddness(decoded) + rest) + spoken + rare_signs(pieces)

    def _follow(
        self,
        line: _Line,
        near: Mapping[str, dict[int, int]],
        known: Mapping[tuple[int, ...], int],
        main: int,
        shown: bool,
    ) -> _Reading:
        """A line read as most of the document, where that does nearly as well for it as the line's own best charset, or
        explains all of it in a document that has shown its charset."""
        mine = self._read(line.text, main)
        group = near.get(line.text)
        if group is None:
            less = mine.odd < line.odd if shown else mine.odd <= line.odd // 2
            if len(line.text) > SAMPLE or (mine.pieces and less and mine.covers(line.text)):
                return mine
            group = self._near(line.text)
        if not group or main in group:
            return mine
        index = known.get(tuple(group))
        own = self._read(line.text, self._likeliest(tuple(group), [line.text]) if index is None else index)
        return mine if mine.odd <= min(own.odd + NEAR_SHARE * line.odd, line.odd) and mine.pieces else own

    def _edits(
        self, line: _Line, reading: _Reading, document: _Document, margin: float, shown: bool
    ) -> tuple[list[Edit], list[Edit]]:
        """Edits to make in a line, and edits that are too doubtful."""
        item = self.layers[reading.layer]
        pieces, decoded = reading.pieces, reading.decoded
        covered = reading.covers(line.text)
        chosen = [(piece, 1.0) for piece in pieces]
        left, odd = ODD_COST * reading.odd, ODD_COST * line.odd
        enough = covered and shown and odd - left >= margin and left <= MAX_LEFT * odd
        if not enough:
            had, left = costs(line.text, decoded, document.before, document.model)
            if item.undefined and not covered:
                lossy = choose(line.text, item.pieces(line.text, lossy=True), document.model)
                filled = applied(line.text, [piece for piece, _ in lossy])
                lossy_had, lossy_left = costs(line.text, filled, document.before, document.model)
                if lossy_left - lossy_had <= left - had:
                    chosen, had, left = lossy, lossy_had, lossy_left
                    pieces = [piece for piece, _ in chosen]
            signs = sum(not c.isalpha() for piece in pieces for c in line.text[piece.start : piece.end])
            hidden = count_sequences(pieces) >= SURE_SEQUENCES and left <= had + SIGN_COST * signs
            hidden = hidden and not left_over(line.text, pieces)
            enough = hidden or (had - left >= margin and left <= MAX_LEFT * had)
        if not pieces:
            return [], []
        if item.charset not in COMMON and count_sequences(pieces) < SURE_SEQUENCES and not clings(line.text, pieces):
            enough = False  # "√π" is "ù" in Mac Roman
        edits = [
            Edit(
                line.start + piece.start,
                line.start + piece.end,
                line.text[piece.start : piece.end],
                piece.readings[0],
                (self.id,),
                round(self.confidence * share, 3),
            )
            for piece, share in chosen
        ]
        return (edits, []) if enough and not is_chance(line.text, pieces) else ([], edits)


def _guessed(line: str, item: Layer) -> str:
    """A line with the likeliest letters, to tell its language by."""
    pieces = item.pieces(line, lossy=True)
    return applied(line, [Piece(p.start, p.end, (commonest(p.readings),)) for p in pieces])


def _model_of(guesses: Sequence[str]) -> LetterModel | None:
    return next(iter(models(likeliest("\n".join(sample(guesses)), 1))), None)


def _is_likely(word: str, model: LetterModel) -> bool:
    return len(word) >= LONG_WORD and model.cost(word) <= LIKELY_RATE * len(word)
