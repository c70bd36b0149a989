"""The desk for everybody: by keyboard, with a screen reader, at 320 pixels, in the dark, without motion."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_pages import MORE, Page, dump, opened, run
from desk_server import DeskServer

pytest.importorskip("uvicorn", reason="the extra [review] isn't installed")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(newsdump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the news dump, and in it an article, and a copy of it, that would like to be a script."""
    folder = tmp_path_factory.mktemp("made")
    archive = Path(shutil.copytree(newsdump, folder / "archive"))
    run(dump(folder / "more.jsonl", MORE), archive=archive)
    return archive


VIEWS = ("queue", "batches", "past", "conflicts")


def views(page: Page) -> Iterator[str]:
    """Every view of the page, and its dialogs."""
    for name in VIEWS:
        page.evaluate("hash => { location.hash = hash }", name)
        page.wait_for_selector(f"#{name}-view:not([hidden])")
        page.wait_for_timeout(200)
        if name == "queue":
            page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        if name == "batches":
            page.locator("#batch-least").fill("50")
            page.locator("#batch button").click()
            page.wait_for_selector("#batch-accept")
        yield name
    for name in ("help", "note-dialog", "finish-dialog"):
        page.evaluate("name => document.getElementById(name).showModal()", name)
        yield name
        page.evaluate("name => document.getElementById(name).close('cancel')", name)
    page.get_by_role("link", name="Stories").click()
    page.wait_for_selector("#list li")
    yield "stories"
    page.locator("#list a").first.click()
    page.wait_for_selector("#story .slot .actions")
    yield "story"
    page.goto(page.url.partition("/stories")[0] + "/nothing")
    yield "refusal"


@pytest.fixture(scope="module")
def worked_at(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """A desk with decisions of two people, a conflict among them."""
    archive = Path(shutil.copytree(made, tmp_path_factory.mktemp("worked-at") / "archive"))
    with DeskServer(archive) as server:
        cases = server.queue()["cases"]
        for case, verdict in zip(cases, ("accept", "unsure", "reject"), strict=False):
            pair = {"copy": case["copy"], "canonical": case["canonical"]}
            server.post("/api/decide", {"verdict": verdict, **pair, "note": "seen"})
    with DeskServer(archive, by="Bo") as server:
        pair = {"copy": cases[0]["copy"], "canonical": cases[0]["canonical"]}
        server.post("/api/decide", {"verdict": "reject", **pair})
        yield server


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 320), ("dark", 320)])
def test_axe_finds_nothing(browser: Any, axe: Any, worked_at: DeskServer, scheme: str, width: int) -> None:
    # axe is a script that the desk's own policy would refuse.
    options: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    with opened(browser, worked_at, refused=True, **options) as page:
        for name in views(page):
            results = axe.run(page)
            assert results.violations_count == 0, f"{name}: {results.generate_report()}"


@pytest.mark.parametrize("width", [1400, 768, 320])
def test_nothing_is_wider_than_the_window(browser: Any, worked_at: DeskServer, width: int) -> None:
    with opened(browser, worked_at, refused=True, viewport={"width": width, "height": 900}) as page:
        for name in views(page):
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_focus_is_seen_everywhere(browser: Any, worked_at: DeskServer) -> None:
    with opened(browser, worked_at) as page:
        page.evaluate("document.activeElement.blur()")
        seen = set()
        for _ in range(25):
            page.keyboard.press("Tab")
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            name = page.evaluate("document.activeElement.id || document.activeElement.textContent")
            assert style != "none", name
            seen.add(name)
        assert {"do-accept", "do-unsure", "help-button"} <= seen


def test_motion_is_reduced_where_that_is_asked(browser: Any, worked_at: DeskServer) -> None:
    with opened(browser, worked_at, reduced_motion="reduce") as page:
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter(element => ['transitionDuration', 'animationDuration']"
            ".some(name => parseFloat(getComputedStyle(element)[name]) > 0)).length"
        )
        assert moving == 0
