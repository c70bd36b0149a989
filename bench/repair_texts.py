"""Texts to measure repair with: words of wordfreq's lists, set as sentences, and damage done to them by program.

Everything is drawn from a seed, and the same for the same seed.
"""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from wordfreq import get_frequency_dict

from cleanpipe.repair.precheck import QUIET
from cleanpipe.text.scripts import script_of

NEWSDUMP = Path(__file__).resolve().parents[1] / "fixtures" / "newsdump"
PARAGRAPH = 2000
"""Characters: a long paragraph, or a short news story without line breaks."""

WIDTH = 70
"""Characters of a hard-wrapped line."""

VOCABULARY = 20_000
"""Words of a list that are drawn from: rarer ones are mostly names and misspellings."""

OWN_SCRIPT = 0.05
"""Share of the letters in running text from which a script is one of the language: Japanese has three."""

DAMAGED_SHARE = 10
"""One document in so many of the mix is damaged."""

LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "cs", "hu", "ro", "tr", "ru", "uk", "bg", "el"),
    *("ar", "fa", "he", "hi", "vi", "zh", "ja", "ko"),
)
QUOTES = {
    **dict.fromkeys(("de", "cs", "bg"), "„“"),
    **dict.fromkeys(("pl", "hu", "ro"), "„”"),
    **dict.fromkeys(("es", "it", "pt", "ru", "uk", "el", "ar", "fa"), "«»"),
    **{"fr": ("«\u00a0", "\u00a0»"), "sv": "””", "zh": "“”", "ja": "「」", "ko": "“”", "he": '""'},
}
SIGNS = {
    **{"zh": "，。！？", "ja": "、。！？"},
    **dict.fromkeys(("ar", "fa"), ("، ", ". ", "! ", "؟ ")),
    "hi": (", ", "। ", "! ", "? "),
}

WORDS = "the |of | and |religi|n|es|boats|\r\n|--|-\n|&amp;|&#|\\u2019|http://|  |Ã©|â€™|â€|Â |A|B|Z|0|9"
SIGNS_OF_DAMAGE = (
    " \n\t.,-?!;:'\"&\\/éÉäßñãÃÂâçłőжЖоёаλοبאก中の한क«»¿¡„‚º½´¨¸ƒœŠšž†‡‰˜ˆ√ﬁＡ𝐚😀⠠"
    "\u0301\u200b\u200d\u00ad\u2062\ufeff\ufffd\x00\x19\x1c\x7f\x85\x92\u2028\ud800\udc80\ufe0f"
)
SCRAPS: Sequence[str] = (*re.split(r"\|", WORDS), *SIGNS_OF_DAMAGE, *QUIET)
"""What rules look for, and what stands beside it."""


@cache
def words(lang: str) -> tuple[list[str], list[float]]:
    """The commonest words of a language and their cumulated shares, numbers and words of other scripts left out."""
    found = sorted(get_frequency_dict(lang).items(), key=lambda item: (-item[1], item[0]))[:VOCABULARY]
    shares: dict[str | None, float] = {}
    for word, share in found:
        for script in map(script_of, word):
            shares[script] = shares.get(script, 0.0) + share / len(word)
    least = OWN_SCRIPT * sum(shares.values())
    own = {script for script, share in shares.items() if script is None or share > least}
    found = [(w, s) for w, s in found if w.isascii() or own.issuperset(map(script_of, w))]
    found = [(w, s) for w, s in found if re.search(r"[^\W\d_]", w) and not re.search(r"\d", w)]
    total = 0.0
    cumulated = []
    for _, share in found:
        total += share
        cumulated.append(total)
    spelled = [re.sub("σ$", "ς", word) for word, _ in found] if lang == "el" else [word for word, _ in found]
    return spelled, cumulated


