"""How surprising words are in a language, in nats: by their frequency where they are known, by their letters else.

A word costs `-ln P`, where P mixes the frequency list with a letter model: trigrams, each context smoothed by the
shorter one (Witten and Bell 1991), counted over the commonest words of the list. A decoded text that costs much less
than the text as it stands was read in a wrong charset.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import cast

from cleanpipe.language.letter_counts import BEGIN, END, LetterCounts, count_runs, count_words
from cleanpipe.language.words import fold, frequencies, has_words

COMMON_WORDS = 20_000
"""Words of the list that letters are counted over. More of them add foreign words and misspellings."""

LIST_SHARE = 0.7
"""Probability that a word of running text is on the list."""

SMALL_LIST_SHARE = 0.4
"""The same where the list was counted over a few thousand sentences."""

UNKNOWN_LETTER = 1e-6
"""Probability of a letter that the language's words never use: one in all letters of Unicode, about."""

LONGEST_WORD = 40
"""Letters of a word beyond this are not looked at."""

MAX_CACHED = 1 << 16

_BASE = r"[^\s!-&(-@\[-`{-~“”„‚‘’–—…«»‹›¿¡•।॥，。、！？：；（）「」\u00a0\u202f]"
_WORD = re.compile(rf"(?:{_BASE}|(?<=[^\W\d_])[“”„‚‘’–—…«»‹›•¿¡](?=[^\W\d_]))+")

_SIGN = re.compile(r"[^\w'’\u0300-\u036f\u0590-\u0dff\u0e00-\u109f\u1780-\u17ff\u200c\u200d]|[\d_]")
_LETTER = re.compile(r"[^\W\d_]")
_UNSEEN = dict.fromkeys([*(code for code in range(32) if chr(code) not in "\t\n\r"), 0xAD, 0x200B, 0x2060, 0xFEFF])
"""Controls and zero-width characters: whatever they do there, the word is that without them."""


def words(text: str) -> list[str]:
    """The words of a text, left to right, with every sign inside them that isn't plain punctuation.

    >>> words("Žl hab—a “aprŽs”, don’t")
    ['Žl', 'hab—a', 'aprŽs', 'don’t']
    """
    return list(filter(_LETTER.search, _WORD.findall(text.translate(_UNSEEN))))


@dataclass(slots=True)
class LetterModel:
    """A language's words and letter trigrams."""

    lang: str
    shares: Mapping[str, float]
    list_share: float
    counts: LetterCounts
    costs: dict[str, float] = field(default_factory=dict)
    letter_costs: dict[str, float] = field(default_factory=dict)
    run_costs: dict[tuple[str, str], float] = field(default_factory=dict)

    def cost(self, word: str) -> float:
        """`-ln P(word)`; case makes no difference."""
        found = self.costs.get(word)
        if found is None:
            if len(self.costs) >= MAX_CACHED:
                self.costs.clear()
            folded = fold(word[:LONGEST_WORD], self.lang)
            share = self.list_share * self.shares.get(folded, 0.0)
            found = -math.log(share + (1 - self.list_share) * math.exp(-self.letters(f"\x02{folded}\x03")) + 1e-300)
            if "'" in folded and share == 0:
                found = min(found, sum(self.cost(part) for part in folded.split("'") if part))
            self.costs[word] = found
        return found

    def knows(self, word: str) -> bool:
        """Whether a word is on the list, or each part that apostrophes divide, the later ones not single letters."""
        folded = fold(word, self.lang)
        parts = [part for part in folded.split("'") if part]
        return folded in self.shares or (
            all(part in self.shares for part in parts) and all(len(part) > 1 for part in parts[1:])
        )

    def letters(self, run: str) -> float:
        """`-ln P` of a run of letters, its first one given."""
        known = self.letter_costs
        total = 0.0
        for at in range(1, len(run)):
            three = run[at - 2 if at > 1 else 0 : at + 1]
            cost = known.get(three)
            total += self.letter(three) if cost is None else cost
        return total

    def following(self, state: str, run: str) -> float:
        """`-ln P` of a run of letters after the one or two before it, `state`; at a word's beginning that is ""."""
        key = (state, run)
        found = self.run_costs.get(key)
        if found is None:
            if len(self.run_costs) >= MAX_CACHED:
                self.run_costs.clear()
            before = state or "\x02"
            found = self.letters(before + run) - (self.letters(before) if len(before) > 1 else 0.0)
            self.run_costs[key] = found
        return found

    def letter(self, run: str) -> float:
        """`-ln P` of the last letter of two or three, the others given."""
        share = UNKNOWN_LETTER
        for start in range(len(run) - 1, -1, -1):
            after = self.counts.after(run[start:-1])
            if after is None:
                break
            total, kinds = after
            share = (self.counts.weight(run[start:]) + kinds * share) / (total + kinds)
        if len(self.letter_costs) >= MAX_CACHED:
            self.letter_costs.clear()
        found = self.letter_costs[run] = -math.log(share)
        return found

    def total(self, words: Iterable[str]) -> float:
        """Costs of several words together, rounded once: the same in whatever order a set gives them."""
        return math.fsum(map(self.cost, words))


@cache
def letter_model(lang: str) -> LetterModel | None:
    """The model of a language (ISO 639-1), None where there is no list for it. About 0.2 s for a large list."""
    if has_words(lang):
        shares = frequencies(lang)
        # By kinds of words more than by their number: rare words are built like common ones.
        common = ((word, max(1.0, 7.0 + math.log10(share))) for word, share in islice(shares.items(), COMMON_WORDS))
        return LetterModel(lang, shares, LIST_SHARE, _counted(common))
    counted = _letters().get(lang)
    if counted is not None:
        total = sum(counted.values())
        weighed = ((word, 1.0 + math.log(count)) for word, count in counted.items())
        return LetterModel(lang, {word: n / total for word, n in counted.items()}, SMALL_LIST_SHARE, _counted(weighed))
    counted = _letters().get(f"~{lang}")
    if counted is None:
        return None
    return LetterModel(lang, {}, 0.0, count_runs(list(map(_bounded, counted)), list(map(float, counted.values()))))


def _bounded(run: str) -> str:
    """A counted run of letters with the signs for a word's beginning and end in place of spaces."""
    return re.sub(" $", END, re.sub("^ ", BEGIN, run))


def _counted(words: Iterable[tuple[str, float]]) -> LetterCounts:
    """The runs of letters in those of the words that are of letters alone, each word with its weight."""
    kept = [(word, weight) for word, weight in words if word.replace("'", "").isalpha() or not _SIGN.search(word)]
    return count_words([word for word, _ in kept], [weight for _, weight in kept])


@cache
def _letters() -> Mapping[str, Mapping[str, int]]:
    """Words of the languages that wordfreq has no list for; `~` and a code: groups of one to three letters, of a
    language written without spaces. Made by bench/train_letters.py."""
    packed = files("cleanpipe.language").joinpath("letters.json.gz").read_bytes()
    return cast("Mapping[str, Mapping[str, int]]", json.loads(gzip.decompress(packed)))
