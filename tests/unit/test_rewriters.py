"""The generators of copies: each draws the same from the same seed and changes what it says, as much as it says."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from rewriters import (
    COPIERS,
    boilerplate_pair,
    drop_and_move,
    framed,
    is_content_word,
    misspell,
    quarter,
    respell_numbers,
    same_form,
    sentences_of,
    shared_background,
    spin_by_frequency,
    spin_by_synonyms,
)

STORY = (
    "The council of Harwick approved a plan on Tuesday to rebuild the flooded market hall. "
    "Engineers reckon that the work will cost 48,000 pounds and employ 305 people until 1987. "
    "Traders said the decision came late. "
    "“We waited through two winters,” said Ada Brook, who sells cheese there. "
    "The roof fell during a storm in March, and nobody was injured. "
    "A charity offered to lend tents. "
    "Prices at the temporary stalls increased by 12 percent, traders reported. "
    "Work should begin in autumn, the mayor announced."
)
FRAME = (
    "A ferry ran aground off Pell Point. Its captain blamed fog. Divers looked at the hull. "
    "Passengers slept in a school. The owner apologised. Another ship takes over on Friday."
)


def words(text: str) -> list[str]:
    return re.findall(r"[\w’']+", text)


@pytest.mark.parametrize("name", COPIERS)
def test_the_same_seed_makes_the_same_copy_and_no_copy_is_the_text_itself(name: str) -> None:
    one, two = (COPIERS[name](STORY, FRAME, random.Random(3)) for _ in range(2))
    assert one == two != STORY


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_spinning_replaces_that_share_of_the_content_words_and_nothing_else(share: float) -> None:
    spun = words(spin_by_frequency(STORY, share, random.Random(1)))
    before = words(STORY)
    assert len(spun) == len(before)
    changed = [(old, new) for old, new in zip(before, spun, strict=True) if old != new]
    assert all(is_content_word(old) and is_content_word(new) for old, new in changed)
    wanted = round(share * sum(map(is_content_word, before)))
    assert wanted - 1 <= len(changed) <= wanted  # by chance a word is replaced by itself


def test_synonyms_stand_for_each_other() -> None:
    assert spin_by_synonyms("They injured nobody.", 1.0, random.Random(1)) in (
        "They wounded nobody.",
        "They harmed nobody.",
    )
    assert spin_by_synonyms(STORY, 0.0, random.Random(1)) == STORY


def test_a_misspelt_word_keeps_its_first_letter() -> None:
    pairs = zip(words(STORY), words(misspell(STORY, 1.0, random.Random(2))), strict=True)
    assert all(one[0] == two[0] and abs(len(one) - len(two)) <= 1 for one, two in pairs)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("48,000 tonnes", "forty eight thousand tonnes"),
        ("305 of 2,017,019", "three hundred and five of two million seventeen thousand nineteen"),
        ("in 1987 and 2024", "in 1987 and 2024"),
        ("12.5 percent, v1.2", "12.5 percent, v1.2"),
        ("007", "007"),
        ("0 and 20", "zero and twenty"),
    ],
)
def test_numbers_in_words(text: str, told: str) -> None:
    assert respell_numbers(text) == told


def test_sentences_are_dropped_and_moved_and_none_is_made() -> None:
    kept = sentences_of(drop_and_move(STORY, 0.25, 0.5, random.Random(4)))
    assert len(kept) == 6
    assert set(kept) < set(sentences_of(STORY))


def test_a_quarter_stands_word_for_word_and_in_another_frame() -> None:
    for seed in range(20):
        made = quarter(STORY, random.Random(seed))
        assert made in STORY
        assert 0.25 <= len(words(made)) / len(words(STORY)) <= 0.5
        around = framed(made, FRAME)
        assert made in around
        assert around.startswith("A ferry ran aground") and around.endswith("takes over on Friday.")


def test_what_looks_like_a_copy_and_is_none() -> None:
    form = same_form(STORY, random.Random(5))
    assert re.sub(r"\d", "0", form) == re.sub(r"\d", "0", STORY)
    assert all(one != two for one, two in zip(form, STORY, strict=True) if one.isdigit())
    for side, story in zip(boilerplate_pair(STORY, FRAME), (STORY, FRAME), strict=True):
        assert story in side and "All rights reserved" in side
    shared = "Nobody knows why. It rained. The dam was built in 1911."
    for side in shared_background(STORY, FRAME, shared):
        assert shared in side
