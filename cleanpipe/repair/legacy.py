"""Text in one legacy charset that was read as another: nothing is malformed, only the words tell.

Every pair of charsets gives a candidate. Its cost is that of its words in the language it then is in, and the pair is
believed where it costs much less than the text as it stands, and less than UTF-8 read in any of the charsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cleanpipe.errors import RuleError
from cleanpipe.language.identify import likeliest
from cleanpipe.language.likelihood import LONGEST_WORD, LetterModel, words
from cleanpipe.model import Edit
from cleanpipe.repair.candidates import layer
from cleanpipe.repair.codecs import decoding_table, encoding_table
from cleanpipe.repair.evidence import costs, excerpt, lines, models, odd_words, sample, speaks
from cleanpipe.repair.rules import NOTHING, Found
from cleanpipe.repair.score import ODD_COST, oddness
from cleanpipe.text.offsets import difference

MARGIN = 15.0
"""Nats that decoding has to save: the odds against damage of this kind, one text in ten thousand, times the number of
pairs tried."""

MAX_LEFT = 0.6
"""Share of the cost of the words that change which may be left. Right pairs leave .1 to .4, wrong ones .7 and more."""

SPOKEN_SHARE = 0.5
"""Share of the words that don't change which have to be known in the language that the others are then in."""

LINE_MARGIN = 3.0
"""Nats that decoding has to save in a single line once the text has shown its charset."""

LETTERS_A_BYTE = 3
"""Letters that may become one by decoding, at most: two bytes make an East Asian one; what becomes none was no word."""

MADE_LETTERS = 0.3
"""Share of the different characters that change which have to become letters: German has few beside its quotation
marks."""

MAX_TRIED = 10
"""Candidates whose words are looked up: those that look least odd."""

PAIR_SAMPLE = 400
"""Characters that pairs of charsets are told apart by."""

ODDER = 3
"""Odd pairs of characters that a candidate may have more than the first that was believed, to be weighed against it.
With 2 and with 4.5 the same texts are restored: `python bench/tune_repair.py`."""

LANGUAGES_BEFORE = 3
"""Languages that the text as it stands may be in; damage makes them hard to tell."""

LETTER_COST = 3.4
"""Nats a letter that decoded words may cost at most. Sound text costs 1 to 2, names 3, another language 4."""

DENSE_LETTER_COST = 9.0
"""The same for East Asian characters, of which each says more."""

SUSPECT = re.compile(
    "[^\x00-\x7f’‘“”–—…•·§€£©®™°\u00a0]|[a-z](?:£|[‘“”–—…•§€©®™°](?=[a-z]))",
)
"""What a line must hold to be looked at: a character other than typography, typography inside a word, or a pound sign
after a letter."""

UTF8_SHARE = 0.5
"""Share of the characters beyond ASCII in sequences of UTF-8 from which a text is UTF-8, with bytes lost perhaps.
East Asian charsets have a third of theirs in such sequences by chance."""

MIN_DENSE = 6
"""East Asian characters that a text needs: two bytes make one of them easily. Or none: the curly quotes of an English
text from an East Asian machine are in these charsets, too."""

_WIDE_SIGN = re.compile("[\u3000-\u303f\uff01-\uff65]")
"""East Asian punctuation, which stands in no text without letters of theirs."""

_STRANGE = re.compile("[^\x00-\x7f]")
_DENSE_LETTER = re.compile("[\u3041-\u9fff\uac00-\ud7a3]")
_STAYING = "’‘“”–—…„‚•€£\u00a0«»°®™©"
_C1 = re.compile("[\x80-\x9f]")
_MIXED = re.compile(r"[A-Za-zÀ-ɏ][\u3040-\u9fff\uac00-\ud7a3]|[\u3040-\u9fff\uac00-\ud7a3][a-zÀ-ɏ]|[\uff61-\uff9f]")
"""Letters of West and East side by side, and half-width Kana, which single bytes from A1 to DF make in Shift JIS."""

DENSE: Mapping[str, str] = {
    "gbk": "zh",
    "gb18030": "zh",
    "big5": "zh",
    "euc_kr": "ko",
    "cp949": "ko",
    "shift_jis": "ja",
    "cp932": "ja",
    "euc_jp": "ja",
}
"""East Asian charsets and the language that a text in them is in."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A pair of charsets, with what the text costs decoded by it, and how much less its changed words cost, in nats."""

    was: str
    true: str
    model: LetterModel
    cost: float
    saved: float


