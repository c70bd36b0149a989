"""Where the report's page has its stories from: portions that are packed, left out, or asked of a live desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_archive
import pytest
from browser_pages import headlines, open_story, watch

from cleanpipe.report import assets, embed, write_report
from cleanpipe.report.collect import Collection, list_of_stories
from cleanpipe.report.page import page as filled
from cleanpipe.report.page import policy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(made_archive.build(tmp_path_factory.mktemp("archive")))


@pytest.fixture
def complaints() -> list[str]:
    return []


def test_packed_stories_open(
    browser: Any, tmp_path: Path, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "PORTION_BYTES", 3000)
    monkeypatch.setattr(embed, "PLAIN_BYTES", 0)
    report = write_report(made_archive.build(tmp_path))
    assert b'type="application/json" id="portion-' not in report.read_bytes()
    page = browser.new_page()
    watch(page, complaints)
    page.goto(f"{report.as_uri()}#story=story-library-original")
    page.wait_for_selector("#story .comparison")
    assert page.locator("#story h2").inner_text() == "مكتبة الميناء تفتح أبوابها"
    open_story(page, "moss-original")
    page.close()
    assert complaints == []


def test_texts_that_did_not_fit_are_said_to_be_elsewhere(
    browser: Any, tmp_path: Path, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PORTION_BYTES", 1), ("PLAIN_BYTES", 0), ("PACKED_BYTES", 0)):
        monkeypatch.setattr(embed, name, value)
    page = browser.new_page()
    watch(page, complaints)
    page.goto(f"{write_report(made_archive.build(tmp_path)).as_uri()}#story=story-moss-original")
    page.wait_for_selector("#story h2")
    assert "did not fit into this page; `cleanpipe show`" in page.locator("#story .aside").inner_text()
    page.close()
    assert complaints == []


PART = """
const seen = [];
for (const what of ["list", "story", "copy"])
  document.addEventListener(`cleanpipe:${what}`, ({ detail }) => {
    seen.push(what);
    if (detail.slot) detail.slot.append(h("button", { type: "button", id: "accept" }, detail.slot.dataset.copy));
  });
window.desk = { seen, reload, openStory, storyNow };
"""


def test_a_live_page_adds_to_the_same_scripts(
    browser: Any, report: Path, tmp_path: Path, complaints: list[str]
) -> None:
    source = assets.text_of(assets.SOURCE) + "\nwindow.reads = window.storyReads = 0;"
    for name, count in (("readIndex()", "reads"), ("readStory(entry)", "storyReads")):
        source = source.replace(f"async function {name} {{", f"async function {name} {{\n  window.{count} += 1;")
    code, look = assets.script(source=source, more=[PART]), assets.style()
    with Collection(report.parent) as collection:
        places = {cluster["cluster"]: (0, place) for place, cluster in enumerate(collection.clusters())}
        index = list_of_stories(collection.summary, collection.rules, places)
        stories = embed.json_for_script([collection.story(cluster) for cluster in collection.clusters()])
        head, tail = filled(
            collection.summary,
            rules=collection.rules,
            manifest=collection.manifest,
            style=look,
            script=code,
            policy=policy(style=look, script=code),
            index=embed.json_for_script(index).decode(),
        )
    portion = b'<script type="application/json" id="portion-0">' + stories + b"</script>"
    (tmp_path / "desk.html").write_bytes(head + portion + tail)
    page = browser.new_page()
    watch(page, complaints)
    page.goto((tmp_path / "desk.html").as_uri())
    page.wait_for_selector("#list li")
    page.get_by_label("Search headlines and sources").fill("ferry")
    page.evaluate("desk.openStory('story-ferry-original')")
    page.wait_for_selector("#story h2")
    opened = page.locator("details.copy[open] [data-slot=copy] button")
    assert opened.inner_text() == "ferry-exact"
    assert page.evaluate("desk.storyNow().cluster") == "story-ferry-original"
    opened.focus()
    page.locator("details.copy").nth(2).evaluate("part => { part.open = true }")
    page.wait_for_function("document.querySelectorAll('#accept').length === 2")
    page.evaluate("desk.reload()")
    page.wait_for_function("document.querySelectorAll('#accept').length === 2 && storyReads === 2")
    assert page.evaluate("reads") == 1
    assert page.evaluate("document.activeElement.id") == "accept"
    assert page.locator("details.copy[open]").count() == 2
    page.go_back()
    page.wait_for_selector("#overview:not([hidden])")
    assert headlines(page) == ["Ferry to Varnes makes its last trip"]
    assert page.evaluate("reads") == 2
    assert set(page.evaluate("desk.seen")) == {"list", "story", "copy"}
    page.close()
    assert complaints == []
