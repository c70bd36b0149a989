"""Verification: what is a copy, what is none, and what evidence a match holds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cleanpipe.language.facts import facts_of_tokens
from cleanpipe.language.tokens import tokenise
from cleanpipe.match import Compared, alone, held_back, settle, thresholds, verify, weights_hash
from cleanpipe.match.neighbourhood import MEASURED
from cleanpipe.match.prepared import Prepared
from cleanpipe.match.shared import shared_words
from cleanpipe.match.shown import NAMED_FACTS
from cleanpipe.match.weights import build, trees
from cleanpipe.model import Match, Span

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
    return verify([(Compared("a", one, lang=lang), Compared("b", two, lang=lang))])[0]


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
    facts = [fact for fact in verify([(one, two)])[0].facts if fact.kind == "headline"]
    pair = next(fact for fact in facts if fact.value == "fishing net")
    assert pair.a.field == "title"
    assert one.title and one.title[pair.a.start : pair.a.end] == "Fishing net"
    assert two.text[pair.b.start : pair.b.end] == "fishing net"


def test_furniture_is_not_compared() -> None:
    menu = "Home News Sport Weather Horoscope Puzzles Newsletter Subscribe Contact Imprint Privacy\n\n"
    span = (Span(0, len(menu)),)
    one, two = Compared("a", menu + ORIGINAL, lang="en", skip=span), Compared("b", menu + OTHER, lang="en", skip=span)
    found = verify([(one, two)])[0]
    assert all(fact.a.start >= len(menu) for fact in found.facts)
    assert found.probability < thresholds().review


def test_uncommon_words_are_named_in_whatever_form() -> None:
    one = Prepared(Compared("a", "Her trumpets annoyed the neighbouring beekeepers.", lang="en"))
    two = Prepared(Compared("b", "Beekeepers next door were annoyed. A trumpet, again!", lang="en"))
    found = shared_words(one, two)
    assert {fact.value for fact in found} == {"trumpets", "annoyed", "beekeepers"}
    for fact in found:
        assert one.document.text[fact.a.start : fact.a.end].lower() == fact.value
        assert two.document.text[fact.b.start : fact.b.end].lower()[:6] == fact.value[:6]
    assert shared_words(one, Prepared(Compared("c", "Beekeepers and trumpets.", lang="en"))) == ()


def test_long_sentences_are_cut_at_the_commas_of_their_script() -> None:
    clause = "渡船在浓雾里撞上了浮标然后慢慢停在沙洲旁边"
    pieces = _pieces("，".join([clause] * 8) + "。", "zh")
    assert len(pieces) > 2
    assert all(text.startswith("渡船") and text.endswith("旁边") for text in pieces[:-1])


def _pieces(text: str, lang: str) -> list[str]:
    return [text[span.start : span.end] for span, _ in Prepared(Compared("a", text, lang=lang)).pieces()]


def test_sides_are_in_order_of_keys() -> None:
    one, two = Compared("x", ORIGINAL, lang="en"), Compared("c", EXCERPT, lang="en")
    there, back = verify([(one, two), (two, one)])
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
    assert verify([(one, three), (one, two), (two, three)])[1] == verify([(one, two)])[0]


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
    table = {"baseline": 0.5, "slope": 1.0, "intercept": 0.0, "trees": [tree, [[0.25]]]}
    rows = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    log_odds = [0.5 - 1.0 + 0.25, 0.5 + 1.0 + 0.25, 0.5 + 3.0 + 0.25]
    assert build(table).probability(rows) == pytest.approx([1 / (1 + np.exp(-value)) for value in log_odds])


def test_thresholds_are_in_order() -> None:
    assert 0 < thresholds().review < thresholds().link < 1
    assert len(weights_hash()) == 16


Row = tuple[str, str, float]

TYPICAL = match(ORIGINAL, REWRITE).measured
"""What is measured on a rewrite."""


def settled(
    rows: list[Row], *, same: list[Row] | None = None, alike: tuple[float, ...] = ()
) -> dict[tuple[str, str], float]:
    """What `settle` gives pairs of these names and probabilities; those in `same` are as `alike` as that."""
    same = same or []
    a, b, probability = zip(*rows, *same, strict=True)
    measured = [TYPICAL] * len(rows) + [alike] * len(same)
    one, two = (np.array([ord(name) for name in side], np.uint64) for side in (a, b))
    values = settle(one, two, np.array(probability), np.array(measured, np.float32))
    return dict(zip(zip(a, b, strict=True), values.tolist(), strict=True))


def test_a_neighbourhood_withholds() -> None:
    alone = settled([("a", "b", 0.9)])["a", "b"]
    crowd = [("a", name, 0.4) for name in "cdef"] + [("b", name, 0.4) for name in "ghij"]
    assert settled([("a", "b", 0.9), *crowd])["a", "b"] < alone
    assert settled([("a", "b", 0.9), ("a", "c", 0.999)])["a", "b"] < alone


def test_a_family_is_no_crowd() -> None:
    alone = settled([("a", "b", 0.95)])["a", "b"]
    assert settled([("a", "b", 0.95), ("a", "c", 0.96), ("b", "c", 0.97)])["a", "b"] == alone


def test_a_reprint_counts_as_its_original() -> None:
    """As many reprints of a third text as one likes say no more than the text itself."""
    crowd = [("a", "b", 0.9), ("a", "c", 0.6), ("b", "c", 0.3)]
    once = settled(crowd)["a", "b"]
    reprints = [("a", "d", 0.6), ("b", "d", 0.3), ("a", "e", 0.6), ("b", "e", 0.3)]
    alike = tuple(1.0 if name == "jaccard" else value for name, value in zip(MEASURED, TYPICAL, strict=True))
    same = [("c", "d", 0.99), ("c", "e", 0.99), ("d", "e", 0.99)]
    rows = crowd + reprints
    assert settled(rows, same=same, alike=alike)["a", "b"] == once
    assert settled(rows)["a", "b"] < once


def test_pages_of_one_form_stay_a_crowd() -> None:
    """Much alike word for word and no copies of one another: each of them counts."""
    rows = [("a", "b", 0.9), *((side, name, 0.24) for side in "ab" for name in "cdef")]
    alike = tuple(1.0 if name == "jaccard" else value for name, value in zip(MEASURED, TYPICAL, strict=True))
    form = [(one, two, 0.24) for one, two in itertools.combinations("cdef", 2)]
    assert settled(rows, same=form, alike=alike) | settled(rows) == settled(rows, same=form, alike=alike)
    assert settled(rows)["a", "b"] < settled(rows[:1])["a", "b"]


def test_settling_knows_no_order() -> None:
    rows = [("a", "b", 0.9), ("a", "c", 0.5), ("a", "d", 0.5), ("b", "c", 0.5), ("x", "y", 0.8)]
    assert settled(rows) == settled(rows[::-1])


def test_what_is_sure_and_what_is_hopeless_stays() -> None:
    rows = settled([("a", "b", 1.0), ("a", "c", 0.9), ("b", "d", 0.05)])
    assert (rows["a", "b"], rows["b", "d"]) == (1.0, 0.05)


def test_notes_with_another_headline_are_left_to_a_person() -> None:
    note = "The bridge at {} was closed on Monday because of ice. It will be open again on Friday."
    one, two = (
        Compared(place, note.format("the mill"), title=f"{place} bridge closed", lang="en")
        for place in ("Ambleford", "Tarnwick")
    )
    scores = verify([(one, two)])[0].scores
    assert scores["headline_apart"] == 1.0
    assert held_back(scores, 0.9999) < thresholds().link
    assert held_back({}, 0.9999) == 0.9999
    assert "headline_apart" not in match(ORIGINAL, REWRITE).scores


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        ("Weather for 8 March", "Weather for March 9", True),
        ("青螺天气（3月8日）", "青螺天气（3月9日）", True),
        ("Previsioni per il 6 febbraio 2024", "Previsioni per il 23 maggio 2024", True),
        ("Storm of 8 March 2024", "The storm of 8 March", False),
        ("Storm of 8 March", "The storm", False),
        ("Losses in March 2024", "Losses of April 2024", False),
    ],
)
def test_headlines_of_different_days_are_left_to_a_person(one: str, two: str, apart: bool) -> None:
    sides = [Compared(title, text, title=title, lang="en") for title, text in ((one, ORIGINAL), (two, REWRITE))]
    assert ("headline_apart" in verify([(sides[0], sides[1])])[0].scores) is apart


@pytest.mark.parametrize(
    ("languages", "stage"),
    [(("en", "en"), "full"), ((None, None), "full"), (("de", "en"), "full"), (("de", "de"), "abroad")],
)
def test_pairs_in_other_languages_are_judged_by_trees_of_their_own(
    languages: tuple[str | None, str | None], stage: str
) -> None:
    one, two = (
        Compared(key, text, lang=lang) for key, text, lang in zip("ab", (ORIGINAL, REWRITE), languages, strict=True)
    )
    (found,) = verify([(one, two)])
    far = {
        name: abs(found.probability - trees(name).probability(np.array([found.measured]))[0])
        for name in ("full", "abroad")
    }
    assert min(far, key=far.__getitem__) == stage


def test_unusual_pairs_are_for_english_of_some_length() -> None:
    short, german = alone([Compared("a", "Short.", lang="en"), Compared("b", ORIGINAL * 3, lang="de")])
    assert short.unusual is german.unusual is None
    (found,) = alone([Compared("a", ORIGINAL * 3, lang="en")])
    assert found.unusual is not None and 0 <= found.unusual <= 1


@pytest.mark.parametrize("few", [0, 1000])
def test_what_a_text_names_is_told_by_hashes(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleanpipe.match.single.FEW", few)
    heading = "Ruta Lindqvist Opens Mill\n\n"
    documents = [
        Compared("a", ORIGINAL, lang="en"),
        Compared("b", heading + ORIGINAL, "Ruta Lindqvist Opens Mill", Span(0, 25), "en"),
        Compared(
            "c", ORIGINAL + " On 3 May 2021 Mr. Ito paid 48,000 dollars.", "Another headline of 7 words", lang="en"
        ),
        Compared("d", ORIGINAL, lang="en", skip=(Span(0, len(ORIGINAL) // 2),)),
        Compared("e", ""),
    ]
    told = [
        {
            (fact.kind, fact.value)
            for fact in facts_of_tokens(
                item.text, tokenise(item.text, item.skip), None, item.lang, title_in_text=None, pairs=False
            )
            if fact.kind in NAMED_FACTS
        }
        for item in documents
    ]
    for found, facts in zip(alone(documents), told, strict=True):
        assert len(found.facts) == len(facts)
        assert [len(found.facts & other.facts) for other in alone(documents)] == [len(facts & more) for more in told]
    assert len(told[1]) > len(told[0]) and len(told[2]) > len(told[0]) > len(told[3])
