"""Verification: what is a copy, what is none, and what evidence a match holds."""

from __future__ import annotations

import pytest

from cleanpipe.match import Compared, thresholds, unusual_pairs, verify, weights_hash, withhold
from cleanpipe.match.weights import build
from cleanpipe.model import Match, Span
from cleanpipe.settings import MatchSettings

ORIGINAL = """Ferry runs aground off Pellow Island

The ferry Marguerite ran aground off Pellow Island on Tuesday morning with 214 passengers on board. Nobody was hurt.

“Nobody even spilled a cup of tea,” said the harbour master, Ottoline Crabbe. She blamed thick fog and a broken buoy.

Divers will inspect the hull before the ship is towed to Brannock. Repairs are expected to take 17 days and to cost
1.4 million crowns, according to the Northern Ferry Company, which has owned the Marguerite since 1988.

Passengers were brought ashore in fishing boats by 11 a.m. and given soup at the village school. Most of them went on by
bus. “I have never eaten a better soup,” said Wendell Pryce, who was on his way to his sister's wedding."""

EXCERPT = ORIGINAL[ORIGINAL.index("Divers") : ORIGINAL.index("Passengers")]

REWRITE = """A passenger ship got stuck near Pellow Island on Tuesday in heavy fog. All 214 people aboard the Marguerite
were unharmed, harbour master Ottoline Crabbe said, adding that a broken buoy was partly to blame. “Nobody even
spilled a cup of tea.”

Before the ferry can be towed to Brannock, divers have to look at its hull. The Northern Ferry Company, owner of the
Marguerite since 1988, puts the repairs at 1.4 million crowns and 17 days.

By 11 a.m. fishing boats had taken the passengers to the shore, where the village school served soup before buses took
most of them further. Wendell Pryce, travelling to the wedding of his sister, said he had never had a better soup."""

INDEPENDENT = """Coastguards were called at dawn after a vessel of the Northern Ferry Company struck rocks near Pellow.
A helicopter from Brannock circled overhead while lifeboat crews under coxswain Imre Toll checked for leaks.

Transport inspectors said they would want to see the voyage recorder and speak with the captain, whose name was not
released. It is the third such accident on the route in five years, and unions again asked for a second officer on the
bridge. Shares in the operator fell 3 percent."""

OTHER = """The council voted on Monday to turn the old cinema in Larch Street into a library. Work begins in spring,
once the roof has been made safe. Neighbours had collected 4,300 signatures."""


def match(one: str, two: str, lang: str = "en") -> Match:
    return verify([(Compared("a", one, lang=lang), Compared("b", two, lang=lang))], MatchSettings())[0]


@pytest.mark.parametrize(
    "copy", [ORIGINAL, ORIGINAL.lower(), EXCERPT, REWRITE], ids=["verbatim", "case", "excerpt", "rewrite"]
)
def test_copies_are_found(copy: str) -> None:
    assert match(ORIGINAL, copy).probability >= thresholds().link


@pytest.mark.parametrize("other", [INDEPENDENT, OTHER, ""], ids=["same event", "another story", "empty"])
def test_others_are_left_alone(other: str) -> None:
    assert match(ORIGINAL, other).probability < thresholds().review


def test_same_form_with_other_figures_is_no_copy() -> None:
    form = "Weather for Ellery on {}. Wind from the west at {} knots, rain {} mm, highest {} degrees, sunset at {}."
    one, two = form.format("3 March", 14, 2.5, 19, "17.42"), form.format("9 May", 31, 7.8, 23, "19.53")
    assert match(one, two).probability < thresholds().review


def test_scores_are_shares() -> None:
    scores = match(ORIGINAL, EXCERPT).scores
    assert set(scores) == {
        "jaccard",
        "containment_a",
        "containment_b",
        "aligned_a",
        "aligned_b",
        "in_order",
        "kept",
        "facts_shared",
        "length_ratio",
    }
    assert scores["containment_b"] == 1.0 > scores["containment_a"]
    assert scores["aligned_b"] == 1.0 > scores["aligned_a"]
    assert scores["kept"] == 1.0
    assert scores["length_ratio"] > 2


def test_literal_copy_keeps_more_than_a_rewrite() -> None:
    assert match(ORIGINAL, REWRITE).scores["kept"] < 0.8 < match(ORIGINAL, ORIGINAL).scores["kept"]


def test_blocks_are_places_of_sentences() -> None:
    found = match(ORIGINAL, EXCERPT)
    block = next(block for block in found.blocks if ORIGINAL[block.a.start :].startswith("Divers"))
    assert ORIGINAL[block.a.start : block.a.end] == EXCERPT[block.b.start : block.b.end]
    assert block.similarity == 1.0


def test_shared_facts_say_where() -> None:
    facts = {(fact.kind, fact.value): fact for fact in match(ORIGINAL, REWRITE).facts}
    assert {("name", "ottoline crabbe"), ("number", "1400000"), ("name", "wendell pryce")} <= facts.keys()
    fact = facts["name", "ottoline crabbe"]
    assert ORIGINAL[fact.a.start : fact.a.end] == REWRITE[fact.b.start : fact.b.end] == "Ottoline Crabbe"


