"""Web pages: the text, what the page says of itself, in any charset; and pages that are none."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from reading import read_bytes

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats import InputFile, html, read
from cleanpipe.formats.html import page_id, read_page
from cleanpipe.formats.markup import text_of
from cleanpipe.formats.page import LARGEST, MOST_ELEMENTS, PageError, parse_page
from cleanpipe.formats.pagefacts import ORIGIN_NAMES, page_facts
from cleanpipe.link.metadata import said_under
from cleanpipe.link.provenance import BASED_ON, names_of_origin
from cleanpipe.model import Document, Origin, Record, Rejected, Span
from cleanpipe.settings import InputSettings

ENGLISH = (
    "The ferry between the two islands runs again after three weeks, the harbour master said on Monday.",
    "It had been laid up since a storm tore off its ramp in the middle of February; boats brought the post.",
    "The new ramp cost 40,000 crowns, half of which the council of the smaller island has to pay.",
)
GERMAN = ("Die Fähre fährt wieder, sagte der Hafenmeister über die Straße – größer als früher sei sie nicht. " * 3,)
RUSSIAN = ("Паром снова ходит между островами после трёх недель перерыва, сообщил начальник порта. " * 3,)
CHINESE = ("渡轮恢复运行,港务局长周一表示,两岛之间的渡轮三周后恢复运行。" * 3,)


def page(*paragraphs: str, head: str = "", before: str = "<html>") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"{before}<head>{head}</head><body><article>{body}</article></body></html>"


def read_one(data: bytes, **told: Any) -> Record | Rejected:
    return read_page(data, Origin("a.html"), **told)


def record_of(source: str, **told: Any) -> Record:
    got = read_one(source.encode(), **told)
    assert isinstance(got, Record)
    return got


def test_the_page_of_the_fixtures(checkout: Path) -> None:
    path = checkout / "fixtures/formats/page.html"
    (got,) = read(InputFile(path, "site/page.html"), InputSettings())
    assert isinstance(got, Record)
    lines = got.text.split("\n")
    assert lines[0] == got.title == "Ferry to Lesser Skerry runs again"
    assert got.title_span == Span(0, len(lines[0]))
    assert lines[1].endswith("said on Monday – “and high time it was”.")
    assert "212\N{NO-BREAK SPACE}people" in lines[2]
    for furniture in ("Weather", "Tides of the week", "Privacy", "navy"):
        assert furniture not in got.text
    assert (got.id, got.lang, got.source) == ("site/page", "en", "Skerry Gazette")
    assert got.author == "Ada Reed, Reuters"
    assert got.published == "2024-03-05T08:30:00+00:00"
    assert got.url == "https://gazette.example/2024/03/ferry"
    assert got.canonical_url == "https://wire.example/skerry-ferry"
    assert got.origin == Origin("site/page.html", format="html")


def test_what_the_page_names_as_its_origin_is_evidence_for_a_link(checkout: Path) -> None:
    got = record_of((checkout / "fixtures/formats/page.html").read_text(encoding="utf-8"))
    document = Document("k", "i", got.text, got.origin, url=got.url, metadata=got.metadata)
    assert names_of_origin(document) == {"wire.example/skerry-ferry", "islands.example/reports/17"}


@pytest.mark.parametrize("name", sorted(ORIGIN_NAMES))
@pytest.mark.parametrize("tag", ["<meta name='{}' content='{}'>", "<meta property='{}' content='{}'>"])
def test_every_name_of_an_origin_is_read_where_links_are_made(name: str, tag: str) -> None:
    got = record_of(page(*ENGLISH, head=tag.format(name, "https://wire.example/1")))
    assert "https://wire.example/1" in said_under(got.metadata, BASED_ON)


def ld(json: str) -> str:
    return f"<script type='application/ld+json'>{json}</script>"


ARTICLE = '{"@context":"https://schema.org","@type":"NewsArticle",%s}'
FACTS = {
    "a headline": (ld(ARTICLE % '"headline":"Ferry runs"'), {"title": "Ferry runs"}),
    "a list of types": (ld('{"@type":["Thing","ReportageNewsArticle"],"headline":"Ferry"}'), {"title": "Ferry"}),
    "a graph": (ld('{"@graph":[{"@type":"Person"},{"@type":"NewsArticle","headline":"Ferry"}]}'), {"title": "Ferry"}),
    "a list": (ld('[{"@type":"WebPage"},{"@type":"Article","headline":"Ferry"}]'), {"title": "Ferry"}),
    "the main thing of a page": (
        ld('{"@type":"WebPage","mainEntity":{"@type":"Article","headline":"F"}}'),
        {"title": "F"},
    ),
    "in a comment": (ld("<!--" + ARTICLE % '"headline":"Ferry"' + "-->"), {"title": "Ferry"}),
    "a name as author": (ld(ARTICLE % '"author":"Ada Reed"'), {"author": "Ada Reed"}),
    "an agency as author": (ld(ARTICLE % '"author":{"@type":"Organization","name":"AFP"}'), {"author": "AFP"}),
    "an agency in a meta tag": ("<meta name=author content=AFP>", {"author": "AFP"}),
    "two authors": ("<meta name=author content='Ada'><meta name=author content=AFP>", {"author": "Ada, AFP"}),
    "a profile is no author": (
        "<meta property=article:author content=https://x.example/ada><meta name=byl content='By Ada Reed'>",
        {"author": "By Ada Reed"},
    ),
    "a date with its time": (
        ld(ARTICLE % '"datePublished":"2024-03-05T08:30:00Z"'),
        {"published": "2024-03-05T08:30:00Z"},
    ),
    "a date in a meta tag": (
        "<meta property=article:published_time content=2024-03-05T08:30:00+01:00>",
        {"published": "2024-03-05T08:30:00+01:00"},
    ),
    "broken JSON": (
        ld('{"@type":"NewsArticle","headline":') + "<meta property=og:title content=Ferry>",
        {"title": "Ferry"},
    ),
    "a publisher": (ld(ARTICLE % '"publisher":{"name":"Gazette"}'), {"source": "Gazette"}),
    "the name of the site": ("<meta property=og:site_name content=Gazette>", {"source": "Gazette"}),
    "the language of the text": ("<meta property=og:locale content=pt_BR>", {"lang": "pt"}),
    "an address": ("<meta property=og:url content=https://x.example/1>", {"url": "https://x.example/1"}),
    "a canonical address": (
        "<link rel=canonical href=https://y.example/1><meta property=og:url content=https://x.example/1>",
        {"url": "https://x.example/1", "canonical_url": "https://y.example/1"},
    ),
    "the canonical address alone": (
        "<link rel=canonical href=https://x.example/1>",
        {"url": "https://x.example/1", "canonical_url": "https://x.example/1"},
    ),
    "a relative canonical address": ("<link rel=canonical href=/1>", {"canonical_url": None}),
}


@pytest.mark.parametrize(("head", "fields"), FACTS.values(), ids=FACTS.keys())
def test_what_a_page_says_of_itself(head: str, fields: dict[str, str | None]) -> None:
    got = record_of(page(*ENGLISH, head=head))
    assert {name: getattr(got, name) for name in fields} == fields


def test_a_headline_and_a_date_that_only_the_page_shows() -> None:
    body = "<html><body><h1>Ferry runs again</h1><time datetime='2024-03-05' itemprop='datePublished'>5 March</time>"
    got = record_of(body + "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH))
    assert (got.title, got.published) == ("Ferry runs again", "2024-03-05")


def test_a_saved_page_says_where_it_was_saved_from() -> None:
    before = "<!DOCTYPE html>\n<!-- saved from url=(0027)https://x.example/ferry -->\n<html>"
    got = record_of(page(*ENGLISH, head="<link rel=canonical href=https://y.example/1>", before=before))
    assert (got.url, got.canonical_url) == ("https://x.example/ferry", "https://y.example/1")


def test_what_the_server_said_counts_more() -> None:
    got = record_of(
        page(*ENGLISH, head="<meta property=og:url content=https://x.example/1>"), url="https://x.example/2"
    )
    assert got.url == "https://x.example/2"


KEPT = {
    "a joiner": "می\N{ZERO WIDTH NON-JOINER}خواهم",
    "a soft hyphen": "har\N{SOFT HYPHEN}bour",
    "a control of windows-1252 read as Latin-1": "the \x93ferry\x94",
    "a hard space": "40\N{NO-BREAK SPACE}000",
    "an ideographic space": "渡轮\N{IDEOGRAPHIC SPACE}恢复",
    "a NUL": "fer\0ry",
    "a bell": "fer\x07ry",
    "a replacement": "fer\N{REPLACEMENT CHARACTER}y",
    "for private use": "fer\ue000ry",
    "decomposed": "cafe\N{COMBINING ACUTE ACCENT}",
    "hieroglyphs": "\U00013000 \U00013001 and a \N{SOFT HYPHEN}",
}


@pytest.mark.parametrize("word", KEPT.values(), ids=KEPT.keys())
def test_every_character_of_the_text_is_kept(word: str) -> None:
    sentence = f"{ENGLISH[0]} It read {word} in the paper."
    assert sentence in record_of(page(sentence, *ENGLISH[1:])).text.split("\n")


def test_references_stand_for_what_they_stand_for_in_a_browser() -> None:
    text = record_of(page("It read &#147;ferry&#148; &amp; &zwnj;more&#x2014;than &nbsp;that.", *ENGLISH)).text
    assert text.startswith("It read “ferry” & \N{ZERO WIDTH NON-JOINER}more—than")


CHARSETS = {
    "nothing said": (RUSSIAN, "koi8-r", "", "", ("koi8-r", "detected", None)),
    "the page says": (RUSSIAN, "koi8-r", "<meta charset=koi8-r>", "", ("koi8-r", "declared", None)),
    "the page says, the old way": (
        RUSSIAN,
        "windows-1251",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "",
        ("windows-1251", "declared", None),
    ),
    "the server says": (CHINESE, "gb18030", "", "text/html; charset=GBK", ("gb18030", "declared", None)),
    "the server overrules the page": (
        RUSSIAN,
        "koi8-r",
        "<meta charset=windows-1251>",
        'text/html;charset="koi8-r"',
        ("koi8-r", "declared", None),
    ),
    "UTF-8 that says otherwise": (
        GERMAN,
        "utf-8",
        "<meta charset=iso-8859-1>",
        "",
        ("utf-8", None, "windows-1252 was declared; the bytes are utf-8"),
    ),
    "no UTF-8 that says so": (
        GERMAN,
        "windows-1252",
        "<meta charset=utf-8>",
        "",
        ("windows-1252", "detected", "utf-8 was declared; the bytes are windows-1252"),
    ),
    "a charset that nobody knows": (GERMAN, "utf-8", "<meta charset=unicode-9>", "", ("utf-8", None, None)),
    "UTF-16 without a mark": (ENGLISH, "utf-16-le", "", "", ("utf-16-le", "detected", None)),
    "UTF-16 that ASCII says": (ENGLISH, "utf-8", "<meta charset=utf-16>", "", ("utf-8", None, None)),
}


@pytest.mark.parametrize(("paragraphs", "charset", "head", "header", "told"), CHARSETS.values(), ids=CHARSETS.keys())
def test_charsets(
    paragraphs: tuple[str, ...], charset: str, head: str, header: str, told: tuple[str, str | None, str | None]
) -> None:
    got = read_one(page(*paragraphs, head=head).encode(charset), content_type=header)
    assert isinstance(got, Record)
    assert paragraphs[0].strip() in got.text
    assert (got.origin.charset, got.origin.charset_by, got.origin.note) == told


def test_a_charset_that_a_person_declared_is_believed() -> None:
    got = read_one(page(*RUSSIAN, head="<meta charset=koi8-r>").encode("windows-1251"), declared="windows-1251")
    assert isinstance(got, Record) and RUSSIAN[0].strip() in got.text


REJECTED = {
    "nothing": (b"", "the page is empty"),
    "scripts": (b"<html><head><script>var a = 1;</script></head><body><script>b()</script></body>", html.NO_TEXT),
    "pictures": (b"<html><body><img src=a.png></body></html>", html.NO_TEXT),
    "100,000 elements within one another": (b"<div>" * 100_000 + b"text", "deeper than can be read"),
    "too many elements": (b"<p>a</p>" * (MOST_ELEMENTS + 1), "has more than"),
    "too large": (b"<p>" + b"word " * (LARGEST // 5), "larger than"),
}


@pytest.mark.parametrize(("data", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_rejected(data: bytes, reason: str) -> None:
    got = read_one(data)
    assert isinstance(got, Rejected) and reason in got.reason


def test_a_page_may_have_so_many_elements_and_characters() -> None:
    around = len(["html", "body"])
    tree, _ = parse_page("<p>a" * (MOST_ELEMENTS - around))
    assert sum(1 for _ in tree.iter()) == MOST_ELEMENTS
    with pytest.raises(PageError, match="more than 40,000 elements"):
        parse_page("<p>a" * (MOST_ELEMENTS - around + 1))
    whole = "<p>" + "a" * (LARGEST - 3)
    assert parse_page(whole)[0].text_content() == whole[3:]
    with pytest.raises(PageError, match="larger than 10 million characters"):
        parse_page(whole + "a")


def test_a_text_of_markup_may_have_so_many_elements() -> None:
    around = len(["html", "body", "div"])
    assert text_of("<i>a</i>" * (MOST_ELEMENTS - around)) == "a" * (MOST_ELEMENTS - around)
    with pytest.raises(PageError, match="more than 40,000 elements"):
        text_of("<i>a</i>" * (MOST_ELEMENTS - around + 1))


def test_a_page_over_the_limit_of_a_line_is_rejected(tmp_path: Path) -> None:
    whole = page(*ENGLISH).encode()
    padded = whole + b"<!-- -->" * ((1_000_000 - len(whole)) // 8)
    at_limit = padded + b" " * (1_000_000 - len(padded))
    (fits,) = read_bytes(tmp_path, at_limit, "a.html", line_limit_mb=1)
    assert isinstance(fits, Record) and ENGLISH[0] in fits.text
    (over,) = read_bytes(tmp_path, at_limit + b" ", "a.html", line_limit_mb=1)
    assert isinstance(over, Rejected) and over.reason == "the page is larger than 1 MB (input.line_limit_mb)"


SLOW = {
    "broken JSON-LD": ("application/ld+json", '"author":'),
    "broken settings": ("application/settings+json", '"author":'),
    "a list of types that never ends": ("application/ld+json", '"@type":['),
}
SECONDS = 20
"""Each takes a second here, and minutes where it is searched by patterns."""


@pytest.mark.parametrize(("kind", "part"), SLOW.values(), ids=SLOW.keys())
def test_a_page_that_is_made_to_be_slow_is_not(kind: str, part: str) -> None:
    start = time.process_time()
    got = record_of(page(*ENGLISH, head=f"<script type='{kind}'>{part * 40_000}</script>"))
    assert got.text.startswith(ENGLISH[0]) and time.process_time() - start < SECONDS


def test_a_page_of_thousands_of_comments_is_read_in_time() -> None:
    start = time.process_time()
    comments = "".join(f"<p id=comment-{number}>First!</p>" for number in range(20_000))
    assert ENGLISH[0] in record_of(page(*ENGLISH) + comments).text
    assert time.process_time() - start < SECONDS


def test_comments_before_a_page_are_passed_in_one_go() -> None:
    assert not html.is_page(b"<!---->" * 9000 + b"text")


def test_a_page_that_trafilatura_can_not_stand_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def fail(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    monkeypatch.setattr(trafilatura, "extract_metadata", fail)
    got = read_one(page(*ENGLISH).encode())
    assert isinstance(got, Rejected) and got.reason == html.NO_TEXT


RECOGNISED = {
    "a doctype": (b"<!DOCTYPE html><title>a</title>", "a.txt", "web pages"),
    "XHTML": (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html>', "a", "web pages"),
    "a comment first": (b"\n<!-- x --><HTML lang=en>", "a.txt", "web pages"),
    "its name": (b"<p>The ferry runs.</p>", "a.htm", "web pages"),
    "a text that shows a tag": (b"The tag <html> begins a page.", "a.txt", "plain text"),
}


@pytest.mark.parametrize(("data", "name", "what"), RECOGNISED.values(), ids=RECOGNISED.keys())
def test_recognised_by_content(tmp_path: Path, data: bytes, name: str, what: str) -> None:
    from cleanpipe.formats import Notes

    path = tmp_path / "file"
    path.write_bytes(data)
    notes = Notes()
    list(read(InputFile(path, name), InputSettings(), notes=notes))
    assert list(notes.formats) == [what]


def test_a_page_is_the_same_on_any_day_and_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    source = page(*ENGLISH, head="<meta name=date content=2099-05-04><link rel=canonical href=https://x.example/1>")
    assert record_of(source).published == "2099-05-04"


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html._trafilatura.cache_clear()
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    path = tmp_path / "a.html"
    path.write_text(page(*ENGLISH), encoding="utf-8")
    with pytest.raises(MissingExtraError, match=r"site/a\.html: reading web pages needs the extra \[html\]"):
        list(read(InputFile(path, "site/a.html"), InputSettings()))


@pytest.mark.parametrize(
    ("name", "id"), [("a/b.html", "a/b"), ("a/b.HTM.gz", "a/b"), ("a/b", "a/b"), ("a.php", "a.php")]
)
def test_the_id_of_a_page(name: str, id: str) -> None:
    assert page_id(name) == id


def test_ten_thousands_of_tags_of_one_name() -> None:
    tags = "".join(
        f'<meta name="dc.source" content="{number}"><link rel=via href="{number}">' for number in range(19_000)
    )
    tree, _ = parse_page(f"<html><head>{tags}</head></html>")
    start = time.process_time()
    facts = page_facts(tree)
    assert time.process_time() - start < 5 and len(facts.metadata["dc.source"]) == 19_000
