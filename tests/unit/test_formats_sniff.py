"""What is no article and is not read, told by how it begins or by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import matches, read_bytes, texts

MHTML = b"""From: <Saved by Blink>\r
Snapshot-Content-Location: https://x.example/ferry\r
Subject: The ferry\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html"; boundary="----x"\r
\r
------x\r
Content-Type: text/html\r
Content-Transfer-Encoding: quoted-printable\r
\r
<html><body><p>The ferry runs again.</p></body></html>\r
"""

REFUSED = {
    "MHTML": ("ferry.mht", MHTML, "saved as MHTML"),
    "a style sheet": ("ferry_files/main.css", b"p { margin: 0 }\n", "a style sheet"),
    "a script": ("ferry_files/main.JS", b"let text = 'of a page';\n", "a script"),
    "ARC": ("crawl", b"filedesc://a.arc 0.0.0.0 20010305120000 text/plain 76\n1 0 x\n", "ARC"),
    "an index": ("a", b" CDX N b a m s k r M S V g\nexample,x)/ 20240305 https://x.example/\n", "the index"),
    "an index as JSON": ("a.cdxj", b'example,x)/ 20240305120000 {"url": "https://x.example/"}\n', "the index"),
    "a sitemap": ("a", b"<urlset xmlns='http://x.example/sitemap'><url/></urlset>", "XML, and no feed"),
    "a drawing": ("a", b"<svg width='1' xmlns='http://www.w3.org/2000/svg'/>", "XML, and no feed"),
    "declared XML": ("a", b"\n<?xml version='1.0'?><TEI/>", "XML, and no feed"),
}


@pytest.mark.parametrize(("name", "data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_article(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    items = read_bytes(tmp_path, data, name)
    assert matches(items, [f"!{reason}"]), texts(items)


READ = {
    "a text about MIME": ("a.txt", b"Subject: MIME\n\nMails have a line that says\nMIME-Version: 1.0\n"),
    "a text that names a namespace": ("a", b"The attribute xmlns of <svg> is its namespace.\n"),
    "a text with a sign": ("a", b"< xmlns: what is it?\n"),
}


@pytest.mark.parametrize(("name", "data"), READ.values(), ids=READ.keys())
def test_a_text_that_looks_like_it(tmp_path: Path, name: str, data: bytes) -> None:
    assert texts(read_bytes(tmp_path, data, name)) == [data.decode()]


def test_records_in_a_file_of_any_name(tmp_path: Path) -> None:
    assert texts(read_bytes(tmp_path, b'{"text": "a"}\n', "dump.js")) == ["a"]


@pytest.mark.parametrize("tag", ["p", "div class=story", "article", "h1"])
def test_a_piece_of_a_page_is_no_text(tmp_path: Path, tag: str) -> None:
    sentence = "The ferry between the two islands runs again after three weeks, the harbour master said on Monday."
    (text,) = texts(read_bytes(tmp_path, f"<{tag}>{sentence}</{tag.split()[0]}><p>{sentence * 2}</p>".encode(), "a"))
    assert sentence in text and "<" not in text
