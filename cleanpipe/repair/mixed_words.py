"""Words in which letters of several scripts meet, and how each would read in one script; no judgement yet."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from cleanpipe.text.characters import PARTS
from cleanpipe.text.scripts import script_of

STYLED = "Styled"
"""Full-width and mathematical letters: Latin letters in another dress, counted as a script of their own."""

SYMBOLS = frozenset("αβγδεζηθκλμνξπρςστφχψωϐϑϕϱϲϵ")
"""Small Greek letters that stand for quantities and particles: all but iota, omicron and upsilon."""

FUNCTIONS = frozenset(
    {"sin", "cos", "tan", "cot", "sec", "csc", "arg", "exp", "log", "ln", "lg", "lim", "max", "min", "d"}
)
"""What stands before a Greek or mathematical letter in a formula written without spaces."""

ENDINGS = frozenset({"Cyrillic", "Greek"})
"""Scripts whose languages put their endings to names in Latin letters."""

LONGEST_ENDING = 4
"""Letters of an ending: those of Russian adjectives ("ного", "ских") have no more. Longer ones are half a compound."""

PLURALS = frozenset("\u0455")
"""What looks like the English plural after an abbreviation: the only language that has this letter, Macedonian, has no
such ending."""

_DOMAIN = r"\.(?:com|org|net|info|edu|gov|ru|ua|by|bg|gr|de|fr|uk|eu|io)\b"
_ADDRESS = r"(?<![\w.-])[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}" + _DOMAIN
"""A name of a host without "http": RFC 1035, 2.3.4, allows 63 characters a label; the bounds keep the search linear."""

PROTECTED = re.compile(
    "|".join((*(PARTS[name] for name in ("web-address", "mail-address", "code")), r"(?<!\w)@\w+", _ADDRESS)),
    re.MULTILINE,
)
"""Web and mail addresses, names of accounts, code: nothing in them is a word."""

_HINT = re.compile(f"://|www\\.|@|`|{_DOMAIN}")
"""What any of them has; looked for first, because it is quick."""

_LETTERS = {
    "Latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u0481\u048a-\u052f\u1c80-\u1c88\ua640-\ua66e",
    "Greek": "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u1f00-\u1fff",
    "Armenian": "\u0531-\u0556\u0561-\u0587",
    "Cherokee": "\u13a0-\u13ff\uab70-\uabbf",
    STYLED: "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7cb",
}
"""The insides of character classes: the letters that are put for each other (`text/confusables.py`), by script."""

SAMPLE = 2000
"""Characters from which the script of most of a text is told. It decides nothing but which search is quicker."""

CHARACTERS = "".join(letters for script, letters in _LETTERS.items() if script != "Latin")
"""The inside of a character class, one of which every mixed word has."""

SANS = re.compile("[\U0001d5a0-\U0001d6a3]")
"""Mathematical letters without serifs and those of typewriters: formulas hardly ever use them, decorated texts do."""

_MARK = "[\u0300-\u036f\u00ad]?"
_PRESENT = {script: re.compile(f"[{letters}]") for script, letters in _LETTERS.items()}
_WORD = re.compile("[^\\W\\d_](?:[\u0300-\u036f\u00ad]{0,4}[’']?[^\\W\\d_])*")
"""Letters with the accents and soft hyphens in between, and apostrophes within."""

_ORDINAL = re.compile("[^a-z](?:th|st|nd|rd|s)")
"""A quantity that is counted, "𝑛th", or several of it, "𝑥s"."""

_CENTURY = re.compile("(?=..)X{0,3}(?:IX|IV|V?I{0,3})")
"""Roman numerals of centuries, monarchs and chapters, to 39: the others could be abbreviations as well."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, what its letters may be meant for by script, the script of most letters in its line; whether two scripts
    meet in it (where they don't, it is wholly in another script than its line), and whether it may be a formula."""

    start: int
    text: str
    readings: Mapping[str, str]
    line: str
    mixed: bool
    formula: bool

    @property
    def runs(self) -> list[tuple[str, str]]:
        """Its stretches of one script: (script, letters)."""
        letters = [(kind, character) for character in self.text if (kind := kind_of(character)) is not None]
        return [(kind, "".join(c for _, c in run)) for kind, run in groupby(letters, key=lambda pair: pair[0])]


def protected(text: str) -> list[tuple[int, int]]:
    """Where a text has what no repair may touch: (start, end), left to right."""
    return [match.span() for match in PROTECTED.finditer(text)] if _HINT.search(text) else []


@lru_cache(maxsize=4096)
def kind_of(character: str) -> str | None:
    """The script of a letter, `STYLED` for Latin in another dress, None for what isn't a letter."""
    if "\uff21" <= character <= "\uff5a" or "\U0001d400" <= character <= "\U0001d7cb":
        return STYLED if character.isalpha() else None
    return script_of(character) if character.isalpha() else None


def has_mixed_word(text: str, distinct: str) -> bool:
    """Whether letters of two scripts stand side by side. `distinct`: the characters of the text, each once."""
    present = [script for script, pattern in _PRESENT.items() if pattern.search(distinct)]
    if len(present) < 2:
        return False
    sample = text[:SAMPLE]
    main = max(present, key=lambda script: (len(_PRESENT[script].findall(sample)), script))
    return _meeting(tuple(present), main).search(text) is not None


@lru_cache(maxsize=64)
def _meeting(scripts: tuple[str, ...], main: str) -> re.Pattern[str]:
    """Side by side: letters of two of these scripts. Looks for the rarer ones first, which is what makes it quick."""
    own, others = _LETTERS[main], "".join(_LETTERS[script] for script in scripts if script != main)
    patterns = [f"[{others}](?:{_MARK}[{own}]|(?<=[{own}].)|(?<=[{own}][\u0300-\u036f\u00ad].))"]
    if len(scripts) > 2:
        for script in scripts:
            if script != main:
                rest = "".join(_LETTERS[other] for other in scripts if other not in (script, main))
                patterns.append(f"[{_LETTERS[script]}]{_MARK}[{rest}]")
    return re.compile("|".join(patterns), re.DOTALL)


def words(text: str, into: Mapping[str, Mapping[str, str]]) -> tuple[list[Word], frozenset[str], frozenset[str]]:
    """The words that may be disguised; small-letter forms of the words in one script; scripts with genuine words.
    Among the first are names with endings that can't be: they have no readings.

    `into`: for each script that may be meant, the letters of others that look like its own. A word is genuine that
    can't be read in the script of its line.
    """
    found: list[Word] = []
    plain: set[str] = set()
    genuine: set[str] = set()
    spans = protected(text)
    starts = [low for low, _ in spans]
    for start, line, main in _lines(text):
        for match in _WORD.finditer(line):
            word = match[0]
            kinds = Counter(kind for character in word if (kind := kind_of(character)) is not None)
            if main in kinds and len(kinds) == 1:
                plain.add(word.lower())
                continue
            mixed = len(kinds) > 1
            within = bisect_right(starts, start + match.start()) - 1
            if (within >= 0 and start + match.start() < spans[within][1]) or _is_code(line, match, mixed):
                continue
            readings = _readings(word, kinds, main, into)
            if not mixed and main not in readings:
                genuine |= kinds.keys()
                continue
            formula = main == "Latin" and _is_formula(word, kinds)
            one = Word(start + match.start(), word, readings if mixed else {main: readings[main]}, main, mixed, formula)
            if readings or ending_of(one) is not None:
                found.append(one)
    return found, frozenset(plain), frozenset(genuine)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Lines with their start and the script that most of their letters are in; a line without letters is left out."""
    at = 0
    for line in text.split("\n"):
        counts = Counter(_script_of(character) for character in line if character.isalpha())
        if counts:
            yield at, line, max(counts, key=lambda script: (counts[script], script))
        at += len(line) + 1


def _script_of(character: str) -> str:
    return script_of(character) or "Latin"


def _is_code(line: str, match: re.Match[str], mixed: bool) -> bool:
    """Whether a word is part of a code, such as "А4", "CО2" or "%sНет"; or, in one script, an option, such as "-y"."""
    around = line[max(0, match.start() - 1) : match.start()] + line[match.end() : match.end() + 1]
    return any(character.isdigit() or character in ("%" if mixed else "%-_=/\\.<>$") for character in around)


def _readings(word: str, kinds: Counter[str], main: str, into: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The word in each script that it has letters of, or its line has, where all others of its letters look like it."""
    result = {}
    for script in sorted({main, *kinds} & into.keys()):
        right = "".join(_letter(character, script, into[script]) for character in word)
        if right != word and len(right) == len(word) and all(kind_of(c) in (script, None) for c in right):
            result[script] = right
    if "Latin" in result and _CENTURY.fullmatch(result["Latin"]):
        return {"Latin": result["Latin"]}
    return result


def _letter(character: str, script: str, alike: Mapping[str, str]) -> str:
    if script == "Latin" and kind_of(character) == STYLED:
        return unicodedata.normalize("NFKC", character)
    return alike.get(character, character)


def is_century(word: Word) -> bool:
    """Whether a word is a Roman numeral, part of it in look-alikes: the same in every language."""
    return word.mixed and _CENTURY.fullmatch(word.readings.get("Latin", "")) is not None


def ending_of(word: Word) -> tuple[str, str, str] | None:
    """A name in Latin letters, the small letters of another alphabet that follow it, and their script, as in "SMSка".

    Nothing is said of whether they are an ending. None where a word is not of that shape.
    """
    runs = word.runs
    if len(runs) != 2 or runs[0][0] not in ("Latin", STYLED) or runs[1][0] not in ENDINGS:
        return None
    (_, name), (script, ending) = runs
    if len(name) < 2 or len(ending) > LONGEST_ENDING or not ending.islower() or ending in PLURALS:
        return None
    return unicodedata.normalize("NFKC", name), ending, script


def has_capitals(name: str) -> bool:
    """Whether a name has capitals as no word of a sentence has: "SMS", "iPhone", "YouTube"."""
    return any(letter.isupper() for letter in name[1:])


def _is_formula(word: str, kinds: Counter[str]) -> bool:
    """Whether Greek or mathematical letters may stand for quantities in it: "NFκB", "hν", "cosα", "𝑛th"."""
    foreign = [character for character in word if kind_of(character) not in ("Latin", None)]
    latin = "".join(character for character in word if kind_of(character) == "Latin")
    if kinds.keys() <= {"Latin", STYLED}:
        mathematical = all(character >= "\U0001d400" and not SANS.match(character) for character in foreign)
        return mathematical and (len(word) <= 3 or latin in FUNCTIONS or _ORDINAL.fullmatch(word) is not None)
    if not kinds.keys() <= {"Latin", "Greek"} or not SYMBOLS.issuperset(foreign):
        return False
    return len(word) <= 3 or latin.isupper() or latin in FUNCTIONS