def test_headline_pairs_are_found_in_the_other_text() -> None:
    one = Compared("a", "Something else is told here at length.", "‘Fishing net’: quotas trap migrants", lang="en")
    two = Compared("b", "They are caught in a figurative fishing net, and quotas are to blame.", lang="en")
    facts = [fact for fact in verify([(one, two)], MatchSettings())[0].facts if fact.kind == "headline"]
    pair = next(fact for fact in facts if fact.value == "fishing net")
    assert pair.a.field == "title"
    assert one.title and one.title[pair.a.start : pair.a.end] == "Fishing net"
    assert two.text[pair.b.start : pair.b.end] == "fishing net"


def test_furniture_is_not_compared() -> None:
    menu = "Home News Sport Weather Horoscope Puzzles Newsletter Subscribe Contact Imprint Privacy\n\n"
    span = (Span(0, len(menu)),)
    one, two = Compared("a", menu + ORIGINAL, lang="en", skip=span), Compared("b", menu + OTHER, lang="en", skip=span)
    found = verify([(one, two)], MatchSettings())[0]
    assert all(fact.a.start >= len(menu) for fact in found.facts)
    assert found.probability < thresholds().review


def test_sides_are_in_order_of_keys() -> None:
    one, two = Compared("x", ORIGINAL, lang="en"), Compared("c", EXCERPT, lang="en")
    there, back = verify([(one, two), (two, one)], MatchSettings())
    assert there == back
    assert (there.a, there.b) == ("c", "x")
    assert there.scores["length_ratio"] < 1


def test_the_same_words_are_exact() -> None:
    found = match(ORIGINAL, ORIGINAL.replace("“", '"').upper())
    assert (found.probability, found.scores["exact"]) == (1.0, 1.0)
    assert "exact" not in match(ORIGINAL, EXCERPT).scores
    assert "exact" not in match("", "").scores


def test_a_match_depends_on_its_pair_alone() -> None:
    one, two, three = (
        Compared(key, text, lang="en") for key, text in zip("abc", (ORIGINAL, REWRITE, OTHER), strict=True)
    )
    assert (
        verify([(one, three), (one, two), (two, three)], MatchSettings())[1] == verify([(one, two)], MatchSettings())[0]
    )


OTHER_SCRIPTS = {
    "zh": (
        "青螺县的石桥昨天重新开放。村民们带来了灯笼和米酒，孩子们在桥上放飞了三百只纸鹤。",
        "昨天青螺县的石桥重新开放，村民带来灯笼和米酒，孩子们在桥上放飞三百只纸鹤。",
    ),
    "ar": (
        "أعادت مكتبة القرية الكتب المفقودة إلى رفوفها بعد أربعين عاما من الغياب، وقالت الأمينة سلمى إنها سعيدة.",
        "بعد أربعين عاما من الغياب أعادت مكتبة القرية الكتب المفقودة إلى رفوفها، وقالت الأمينة سلمى إنها سعيدة.",
    ),
}


@pytest.mark.parametrize("lang", OTHER_SCRIPTS)
def test_scripts_without_capitals_or_spaces(lang: str) -> None:
    assert match(*OTHER_SCRIPTS[lang], lang).probability >= thresholds().link


def test_trees_are_walked_to_their_leaves() -> None:
    import numpy as np

    tree = [[0, 0.5, 1, 2], [-1.0], [1, 2.0, 3, 4], [1.0], [3.0]]
    table = {"features": ["x", "y"], "baseline": 0.5, "slope": 1.0, "intercept": 0.0, "trees": [tree, [[0.25]]]}
    rows = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    log_odds = [0.5 - 1.0 + 0.25, 0.5 + 1.0 + 0.25, 0.5 + 3.0 + 0.25]
    assert build(table).probability(rows) == pytest.approx([1 / (1 + np.exp(-value)) for value in log_odds])


def test_thresholds_are_in_order() -> None:
    assert 0 < thresholds().review < thresholds().link < 1
    assert len(weights_hash()) == 16


CROWDED = [("a", "b", 0.9), ("a", "c", 0.5), ("a", "d", 0.5), ("b", "c", 0.5), ("x", "y", 0.8)]


def test_a_crowd_withholds_and_a_pair_by_itself_stays() -> None:
    a, b, values = (list(column) for column in zip(*CROWDED, strict=True))
    lowered = withhold(a, b, values)
    assert all(after <= before for after, before in zip(lowered, values, strict=True))
    assert lowered[0] < 0.8
    assert lowered[4] == 0.8


def test_family_is_no_crowd() -> None:
    assert withhold(["a", "a", "b"], ["b", "c", "c"], [0.95, 0.95, 0.6]) == [0.95, 0.95, 0.6]


def test_withholding_knows_no_order() -> None:
    there = dict(zip([row[:2] for row in CROWDED], withhold(*zip(*CROWDED, strict=True)), strict=True))
    back = CROWDED[::-1]
    assert there == dict(zip([row[:2] for row in back], withhold(*zip(*back, strict=True)), strict=True))


def test_unusual_pairs_are_for_english_of_some_length() -> None:
    assert unusual_pairs([Compared("a", "Short.", lang="en"), Compared("b", ORIGINAL * 3, lang="de")]) == [None, None]
    (share,) = unusual_pairs([Compared("a", ORIGINAL * 3, lang="en")])
    assert share is not None and 0 <= share <= 1