class Writer:
    """Writes paragraphs in a language, the same for the same seed."""

    def __init__(self, lang: str, seed: str, quotes: Sequence[str] | None = None, *, ascii_only: bool = False) -> None:
        self.random = random.Random(f"{lang}:{seed}")
        self.words, self.shares = words(lang)
        if ascii_only:
            pairs = [(w, s) for w, s in zip(self.words, self.shares, strict=True) if w.isascii()]
            self.words, self.shares = [w for w, _ in pairs], [s for _, s in pairs]
        self.quotes = QUOTES.get(lang, "“”") if quotes is None else quotes
        self.apostrophe = "'" if self.quotes[0] == '"' else "’"
        self.dash = "--" if ascii_only else "–"
        self.signs: Sequence[str] = SIGNS.get(lang, (", ", ". ", "! ", "? "))
        self.space = "" if lang in ("zh", "ja") else " "

    def sentence(self) -> str:
        """Six to twenty words, one in four sentences with a quotation, one in eight with a dash."""
        drawn = self.random.choices(self.words, cum_weights=self.shares, k=self.random.randint(6, 20))
        drawn = [word.replace("'", self.apostrophe) for word in drawn]
        for at in range(len(drawn)):
            if self.random.random() < 0.06:
                drawn[at] = drawn[at][:1].upper() + drawn[at][1:]
        drawn[0] = drawn[0][:1].upper() + drawn[0][1:]
        if self.random.random() < 0.25:
            first = self.random.randrange(len(drawn) - 3)
            last = self.random.randrange(first + 1, len(drawn))
            drawn[first] = self.quotes[0] + drawn[first]
            drawn[last] += self.quotes[1]
        if self.random.random() < 0.12:
            drawn.insert(len(drawn) // 2, self.dash)
        comma, stop, call, ask = self.signs
        for at in range(3, len(drawn) - 2, 7):
            drawn[at] += comma.rstrip()
        end = self.random.choices((stop, call, ask), (98, 1, 1))[0]
        return self.space.join(drawn) + end

    def paragraph(self, length: int = PARAGRAPH) -> str:
        """Sentences up to about `length` characters, without a line break."""
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            parts.append(self.sentence())
        return "".join(parts).rstrip()


def wrapped(text: str) -> str:
    """The text in lines of at most WIDTH characters, broken at spaces."""
    return re.sub(rf"(.{{1,{WIDTH}}})(?: +|$)", r"\1\n", text)


def misread(text: str, charset: str = "cp1252", lost: str | None = None) -> str:
    """UTF-8 read in a charset; a byte that it leaves undefined becomes the control of its number, or `lost`."""
    return "".join(_read(byte, charset, lost) for byte in text.encode("utf-8"))


def _read(byte: int, charset: str, lost: str | None) -> str:
    try:
        return bytes([byte]).decode(charset)
    except UnicodeDecodeError:
        return chr(byte) if lost is None else lost


def legacy(text: str, true: str, was: str) -> str:
    """Text in one legacy charset read as another; what the first lacks is left out."""
    return "".join(_read(byte, was, None) for byte in text.encode(true, "ignore"))


def entities(text: str) -> str:
    return "".join(f"&amp;#{ord(c)};" if c > "\x7f" else html.escape(c, quote=False) for c in text)


def sprinkled(text: str) -> str:
    return re.sub(r"(?<=\w\w) (?=\w)", lambda match: " \u2062" if match.start() % 3 == 0 else " \u200b", text)


DAMAGES: Sequence[tuple[str, str, Callable[[str], str]]] = (
    ("UTF-8 as Windows-1252", "", misread),
    ("UTF-8 as Windows-1252, bytes dropped", "", lambda text: misread(text, lost="")),
    ("UTF-8 as Windows-1252, bytes to ?", "", lambda text: misread(text, lost="?")),
    ("UTF-8 as Windows-1252, twice", "", lambda text: misread(misread(text))),
    ("UTF-8 as ISO 8859-1", "", lambda text: misread(text, "latin-1")),
    ("UTF-8 as Windows-1251", "", lambda text: misread(text, "cp1251")),
    ("Windows-1251 as Windows-1252", "ru uk bg", lambda text: legacy(text, "cp1251", "cp1252")),
    ("KOI8-R as Windows-1251", "ru", lambda text: legacy(text, "koi8-r", "cp1251")),
    ("Windows-1250 as Windows-1252", "pl cs hu ro", lambda text: legacy(text, "cp1250", "cp1252")),
    ("Mac Roman as Windows-1252", "fr es it pt de", lambda text: legacy(text, "mac_roman", "cp1252")),
    ("entities, escaped twice", "", entities),
    ("invisible characters", "en de fr es it pt nl sv pl ru el", sprinkled),
)


def damaged(lang: str, text: str, number: int) -> str:
    """The text with the `number`-th of the damages that fit its language; the counts go round."""
    fitting = [damage for _, langs, damage in DAMAGES if not langs or lang in langs.split()]
    return fitting[number % len(fitting)](text)


def texts_by_set(seed: str, documents: int) -> dict[str, list[str]]:
    """The sets that are timed, by name."""
    plain = [Writer("en", f"{seed}{n}", '""', ascii_only=True).paragraph() for n in range(documents)]
    curly = [Writer("en", f"{seed}{n}").paragraph() for n in range(documents)]
    sound = [
        (lang, Writer(lang, f"{seed}{n}").paragraph())
        for n in range(max(1, documents // len(LANGUAGES)) * 2)
        for lang in LANGUAGES
    ]
    bad = [(lang, damaged(lang, text, number)) for number, (lang, text) in enumerate(sound)]
    mix = [bad[n][1] if n % DAMAGED_SHARE == 0 else text for n, (_, text) in enumerate(sound)]
    return {
        "English, ASCII": plain,
        "English, ASCII, wrapped": [wrapped(text) for text in plain],
        "English, curly": curly,
        "English, curly, wrapped": [wrapped(text) for text in curly],
        f"{len(LANGUAGES)} languages, sound": [text for _, text in sound],
        f"{len(LANGUAGES)} languages, sound, wrapped": [wrapped(text) for _, text in sound],
        f"{len(LANGUAGES)} languages, 90 % sound": mix,
        f"{len(LANGUAGES)} languages, all damaged": [text for _, text in bad],
        "newsdump, sound": list(newsdump("sound.jsonl", "input/world.jsonl", "input/web-en.jsonl")),
        "newsdump, damaged": list(newsdump("input/garbled.jsonl")),
    }


def texts_by_language(seed: str, documents: int) -> dict[str, list[str]]:
    """Sound texts by language."""
    return {lang: [Writer(lang, f"{seed}{n}").paragraph() for n in range(documents)] for lang in LANGUAGES}


def texts_by_damage(seed: str, documents: int) -> dict[str, list[str]]:
    """Damaged texts by damage, in languages that it fits, in turns."""
    found = {}
    for name, langs, damage in DAMAGES:
        fitting = langs.split() or LANGUAGES
        found[name] = [
            damage(Writer(fitting[n % len(fitting)], f"{seed}{n}").paragraph())
            for n in range(max(documents, len(fitting)))
        ]
    return found


def newsdump(*names: str) -> Iterator[str]:
    """The texts of files of the fixture."""
    for name in names:
        for line in (NEWSDUMP / name).read_text(encoding="utf-8").split("\n"):
            if line:
                yield json.loads(line)["text"]


def random_texts(count: int, seed: str) -> Iterator[str]:
    """Strings of scraps that rules look for: half of them of ordinary ones, which the precheck mostly passes."""
    draw = random.Random(f"fuzz:{seed}")
    called = set("&\\?\x00\x19\x1c\x7f")
    ordinary = [scrap for scrap in SCRAPS if scrap in QUIET or (scrap.isascii() and not set(scrap) & called)]
    for number in range(count):
        scraps = ordinary if number % 2 else SCRAPS
        size = draw.choice((3, 8, 20, 60))
        few = draw.choices(scraps, k=draw.choice((2, 4, 12, 40)))
        yield "".join(draw.choices(few, k=size))
