"""Copies as spinners and scrapers make them, and pairs that only look like copies.

Each is a pure function of its texts and of the `random.Random` that it draws from: the same seed, the same text.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

from cleanpipe.language.sentences import sentences

CONTENT_LETTERS, CONTENT_ZIPF = 4, 6.0
"""A content word has at least so many letters, is in lower case and rarer than this: no article, preposition, name."""

BUCKETS = 4
"""Parts of a unit of Zipf frequency: a spinner's word is about as common as the one it replaces."""

VOCABULARY = 30_000
"""Words of wordfreq's English list that replacements are drawn from."""

_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?![\w.,]*\d)")

Copier = Callable[[str, str, random.Random], str]
"""From an article, another one for what is around it, and chance, a copy."""


# Words


def spin_by_frequency(text: str, share: float, draw: random.Random) -> str:
    """This share of the content words replaced by another of the same frequency."""

    def other(word: str) -> str:
        near = _buckets()[_bucket(word)]
        return draw.choice(near) if near else word

    return _replaced(text, share, draw, other)


def spin_by_synonyms(text: str, share: float, draw: random.Random) -> str:
    """This share of the words that `synonyms.txt` knows replaced by what stands beside them there."""

    def other(word: str) -> str:
        return draw.choice(_synonyms().get(word, [word]))

    return _replaced(text, share, draw, other, known=_synonyms())


def misspell(text: str, share: float, draw: random.Random) -> str:
    """This share of the content words with two letters swapped, one left out, or one twice."""

    def other(word: str) -> str:
        at = draw.randrange(1, len(word) - 1)
        how = draw.randrange(3)
        if how == 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + (word[at] * 2 if how == 1 else "") + word[at + 1 :]

    return _replaced(text, share, draw, other)


def respell_numbers(text: str) -> str:
    """Whole numbers below a milliard in words: "48,000" as "forty eight thousand". Years stay, as they do in print."""

    def other(match: re.Match[str]) -> str:
        value = int(match[0].replace(",", ""))
        if value >= 10**9 or re.fullmatch(r"1[89]\d\d|20\d\d|0\d+", match[0]):
            return match[0]
        return spelt(value)

    return _NUMBER.sub(other, text)


