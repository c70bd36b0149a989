"""Lines, rows and items without an end: no more is held of each than the limit, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanpipe.formats import csvs

MEGABYTE = 1 << 20
LINE_MB = 200
LIMIT_MB = 8
HELD_MB = 64
"""Of a line of LIMIT_MB a few copies are held while it is looked at; all of it would be LINE_MB and more."""

READ = """
import json, resource, sys
from pathlib import Path
from cleanpipe.formats import InputFile, read
from cleanpipe.model import Record
from cleanpipe.settings import InputSettings

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

path, name, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
list(read(InputFile(path.with_name("small"), name), InputSettings()))  # what loads libraries
before = peak()
items = read(InputFile(path, name, path.stat().st_size), InputSettings(line_limit_mb=limit))
told = ["record" if isinstance(item, Record) else item.reason for item in items]
grown = (peak() - before) * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([grown, told[:5], len(told)]))
"""


def read_apart(folder: Path, name: str, parts: Iterator[bytes], limit: int) -> tuple[int, list[str], int]:
    """Bytes by which reading raises the peak of a process; the first five things that it gave, and how many it did."""
    path = folder / "large"
    with path.open("wb") as file:
        file.writelines(parts)
    with path.open("rb") as file:
        (folder / "small").write_bytes(file.read(MEGABYTE))
    command = [sys.executable, "-c", READ, str(path), name, str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    grown, told, count = json.loads(done.stdout)
    return grown, told, count


def endless(begin: bytes, fill: bytes, end: bytes) -> Iterator[bytes]:
    yield begin
    block = fill * (MEGABYTE // len(fill))
    for _ in range(LINE_MB):
        yield block
    yield end


LINES = {
    "a line of JSON Lines": ("a.jsonl", b'{"text": "', b"x", b'"}\n{"text": "b"}\n', ["longer than 8 MB", "record"]),
    "brackets without end": ("a.jsonl", b'{"text": ', b"[", b'\n{"text": "b"}\n', ["longer than 8 MB", "record"]),
    "an item of an array": ("a.json", b'[{"text": "', b"x", b'"},\n{"text": "b"}]', ["longer than 8 MB", "record"]),
    "a line of a table": ("a.csv", b"id,text\n1,", b"x", b"\n2,b\n", ["longer than 8 MB", "record"]),
    "a text": ("a.txt", b"A text ", b"x ", b"\n", ["larger than 8 MB"]),
    "a page": ("a.html", b"<html><body><p>", b"x ", b"</html>", ["larger than 8 MB"]),
    "an item of a feed": (
        "a.rss",
        b"<rss><channel>\n<item><title>A</title><description>",
        b"x" * 99 + b"\n",
        b"</description></item>\n<item><description>b</description></item>\n</channel></rss>",
        ["larger than 8 MB", "record"],
    ),
}


@pytest.mark.parametrize(("name", "begin", "fill", "end", "expected"), LINES.values(), ids=LINES.keys())
def test_no_more_is_held_than_the_limit(
    tmp_path: Path, name: str, begin: bytes, fill: bytes, end: bytes, expected: list[str]
) -> None:
    grown, told, count = read_apart(tmp_path, name, endless(begin, fill, end), LIMIT_MB)
    assert count == len(expected)
    assert all(want == got if want == "record" else want in got for want, got in zip(expected, told, strict=True)), told
    assert grown < HELD_MB * MEGABYTE, f"{grown // MEGABYTE} MB"


@pytest.mark.parametrize("cell", ["b", "x" * 1000, "\U0001f6a2 " * 200], ids=["short", "long", "ships"])
def test_a_quote_that_is_never_closed(tmp_path: Path, cell: str) -> None:
    row = f"2,{cell}\n"
    rows = 18_000_000 // (len(row) + csvs.LINE_SIZE)
    grown, told, count = read_apart(tmp_path, "a.csv", iter((b'id,text\n1,"a\n', row.encode() * rows)), 64)
    assert "longer than 16 MB" in told[0] and told[1:] == ["record"] * 4
    assert count == 1 + rows
    assert grown < 160 * MEGABYTE, f"{grown // MEGABYTE} MB"
