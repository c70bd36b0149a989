"""What was repaired in a document and what was left, in lines for a reader: rule by rule, equal repairs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cleanpipe.cli.explain_columns import clipped, short, wrapped
from cleanpipe.cli.output import visible

About = dict[str, Any]

FEW = 3
"""Places that are shown of a repair that was made in many."""

MORE = 6
"""Places that are named without their context after those."""

NEAR = 3
"""Characters between two repairs, at most, that are shown as one: a comma and spaces between damaged words."""

JOINED = 30
"""Characters as read of repairs that are shown as one: half a line."""

OR_MORE = " or more"
"""Said of a number where no more are told than that."""

LONGEST = 60
"""Characters of a passage that are quoted in a sentence."""


def repair_lines(repairs: Sequence[About], considered: Sequence[About], more: bool, width: int) -> Iterator[str]:
    """Each rule with what it repaired, in its context as it was and as it is; then what was considered and left, of
    which there may be `more`."""
    if repairs:
        yield f"Repairs ({len(repairs):,}), with their places in articles.jsonl"
    else:
        yield "Repairs: none, the text stands as it was read"
    for same_rules in _alike(_joined(repairs), lambda item: item["rules"]):
        for rule in same_rules[0]["rules"]:
            yield from wrapped(_rule(rule), 2, width)
        for items in _alike(same_rules, lambda item: (item["before"], item["after"])):
            yield from wrapped(f"{_change(items[0])}{_times(items)} ({_confidence(items)})", 4, width)
            yield from _places(items, width)
    if not considered:
        return
    yield ""
    yield f"Considered and left as it is ({len(considered):,}{OR_MORE if more else ''})"
    told: set[str] = set()
    for items in _alike(considered, lambda item: (item["before"], item["alternatives"])):
        before = _named(items[0]["before"])
        for other in items[0]["alternatives"]:
            names = ", ".join(rule["id"] for rule in other["rules"])
            could = f"could become “{_named(other['after'])}”" if other["after"] else "could be removed"
            yield from wrapped(f"“{before}” {could}{_times(items, more)} ({names})", 2, width)
            yield from wrapped(f"left, because {other['why']}", 4, width)
        yield from _places(items, width)
        told |= {_rule(rule) for other in items[0]["alternatives"] for rule in other["rules"]}
    told -= {_rule(rule) for item in repairs for rule in item["rules"]}
    if told:
        yield "  The rules:"
    for rule in sorted(told):
        yield from wrapped(rule, 4, width)


def _joined(repairs: Sequence[About]) -> list[About]:
    """Repairs of neighbouring words by the same rules as one, where each was made at that place alone."""
    often = Counter((item["before"], item["after"]) for item in repairs)
    joined: list[About] = []
    for item in repairs:
        last = joined[-1] if joined else None
        if last is not None and _are_one(last, item) and often[item["before"], item["after"]] == 1:
            between = item["context"]["left"][len(item["context"]["left"]) - _gap(last, item) :]
            joined[-1] = {
                **last,
                "before": f"{last['before']}{between}{item['before']}",
                "after": f"{last['after']}{between}{item['after']}",
                "read": {"start": last["read"]["start"], "end": item["read"]["end"]},
                "repaired": {"start": last["repaired"]["start"], "end": item["repaired"]["end"]},
                "confidence": min(last["confidence"], item["confidence"]),
                "context": {**last["context"], "right": item["context"]["right"]},
                "context_as_read": {**last["context_as_read"], "right": item["context_as_read"]["right"]},
                "single": True,
            }
        else:
            joined.append({**item, "single": often[item["before"], item["after"]] == 1})
    return joined


def _are_one(last: About, item: About) -> bool:
    gap = _gap(last, item)
    return (
        last["single"]
        and last["field"] == item["field"]
        and last["rules"] == item["rules"]
        and 0 <= gap <= NEAR
        and item["read"]["end"] - last["read"]["start"] <= JOINED
        and "\n" not in item["context"]["left"][len(item["context"]["left"]) - gap :]
    )


def _gap(last: About, item: About) -> int:
    return int(item["read"]["start"] - last["read"]["end"])


def _alike(found: Sequence[About], key: Callable[[About], Any]) -> Iterator[list[About]]:
    """Items with the same key together, in the order of the first of each."""
    groups: dict[str, list[About]] = {}
    for item in found:
        groups.setdefault(repr(key(item)), []).append(item)
    yield from groups.values()


def _places(items: Sequence[About], width: int) -> Iterator[str]:
    """The first places in their context, as read and repaired; the others by their numbers."""
    shown = items[:FEW]
    margin = 8 + max(len(_place(item)) for item in shown)
    room = width - margin - len("was ")
    for item in shown:
        label = f"      {_place(item)}".ljust(margin)
        if "context_as_read" in item:
            yield f"{label}was {_clipped(item['context_as_read'], item['before'], room)}"
            yield f"{'':{margin}}now {_clipped(item['context'], item['after'], room)}"
        else:
            yield f"{label}{_clipped(item['context'], item['before'], room)}"
    rest = items[FEW:]
    if rest:
        named = ", ".join(_place(item) for item in rest[:MORE])
        left = f" and {len(rest) - MORE:,} more" if len(rest) > MORE else ""
        yield from wrapped(f"also at {named}{left}", 6, width)


def _clipped(context: About, passage: str, room: int) -> str:
    return clipped(context["left"], passage, context["right"], room)


def _rule(rule: About) -> str:
    standard = f" ({rule['standard']})" if rule["standard"] else ""
    return f"{rule['id']}: {rule['says'] or 'a rule that is not installed here'}{standard}"


def _change(repair: About) -> str:
    before, after = _named(repair["before"]), _named(repair["after"])
    if not before:
        return f"“{after}” was added"
    return f"“{before}” became “{after}”" if after else f"“{before}” was removed"


def _named(text: str) -> str:
    """A passage with its invisible characters named; a long one with their numbers alone, its middle left out."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} […] {text[-LONGEST // 2 :]}"
    named = visible(text)
    return named if len(named) <= LONGEST else short(named)


def _times(items: Sequence[About], more: bool = False) -> str:
    return f", {len(items):,} times{OR_MORE if more else ''}" if len(items) > 1 else ""


def _confidence(items: Sequence[About]) -> str:
    low, high = (f"{end(item['confidence'] for item in items):.2f}" for end in (min, max))
    return f"confidence {low}" if low == high else f"confidence {low} to {high}"


def _place(item: About) -> str:
    where = item["repaired"]
    end = "" if where["end"] <= where["start"] + 1 else f"–{where['end']}"
    return f"{item['field']} {where['start']}{end}"
