"""Repairs a text: runs the rules in their order, again until nothing changes, and keeps one log of all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from cleanpipe.model import Edit, Profile, Repair
from cleanpipe.repair.rules import Rule, load_rules
from cleanpipe.text.offsets import apply, compose, normalise, revert

MAX_ROUNDS = 12
"""Damage upon damage seen in real text is four layers deep; a text that doesn't settle within these is left alone."""

MAX_CONSIDERED = 200
"""Repairs weighed and not made that are told about one text: for a person to read, not a log."""


def repair(
    text: str, *, profile: Profile = "archival", lang: str | None = None, rules_folders: tuple[str, ...] = ()
) -> Repair:
    """Undo the damage in a text. Sound text comes back as it is, with no edits.

    `profile` "archival" leaves typography as it came, "plain" also folds it. `lang` (ISO 639-1) is the language of the
    text where it is known. `rules_folders` are folders laid out like the shipped `rules/`, read after them.
    Edits refer to `text`. Idempotent: the repaired text repairs to itself.
    """
    rules = [rule for rule in load_rules(rules_folders) if rule.profile == "archival" or profile == "plain"]
    total: list[Edit] = []
    current = text
    for _ in range(MAX_ROUNDS):
        edits, considered, current_after = _one_round(current, rules, lang)
        if not edits:
            return Repair(current, tuple(total), _told(text, total, considered))
        total = compose(total, edits)
        current = current_after
    return Repair(text, (), tuple(total[:MAX_CONSIDERED]))


def repair_text(text: str, *, profile: Profile = "archival") -> str:
    """The repaired text alone."""
    return repair(text, profile=profile).text


def undo(repair: Repair) -> str:
    """The text as it was read."""
    return revert(repair.text, repair.edits)


def _one_round(text: str, rules: Sequence[Rule], lang: str | None) -> tuple[list[Edit], list[Edit], str]:
    total: list[Edit] = []
    considered: list[Edit] = []
    distinct = "".join(sorted(set(text)))
    for rule in rules:
        if rule.trigger is not None and not rule.trigger.search(distinct):
            continue
        found = rule.find(text, lang)
        if found.considered and not total and len(considered) < MAX_CONSIDERED:
            considered += found.considered[: MAX_CONSIDERED - len(considered)]
        edits = normalise(found.edits)
        if edits:
            total = compose(total, edits)
            text = apply(text, edits)
            distinct = "".join(sorted(set(text)))
    return total, considered, text


def _told(text: str, edits: Sequence[Edit], considered: Sequence[Edit]) -> tuple[Edit, ...]:
    """The considered edits, whose offsets are in the repaired text, in offsets of the text as read."""
    starts: list[int] = []
    shifts: list[int] = []
    moved = 0
    for edit in edits:
        starts.append(edit.start - moved + len(edit.after))
        moved += len(edit.before) - len(edit.after)
        shifts.append(moved)
    told = []
    for edit in sorted(considered, key=lambda e: (e.start, e.end)):
        places = []
        for at in (edit.start, edit.end):
            index = bisect_right(starts, at) - 1
            places.append(at + (shifts[index] if index >= 0 else 0))
        start, end = places
        if text[start:end] == edit.before:
            told.append(Edit(start, end, edit.before, edit.after, edit.rules, edit.confidence))
    return tuple(told)
