"""Articles by the million: sentences of real texts, with two in five of their content words drawn anew.

Whole sentences alone would not do: of a million articles each real sentence would stand in hundreds. Function words,
the build of sentences and the frequencies of words are those of the real texts, so that articles resemble each other as
strangers do. Each article is made from its number alone, in any order, on any machine.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DRAWN = 0.4
"""Share of content words that are drawn anew."""

CONTENT_LETTERS = 4
"""Words of as many letters, and figures, count as content."""

COPIES = 0.1
"""Share of articles that are reprints of an earlier one: cut at the end, with one word in twenty drawn anew."""

COPIED_WORDS, COPIED_SHARE = 0.05, 0.85
FARTHEST = 50_000
"""How many articles before a reprint its original stands at most."""

_SENTENCE = re.compile(r"[^.!?]+[.!?]+(?:\s+|$)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Stock:
    """`words` are all occurrences of words; sentence s has those from `starts[s]` up to `starts[s + 1]`. `content` are
    the places of content words."""

    words: list[str]
    starts: Any
    content: Any
    is_content: Any


def stock_of(path: Path, most: int = 6_000) -> Stock:
    """The sentences of the texts in a file of JSON lines, plain or gzipped."""
    words: list[str] = []
    starts = [0]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line, _ in zip(file, range(most), strict=False):
            for sentence in _SENTENCE.findall(_SPACE.sub(" ", json.loads(line)["text"])):
                found = sentence.split()
                if 6 <= len(found) <= 40:
                    words += found
                    starts.append(len(words))
    is_content = np.array([len(word) >= CONTENT_LETTERS or word[0].isdigit() for word in words])
    return Stock(words, np.array(starts), np.flatnonzero(is_content), is_content)


def places(stock: Stock, number: int, length: int) -> Any:
    """The words of article `number`, as places in the stock."""
    draw = np.random.default_rng([7, number])
    chosen = draw.integers(0, len(stock.starts) - 1, length // 10)
    rows = np.concatenate([np.arange(stock.starts[at], stock.starts[at + 1]) for at in chosen.tolist()])[:length]
    return _drawn(stock, rows, draw, DRAWN)


def _drawn(stock: Stock, rows: Any, draw: np.random.Generator, share: float) -> Any:
    again = stock.is_content[rows] & (draw.random(len(rows)) < share)
    rows = rows.copy()
    rows[again] = stock.content[draw.integers(0, len(stock.content), int(again.sum()))]
    return rows


def article(stock: Stock, number: int, length: int) -> dict[str, str]:
    """Article `number`, of some `length` words, as a record."""
    draw = np.random.default_rng([11, number])
    rows = places(stock, number, length)
    if number and draw.random() < COPIES:
        original = int(draw.integers(max(0, number - FARTHEST), number))
        rows = places(stock, original, length)
        rows = _drawn(stock, rows[: int(len(rows) * COPIED_SHARE)], draw, COPIED_WORDS)
    text = " ".join([stock.words[at] for at in rows.tolist()])
    day = 1 + number % 28
    return {
        "id": f"made/{number:07}",
        "published": f"2024-{1 + number // 28 % 12:02}-{day:02}",
        "lang": "en",
        "text": text,
    }


def write(stock: Stock, path: Path, numbers: range, length: int = 400) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines(stock, numbers, length):
            file.write(line)


def lines(stock: Stock, numbers: range, length: int) -> Iterator[str]:
    for number in numbers:
        yield json.dumps(article(stock, number, length), ensure_ascii=False) + "\n"
