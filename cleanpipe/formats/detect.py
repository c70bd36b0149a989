"""Which legacy charset bytes are in, told by how likely the text is that each charset makes of them.

Every charset is tried with the languages that it was used for. A reading costs the pairs of letters that its words have
in the language (`language/pairs.py`), the signs that stand where none belong, and the bytes that the charset doesn't
have. Where two readings cost about the same, whole words decide (`language/likelihood.py`).

Costs and limits were set by hand; `python bench/charsets.py` shows what a change does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleanpipe.formats.signs import MISPLACED_COST, pair_costs, sign_costs
from cleanpipe.language.likelihood import LetterModel, letter_model
from cleanpipe.language.pairs import PairTable, pair_table

DEFAULT_CHARSET = "windows-1252"

WESTERN = (
    *("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is"),
    *("ca", "gl", "eu", "ga", "sq", "af", "id", "fo", "lb", "oc", "br"),
)
CENTRAL = ("pl", "cs", "sk", "hu", "sl", "sh", "ro", "sq", "de", "hsb")
CYRILLIC = ("ru", "uk", "be", "bg", "mk")
DENSE = frozenset({"zh", "ja", "ko"})
LATIN = frozenset((*WESTERN, *CENTRAL, "tr", "lt", "lv", "et", "vi"))
"""Languages written in Latin letters: in a text in one of the others, words in ASCII are foreign."""

MINOR_COSTS = dict.fromkeys(("af", "be", "br", "eu", "fo", "ga", "gl", "hsb", "lb", "oc", "sq"), 3.0)
"""Nats for languages in which the web has about a twentieth as much as in their neighbours."""


class Charset(NamedTuple):
    """A charset, the languages it was used for, and `-ln` of how often it is met, roughly: nothing hangs on a nat.

    `names` are names that Python knows, a smaller charset before the larger one that holds it: the first that reads all
    is meant.
    """

    names: tuple[str, ...]
    langs: tuple[str, ...]
    cost: float


CHARSETS = (
    Charset((DEFAULT_CHARSET,), WESTERN, 0),
    Charset(("windows-1251",), CYRILLIC, 1),
    Charset(("gb18030",), ("zh",), 1),
    Charset(("big5", "cp950", "big5hkscs"), ("zh",), 1),
    Charset(("shift_jis", "cp932"), ("ja",), 1),
    Charset(("euc_jp",), ("ja",), 1),
    Charset(("euc_kr", "cp949"), ("ko",), 1),
    Charset(("windows-1250",), CENTRAL, 1),
    Charset(("windows-1253",), ("el",), 1),
    Charset(("windows-1255",), ("he",), 1),
    Charset(("windows-1256",), ("ar", "fa", "ur"), 1),
    Charset(("cp874",), ("th",), 1),
    Charset(("windows-1254",), ("tr",), 1.5),
    Charset(("windows-1257",), ("lt", "lv", "et"), 1.5),
    Charset(("iso-8859-2",), CENTRAL, 2),
    Charset(("koi8-r",), ("ru", "bg"), 2),
    Charset(("iso-8859-7",), ("el",), 2),
    Charset(("windows-1258",), ("vi",), 2),
    Charset(("koi8-u",), ("uk", "be", "ru"), 3),
    Charset(("iso-8859-15",), WESTERN, 3),
    Charset(("iso-8859-6",), ("ar",), 3),
    Charset(("macintosh",), WESTERN, 3),
    Charset(("ibm850",), WESTERN, 3),
    Charset(("ibm437",), WESTERN, 3.5),
    Charset(("ibm852",), CENTRAL, 3.5),
    Charset(("ibm866",), CYRILLIC, 4),
    Charset(("iso-8859-5",), CYRILLIC, 4),
    Charset(("mac-cyrillic",), CYRILLIC, 5),
)

_WESTERN_NAMES = frozenset(charset.names for charset in CHARSETS if charset.langs is WESTERN)

FIRST_BYTES = 200
"""Bytes of tokens beyond ASCII by which most charsets and languages are ruled out, ..."""

POSSIBLE = 40.0
"""... those that cost so many nats more than the best."""

SAMPLE_BYTES = 1500
"""Bytes of tokens beyond ASCII that are looked at; articles of 2,000 characters need no more to be told."""

ASCII_WORDS = 60
"""Words in ASCII that tell the language of the rest."""

ASCII_SHARE = 0.5
"""How much of their cost counts: all readings share them, only the languages differ."""

MAX_BROKEN = 0.2
"""Share of characters that a charset may not have, beyond which it isn't meant."""

FLIP_COST = 7.0
"""Nats of a capital after a small letter."""

MIXED_COST = 9.0
"""Nats of a word of Latin letters and others."""

STRAY_COST = 6.0
"""Nats of words in another script in a text that has far more Latin letters."""

STRAY_SHARE = 2
"""How many times more."""

NEAR = 14.0
"""Nats between readings that whole words decide about."""

MAX_NEAR = 3
"""Texts that whole words decide about, ..."""

LANGUAGES = 2
"""... each in so many languages."""

