"""UTF-8 that was read in a one-byte charset, as a table of what each sequence of characters may have been.

Where a byte was lost on the way (a charset leaves it undefined, or a program threw controls away) a sequence has
several readings; all of them are kept, and `readings.py` chooses by the word they make.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from cleanpipe.repair.codecs import decoding_table, encoding_table

PUNCTUATION = "\u2019\u201c\u201d\u2018\u2013\u2014"
"""What E2 with nothing after it may have been, where a charset has room for none of the other two bytes."""

LOSS_MARKS = "?\ufffd"
"""What stands in the place of a lost byte, where anything does."""

USUAL = re.compile(
    "[\x80-\u017e\u0180-\u024f\u02c6\u02c7\u02d8-\u02dd\u0370-\u0377\u037a-\u03ff\u0400-\u052f\u0531-\u058a\u0591-\u05f4\u0600-\u06ff\u0900-\u0dff\u0e01-\u0e5b"
    "\u0e81-\u0edf\u1000-\u10ff\u1200-\u137f\u1780-\u17ff\u1e00-\u1fff\u200b-\u200f\u2010-\u2044\u2060-\u2069\u2070-\u209f"
    "\u20a0-\u20bf\u2100-\u214f\u2190-\u21ff\u2200-\u22ff\u2300-\u23ff\u2500-\u25ff\u2600-\u27bf\u3000-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\ufb00-\ufb06\ufb1d-\ufdff\ufe0e\ufe0f\ufe70-\ufeff\uff00-\uffef\U0001f000-\U0001faff"
    "\U000e0100-\U000e01ef\U00020000-\U0003ffff]"
)
"""Blocks that living languages and their typography use, and what one-byte charsets have besides. What decodes to
anything else was no such sequence. Long s is left out: box drawings decode to it."""

_ALL_USUAL = re.compile(f"(?:{USUAL.pattern})+")
_UNLIKELY = re.compile("[\u2028-\u202e\u2060-\u2069]")
"""Line separators and marks of direction: no lost byte is worth such a guess."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: `readings` are what it may have been, best first; one where there is no doubt. A whole run
    of sequences is one piece."""

    start: int
    end: int
    readings: tuple[str, ...]


_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_LOSSY_RUN = re.compile(rf"(?:[^\x00-\x7f][ {re.escape(LOSS_MARKS)}]{{0,2}})+")


@dataclass(frozen=True, slots=True)
class Layer:
    """How sequences of UTF-8 look when read in one charset. `leads` are what a sequence begins with, `characters` all
    that the charset has."""

    charset: str
    whole: re.Pattern[str]
    lossy: re.Pattern[str]
    undefined: tuple[int, ...]
    leads: frozenset[str]
    characters: frozenset[str]

    def decoded(self, line: str) -> str | None:
        """A line that is UTF-8 from end to end, None where it isn't or where it holds what no text has."""
        return _whole(line, self.charset)

    def pieces(self, line: str, *, lossy: bool) -> list[Piece]:
        """The sequences of a line that decode to something usual, left to right. Each alone where they are `lossy`,
        else those that touch together."""
        result: list[Piece] = []
        if self.leads.isdisjoint(line):
            return result
        for run in (_LOSSY_RUN if lossy else _RUN).finditer(line):
            if not lossy and (whole := _decoded(run[0], self.charset)):
                result.append(Piece(run.start(), run.end(), (whole,)))
                continue
            for match in (self.lossy if lossy else self.whole).finditer(line, run.start(), run.end()):
                readings = _readings(match[0], self.charset, self.undefined)
                if readings:
                    result.append(Piece(match.start(), match.end(), readings))
        return result


@lru_cache(maxsize=65536)
def _decoded(run: str, charset: str) -> str | None:
    """A run that is UTF-8 from end to end, None where it isn't or where it holds what no text has."""
    return _whole(run, charset)


def _whole(text: str, charset: str) -> str | None:
    try:
        decoded = text.translate(_bytes(charset)).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    letters = "".join(character for character in set(decoded) if character > "\x7f")
    return decoded if _ALL_USUAL.fullmatch(letters) and all(map(_is_assigned, letters)) else None


