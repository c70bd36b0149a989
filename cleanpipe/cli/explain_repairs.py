"""What was repaired in a document, and what was weighed and left as it was, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cleanpipe.archive.rows import edit_from
from cleanpipe.cli.explain_left import Reasons
from cleanpipe.cli.rulenotes import RuleNote, rule_folders
from cleanpipe.model import Edit, Profile
from cleanpipe.text.offsets import revert

About = dict[str, Any]

AROUND = 100
"""Characters of context on either side: a line of the widest terminal."""


def about_repairs(
    edits: Mapping[str, Sequence[Mapping[str, Any]]], article: Mapping[str, Any], notes: Mapping[str, RuleNote]
) -> list[About]:
    """The edits of each field, with where they stand in it as read and repaired, and what is around them in both."""
    found = []
    for field, rows in sorted(edits.items()):
        text = article.get(field) or ""
        read = revert(text, list(map(edit_from, rows)))
        moved = 0
        for edit in rows:
            start = edit["start"] + moved
            end = start + len(edit["after"])
            moved += len(edit["after"]) - len(edit["before"])
            found.append(
                {
                    "field": field,
                    "read": {"start": edit["start"], "end": edit["end"]},
                    "repaired": {"start": start, "end": end},
                    "before": edit["before"],
                    "after": edit["after"],
                    "rules": _rules(edit["rules"], notes),
                    "confidence": edit["confidence"],
                    "context_as_read": _context(read, edit["start"], edit["end"]),
                    "context": _context(text, start, end),
                }
            )
    return found


def about_considered(
    archive: Path, article: Mapping[str, Any], notes: Mapping[str, RuleNote]
) -> tuple[list[About], bool]:
    """What the rules weigh in the repaired fields and leave, what it could become, and why it doesn't; and whether
    there may be more than these: of one field, no more than `MAX_CONSIDERED` are told.

    Found by running the rules on the repaired text as the archive's last run did: a repaired text repairs to itself.
    Empty where that run repaired nothing.
    """
    from cleanpipe.repair import repair
    from cleanpipe.repair.engine import MAX_CONSIDERED
    from cleanpipe.steps import REPAIRED_FIELDS

    settings = _repair_settings(archive)
    if not settings.get("enabled", True):
        return [], False
    profile: Profile = "plain" if settings.get("profile") == "plain" else "archival"
    found = []
    more = False
    for field in REPAIRED_FIELDS:
        text = article.get(field)
        if not text or (field == "title" and article.get("title_span")):  # that title is a part of the text
            continue
        lang = article.get("lang")
        weighed = repair(text, profile=profile, lang=lang, rules_folders=rule_folders(archive))
        more = more or len(weighed.considered) >= MAX_CONSIDERED
        reasons = Reasons(text, lang)
        spans: dict[tuple[int, int], dict[str, list[Edit]]] = {}
        for edit in weighed.considered:
            spans.setdefault((edit.start, edit.end), {}).setdefault(edit.after, []).append(edit)
        for (start, end), readings in sorted(spans.items()):
            alternatives = [
                {
                    "after": after,
                    "rules": _rules(dict.fromkeys(rule for edit in same for rule in edit.rules), notes),
                    "confidence": max(edit.confidence for edit in same),
                    "why": _why({edit.rules[0]: reasons.why(_table(edit, notes), edit) for edit in same}),
                }
                for after, same in sorted(readings.items(), key=lambda item: -max(e.confidence for e in item[1]))
            ]
            found.append(
                {
                    "field": field,
                    "repaired": {"start": start, "end": end},
                    "before": text[start:end],
                    "alternatives": alternatives,
                    "context": _context(text, start, end),
                }
            )
    return found, more


def _why(reasons: Mapping[str, str]) -> str:
    """The reasons of several rules as one; which is whose, where they differ."""
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{why} ({rule})" for rule, why in reasons.items())


def _context(text: str, start: int, end: int) -> About:
    return {"left": text[max(0, start - AROUND) : start], "right": text[end : end + AROUND]}


def _rules(ids: Iterable[str], notes: Mapping[str, RuleNote]) -> list[About]:
    return [
        {
            "id": id,
            "says": notes[id].does if id in notes else None,
            "standard": notes[id].table.get("standard") if id in notes else None,
        }
        for id in ids
    ]


def _table(edit: Edit, notes: Mapping[str, RuleNote]) -> Mapping[str, Any]:
    return notes[edit.rules[0]].table if edit.rules[0] in notes else {}


def _repair_settings(archive: Path) -> Mapping[str, Any]:
    from cleanpipe.report.exports import read_manifest

    found = read_manifest(archive).get("settings", {}).get("repair", {})
    return found if isinstance(found, dict) else {}
