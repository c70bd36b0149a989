"""Repairs a text: runs the rules in their order, again until nothing changes, and keeps one log of all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from cleanpipe.model import Edit, Profile, Repair
from cleanpipe.repair.precheck import Precheck, precheck
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
    check = precheck(profile, rules_folders)
    called = check.called(text)
    return run_rules(text, check, called, lang) if called else Repair(text, (), ())


def repair_text(text: str, *, profile: Profile = "archival") -> str:
    """The repaired text alone."""
    check = precheck(profile)
    called = check.called(text)
    return run_rules(text, check, called, None).text if called else text


def undo(repair: Repair) -> str:
    """The text as it was read."""
    return revert(repair.text, repair.edits)


def run_rules(text: str, check: Precheck, called: int, lang: str | None) -> Repair:
    """Run the rules that a text calls in their order, round after round, until each has seen the text that results and
    left it as it is. `called` is what `check` says of the text as read."""
    rules = check.rules
    total: list[Edit] = []
    considered: dict[int, list[Edit]] = {}
    current = text
    last = len(rules)  # the last rule that changed the text; those behind it have seen it as it stands
    for _ in range(MAX_ROUNDS):
        changed = -1
        place = 0
        while waiting := called >> place:
            place += (waiting & -waiting).bit_length() - 1  # the next one called
            if place > last and changed < 0:
                break
            found = rules[place].find(current, lang)
            edits = normalise(found.edits) if found.edits else ()
            if edits:
                total = compose(total, edits)
                current = apply(current, edits)
                called = check.called(current)
                changed = place
                considered.clear()
            elif found.considered:
                considered[place] = found.considered[:MAX_CONSIDERED]
            place += 1
        if changed < 0:
            weighed = [edit for place in sorted(considered) for edit in considered[place]]
            return Repair(current, tuple(total), _told(text, total, weighed[:MAX_CONSIDERED]))
        last = changed
    return Repair(text, (), tuple(total[:MAX_CONSIDERED]))


def _told(text: str, edits: Sequence[Edit], considered: Sequence[Edit]) -> tuple[Edit, ...]:
    """The considered edits, whose offsets are in the repaired text, in offsets of the text as read."""
    if not considered:
        return ()
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
