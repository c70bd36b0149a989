"""XML of feeds that is broken, hostile or large, and where in a file its items stand."""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from gazette import RSS, item, read_all, texts

from cleanpipe.formats import InputFile, feeds, read
from cleanpipe.formats import xmlitems as xml
from cleanpipe.model import Origin, Rejected
from cleanpipe.settings import InputSettings

BOMB = "<!DOCTYPE rss [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
FOLDER = "<!DOCTYPE rss [<!ENTITY x SYSTEM '{}'>]>"
OUTSIDE = "<!DOCTYPE rss [<!ENTITY % x SYSTEM '{}'> %x;]>"


@pytest.mark.parametrize("doctype", [BOMB, FOLDER, OUTSIDE], ids=["a bomb", "a file", "a file of declarations"])
def test_declared_entities_end_the_reading(tmp_path: Path, doctype: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET", encoding="utf-8")
    data = doctype.replace("{}", secret.as_uri()) + RSS.format(item("&a9;&x;")).partition("?>")[2]
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Rejected) and got.reason == xml.ENTITIES and "SECRET" not in repr(got)


BROKEN = {
    "a tag that is not closed": (
        item("One") + "\n<item><title>x</item>\n" + item("Three"),
        ["One", xml.BROKEN, "Three"],
    ),
    "an ampersand": (item("One & two") + "\n" + item("Three"), [xml.BROKEN, "Three"]),
    "on one line": (
        item("a & b") + item("Two") + item("c & d") + item("Four"),
        [xml.BROKEN, "Two", xml.BROKEN, "Four"],
    ),
    "at the end": (item("One") + "\n<item", ["One", xml.BROKEN]),
    "a stray tag": (item("One") + "</p>" + item("Two"), ["One", xml.BROKEN, "Two"]),
}


@pytest.mark.parametrize(("items", "left"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_XML_costs_the_item_that_is_broken(tmp_path: Path, items: str, left: list[str]) -> None:
    assert texts(read_all(tmp_path, RSS.format(items))) == left


ENDS = {
    "cut off": (lambda whole: whole[: whole.index("Two") + 2], ["One", xml.UNENDED]),
    "cut off between items": (lambda whole: whole[: whole.index("<item>", 90)], ["One", xml.UNENDED]),
    "more behind it": (lambda whole: whole + "\nmore text", ["One", "Two", xml.AFTER_END]),
    "a comment behind it": (lambda whole: whole + "\n<!-- made in 0.3 s -->\n", ["One", "Two"]),
    "broken at once": (lambda whole: whole.replace("<rss", "<rss <"), [xml.BROKEN_WHOLLY]),
    "nested too deep": (lambda whole: whole.replace("One", "<b>" * 300), [xml.TOO_DEEP]),
    "100,000 elements within one another": (lambda whole: whole.replace("One", "<b>" * 100_000), [xml.TOO_DEEP]),
    "a tag without end": (lambda whole: whole.replace("<item>", f"<item x='{'y' * 3_000_000}'>", 1), [xml.LONG_TAG]),
    "a comment without end": (lambda whole: whole.replace("<item>", f"<!-- {'y' * 3_000_000}", 1), [xml.LONG_TAG]),
}


@pytest.mark.parametrize(("change", "left"), ENDS.values(), ids=ENDS.keys())
def test_what_ends_the_reading(tmp_path: Path, change: object, left: list[str]) -> None:
    assert callable(change)
    assert texts(read_all(tmp_path, change(RSS.format(item("One") + "\n" + item("Two"))))) == left


def test_an_item_over_the_limit_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    large = item("\n".join(["word " * 1000] * 300))
    got = read_all(tmp_path, RSS.format(f"{large}\n{item('Two')}"), limit=1)
    assert texts(got) == ["the item is larger than 1 MB (input.line_limit_mb)", "Two"]


def test_a_line_over_the_limit_ends_the_reading(tmp_path: Path) -> None:
    got = read_all(tmp_path, RSS.format(item("One") + "\n" + item("word " * 300_000) + "\n" + item("Three")), limit=1)
    assert texts(got) == ["One", "the line is longer than 1 MB (input.line_limit_mb)"]


def test_elements_and_attributes_count_for_what_they_take_in_memory(tmp_path: Path) -> None:
    for tag in ("<a/>", "<a " + " ".join(f'k{number}=""' for number in range(100)) + "/>"):
        tags = tag * (2_000_000 // len(tag))
        tracemalloc.start()
        got = read_all(tmp_path, RSS.format(f"{item(tags)}\n{item('Two')}"), limit=5)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert texts(got) == ["the item is larger than 5 MB (input.line_limit_mb)", "Two"]
        assert peak < 50_000_000


@pytest.mark.parametrize("name", ["a", "xmlns:a"])
def test_broken_items_in_containers_with_long_tags(tmp_path: Path, name: str) -> None:
    """The containers are opened again for each broken item, and not what stands in their tags."""
    feed = RSS.format("<item><a></item>\n" * 2000 + item("Last"))
    start = time.process_time()
    got = texts(read_all(tmp_path, feed.replace("<channel>", f'<channel {name}="{"x" * 900_000}">')))
    assert time.process_time() - start < 5
    assert len(got) == 2001 and got[-1] == "Last"


def test_namespaces_without_end(tmp_path: Path) -> None:
    declared = " ".join(f'xmlns:p{number}="x"' for number in range(300))
    assert texts(read_all(tmp_path, RSS.format(f"{item('One')}<x {declared}/>"))) == ["One", xml.TOO_MANY_NAMESPACES]


def test_a_large_feed_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    with path.open("w", encoding="utf-8") as file:
        head, _, tail = RSS.partition("{}")
        file.write(head)
        for _ in range(3000):
            file.write(item("word " * 4000))  # on one line
        file.write(tail)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in read(InputFile(path, "feed"), InputSettings())) == 3000
    grown_kb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (
        1 if sys.platform == "linux" else 1 / 1024
    )
    assert grown_kb < 4 * path.stat().st_size / 1024  # the line itself, and not all that is in it


def test_a_feed_of_one_line(tmp_path: Path) -> None:
    """Thousands of items, of which each is found in the line without all that stands before it."""
    head, one = "<rss><channel>", f"<item><description>{'word ' * 600}</description></item>"
    got = read_all(tmp_path, f"{head}{one * 3000}</channel></rss>")
    assert [item.origin.offset for item in got] == [len(head) + len(one) * number for number in range(3000)]


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    got = read_all(tmp_path, "\ufeff" + RSS.format(item("One") + item("Two")))
    assert [found.origin for found in got] == [
        Origin("feed", line=5, offset=at + 3, mark="efbbbf", format="feed", note=feeds.SUMMARY)
        for at in (RSS.index("{}"), RSS.index("{}") + len(item("One")))
    ]
