"""Feeds and WordPress exports: what their items say, and XML that is broken, hostile or none of them."""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats import InputFile, Notes, feeds, read, wxr
from cleanpipe.formats import xmlitems as xml
from cleanpipe.formats.markup import line_of, text_of
from cleanpipe.link.provenance import names_of_origin, syndicated_from
from cleanpipe.model import Document, Origin, Record, Rejected
from cleanpipe.settings import InputSettings

RSS = '<?xml version="1.0"?>\n<rss version="2.0">\n<channel>\n<title>Gazette</title>\n{}\n</channel>\n</rss>\n'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>{}</feed>'


def read_all(
    folder: Path, data: bytes | str, limit: int = 256, notes: Notes | None = None, charset: str = ""
) -> list[Record | Rejected]:
    path = folder / "file"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read(InputFile(path, "feed"), InputSettings(line_limit_mb=limit, charset=charset), notes=notes))


def item(text: str, more: str = "") -> str:
    return f"<item><title>A title</title><description>{text}</description>{more}</item>"


def texts(items: list[Record | Rejected]) -> list[str]:
    return [found.text if isinstance(found, Record) else found.reason for found in items]


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
