"""Makes the pictures of the report and the desk that the pages show: `python docs/make_screenshots.py [FOLDER]`.

Runs `fixtures/newsdump/input`, opens both in the Chromium on the PATH, and writes the pictures into `docs/` or
the folder that is given.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from cleanpipe.pipeline import run
from cleanpipe.report import write_report

DOCS = Path(__file__).resolve().parent
INPUT = DOCS.parent / "fixtures" / "newsdump" / "input"
WIDTH, HEIGHT = 1200, 1000
SPUN = "Port Ellery votes to keep its town clock wrong"
"""The headline of the story whose spun copy is shown."""
ABOVE = 24
"""Pixels left above what is shown."""


def summary(page: Page) -> None:
    page.evaluate("window.scrollTo(0, 0)")


def spun_pair(page: Page) -> None:
    page.get_by_role("link", name=SPUN).click()
    page.wait_for_selector("#story h2")
    copy = page.locator("details.copy", has=page.locator(".relation-spun")).first
    copy.evaluate(
        "part => { for (const other of document.querySelectorAll('details.copy')) other.open = other === part }"
    )
    copy.locator(".comparison").wait_for()
    copy.locator("h4").first.evaluate(
        "(heading, above) => window.scrollTo(0, heading.getBoundingClientRect().top + window.scrollY - above)", ABOVE
    )
    page.evaluate("document.activeElement.blur()")


def review_queue(page: Page, archive: Path, target: Path) -> None:
    """The desk after a few decisions, at a spun copy."""
    command = [
        sys.executable,
        "-m",
        "cleanpipe",
        "review",
        str(archive),
        "--by",
        "Ana Lovrić",
        "--no-browser",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout
        try:
            printed = ""
            while not printed.endswith("}\n"):
                printed += desk.stdout.readline()
            page.goto(json.loads(printed)["address"])
            page.wait_for_selector("#do-accept")
            for key in "aar":
                page.keyboard.press(key)
                page.locator("#said", has_text="Case").wait_for()
                page.wait_for_function("() => !document.body.hasAttribute('aria-busy')")
            page.locator("#relation").select_option("spun")
            page.locator("#said", has_text="8 cases").wait_for()
            page.wait_for_function("() => !document.body.hasAttribute('aria-busy')")
            page.locator("#list button").nth(1).click()
            page.locator("#said", has_text="Case 2 of").wait_for()
            page.evaluate("window.scrollTo(0, 0)")
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=target)
        finally:
            desk.send_signal(signal.SIGINT)


PICTURES = {"report-summary": summary, "report-spun": spun_pair}


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = Path(folder) / "archive"
        run([INPUT], archive)
        report = write_report(archive)
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(report.as_uri())
        page.wait_for_selector("#list li")
        for name, show in PICTURES.items():
            show(page)
            page.screenshot(path=target / f"{name}.png")
            print(target / f"{name}.png")
        queue = target / "review-queue.png"
        review_queue(page, archive, queue)
        print(queue)
        chromium.close()


if __name__ == "__main__":
    main()
