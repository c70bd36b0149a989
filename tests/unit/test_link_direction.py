"""Which of two texts was there first: every term by itself, the sum, and where it abstains."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cleanpipe.link import Linking, Story, Thresholds, find_credits, link
from cleanpipe.link.dates import published
from cleanpipe.link.direction import BEYOND_DOUBT, LARGEST, WEIGHTS, Rival, abstains, direction, log_odds
from cleanpipe.link.story import Texts, pair_of
from cleanpipe.link.substitutions import speech, substitutions
from cleanpipe.model import Block, Direction, Document, Link, Match, Origin, Span

LIMITS = Thresholds(link=0.9, review=0.5)
BODY = "Boats lay at rest in the harbour while the crews argued about the price of anchovies. " * 8
SCORES = {
    "jaccard": 0.9, "containment_a": 1.0, "containment_b": 1.0, "aligned_a": 1.0, "aligned_b": 1.0, "in_order": 1.0,
    "kept": 0.99, "facts_shared": 0.5, "length_ratio": 1.0,
}  # fmt: skip


def key(name: str) -> str:
    return name.ljust(32, "0")


def story(name: str, text: str = BODY, **fields: Any) -> Story:
    item = Document(key=key(name), id=name, text=text, origin=Origin(name), lang="en", **fields)
    return Story(item, find_credits([item])[0])


def match(a: str, b: str, blocks: tuple[Block, ...] = (), **scores: float) -> Match:
    return Match(key(a), key(b), 0.99, SCORES | scores, blocks)


def whole(one: str, two: str) -> tuple[Block, ...]:
    return (Block(Span(0, len(one)), Span(0, len(two)), 0.9),)


def found(one: Story, two: Story, given: Match | None = None, others: tuple[Story, ...] = ()) -> Direction:
    """That the first was there before the second."""
    first, second = one.document.key, two.document.key
    texts = Texts([one, two, *others], [given] if given else [])
    return direction(texts, first, second, pair_of(given, second) if given else None)


def terms(one: Story, two: Story, given: Match | None = None, others: tuple[Story, ...] = ()) -> dict[str, float]:
    return {term.name: term.weight for term in found(one, two, given, others).terms}


def links(stories: list[Story], matches: list[Match]) -> dict[str, Link]:
    linking: Linking = link(stories, matches, (), None, LIMITS)
    return {item.copy: item for item in linking.links}


ORIGINAL = {"url": "https://x.org/1"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"isBasedOn": "http://www.x.org/1/"},
        {"isBasedOnUrl": ["https://other.org/", "https://x.org/1"]},
        {"jsonld": [{"@graph": [{"@type": "NewsArticle", "schema:isBasedOn": {"@id": "https://x.org/1"}}]}]},
        {"meta": {"syndication-source": "https://x.org/1?utm_source=feed"}},
        {"meta": [{"name": "original-source", "content": "https://x.org/1"}]},
        {"syndicated_from": "a"},
    ],
)
def test_metadata_that_name_the_original(metadata: dict[str, Any]) -> None:
    one, two = story("a", **ORIGINAL), story("b", url="https://y.org/2", metadata=metadata)
    assert terms(one, two)["based_on"] == WEIGHTS["based_on"]
    assert terms(two, one)["based_on"] == -WEIGHTS["based_on"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"isBasedOn": "https://y.org/2"},  # its own page
        {"isBasedOn": "https://x.org/17"},
        {"related": "https://x.org/1"},
        {"isBasedOn": 7, "original-source": None, "syndicated_from": [[], {}]},
    ],
)
def test_metadata_that_name_another(metadata: dict[str, Any]) -> None:
    assert "based_on" not in terms(story("a", **ORIGINAL), story("b", url="https://y.org/2", metadata=metadata))


def test_metadata_without_an_end_cost_no_time() -> None:
    deep: dict[str, Any] = {"isBasedOn": "https://x.org/1"}
    for _ in range(2000):
        deep = {"in": [deep, deep]}
    assert "based_on" not in terms(story("a", **ORIGINAL), story("b", metadata=deep))


def test_metadata_that_name_the_publisher() -> None:
    one, two = story("a", source="Reuters"), story("b", metadata={"syndicated_from": "Reuters"})
    assert terms(one, two)["syndicated_from"] == WEIGHTS["syndicated_from"]
    assert terms(two, one)["syndicated_from"] == -WEIGHTS["syndicated_from"]


def test_a_third_document_names_the_original() -> None:
    one, two = story("a", **ORIGINAL), story("b", url="https://y.org/2")
    third = story("c", BODY + "Third.", url="https://z.org/3", canonical_url="https://x.org/1")
    assert terms(one, two, others=(third,))["named_by_others"] == WEIGHTS["named_by_others"]
    assert terms(two, one, others=(third,))["named_by_others"] == -WEIGHTS["named_by_others"]


@pytest.mark.parametrize(
    ("when", "metadata", "counts"),
    [
        ("2024-03-05T10:15:00Z", {"crawl_date": "2024-03-05T10:15:00+00:00"}, False),
        ("2024-03-05T10:15:00Z", {"warc": {"WARC-Date": "2024-03-05T10:15:00Z"}}, False),
        ("2024-03-05T10:15:00Z", {"fetch_time": "20240305101500"}, False),
        ("2024-03-05T10:15:00Z", {"added": "2024-03-05T11:15:00+01:00"}, False),
        ("2024-03-05T10:15:00Z", {"fetched": 1709633700}, False),
        ("2024-03-05", {"added": "2024-03-05"}, False),
        ("2024-03-05T10:15:00Z", {"added": "2024-03-05T10:20:00Z"}, True),
        ("2024-03-05", {"fetched": "2024-03-05T10:15:00Z"}, True),
        ("2024-03-05T10:15:00Z", {"modified": "2024-03-05T10:15:00Z"}, True),
        ("2024-03-05T10:15:00Z", {"crawl_date": "some day"}, True),
    ],
)
def test_the_moment_of_the_crawl_is_no_date_of_publication(when: str, metadata: dict[str, Any], counts: bool) -> None:
    one, two = story("a", published="2024-03-01"), story("b", published=when, metadata=metadata)
    assert (published(two.document) is not None) == counts
    assert ("date_days" in terms(one, two)) == counts


@pytest.mark.parametrize(
    ("name", "one", "two"),
    [
        ("dateline", {"text": "SALVADOR, Feb 26 - " + BODY}, {}),
        ("dateline", {"text": "NEW YORK -- " + BODY}, {}),
        ("dateline", {"text": "MINAKOSHI, Japan, Oct. 9 (Kyodo) -- " + BODY}, {}),
        ("dateline", {"text": "WASHINGTON (AP) — " + BODY}, {"text": "(AP) " + BODY}),
        ("byline", {"author": "Ada Brook"}, {}),
        ("own_credit", {"text": "LIMA, March 3 (Reuters) - " + BODY}, {}),
        ("outside_credit", {}, {"text": "According to Reuters, this is so. " + BODY}),
        ("authority", {"source": "Reuters"}, {"source": "Paita Times"}),
    ],
)
def test_what_a_text_carries(name: str, one: dict[str, Any], two: dict[str, Any]) -> None:
    assert terms(story("a", **one), story("b", **two))[name] == WEIGHTS[name]
    assert terms(story("b", **two), story("a", **one))[name] == -WEIGHTS[name]


@pytest.mark.parametrize("text", ["BP - " * 2 + BODY, "I - who else - " + BODY, "NASA said - " + BODY])
def test_what_is_no_dateline(text: str) -> None:
    assert "dateline" not in terms(story("a", "A " + text), story("b"))


def test_an_update_of_ones_own_story_is_marked_and_hangs_on_the_earlier() -> None:
    longer = BODY + "More was said at noon. " * 20
    one = story("a", source="Reuters", published="2024-03-03T08:00:00Z")
    two = story("b", longer, source="Reuters", published="2024-03-03T12:00:00Z", title="UPDATE 1-Boats at rest")
    given = match("a", "b", containment_b=0.4, length_ratio=0.4)
    names = terms(one, two, given)
    assert names["update"] == WEIGHTS["update"] and names["date_hours"] > 0
    assert "contained" not in names  # an update is longer than what it updates
    (item,) = links([one, two], [given]).values()
    assert (item.canonical, item.relation) == ("a", "near-duplicate")
    assert "later version" in next(term.says for term in item.direction.terms if term.name == "update")


def test_a_later_version_without_a_word_about_it_is_told_by_dates() -> None:
    one = story("a", url="https://x.org/1", published="2024-03-03")
    two = story("b", BODY + "x", url="https://www.x.org/2", published="2024-03-04")
    assert terms(one, two, match("a", "b"))["update"] == pytest.approx(WEIGHTS["update"] / 3, abs=0.01)
    assert "update" not in terms(one, story("b", url="https://y.org/2", published="2024-03-04"), None)


def test_a_part_is_the_copy_unless_an_editor_put_more_around_it() -> None:
    longer = BODY + "Herring fetched nothing at all that day. " * 12
    part = match("a", "b", containment_a=0.5)  # of a, half stands in b; b stands in a whole
    assert terms(story("a", longer), story("b"), part)["contained"] == pytest.approx(0.5 * WEIGHTS["contained"])
    credited = longer + "With additional reporting, according to Reuters."
    assert "contained" not in terms(story("a", credited), story("b"), part)
    assert "contained" not in terms(story("a", longer), story("b", "LIMA, March 3 - " + BODY), part)


PLAIN = (
    "The company said on Monday that it would sell its old ships and buy new ones before the end of the year in "
    "New York"
)
SPUN = (
    "The corporation stated on Monday that it would vend its aged vessels and purchase fresh ones before the "
    "conclusion of the year in Novel York"
)


def test_who_replaces_word_by_word_is_told_by_the_words() -> None:
    replaced = substitutions(speech(PLAIN, "en"), speech(SPUN, "en"), whole(PLAIN, SPUN))
    assert replaced.word_by_word and replaced.replaced >= 6
    assert replaced.rarer() > 0.3 and replaced.broken() > 0
    assert replaced.examples["broken_b"][1:3] == ("New", "Novel")
    back = substitutions(speech(SPUN, "en"), speech(PLAIN, "en"), whole(SPUN, PLAIN))
    assert (back.rarer(), back.broken(), back.unheard()) == (-replaced.rarer(), -replaced.broken(), -replaced.unheard())
    names = terms(story("a", PLAIN), story("b", SPUN), match("a", "b", whole(PLAIN, SPUN), jaccard=0.1, kept=0.5))
    assert names["rarer"] > 1 and names["broken"] > 0
    says = " ".join(
        term.says
        for term in found(story("a", PLAIN), story("b", SPUN), match("a", "b", whole(PLAIN, SPUN), jaccard=0.1)).terms
    )
    assert "“Novel” for “New”" in says


@pytest.mark.parametrize(
    ("plain", "broken"), [("some 48,000 boats", "some forty eight,000 boats"), ("96,000 miles", "ninety six 000 miles")]
)
def test_numbers_half_in_words_are_broken(plain: str, broken: str) -> None:
    replaced = substitutions(speech(plain, "en"), speech(broken, "en"), whole(plain, broken))
    assert (replaced.broken_a, replaced.broken_b) == (0, 1)


def test_a_translation_is_not_judged_by_its_words() -> None:
    translated = (
        "On Monday the firm announced its intention to part with the ships it has had for long, and that until the "
        "year ends others will be bought by it in New York"
    )
    replaced = substitutions(speech(PLAIN, "en"), speech(translated, "en"), whole(PLAIN, translated))
    assert not replaced.word_by_word
    given = match("a", "b", whole(PLAIN, translated), jaccard=0.0, kept=0.4)
    assert not {"unheard", "rarer", "broken"} & terms(story("a", PLAIN), story("b", translated), given).keys()


def test_languages_without_tables_have_no_rare_words() -> None:
    replaced = substitutions(speech(PLAIN, "qq"), speech(SPUN, "qq"), whole(PLAIN, SPUN))
    assert (replaced.rarer(), replaced.unheard()) == (0.0, 0.0)


def test_what_third_texts_follow() -> None:
    """c has more from a than from b, so b isn't what c was made from."""
    stories = [story(name, BODY + name) for name in "abc"]
    matches = [match("a", "b", jaccard=0.4), match("a", "c", jaccard=0.5), match("b", "c", jaccard=0.3)]
    texts = Texts(stories, matches)
    for one, two, sign in (("a", "b", 1), ("b", "a", -1)):
        pair = texts.pair(key(two), key(one))
        (weight,) = (
            term.weight for term in direction(texts, key(one), key(two), pair).terms if term.name == "followed"
        )
        assert math.copysign(1, weight) == sign and 0 < abs(weight) <= WEIGHTS["followed"] / 3
    alike = Texts(stories, [match("a", "b", jaccard=0.4), match("a", "c", jaccard=0.4), match("b", "c", jaccard=0.4)])
    pair = alike.pair(key("b"), key("a"))
    assert "followed" not in {term.name for term in direction(alike, key("a"), key("b"), pair).terms}


