"""The report as a reader meets it: opened from a folder, without a network, in Chromium.

Skips where there is no Chromium; with CLEANPIPE_REQUIRE_BROWSER=1 that is an error instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import made_archive
import pytest
from browser_pages import headlines, open_everything, open_story, watch

from cleanpipe.report import write_report

pytestmark = pytest.mark.browser

STORIES = ("ferry-original", "light-derived", "library-original", "moss-original", "kettle-original")

Page = Any


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(made_archive.build(tmp_path_factory.mktemp("archive")))


@pytest.fixture
def complaints() -> list[str]:
    """Errors, warnings, dialogs and requests of the page: there should be none."""
    return []


@pytest.fixture
def page(browser: Any, report: Path, complaints: list[str]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    watch(page, complaints)
    page.goto(report.as_uri())
    page.wait_for_selector("#list li")
    yield page
    page.close()
    assert complaints == []


def test_hostile_titles_do_nothing(page: Page) -> None:
    assert made_archive.SCRIPT_TITLE in headlines(page)
    page.get_by_role("link", name=made_archive.SCRIPT_TITLE).click()
    page.wait_for_selector("#story h2")
    open_everything(page)
    assert page.locator("#story h2").inner_text() == made_archive.SCRIPT_TITLE
    assert page.locator("#story img, #story i").count() == 0
    assert page.locator("#story a[href^='javascript']").count() == 0


def test_search_and_filters(page: Page) -> None:
    assert page.locator("#found").inner_text() == "5 of 5 stories"
    page.get_by_label("Search headlines and sources").fill("VARNES excursion")
    assert headlines(page) == ["Ferry to Varnes makes its last trip"]
    page.get_by_label("Search headlines and sources").fill("nowhere")
    assert page.locator("#found").inner_text() == "0 of 5 stories: nothing fits. Take a filter away."
    page.get_by_label("Search headlines and sources").fill("")
    page.get_by_label("Relation").select_option("Derived")
    assert headlines(page) == ["Paper lighthouse counts lost water"]
    page.get_by_label("Relation").select_option("")
    page.get_by_label("Status").select_option("Waiting for a decision")
    assert headlines(page) == ["Ferry to Varnes makes its last trip"]
    page.get_by_label("Status").select_option("")
    page.get_by_role("combobox", name="Source", exact=True).select_option("coastwire.example")
    assert len(headlines(page)) == 2
    page.get_by_role("combobox", name="Source", exact=True).select_option("")
    page.get_by_label("Language").select_option("Arabic")
    assert headlines(page) == ["مكتبة الميناء تفتح أبوابها"]
    page.get_by_role("button", name="Take all filters away").click()
    assert len(headlines(page)) == 5
    page.get_by_label("From").fill("2024-01-01")
    assert headlines(page) == ["Ferry to Varnes makes its last trip"]
    page.get_by_label("From").fill("")
    page.get_by_label("Until").fill("2023-11-03")
    assert headlines(page) == ["Paper lighthouse counts lost water"]
    page.get_by_label("Until").fill("")
    page.get_by_label("Order").select_option("By headline")
    assert headlines(page)[2:4] == ["Ferry to Varnes makes its last trip", "Paper lighthouse counts lost water"]


def test_a_story_shows_its_pairs_side_by_side(page: Page) -> None:
    page.get_by_role("link", name="Ferry to Varnes").click()
    page.wait_for_selector("#story h2")
    open_everything(page)
    copy = page.locator("details.copy", has=page.get_by_role("heading", name="creates its final excursion"))
    row = copy.locator("tr", has_text="aged ferry")
    assert row.locator("td").all_inner_texts() == [made_archive.FERRY[0], made_archive.SPUN[0]]
    assert row.locator("del.replaced").all_inner_texts()[:2] == ["old", "between"]
    assert row.locator("ins.replaced").all_inner_texts()[:2] == ["aged", "amid"]
    assert "SOFT HYPHEN" in copy.locator(".repairs").inner_text()
    rewrite = page.locator("details.copy", has=page.get_by_role("heading", name="Farewell to a boat"))
    assert rewrite.locator("tr.row .what").all_inner_texts() == [
        *("Title", "Moved", "Reworded", "Reworded", "Dropped", "Added", "Reworded", "Moved")
    ]
    rewrite.get_by_role("button", name="from row 8").click()
    assert page.evaluate("document.activeElement.querySelector('.place').textContent") == "8"
    exact = page.locator("details.copy", has_text="Exact copy").first
    assert "The same text as the original" in exact.inner_text()
    assert exact.locator("table.comparison").count() == 0


def test_an_absent_original_is_explained(page: Page) -> None:
    open_story(page, "light-derived")
    open_everything(page)
    original = page.locator(".original").inner_text()
    assert "The original is not in this archive" in original
    assert "published by Reuters" in original
    assert "Paper lighthouse counts lost water" in original
    assert "Reuters reported" in original
    derived = page.locator("details.copy", has_text="Derived").last
    assert derived.locator(".reading mark.credit").all_inner_texts() == ["Reuters reported"]
    assert derived.locator(".two > div").last.locator("mark.fact sup").all_inner_texts() == ["1", "3", "2"]


def test_a_right_to_left_article_runs_that_way(page: Page) -> None:
    open_story(page, "library-original")
    cell = page.locator(".comparison td[lang=ar]").first
    assert cell.evaluate("cell => getComputedStyle(cell).direction") == "rtl"
    assert page.locator(".comparison td").first.evaluate("cell => getComputedStyle(cell).textAlign") == "start"


def test_the_keyboard_reaches_everything(page: Page) -> None:
    def focused() -> str:
        found: str = page.evaluate("document.activeElement.id || document.activeElement.textContent")
        return found

    page.keyboard.press("Tab")
    assert focused() == "Skip to the stories"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused() == "search"
    page.keyboard.type("ferry")
    for name in ("relation", "status", "source", "language", "from", "from", "from", "from"):
        page.keyboard.press("Tab")  # a date has three parts, and a button that opens a calendar
        assert focused() == name
    page.get_by_label("Order").focus()
    page.keyboard.press("Tab")
    assert focused() == "clear"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (focused(), outline) == ("Ferry to Varnes makes its last trip", "solid")
    page.keyboard.press("Enter")
    page.wait_for_selector("#story h2")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert page.locator("details.copy").nth(1).get_attribute("open") is None
    page.locator("details.copy > summary").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("details.copy:nth-of-type(2)[open] .copy-body > .byline")
    page.go_back()
    page.wait_for_selector("#overview:not([hidden])")
    assert focused() == "Ferry to Varnes makes its last trip"
    assert headlines(page) == ["Ferry to Varnes makes its last trip"]


def test_a_timeline_leads_to_the_copies(page: Page) -> None:
    open_story(page, "ferry-original")
    lines = page.locator(".timeline li")
    assert lines.first.inner_text().split("\n")[-1].startswith("Original holmpost.example")
    stamps = page.locator(".timeline time").all_inner_texts()
    assert stamps == ["2024-04-22", "2024-04-22", "2024-04-23 08:00", "2024-04-24"]
    later = page.locator(".timeline li .muted").all_inner_texts()
    assert later == ["first", "first", "+1 day", "+2 days"]
    page.locator(".timeline").get_by_role("link", name="Spun").click()
    assert "Spun" in page.evaluate("document.activeElement.textContent")
    assert page.locator("details.copy[open]").count() == 2


def test_a_map_says_where_the_passages_lie(page: Page) -> None:
    open_story(page, "ferry-original")
    open_everything(page)
    rewrite = page.locator("details.copy", has=page.get_by_role("heading", name="Farewell to a boat"))
    says = rewrite.locator(".map").get_attribute("aria-label")
    assert "1 passage was moved" in says
    assert rewrite.locator(".map .band.moved").count() == 1
    assert rewrite.locator(".map .piece.added").count() == rewrite.locator(".map .piece.dropped").count() == 1
    rewrite.locator(".map .piece.moved").last.click()
    assert page.evaluate("document.activeElement.querySelector('.what').textContent") == "Moved"


def test_reasons_stand_in_a_waterfall_that_ends_at_their_sum(page: Page) -> None:
    open_story(page, "ferry-original")
    open_everything(page)
    table = page.locator(".waterfall").first
    weights = [float(text.split()[0].replace("−", "-")) for text in table.locator("tbody .weight").all_inner_texts()]
    total = float(table.locator("tfoot .weight").inner_text().replace("−", "-"))
    assert weights
    assert abs(sum(weights) - total) < 0.02
    edges = table.locator(".step rect").evaluate_all(
        "bars => bars.map(bar => [bar.x.baseVal.value, bar.x.baseVal.value + bar.width.baseVal.value])"
    )
    last, whole = edges[-2], edges[-1]
    assert min(abs(one - two) for one in last for two in whole) < 0.7


def test_a_repair_says_what_stood_there_on_hover_and_on_focus(page: Page) -> None:
    open_story(page, "ferry-original")
    open_everything(page)
    mark = page.locator(".comparison .repaired").first
    tip = page.locator("#tip")
    mark.focus()
    assert tip.is_visible()
    said = tip.inner_text()
    assert said.startswith("Was “")
    assert mark.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.evaluate("document.activeElement.blur()")
    mark.hover()
    assert tip.inner_text() == said
    tip.hover()
    assert tip.is_visible()
    page.locator("h1").hover()
    assert tip.is_hidden()
    page.locator(".comparison").first.evaluate("table => table.classList.remove('show-repairs')")


def test_quotations_and_furniture_can_be_dimmed(page: Page) -> None:
    open_story(page, "ferry-original")
    open_everything(page)
    copy = page.locator("details.copy", has=page.get_by_role("heading", name="creates its final excursion"))
    quotation = copy.locator(".comparison .quotation").first
    size = quotation.evaluate("mark => parseFloat(getComputedStyle(mark).fontSize)")
    copy.get_by_label("Dim quotations").check()
    assert quotation.evaluate("mark => parseFloat(getComputedStyle(mark).fontSize)") < size
    assert "We cannot keep a sixty-year-old engine alive" in quotation.inner_text()
    excerpt = page.locator("details.copy", has=page.locator(".relation-excerpt"))
    furniture = excerpt.locator(".comparison span.furniture").first
    size = furniture.evaluate("mark => parseFloat(getComputedStyle(mark).fontSize)")
    excerpt.get_by_label("Dim page furniture").check()
    assert furniture.evaluate("mark => parseFloat(getComputedStyle(mark).fontSize)") < size


def test_a_story_is_printed_with_all_its_copies(browser: Any, report: Path, complaints: list[str]) -> None:
    page = browser.new_page()
    watch(page, complaints)
    page.goto(f"{report.as_uri()}#story=story-ferry-original")
    page.wait_for_selector("#story h2")
    page.emulate_media(media="print")
    closed = page.locator("details.copy:not([open])").count()
    assert closed == 4
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.copy:not([open])").count() == 0
    assert page.locator(".copy-body:empty").count() == 0
    assert page.locator(".original .reading").is_visible()
    assert page.locator(".sheet-head").is_visible()
    assert page.locator(".switches").first.is_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.copy:not([open])").count() == closed
    page.close()
    assert complaints == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 320), ("light", 1400), ("dark", 1400)])
def test_axe_finds_nothing(
    browser: Any, axe: Any, report: Path, complaints: list[str], scheme: str, width: int
) -> None:
    # axe is a script that the report's own policy would refuse.
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    watch(page, complaints)
    for name in everywhere(page, report):
        results = axe.run(page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    page.close()
    assert complaints == []


@pytest.mark.parametrize("width", [1400, 768, 320])
def test_nothing_is_wider_than_the_window(browser: Any, report: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for name in everywhere(page, report):
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
    page.close()


def everywhere(page: Page, report: Path) -> Iterator[str]:
    """Goes to the overview and to every story, with all that can be folded open."""
    page.goto(report.as_uri())
    page.wait_for_selector("#list li")
    open_everything(page)
    yield "overview"
    for name in STORIES:
        open_story(page, name)
        open_everything(page)
        yield name
