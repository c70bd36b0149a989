"""Sketches say of a pair what its texts say, and compiled code makes the same sketches as Python."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.match import Compared
from cleanpipe.match.align import align
from cleanpipe.match.align_columns import align_columns
from cleanpipe.match.batch import fingerprint_batch
from cleanpipe.match.features import CHEAP, SIDES, cheap_features
from cleanpipe.match.fingerprint import fingerprint_plainly
from cleanpipe.match.prepared import Prepared
from cleanpipe.match.prepared_batch import prepare_columns
from cleanpipe.match.shared import shared_facts, shared_words
from cleanpipe.match.sketch import measure, screen, sketch
from cleanpipe.match.verify import Glances, verify
from cleanpipe.match.weights import trees
from cleanpipe.model import Span
from cleanpipe.settings import MatchSettings

TEXT = """
the harbour master Lindqvist said that 48,000 puffins and 1.4k seals (½ of all) were counted on May 3 2024 in Saltmere
by Ines Okafor of the Island Council US “We never expected to see them again” IRAN Iran two million 港口 的 渡轮
us 星期一 恢复 Übersee café lighthouse ledger meters puzzle islanders restaurants restaurant. They seals. puffins,
Lindqvist. lighthouse? keepers counted. The
"""
WORDS = TEXT.split()

texts = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
articles = st.builds(
    Compared,
    key=st.just("k"),
    text=texts,
    title=st.one_of(st.none(), texts),
    lang=st.sampled_from(["en", "de", "zh", None]),
    skip=st.sampled_from([(), (Span(0, 12),)]),
)


@given(articles, articles)
@settings(deadline=None)
def test_measures_are_those_of_the_texts(one: Compared, two: Compared) -> None:
    sides = Prepared(one), Prepared(two)
    a, b = np.array([7, 9, 7], np.uint64), np.array([9, 7, 7], np.uint64)
    measured = measure({9: sketch(sides[1]), 7: sketch(sides[0])}, a, b)
    for row, (ours, theirs) in enumerate((sides, sides[::-1], (sides[0], sides[0]))):
        values, told = cheap_features(ours, theirs)
        # Both are rounded to `DIGITS`; what lies between two of these may go either way.
        np.testing.assert_allclose(measured[row], values + [told[name] for name in SIDES], rtol=0, atol=1.1e-9)
    expected = trees("cheap").probability(measured[:, : len(CHEAP)])
    np.testing.assert_allclose(screen(measured), expected, rtol=0, atol=1e-12)


@given(st.lists(articles, max_size=5))
@settings(deadline=None)
def test_compiled_code_makes_the_same_sketches(documents: list[Compared]) -> None:
    plain = fingerprint_plainly(documents, MatchSettings()).sketches
    assert list(fingerprint_batch(documents, MatchSettings()).sketches) == list(plain)


@given(st.lists(articles, min_size=2, max_size=4), st.booleans())
@settings(deadline=None)
def test_what_was_glanced_at_is_verified_alike(found: list[Compared], wanted: bool) -> None:
    """Compiled code, which goes by glances, and the plain functions, which don't, find the same."""
    documents = [replace(item, key=f"{at:032x}") for at, item in enumerate(found)]
    places = [(i, j) for i in range(len(documents)) for j in range(i + 1, len(documents))]
    a, b = (np.array(side, np.uint64) for side in zip(*places, strict=True))
    measured = measure({at: sketch(Prepared(item)) for at, item in enumerate(documents)}, a, b)
    glances = Glances(measured[:, : len(CHEAP)], measured[:, len(CHEAP) :], np.full(len(places), wanted))
    pairs = [(documents[i], documents[j]) for i, j in places]
    full, quick = verify(pairs), verify(pairs, glances)
    for one, two in zip(full, quick, strict=True):
        assert (one.a, one.b, one.probability, one.blocks) == (two.a, two.b, two.probability, two.blocks)
        assert one.measured == two.measured
        if wanted or one.probability >= 0.9:
            assert one == two
        assert {**one.scores, "facts_shared": 0} == {**two.scores, "facts_shared": 0}


@given(articles, articles)
@settings(deadline=None)
def test_documents_in_columns_are_what_they_are_in_python(one: Compared, two: Compared) -> None:
    plain, quick = [Prepared(one), Prepared(two)], prepare_columns([one, two])
    assert align(*plain) == align_columns(*quick)
    assert shared_facts(*plain) == shared_facts(*quick)
    assert shared_words(*plain) == shared_words(*quick)
    assert plain[0].same_words(plain[1]) == quick[0].same_words(quick[1])
    for ours, theirs in zip(plain, quick, strict=True):
        assert list(ours.numbers.values()) == list(theirs.numbers.values())
        assert ours.shown.mass == theirs.shown.mass
        assert ours.telling(2.0) == theirs.telling(2.0)
        assert ours.facts == theirs.facts and ours.telling(1.5) == theirs.telling(1.5)
        assert (ours.body, ours.words, ours.raw) == (theirs.body, theirs.words, theirs.raw)
        assert [ours.place(at, at) for at in range(len(ours.words))] == [
            theirs.place(at, at) for at in range(len(ours.words))
        ]
