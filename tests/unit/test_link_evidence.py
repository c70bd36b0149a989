"""Evidence: what is said of a link, and the places that it shows."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cleanpipe.link import Story, Thresholds, link
from cleanpipe.link.evidence import _naturalness
from cleanpipe.link.substitutions import Substitutions
from cleanpipe.model import Block, Document, Evidence, Furniture, Match, Origin, Place, SharedFact, Span

ONE = "Menu\n\nThe walrus dozed. Nobody dared to photograph its zucchini. Then it rained on Skarholm."
TWO = "It rained on Skarholm that day. A walrus was dozing, and a zucchini lay beside it."


def story(name: str, text: str, day: str, **fields: Any) -> Story:
    return Story(Document(name * 32, name, text, Origin(name), lang="en", published=day, **fields))


def block(one: str, two: str, similarity: float) -> Block:
    a, b = ONE.index(one), TWO.index(two)
    return Block(Span(a, a + len(one)), Span(b, b + len(two)), similarity)


def evidence(*blocks: Block, in_order: float, shared: tuple[SharedFact, ...] = ()) -> dict[str, Evidence]:
    scores = {"jaccard": 0.0, "containment_a": 0.5, "containment_b": 0.5, "kept": 0.5, "length_ratio": 1.0}
    scores |= {"aligned_a": 0.7, "aligned_b": 0.9, "in_order": in_order}
    one, two = (
        story("a", ONE, "2024-03-01", furniture=(Furniture(0, 4, "menu"),)),
        story("b", TWO, "2024-03-02"),
    )
    stories = [replace(one, facts=frozenset({1, 2})), replace(two, facts=frozenset({2, 3, 4}))]
    found = link(stories, [Match("a" * 32, "b" * 32, 0.99, scores, blocks, shared)], thresholds=Thresholds(0.9, 0.5))
    (copy,) = found.links
    assert (copy.copy, copy.canonical) == ("b", "a")
    return {item.kind: item for item in copy.evidence}


def test_sentences_are_counted_without_furniture() -> None:
    rain = block("Then it rained on Skarholm.", "It rained on Skarholm that day.", 0.8)
    walrus = block("The walrus dozed.", "A walrus was dozing, and a zucchini lay beside it.", 0.6)
    said = evidence(rain, walrus, in_order=0.5)["sentences"]
    assert said.says.startswith("Its sentences 1–2 correspond to 2 of sentences 1–3 of the other, partly in order")
    assert "in other words: 90% of its sentences have a counterpart" in said.says
    (alone,) = (evidence(rain, in_order=1.0)["sentences"].says,)
    assert alone.startswith("Its sentence 1 corresponds to sentence 3 of the other, in other words")


def test_names_and_numbers_that_agree_are_counted() -> None:
    skarholm = SharedFact("name", "skarholm", Place("text", 79, 87), Place("text", 13, 21), 3.0)
    said = evidence(in_order=0.0, shared=(skarholm,))["facts"]
    assert said.says == "1 of its 3 names and numbers agree with the other's; 1 rare fact in both: “skarholm”."


def test_words_are_shown_where_sentences_and_facts_are_not_both_there() -> None:
    rain = block("Then it rained on Skarholm.", "It rained on Skarholm that day.", 0.8)
    said = evidence(rain, in_order=1.0)["hash"]
    assert said.spans and {span.value for span in said.spans} >= {"skarholm", "walrus", "zucchini"}
    for span in said.spans:
        assert span.copy is not None and span.other is not None and span.value is not None
        assert TWO[span.copy.start : span.copy.end].lower() == span.value
        assert ONE[span.other.start : span.other.end].lower() == span.value


@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_replaced_words_give_away_is_said_in_numbers_that_fit_any_count(lang: str) -> None:
    """It once said "they leave 1 pairs of words", and that 9 of 7 replacements were rarer.

    Which pairs nobody writes is known of English alone.
    """
    found = Substitutions(compared=40, changed=12, one_for_one=12, replaced=7, rarer_b=9, rarer_a=1, unheard_b=1)
    texts: Any = SimpleNamespace(
        substitutions=lambda pair: found,
        document=lambda key: SimpleNamespace(exact=key, lang=lang),
        stories={"b": SimpleNamespace(unusual=None)},
    )
    pair: Any = SimpleNamespace(exact=False, copy="b")
    (said,) = _naturalness(texts, "b", pair, "a", Thresholds(0.9, 0.5), spun=True)
    words = "Word by word, 7 replacements: 9 of their words are rarer than what they stand for, 1 commoner."
    pairs = " Of pairs of words that nobody writes it has 1 there, the other 0."
    assert said.says == (words + pairs if lang == "en" else words)
