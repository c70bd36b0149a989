"""What became of links, in lines for a reader and as JSON: after a run, after a decision, and from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cleanpipe.cli.output import visible

if TYPE_CHECKING:
    from cleanpipe.archive.changes import Change, Placed

KINDS = ("added", "moved", "removed", "changed")
MOVES_SHOWN = 5
"""Moved links that the summary of a run names."""


def all_kinds(counts: Mapping[str, int]) -> dict[str, int]:
    """How many links were added, moved, removed and changed otherwise, those of which there are none among them."""
    return {kind: counts.get(kind, 0) for kind in KINDS}


def change_row(change: Change) -> dict[str, Any]:
    """A change as JSON, without the keys of documents."""

    def side(placed: Placed | None) -> dict[str, str] | None:
        if placed is None:
            return None
        return {"canonical": placed.canonical, "relation": placed.relation, "status": placed.status}

    return {
        "run": change.run,
        "change": change.kind,
        "copy": change.copy,
        "before": side(change.before),
        "after": side(change.after),
        "why": change.why,
    }


def change_line(change: Change) -> str:
    """A change as a sentence.

    Ids come from the input: what is invisible in them is written out.
    """
    copy, old, new = visible(change.copy), change.before, change.after
    if old is None and new is not None:
        says = f"{copy} was linked to {_place(new)}"
    elif new is None and old is not None:
        says = f"{copy} is no longer linked to {visible(old.canonical)}"
    elif old is not None and new is not None and change.kind == "moved":
        says = f"{copy} moved from {visible(old.canonical)} to {_place(new)}"
    elif old is not None and old.is_called_otherwise(new):
        assert new is not None
        says = f"{copy} is still linked to {visible(new.canonical)}, which was called {visible(old.canonical)}"
    else:
        assert old is not None and new is not None
        was, now = (f"{item.relation}, {item.status}" for item in (old, new))
        says = f"{copy} of {visible(new.canonical)} is {now} and was {was}"
    return f"{says}: {visible(change.why)}"


def changes_lines(links: Mapping[str, int], changes: Sequence[Change], most: int | None = None) -> list[str]:
    """The counts in a sentence, and then the links that moved, `most` of them."""
    counts = {kind: count for kind, count in all_kinds(links).items() if count}
    if not counts:
        return []
    first, *others = (f"{count:,} {kind}" for kind, count in counts.items())
    noun = "link" if next(iter(counts.values())) == 1 else "links"
    lines = [f"{first.replace(' ', f' {noun} ', 1)}{''.join(f', {other}' for other in others)}."]
    moved = [item for item in changes if item.kind == "moved"]
    lines += [f"  {change_line(item)}" for item in moved[:most]]
    if most is not None and len(moved) > most:
        lines.append(f"  and {len(moved) - most:,} more that moved; `cleanpipe archive log` lists them")
    return lines


def _place(placed: Placed) -> str:
    review = ", for review" if placed.status == "review" else ""
    return f"{visible(placed.canonical)} ({placed.relation}{review})"
