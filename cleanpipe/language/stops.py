"""Whether a full stop belongs to the word before it ("Mr.", "U.S."): what spaCy's rules for a language say.

Loading spaCy takes 1.5 s and 100 MB, and asking it a fifth of a millisecond, so its answers are kept: the words that
its rules name, and what they say of all others that end in a small letter, a digit or capitals. The rest is asked.
`bench/short_words.py` makes the table, and checks it against spaCy on the commonest words of each language.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Sized
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

TABLE = "short_words.json.gz"

# Japanese, Korean, Thai and Vietnamese need another package, Chinese has no such stops; the French rules take four
# seconds to load, for what is in the lists of `sentences.py`.
WITHOUT_TOKENISER = frozenset(("fr", "ja", "ko", "th", "vi", "zh"))

_SAME = {"no": "nb", "nn": "nb", "bs": "hr"}
_SMALL_OR_CAPITALS = re.compile(r"(?:[a-zß-öø-ÿа-я]|[A-Z][A-Z])\Z")
_DIGIT = re.compile(r"[0-9]\Z")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]")


@dataclass(frozen=True, slots=True)
class StopRules:
    """Of one language: words with their stop that are one token, and those that are several; whether a stop comes off
    words behind a small letter or capitals (`plain`) and behind a digit, and stays on initials."""

    kept: frozenset[str]
    parted: frozenset[str]
    plain: bool
    digits: bool
    initials: bool

    def keeps(self, word: str) -> bool | None:
        """Whether the stop stays on the word; None where spaCy has to be asked."""
        stopped = word + "."
        if stopped in self.kept:
            return True
        if stopped in self.parted or (self.plain and _SMALL_OR_CAPITALS.search(word)):
            return False
        if self.digits and _DIGIT.search(word):
            return False
        return True if self.initials and _INITIALS.fullmatch(word) else None


@lru_cache(maxsize=1 << 14)
def keeps_stop(word: str, lang: str | None) -> bool:
    """Whether spaCy's rules for the language leave the full stop on the word."""
    code = spacy_code(lang)
    rules = _tables().get(code)
    kept = rules.keeps(word) if rules else None
    return len(tokenizer(code)(word + ".")) == 1 if kept is None else kept


def spacy_code(lang: str | None) -> str:
    """The blank pipeline of a language; the neutral one where there is none or it needs another package."""
    code = _SAME.get(lang or "en", lang or "en")
    return "xx" if code in WITHOUT_TOKENISER or (len(code) == 2 and code not in _tables()) else code


@cache
def tokenizer(code: str) -> Callable[[str], Sized]:
    """The tokeniser of a blank pipeline."""
    import spacy

    try:
        found: Callable[[str], Sized] = spacy.blank(code).tokenizer
    except ImportError:
        found = spacy.blank("xx").tokenizer
    return found


@cache
def _tables() -> dict[str, StopRules]:
    packed = files("cleanpipe.language").joinpath(TABLE).read_bytes()
    return {
        lang: StopRules(frozenset(row["kept"]), frozenset(row["parted"]), row["plain"], row["digits"], row["initials"])
        for lang, row in json.loads(gzip.decompress(packed)).items()
    }
