"""How fast pages, web archives and feeds are read beside the bare libraries, in one run: `python bench/pages.py`.

Both read the same file of made pages, in turn, as in `bench/formats.py`. The bare library's side does what its
documentation shows, and checks nothing: trafilatura's text and metadata of each page of an archive; of a feed the
fields of each item by ElementTree, the date, and the paragraphs of its text by lxml.
"""

from __future__ import annotations

import gzip
import io
import logging
import random
import sys
import zipfile
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from formats import Format, main

PAGES = 150
ITEMS = 4000
ROUNDS = 3

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
VOCABULARY = "the of police harbour council said on Tuesday that café reopened after “long” delays über Straße people"


def paragraphs(chance: random.Random, count: int) -> str:
    return "".join(f"<p>{' '.join(chance.choices(VOCABULARY.split(), k=40))}.</p>\n" for _ in range(count))


def pages() -> list[bytes]:
    """The page of the fixtures, with more text and with as many scripts and links as news pages have."""
    chance = random.Random(7)
    page = (Path(__file__).parents[1] / "fixtures/formats/page.html").read_text(encoding="utf-8")
    links = "<ul>" + "<li><a href='/x'>Another story</a></li>" * 60 + "</ul>"
    scripts = "<script>" + "let x = {a: 1};\n" * 1500 + "</script></head>"
    page = page.replace("</head>", scripts).replace("<nav>", f"<nav>{links}").replace("</footer>", f"{links}</footer>")
    return [page.replace("</article>", f"{paragraphs(chance, 20)}</article>").encode() for _ in range(PAGES)]


def files(folder: Path) -> Iterator[Format]:
    made = pages()
    size = sum(map(len, made))
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, page in enumerate(made):
            archive.writestr(f"{number}.html", page)
    yield Format("ZIP of web pages", folder / "a.zip", size, PAGES, _zip, "zipfile, trafilatura")
    for packed in (False, True):
        path = folder / ("a.warc.gz" if packed else "a.warc")
        size = _write_archive(path, made, packed)
        yield Format(f"WARC{', gzip' if packed else ''}", path, size, PAGES, _warc, "warcio, trafilatura")
    chance = random.Random(7)
    items = "".join(
        f"<item><guid>n{number}</guid><title>Harbour reopened</title><link>https://news.example/{number}</link>"
        f"<dc:creator>A. Quill</dc:creator><pubDate>Tue, 05 Mar 2024 08:30:00 +0000</pubDate>"
        f"<content:encoded><![CDATA[{paragraphs(chance, 12)}]]></content:encoded></item>\n"
        for number in range(ITEMS)
    )
    head = "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    data = f"{head}<channel><title>Harbour Post</title>\n{items}</channel></rss>".encode()
    (folder / "a.rss").write_bytes(data)
    yield Format("RSS", folder / "a.rss", len(data), ITEMS, _feed, "expat by ElementTree, lxml")


def _write_archive(path: Path, made: list[bytes], packed: bool) -> int:
    """A crawl with three images to a page; its size unpacked."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    chance = random.Random(7)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for number, page in enumerate(made):
            image = ("image/png", b"\x89PNG\r\n\x1a\n" + chance.randbytes(30_000))
            for part, (kind, body) in enumerate((image, image, image, ("text/html", page))):
                http = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
                uri = f"https://news.example/{number}/{part}"
                record = writer.create_warc_record(uri, "response", payload=io.BytesIO(body), http_headers=http)
                writer.write_record(record)
    return len(gzip.decompress(path.read_bytes())) if packed else path.stat().st_size


def _extracted(page: bytes) -> Any:
    import trafilatura

    return trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)


def _zip(path: Path) -> Iterator[Any]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield _extracted(archive.read(name))


def _warc(path: Path) -> Iterator[Any]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and record.http_headers.get_header("Content-Type") == "text/html":
                yield _extracted(record.content_stream().read())


def _feed(path: Path) -> Iterator[Any]:
    from lxml import html

    with path.open("rb") as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag == "item":
                content = html.fromstring(f"<div>{element.findtext(CONTENT)}</div>")
                text = "\n\n".join(paragraph.text_content() for paragraph in content.iter("p"))
                published = parsedate_to_datetime(element.findtext("pubDate") or "")
                yield text, published, [element.findtext(name) for name in ("guid", "title", "link", CREATOR)]
                element.clear()


if __name__ == "__main__":
    logging.disable()
    sys.exit(main(files, ROUNDS))
