"""Web archives: those that warcio writes, those that are damaged, and those that lie."""

from __future__ import annotations

import gzip
import io
import re
import time
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleanpipe.formats import InputFile, Notes, read
from cleanpipe.formats import warcstream as stream
from cleanpipe.formats.httpbody import LARGEST_PAGE
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

SENTENCES = (
    "The ferry between the two islands runs again after three weeks, the harbour master said on Monday.",
    "It had been laid up since a storm tore off its ramp in the middle of February; boats brought the post.",
    "The new ramp cost 40,000 crowns, half of which the council of the smaller island has to pay.",
)
HTML = "text/html; charset=utf-8"


def page(title: str) -> bytes:
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


class Crawl:
    """A web archive as warcio writes it."""

    def __init__(self, packed: bool = False) -> None:
        self.buffer = io.BytesIO()
        self.writer = WARCWriter(self.buffer, gzip=packed)

    def response(self, name: str, body: bytes, *headers: tuple[str, str], status: str = "200 OK") -> Crawl:
        http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        return self.add(name, "response", body, http_headers=http)

    def add(self, name: str, kind: str, body: bytes, **more: object) -> Crawl:
        uri = name if ":" in name else f"https://x.example/{name}"
        self.writer.write_record(self.writer.create_warc_record(uri, kind, payload=io.BytesIO(body), **more))
        return self

    def revisit(self, name: str) -> Crawl:
        uri = f"https://x.example/{name}"
        digest = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
        self.writer.write_record(self.writer.create_revisit_record(uri, digest, uri, "2024-03-05T12:00:00Z"))
        return self

    @property
    def data(self) -> bytes:
        return self.buffer.getvalue()


def read_all(folder: Path, data: bytes, limit: int = 256, notes: Notes | None = None) -> list[Record | Rejected]:
    path = folder / "crawl"
    path.write_bytes(data)
    return list(read(InputFile(path, "crawl", len(data)), InputSettings(line_limit_mb=limit), notes=notes))


def titles(items: Iterable[Record | Rejected]) -> list[str | None]:
    return [item.title if isinstance(item, Record) else item.reason for item in items]


@pytest.mark.parametrize("packed", [False, True])
def test_what_warcio_writes(tmp_path: Path, packed: bool) -> None:
    crawl = Crawl(packed)
    crawl.writer.write_record(crawl.writer.create_warcinfo_record("x.warc", {"software": "a test"}))
    crawl.response("ferry", page("Ferry runs again"), ("Content-Type", HTML))
    crawl.add("ferry", "request", b"GET /ferry HTTP/1.1\r\n\r\n")
    crawl.response("ramp.png", b"\x89PNG", ("Content-Type", "image/png"))
    crawl.response("gone", page("Gone"), ("Content-Type", HTML), status="404 Not Found")
    crawl.response("untold", page("Of no type"))
    crawl.response("data", b"\0\1\2", ("Content-Type", "application/octet-stream"))
    crawl.response("robots.txt", b"User-agent: *", ("Content-Type", "text/plain"))
    crawl.revisit("ferry")
    crawl.add("saved", "resource", page("Saved"), warc_content_type="text/html")
    crawl.add("urn:text:saved", "resource", b"Saved\n\nText", warc_content_type="text/plain")
    crawl.add("wet", "conversion", f"Herring back\n\n{SENTENCES[0]}\n".encode(), warc_content_type="text/plain")
    notes = Notes()
    items = read_all(tmp_path, crawl.data, notes=notes)
    assert titles(items) == ["Ferry runs again", "Of no type", "Saved", "Herring back"]
    assert notes.passed == {
        "warcinfo records": 1,
        "request records": 1,
        "image/png": 1,
        "text/plain": 1,
        "responses with status 404": 1,
        "responses of unknown type": 1,
        "revisit records": 1,
        "resource records of no web address": 1,
    }
    assert [item.url for item in items if isinstance(item, Record)] == [
        f"https://x.example/{name}" for name in ("ferry", "untold", "saved", "wet")
    ]