def test_the_sum_is_the_logistic_of_its_terms_and_bounded() -> None:
    one = story("a", published="2024-03-03", author="Ada Brook")
    seen = found(one, story("b", published="2024-03-05"))
    total = sum(term.weight for term in seen.terms)
    assert seen.confidence == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-4)
    sure = found(story("a", source="Reuters", **ORIGINAL), story("b", metadata={"isBasedOn": "https://x.org/1"}))
    assert log_odds(sure) == LARGEST


@pytest.mark.parametrize(
    ("confidence", "open_"), [(0.19, False), (0.2, True), (0.5, True), (0.8, True), (0.81, False), (0.99, False)]
)
def test_it_abstains_from_a_fifth_to_four_fifths(confidence: float, open_: bool) -> None:
    assert abstains(confidence) == open_


def test_nothing_to_tell_is_left_open_and_linked_all_the_same() -> None:
    (item,) = links([story("a"), story("b", BODY + "x")], [match("a", "b", whole(BODY, BODY))]).values()
    assert item.direction.abstains and item.direction.confidence == 0.5
    assert item.status == "linked"


def test_the_confidence_is_no_higher_than_against_the_nearest_rival() -> None:
    one, two, three = (story("a"), story("b", BODY + "x"), story("c", BODY + "y", published="2024-03-05"))
    texts = Texts([one, two, three], [])
    seen = direction(texts, key("a"), key("c"), None, Rival("b", 0.3))
    assert log_odds(seen) <= 0.3 + 1e-9
    assert direction(texts, key("a"), key("c"), None, Rival("b", 4.0)).terms == ()
    sure = story("d", source="Reuters", author="Ada Brook", published="2024-03-01", **ORIGINAL)
    late = story("e", published="2024-03-05", metadata={"isBasedOn": "https://x.org/1"})
    seen = direction(Texts([sure, late], []), key("d"), key("e"), None, Rival("b", 1.0))
    assert log_odds(seen) == pytest.approx(1.0)  # however far beyond the bound the terms add up


