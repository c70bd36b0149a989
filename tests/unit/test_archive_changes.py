"""The log of changes says what became of each link, and the likeliest reason."""

from __future__ import annotations

import dataclasses

import pytest

from cleanpipe.archive.changes import Kind, Occasion, Placed, compare
from cleanpipe.cli.link_changes import change_line
from cleanpipe.model import Decision

OLD, NEW, OTHER = "external:reuters:puffins", "external:reuters:puffins-return", "external:ap:puffins"


def placed(original: str, relation: str = "rewrite", status: str = "linked") -> Placed:
    return Placed(original, original, relation, status)


def decision(copy: str, by: str) -> Decision:
    return Decision(copy, "x", "reject", "", by, "2024-05-01T00:00:00Z")


@pytest.mark.parametrize(
    ("before", "after", "added", "kind", "why"),
    [
        ({}, {"b": placed("a")}, {"b"}, "added", "it was added"),
        ({}, {"b": placed("a")}, {"a"}, "added", "its original was added"),
        ({}, {"b": placed("a")}, {"c"}, "added", "what was added speaks for it"),
        ({"b": placed("a")}, {}, {"c"}, "removed", "what was added speaks against it"),
        ({"b": placed("a")}, {"c": placed("b")}, {"c"}, "removed", "it is taken for an original itself now"),
        ({"b": placed("a")}, {"b": placed("c"), "a": placed("c")}, {"c"}, "moved", "an earlier original was added"),
        ({"b": placed("a")}, {"b": placed("c")}, {"c"}, "moved", "a nearer original was added"),
        ({"b": placed("a")}, {"b": placed("c")}, {"d"}, "moved", "what was added speaks for the other original"),
        (
            {"b": placed(OLD)}, {"b": placed("y")}, {"y"}, "moved",
            f"its original was added, which was called {OLD} until then",
        ),
        (
            {"b": placed(OLD)}, {"b": placed("z")}, {"c"}, "moved",
            f"its original was found to be there, which was called {OLD} until then",
        ),
        ({"b": placed(OLD)}, {"b": placed("a")}, {"a"}, "moved", "a nearer original was added"),
        ({"b": placed(NEW)}, {"b": placed(OLD)}, {"c"}, "moved", "the two stories turned out to be one"),
        ({"b": placed(NEW)}, {"b": placed(OTHER)}, {"c"}, "moved", "what was added speaks for the other original"),
        (
            {"b": placed("a")}, {"b": placed("a", status="review")}, {"c"}, "changed",
            "what was added changes what is known of it",
        ),
    ],
)  # fmt: skip
def test_a_change_has_a_reason(
    before: dict[str, Placed], after: dict[str, Placed], added: set[str], kind: Kind, why: str
) -> None:
    occasion = Occasion(2, added, (), {"y": (OLD,), "z": (OLD,), OLD: (NEW,)})
    found = compare(
        {key: (key, item) for key, item in before.items()}, {key: (key, item) for key, item in after.items()}, occasion
    )
    assert [(item.kind, item.why) for item in found if item.key == "b"] == [(kind, why)]


def test_what_stays_is_no_change() -> None:
    links = {"b": ("b", placed("a")), "c": ("c", placed(OLD))}
    renamed = {"b": ("b#0123456789abcdef", placed("a")), "c": ("c", placed(OLD))}
    assert compare(links, renamed, Occasion(2, (), (), {})) == []


def test_an_original_that_is_called_otherwise_is_a_change() -> None:
    after = {"b": ("b", dataclasses.replace(placed("a"), canonical="a#0123456789abcdef"))}
    (found,) = compare({"b": ("b", placed("a"))}, after, Occasion(2, {"c"}, (), {}))
    assert (found.kind, found.why) == ("changed", "which articles share that id has changed")
    assert change_line(found).startswith("b is still linked to a#0123456789abcdef, which was called a: ")


@pytest.mark.parametrize(
    ("added", "after", "why"),
    [
        ((), placed("a", "spun"), "the archive was made anew with other settings, rules or weights"),
        ((), None, "the archive was made anew with other settings, rules or weights"),
        ({"b"}, placed("a"), "it was added"),
        ({"z"}, placed("z"), "a nearer original was added"),
    ],
)
def test_of_an_archive_made_anew_that_is_the_reason(added: set[str], after: Placed | None, why: str) -> None:
    before = {} if "b" in added else {"b": ("b", placed("a"))}
    occasion = Occasion(2, added, (decision("d", "Bo"),), {}, anew=True)
    (found,) = compare(before, {"b": ("b", after)} if after else {}, occasion)
    assert found.why == why


@pytest.mark.parametrize(
    ("added", "decisions", "why"),
    [
        ({"c"}, (decision("b", "Ana"), decision("d", "Bo")), "decision of Ana"),
        ((), (decision("d", "Bo"), decision("e", "Ana")), "decision of Ana, Bo"),
        ((), tuple(decision("d", name) for name in ("Bo", "Ana", "Bo", "Cy", "Di")), "decisions that were taken"),
        ({"c"}, (decision("d", "Bo"),), "what was added speaks against it"),
    ],
    ids=["its own", "nothing else happened", "of many", "of something else"],
)
def test_a_decision_is_the_reason(added: set[str], decisions: tuple[Decision, ...], why: str) -> None:
    (found,) = compare({"b": ("b", placed("a"))}, {}, Occasion(3, added, decisions, {}))
    assert found.why == why
