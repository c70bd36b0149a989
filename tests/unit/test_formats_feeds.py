"""Feeds and WordPress exports: what their items say, and XML that is none of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from gazette import RSS, item, read_all, texts

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats import InputFile, Notes, feeds, read, wxr
from cleanpipe.formats.markup import line_of, text_of
from cleanpipe.link.provenance import names_of_origin, syndicated_from
from cleanpipe.model import Document, Record, Rejected
from cleanpipe.settings import InputSettings

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>{}</feed>'


def of_fixture(checkout: Path, name: str, notes: Notes | None = None) -> list[Record | Rejected]:
    return list(read(InputFile(checkout / "fixtures/formats" / name, name), InputSettings(), notes=notes))


def as_document(record: Record) -> Document:
    return Document(
        "k",
        record.id or "",
        record.text,
        record.origin,
        url=record.url,
        canonical_url=record.canonical_url,
        metadata=record.metadata,
    )


def test_a_WordPress_export(checkout: Path) -> None:
    notes = Notes()
    ferry, draft, herring = of_fixture(checkout, "export.wxr", notes)
    assert isinstance(ferry, Record) and isinstance(draft, Rejected) and isinstance(herring, Record)
    assert ferry.text.split("\n\n") == [
        "The ferry between the two islands runs again after three weeks, the harbour master said on Monday.",
        "The new ramp",
        "It had been laid up since a storm tore off its ramp & railing in February.",
    ]
    assert (ferry.title, ferry.author, ferry.source) == (
        "Ferry to Lesser Skerry runs again",
        "Ada Reed",
        "Skerry Gazette",
    )
    assert (ferry.id, ferry.url) == ("https://gazette.example/?p=17", "https://gazette.example/2024/03/ferry/")
    assert (ferry.published, ferry.lang) == ("2024-03-05T08:30:00+00:00", "en")
    assert (ferry.metadata["categories"], ferry.metadata["tags"]) == (["Harbour"], ["ferries"])
    assert ferry.canonical_url == "https://wire.example/skerry-ferry"
    assert names_of_origin(as_document(ferry)) == {"wire.example/skerry-ferry"}
    assert "At last!" not in repr(ferry)
    assert herring.text.split("\n") == [
        "Nets on the quay",
        "",
        "Shoals of herring are back in the sound, fishermen say.",
        "They had been away for eleven years.",
        "",
        '"We nearly sold the boat," said one of them.',
    ]
    assert (draft.reason, draft.excerpt) == (wxr.UNPUBLISHED, "Council weighs a second boat")
    assert notes.passed == {"WordPress attachment": 1}
    assert {found.origin.format for found in (ferry, draft, herring)} == {"wxr"}


@pytest.mark.parametrize("name", ["export.wxr", "feed.rss", "feed.atom"])
def test_an_item_can_be_found_again(checkout: Path, name: str) -> None:
    data = (checkout / "fixtures/formats" / name).read_bytes()
    for found in of_fixture(checkout, name):
        assert found.origin.offset is not None and found.origin.line is not None
        assert data[found.origin.offset :].startswith((b"<item>", b"<entry>"))
        assert data[: found.origin.offset].count(b"\n") + 1 == found.origin.line


def test_RSS(checkout: Path) -> None:
    ferry, herring, tides = of_fixture(checkout, "feed.rss")
    assert isinstance(ferry, Record) and isinstance(herring, Record) and isinstance(tides, Rejected)
    assert ferry.title == "Ferry to Lesser Skerry runs again & fares rise"
    assert ferry.text.endswith("tore off its ramp\N{NO-BREAK SPACE}in February.")
    assert (ferry.id, ferry.author, ferry.lang) == ("gazette-17", "Ada Reed", "en")
    assert ferry.metadata["syndication-source"] == ["https://wire.example/islands.rss", "Islands Wire"]
    assert (herring.author, herring.url) == ("Olaf Berg", "https://gazette.example/2024/03/herring/")
    assert herring.text.startswith("Shoals of herring are back") and herring.origin.note == feeds.SUMMARY
    assert (tides.reason, tides.excerpt) == (feeds.NO_TEXT, "Tides of the week")


def test_Atom(checkout: Path) -> None:
    ferry, herring = of_fixture(checkout, "feed.atom")
    assert isinstance(ferry, Record) and isinstance(herring, Record)
    assert ferry.title == "Fähre fährt wieder – nach drei Wochen"
    assert ferry.text.split("\n\n")[0].endswith("sagte der Hafenmeister am Montag.")
    assert (ferry.published, ferry.lang, ferry.author) == ("2024-03-05T09:30:00+01:00", "de", "Ida Lund")
    assert ferry.canonical_url == "https://wire.example/de/faehre"
    assert names_of_origin(as_document(ferry)) == {"wire.example/de/faehre"}
    assert herring.published == "2024-03-06T07:00:00+01:00"
    assert herring.metadata["syndication-source"] == ["https://wire.example/atom", "Inseldienst"]


def test_the_source_element_credits_an_agency(tmp_path: Path) -> None:
    (got,) = read_all(tmp_path, RSS.format(item("Text.", '<source url="https://x.example/rss">Reuters</source>')))
    assert isinstance(got, Record)
    assert list(syndicated_from(as_document(got))) == ["reuters"]


FEEDS = {
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Gazette</title></channel>'
        '<item rdf:about="https://x.example/1"><title>T</title><link>https://x.example/1</link>'
        "<description>Text.</description><dc:date>2024-03-05</dc:date></item></rdf:RDF>",
        {"text": "Text.", "id": "https://x.example/1", "published": "2024-03-05", "source": "Gazette"},
    ),
    "RSS 0.91 with its DTD": (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://x.example/rss-0.91.dtd"><rss version="0.91"><channel><title>Gazette</title>'
        "<item><title>T&eacute;</title><description>Caf&eacute; open.</description></item></channel></rss>",
        {"text": "Café open.", "title": "Té"},
    ),
    "other prefixes": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>T</a:title>'
        '<a:content type="html">&lt;p&gt;Text.&lt;/p&gt;</a:content></a:entry></a:feed>',
        {"text": "Text.", "title": "T"},
    ),
    "a prefix that is not declared": (
        "<rss><channel><item><title>T</title><content:encoded>Text.</content:encoded></item></channel></rss>",
        {"text": "Text."},
    ),
    "Atom in plain text": (
        ATOM.format(
            '<entry><title type="text">a &lt;b&gt;</title><content type="text">1 &lt; 2\n\n&amp;</content></entry>'
        ),
        {"text": "1 < 2\n\n&", "title": "a <b>"},
    ),
    "a picture for content": (
        ATOM.format('<entry><title>T</title><content type="image/png">iVBOR</content><summary>Text.</summary></entry>'),
        {"text": "Text."},
    ),
    "a permanent address": (
        RSS.format(item("Text.", "<guid>https://x.example/1</guid>")),
        {"url": "https://x.example/1"},
    ),
    "none": (RSS.format(item("Text.", '<guid isPermaLink="false">https://x.example/1</guid>')), {"url": None}),
    "the address before a counter": (
        RSS.format(
            item(
                "T",
                "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://x.example/1</feedburner:origLink>",
            )
        ),
        {"url": "https://x.example/1"},
    ),
    "controls": (RSS.format(item("Te\x0cxt \x1b and \x08 so.")), {"text": "Te xt \x1b and \x08 so."}),
}


@pytest.mark.parametrize(("data", "fields"), FEEDS.values(), ids=FEEDS.keys())
def test_feeds_of_all_kinds(tmp_path: Path, data: str, fields: dict[str, str | None]) -> None:
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Record)
    assert {name: getattr(got, name) for name in fields} == fields


def wordpress(status: str = "publish", kind: str = "post", more: str = "") -> str:
    body = f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{more}"
    return RSS.format(f"<item><title>T</title><content:encoded>Text.</content:encoded>{body}</item>")


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "trash", "auto-draft"])
def test_what_was_not_published_is_no_article(tmp_path: Path, status: str) -> None:
    assert texts(read_all(tmp_path, wordpress(status))) == [wxr.UNPUBLISHED]


def test_a_post_with_a_password_is_no_article(tmp_path: Path) -> None:
    data = wordpress(more="<wp:post_password>secret</wp:post_password>")
    assert texts(read_all(tmp_path, data)) == [wxr.PROTECTED]


@pytest.mark.parametrize("kind", ["page", "report"])
def test_pages_and_types_of_a_sites_own_are_articles(tmp_path: Path, kind: str) -> None:
    assert texts(read_all(tmp_path, wordpress(kind=kind))) == ["Text."]


MARKUP = {
    "paragraphs": ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
    "line ends": ("One<br>\n two<br/>three", "One\ntwo\nthree"),
    "a list": ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
    "a table": ("<table><tr><td>One</td><td>1</td></tr><tr><td>Two</td><td>2</td></tr></table>", "One 1\nTwo 2"),
    "white space": ("<p>One \n\t two</p>", "One two"),
    "line ends that count": ("<pre>a\n  b</pre>", "a\nb"),
    "text behind a list's item": ("<ul><li>One</li>two</ul>", "One\ntwo"),
    "scripts": ("<p>One</p><script>two()</script><style>p{}</style>three", "One\n\nthree"),
    "within words": ("h<em>a</em>rb<b>ou</b>r", "harbour"),
    "characters that are not seen": (
        "har&shy;bour &zwnj;x&nbsp;y",
        "har\N{SOFT HYPHEN}bour \N{ZERO WIDTH NON-JOINER}x\N{NO-BREAK SPACE}y",
    ),
    "nothing": (" \n", ""),
    "no markup": ("1 < 2 & 3", "1 < 2 & 3"),
}


@pytest.mark.parametrize(("markup", "text"), MARKUP.values(), ids=MARKUP.keys())
def test_the_text_of_markup(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_a_title_may_be_markup_or_not() -> None:
    assert [line_of(title) for title in ("a &amp; <b>b</b>", "a & b < c", " a\n b ")] == ["a & b", "a & b < c", "a b"]


CHARSETS = {
    "declared": ('<?xml version="1.0" encoding="windows-1251"?>', "windows-1251", ("windows-1251", "declared")),
    "not declared": ("", "windows-1251", ("windows-1251", "detected")),
    "UTF-8 that says otherwise": ('<?xml version="1.0" encoding="windows-1251"?>', "utf-8", ("utf-8", None)),
    "UTF-16": ('<?xml version="1.0" encoding="utf-16"?>', "utf-16", ("utf-16-le", None)),
    "unknown to Python": ('<?xml version="1.0" encoding="x-other"?>', "utf-8", ("utf-8", None)),
}
RUSSIAN = "Паром снова ходит между островами после трёх недель перерыва, сообщил начальник порта."


@pytest.mark.parametrize(("head", "charset", "told"), CHARSETS.values(), ids=CHARSETS.keys())
def test_charsets(tmp_path: Path, head: str, charset: str, told: tuple[str, str | None]) -> None:
    data = (head + RSS.format(item(RUSSIAN)).partition("?>")[2]).encode(charset)
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Record) and got.text == RUSSIAN
    assert (got.origin.charset, got.origin.charset_by) == told


def test_lines_in_two_charsets(tmp_path: Path) -> None:
    whole = RSS.format(item(f"{RUSSIAN}\n{RUSSIAN}")).encode()
    first = whole.index(RUSSIAN.encode())
    data = whole[:first] + RUSSIAN.encode("koi8-r") + whole[first + len(RUSSIAN.encode()) :]
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Record) and got.text == f"{RUSSIAN} {RUSSIAN}"
    assert (got.origin.charset, got.origin.other_charset, got.origin.other_lines) == ("utf-8", "koi8-r", (1,))


def test_a_charset_that_a_person_declared(tmp_path: Path) -> None:
    (got,) = read_all(tmp_path, RSS.format(item(RUSSIAN)).encode("koi8-r"), charset="koi8-r")
    assert isinstance(got, Record) and got.text == RUSSIAN and got.origin.charset_by == "declared"


OTHERS = {
    "a sitemap": '<?xml version="1.0"?><urlset xmlns="http://x.example/sitemap"><url/></urlset>',
    "other RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x/></rdf:RDF>',
    "another feed": '<?xml version="1.0"?><feed><entry/></feed>',
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS.keys())
def test_other_XML_is_no_feed(tmp_path: Path, data: str) -> None:
    notes = Notes()
    read_all(tmp_path, data, notes=notes)
    assert feeds.WHAT not in notes.formats


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(MissingExtraError, match=r"feed: reading feeds .* needs the extra \[html\]"):
        read_all(tmp_path, RSS.format(item("Text.")))
