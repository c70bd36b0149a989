"""Decisions of people in linking: each verdict, those that can't both hold, third documents, absent originals."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from harbour import BODY, LIMITS, OWN_VOICE, RETELLING, TELLING, by_copy, exact, key, match, story

from cleanpipe.link import Linking, Story, link
from cleanpipe.link.decided import decide
from cleanpipe.link.names import is_minted, name_stories, slug
from cleanpipe.model import Decision, Match, Verdict

SAID = itertools.count(1)


def said(verdict: Verdict, copy: str | None, canonical: str | None = None, by: str = "Ana", note: str = "") -> Decision:
    """A decision later than those made before it."""
    name = canonical if canonical is None or canonical.startswith("external:") else key(canonical)
    at = f"2024-05-01T00:{next(SAID) // 60:02d}:{next(SAID) % 60:02d}Z"
    return Decision(key(copy) if copy else None, name, verdict, note, by, at)


def linked(
    stories: list[Story],
    matches: list[Match],
    decisions: Sequence[Decision],
    known: Sequence[tuple[str, tuple[str, ...]]] = (),
) -> Linking:
    return link(stories, matches, known, None, LIMITS, decisions=decisions)


def dated(*names: str) -> list[Story]:
    """Stories of which each is older than the next."""
    return [story(name, published=f"2024-03-{day:02d}") for day, name in enumerate(names, 1)]


def homes(found: Linking) -> dict[str, str]:
    return {member: item.canonical for item in found.clusters for member in item.members}


@pytest.mark.parametrize("probability", [0.6, 0.01, None], ids=["for review", "unlikely", "never compared"])
def test_an_accepted_link_holds_whatever_the_figures_say(probability: float | None) -> None:
    matches = [] if probability is None else [match("a", "b", probability)]
    (item,) = linked(dated("a", "b"), matches, [said("accept", "b", "a", note="same photo")]).links
    assert (item.copy, item.canonical, item.status) == ("b", "a", "linked")
    assert item.confidence == pytest.approx(probability or 0.0)
    assert item.evidence[-1].kind == "decision" and item.evidence[-1].says == "Ana accepted this link: same photo"


def test_a_pair_that_a_decision_alone_brought_together_is_no_link_without_it() -> None:
    accepted, back = said("accept", "b", "a"), said("withdraw", "b", "a")
    for decisions, copies in (([accepted], ["b"]), ([accepted, back], [])):
        found = link(dated("a", "b"), [], (), None, LIMITS, decisions=decisions, asked=[match("a", "b")])
        assert [item.copy for item in found.links] == copies
    (item,) = link(dated("a", "b"), [], (), None, LIMITS, decisions=[accepted], asked=[match("a", "b")]).links
    assert item.confidence == pytest.approx(0.99) and len(item.evidence) > 2


def test_an_accepted_link_leads_where_the_person_said_and_not_the_other_way() -> None:
    (item,) = linked(dated("a", "b"), [match("a", "b")], [said("accept", "a", "b")]).links
    assert (item.copy, item.canonical) == ("a", "b")


def test_an_accepted_copy_stays_when_the_story_gets_an_older_original() -> None:
    stories, matches = dated("o", "a", "b"), [match("a", "b", 0.3), match("a", "o", 0.99, jaccard=0.9)]
    links = by_copy(linked(stories, matches, [said("accept", "b", "a")]))
    assert {name: item.canonical for name, item in links.items()} == {"a": "o", "b": "o"}
    assert links["b"].via == ("a",) and links["b"].status == "linked" and links["b"].basis == "inferred"


def test_an_accepted_copy_takes_its_own_copies_along() -> None:
    stories = dated("a", "b", "c")
    links = by_copy(linked(stories, [match("b", "c", jaccard=0.9)], [said("accept", "b", "a")]))
    assert {name: item.canonical for name, item in links.items()} == {"b": "a", "c": "a"}


def test_a_rejected_pair_is_no_link_and_no_question() -> None:
    for probability in (0.99, 0.6):
        found = linked(dated("a", "b"), [match("a", "b", probability)], [said("reject", "b", "a")])
        assert found.links == () and found.clusters == ()


def test_a_rejected_pair_meets_in_no_story_of_a_third() -> None:
    stories = dated("a", "b", "c")
    matches = [match("a", "b", 0.95), match("a", "c", 0.99), match("b", "c", 0.95)]
    before = homes(linked(stories, matches, []))
    assert before["b"] == before["c"] == "a"
    found = linked(stories, matches, [said("reject", "c", "b")])
    # b hangs on a by less than c does: b leaves.
    assert homes(found).get("c") == "a" and homes(found).get("b") != "a"


def test_a_rejected_pair_is_not_joined_by_a_third_that_comes_later() -> None:
    decisions = [said("reject", "b", "a")]
    apart = linked(dated("a", "b"), [match("a", "b")], decisions)
    assert apart.links == ()
    later = linked(
        [*dated("a", "b"), story("t", published="2024-02-01")],
        [match("a", "b"), match("a", "t", 0.99), match("b", "t", 0.97)],
        decisions,
    )
    assert homes(later)["a"] == "t" and homes(later).get("b") != "t"
    assert [item.says for item in later.contradictions if item.by == key("t")] == [
        "t is likely a copy of both, or they of it"
    ]


def test_what_hangs_on_a_text_that_leaves_goes_with_it() -> None:
    stories = dated("a", "b", "c", "d")
    matches = [match("a", "b", 0.95, jaccard=0.95), match("a", "c", 0.99), match("b", "d", 0.95, jaccard=0.95)]
    assert by_copy(linked(stories, matches, []))["d"].via == ("b",)
    found = linked(stories, matches, [said("reject", "b", "c")])
    assert homes(found) == {"a": "a", "c": "a", "b": "b", "d": "b"}


def test_an_original_set_by_hand_is_the_centre_of_its_story() -> None:
    stories = dated("a", "b", "c")
    matches = [match("a", "b", 0.99), match("a", "c", 0.99)]
    found = linked(stories, matches, [said("canonical", "a", "b")])
    links = by_copy(found)
    assert {name: item.canonical for name, item in links.items()} == {"a": "b", "c": "b"}
    assert links["c"].via == ("a",)  # it was compared with a alone
    assert links["c"].evidence[-1].says == "Ana set the original of this story."
    assert [item.by for item in found.contradictions] == [key("a")]  # which is dated earlier


def test_an_original_set_by_hand_stays_one_when_a_page_names_another() -> None:
    stories = [*dated("a", "b"), story("n", url="https://x.org/1", published="2024-01-01")]
    stories[1] = story("b", published="2024-03-02", canonical_url="https://x.org/1", url="https://y.org/2")
    decisions = [said("canonical", None, "b")]
    found = linked(stories, [match("a", "b"), match("b", "n"), match("a", "n")], decisions)
    assert {item.canonical for item in found.links} == {"b"}
    assert any(item.by == key("n") and "page names" in item.says for item in found.contradictions)


def test_of_two_originals_set_by_hand_each_keeps_its_story() -> None:
    decisions = [said("canonical", None, "a"), said("canonical", None, "b")]
    assert linked(dated("a", "b"), [match("a", "b")], decisions).links == ()


def test_the_original_set_last_is_the_original() -> None:
    decisions = [said("canonical", "a", "b", by="Ana"), said("canonical", "b", "a", by="Bo")]
    found = linked(dated("a", "b"), [match("a", "b")], decisions)
    assert [(item.copy, item.canonical) for item in found.links] == [("b", "a")]
    assert found.overruled == ((decisions[0], decisions[1]),)


def test_an_independent_text_is_nobodys_copy_and_has_its_own() -> None:
    stories = dated("a", "b", "c", "d")
    matches = [match("a", "b", 0.95, jaccard=0.9), match("a", "d"), match("b", "c", 0.95, jaccard=0.9)]
    assert set(homes(linked(stories, matches, [])).values()) == {"a"}
    found = linked(stories, matches, [said("independent", "b")])
    assert homes(found) == {"a": "a", "d": "a", "b": "b", "c": "b"}
    assert [item.by for item in found.contradictions] == [key("a")]


def test_what_a_person_is_unsure_of_waits_for_review() -> None:
    (item,) = linked(dated("a", "b"), [match("a", "b")], [said("unsure", "b", "a")]).links
    assert item.status == "review" and item.evidence[-1].says == "Ana is unsure about this link."
    (item,) = linked(dated("a", "b"), [match("a", "b", 0.1)], [said("unsure", "b", "a")]).links
    assert (item.copy, item.canonical, item.status) == ("b", "a", "review")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("accept", "b", "a"), ("independent", "b", None)),
        (("accept", "b", "a"), ("reject", "a", "b")),
        (("accept", "b", "a"), ("accept", "a", "b")),
        (("accept", "b", "a"), ("accept", "b", "c")),
        (("accept", "b", "a"), ("canonical", None, "b")),
        (("reject", "b", "a"), ("unsure", "b", "a")),
    ],
)
def test_of_two_that_can_not_both_hold_the_later_counts(
    one: tuple[Verdict, str | None, str | None], two: tuple[Verdict, str | None, str | None]
) -> None:
    stories, matches = dated("a", "b", "c"), [match("a", "b")]
    for first, second in ((one, two), (two, one)):
        decisions = [said(*first), said(*second)]
        found = linked(stories, matches, decisions)
        assert found.overruled == ((decisions[0], decisions[1]),)
        assert found.links == linked(stories, matches, decisions[1:]).links


def test_what_another_decision_parted_does_not_speak_against_an_accepted_link() -> None:
    stories, matches = dated("a", "b", "c"), [match("a", "b"), match("a", "c"), match("b", "c")]
    accepted, rejected = said("accept", "b", "a"), said("reject", "c", "a")
    against = linked(stories, matches, [accepted, rejected]).contradictions
    assert {item.decision for item in against} == {rejected}
    alone = [match("a", "b"), match("b", "c", 0.99)]  # c is the copy of another text, and nobody said so
    stories = [*stories, story("o", published="2024-01-01")]
    found = linked(stories, [*alone, match("c", "o", 0.999)], [accepted, said("reject", "o", "b")])
    assert [item.by for item in found.contradictions if item.decision == accepted] == [key("c")]


def test_accepting_two_copies_and_parting_them_can_not_all_hold() -> None:
    decisions = [said("accept", "b", "a"), said("accept", "c", "a"), said("reject", "b", "c")]
    found = linked(dated("a", "b", "c"), [], decisions)
    assert found.overruled == ((decisions[0], decisions[2]),)
    assert [(item.copy, item.canonical) for item in found.links] == [("c", "a")]


def test_what_is_withdrawn_counts_no_longer() -> None:
    for decision in (said("accept", "b", "a"), said("reject", "b", "a"), said("unsure", "a", "b")):
        back = said("withdraw", "b", "a")
        assert (
            linked(dated("a", "b"), [match("a", "b")], [decision, back]).links
            == linked(dated("a", "b"), [match("a", "b")], []).links
        )
    alone = [said("independent", "b"), said("withdraw", "b")]
    assert len(linked(dated("a", "b"), [match("a", "b")], alone).links) == 1


def test_a_decision_about_what_is_not_there_waits() -> None:
    assert linked(dated("a", "b"), [match("a", "b")], [said("reject", "z", "a")]).links


@pytest.mark.parametrize(
    "decision",
    [
        Decision(None, "external:reuters:x", "canonical", "", "Ana", "2024-05-01T00:00:00Z"),
        Decision(None, key("a"), "accept", "", "Ana", "2024-05-01T00:00:00Z"),
        Decision(None, None, "independent", "", "Ana", "2024-05-01T00:00:00Z"),
        Decision(key("b"), key("b"), "reject", "", "Ana", "2024-05-01T00:00:00Z"),
        Decision(None, None, "withdraw", "", "Ana", "2024-05-01T00:00:00Z"),
    ],
    ids=lambda item: item.verdict,
)
def test_a_decision_that_makes_no_sense_changes_nothing_and_stops_nothing(decision: Decision) -> None:
    stories, matches = dated("a", "b"), [match("a", "b")]
    assert linked(stories, matches, [decision]).links == linked(stories, matches, []).links


def test_thousands_of_decisions_take_no_longer_each_than_a_few() -> None:
    """Counts look-ups: each decision may look at what it is about, and not at all others."""

    class Counted(dict[str, str]):
        reads = 0

        def __getitem__(self, name: str) -> str:
            Counted.reads += 1
            return super().__getitem__(name)

    keys = [f"{number:032x}" for number in range(1600)]
    texts = SimpleNamespace(text_of=Counted((name, name) for name in keys))
    at = "2024-05-01T00:00:00Z"
    taken = [Decision(one, two, "accept", "", "Ana", at) for one, two in itertools.pairwise(keys[:800])]
    taken += [Decision(one, keys[0], "reject", "", "Ana", at) for one in keys[800:1200]]
    taken += [Decision(one, None, "independent", "", "Ana", at) for one in keys[1200:]]
    found = decide(texts, taken)  # type: ignore[arg-type]
    assert len(found.accepted) + len(found.apart) + len(found.independent) == len(taken)
    assert Counted.reads < 10 * len(taken)
    assert found.family(keys[0]) == found.family(keys[799]) == frozenset(keys[:800])


def test_a_decision_holds_for_others_of_the_same_words() -> None:
    stories = [*dated("a", "b"), story("d", published="2024-03-09")]
    found = linked(stories, [match("a", "b"), exact("b", "d")], [said("reject", "d", "a")])
    assert [(item.copy, item.canonical) for item in found.links] == [("d", "b")]


def test_documents_of_the_same_words_can_be_parted() -> None:
    stories = dated("a", "b", "c")
    found = linked(stories, [exact("a", "b"), exact("a", "c")], [said("reject", "b", "a")])
    assert [(item.copy, item.canonical) for item in found.links] == [("c", "a")]


def test_a_link_of_the_same_words_can_be_left_for_review() -> None:
    found = linked(dated("a", "b", "c"), [exact("a", "b"), exact("a", "c")], [said("unsure", "b", "a", note="ask")])
    assert {item.copy: item.status for item in found.links} == {"b": "review", "c": "linked"}
    assert by_copy(found)["b"].evidence[-1].says == "Ana is unsure about this link: ask"


def test_documents_of_the_same_words_can_have_their_original_set() -> None:
    found = linked(dated("a", "b"), [exact("a", "b")], [said("canonical", "a", "b")])
    assert [(item.copy, item.canonical) for item in found.links] == [("a", "b")]


@pytest.mark.parametrize(
    "headline",
    [
        "Anchovy quotas: harbour’s blockade",
        "",
        "…",
        "渔民封锁港口抗议配额",
        "ชาวประมงปิดท่าเรือ ๒๕๖๗ ฯ",
        "मछुआरों ने बंदरगाह रोका",
        "ΑΛΙΕΊΣ ᴬ ① ½",
        "Ærø’s İstanbul ǅ",
    ],
)
def test_every_name_that_is_minted_can_be_imported(headline: str) -> None:
    stories = [("reuters", slug(headline, None), (name,)) for name in ("1" * 32, "2" * 32)]
    assert all(is_minted(name) for name, _ in name_stories(stories, ()))


ABSENT = "external:reuters:anchovy-quotas-harbour-blockade"
TITLE = "Anchovy quotas: harbour blockade feeds the port"


def retold() -> tuple[list[Story], list[Match]]:
    stories = [story("a", OWN_VOICE, title=TITLE), story("b", RETELLING), story("c", RETELLING + "Herring, too.")]
    pairs = [match(one, two, 0.01, TELLING, facts_shared=0.1) for one, two in itertools.combinations("abc", 2)]
    return stories, pairs


def test_a_text_is_rejected_from_an_absent_story_and_the_others_stay() -> None:
    stories, matches = retold()
    assert set(by_copy(linked(stories, matches, []))) == {"a", "b", "c"}
    known = [(ABSENT, (key("a"), key("b"), key("c")))]
    for leaver in "abc":
        found = linked(stories, matches, [said("reject", leaver, ABSENT)], known)
        (cluster,) = found.clusters
        assert cluster.canonical == ABSENT and leaver not in cluster.members and cluster.size == 2


def test_a_text_is_accepted_into_an_absent_story() -> None:
    stories, matches = retold()
    known = [(ABSENT, (key("a"), key("b"), key("c")))]
    stories.append(story("d", "Of something else, and no credit. " + BODY))
    links = by_copy(linked(stories, [*matches, match("b", "d", 0.2)], [said("accept", "d", ABSENT)], known))
    assert (links["d"].canonical, links["d"].status, links["d"].via) == (ABSENT, "linked", ("b",))


def test_an_absent_story_of_which_only_the_accepted_text_is_left_keeps_its_name() -> None:
    (item,) = linked([story("a")], [], [said("accept", "a", ABSENT)], [(ABSENT, (key("a"), key("b")))]).links
    assert (item.canonical, item.status, item.via) == (ABSENT, "linked", ())
    (item,) = linked([story("a")], [], [said("accept", "a", ABSENT)]).links  # imported: the name is new here
    assert item.canonical == ABSENT


def test_a_member_set_as_the_original_takes_the_absent_story_over() -> None:
    stories, matches = retold()
    known = [(ABSENT, (key("a"), key("b"), key("c")))]
    found = linked(stories, matches, [said("canonical", None, "b")], known)
    assert {item.canonical for item in found.links} == {"b"}
    assert found.clusters[0].aliases == (ABSENT,)


def test_an_accepted_text_goes_to_the_original_when_it_turns_up() -> None:
    stories, matches = retold()
    known = [(ABSENT, (key("a"), key("b"), key("c"), key("d")))]
    stories.append(story("d", "Of something else, and no credit. " + BODY))
    stories.append(story("o", BODY, source="Reuters", title=TITLE))
    matches += [match(one, "o", 0.01, TELLING, facts_shared=0.3) for one in "abc"]
    links = by_copy(linked(stories, matches, [said("accept", "d", ABSENT)], known))
    assert {name: item.canonical for name, item in links.items()} == dict.fromkeys("abcd", "o")


def test_the_order_of_decisions_about_different_things_is_of_no_account() -> None:
    stories = dated("a", "b", "c", "d", "e")
    matches = [match(one, two, 0.95, jaccard=0.6) for one, two in itertools.combinations("abcde", 2)]
    decisions = [said("reject", "e", "a"), said("canonical", None, "b"), said("unsure", "d", "b")]
    first, *others = (linked(stories, matches, order).links for order in itertools.permutations(decisions))
    assert all(other == first for other in others)
