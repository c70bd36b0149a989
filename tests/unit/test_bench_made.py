"""What the benchmarks of copies count: pairs lie in their bins, generated texts repeat, and outcomes are told right."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import growth
import jaccard
import spinners
import template
from generated import article
from made_run import Outcome, run_records

STORIES = [article(random.Random(seed), 200) for seed in range(70)]


@pytest.mark.parametrize(("low", "high"), jaccard.BINS)
def test_a_pair_lies_in_its_bin(low: float, high: float) -> None:
    draw = random.Random(1)
    for _ in range(3):
        text = article(draw, 300)
        assert low <= jaccard.jaccard(text, jaccard.changed(text, low, high, draw)) < high


def test_a_short_text_has_no_copy_just_below_itself() -> None:
    with pytest.raises(ValueError, match="no copy of these 20 words"):
        jaccard.changed(" ".join(article(random.Random(1), 60).split()[:20]), 0.95, 1.0, random.Random(1))


def test_the_similarity_by_hand() -> None:
    assert jaccard.jaccard("a b c d e f", "A b, c d e g") == 1 / 3
    assert jaccard.jaccard("a b", "a b") == 1.0


def test_an_article_is_the_same_for_the_same_seed_and_as_long_as_wanted() -> None:
    one, two, other = (article(random.Random(seed), 400) for seed in (1, 1, 2))
    assert one == two != other
    assert 400 <= len(one.split()) < 440


def test_pages_of_one_form_differ_in_figures() -> None:
    one, two = template.make(2, seed=3)
    assert one["text"] != two["text"]
    shared = set(one["text"].split()) & set(two["text"].split())
    assert {"preliminary", "hectopascals"} <= shared


def test_what_spinners_makes_is_run_and_counted() -> None:
    made = spinners.make(STORIES, 2)
    assert all(len(pairs) == 2 for pairs in made.copies.values())
    texts = [record["text"] for record in made.records]
    assert len(set(texts)) == len(texts)

    originals = {family: pairs[0] for family, pairs in made.copies.items()}
    links = [
        {"copy": b, "canonical": a, "status": "linked", "confidence": 0.9, "relation": "spun"}
        for a, b in originals.values()
    ]
    stranger = {"copy": "x y", "canonical": links[0]["canonical"], "status": "linked", "confidence": 0.8}
    outcome = Outcome(frozenset(originals.values()), [*links, stranger], {"comparing": 2.0})
    printed = "\n".join(spinners.table(made, outcome))
    assert "| quarter | 0.500 | 0.500 | 0.000 |" in printed
    assert "wrong 1" in printed
    assert spinners.recall_at_precision(made, outcome) == (0.5, 0.9)


def test_the_job_says_what_it_compared_and_linked() -> None:
    text = STORIES[0]
    outcome = run_records({"id": id, "text": side} for id, side in zip("ab", (text, text.lower()), strict=True))
    assert outcome.compared == {("a", "b")}
    assert list(outcome.linked) in (["a"], ["b"])
    assert {"comparing", "linking"} <= outcome.stages.keys()


def test_keys_are_counted_as_the_archive_has_them() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE keys (document UBIGINT, channel UTINYINT, value UBIGINT)")
        connection.execute("CREATE TABLE documents (hash UBIGINT, held UINTEGER)")
        connection.execute("CREATE TEMP TABLE reprints (hash UBIGINT, first UBIGINT)")
        connection.execute("CREATE TABLE hot (channel UTINYINT, value UBIGINT)")
        growth.fill(connection, 0, 30, lambda draw: article(draw, 100))
        size = growth.measure(connection)
    assert size.articles == 30
    assert size.keys == pytest.approx(sum(size.by_channel.values()))
    assert 0 < size.candidates < 30
