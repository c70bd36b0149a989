"""How fast each reader is beside the bare library that it stands on, in one run: `python bench/formats.py [--json]`.

Both read the same file of made articles, in turn, the best of several times. The bare library's side does what its
documentation shows, and checks nothing: it yields the fields of JSON (jsonlines over orjson, line by line; `json.load`
of the whole file), CSV (`csv.DictReader`) and Parquet (`iter_batches`, `to_pylist`), and the decoded text of each
member of an archive (`ZipFile.read`, `TarFile.extractfile`). `bench/pages.py` does the same for pages and feeds.
"""

from __future__ import annotations

import argparse
import bz2
import csv
import gzip
import io
import json
import lzma
import random
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cleanpipe.formats import InputFile, read
from cleanpipe.model import Record
from cleanpipe.settings import InputSettings

ARTICLES = 6000
PARAGRAPHS = 6
WORDS = 80
ROUNDS = 5
LEAST = 0.7
"""Of the bare library's speed."""

VOCABULARY = (
    "the of police harbour council said on Tuesday that café reopened after “long” delays über Straße 1,200 people "
    "a in to and minister would have vote ferry clock market rain report which were not from river bridge school"
)

Reading = Callable[[Path], Iterator[Any]]
Files = Callable[[Path], Iterator["Format"]]


def articles() -> list[dict[str, Any]]:
    chance = random.Random(7)

    vocabulary = VOCABULARY.split()

    def words(count: int) -> str:
        return " ".join(chance.choices(vocabulary, k=count))

    return [
        {
            "id": f"n{number}",
            "title": words(8),
            "url": f"https://news.example/{number}",
            "source": "Harbour Post",
            "author": "A. Quill",
            "published": "2024-03-03T10:00:00Z",
            "lang": "en",
            "section": "local",
            "text": "\n\n".join(words(WORDS) for _ in range(PARAGRAPHS)),
        }
        for number in range(ARTICLES)
    ]


class Format(NamedTuple):
    """The name of a format, a file, the bytes that it holds unpacked and its records, the bare library's way, and its
    name."""

    name: str
    path: Path
    size: int
    records: int
    bare: Reading
    library: str


def files(folder: Path) -> Iterator[Format]:
    import orjson
    from pyarrow import Table, parquet

    rows = articles()
    count = len(rows)
    lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)

    def written(name: str, data: bytes) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    yield Format("JSON Lines", written("a.jsonl", lines), len(lines), count, _lines(open), "jsonlines on orjson")
    for name, suffix, pack, opened in _packed():
        path = written(f"a.jsonl{suffix}", pack(lines))
        yield Format(f"JSON Lines, {name}", path, len(lines), count, _lines(opened), f"{name}, jsonlines on orjson")
    array = orjson.dumps(rows)
    yield Format("JSON array", written("a.json", array), len(array), count, _array, "json")
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    data = table.getvalue().encode()
    yield Format("CSV", written("a.csv", data), len(data), count, _table, "csv")
    parquet.write_table(Table.from_pylist(rows), folder / "a.parquet", row_group_size=1000)
    yield Format("Parquet", folder / "a.parquet", len(lines), count, _parquet, "pyarrow")
    size = sum(len(row["text"].encode()) for row in rows)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            archive.writestr(f"{row['id']}.txt", row["text"])
    yield Format("ZIP of texts", folder / "a.zip", size, count, _zip, "zipfile")
    with tarfile.open(folder / "a.tar", "w") as tar:
        for row in rows:
            header = tarfile.TarInfo(f"{row['id']}.txt")
            text = row["text"].encode()
            header.size = len(text)
            tar.addfile(header, io.BytesIO(text))
    yield Format("tar of texts", folder / "a.tar", size, count, _tar, "tarfile")


def _packed() -> Iterator[tuple[str, str, Callable[[bytes], bytes], Callable[..., Any]]]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    yield "gzip", ".gz", gzip.compress, gzip.open
    yield "zstd", ".zst", zstd.compress, zstd.open
    yield "bz2", ".bz2", bz2.compress, bz2.open
    yield "lzma", ".xz", lzma.compress, lzma.open


def _lines(opened: Callable[..., Any]) -> Reading:
    def reading(path: Path) -> Iterator[Any]:
        import jsonlines
        import orjson

        with opened(path, "rb") as file:
            yield from jsonlines.Reader(file, loads=orjson.loads)

    return reading


def _array(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        yield from json.load(file)


def _table(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _parquet(path: Path) -> Iterator[Any]:
    from pyarrow import parquet

    for batch in parquet.ParquetFile(path).iter_batches(batch_size=256, use_threads=False):
        yield from batch.to_pylist()


def _zip(path: Path) -> Iterator[Any]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield archive.read(name).decode()


def _tar(path: Path) -> Iterator[Any]:
    with tarfile.open(path, "r|") as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            yield file.read().decode()


def ours(path: Path) -> Iterator[Record]:
    for item in read(InputFile(path, path.name, path.stat().st_size), InputSettings()):
        if not isinstance(item, Record):
            raise AssertionError(item)
        yield item


def seconds(items: Iterable[Any], records: int) -> float:
    started = time.process_time()
    count = sum(1 for item in items if item)
    took = time.process_time() - started
    assert count == records, count
    return took


def measured(files: Files, rounds: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="cleanpipe-bench-") as folder:
        for name, path, size, records, bare, library in files(Path(folder)):
            times = [(seconds(ours(path), records), seconds(bare(path), records)) for _ in range(rounds)]
            here, there = (size / 1e6 / min(column) for column in zip(*times, strict=True))
            yield {
                "format": name,
                "mb_per_s": round(here, 1),
                "library": library,
                "library_mb_per_s": round(there, 1),
                "ratio": round(here / there, 2),
            }


def main(files: Files = files, rounds: int = ROUNDS) -> int:
    """The table of the formats that `files` makes; 1 where one is slower than LEAST."""
    parser = argparse.ArgumentParser(description="How fast each reader is beside the bare library.")
    parser.add_argument("--json", action="store_true", help="one JSON object a format")
    options = parser.parse_args()
    slow = []
    if not options.json:
        print("| format | MB/s | bare library | MB/s | ratio |\n| --- | --: | --- | --: | --: |")
    for row in measured(files, rounds):
        if options.json:
            print(json.dumps(row))
        else:
            cells = (row["format"], row["mb_per_s"], row["library"], row["library_mb_per_s"], f"{row['ratio']:.2f}")
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
        if row["ratio"] < LEAST:
            slow.append(row["format"])
    if slow:
        print(f"below {LEAST} of the library: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
