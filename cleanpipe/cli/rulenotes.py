"""The rules as commands talk about them: every rule of every kind with its id, its file and what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleanpipe.rulebook.files import KINDS, Kind, read_rule_files
from cleanpipe.rulebook.schema import rules_of


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule as its file has it. `does` is the sentence that says what it is for."""

    id: str
    kind: Kind
    does: str
    path: Path
    table: dict[str, Any]


def rule_notes(folders: tuple[str, ...] = ()) -> Iterator[RuleNote]:
    """Every rule, shipped and in `folders`, in the order it is read. Raises RuleError for a file with a mistake."""
    for kind in KINDS:
        for file in read_rule_files(kind, folders):
            for rule in rules_of(file, kind):
                does = f"The source {rule.get('name', '')}." if kind == "sources" else str(rule["does"])
                yield RuleNote(str(rule.get("id", "")), kind, does, file.path, rule)
            for phrase in file.table.get("phrase", ()) if kind == "sources" else ():
                # A credit names its rule like this, see `cleanpipe.link.sources.Phrase.name`.
                id = f"{phrase.get('voice') or phrase.get('role', '')}/{phrase.get('id', '')}"
                yield RuleNote(id, kind, _phrase_does(phrase), file.path, phrase)


def rule_folders(archive: Path) -> tuple[str, ...]:
    """The folders of rules that the archive's last run was given, but for those that are gone since."""
    from cleanpipe.report.exports import read_manifest

    rules = read_manifest(archive).get("settings", {}).get("rules", {})
    return tuple(folder for folder in rules.get("folders", ()) if Path(folder).is_dir())


def _phrase_does(phrase: dict[str, Any]) -> str:
    example = next((example["text"] for example in phrase.get("examples", ()) if "source" in example), None)
    does = {"own": "Presents the text as a source's", "cited": "Reports what a source reported"}.get(
        phrase.get("role", ""), "Mentions a source in passing"
    )
    return f"{does}, as in “{example}”" if example else f"{does}."
