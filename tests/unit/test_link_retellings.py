"""Retellings and absent originals, from matches made by hand: who is one story, what it is called, names that last."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from harbour import BODY, LIMITS, OWN_VOICE, RETELLING, TELLING, by_copy, exact, fact, key, linked, match, story

from cleanpipe.link import Linking, Story, find_credits, link, story_keys
from cleanpipe.link.names import slug
from cleanpipe.match import Compared
from cleanpipe.match.prepared import Prepared
from cleanpipe.model import Document, Origin, Place, SharedFact


def test_two_retellings_have_an_absent_original() -> None:
    stories = [
        story("a", OWN_VOICE, title="Anchovy quotas: harbour blockade feeds the port"),
        story("b", RETELLING),
        story("c", "Anchovies are small fish. " + BODY),
    ]
    found = linked(stories, [match("a", "b", 0.01, TELLING, facts_shared=0.1), match("b", "c", 0.01, TELLING)])
    links = by_copy(found)
    assert set(links) == {"a", "b"}
    for item in links.values():
        assert item.canonical == "external:reuters:anchovy-quotas-harbour-blockade"
        assert (item.basis, item.status) == ("inferred", "linked")
        assert "credit" in {evidence.kind for evidence in item.evidence}
    assert links["b"].relation == "derived" and links["b"].via == ("a",)
    (cluster,) = found.clusters
    assert cluster.virtual and cluster.members == ("a", "b")


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        ({"published": "2024-06-01"}, TELLING),
        ({}, TELLING[:1]),
        ({}, (fact("reuters review"), fact("reuters report"))),
        ({}, (fact("2024-03-03", "date"), fact("ana soto", "name"), fact("jose diaz", "name"))),
    ],
    ids=["months apart", "one fact", "the source's own name", "dates and names only"],
)
def test_one_subject_is_not_one_story(change: dict[str, Any], facts: tuple[SharedFact, ...]) -> None:
    stories = [story("a", OWN_VOICE, published="2024-03-03"), story("b", RETELLING, **change)]
    assert linked(stories, [match("a", "b", 0.01, facts)]).links == ()


def test_a_quotation_alone_makes_no_retelling() -> None:
    text = "The mayor told Reuters that the port was closed. " + BODY
    assert linked([story("a", text), story("b", text + "x")], [match("a", "b", 0.01, TELLING)]).links == ()


def test_a_retelling_goes_to_the_original_that_is_there() -> None:
    stories = [story("a", RETELLING), story("b", BODY, source="Reuters", title="Anchovy quotas: harbour blockade")]
    (item,) = linked(stories, [match("a", "b", 0.01, TELLING)]).links
    assert (item.copy, item.canonical, item.relation, item.status) == ("a", "b", "derived", "linked")


def test_reprints_of_an_absent_original() -> None:
    text = "LIMA, March 3 (Reuters) - " + BODY
    stories = [
        story("a", text, source="Paita Times", title="Boats at rest"),
        story("b", text + "x", source="Lima Herald", title="Boats at rest"),
        story("c", text, url="https://example.org/1", title="Boats at rest"),
    ]
    found = linked(stories, [match("a", "b", jaccard=0.95, kept=1.0), exact("a", "c")])
    links = by_copy(found)
    assert set(links) == {"a", "b", "c"}
    assert {item.canonical for item in links.values()} == {"external:reuters:boats-rest"}
    assert all(item.status == "linked" and item.via for item in links.values())


def test_the_agencys_own_page_is_the_original() -> None:
    text = "LIMA, March 3 (Reuters) - " + BODY
    stories = [story("a", text, source="Paita Times"), story("b", text + "x", url="https://www.reuters.com/world/1")]
    (item,) = linked(stories, [match("a", "b", jaccard=0.95, kept=1.0)]).links
    assert (item.copy, item.canonical) == ("a", "b")


def test_a_name_is_kept() -> None:
    stories = [story("a", OWN_VOICE, title="Anchovy quotas: harbour blockade"), story("b", RETELLING)]
    matches = [match("a", "b", 0.01, TELLING)]
    first = linked(stories, matches)
    kept = first.clusters[0]
    better = [story("a", OWN_VOICE, title="Herring limits: port blockade"), stories[1]]
    again = linked(better, matches, [(kept.canonical, (key("a"), key("b")))])
    assert again.clusters[0].canonical == kept.canonical and again.clusters[0].headline != kept.headline


def test_of_two_names_the_older_is_kept_and_the_other_an_alias() -> None:
    stories = [story("a", OWN_VOICE, title="Anchovy quotas: harbour blockade"), story("b", RETELLING)]
    known = [("external:reuters:older", (key("b"),)), ("external:reuters:newer", (key("a"),))]
    (cluster,) = linked(stories, [match("a", "b", 0.01, TELLING)], known).clusters
    assert (cluster.canonical, cluster.aliases) == ("external:reuters:older", ("external:reuters:newer",))


@pytest.mark.parametrize(
    ("headline", "lang", "expected"),
    [
        ("‘Paper lighthouse’: Water meters, ledgers surprise island of Ord", "en", "paper-lighthouse-water-meters"),
        ("Überfälle auf Züge: Polizei prüft neue Spur", "de", "uberfalle-zuge-polizei-pruft"),
        ("中国警方设定配额", "zh", "中国警方设定配额"),
        ("!!!", None, "untitled"),
    ],
)
def test_slug(headline: str, lang: str | None, expected: str) -> None:
    assert slug(headline, lang) == expected


def test_story_keys_meet_across_headline_and_heading() -> None:

    headed = (
        "Paper Lighthouse: The Riddle of Water Meters\nAn investigation by Reuters reveals puzzles at the pump house."
        + BODY
    )
    documents = [
        Document(
            key("a"), "a", OWN_VOICE, Origin("a"), title="‘Paper lighthouse’: Water meters puzzle islanders", lang="en"
        ),
        Document(key("b"), "b", headed, Origin("b"), lang="en"),
        Document(key("c"), "c", headed.replace("Reuters", "officials"), Origin("c"), lang="en"),
    ]
    keys = [
        set(story_keys(item, found, partial(Prepared, Compared(item.key, item.text, item.title, lang="en"))))
        for item, found in zip(documents, find_credits(documents), strict=True)
    ]
    assert len(keys[0] & keys[1]) >= 2
    assert not keys[2]
    assert all(len(values) <= 60 and all(0 <= value < 2**64 for value in values) for values in keys)


def test_a_retelling_that_was_compared_with_a_copy_only() -> None:
    outside = "An investigation by Reuters shows how anchovy quotas work. " + BODY
    stories = [
        story("a", outside, published="2024-03-01"), story("b", outside + "x", published="2024-03-02"),
        story("c", RETELLING + "Herring, too.", published="2024-03-03"),
    ]  # fmt: skip
    links = by_copy(linked(stories, [match("a", "b", jaccard=0.9, kept=1.0), match("b", "c", 0.01, TELLING)]))
    assert set(links) == {"a", "b", "c"}
    assert len({item.canonical for item in links.values()}) == 1
    assert links["c"].via == ("b",) and links["a"].via == ("b",)


def test_of_the_same_words_the_earlier_in_any_time_zone_is_the_original() -> None:
    stories = [story("a", published="2024-11-12T23:00:00-05:00"), story("b", published="2024-11-13T09:00:00+08:00")]
    (item,) = linked(stories, [exact("a", "b")]).links
    assert (item.copy, item.canonical) == ("a", "b")
    assert item.direction.confidence > 0.5


@pytest.mark.parametrize("published", ["0001-01-01T00:30:00+08:00", "9999-12-31T23:30:00-08:00"])
def test_dates_at_the_ends_of_the_calendar(published: str) -> None:
    stories = [story("a", published=published), story("b", published="2024-03-03T08:00:00Z")]
    assert len(linked(stories, [exact("a", "b")]).links) == 1
    assert len(linked(stories, [match("a", "b")]).links) == 1


def test_a_retelling_shows_its_credit_although_the_original_is_there() -> None:
    stories = [story("a", RETELLING), story("b", BODY, source="Reuters", title="Anchovy quotas: harbour blockade")]
    (item,) = linked(stories, [match("a", "b", 0.01, TELLING)]).links
    (credit,) = (evidence for evidence in item.evidence if evidence.kind == "credit")
    place = credit.spans[0].copy
    assert place is not None and RETELLING[place.start : place.end] == "Reuters"


THIN = (fact("anchovy quotas"), fact("ana soto", "name", 2.6))


@pytest.mark.parametrize("original", [{"source": "Reuters"}, {}], ids=["the original there", "absent"])
def test_a_doubt_does_not_take_a_family_apart(original: dict[str, Any]) -> None:
    stories = [
        story("a", RETELLING, published="2024-03-02"), story("b", RETELLING + "x", published="2024-03-03"),
        story("c", OWN_VOICE if not original else BODY, published="2024-03-01", **original),
    ]  # fmt: skip
    found = linked(stories, [match("a", "b", jaccard=0.9, kept=1.0), match("a", "c", 0.01, THIN)])
    assert [(item.copy, item.canonical, item.status) for item in found.links] == [("b", "a", "linked")]


def test_a_doubt_makes_no_family_of_an_absent_original() -> None:
    stories = [
        story("a", RETELLING, published="2024-03-01"), story("b", RETELLING + "x", published="2024-03-02"),
        story("c", RETELLING + "Herring, too.", published="2024-03-03"),
    ]  # fmt: skip
    matches = [match("a", "b", jaccard=0.9, kept=1.0), match("a", "c", 0.01, THIN)]
    assert [(item.copy, item.canonical, item.status) for item in linked(stories, matches).links] == [
        ("b", "a", "linked"),
    ]  # fmt: skip
    sure = by_copy(linked(stories, [matches[0], match("a", "c", 0.01, TELLING)]))
    assert set(sure) == {"a", "b", "c"} and all(item.status == "linked" for item in sure.values())
    assert sure["b"].confidence <= sure["a"].confidence


OWN_SOURCE = """
[[source]]
id = "harbour-wire"
name = "Harbour Wire Service"
kind = "agency"
languages = ["en"]
names = ["Harbour Wire"]
hosts = []
authority = 0.9
"""


def test_a_source_of_ones_own_is_called_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "own.toml").write_text(OWN_SOURCE, encoding="utf-8")
    folders = (str(tmp_path),)
    texts = (
        "An investigation by Harbour Wire shows how quotas work. " + BODY,
        "An investigation by Harbour Wire. " + BODY,
    )
    items = [Document(key(name), name, text, Origin(name), lang="en") for name, text in zip("ab", texts, strict=True)]
    stories = [
        Story(item, found) for item, found in zip(items, find_credits(items, rules_folders=folders), strict=True)
    ]

    def found(facts: tuple[SharedFact, ...]) -> Linking:
        return link(stories, [match("a", "b", 0.01, facts)], (), None, LIMITS, rules_folders=folders)

    # Words of the source's own name tell nothing of a story.
    assert found((fact("harbour wire"), fact("wire report"))).links == ()
    links = found((fact("anchovy quotas"), fact("price argument"), fact("ana soto", "name"))).links
    assert len(links) == 2
    for item in links:
        assert "Harbour Wire Service" in item.direction.terms[0].says
        assert any("Harbour Wire Service" in evidence.says for evidence in item.evidence)


def test_a_retelling_is_shown_beside_the_original_and_not_beside_a_copy() -> None:
    stories = [
        story("a", RETELLING), story("b", BODY, source="Reuters", title="Anchovy quotas: harbour blockade"),
        story("c", BODY + "x", source="Paita Times"),
    ]  # fmt: skip
    matches = [
        match("a", "b", 0.01, TELLING), match("b", "c", jaccard=0.95, kept=1.0),
        match("a", "c", 0.01, (*TELLING, fact("price argument"))),
    ]  # fmt: skip
    item = by_copy(linked(stories, matches))["a"]
    assert (item.canonical, item.via, item.basis) == ("b", (), "verified")


def test_the_sources_own_page_is_no_outsider() -> None:
    stories = [
        story("a", "According to Reuters, boats lay at rest. " + BODY, source="Reuters"),
        story("b", BODY, source="Paita Times"),
    ]
    (item,) = linked(stories, [match("a", "b")]).links
    assert item.canonical == "a"
    assert "outside_credit" not in {term.name for term in item.direction.terms}


def test_a_fact_is_told_once() -> None:
    place, there = Place("text", 0, 5), Place("text", 3, 9)
    facts = (
        SharedFact("name", "ana soto", place, there, 4.0), SharedFact("pair", "ana soto", place, there, 4.0),
        SharedFact("number", "3200", Place("text", 20, 24), there, 3.0),
    )  # fmt: skip
    (item,) = linked([story("a"), story("b")], [match("a", "b", 0.99, facts)]).links
    (told,) = (evidence for evidence in item.evidence if evidence.kind == "facts")
    assert told.says.startswith("2 rare facts in both: “ana soto”; “3200”.") and len(told.spans) == 2


def test_a_retelling_that_has_most_of_the_facts_needs_no_headline() -> None:
    facts = (
        fact("ana soto", "name", 6.0),
        fact("harbour of ord", "name", 5.0),
        fact("412", "number", 3.0),
        fact("1998", "number", 3.0),
    )
    stories = [story("a", RETELLING), story("b", RETELLING)]
    few = linked(stories, [match("a", "b", 0.01, facts, facts_shared=0.3)])
    most = linked(stories, [match("a", "b", 0.01, facts, facts_shared=0.6)])
    assert [link.status for link in few.links if link.status == "linked"] == []
    assert [link.status for link in most.links] == ["linked", "linked"]


@pytest.mark.parametrize(
    ("scores", "linked_to"),
    [
        ({"jaccard": 0.6, "kept": 1.0, "aligned_a": 0.9, "aligned_b": 0.9}, ["a"]),
        ({"jaccard": 0.1, "kept": 0.95, "aligned_a": 0.8, "aligned_b": 0.3}, ["a"]),
        ({"jaccard": 0.05, "kept": 0.5, "aligned_a": 0.9, "aligned_b": 0.9}, []),
    ],
    ids=["update", "part", "next report"],
)
def test_a_source_copies_itself_word_for_word_or_not_at_all(scores: dict[str, float], linked_to: list[str]) -> None:
    stories = [
        story("a", BODY, source="Reuters", published="2024-03-01"),
        story("b", BODY, source="Reuters", published="2024-03-02"),
    ]
    found = linked(stories, [match("a", "b", 0.99, (), **scores)])
    assert [link.canonical for link in found.links] == linked_to
