"""Makes `cleanpipe/language/letters.json.gz`: how often words are met in languages that wordfreq has no list for.

    python bench/train_letters.py FOLDER [--fetch] [--hold-out] [--write FILE]

FOLDER is where `letter_data.py` has its packages; `--fetch` installs them there first. Without `--write` nothing is
written, only the table of languages shown. `--hold-out` leaves one text in five out of the counts and shows which share
of its running words, or of its groups of three letters, the counts know. That text is of the same kind, messages of
programs and names: of news they know less.

The file is JSON, gzipped: `{"lang": {"word": count}}`, words as `words_of` cuts them. A language written without spaces
has the key `"~lang"` instead, with groups of one to three letters as `grams_of` cuts them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from letter_data import NAME, collect, fetch

from cleanpipe.language.words import has_words

SHIPPED = Path(__file__).resolve().parents[1] / "cleanpipe" / "language" / "letters.json.gz"

MOST = 6_000
"""Words or groups of letters kept for a language, the commonest."""

LEAST_CHARACTERS = 10_000
"""Text that a language needs. Below that there is little but names of countries and languages, alike everywhere."""

OWN_SCRIPT = 0.12
"""Share of a language's letters that makes a script one of its own, so that foreign names aren't counted: the second
script of Azerbaijani, Uzbek and Kurdish has more, Latin in Georgian or Armenian less."""

FIFTH = 5
"""One text in so many is held out, by the hash of language and text."""

UNSPACED = "~"
"""What stands before the code of a language whose letters were counted instead of words."""

_JOINERS = "\u200c\u200d"
_NO_SPACES = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1000-\u103f\u1050-\u109d\u1780-\u17d3]+")


def words_of(text: str) -> Iterator[str]:
    """Words as they are counted: letters and marks with the apostrophes and joiners between them; casefolded, NFC,
    each apostrophe a straight one.

    >>> list(words_of("O’chirilsinmi? 12 URL…"))
    ["o'chirilsinmi", 'url']
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).replace("’", "'")
    word: list[str] = []
    for character in f"{folded} ":
        if _in_word(character) or (word and character in f"'{_JOINERS}"):
            word.append(character)
        elif word:
            yield "".join(word).rstrip(f"'{_JOINERS}")
            word = []


def grams_of(text: str) -> Iterator[str]:
    """Groups of one, two and three characters of Thai, Lao, Khmer and Burmese runs; a space stands for the edge of a
    run, and U+200B is passed over."""
    for match in _NO_SPACES.finditer(text.replace("\u200b", "")):
        run = f" {match[0]} "
        yield from match[0]
        for length in (2, 3):
            yield from (run[at : at + length] for at in range(len(run) - length + 1))


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _script(character: str) -> str:
    return unicodedata.name(character, "?").split()[0]


def held_out(lang: str, text: str) -> bool:
    """Whether a text belongs to the fifth that `--hold-out` doesn't count."""
    return int(hashlib.sha256(f"{lang} {text}".encode()).hexdigest(), 16) % FIFTH == 0


def gathered(folder: Path) -> dict[str, list[str]]:
    """The different texts of each language that wordfreq has nothing for and of which there is enough."""
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    for lang, text, _ in collect(folder):
        if "-" not in lang and not has_words(lang):
            texts[lang][text] = None
    return {lang: list(own) for lang, own in sorted(texts.items()) if sum(map(len, own)) >= LEAST_CHARACTERS}


def count(texts: Iterable[str]) -> tuple[Counter[str], bool]:
    """What is counted in the texts of a language, and whether it is written without spaces."""
    texts = list(texts)
    letters = Counter(c for text in texts for c in text if c.isalpha())
    unspaced = sum(number for c, number in letters.items() if _NO_SPACES.match(c)) > sum(letters.values()) / 2
    if unspaced:
        return Counter(gram for text in texts for gram in grams_of(text)), True
    scripts: Counter[str] = Counter()
    for character, number in letters.items():
        scripts[_script(character)] += number
    own = {script for script, number in scripts.items() if number >= OWN_SCRIPT * sum(scripts.values())}
    words = Counter(word for text in texts for word in words_of(text) if word != NAME.casefold())
    for word in list(words):
        if len(met := {_script(c) for c in word if c.isalpha()} & _ALPHABETS) > 1 or not met <= own:
            del words[word]
    return words, False


_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN"})
"""Alphabets that stray into texts in other ones."""


def commonest(counted: Mapping[str, int]) -> dict[str, int]:
    """The `MOST` commonest, of equals the first in code point order; sorted by code point."""
    kept = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return dict(sorted(kept))


def packed(tables: Mapping[str, Mapping[str, int]]) -> bytes:
    """The file. The same tables make the same bytes."""
    data = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(data.encode(), compresslevel=9, mtime=0)


def known(table: Mapping[str, int], texts: Iterable[str], unspaced: bool) -> float:
    """Share of running words, or groups of three letters, that a table has; 0.0 where there are none."""
    if unspaced:
        met = [gram for text in texts for gram in grams_of(text) if len(gram) == 3]
    else:
        met = [word for text in texts for word in words_of(text) if word != NAME.casefold()]
    return sum(item in table for item in met) / len(met) if met else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fetch", action="store_true", help="install the packages into the folder first")
    parser.add_argument("--hold-out", action="store_true", help="leave one text in five out, and measure on it")
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"write the counts; the shipped ones are {SHIPPED}")
    args = parser.parse_args()
    if args.fetch:
        fetch(args.folder)
    tables: dict[str, dict[str, int]] = {}
    for lang, texts in gathered(args.folder).items():
        kept = [text for text in texts if not (args.hold_out and held_out(lang, text))]
        counted, unspaced = count(kept)
        table = tables[UNSPACED + lang if unspaced else lang] = commonest(counted)
        line = f"{lang:4} {sum(map(len, kept)):9,} characters {len(counted):7,} different {len(table):6,} kept"
        if args.hold_out:
            others = [text for text in texts if held_out(lang, text)]
            line += f"  {known(table, others, unspaced):6.1%} of other text known"
        print(line)
    data = packed(tables)
    print(f"{len(tables)} languages, {len(data):,} bytes")
    if args.write:
        args.write.write_bytes(data)


if __name__ == "__main__":
    main()
