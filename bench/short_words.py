"""What spaCy's rules say of full stops behind words, as a table, so that spaCy needn't be loaded to ask.

    python bench/short_words.py            writes cleanpipe/language/short_words.json.gz
    python bench/short_words.py --check    says what it would change, and writes nothing

Words that a language's rules name are listed. What the rules say of all others is kept for a language where they say it
of every word tried: the commonest of wordfreq's list, these capitalised, in capitals, joined, and behind digits.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pkgutil
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import spacy.lang

from cleanpipe.language.stops import PATTERNS, TABLE, WITHOUT_TOKENISER, StopRules, tokenizer
from cleanpipe.language.words import frequencies, has_words

TARGET = Path(__file__).parents[1] / "cleanpipe" / "language" / TABLE
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


def rules_of(lang: str) -> dict[str, Any]:
    asked = tokenizer(lang)
    named = sorted(word for word in asked.rules if word.endswith("."))  # type: ignore[attr-defined]
    kept = [word for word in named if len(asked(word)) == 1]
    row: dict[str, Any] = {"kept": kept, "parted": [word for word in named if len(asked(word)) > 1]}
    words = {word for word in tried(lang, named) if word.strip() and not any(map(str.isspace, word))}
    answers = {word: len(asked(word + ".")) == 1 for word in sorted(words)}
    row["patterns"] = []
    for name in PATTERNS:
        rules = StopRules(frozenset(row["kept"]), frozenset(row["parted"]), (name,))
        if all(rules.keeps(word) in (None, kept) for word, kept in answers.items()):
            row["patterns"].append(name)
    return row


def table() -> bytes:
    """The file. The same version of spaCy makes the same bytes."""
    langs = sorted({module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if len(module.name) == 2})
    found = {}
    for lang in langs:
        if lang not in WITHOUT_TOKENISER:
            try:
                spacy.blank(lang)
            except ImportError:
                continue
            found[lang] = rules_of(lang)
    data = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(data.encode(), compresslevel=9, mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    made = table()
    if parser.parse_args().check:
        old, new = (json.loads(gzip.decompress(data)) for data in (TARGET.read_bytes(), made))
        changed = sorted(lang for lang in old.keys() | new.keys() if old.get(lang) != new.get(lang))
        print(f"changed: {', '.join(changed) or 'nothing'}")
        return
    TARGET.write_bytes(made)
    print(f"{TARGET.name}: {len(made)} bytes")


if __name__ == "__main__":
    main()
