"""Nothing in the project points at the machine or the network that it was made on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

BINARY = {".png", ".gz", ".zst", ".duckdb", ".parquet", ".woff2", ".zip", ".warc", ".npz"}
LEAKS = {
    "a path of a machine": r"(?<![\w./~-])/(?:home|root|work|Users)/\w",
    "an index of packages": r"index-url\s*[=:]|find-links\s*[=:]|https?://[^\s)>\"']*(?:pypi|npmjs)[^\s)>\"']*/(?:simple|packages)",
    "a locked download": r"\"resolved\":\s*\"https?:",
}


def tracked(checkout: Path) -> list[Path]:
    """Files that git tracks or would, so that a mistake is seen before it is committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout: nothing says which files belong to the project")
    return [checkout / name for name in done.stdout.split("\0") if name and (checkout / name).is_file()]


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        ("see /ho" + "me/ada/notes.txt", True),
        ("--extra-index" + "-url=file:///opt", True),
        ("https://example.org/ho" + "me/page", False),
        ("a home/work balance", False),
        ("the root / of the tree", False),
    ],
)
def test_a_leak_is_seen(text: str, leaks: bool) -> None:
    assert any(re.search(pattern, text) for pattern in LEAKS.values()) is leaks


def test_no_tracked_text_names_a_machine(checkout: Path) -> None:
    found = []
    for path in tracked(checkout):
        if path.suffix in BINARY:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in LEAKS.items():
            found += [f"{path.relative_to(checkout)}: {what}: {match.group()}" for match in re.finditer(pattern, text)]
    assert not found
