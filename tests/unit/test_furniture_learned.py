"""Furniture rules learned from pages: what repeats across stories, and a rule file that holds its own examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleanpipe.repair.check import check_furniture
from cleanpipe.repair.furniture import compile_furniture
from cleanpipe.repair.learned import Learned, Page, learn_furniture, rule_file
from cleanpipe.rulebook.files import read_rule_files


def page(number: int, *, source: str = "harbour.example", story: str | None = None) -> Page:
    letter = chr(97 + number)
    text = (
        f"Boats come home to {letter}\n\nFollow the Lantern on every quay\n\n"
        f"Ferry {letter} docked {number}th. Nobody had waited for it.\n\n"
        f"Filed under: Ferries, pier {letter}\n{number * 37} people are reading this\n~ ~ ~"
    )
    return Page(source, story or f"story-{number}", text)


def values(item: Learned) -> tuple[list[str], list[str], list[str]]:
    lines, beginnings, figures = ([row.value for row in rows] for rows in (item.lines, item.beginnings, item.figures))
    return lines, beginnings, figures


def test_lines_beginnings_and_figures_of_many_stories_are_learned() -> None:
    (learned,) = learn_furniture(page(number) for number in range(1, 9))
    lines, beginnings, figures = values(learned)
    assert lines == ["follow the lantern on every quay"]
    assert beginnings == ["filed under:"]
    assert [learned.stories, learned.lines[0].stories] == [8, 8]
    assert len(figures) == 1 and "people" in figures[0]


def test_pages_of_one_story_count_once() -> None:
    assert not learn_furniture(page(number, story="one") for number in range(1, 9))


def test_sources_of_like_names_get_rules_of_their_own() -> None:
    pages = [page(number, source=source) for source in ("a.b", "a-b", "Правда", "東京") for number in range(1, 9)]
    ids = re.findall('^id = "(.*)"$', rule_file(learn_furniture(pages)), flags=re.MULTILINE)
    assert len(ids) == len(set(ids)) == 12


def test_what_a_terminal_would_obey_is_written_as_an_escape() -> None:
    pages = [Page("a\x9b31m.example", f"s{number}", "Follow \x9b31m us\u202e now") for number in range(9)]
    assert not {"\x9b", "\u202e"} & set(rule_file(learn_furniture(pages)))


def test_forms_filled_in_anew_are_articles() -> None:
    pages = [Page("a.example", f"s{number}", f"Ewes: sold to {number} crowns.\nPigs: {number}.") for number in range(9)]
    assert not learn_furniture(pages)


def test_sources_are_apart() -> None:
    pages = [page(number, source=f"source-{number % 2}.example") for number in range(1, 9)]
    assert not learn_furniture(pages)
    assert [item.source for item in learn_furniture(pages, least=4)] == ["source-0.example", "source-1.example"]


def test_a_line_of_one_story_in_a_hundred_is_left_alone() -> None:
    pages = [Page("a.example", f"s{number}", f"Text {chr(number)} {'x' * number}") for number in range(97, 97 + 600)]
    pages += [Page("a.example", f"t{number}", "Hello from the desk") for number in range(6)]
    assert not any(row.value == "hello from the desk" for item in learn_furniture(pages) for row in item.lines)


def test_what_is_known_is_not_learned_again() -> None:
    pages = [page(number) for number in range(1, 9)]
    start = pages[0].text.index("Follow")
    pages = [item._replace(known=[(item.text.index("Follow"), item.text.index("Follow") + 6)]) for item in pages]
    assert start and "follow the lantern on every quay" not in values(learn_furniture(pages)[0])[0]


@pytest.mark.parametrize(
    "odd", ['say "cheese" \\ now', "tab\there", "\x7f delete", "Schön — 東京 · next", "ab\ud800cd"]
)
def test_the_rule_file_holds_its_own_examples(tmp_path: Path, odd: str) -> None:
    pages = [
        item._replace(text=f"{item.text}\n{odd}\n{odd}: {item.story}") for item in (page(number) for number in range(9))
    ]
    learned = learn_furniture(pages)
    folder = tmp_path / "furniture"
    folder.mkdir()
    (folder / "learned.toml").write_text(rule_file(learned), encoding="utf-8")
    file = next(file for file in read_rule_files("furniture", (str(tmp_path),)) if file.path.parent == folder)
    assert check_furniture(file) == []
    marked = [span for rule in compile_furniture(file) for span in rule.lines(pages[3].text)]
    quotes = {pages[3].text[start:end] for start, end in marked}
    assert "Follow the Lantern on every quay" in quotes and "Filed under: Ferries, pier d" in quotes
    assert not any("docked" in quote for quote in quotes)