@dataclass(frozen=True, slots=True)
class LegacyEngine:
    """Tries every pair of the charset a text was read as and the one it was in."""

    characters: str | None
    id: str
    confidence: float
    pairs: tuple[tuple[str, str], ...]
    one_byte: tuple[str, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> LegacyEngine:
        for key in ("charsets", "read_as"):
            if key not in table:
                raise RuleError(f"{where}: {key} is missing; the engine 'legacy' needs it")
        try:
            for charset in table["read_as"]:
                decoding_table(charset)
            for charset in table["charsets"]:
                b"a".decode(charset)
        except LookupError as error:
            raise RuleError(f"{where}: {error}; name charsets that Python knows") from error
        pairs = tuple((was, true) for was in table["read_as"] for true in table["charsets"] if was != true)
        one_byte = tuple(dict.fromkeys([*table["read_as"], *(c for c in table["charsets"] if c not in DENSE)]))
        return cls(None, table["id"], float(table["confidence"]), pairs, one_byte)

    def find(self, text: str, lang: str | None) -> Found:
        """Edits for every line that the best pair improves."""
        if text.isascii() or not SUSPECT.search(text):
            return NOTHING
        suspects = [(start, line) for start, line in lines(text) if SUSPECT.search(line)]
        chosen = sample(line for _, line in suspects)
        joined = "\n".join(chosen)
        few = excerpt(chosen, PAIR_SAMPLE)
        if self._is_utf8(few):
            return NOTHING
        before = models([lang, *likeliest(few, LANGUAGES_BEFORE)])
        before = before or models(["en"])
        if not oddness(joined) and not any(odd_words(joined, before)):
            return NOTHING
        best, runner_up = self._best(few.split("\n"), sample(chosen, PAIR_SAMPLE), before)
        if best is not None:
            return Found(self._edits(suspects, best, before), [])
        return Found([], [] if runner_up is None else self._edits(suspects, runner_up, before))

    def _edits(
        self, suspects: Sequence[tuple[int, str]], chosen: _Candidate, before: Sequence[LetterModel]
    ) -> list[Edit]:
        edits: list[Edit] = []
        for start, line in suspects:
            decoded = recode(line, chosen.was, chosen.true)
            if decoded is None or decoded == line:
                continue
            few = line[:PAIR_SAMPLE] if chosen.true in DENSE else excerpt([line], PAIR_SAMPLE)
            had, left = costs(few, _recoded(few, chosen.was, chosen.true) or few, before, chosen.model)
            if had - left >= LINE_MARGIN:
                edits += difference(line, decoded, (self.id,), self.confidence, start)
        return edits

    def _best(
        self, passages: Sequence[str], beginnings: Sequence[str], before: Sequence[LetterModel]
    ) -> tuple[_Candidate | None, _Candidate | None]:
        """The pair that leaves least cost, None where none saves enough of it, and the best of the others that would
        save some.

        East Asian charsets are judged by the beginnings of lines: a passage may begin within a character.
        """
        tried: dict[str, tuple[int, str, str]] = {}
        for was, true in self.pairs:
            chosen = beginnings if true in DENSE else passages
            joined = "\n".join(chosen)
            recoded = [_recoded(line, was, true) for line in chosen]
            decoded = "\n".join(line if new is None else new for line, new in zip(chosen, recoded, strict=True))
            dense = len(_DENSE_LETTER.findall(decoded)) if true in DENSE else MIN_DENSE
            if 0 < dense < MIN_DENSE or (not dense and _WIDE_SIGN.search(decoded)):
                continue
            if decoded != joined and decoded not in tried and not _C1.search(decoded):
                tried[decoded] = oddness(decoded) + 2 * len(_MIXED.findall(decoded)), was, true
        best: _Candidate | None = None
        runner_up: _Candidate | None = None
        least = None
        for decoded, (odd, was, true) in sorted(tried.items(), key=lambda item: item[1][0])[:MAX_TRIED]:
            if least is not None and odd > least + ODDER:
                break
            joined = "\n".join(beginnings if true in DENSE else passages)
            for model in models([DENSE[true]] if true in DENSE else likeliest(decoded, 1)):
                candidate, believed = _weighed(joined, decoded, odd, before, model, was, true)
                if believed and (best is None or candidate.cost < best.cost):
                    best = candidate
                    least = odd if least is None else least
                elif candidate.saved >= LINE_MARGIN and (runner_up is None or candidate.cost < runner_up.cost):
                    runner_up = candidate
        return best, runner_up

    def _is_utf8(self, joined: str) -> bool:
        """Whether most of the text is UTF-8 that was read in a one-byte charset."""
        strange = len(_STRANGE.findall(joined))
        letters = set(joined)
        for charset in self.one_byte:
            if layer(charset).leads.isdisjoint(letters):
                continue
            pieces = layer(charset).pieces(joined, lossy=False)
            if pieces and sum(piece.end - piece.start for piece in pieces) >= UTF8_SHARE * strange:
                return True
        return False


def _weighed(
    text: str, decoded: str, odd: int, before: Sequence[LetterModel], model: LetterModel, was: str, true: str
) -> tuple[_Candidate, bool]:
    """A candidate with its cost, and whether it is believed."""
    old, new = (set(words(side)) for side in (text, decoded))
    if true in DENSE:  # without spaces, what has the fewest stops would cost least
        old, new = set(_cut(old)), set(_cut(new))
    left = model.total(new - old) + ODD_COST * odd
    had = min(one.total(old - new) for one in (*before, model)) + ODD_COST * oddness(text)
    letters = sum(map(len, new - old))
    believed = (
        had - left >= MARGIN
        and left <= MAX_LEFT * had
        and left <= letters * (DENSE_LETTER_COST if true in DENSE else LETTER_COST)
        and letters * LETTERS_A_BYTE >= sum(map(len, old - new))
        and _makes_letters(text, decoded)
        and (len(new - old) > 1 or not "".join(old - new).isalpha() or all(map(model.knows, new - old)))
        and speaks(model, new & old, SPOKEN_SHARE)
    )
    return _Candidate(was, true, model, left + model.total(new & old), had - left), believed


def _cut(words: Iterable[str]) -> Iterator[str]:
    """Words in pieces that are looked at to their ends."""
    for word in words:
        yield from (word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))


