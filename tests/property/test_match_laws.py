"""Laws of matching: places are real, scores are shares, sides and order make no difference."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.language.facts import facts
from cleanpipe.language.tokens import fold, tokenise
from cleanpipe.match import Compared, fingerprint, settle, verify
from cleanpipe.match.channels import CHANNELS, best_pairs
from cleanpipe.match.neighbourhood import MEASURED
from cleanpipe.model import KEPT_BY_A, KEPT_BY_B
from cleanpipe.settings import MatchSettings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from held import held_keys

ENGLISH = ["the", "ferry", "Marguerite", "ran", "aground", "off", "Pellow", "Island", "on", "Tuesday", "214", "1.4"]
WORDS = st.sampled_from([*ENGLISH, "million", "90%", "“said”", "Crabbe.", "東京", "में", "٤٨", "Straße!", "\n\n"])
PROSE = st.lists(WORDS, max_size=60).map(" ".join)
ANY = st.one_of(st.text(max_size=80), PROSE)


@settings(deadline=None)
@given(ANY)
def test_words_are_where_they_are_said_to_be(text: str) -> None:
    tokens = tokenise(text)
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == tokens.raw
    assert all(tokens.words)
    assert tokens.starts == sorted(tokens.starts)


@settings(deadline=None)
@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert all(fold(word) == word for word in tokenise(text).words if tokenise(word).raw == [word])


@settings(deadline=None)
@given(ANY, st.one_of(st.none(), ANY), st.sampled_from(["en", "de", "zh", None]))
def test_facts_lie_in_their_field(text: str, title: str | None, lang: str | None) -> None:
    found = facts(text, title, lang, title_in_text=None)
    fields = {"text": text, "title": title or ""}
    assert all(0 <= fact.place.start < fact.place.end <= len(fields[fact.place.field]) for fact in found)
    assert all(fact.rarity >= 0 and fact.value for fact in found)


@settings(deadline=None)
@given(st.lists(ANY, max_size=5))
def test_fingerprints_are_of_one_document_each(texts: list[str]) -> None:
    documents = [Compared(str(row), text, lang="en") for row, text in enumerate(texts)]
    together = fingerprint(documents, MatchSettings())
    for row, document in enumerate(documents):
        alone = fingerprint([document], MatchSettings())
        mine = together.key_document == row
        assert together.exact[row] == alone.exact[0]
        assert np.array_equal(together.signatures[row], alone.signatures[0])
        assert np.array_equal(together.key_value[mine], alone.key_value)


@settings(deadline=None, max_examples=60)
@given(ANY, ANY)
def test_matches_are_sound(one: str, two: str) -> None:
    first, second = Compared("a", one, lang="en"), Compared("b", two, lang="en")
    there, back = verify([(first, second)]), verify([(second, first)])
    assert there == back
    match = there[0]
    assert 0 <= match.probability <= 1
    assert all(0 <= value <= 1 for name, value in match.scores.items() if name != "length_ratio")
    for block in match.blocks:
        assert 0 <= block.a.start < block.a.end <= len(one)
        assert 0 <= block.b.start < block.b.end <= len(two)
    for fact in match.facts:
        assert fact.a.end <= len(one) and fact.b.end <= len(two)


@settings(deadline=None)
@given(
    st.sets(
        st.tuples(st.integers(0, 9), st.sampled_from([channel.id for channel in CHANNELS]), st.integers(0, 5)),
        max_size=90,
    ),
    st.sets(st.integers(0, 9)),
)
def test_each_document_has_the_candidates_that_it_has_alone(keys: set[tuple[int, int, int]], asked: set[int]) -> None:
    columns = np.array(sorted(keys), np.int64).reshape(-1, 3).T
    held = held_keys(columns[0].astype(np.int32), columns[1].astype(np.uint8), columns[2].astype(np.uint64))
    documents = np.arange(10, dtype=np.uint64)
    sizes = np.arange(5, 15)

    def best(some: set[int]) -> set[tuple[int, int, int]]:
        a, b, kept = best_pairs(held, np.array(sorted(some), np.uint64), documents, sizes)
        return {
            (one, one if by == KEPT_BY_A else two, two)
            for one, two, bits in zip(a.tolist(), b.tolist(), kept.tolist(), strict=True)
            for by in (KEPT_BY_A, KEPT_BY_B)
            if bits & by
        }

    assert best(asked) == {pair for one in asked for pair in best({one})}
    assert {by for _, by, _ in best(asked)} <= asked


NAMES = st.sampled_from(range(1, 9))


@settings(deadline=None)
@given(
    st.floats(0.0, 1.0),
    st.dictionaries(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] < pair[1]), st.floats(0.0, 1.0)),
    st.randoms(use_true_random=False),
)
def test_a_neighbourhood_never_makes_a_link(own: float, others: dict[tuple[int, int], float], random: object) -> None:
    pairs = {(1, 2): own} | {pair: value for pair, value in others.items() if pair != (1, 2)}
    a, b = np.array(list(pairs), np.uint64).T
    probability = np.array(list(pairs.values()))
    measured = np.array([[random.random() for _ in MEASURED] for _ in pairs], np.float32)  # type: ignore[attr-defined]
    among = settle(a, b, probability, measured)
    alone = settle(a[:1], b[:1], probability[:1], measured[:1])
    assert among[0] <= alone[0]
