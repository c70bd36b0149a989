"""What a whole text shows about its single lines, whatever their order: its language, and a sample to find it by."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

from cleanpipe.language.identify import identify
from cleanpipe.language.likelihood import LetterModel, letter_model, words
from cleanpipe.repair.score import ODD_COST, oddness

SAMPLE = 4000
"""Characters that evidence is gathered from. More of a text changes no answer, and costs time."""

ODD_RATE = 3.0
"""Nats a letter above which a word looks damaged. Rare names have up to 2.6, words with a letter of another language
from 3.2."""

LIKELIER = 3.0
"""Nats by which a word has to be commoner than the one that a reading makes, for the reading not to be believed."""

PASSAGE = 100
_PASSAGE = re.compile(rf"\S.{{0,{PASSAGE}}}(?!\S)|\S{{1,{PASSAGE}}}")
"""A stretch of a line, of whole words where it can be."""

FEW_WORDS = 5
"""Words of a text that say whether it is in a language."""


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their offsets; only U+000A ends one."""
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def sample(lines: Iterable[str], size: int = SAMPLE) -> list[str]:
    """Distinct lines up to a number of characters, chosen and sorted by their content alone: another order of the
    lines gives the same sample. A line longer than the sample is cut."""
    distinct = set(lines)
    if sum(map(len, distinct)) <= size:
        return sorted(distinct)
    chosen = []
    for line in sorted(distinct, key=_drawn):
        chosen.append(line[:size])
        size -= len(chosen[-1])
        if size <= 0:
            break
    return sorted(chosen)


def excerpt(lines: Iterable[str], size: int) -> str:
    """Passages of lines that aren't ASCII, up to a number of characters, the oddest first: enough to tell charsets and
    languages apart by. It depends on the lines alone, not on their order."""
    distinct = sorted(set(lines))
    if sum(map(len, distinct)) <= size:
        return "\n".join(distinct)
    passages = {passage for line in distinct for passage in _PASSAGE.findall(line) if not passage.isascii()}
    ranked = sorted(
        passages, key=lambda passage: (-oddness(passage), zlib.crc32(passage.encode("utf-8", "surrogatepass")), passage)
    )
    chosen = []
    for passage in ranked:
        if size <= 0:
            break
        chosen.append(passage)
        size -= len(passage)
    return "\n".join(sorted(chosen))


def _drawn(line: str) -> tuple[int, str]:
    """Sorts as if at random, and always the same."""
    return zlib.crc32(line.encode("utf-8", "surrogatepass")), line


def language_of(text: str) -> str | None:
    """The language of most of a text (ISO 639-1), None where it is unsure; in whatever order its lines stand."""
    return identify("\n".join(sample(line for _, line in lines(text))))[0]


def models(langs: Iterable[str | None]) -> list[LetterModel]:
    """The letter models of some languages, those without one and doubles left out."""
    found = [letter_model(lang) for lang in dict.fromkeys(langs) if lang is not None]
    return [model for model in found if model is not None]


def odd_words(text: str, models: Sequence[LetterModel]) -> Iterator[str]:
    """The words beyond ASCII that are like none of the languages. None where no language is known."""
    strange = {word for word in words(text) if not word.isascii()} if models else ()
    return (word for word in strange if min(model.cost(word) for model in models) > ODD_RATE * (len(word) + 1))


def speaks(model: LetterModel, unchanged: Iterable[str], share: float) -> bool:
    """Whether a share of the words that no repair touches is known in a language; true where there are few."""
    unchanged = list(unchanged)
    return len(unchanged) < FEW_WORDS or sum(map(model.knows, unchanged)) >= share * len(unchanged)


def costs(text: str, decoded: str, before: Sequence[LetterModel], model: LetterModel | None) -> tuple[float, float]:
    """Nats of what decoding changes, before and after: the words, in the likeliest language, and what looks odd."""
    old, new = set(words(text)), set(words(decoded))
    known = [*before, model] if model is not None else []
    had = min((one.total(old - new) for one in known), default=0.0)
    left = model.total(new - old) if model is not None else 0.0
    return had + ODD_COST * oddness(text), left + ODD_COST * oddness(decoded)


def has_likelier(model: LetterModel, lead: str, letter: str, tail: str) -> bool:
    """Whether another letter with the same first byte of UTF-8 makes a much commoner word: "cafÃ" was "café" and not
    "cafà". Then another byte is gone than those that get lost, and what it was nobody knows."""
    first = letter[:1].encode("utf-8", "surrogatepass")[:1]
    if len(lead + tail) < 2 or not b"\xc3" <= first <= b"\xc5":
        return False
    least = model.cost(lead + letter + tail) - LIKELIER
    siblings = (lead + (first + bytes([last])).decode() + tail for last in range(0x80, 0xC0))
    return any(model.knows(word) and model.cost(word) <= least for word in siblings)