def _is_assigned(character: str) -> bool:
    return unicodedata.category(character) != "Cn"


class _Bytes(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return "\uffff"  # no byte of the charset


@cache
def _bytes(charset: str) -> _Bytes:
    return _Bytes((ord(character), chr(byte)) for character, byte in encoding_table(charset).items())


def _members(charset: str, low: int, high: int) -> str:
    table = decoding_table(charset)
    return "".join(re.escape(table[byte]) for byte in range(low, high + 1))


@cache
def layer(charset: str) -> Layer:
    """The layer of a charset. LookupError where Python doesn't know it."""
    table = decoding_table(charset)
    undefined = tuple(byte for byte in range(0x80, 0xC0) if "\x80" <= table[byte] <= "\x9f")
    follow = f"[{_members(charset, 0x80, 0xBF)}]"
    two, three, four = (f"[{_members(charset, *lead)}]" for lead in ((0xC2, 0xDF), (0xE1, 0xEF), (0xF0, 0xF4)))
    after_e0 = f"{re.escape(table[0xE0])}[{_members(charset, 0xA0, 0xBF)}]{follow}"
    whole = f"{four}{follow}{{3}}|{after_e0}|{three}{follow}{{2}}|{two}{follow}"
    altered = "".join(re.escape(table[byte]) for byte in (0xC3, 0xC5, 0xCE, 0xD0, 0xD9))
    mark = f"[{re.escape(LOSS_MARKS)}]"
    lost = (
        f"{three}(?:{mark}{follow}|{follow}{mark}|{mark}{mark})"
        f"|{re.escape(table[0xE0])}(?:{mark}{follow}|{follow}{mark})|{two}{mark}"
        f"|[{altered}] |[{_members(charset, 0xE1, 0xE3)}]{follow} "
        f"|{re.escape(table[0xE0])}[{_members(charset, 0xA0, 0xBF)}] "
        f"|{three}{follow}|{re.escape(table[0xE0])}{follow}|{two}|{re.escape(table[0xE2])}"
        if undefined
        else "(?!)"
    )
    leads = frozenset(table[0xC2:0xF5])
    return Layer(charset, re.compile(whole), re.compile(f"{whole}|{lost}"), undefined, leads, frozenset(table))


@lru_cache(maxsize=65536)
def _readings(sequence: str, charset: str, undefined: tuple[int, ...]) -> tuple[str, ...]:
    table = encoding_table(charset)
    if sequence.endswith(" "):  # a byte A0 that became a plain space, or a byte lost before a space
        bare = _readings(sequence[:-1], charset, undefined)
        try:
            restored = (bytes(table[character] for character in sequence[:-1]) + b"\xa0").decode("utf-8")
        except UnicodeDecodeError:
            restored = ""
        found = [restored, restored + " "] if restored and USUAL.fullmatch(restored) else []
        return (*found, *(reading + " " for reading in bare))
    known = [None if character in LOSS_MARKS else table[character] for character in sequence]
    lead = known[0]
    assert lead is not None
    if len(known) == 1 and lead == 0xE2:  # both bytes are gone: only punctuation is worth a guess
        return tuple(c for c in PUNCTUATION if set(c.encode()[1:]) <= set(undefined))
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    forms: list[list[int | None]]
    if len(known) == length:
        forms = [known]
    else:  # one byte is gone without a mark: it may have stood at any place after the first
        forms = []
        forms += [[*known[:place], None, *known[place:]] for place in range(1, length)]
    decoded: dict[str, None] = {}
    for form in forms:
        for filling in product(undefined, repeat=form.count(None)):
            fill = iter(filling)
            data = bytes(next(fill) if known_byte is None else known_byte for known_byte in form)
            try:
                character = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if None in form and _UNLIKELY.match(character):
                continue
            if USUAL.fullmatch(character) and unicodedata.category(character) != "Cn":
                decoded[character] = None
    return tuple(decoded)
