"""Articles made of nothing but word frequencies: as many as wanted, no two alike but by chance and by their subject.

Common words come as often as in English, each article has a subject of rarer words that it returns to, names, figures,
quotations and a dateline. They read as nonsense; what is counted in them is how often texts that have nothing to do
with one another share a key.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

from wordfreq import top_n_list, word_frequency

VOCABULARY = 30_000
COMMON = 3_000
"""Words that any article may hold; the rarer ones come from its subject."""

SUBJECT_WORDS, SUBJECT_SHARE = 40, 0.25
"""Rarer words that an article is about, and the share of its words that they are."""

PLACES = ("Harwick", "Ostley", "Marn", "Tolbridge", "Velden", "Quarrow", "Pell Point", "Saint Orrin", "Lydd", "Brask")
FIRST = ("Ada", "Ben", "Cora", "Dmitri", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Karin", "Luis", "Mona")
LAST = ("Brook", "Castell", "Dorn", "Ekman", "Farrow", "Gant", "Holloway", "Ibarra", "Joss", "Keller", "Lund", "Moreno")
MONTHS = ("January", "March", "April", "June", "August", "September", "November", "December")


def article(draw: random.Random, words: int) -> str:
    """An article of about so many words."""
    common, weights, rare = _lists()
    subject = draw.sample(rare, SUBJECT_WORDS)
    people = [f"{draw.choice(FIRST)} {draw.choice(LAST)}{draw.choice(('', 'son', 'ley', 'berg'))}" for _ in range(3)]
    place = draw.choice(PLACES)
    told = [f"{place.upper()}, {draw.choice(MONTHS)} {draw.randint(1, 28)} -"]
    count = 3
    while count < words:
        size = draw.randint(9, 28)
        sentence = draw.choices(common, cum_weights=weights, k=size)
        for at in range(size):
            if draw.random() < SUBJECT_SHARE:
                sentence[at] = draw.choice(subject)
        kind = draw.random()
        if kind < 0.3:
            sentence[draw.randrange(1, size)] = draw.choice(people)
        if 0.2 < kind < 0.5:
            sentence[draw.randrange(1, size)] = f"{draw.randint(2, 9_999):,}"
        if 0.5 < kind < 0.6:
            sentence[draw.randrange(1, size)] = place
        sentence[0] = sentence[0][0].upper() + sentence[0][1:]
        line = " ".join(sentence)
        told.append(f"“{line},” said {draw.choice(people)}." if kind > 0.93 else f"{line}.")
        count += size
    return " ".join(told)


@cache
def _lists() -> tuple[list[str], list[float], list[str]]:
    """Common words, their cumulated frequencies, and rarer words, of wordfreq's English list."""
    words = [word for word in top_n_list("en", VOCABULARY) if word.isascii() and word.isalpha()]
    common, rare = words[:COMMON], [word for word in words[COMMON:] if len(word) > 3]
    return common, list(accumulate(word_frequency(word, "en") for word in common)), rare
