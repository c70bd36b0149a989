"""What spaCy's rules say of full stops behind words, as tables, so that spaCy needn't be loaded to ask.

    python bench/short_words.py            writes short_words.json.gz and affixes.json.gz in cleanpipe/language
    python bench/short_words.py --check    says what it would change, and writes nothing

Words that a language's rules name are listed. What the rules say of all others is kept for a language where they say it
of every word tried: the commonest of wordfreq's list, these capitalised, in capitals, joined, and behind digits. The
expressions that take a word apart are copied; what they say of every word tried has to be what spaCy says.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pkgutil
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import spacy.lang

from cleanpipe.language.stops import AFFIXES, PATTERNS, TABLE, StopRules, is_whole
from cleanpipe.language.words import frequencies, has_words

LANGUAGE = Path(__file__).parents[1] / "cleanpipe" / "language"
# Japanese, Korean, Thai and Vietnamese need another package, Chinese has no such stops; the French expressions have a
# million characters, for what is in the lists of `sentences.py`.
LEFT_OUT = frozenset(("fr", "ja", "ko", "th", "vi", "zh"))
NOTHING = "(?!)"
COMMON_WORDS = 3_000
ODD = (
    *(
        "U.S",
        "U.N",
        "D.C",
        "A.B.C",
        "1990s",
        "10pm",
        "3.5m",
        "p.m",
        "a.m",
        "e.g",
        "x/y",
        "$5m",
        "PhDs",
        "20th",
        "co-op",
    ),
    *("e-mail", "www.example.com", "Node.js", "F16", "COVID-19", "5-2", "$5", "A4", "NATO", "(UNESCO", "up)to"),
)


def tried(lang: str, named: list[str]) -> Iterator[str]:
    """Words without a stop, of every kind that `StopRules` answers for."""
    words = list(islice(frequencies(lang), COMMON_WORDS)) if has_words(lang) else []
    words += sorted(word.rstrip(".") for word in named)
    chance = random.Random(3)
    yield from words
    yield from ODD
    for word in words[:2_000]:
        yield from (word.capitalize(), word.upper(), f"{chance.randrange(2_000)}{word[:3]}")
        yield f"{word}-{chance.choice(words)}"
        yield f"{word[:4]}{chance.randrange(100)}"
    marks = [*("{}", "({})", "{}]", "<{}>", "{}>", '{}"', '"{}"', "{}”", "“{}”", "{}’", "{}'", "{}%", "{}-U.S", "{}.S")]
    marks += ["{}/U.N", "{}-A", "<{}", "({}", "“{}", '"{}']
    for word in (*words[:300], *ODD, "A", "S", "U.S", "19", "3.5", "$4", "GMT", "Ltd", ""):
        yield from (mark.format(word) for mark in marks)
    for word in words[:300]:
        yield from (
            f"{word[:5].lower()}{chance.choice('ABDKSVZ')}",
            f"{word[:2].capitalize()}{chance.choice('ABDKSVZ')}",
        )


def rules_of(asked: Any, lang: str) -> dict[str, Any]:
    named = sorted(word for word in asked.rules if word.endswith("."))
    kept = [word for word in named if len(asked(word)) == 1]
    row: dict[str, Any] = {"kept": kept, "parted": [word for word in named if len(asked(word)) > 1]}
    answers = answers_of(asked, lang)
    row["patterns"] = []
    for name in PATTERNS:
        rules = StopRules(frozenset(row["kept"]), frozenset(row["parted"]), (name,))
        if all(rules.keeps(word) in (None, kept) for word, kept in answers.items()):
            row["patterns"].append(name)
    return row


def answers_of(asked: Any, lang: str) -> dict[str, bool]:
    """Words that are tried, and whether the stop stays on each."""
    named = sorted(word for word in asked.rules if word.endswith("."))
    words = {word for word in tried(lang, named) if word.strip() and not any(map(str.isspace, word))}
    return {word: len(asked(word + ".")) == 1 for word in sorted(words)}


def expressions_of(asked: Any) -> list[str]:
    """What takes a word apart, and what holds it together, in the order of `AFFIXES`."""
    methods = (asked.prefix_search, asked.suffix_search, asked.infix_finditer, asked.token_match, asked.url_match)
    patterns = [method.__self__ if method else re.compile(NOTHING) for method in methods]
    assert all(pattern.flags == re.UNICODE for pattern in patterns)
    return [pattern.pattern for pattern in patterns]


def tables() -> dict[str, Any]:
    """What is in each file."""
    langs = sorted({module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if len(module.name) == 2})
    words, affixes = {}, {}
    for lang in langs:
        if lang not in LEFT_OUT:
            try:
                asked = spacy.blank(lang).tokenizer
            except ImportError:
                continue
            words[lang] = rules_of(asked, lang)
            affixes[lang] = expressions_of(asked)
    distinct = sorted({expression for found in affixes.values() for expression in found})
    numbers = {lang: [distinct.index(expression) for expression in found] for lang, found in affixes.items()}
    return {TABLE: words, AFFIXES: {"expressions": distinct, "languages": numbers}}


def check() -> None:
    """Says of the tables, once they are written, which words tried they take apart otherwise than spaCy does."""
    for lang in json.loads(gzip.decompress((LANGUAGE / TABLE).read_bytes())):
        asked: Any = spacy.blank(lang).tokenizer
        answers = answers_of(asked, lang)
        wrong = [w for w, kept in answers.items() if w + "." not in asked.rules and is_whole(w + ".", lang) != kept]
        if wrong:
            print(f"{lang}: {len(wrong)} of {len(answers)} words are told wrong, such as {wrong[0]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    made = tables()
    checked = parser.parse_args().check
    for name, table in made.items():
        target = LANGUAGE / name
        if checked:
            old = json.loads(gzip.decompress(target.read_bytes()))
            print(f"{name}: {'as it is' if old == table else 'changed'}")
            continue
        data = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        target.write_bytes(gzip.compress(data.encode(), compresslevel=9, mtime=0))
        print(f"{name}: {target.stat().st_size} bytes")
    check()


if __name__ == "__main__":
    main()