def _makes_letters(text: str, decoded: str) -> bool:
    """Whether enough of the characters that change become letters. Not told of East Asian ones, which become fewer."""
    changed = {(old, new) for old, new in zip(text, decoded, strict=False) if old != new}
    return len(text) != len(decoded) or sum(new.isalpha() for _, new in changed) >= MADE_LETTERS * len(changed)


def _recoded(text: str, was: str, true: str) -> str | None:
    """`recode` of a part of a line, which may end within an East Asian character of up to four bytes."""
    found = recode(text, was, true)
    for left_out in (1, 2, 3) if true in DENSE else ():
        found = recode(text[:-left_out], was, true) if found is None else found
    return found


def recode(text: str, was: str, true: str) -> str | None:
    """The text as it reads in the charset `true`, None where it can't have been read as `was`.

    Typography that `was` doesn't have came from elsewhere and stays.
    """
    impossible, staying, to_bytes, to_text = _tables(was, true)
    if impossible.search(text):
        return None
    if to_text is not None:
        return text.translate(to_text)
    try:
        return "".join(
            part if part in staying else part.translate(to_bytes).encode("latin-1").decode(true)
            for part in re.split(f"([{staying}])" if staying else "(?!)", text)
        )
    except UnicodeDecodeError:
        return None


@cache
def _tables(was: str, true: str) -> tuple[re.Pattern[str], str, dict[int, str], dict[int, str] | None]:
    """What a text that was read as `was` can't hold; typography that it doesn't have; its characters to bytes, as
    Latin-1; its characters to those of `true`, where that is a one-byte charset."""
    table = encoding_table(was)
    impossible = re.compile("[^" + "".join(map(re.escape, sorted({*table, *_STAYING}))) + "]")
    staying = "".join(character for character in _STAYING if character not in table)
    to_bytes = {ord(character): chr(byte) for character, byte in table.items()}
    if true in DENSE:
        return impossible, staying, to_bytes, None
    return (
        impossible,
        staying,
        to_bytes,
        {ord(c): decoding_table(true)[byte] for c, byte in table.items() if byte > 127},
    )
