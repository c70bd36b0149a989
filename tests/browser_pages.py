"""What tests of the report do with its page: listen to its complaints, open stories, unfold everything."""

from __future__ import annotations

from typing import Any

Page = Any


def watch(page: Page, complaints: list[str]) -> None:
    def dismiss(dialog: Any) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("dialog", dismiss)
    page.on(
        "request",
        lambda request: None if request.url.startswith("file:") else complaints.append(f"request: {request.url}"),
    )


def open_story(page: Page, name: str) -> None:
    page.evaluate("hash => { location.hash = hash }", f"#story=story-{name}")
    page.wait_for_function("name => document.querySelector('#story h2') && location.hash.endsWith(name)", arg=name)


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    page.wait_for_function("[...document.querySelectorAll('.copy-body')].every(body => body.childElementCount)")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")


def headlines(page: Page) -> list[str]:
    found: list[str] = page.locator("#list a").all_inner_texts()
    return found
