"""The review desk as a librarian meets it: in Chromium, by keyboard, with a server that may be killed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ferries
import pytest
from desk_pages import IMAGE, MORE, SCRIPT, Page, dump, opened, press, run
from desk_server import DeskServer

from cleanpipe.decisions import list_decisions

pytest.importorskip("uvicorn", reason="the extra [review] isn't installed")
pytestmark = pytest.mark.browser

LATER = {"id": "later", "text": "The council of Pellin bought a second-hand snow plough for 4,100 crowns on Monday."}
CASES = 20


@pytest.fixture(scope="module")
def made(newsdump: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the news dump, and in it an article, and a copy of it, that would like to be a script."""
    folder = tmp_path_factory.mktemp("made")
    archive = Path(shutil.copytree(newsdump, folder / "archive"))
    run(dump(folder / "more.jsonl", MORE), archive=archive)
    return archive


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "archive"))


@pytest.fixture(scope="module")
def desk(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """A desk for tests that decide nothing."""
    with DeskServer(Path(shutil.copytree(made, tmp_path_factory.mktemp("looked-at") / "archive")), IMAGE) as server:
        yield server


def shown(page: Page) -> str:
    return str(page.locator("#case-title").inner_text())


def test_twenty_cases_by_keyboard_with_a_kill_between(browser: Any, archive: Path, tmp_path: Path) -> None:
    plan = ["a", "r", "i", "u"] * (CASES // 4)
    says = {"a": "Accepted.", "r": "Rejected.", "i": "Called independent.", "u": "Left as unsure."}
    server = DeskServer(archive)
    with opened(browser, server, refused=True) as page:
        assert page.evaluate("document.activeElement === document.body")
        for key in plan[:9]:
            decide(page, key, says[key])
        server.kill()
        page.keyboard.press("a")
        page.wait_for_function(
            "() => document.getElementById('said').textContent.includes('start `cleanpipe review` again')"
        )
    assert len(list_decisions(archive)) == 9
    with DeskServer(archive) as server, opened(browser, server) as page:
        assert "9 decisions count" in page.locator("#progress-text").inner_text()
        for key in plan[9:]:
            decide(page, key, says[key])
        assert f"{CASES} decisions count (Ana {CASES})" in page.locator("#progress-text").inner_text()
    before = (archive / "links.jsonl").read_bytes()
    taken = list_decisions(archive)
    assert [item.decision.by for item in taken] == ["Ana"] * CASES
    assert {item.standing for item in taken} == {"counts"}
    run(dump(tmp_path / "later.jsonl", [LATER]), archive=archive)
    assert (archive / "links.jsonl").read_bytes() == before
    assert list_decisions(archive) == taken
    linked = {row["copy"]: row["canonical"] for row in map(json.loads, before.splitlines())}
    for item in taken:
        said = item.decision
        if said.verdict in ("reject", "independent"):
            assert said.canonical_id is None or linked.get(said.copy_id or "") != said.canonical_id
        else:
            assert linked[said.copy_id or ""] == said.canonical_id


def decide(page: Page, key: str, says: str) -> None:
    before = shown(page), page.locator("#progress-text").inner_text()
    if key == "u":
        page.keyboard.press("u")
        page.wait_for_selector("#note-dialog[open]")
        page.keyboard.type("look at the photo")
        press(page, "Control+Enter", says)
    else:
        press(page, key, says)
    assert (shown(page), page.locator("#progress-text").inner_text()) != before
    assert page.evaluate("document.activeElement.id") == "case-title"


def test_keys_go_through_the_queue(browser: Any, desk: DeskServer) -> None:
    with opened(browser, desk, refused=True) as page:
        first = shown(page)
        assert "first case" in press(page, "k", "first case")
        assert "Case 2 of" in press(page, "j", "Case 2 of")
        assert shown(page) != first
        assert "Case 1 of" in press(page, "k", "Case 1 of")
        assert shown(page) == first
        page.keyboard.press("?")
        page.wait_for_selector("#help[open]")
        keys = page.locator("#help kbd").all_inner_texts()
        assert keys == ["j", "k", "a", "r", "o", "i", "u", "z", "?"]
        page.locator("#keys-on").uncheck()
        page.keyboard.press("Escape")
        page.wait_for_selector("#help:not([open])", state="attached")
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.keyboard.press("?")
        page.wait_for_selector("#help[open]")
        page.locator("#keys-on").check()
        page.keyboard.press("Escape")
        assert shown(page) == first
        press(page, "z", "nothing to undo")


def test_a_note_can_be_left_out_and_the_dialog_cancelled(browser: Any, archive: Path) -> None:
    with DeskServer(archive) as server, opened(browser, server) as page:
        page.keyboard.press("u")
        page.wait_for_selector("#note-dialog[open]")
        page.keyboard.press("Escape")
        page.wait_for_selector("#note-dialog:not([open])", state="attached")
        assert list(server.ask("/decisions.jsonl").body.splitlines()) == []
        page.keyboard.press("u")
        page.wait_for_selector("#note-dialog[open]")
        page.keyboard.press("Tab")
        press(page, "Enter", "Left as unsure.")
        (line,) = server.ask("/decisions.jsonl").body.splitlines()
        assert json.loads(line)["note"] == ""


def test_a_batch_is_seen_first_and_undone_at_once(browser: Any, archive: Path) -> None:
    with DeskServer(archive) as server, opened(browser, server) as page:
        page.get_by_role("link", name="Batches").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#batches-view:not([hidden])")
        assert page.locator("#batch-relation").input_value() == "spun"
        page.locator("#batch-least").fill("60")
        press(page, "Enter", "found.")
        count = page.locator("#batch-found ol > li").count()
        assert count > 2
        assert page.locator("#batch-accept").inner_text() == f"Accept all {count}"
        page.locator("#batch-accept").focus()
        said = press(page, "Enter", "Undo takes all")
        assert said.startswith(f"Accepted {count} links.")
        assert len(server.ask("/decisions.jsonl").body.splitlines()) == count
        press(page, "z", f"Took back {count} decisions.")
        page.get_by_role("link", name="Decided").click()
        page.wait_for_selector("#past .one-step")
        assert page.locator("#past button").count() == 0
        assert page.locator("#past .standing-withdrawn").count() == count


def test_files_of_two_are_merged_and_a_conflict_settled(browser: Any, archive: Path, tmp_path: Path) -> None:
    with DeskServer(archive) as server:
        case = server.queue()["cases"][0]
        pair = {"copy": case["copy"], "canonical": case["canonical"]}
        server.post("/api/decide", {"verdict": "reject", **pair, "note": "two stories"})
        file = tmp_path / "decisions.jsonl"
        file.write_bytes(server.ask("/decisions.jsonl").body)
        server.post("/api/undo", {})
    with DeskServer(archive, by="Bo") as server, opened(browser, server) as page:
        press(page, "a", "Accepted.")
        page.get_by_role("link", name="Decided").click()
        page.wait_for_selector("#past .one-step")
        later = json.loads(file.read_bytes()) | {"by": "Cy", "note": "two towns"}
        later["at"] = later["at"].replace(later["at"][:4], "2020", 1)
        dump(file, [later])
        page.set_input_files("#import-file", file)
        page.get_by_role("button", name="Take over", exact=True).click()
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('Took over 1 decision;')")
        assert page.locator("#conflict-count").inner_text() == "1"
        page.get_by_role("link", name="Conflicts").click()
        page.wait_for_selector("#conflict-list .one-step")
        assert "two towns" in page.locator("#conflict-list").inner_text()
        page.get_by_role("button", name="This is right: Cy").focus()
        press(page, "Enter", "Settled.")
        assert page.locator("#conflict-list").inner_text() == "There are none."


def test_decisions_within_the_report(browser: Any, archive: Path) -> None:
    with DeskServer(archive) as server, opened(browser, server) as page:
        page.get_by_role("link", name="Stories").click()
        page.wait_for_selector("#list li")
        page.locator("#list a").first.click()
        page.wait_for_selector("#story .slot .actions")
        name = page.locator("#story h2").inner_text()
        page.locator("#story .slot .accept").first.focus()
        press(page, "Enter", "Accepted.")
        assert page.locator("#story .slot .aside").first.inner_text().startswith("Ana: ")
        assert page.locator("#story h2").inner_text() == name
        page.locator("#story .slot .unsure").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#note-dialog[open]")
        page.keyboard.type("which town?")
        page.locator("#note-dialog button.first").focus()
        press(page, "Enter", "Left as unsure.")
        assert "which town?" in page.locator("#story .slot .aside").first.inner_text()
        assert page.evaluate("document.activeElement.textContent") == "Unsure …"
        said = [json.loads(line)["verdict"] for line in server.ask("/decisions.jsonl").body.splitlines()]
        assert said == ["accept", "unsure"]
        page.locator("#story .slot .undo").first.click()
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('Took back 1 decision.')")
        assert page.locator("#story .slot .aside").first.inner_text().startswith("Ana: ")
        page.get_by_role("link", name="All stories").click()
        page.wait_for_selector("#overview:not([hidden])")


def test_ids_that_a_script_has_names_for(browser: Any, tmp_path: Path) -> None:
    names = {"a": "constructor", "b": "__proto__", "c": "toString", "d": "valueOf"}
    file = dump(tmp_path / "1.jsonl", [row | {"id": names[row["id"]]} for row in ferries.FIRST])
    run(file, archive=tmp_path / "archive")
    with DeskServer(tmp_path / "archive") as server, opened(browser, server) as page:
        press(page, "a", "Accepted.")
        page.get_by_role("link", name="Decided").click()
        page.wait_for_selector("#past .one-step")
        assert "Ana: Ferries to Hallowmere" in page.locator("#past").inner_text()
        page.get_by_role("link", name="Stories").click()
        page.wait_for_selector("#list li")
        page.locator("#list a").first.click()
        page.wait_for_selector("#story .slot .actions")
        page.evaluate("document.querySelectorAll('details.copy').forEach(part => { part.open = true })")
        page.wait_for_function("document.querySelectorAll('#story .slot .actions').length === 2")
        assert page.locator("#story .slot .aside").count() == 1


def test_finish_writes_the_files_and_ends_the_desk(browser: Any, archive: Path) -> None:
    with DeskServer(archive) as server, opened(browser, server) as page:
        press(page, "r", "Rejected.")
        page.locator("#finish").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#finish-dialog[open]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#end")
        server.process.wait(timeout=60)
        assert server.stop().endswith("decisions.jsonl, manifest.json, report.html.\n")
    assert b"reject" in (archive / "decisions.jsonl").read_bytes()


def test_a_hostile_article_does_nothing(browser: Any, desk: DeskServer) -> None:
    (place,) = [at for at, case in enumerate(all_cases(desk)) if "script" in case["copy"]]
    with opened(browser, desk) as page:
        for _ in range(place // 50):
            page.locator("#next").click()
            page.wait_for_function("() => document.getElementById('page').textContent.startsWith('Page 2')")
        page.locator("#list button").nth(place % 50).click()
        page.wait_for_function("() => document.getElementById('case-title').textContent.includes('alert(1)')")
        assert shown(page) == SCRIPT
        assert page.locator("#who").inner_text().endswith(IMAGE)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        page.wait_for_timeout(300)
        assert IMAGE in page.locator("#case").inner_text()
        assert page.locator("#main img, #main script, header img").count() == 0
        assert page.locator("#case a[href^='javascript']").count() == 0


def all_cases(desk: DeskServer) -> list[Any]:
    found: list[Any] = []
    while len(found) < (part := desk.queue(first=str(len(found))))["found"]:
        found += part["cases"]
    return found
