"""Damages the articles of `fixtures/newsdump` in ways that no threshold was set on, and counts what comes back.

    python bench/unseen_repair.py [--misses N]

Each paragraph of each article is damaged by itself where the charset can write its language; counted is what comes back
exactly. The kinds are none of those that `tune_repair.py` looks at: other charsets, other losses, other pairs.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from cleanpipe import repair_text
from cleanpipe.repair.codecs import decoding_table

INPUT = Path(__file__).resolve().parents[1] / "fixtures" / "newsdump" / "input"
SHORTEST = 60


def misread(text: str, charset: str) -> str:
    """UTF-8 read in a one-byte charset, as browsers do."""
    table = decoding_table(charset)
    return "".join(table[byte] for byte in text.encode())


def lossy(text: str, charset: str, mark: str) -> str:
    """The same, with a mark in place of each byte that the charset leaves undefined."""
    return "".join(mark if "\x80" <= character <= "\x9f" else character for character in misread(text, charset))


def legacy(text: str, true: str, was: str) -> str:
    """Text in one charset read as another. UnicodeEncodeError where it can't be written in it."""
    table = decoding_table(was)
    return "".join(table[byte] for byte in text.encode(true))


KINDS: dict[str, Callable[[str], str]] = {
    "UTF-8 as cp852": lambda text: misread(text, "cp852"),
    "UTF-8 as ISO 8859-5": lambda text: misread(text, "iso8859-5"),
    "UTF-8 as ISO 8859-7": lambda text: misread(text, "iso8859-7"),
    "UTF-8 as ISO 8859-9": lambda text: misread(text, "iso8859-9"),
    "UTF-8 as ISO 8859-15": lambda text: misread(text, "iso8859-15"),
    "UTF-8 as KOI8-U": lambda text: misread(text, "koi8-u"),
    "UTF-8 as cp1250, then as cp1252": lambda text: misread(misread(text, "cp1250"), "cp1252"),
    "UTF-8 as cp1250, bytes dropped": lambda text: lossy(text, "cp1250", ""),
    "UTF-8 as cp1254, bytes to ?": lambda text: lossy(text, "cp1254", "?"),
    "UTF-8 as cp1253, bytes to U+FFFD": lambda text: lossy(text, "cp1253", "\ufffd"),
    "UTF-8 as ISO 8859-9, bytes dropped": lambda text: lossy(text, "iso8859-9", ""),
    "cp1257 as cp1252": lambda text: legacy(text, "cp1257", "cp1252"),
    "cp852 as cp1252": lambda text: legacy(text, "cp852", "cp1252"),
    "cp866 as cp1252": lambda text: legacy(text, "cp866", "cp1252"),
    "cp866 as cp1251": lambda text: legacy(text, "cp866", "cp1251"),
    "KOI8-R as cp1252": lambda text: legacy(text, "koi8-r", "cp1252"),
    "cp850 as ISO 8859-1": lambda text: legacy(text, "cp850", "latin-1"),
    "cp1250 as ISO 8859-1": lambda text: legacy(text, "cp1250", "latin-1"),
    "Big5 as ISO 8859-1": lambda text: legacy(text, "big5", "latin-1"),
    "Shift JIS as cp1252": lambda text: legacy(text, "shift_jis", "cp1252"),
    "EUC-KR as cp1252": lambda text: legacy(text, "euc_kr", "cp1252"),
    "EUC-JP as cp1252": lambda text: legacy(text, "euc_jp", "cp1252"),
}


def paragraphs() -> Iterator[tuple[str, str]]:
    """Language and text of each paragraph."""
    for path in sorted(INPUT.rglob("*.jsonl")):
        for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
            record = json.loads(line)
            for paragraph in str(record.get("text", "")).split("\n"):
                if len(paragraph) >= SHORTEST:
                    yield str(record.get("lang") or record.get("language") or "en"), paragraph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, help="show so many misses of each kind")
    args = parser.parse_args()
    found = sorted(set(paragraphs()))
    texts = [(lang, text) for lang, text in found if repair_text(text) == text]
    print(f"{len(texts)} paragraphs; {len(found) - len(texts)} more are garbled, or repair takes them for it")
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, damage in KINDS.items():
        missed = []
        for lang, text in texts:
            try:
                damaged = damage(text)
            except UnicodeError:
                continue
            if damaged == text:
                continue
            total[kind][0] += 1
            if repair_text(damaged) == unicodedata.normalize("NFC", text):
                total[kind][1] += 1
            else:
                missed.append((lang, damaged, repair_text(damaged), text))
        count, right = total[kind]
        if count:
            print(f"{kind:36s} {count:5d} {100 * right / count:7.1f} %")
        for item in missed[: args.misses]:
            print("  ", "\n   ".join(part[:110] for part in item))
    everything = [sum(column) for column in zip(*total.values(), strict=True)]
    print(f"{'all':36s} {everything[0]:5d} {100 * everything[1] / everything[0]:7.1f} %")


if __name__ == "__main__":
    main()