def test_a_record_can_be_found_again(tmp_path: Path) -> None:
    data = (
        Crawl()
        .response("one", page("One"), ("Content-Type", HTML))
        .response("two", page("Two"), ("Content-Type", HTML))
        .data
    )
    for item in read_all(tmp_path, data):
        assert isinstance(item, Record) and item.origin.offset is not None and item.id is not None
        at = item.origin.offset
        end = data.find(b"WARC/1.0", at + 1)
        found = data[at : end if end > 0 else len(data)]
        assert found.startswith(b"WARC/1.0\r\n") and item.id.encode() in found and page(item.title or "") in found
        assert item.metadata["WARC-Record-ID"] == f"<{item.id}>" and item.origin.format == "warc"


def test_the_fixture(checkout: Path) -> None:
    folder = checkout / "fixtures/formats"
    plain, packed = (
        list(read(InputFile(folder / name, "crawl.warc"), InputSettings())) for name in ("crawl.warc", "crawl.warc.gz")
    )
    assert plain == packed
    assert [item.id[-2:] for item in plain if isinstance(item, Record) and item.id] == [
        "03",
        "06",
        "07",
        "08",
        "10",
        "11",
    ]
    assert [item.origin.charset for item in plain if item.origin.charset != "utf-8"] == ["koi8-r"]
    texts = [item.text for item in plain if isinstance(item, Record)]
    assert texts[0] == texts[2] == texts[3] == texts[4]


def test_a_web_archive_that_was_gzipped_as_a_whole(tmp_path: Path) -> None:
    data = (
        Crawl()
        .response("one", page("One"), ("Content-Type", HTML))
        .response("two", page("Two"), ("Content-Type", HTML))
        .data
    )
    assert titles(read_all(tmp_path, gzip.compress(data))) == ["One", "Two"]


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