MAX_LETTER_COST = 6.0
"""Nats a letter above which a reading makes no words in any language. Right ones cost 2 to 4."""

MAX_DENSE_COST = 9.0
"""The same of Chinese characters; right ones cost 5 to 8."""

SURE = 6.0
"""Nats that a reading without letters enough has to be better than windows-1252."""

IMPOSSIBLE_COST = 8.0
"""Nats of signs in windows-1252 that stand in no place that is theirs, such as a dash inside a word; ..."""

SURE_OF_LETTERS = 10.0
"""... where there are none, a reading without letters enough has to be better by so much."""

MIN_LETTERS = 3
"""Letters beyond ASCII that a reading needs to be believed before windows-1252."""

LONGEST_RUN = 40
"""Letters that are looked up as one word."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u0e31-\u0e4e"
    "\u0eb1-\u0ece\u1000-\u109f\u1780-\u17ff"
)
_RUN = re.compile(rf"(?:[^\W\d_\u00aa\u00ba]|[{_MARKS}])+")
_TOKEN = re.compile(rb"[^\x00-\x20\x7f]+")
_ASCII_WORD = re.compile(rb"[A-Za-z]+")
_LATIN_LETTER = re.compile("[A-Za-z]")


class Guess(NamedTuple):
    """The charset of some bytes and the language that the text then is in; None where windows-1252 is only assumed,
    because nothing tells."""

    charset: str
    lang: str | None


class _Reading(NamedTuple):
    """What a charset makes of a sample, in the order of the text: the runs of letters beyond ASCII, those in ASCII that
    touch them, and the other words in ASCII."""

    charset: Charset
    text: str
    runs: tuple[str, ...]
    near: tuple[str, ...]
    rest: tuple[str, ...]
    other_cost: float
    """Nats of everything that is no letter, and of the charset itself."""
    lang: str = ""
    cost: float = 0.0
    letter_cost: float = 0.0
    """Nats of the letters in `runs` and `near`."""
    broken: tuple[str, ...] = ()
    """Runs in tokens with bytes that the charset doesn't have; where a byte is lost, all after it may be wrong. `runs`
    and `near` are without them, unless there are no others."""


def detect(data: bytes) -> Guess:
    """The charset of bytes that are no UTF-8; windows-1252 where nothing tells.

    Depends on what comes first: SAMPLE_BYTES of tokens beyond ASCII, and ASCII_WORDS. 3 to 20 ms; where whole words
    have to decide, up to half a second for each language that comes into question for the first time.
    """
    ranked = _ranked(data, CHARSETS, FIRST_BYTES)
    if ranked and len(data) > FIRST_BYTES:
        possible: dict[Charset, list[str]] = {}
        for reading in ranked:
            if reading.cost <= ranked[0].cost + POSSIBLE:
                possible.setdefault(reading.charset, []).append(reading.lang)
        charsets = [charset._replace(langs=tuple(langs)) for charset, langs in possible.items()]
        ranked = _ranked(data, charsets, SAMPLE_BYTES) or ranked
    texts: dict[str, list[_Reading]] = {}
    for reading in ranked:
        texts.setdefault(reading.text, []).append(reading)
    near = [same for same in list(texts.values())[:MAX_NEAR] if same[0].cost <= ranked[0].cost + NEAR]
    doubtful = _windows_1252_may_be(ranked)
    if len(near) > 1:
        ranked = sorted((_by_words(reading) for same in near for reading in same[:LANGUAGES]), key=_cost)
    if not ranked or not _to_be_believed(ranked[0], ranked, doubtful):
        return Guess(DEFAULT_CHARSET, None)
    return Guess(_narrowest(data, ranked[0].charset.names), ranked[0].lang)


def _ranked(data: bytes, charsets: Iterable[Charset], size: int) -> list[_Reading]:
    """What charsets make of a sample of `size` bytes, in each of their languages, the likeliest first."""
    tokens, cut = _sample(data, size)
    words = _ascii_words(data[: 4 * size])
    return sorted((reading for charset in charsets for reading in _read(tokens, cut, charset, words)), key=_cost)


def _ascii_words(data: bytes) -> tuple[str, ...]:
    """Different words of tokens in ASCII, which are the same in every reading."""
    tokens = (token for token in _TOKEN.findall(data) if token.isascii())
    words = dict.fromkeys(word.decode().lower() for token in tokens for word in _ASCII_WORD.findall(token))
    return tuple(words)[:ASCII_WORDS]


def _sample(data: bytes, size: int) -> tuple[bytes, bool]:
    """At most `size` bytes of different tokens beyond ASCII, one a line, as they come; whether the last one was cut."""
    found: dict[bytes, None] = {}
    room = size
    for match in _TOKEN.finditer(data):
        token = match[0]
        if token.isascii() or token in found:
            continue
        found[token[:room]] = None
        room -= len(token)
        if room <= 0:
            break
    return b"\n".join(found), room < 0


def _cost(reading: _Reading) -> float:
    return reading.cost


def _read(tokens: bytes, cut: bool, charset: Charset, words: Sequence[str]) -> list[_Reading]:
    """What a charset makes of the tokens, a reading for each language; none where it has no characters for them.
    `words` are those in ASCII."""
    text = tokens.decode(charset.names[-1], "replace")
    if cut:
        text = text.rstrip("\ufffd")
    if text.count("\ufffd") > MAX_BROKEN * len(text):
        return []
    latin, dense = charset.langs[0] in LATIN, charset.langs[0] in DENSE
    runs: dict[str, None] = {}
    near: dict[str, None] = {}
    broken: dict[str, None] = {}
    cost = charset.cost + pair_costs(text)
    for token in text.split("\n"):
        for run in _RUN.findall(token):
            if run.isascii():
                near[run.lower()] = None
            elif "\ufffd" in token:
                broken[run] = None
            else:
                runs[run] = None
        cost += sign_costs(token, dense)
    if not runs:
        runs, broken = broken, runs
    if not latin and sum(map(len, words)) > STRAY_SHARE * sum(map(len, (*runs, *broken))):
        cost += STRAY_COST
    if not latin and not dense:
        cost += MIXED_COST * sum(_LATIN_LETTER.search(run) is not None for run in (*runs, *broken))
    if not dense:
        cost += FLIP_COST * sum(map(_flips, (*runs, *broken)))
    reading = _Reading(charset, text, _lowered(runs), tuple(near), tuple(words), cost, broken=_lowered(broken))
    return [_priced(reading, lang, pair_table(lang), pair_table("en")) for lang in charset.langs]


def _by_words(reading: _Reading) -> _Reading:
    """The reading with costs by a model that knows words."""
    model, english = letter_model(reading.lang), letter_model("en")
    return reading if model is None or english is None else _priced(reading, reading.lang, model, english)


def _priced(reading: _Reading, lang: str, table: PairTable | LetterModel, english: PairTable | LetterModel) -> _Reading:
    """The reading with its costs in a language. Beside letters of other scripts, words in ASCII are English."""
    ascii_table = table if lang in LATIN else english
    letter_cost = sum(map(table.cost, _pieces(reading.runs))) + sum(map(ascii_table.cost, reading.near))
    rest_cost = ASCII_SHARE * sum(map(ascii_table.cost, reading.rest))
    broken_cost = sum(map(table.cost, _pieces(reading.broken)))
    cost = reading.other_cost + MINOR_COSTS.get(lang, 0.0) + letter_cost + rest_cost + broken_cost
    return reading._replace(lang=lang, cost=cost, letter_cost=letter_cost)


def _lowered(runs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unicodedata.normalize("NFC", run.lower()) for run in runs))


def _pieces(runs: Iterable[str]) -> Iterator[str]:
    for run in runs:
        yield from (run[at : at + LONGEST_RUN] for at in range(0, len(run), LONGEST_RUN))


def _flips(run: str) -> int:
    """Capitals after small letters."""
    if run[1:].islower() or run.isupper():
        return 0
    return sum(before.islower() and after.isupper() for before, after in pairwise(run))


def _windows_1252_may_be(ranked: Sequence[_Reading]) -> bool:
    """Whether all signs stand in places that are theirs in windows-1252, and letters tell little against it."""
    default = next((reading for reading in ranked if DEFAULT_CHARSET in reading.charset.names), None)
    return (
        default is not None
        and default.other_cost - default.charset.cost < IMPOSSIBLE_COST
        and default.cost < ranked[0].cost + SURE_OF_LETTERS
    )


def _to_be_believed(best: _Reading, readings: Iterable[_Reading], doubtful: bool) -> bool:
    """Whether a reading makes words, and has either letters enough or is a Western one that explains far better than
    windows-1252 what stands there, such as the curly quotes of Mac Roman, with most signs in their places. `doubtful`:
    windows-1252 explains it too."""
    letters = sum(map(len, best.runs))
    most = MAX_DENSE_COST if best.lang in DENSE else MAX_LETTER_COST
    if best.letter_cost > most * (letters + sum(map(len, best.near))):
        return False
    if letters >= MIN_LETTERS:
        return True
    if doubtful or best.charset.names not in _WESTERN_NAMES:
        return False
    default = min((other.cost for other in readings if DEFAULT_CHARSET in other.charset.names), default=math.inf)
    beyond = sum(character > "\x7f" for character in best.text)
    return best.cost + SURE <= default and best.other_cost - best.charset.cost < beyond * MISPLACED_COST / 2


def likelier_than_utf_8(data: bytes, charset: str) -> bool:
    """Whether bytes that are valid UTF-8 make a likelier text in a charset that `detect` told of other bytes."""
    own = [item for item in CHARSETS if charset in item.names]
    unicode = {item.langs: item._replace(names=("utf-8",), cost=0.0) for item in CHARSETS}
    ranked = _ranked(data, [*own, *unicode.values()], FIRST_BYTES)
    return bool(ranked) and charset in ranked[0].charset.names


def _narrowest(data: bytes, names: Sequence[str]) -> str:
    """The first of the names that reads the bytes so that they can be written again; the last where none does."""
    for name in names[:-1]:
        try:
            if data.decode(name).encode(name) == data:
                return name
        except UnicodeError:
            continue
    return names[-1]
