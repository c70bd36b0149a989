"""Checks rule files: their form here, their examples by a function that the room which interprets them gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cleanpipe.errors import RuleError
from cleanpipe.rulebook.files import KINDS, Kind, RuleFile, read_rule_files
from cleanpipe.rulebook.schema import rules_of


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a rule: which one, in which file, and what."""

    rule: str
    file: Path
    says: str


Runner = Callable[[RuleFile], list[Problem]]


def check(folders: tuple[str, ...] = (), runners: Mapping[Kind, Runner] | None = None) -> list[Problem]:
    """Everything wrong with the rule files, shipped and in `folders`. Empty where all is well.

    Ids must be unique within a kind, over all files. `runners` run the examples of a file of their kind.
    """
    problems: list[Problem] = []
    for kind in KINDS:
        try:
            files = read_rule_files(kind, folders)
        except RuleError as error:
            problems.append(Problem("", Path(str(error).split(":", 1)[0]), str(error)))
            continue
        seen: dict[str, Path] = {}
        for file in files:
            try:
                for rule in rules_of(file, kind):
                    name = str(rule.get("id", ""))
                    if name in seen:
                        problems.append(Problem(name, file.path, f"{name!r} is in {seen[name]} already; rename it"))
                    seen.setdefault(name, file.path)
            except RuleError as error:
                problems.append(Problem("", file.path, str(error)))
                continue
            if runners and kind in runners:
                try:
                    problems += runners[kind](file)
                except RuleError as error:
                    problems.append(Problem("", file.path, str(error)))
    return problems
