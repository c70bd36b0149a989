"""Whether a full stop belongs to the word before it ("Mr.", "U.S."): what spaCy's rules for a language say.

Loading spaCy takes 1.5 s and 100 MB, and asking it a fifth of a millisecond, so its answers are kept: the words that
its rules name, and what they say of words that look alike (`PATTERNS`). The rest is asked.
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

PATTERNS: dict[str, tuple[re.Pattern[str], bool]] = {
    "small letter or capitals": (re.compile(r"(?:[a-zß-öø-ÿа-я]|[A-Z][A-Z])\Z"), False),
    "digit": (re.compile(r"[0-9]\Z"), False),
    "closing mark": (re.compile(r"[)\]>\"”’'%]\Z"), False),
    "marked": (re.compile(r"\A[<(\"“](?:[A-Z]\.)*[A-Z]\Z"), False),
    "initials": (re.compile(r"\A(?:[A-Z]\.)+[A-Z]\Z"), True),
    "camel": (re.compile(r"\A[A-Za-z]*[a-z][A-Z]\Z"), True),
}
"""How a word may look, and whether a stop stays on such words. No word looks in two of these ways."""


@dataclass(frozen=True, slots=True)
class StopRules:
    """Of one language: words with their stop that are one token, and those that are several; and names of `PATTERNS`
    that tell the rest."""

    kept: frozenset[str]
    parted: frozenset[str]
    patterns: tuple[str, ...]

    def keeps(self, word: str) -> bool | None:
        """Whether the stop stays on the word; None where spaCy has to be asked."""
        stopped = word + "."
        if stopped in self.kept or stopped in self.parted:
            return stopped in self.kept
        return next((PATTERNS[name][1] for name in self.patterns if PATTERNS[name][0].search(word)), None)


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
        lang: StopRules(frozenset(row["kept"]), frozenset(row["parted"]), tuple(row["patterns"]))
        for lang, row in json.loads(gzip.decompress(packed)).items()
    }
