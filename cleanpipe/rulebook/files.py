"""Reads rule files: TOML of the three kinds, the shipped ones first, then those of the user's own folders."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cleanpipe.errors import RuleError
from cleanpipe.rulebook.locate import shipped_rules

Kind = Literal["repair", "furniture", "sources"]
KINDS: tuple[Kind, ...] = ("repair", "furniture", "sources")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file as it was read."""

    path: Path
    table: dict[str, Any]


def read_rule_files(kind: Kind, folders: tuple[str, ...] = ()) -> list[RuleFile]:
    """The rule files of a kind, sorted by name within each folder. RuleError names the file that can't be read."""
    return [read_rule_file(path) for path in _paths(kind, folders)]


def read_rule_file(path: Path) -> RuleFile:
    """One rule file, not yet checked. RuleError for a file that can't be read or is no TOML."""
    try:
        return RuleFile(path, tomllib.loads(path.read_bytes().decode("utf-8")))
    except OSError as error:
        raise RuleError(f"{path}: can't be read ({error.strerror}); make it readable or take it away") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: no valid TOML in UTF-8: {error}; docs/rules.md shows the form") from error


def rules_hash(folders: tuple[str, ...] = ()) -> str:
    """16 hex digits that change with any byte of any rule file, shipped or in `folders`."""
    total = hashlib.sha256()
    for kind in KINDS:
        for path in _paths(kind, folders):
            content = path.read_bytes()
            total.update(f"{kind}/{path.name}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()[:16]


def _paths(kind: Kind, folders: tuple[str, ...]) -> list[Path]:
    paths = sorted((shipped_rules() / kind).glob("*.toml"))
    for folder in folders:
        if not Path(folder).is_dir():
            raise RuleError(f"{folder}: is no folder; give a folder laid out like the shipped rules")
        paths += sorted((Path(folder) / kind).glob("*.toml"))
    return paths
