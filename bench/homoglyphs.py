"""How well look-alikes are put right, and what sound text the engine changes; shows what its constants are good for.

    python bench/homoglyphs.py TEXTS...                       the table, with the constants as they are
    python bench/homoglyphs.py TEXTS... --with KNOWN=3        the same with another value of a constant
    python bench/homoglyphs.py TEXTS... --show                also what it missed and what it changed wrongly

TEXTS are sound texts in any languages: JSON lines with `gold` or `text`, or compiled message catalogs (`*.mo`), which
every Linux has in 100 languages below /usr/share/locale. Texts are spoiled by program, with a fixed seed: in a share of
the words, a share of the letters is put in another script. "sound" are the texts as they are: in catalogs most of what
the engine changes there are slips of the keyboard, to be read with --show. "endings" are names in Latin letters with an
ending in others that are look-alikes throughout, alone and in sentences: none may change.
"""

from __future__ import annotations

import argparse
import gettext
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from cleanpipe.repair import homoglyphs
from cleanpipe.repair.rules import load_rules
from cleanpipe.text.offsets import apply, normalise
from cleanpipe.text.scripts import dominant_script

SEED = 7

TEXTS_A_KIND = 400
"""Spoiled texts a line of the table: a share is known to 2.5 % then (two standard errors of 0.93)."""

ROUNDS = 3
"""How often the rule is run at most: with one more, the table is the same."""

LENGTHS = range(40, 600)
"""Characters of a text: from a sentence to a paragraph, as the rule meets them in news."""

CYRILLIC = dict(zip("aeiopcxysjAIOECPTHBKMX", "аеіорсхуѕјАІОЕСРТНВКМХ", strict=True))
GREEK = dict(zip("oviAIOZHTBEKMNPXY", "ονιΑΙΟΖΗΤΒΕΚΜΝΡΧΥ", strict=True))
WIDE = {chr(code): chr(code + 0xFEE0) for code in (*range(65, 91), *range(97, 123))}
BOLD = {chr(code): chr(code - (65 if code < 97 else 71) + 0x1D5D4) for code in (*range(65, 91), *range(97, 123))}
BACK = {"Cyrillic": {v: k for k, v in CYRILLIC.items() if k not in "sj"}, "Greek": {v: k for k, v in GREEK.items()}}
KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Cyrillic in Latin": ("Latin", CYRILLIC),
    "Greek in Latin": ("Latin", GREEK),
    "Latin in Cyrillic": ("Cyrillic", BACK["Cyrillic"]),
    "Latin in Greek": ("Greek", BACK["Greek"]),
    "full width in Latin": ("Latin", WIDE),
    "bold in Latin": ("Latin", BOLD),
}
NAMES = (
    "SMS",
    "VIP",
    "DVD",
    "Windows",
    "Nokia",
    "Samsung",
    "Ford",
    "Dior",
    "Word",
    "iPhone",
    "YouTube",
    "eBay",
    "OZON",
)
ENDINGS = ("а", "е", "у", "ах", "ок", "ка", "ку", "ера")
SENTENCES = (
    "{}",
    "{} from Apple Store Samsung Galaxy",
    "{} и порт from Apple Store Samsung Galaxy",
    "Вчера в порту мы нашли {} и уехали домой",
    "Порт закрыт.\nThe word {} is used by their fans here today",
)
SHARES = {"heavy": (0.2, 0.4), "light": (0.06, 0.3)}
"""Share of the words that are spoiled, and of their letters that are put."""


def sound_texts(paths: list[Path]) -> Iterator[str]:
    """The texts of the files, those of message catalogs included."""
    for path in paths:
        if path.suffix == ".mo":
            with path.open("rb") as file:
                catalog = vars(gettext.GNUTranslations(file))["_catalog"]
            yield from (text for key, text in catalog.items() if key and isinstance(text, str))
        else:
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                yield str(record.get("gold", record.get("text", "")))


def spoilt(text: str, letters: Mapping[str, str], words: float, share: float, draw: random.Random) -> str:
    """The text with look-alikes in some letters of some words."""
    result = []
    for word in text.split(" "):
        if draw.random() < words:
            word = "".join(letters[c] if c in letters and draw.random() < share else c for c in word)
        result.append(word)
    return " ".join(result)


def repaired(text: str) -> str:
    """The text after the rule for look-alikes alone."""
    rule = next(rule for rule in load_rules() if rule.id == "homoglyph")
    for _ in range(ROUNDS):
        edits = normalise(rule.find(text, None).edits)
        if not edits:
            break
        text = apply(text, edits)
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--with", dest="constants", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    for constant in args.constants:
        name, value = constant.split("=")
        setattr(homoglyphs, name, type(getattr(homoglyphs, name))(value))

    texts = sorted({text for text in sound_texts(args.texts) if len(text) in LENGTHS})
    changed = [(text, now) for text in texts if (now := repaired(text)) != text]
    print(f"{'sound':22s} texts {len(texts):6d}   changed {len(changed):5d}")
    if args.show:
        show(Counter((was, now) for pair in changed for was, now in differing_words(*pair)))
    mixed = [sentence.format(name + ending) for sentence in SENTENCES for name in NAMES for ending in ENDINGS]
    changed = [(text, now) for text in mixed if (now := repaired(text)) != text]
    print(f"{'endings':22s} texts {len(mixed):6d}   changed {len(changed):5d}")
    if args.show:
        show(Counter((was, now) for pair in changed for was, now in differing_words(*pair)))
    scripts = {text: dominant_script(text) for text in texts}
    for kind, (script, letters) in KINDS.items():
        for weight, (words, share) in SHARES.items():
            draw = random.Random(SEED)
            chosen = [text for text in texts if scripts[text] == script]
            counts: Counter[str] = Counter()
            missed: Counter[tuple[str, str]] = Counter()
            for text in draw.sample(chosen, min(TEXTS_A_KIND, len(chosen))):
                before = spoilt(text, letters, words, share, draw)
                if before == text:
                    continue
                after = repaired(before)
                counts["texts"] += 1
                counts["exact"] += after == text
                for was, now, gold in zip(before, after, text, strict=True):
                    counts["put"] += was != gold
                    counts["right"] += was != gold == now
                    counts["wrong"] += was == gold != now
                missed.update(differing_words(after, text))
            if counts["texts"]:
                exact, right = counts["exact"] / counts["texts"], counts["right"] / counts["put"]
                print(
                    f"{kind + ', ' + weight:28s} texts {counts['texts']:4d}   exact {exact:6.1%}"
                    f"   letters right {right:6.1%}   changed wrongly {counts['wrong']}"
                )
                if args.show:
                    show(missed)


def differing_words(one: str, other: str) -> list[tuple[str, str]]:
    """The words that differ, in both forms."""
    return [(was, now) for was, now in zip(one.split(), other.split(), strict=True) if was != now]


def show(words: Counter[tuple[str, str]]) -> None:
    """Words and what they should be or became, the most frequent first."""
    print("   ", ", ".join(f"{was}/{now}" for (was, now), _ in words.most_common(40)))


if __name__ == "__main__":
    main()
