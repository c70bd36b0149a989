"""The house holds: imports run downward, some rooms never meet, modules stay small, public names are deliberate."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cleanpipe

PACKAGE = Path(cleanpipe.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS = [
    {"model", "errors", "fast"},
    {"settings"},
    {"text"},
    {"rulebook", "language"},
    {"archive", "formats", "repair", "match", "link"},
    {"engines"},
    {"pipeline", "relinking", "inputs", "outputs", "quarantine", "rebuild", "steps", "identity", "decisions"}
    | {"upkeep", "evaluate", "decision_file", "spark"},
    {"report", "review"},
    {"cli", "__main__"},
]
"""Bottom up. A room imports from floors below its own, and from its own floor where the two aren't STRANGERS."""
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
PUBLIC_NAMES = "the public names"
"""Stands for `cleanpipe/__init__.py`, which no room imports from: it is for people outside."""
STRANGERS = {"repair", "match", "link", "formats", "archive"}
"""Rooms that never import one another: what they share is a noun of `model` or lives further down."""

MOST_LINES = 400

PUBLIC = {
    "Cluster",
    "Document",
    "Edit",
    "Link",
    "Match",
    "Repair",
    "evaluate",
    "repair",
    "repair_text",
    "run",
    "undo",
}


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return PUBLIC_NAMES if parts == ("__init__",) else parts[0]


def imported_rooms(source: str, package: str) -> Iterator[str]:
    """Rooms of cleanpipe that a module imports anywhere in it: at the top, in functions, for types only.

    `package` is what a relative import starts from. A bare `import cleanpipe`, which says where the package lies, is
    none.
    """
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "cleanpipe" else [base]
        for name in names:
            parts = name.split(".")
            if parts[0] == "cleanpipe" and len(parts) > 1:
                yield parts[1] if parts[1] in FLOOR_OF else PUBLIC_NAMES


def forbidden(room: str, other: str) -> bool:
    if room == other:
        return False
    if other == PUBLIC_NAMES or FLOOR_OF[other] > FLOOR_OF[room]:
        return True
    return {room, other} <= STRANGERS


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("import cleanpipe.link.sources", ["link"]),
        ("from cleanpipe import match", ["match"]),
        ("from cleanpipe import repair_text", [PUBLIC_NAMES]),
        ("import cleanpipe", []),
        ("def f():\n    from cleanpipe.archive import Archive", ["archive"]),
        ("if TYPE_CHECKING:\n    from cleanpipe.cli import main", ["cli"]),
        ("from ..link import link", ["link"]),
        ("from . import other", ["repair"]),
        ("import json", []),
    ],
)
def test_every_kind_of_import_is_seen(source: str, rooms: list[str]) -> None:
    assert list(imported_rooms(source, "cleanpipe.repair")) == rooms


@pytest.mark.parametrize(
    ("room", "other", "verdict"),
    [
        ("cli", "model", False),
        ("pipeline", "archive", False),
        ("repair", "text", False),
        ("repair", "match", True),
        ("link", "pipeline", True),
        ("text", "rulebook", True),
        ("archive", "formats", True),
        ("model", "settings", True),
    ],
)
def test_the_house_rules_say(room: str, other: str, verdict: bool) -> None:
    assert forbidden(room, other) is verdict


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_downward(path: Path) -> None:
    room = room_of(path)
    if room == PUBLIC_NAMES:
        return
    assert room in FLOOR_OF, f"a new room {room!r}: say in FLOORS where it stands"
    package = ".".join(("cleanpipe", *path.relative_to(PACKAGE).parts[:-1]))
    found = set(imported_rooms(path.read_text(encoding="utf-8"), package))
    assert not {other for other in found if forbidden(room, other)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_no_longer_than_one_can_hold_in_the_head(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{lines} lines: probably two modules"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_public_names_are_these_and_no_others() -> None:
    assert set(cleanpipe.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(cleanpipe, name).__name__ == name


def test_a_public_function_is_not_hidden_by_the_submodule_of_its_name() -> None:
    check = (
        "import cleanpipe.repair, cleanpipe.evaluate, cleanpipe\n"
        "assert cleanpipe.repair('sound').text == 'sound'\n"
        "assert callable(cleanpipe.evaluate)\n"
        "from cleanpipe import repair\n"
        "from cleanpipe.repair import repair as the_same\n"
        "assert repair is the_same is cleanpipe.repair\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(cleanpipe, "no_such_name")  # noqa: B009


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    check = "import sys, cleanpipe; print([name for name in sys.modules if name.startswith('cleanpipe.')])"
    done = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