def spelt(value: int) -> str:
    """A number from 0 to 999,999,999 in words.

    >>> spelt(48_000), spelt(305)
    ('forty eight thousand', 'three hundred and five')
    """
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{_SMALL[value // 100]} hundred" + (f" and {spelt(value % 100)}" if value % 100 else "")
    size, name = (1_000_000, "million") if value >= 1_000_000 else (1000, "thousand")
    return f"{spelt(value // size)} {name}" + (f" {spelt(value % size)}" if value % size else "")


# Sentences


def drop_and_move(text: str, dropped: float, moved: float, draw: random.Random) -> str:
    """This share of the sentences left out, and this share of those that are left put elsewhere."""
    spans = sentences_of(text)
    gone = set(draw.sample(range(len(spans)), round(dropped * len(spans))))
    kept = [span for at, span in enumerate(spans) if at not in gone]
    for _ in range(round(moved * len(kept))):
        kept.insert(draw.randrange(len(kept)), kept.pop(draw.randrange(len(kept))))
    return " ".join(kept)


def quarter(text: str, draw: random.Random) -> str:
    """Sentences in a row with a quarter of the words."""
    spans = sentences_of(text)
    need = len(text.split()) / 4
    latest = max(at for at in range(len(spans)) if sum(len(s.split()) for s in spans[at:]) >= need)
    start = draw.randint(0, latest)
    taken: list[str] = []
    while sum(len(span.split()) for span in taken) < need:
        taken.append(spans[start + len(taken)])
    return " ".join(taken)


def framed(text: str, frame: str) -> str:
    """The whole text between the first two and the last two sentences of another article."""
    spans = sentences_of(frame)
    return " ".join([*spans[:2], text, *spans[2:][-2:]])


def combined(text: str, frame: str, draw: random.Random) -> str:
    """A bit of everything: other words, sentences dropped and moved, misspelt, numbers in words, in a frame."""
    text = respell_numbers(drop_and_move(text, 0.15, 0.15, draw))
    text = spin_by_frequency(spin_by_synonyms(text, 0.5, draw), 0.2, draw)
    return framed(misspell(text, 0.03, draw), frame)


def _spinner(share: float) -> Copier:
    return lambda text, frame, draw: spin_by_frequency(text, share, draw)


COPIERS: dict[str, Copier] = {
    **{f"spun {percent} %": _spinner(percent / 100) for percent in range(10, 80, 10)},
    "synonyms": lambda text, frame, draw: spin_by_synonyms(text, 1.0, draw),
    "dropped and moved": lambda text, frame, draw: drop_and_move(text, 0.3, 0.3, draw),
    "quarter": lambda text, frame, draw: quarter(text, draw),
    "quarter, framed": lambda text, frame, draw: framed(quarter(text, draw), frame),
    "misspelt": lambda text, frame, draw: misspell(text, 0.2, draw),
    "numbers respelt": lambda text, frame, draw: respell_numbers(text),
    "framed": lambda text, frame, draw: framed(text, frame),
    "combined": combined,
}

FRAMED = frozenset({"quarter, framed", "framed", "combined"})
"""Copies that take the other article in."""


# Not copies


def same_form(text: str, draw: random.Random) -> str:
    """The same form filled in anew: every figure another one of the same length."""
    return re.sub(r"\d", lambda match: draw.choice("123456789".replace(match[0], "")), text)


def boilerplate_pair(one: str, two: str) -> tuple[str, str]:
    """Two stories on pages of one site: the same words around both."""
    return tuple(f"{PAGE_HEAD}\n\n{text}\n\n{PAGE_FOOT}" for text in (one, two))  # type: ignore[return-value]


def shared_background(one: str, two: str, background: str) -> tuple[str, str]:
    """Two stories with the same paragraph of background near their ends, as news on one affair has it."""
    paragraph = " ".join(sentences_of(background)[:3])
    sides = []
    for text in (one, two):
        spans = sentences_of(text)
        sides.append(" ".join([*spans[:-1], paragraph, *spans[-1:]]))
    return sides[0], sides[1]


PAGE_HEAD = (
    "Sign in to read on. You have two free articles left this month. Home, World, Business, Markets, Sport, Opinion. "
    "Share this page with a friend, print it, or listen to it."
)
PAGE_FOOT = (
    "This material is for information only and is no offer to buy or sell any security. While every care was taken, "
    "no liability is accepted for errors or omissions, or for any loss that arises from its use. Prices are delayed by "
    "at least fifteen minutes. Past performance is no guide to future returns. Subscribe to our evening newsletter and "
    "never miss a story. All rights reserved by the publisher and its licensors."
)


# Around


def sentences_of(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentences(text, "en")]


def _replaced(
    text: str, share: float, draw: random.Random, other: Callable[[str], str], known: dict[str, list[str]] | None = None
) -> str:
    """The text with this share of its content words, or of those `known`, put through `other`."""
    found = [
        match
        for match in _WORD.finditer(text)
        if (match[0] in known if known is not None else is_content_word(match[0]))
    ]
    chosen = sorted(draw.sample(found, round(share * len(found))), key=lambda match: match.start())
    parts, at = [], 0
    for match in chosen:
        parts += [text[at : match.start()], other(match[0])]
        at = match.end()
    return "".join([*parts, text[at:]])


@cache
def is_content_word(word: str) -> bool:
    return (
        len(word) >= CONTENT_LETTERS
        and word.islower()
        and word.isalpha()
        and zipf_frequency(word, "en", minimum=0) < CONTENT_ZIPF
    )


@cache
def _bucket(word: str) -> int:
    return int(zipf_frequency(word, "en") * BUCKETS)


@cache
def _buckets() -> defaultdict[int, list[str]]:
    buckets: defaultdict[int, list[str]] = defaultdict(list)
    for word in top_n_list("en", VOCABULARY):
        if is_content_word(word):
            buckets[_bucket(word)].append(word)
    return buckets


@cache
def _synonyms() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            one, two = line.split()
            table.setdefault(one, []).append(two)
            table.setdefault(two, []).append(one)
    return table


def _names(text: str) -> Sequence[str]:
    return text.split()


_SMALL = _names(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _names("- - twenty thirty forty fifty sixty seventy eighty ninety")
