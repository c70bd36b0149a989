"""One frozen tree of settings. `cleanpipe config` prints it as TOML; `--config FILE` reads such a file.

What was learned from data (weights, the thresholds that go with them) is no setting: it ships beside the code that uses
it, with the command that finds it again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cleanpipe.errors import SettingsError
from cleanpipe.model import Profile

# The least and the most that a number may be.
AT_LEAST_ONE = {"range": (1, math.inf)}
NOT_NEGATIVE = {"range": (0, math.inf)}


@dataclass(frozen=True, slots=True)
class InputSettings:
    fields: Mapping[str, str] = field(default_factory=dict)
    """What a known field is called in the input, such as {"text": "body"}."""
    charset: str = ""
    """What input without a byte order mark is in, such as "koi8-r"; empty: it is told from the bytes."""
    line_limit_mb: int = field(default=64, metadata=AT_LEAST_ONE)
    """A line, a row, an item of an array or a text larger than this is rejected. Reading one takes up to ten times as
    much memory."""


@dataclass(frozen=True, slots=True)
class RepairSettings:
    enabled: bool = True
    """False for sound text: nothing is changed."""
    profile: Profile = "archival"


@dataclass(frozen=True, slots=True)
class RulesSettings:
    folders: tuple[str, ...] = ()
    """Folders with rule files of one's own, laid out like the shipped `rules/`, read after them."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    permutations: int = field(default=128, metadata=AT_LEAST_ONE)
    """MinHash permutations of a signature."""
    near_duplicate_jaccard: float = field(default=0.7, metadata={"range": (0, 1)})
    """Jaccard similarity of word 5-grams from which a pair is called a near-duplicate."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    story_days: int = field(default=14, metadata=NOT_NEGATIVE)
    """How far apart two dated documents that credit one absent original may lie."""


@dataclass(frozen=True, slots=True)
class Settings:
    input: InputSettings = InputSettings()
    repair: RepairSettings = RepairSettings()
    rules: RulesSettings = RulesSettings()
    match: MatchSettings = MatchSettings()
    link: LinkSettings = LinkSettings()


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file, the rest at their defaults.

    Raises SettingsError, with the key, for an unknown key, a value of the wrong type, or a file that is no TOML.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read ({error.strerror}); give a readable TOML file to --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: no valid TOML: {error}; `cleanpipe config` prints a valid file") from error
    return settings_from(tree, str(path))


def settings_from(tree: Mapping[str, Any], where: str) -> Settings:
    """What `as_tree` made a tree of. `where` it stood is named in the SettingsError that a mistake in it raises."""
    return typing.cast(Settings, _build(Settings, tree, where))


def _build(kind: type[Any], tree: Mapping[str, Any], where: str) -> Any:
    hints = typing.get_type_hints(kind)
    unknown = sorted(tree.keys() - hints.keys())
    if unknown:
        raise SettingsError(f"{where}: unknown setting {unknown[0]!r}; known here: {', '.join(hints)}")
    values = {name: _value(hints[name], value, f"{where}: {name}") for name, value in tree.items()}
    for item in dataclasses.fields(kind):
        if item.name in values and "range" in item.metadata:
            least, most = item.metadata["range"]
            if not least <= values[item.name] <= most:
                allowed = f"at least {least}" if most == math.inf else f"from {least} to {most}"
                raise SettingsError(f"{where}: {item.name}: is {values[item.name]}; may be {allowed}")
    return kind(**values)


def _value(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise SettingsError(f"{where}: is a table of settings, not {value!r}")
        return _build(typing.cast(type[Any], hint), value, where)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        if value not in arguments:
            raise SettingsError(f"{where}: is {value!r}; may be {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple and isinstance(value, list) and all(isinstance(item, arguments[0]) for item in value):
        return tuple(value)
    if origin is Mapping and isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return dict(value)  # no read-only view of it, which can't be sent to worker processes
    if hint is float and type(value) in (int, float):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise SettingsError(f"{where}: {value!r} is of the wrong type; `cleanpipe config` shows the form")


def as_tree(settings: Settings) -> dict[str, Any]:
    """Settings as nested dictionaries of plain JSON values."""

    def plain(value: Any) -> Any:
        if dataclasses.is_dataclass(value):
            return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in sorted(value.items())}
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return typing.cast(dict[str, Any], plain(settings))


def settings_hash(settings: Settings) -> str:
    """16 hex digits that change with any setting."""
    return tree_hash(as_tree(settings))


def tree_hash(tree: Mapping[str, Any]) -> str:
    """`settings_hash` of what `as_tree` made the tree of."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()[:16]
