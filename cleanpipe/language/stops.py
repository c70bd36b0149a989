"""Whether a full stop belongs to the word before it ("Mr.", "U.S."): what spaCy's rules for a language say.

Loading spaCy takes a second and 100 MB, so its answers are kept: the words that its rules name, and what they say of
words that look alike (`PATTERNS`). For the rest, its expressions are matched as its tokeniser matches them.
`bench/short_words.py` makes the tables, and checks them against spaCy on the commonest words of each language.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

TABLE = "short_words.json.gz"

AFFIXES = "affixes.json.gz"
"""Distinct regular expressions (`expressions`), and by language (`languages`) which of them spaCy has for prefixes,
suffixes and infixes, and for what is one token whatever it begins and ends with, and whatever is in it."""

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
    that hold of all others."""

    kept: frozenset[str]
    parted: frozenset[str]
    patterns: tuple[str, ...]

    def keeps(self, word: str) -> bool | None:
        """Whether the stop stays on the word; None where its affixes tell."""
        stopped = word + "."
        if stopped in self.kept or stopped in self.parted:
            return stopped in self.kept
        return next((PATTERNS[name][1] for name in self.patterns if PATTERNS[name][0].search(word)), None)


@lru_cache(maxsize=1 << 14)
def keeps_stop(word: str, lang: str | None) -> bool:
    """Whether spaCy's rules for the language leave the full stop on the word."""
    code = spacy_code(lang)
    kept = _tables()[code].keeps(word)
    return is_whole(word + ".", code) if kept is None else kept


def is_whole(text: str, code: str) -> bool:
    """Whether a text without white space that no rule names is one token: none of its beginning, end or middle is taken
    off. `code` is a language of the table."""
    prefix, suffix, infix, whole, address = _affixes(code)
    if not whole.match(text):
        for affix in (prefix, suffix):
            taken = affix.search(text)
            if taken and taken[0]:
                return taken[0] == text
        if not address.match(text):
            return not any(match.start() for match in infix.finditer(text))
    return True


def spacy_code(lang: str | None) -> str:
    """The language of the tables, which is spaCy's; the neutral one where there is none or it needs another package."""
    code = _SAME.get(lang or "en", lang or "en")
    return code if code in _tables() else "xx"


@cache
def _tables() -> dict[str, StopRules]:
    packed = files("cleanpipe.language").joinpath(TABLE).read_bytes()
    return {
        lang: StopRules(frozenset(row["kept"]), frozenset(row["parted"]), tuple(row["patterns"]))
        for lang, row in json.loads(gzip.decompress(packed)).items()
    }


@cache
def _affixes(code: str) -> tuple[re.Pattern[str], ...]:
    table = json.loads(gzip.decompress(files("cleanpipe.language").joinpath(AFFIXES).read_bytes()))
    return tuple(re.compile(table["expressions"][number]) for number in table["languages"][code])
