"""Laws of the readers of pages, feeds and web archives, on structures of every shape."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleanpipe.formats import InputFile, read, xmlitems, xmllines
from cleanpipe.formats.html import read_page
from cleanpipe.formats.markup import text_of
from cleanpipe.formats.page import Masks, PageError
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

TAGS = st.sampled_from(
    ["p", "div", "b", "a", "ul", "li", "table", "tr", "td", "br", "h1", "script", "pre", "html", "body"]
)
NAMES = st.sampled_from(["href", "class", "content", "name", "property", "rel", "type", "lang", "datetime"])
CHARACTERS = st.characters() | st.characters(categories=["Cs"])
WORDS = st.text(CHARACTERS, max_size=12)
PLAIN_WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufffe\uffff"), min_size=1, max_size=20
).filter(lambda word: word.strip(" \t\n\f\xa0"))
"""But for those that an empty paragraph holds."""


LD = st.recursive(
    st.none() | st.booleans() | st.floats() | WORDS,
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "author", "name", "headline", "url", "publisher", "isBasedOn", "mainEntity"]
            ),
            values,
            max_size=4,
        )
    ),
    max_leaves=12,
)


QUOTES = st.sampled_from(["", '"', "'"])
SIGNS = st.sampled_from(
    ["<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE html>", "&#0;", "&#xd800;", "&nbsp;", "&shy;", "<", "&", "\n\n"]
)
PROPERTIES = st.sampled_from(["og:url", "og:title", "author", "article:published_time", "dc.source"])

OPENED = st.builds(lambda tag, name, quote, value: f"<{tag} {name}={quote}{value}{quote}>", TAGS, NAMES, QUOTES, WORDS)
PARTS = st.one_of(
    WORDS,
    SIGNS,
    OPENED,
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    LD.map(lambda value: f"<script type='application/ld+json'>{json.dumps(value)}</script>"),
    st.builds("<meta property='{}' content='{}'>".format, PROPERTIES, WORDS),
)


def pages() -> st.SearchStrategy[str]:
    """Tags that may be closed or not, in any order, with attributes that may be quoted or not."""
    return st.lists(PARTS, max_size=25).map("".join)


@settings(deadline=None)
@given(pages())
def test_any_page_is_read_or_rejected(source: str) -> None:
    got = read_page(source.encode("utf-8", "surrogatepass"), Origin("a"))
    if isinstance(got, Record):
        assert got.text.strip()
        assert got.title_span is None or got.text[got.title_span.start : got.title_span.end] == got.title
    else:
        assert isinstance(got, Rejected) and got.reason


@settings(deadline=None)
@given(pages())
def test_a_page_is_read_the_same_twice(source: str) -> None:
    data = source.encode("utf-8", "surrogatepass")
    assert read_page(data, Origin("a")) == read_page(data, Origin("a"))


@settings(deadline=None)
@given(st.text(CHARACTERS, max_size=200), st.text(CHARACTERS, max_size=200))
def test_what_is_hidden_is_shown_again(source: str, other: str) -> None:
    masks = Masks(source + other)
    hidden = [masks.hide(part) for part in (source, other)]
    assert [masks.show(part) for part in hidden] == [part.replace("\f", " ") for part in (source, other)]


@settings(deadline=None)
@given(st.lists(PLAIN_WORDS, min_size=1, max_size=8))
@example(["\x1f", "One", "\u3000"])
def test_no_word_of_a_markup_is_lost(words: list[str]) -> None:
    got = text_of("<p>" + "</p><p>".join(escape(word) for word in words) + "</p>")
    space = " \t\n\f"
    assert got.translate(dict.fromkeys(map(ord, space))) == "".join(words).translate(dict.fromkeys(map(ord, space)))


@settings(deadline=None)
@given(pages())
def test_any_markup_has_a_text_or_a_reason(source: str) -> None:
    try:
        assert isinstance(text_of(source), str)
    except PageError as error:
        assert str(error)


def read_bytes(data: bytes) -> list[Record | Rejected]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        return list(read(InputFile(path, "file", len(data)), InputSettings()))


ITEMS = st.lists(st.tuples(PLAIN_WORDS, PLAIN_WORDS), max_size=6)


@settings(deadline=None)
@given(ITEMS)
def test_every_item_of_a_feed_comes_back(items: list[tuple[str, str]]) -> None:
    """Also with controls, which XML forbids."""
    parts = "".join(
        f"<item><guid>{n}</guid><description>x{escape(escape(text))}</description></item>\n"
        for n, (_, text) in enumerate(items)
    )
    got = read_bytes(f"<rss><channel>\n{parts}</channel></rss>".encode())
    assert [item.id for item in got if isinstance(item, Record)] == [str(n) for n in range(len(items))]
    for item, (_, text) in zip(got, items, strict=True):
        assert isinstance(item, Record)
        assert item.text.split() == f"x{text}".split()


@settings(deadline=None)
@given(ITEMS, st.integers(0, 400))
def test_a_feed_that_is_cut_off_gives_what_is_whole(items: list[tuple[str, str]], at: int) -> None:
    parts = [
        f"<item><guid>{n}</guid><description>x{escape(escape(text))}</description></item>\n"
        for n, (_, text) in enumerate(items)
    ]
    whole = ("<rss><channel>\n" + "".join(parts) + "</channel></rss>").encode()
    got = read_bytes(whole[:at])
    ended = [n for n in range(len(items)) if whole[:at].count(b"</item>") > n]
    if at > len("<rss><channel>"):
        assert [item.id for item in got if isinstance(item, Record)] == [str(n) for n in ended]
        assert at >= len(whole) or isinstance(got[-1], Rejected)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<item><title>T</title><description>One.</description></item>",
                "<item>\n<description>Two &amp; three.</description>\n</item>\n",
                "<item><description>\u00e9\u00e9\u00e9\u00e9\u00e9.</description></item>\n\n",
                "<item><description>A control\x01.</description></item>",
                "<item><description>Broken</item>",
                "<item><description>None</descr",
                "<link>x</link>",
                "\r\n",
                "\u00e9",
            ]
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["utf-8", "utf-16-le", "koi8-r"]),
    st.sampled_from([20, 100, 1 << 16]),
    st.sampled_from([10, 1 << 16]),
)
def test_items_of_a_feed_stand_where_they_say(parts: list[str], charset: str, block: int, piece: int) -> None:
    head = f"<?xml version='1.0' encoding='{charset}'?><rss><channel>"
    data = f"{head}{''.join(parts)}</channel></rss>".replace("\u00e9", "\u0449").encode(charset)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(xmllines, "BLOCK", block)
        patched.setattr(xmlitems, "PIECE", piece)
        found = [item for item in read_bytes(data) if isinstance(item, Record)]
    for item in found:
        offset = item.origin.offset
        assert offset is not None
        before, behind = data[:offset].decode(charset), data[offset:].decode(charset)
        assert behind.startswith("<item")
        assert item.text.split()[0] in behind[: behind.index("</item")]
        assert item.origin.line == before.count("\n") + 1
    offsets = [item.origin.offset for item in found]
    assert len(offsets) == len(set(offsets))


def web_archive(names: list[str], packed: bool) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=packed)
    for number, name in enumerate(names):
        body = (
            f"<html><head><title>{escape(name)}</title></head><body><p>Page {number} of the harbour paper.</p></body>"
        )
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        uri = f"https://x.example/{number}"
        writer.write_record(
            writer.create_warc_record(uri, "response", payload=io.BytesIO(body.encode()), http_headers=http)
        )
    return buffer.getvalue()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(PLAIN_WORDS, max_size=4),
    st.booleans(),
    st.lists(st.tuples(st.floats(0, 1), st.none() | st.integers(0, 255)), max_size=3),
)
def test_a_damaged_web_archive_gives_nothing_that_was_not_in_it(
    names: list[str], packed: bool, damage: list[tuple[float, int | None]]
) -> None:
    """Places are shares of the whole, whose dates and ids are never the same. A byte becomes another, or 40 are cut."""
    whole = bytearray(web_archive(names, packed))
    for share, byte in damage:
        at = int(share * len(whole))
        whole[at : at + (40 if byte is None else 1)] = b"" if byte is None else bytes([byte])
    got = read_bytes(bytes(whole))
    assert all(item.reason if isinstance(item, Rejected) else item.text for item in got)
    if not damage and names:
        assert len(got) == len(names)