def test_a_copy_names_the_rival_of_its_original_as_alternative() -> None:
    """a and b are reprints that nothing tells apart; c, a spun copy of either, was compared with both."""
    stories = [story("a"), story("b", BODY + "x"), story("c", BODY + "y", published="2024-03-05")]
    matches = [match("a", "b"), match("a", "c", jaccard=0.2), match("b", "c", jaccard=0.2)]
    found = links(stories, matches)
    centre = next(iter({item.canonical for item in found.values()}))
    other = ({"a", "b"} - {centre}).pop()
    assert [item.canonical for item in found["c"].alternatives] == [other]
    assert "rival" in {term.name for term in found["c"].direction.terms} or found["c"].direction.abstains


def test_two_originals_of_which_one_is_older() -> None:
    """c was made of a and of b, which have nothing to do with each other: the other one is named."""
    stories = [
        story("a", "One. " + BODY, published="2024-03-01"),
        story("b", "Two. " + BODY, published="2024-03-02"),
        story("c", published="2024-03-09"),
    ]
    found = links(stories, [match("a", "c", jaccard=0.5), match("b", "c", jaccard=0.3, containment_b=0.6)])
    assert found["c"].canonical == "a"
    assert [item.canonical for item in found["c"].alternatives] == ["b"]


def test_every_weight_is_a_term_and_bounded() -> None:
    assert all(0 < abs(weight) <= LARGEST for weight in WEIGHTS.values())
    assert pytest.approx(math.log(4)) == BEYOND_DOUBT


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "1970-01-01", "1900-01-01T00:00:00Z"])
def test_what_systems_write_for_no_date_is_none(day: str) -> None:
    assert published(story("a", published=day).document) is None


def test_what_third_copies_follow_is_the_same_from_both_sides() -> None:
    """a has many more neighbours than b: what third texts say about the two has to be the opposite for the other."""
    others = [story(f"n{number:03}", f"{number} {BODY}") for number in range(150)]
    shared = others[-20:]
    matches = [match("a", item.document.id) for item in others] + [
        match("b", item.document.id, jaccard=0.4) for item in shared
    ]
    texts = Texts([story("a"), story("b", BODY + "x"), *others], [match("a", "b", jaccard=0.4), *matches])
    pair = texts.pair(key("b"), key("a")), texts.pair(key("a"), key("b"))
    ours, theirs = direction(texts, key("a"), key("b"), pair[0]), direction(texts, key("b"), key("a"), pair[1])
    assert log_odds(ours) == pytest.approx(-log_odds(theirs)) and log_odds(ours) != 0
