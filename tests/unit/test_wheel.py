"""What is built can be installed: the rules are inside the wheel, and an editable installation has no copy of them."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

EXAMPLE = "The caf\u00c3\u00a9 reopened on Monday."
MENDED = "The caf\u00e9 reopened on Monday."


def build(checkout: Path, target: Path, hook: str) -> Path:
    """Calls one hook of the build backend, as pip does, with what is installed here; the wheel it made."""
    code = f"import sys; from hatchling import build; build.{hook}(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(target)], cwd=checkout, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, tmp_path_factory.mktemp("wheel"), "build_wheel")


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `cleanpipe` in a fresh environment that has the wheel, and the libraries of this one by path."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, str(wheel)], check=True)
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    # A plain path in a .pth file: the .pth file of the editable cleanpipe that lies there is not followed.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n", encoding="utf-8")
    return folder / "bin" / "cleanpipe"


def call(program: Path, *arguments: str, cwd: Path, given: str = "") -> str:
    done = subprocess.run(
        [str(program), *arguments],
        cwd=cwd,
        input=given.encode(),
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_the_wheel_holds_every_rule_file_and_nothing_foreign(checkout: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {path.relative_to(checkout / "rules").as_posix() for path in (checkout / "rules").rglob("*.toml")}
    assert rules
    assert {f"cleanpipe/_rules/{name}" for name in rules} <= names
    files = {path for path in (checkout / "cleanpipe").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(checkout).as_posix() for path in files} <= names
    assert not [name for name in names if not name.startswith(("cleanpipe/", "cleanpipe-"))]


def test_the_installed_program_finds_its_rules(program: Path, tmp_path: Path) -> None:
    rules = call(program, "rules", "list", "--json", cwd=tmp_path)
    assert str(program.parents[1]) in rules
    assert "_rules" in rules


def test_the_installed_program_repairs_from_anywhere(program: Path, tmp_path: Path) -> None:
    assert call(program, "clean", cwd=tmp_path, given=EXAMPLE + "\n") == MENDED + "\n"


def test_an_editable_installation_has_no_copy_of_the_rules(checkout: Path, tmp_path: Path) -> None:
    names = zipfile.ZipFile(build(checkout, tmp_path, "build_editable")).namelist()
    assert not [name for name in names if "_rules" in name]
    assert not (checkout / "cleanpipe" / "_rules").exists()
