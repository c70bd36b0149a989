"""The desk in Chromium: an archive with hostile articles in it, and a page that must not complain."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from desk_server import DeskServer

from cleanpipe.cli import cli

Page = Any

SCRIPT = "</script><script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
HOSTILE = (
    f"The choir of Aldmoor sang {IMAGE} in the rain on 14 May, and 212 people stayed to the end of the second part. "
    "“We had no umbrella big enough,” said conductor Petra Holmgaard. The town paid 4,300 crowns for a new roof."
)
MORE = [
    {
        "id": f'"><script>alert("{letter}")</script>',
        "title": SCRIPT,
        "text": HOSTILE + tail,
        "source": IMAGE,
        "author": IMAGE,
        "url": "javascript:alert(3)",
        "published": f"2024-05-1{day}",
    }
    for letter, tail, day in (("a", "", 5), ("b", " Nobody caught a cold.", 6))
]


def dump(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*inputs: Path, archive: Path) -> None:
    done = CliRunner().invoke(cli, ["run", *map(str, inputs), "-o", str(archive)], catch_exceptions=False)
    assert done.exit_code == 0, done.output


@contextlib.contextmanager
def opened(browser: Any, server: DeskServer, *, refused: bool = False, **options: Any) -> Iterator[Page]:
    """The page of a desk, which must not complain, ask other hosts, or show a dialog of its own. `refused`: the browser
    may say that something was not answered."""
    complaints: list[str] = []

    def dismiss(dialog: Any) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **options})
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("dialog", dismiss)
    page.on(
        "request",
        lambda sent: None if sent.url.startswith(f"{server.origin}/") else complaints.append(f"request: {sent.url}"),
    )
    page.goto(server.address)
    page.wait_for_selector("#case-title")
    yield page
    page.close()
    assert [says for says in complaints if not (refused and "Failed to load resource" in says)] == []


def press(page: Page, key: str, says: str) -> str:
    """Presses a key and waits until the status line says something; all that it says."""
    page.keyboard.press(key)
    page.wait_for_function("says => document.getElementById('said').textContent.includes(says)", arg=says)
    return str(page.locator("#said").inner_text())
