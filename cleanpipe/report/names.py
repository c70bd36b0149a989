"""What rules and sources are called, from the rule files that the archive was made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleanpipe.errors import CleanpipeError
from cleanpipe.rulebook.files import Kind, read_rule_files
from cleanpipe.rulebook.schema import rules_of


def rule_sentences(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What each repair and furniture rule does, by its id."""
    rules = [*_rules("repair", manifest), *_rules("furniture", manifest)]
    return {rule["id"]: str(rule["does"]) for rule in rules}


def source_names(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The name of each source, by its id, such as "reuters": "Reuters"."""
    return {rule["id"]: str(rule.get("name") or rule["id"]) for rule in _rules("sources", manifest)}


def source_spellings(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The name of each source by what else it is called, in lower case, such as "ap": "Associated Press"."""
    return {
        str(spelling).casefold(): str(rule.get("name") or rule["id"])
        for rule in _rules("sources", manifest)
        for spelling in (*rule.get("names", ()), *rule.get("abbreviations", ()))
    }


def _rules(kind: Kind, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rules of the shipped folder and of the run's own; without the latter where they are gone since or broken."""
    folders = ((manifest.get("settings") or {}).get("rules") or {}).get("folders") or ()
    try:
        return [rule for file in read_rule_files(kind, tuple(folders)) for rule in rules_of(file, kind)]
    except CleanpipeError:
        return [rule for file in read_rule_files(kind) for rule in rules_of(file, kind)]