BODY = page("Ferry runs again")
BODIES = {
    "gzip": (gzip.compress(BODY), {"Content-Encoding": "gzip"}),
    "gzip that was undone": (BODY, {"Content-Encoding": "gzip"}),
    "deflate": (zlib.compress(BODY), {"Content-Encoding": "deflate"}),
    "deflate without a header": (zlib.compress(BODY)[2:-4], {"Content-Encoding": "deflate"}),
    "brotli": (brotli.compress(BODY), {"Content-Encoding": "br"}),
    "brotli that was undone": (BODY, {"Content-Encoding": "br"}),
    "chunks": (chunked(BODY), {"Transfer-Encoding": "chunked"}),
    "chunks that were undone": (BODY, {"Transfer-Encoding": "chunked"}),
    "gzip in chunks": (chunked(gzip.compress(BODY)), {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    "an unknown packing that was undone": (BODY, {"Content-Encoding": "zstd"}),
    "none": (BODY, {"Content-Encoding": "identity"}),
}


@pytest.mark.parametrize(("body", "headers"), BODIES.values(), ids=BODIES.keys())
def test_what_was_done_to_a_body_is_undone(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    (got,) = read_all(tmp_path, Crawl().response("a", body, ("Content-Type", HTML), *headers.items()).data)
    assert isinstance(got, Record)
    assert got.text.split("\n")[-3:] == list(SENTENCES)


BAD_BODIES = {
    "a bomb": (gzip.compress(bytes(LARGEST_PAGE + 1)), "gzip", "unpacks to more than"),
    "a bomb in brotli": (brotli.compress(bytes(LARGEST_PAGE + 1), quality=1), "br", "unpacks to more than"),
    "cut off": (gzip.compress(BODY)[:-20], "gzip", "its end is missing"),
    "damaged": (gzip.compress(BODY)[:10] + b"\xff" * 40, "gzip", "can't be unpacked"),
    "no brotli": (b"\xff" * 40, "br", "can't be unpacked"),
    "in a way that isn't read": (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "zstd", "isn't read"),
}


@pytest.mark.parametrize(("body", "encoding", "reason"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_body_that_can_not_be_unpacked_is_rejected(tmp_path: Path, body: bytes, encoding: str, reason: str) -> None:
    data = Crawl().response("a", body, ("Content-Type", HTML), ("Content-Encoding", encoding)).data
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Rejected) and reason in got.reason and got.origin.offset == 0


def test_many_small_bombs_end_where_one_large_would(tmp_path: Path) -> None:
    crawl = Crawl()
    for number in range(20):
        crawl.response(
            str(number), gzip.compress(bytes(LARGEST_PAGE - 1)), ("Content-Type", HTML), ("Content-Encoding", "gzip")
        )
    *_, last = read_all(tmp_path, crawl.data)
    assert isinstance(last, Rejected) and "more than is read of a file of its size" in last.reason


def test_the_header_says_the_canonical_address(tmp_path: Path) -> None:
    link = '<https://x.example/a.css>; rel=preload, <https://wire.example/1>; rel="canonical"'
    (got,) = read_all(tmp_path, Crawl().response("a", BODY, ("Content-Type", HTML), ("Link", link)).data)
    assert isinstance(got, Record) and got.canonical_url == "https://wire.example/1"


def test_a_status_that_HTTP_2_writes(tmp_path: Path) -> None:
    data = Crawl().response("a", BODY, ("Content-Type", HTML)).data.replace(b"HTTP/1.1 200 OK", b"HTTP/2 200     ")
    (got,) = read_all(tmp_path, data)
    assert isinstance(got, Record)
    assert got.origin.note == "the bytes are not those that the record's digest was made of"


def two() -> tuple[bytes, int, list[re.Match[bytes]]]:
    """Three pages, where the second begins, and the lengths that the records state."""
    crawl = Crawl()
    for name in ("one", "two", "three"):
        crawl.response(name, page(name), ("Content-Type", HTML))
    lengths = list(re.finditer(rb"\nContent-Length: (\d+)", crawl.data))
    return crawl.data, crawl.data.find(b"WARC/1.0", 10), lengths


LIES = {
    "a bit too long": (lambda length: length + 10, ["two", "three"]),
    "as long as two": (lambda length: length + 900, ["two", "three"]),
    "much too long": (lambda length: 9 * 10**17, ["two", "three"]),
    "too short": (lambda length: length - 50, ["two", "three"]),
    "nothing": (lambda length: 0, ["two", "three"]),
    "negative": (lambda length: -5, ["two", "three"]),
    "no number": (lambda length: "many", ["two", "three"]),
}


@pytest.mark.parametrize(("lie", "left"), LIES.values(), ids=LIES.keys())
def test_a_length_that_lies_costs_its_own_record(tmp_path: Path, lie: object, left: list[str]) -> None:
    data, _, lengths = two()
    assert callable(lie)
    first = lengths[0]
    told = str(lie(int(first[1]))).encode()
    got = read_all(tmp_path, data[: first.start(1)] + told + data[first.end(1) :])
    assert titles(got)[-2:] == left
    assert [item.reason for item in got if isinstance(item, Rejected)] in ([stream.WRONG_LENGTH], [stream.NO_LENGTH])


def request(number: int, length: int | None = None) -> bytes:
    """A record that is passed over, with a length that may not be its own."""
    block = b"GET / HTTP/1.1\r\n" + b"X-Ferry: on time\r\n" * 10
    head = f"WARC/1.0\r\nWARC-Type: request\r\nWARC-Target-URI: https://x.example/{number}\r\n"
    return f"{head}Content-Length: {length or len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize("lying", [1, 20_000], ids=["the first record lies", "all records lie"])
def test_lengths_that_lie_are_no_work_without_end(tmp_path: Path, lying: int) -> None:
    data = b"".join(request(number, 200_000_000 if number < lying else None) for number in range(20_000))
    start = time.process_time()
    got = titles(read_all(tmp_path, data))
    assert time.process_time() - start < 10  # seconds; it is minutes where what was read ahead is moved for each line
    assert len(got) == lying and {*got} <= {stream.WRONG_LENGTH, stream.CUT_OFF}


def test_digests_that_lie_are_no_work_without_end(tmp_path: Path) -> None:
    """Each record holds the next, so that its digest alone tells that it may be none."""
    data = b""
    for number in range(1000):
        block = b"GET / HTTP/1.1\r\n" + data
        head = f"WARC/1.0\r\nWARC-Type: request\r\nWARC-Target-URI: https://x.example/{number}\r\n"
        data = f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    hashed = 0

    def count(block: bytes, digest: str | None) -> bool:
        nonlocal hashed
        hashed += len(block)
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_matches", count)
        read_all(tmp_path, data)
    assert hashed < 10 * len(data)


DAMAGES = {
    "cut within a page": (lambda data, at: data[: at + 600], ["one", stream.CUT_OFF]),
    "cut within the headers": (lambda data, at: data[: at + 100], ["one", stream.NO_LENGTH]),
    "cut behind a page": (lambda data, at: data[:at], ["one"]),
    "no empty lines between": (lambda data, at: data[: at - 4] + data[at:], ["one", "two", "three"]),
    "many empty lines between": (lambda data, at: data[:at] + b"\r\n" * 999 + data[at:], ["one", "two", "three"]),
    "text between": (lambda data, at: data[:at] + b"text\r\n\r\n" + data[at:], [stream.WRONG_LENGTH, "two", "three"]),
    "a header that never ends": (
        lambda data, at: data[: at + 10] + b"X: " + b"y" * 2_000_000 + b"\r\n" + data[at + 10 :],
        ["one", stream.BAD_HEADERS, "three"],
    ),
    "headers without end": (
        lambda data, at: data[: at + 10] + b"X: yyyyyyy\r\n" * 200_000 + data[at + 10 :],
        ["one", stream.BAD_HEADERS, "three"],
    ),
    "a line without end": (
        lambda data, at: data[:at] + b"z" * 2_000_000 + b"\r\n\r\n" + data[at:],
        [stream.WRONG_LENGTH, "two", "three"],
    ),
}


@pytest.mark.parametrize(("damage", "left"), DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_costs_what_is_damaged(tmp_path: Path, damage: object, left: list[str]) -> None:
    data, at, _ = two()
    assert callable(damage)
    assert titles(read_all(tmp_path, damage(data, at))) == left


def test_a_WACZ_is_the_web_archives_in_it(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        crawl = Crawl(packed=True).response("one", page("one"), ("Content-Type", HTML))
        file.writestr("archive/data.warc.gz", crawl.data)
        file.writestr(
            "pages/pages.jsonl", '{"format": "json-pages-1.0"}\n{"url": "https://x.example/one", "text": "One"}\n'
        )
        file.writestr("indexes/index.cdx", "example,x)/one 20240305120000 {}\n")
        file.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1"}')
    (got,) = read_all(tmp_path, whole.getvalue())
    assert isinstance(got, Record) and got.title == "one"
    assert (got.origin.member, got.origin.offset, got.origin.format) == ("archive/data.warc.gz", 0, "warc")


def test_a_cut_gzip_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    crawl = Crawl(packed=True)
    for name in ("one", "two"):
        crawl.response(name, page(name), ("Content-Type", HTML))
    got = titles(read_all(tmp_path, crawl.data[:-100]))
    assert got[0] == "one" and stream.CUT_OFF in got and "ends too early" in str(got[-1])


def test_a_record_over_the_limit_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    crawl = Crawl().response("large", b"<html>" + b"x" * 2_000_000, ("Content-Type", HTML))
    crawl.response("image", b"x" * 2_000_000, ("Content-Type", "image/png"))
    crawl.response("one", page("one"), ("Content-Type", HTML))
    notes = Notes()
    assert titles(read_all(tmp_path, crawl.data, limit=1, notes=notes))[-1] == "one"


def test_a_file_may_name_as_many_types_as_it_likes(tmp_path: Path) -> None:
    crawl = Crawl()
    for number in range(1000):
        crawl.response(str(number), b"x", ("Content-Type", f"x/{number}"))
    notes = Notes()
    assert read_all(tmp_path, crawl.data, notes=notes) == []
    assert len(notes.passed) <= 201 and notes.passed["others"] >= 800
