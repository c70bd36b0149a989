"""Random damage to the fixtures of every format: each reader has to end, in bounded time and memory, without an
exception of its own, and what it takes for a record has to stand in the file.

    python bench/fuzz_formats.py [--runs 20000] [--seed 1] [--only NAME] [--again NUMBER]

Every case is made from its number alone. A worker process reads them, within limits; where it dies or hangs, the case
is told and another goes on behind it. The exit status is 1 where anything was found.
"""

from __future__ import annotations

import argparse
import bz2
import codecs
import csv
import gzip
import io
import json
import lzma
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cleanpipe.errors import CleanpipeError
from cleanpipe.formats import InputFile, encode, read
from cleanpipe.model import Origin, Record, Rejected
from cleanpipe.settings import InputSettings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"
NO_FIXTURES = {"README.md", "make.py", "make_pages.py"}

SECONDS = 5.0
"""Of CPU time, of a case. The fixtures take a hundredth of a second each; what tells charsets is loaded in two."""

MEGABYTES = 1024
"""What a case may add to the memory of its process."""

STUCK = 20.0
"""Seconds, of a clock, after which a case is ended in its process, ..."""

HUNG = 40.0
"""... and without a sign after which a worker is ended from outside."""

CASES_A_WORKER = 500
"""After which it starts anew, so that what leaks doesn't add up."""

MOST_SHOWN = 20

WORDS = (b'"', b"\\", b"{", b"}", b"[", b"]", b",", b"\n", b"\r", b"\0", b"\xff", b"<", b">", b"&", b";", b"\t", b"'")
NUMBERS = tuple(
    value.to_bytes(size, order)
    for size in (2, 4, 8)
    for value in (0, 1, (1 << 8 * size) - 1, 1 << (8 * size - 1), 0x7F)
    for order in ("little", "big")
)

Packing = tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]


def packings() -> dict[str, Packing]:
    """How to look into a compressed fixture and close it again, by suffix."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return {
        ".gz": (gzip.decompress, lambda data: gzip.compress(data, 1)),
        ".bz2": (bz2.decompress, bz2.compress),
        ".xz": (lzma.decompress, lzma.compress),
        ".zst": (zstd.decompress, zstd.compress),
    }


def fixtures() -> list[Path]:
    return sorted(path for path in FIXTURES.iterdir() if path.is_file() and path.name not in NO_FIXTURES)


def case(number: int, seed: int, only: str | None) -> tuple[str, bytes]:
    """The name and the bytes of a case."""
    chance = random.Random(f"{seed}/{number}")
    paths = [path for path in fixtures() if only in (None, path.name)]
    path = paths[number % len(paths)]
    data = path.read_bytes()
    packing = packings().get(path.suffix)
    inside = packing is not None and chance.random() < 0.5
    if packing and inside:
        data = packing[0](data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = damaged(data, chance, paths)
    if packing and inside:
        data = packing[1](data)
    return path.name, data


def damaged(data: bytes, chance: random.Random, paths: list[Path]) -> bytes:
    if not data:
        return bytes([chance.randrange(256)])
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((1, 1, 2, 4, 16, 256)))
    kind = chance.randrange(10)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + chance.randbytes(end - at) + data[end:]
    if kind == 2:
        return data[:at] + data[end:]
    if kind == 3:
        return data[:at]
    if kind == 4:
        return data[:at] + data[at:end] * chance.choice((2, 3, 50, 1000)) + data[end:]
    if kind == 5:
        return data[:at] + chance.choice(WORDS) * chance.choice((1, 1, 2, 1000)) + data[at:]
    if kind == 6:
        number = chance.choice(NUMBERS)
        return data[:at] + number + data[at + len(number) :]
    if kind == 7:
        other = chance.choice(paths).read_bytes()
        cut = chance.randrange(len(other))
        return data[:at] + other[cut : cut + chance.choice((4, 64, 4096))] + data[end:]
    if kind == 8:
        to = chance.randrange(len(data))
        return data[:to] + data[at:end] + data[to:]
    return data[end:]


def look(name: str, data: bytes, folder: Path) -> str | None:
    """What is wrong with how a case is read; None for nothing."""
    path = folder / "case"
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    try:
        for item in read(InputFile(path, name, len(data)), InputSettings()):
            if not isinstance(item, Record | Rejected):
                return f"gave {item!r}"
            if isinstance(item, Record) and not stands_there(item, data):
                return f"accepted what doesn't stand there: {item.text[:60]!r} at {item.origin}"
            json.dumps(item.metadata if isinstance(item, Record) else item.reason, allow_nan=False)
    except CleanpipeError as error:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return traceback.format_exc(limit=-4)
    seconds = time.process_time() - started
    if seconds > SECONDS:
        return f"took {seconds:.1f} s"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    return f"took {grown} MB" if grown > MEGABYTES else None


def stands_there(record: Record, data: bytes) -> bool:
    """Whether another way of reading finds the text where the record says that it is.

    Files as they are, in a charset that wasn't guessed, are looked at; in packed ones others have the checksums.
    """
    origin = record.origin
    if (
        origin.member
        or origin.charset_by
        or origin.note
        or data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7z", b"\x28\xb5"))
    ):
        return True
    if origin.is_whole:
        return encode(record.text, origin) == data
    if origin.format not in (None, "json", "csv") or origin.offset is None:
        return True
    rest = text_from(data[origin.offset :], origin)
    if origin.format == "csv":
        return any(record.text in row for row in first_rows(rest))
    value, _ = json.JSONDecoder(strict=False).raw_decode(rest.lstrip("\ufeff \t\r\n"))
    return bool(value.get("text") == record.text)


def text_from(data: bytes, origin: Origin) -> str:
    """What stands there up to the first byte that isn't valid."""
    errors = "surrogatepass" if origin.charset.startswith("utf") else "strict"
    try:
        return codecs.decode(data, origin.charset, errors)
    except UnicodeDecodeError as error:
        return codecs.decode(data[: error.start], origin.charset, errors)


def first_rows(text: str) -> Iterator[list[str]]:
    """The first row of a text in every dialect that is told apart."""
    for delimiter in ",;\t|":
        for options in ({}, {"quoting": csv.QUOTE_NONE}, {"escapechar": "\\", "doublequote": False}):
            for spaced in (False, True):
                rows: Any = csv.reader(
                    io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaced, **options
                )
                try:
                    yield next(rows, [])
                except csv.Error:
                    continue


def work(first: int, last: int, seed: int, only: str | None) -> None:
    """Reads cases and tells on standard output which one is next and what was found."""
    import pyarrow.parquet  # noqa: F401 (its memory is not that of the first case)

    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + 2 * MEGABYTES * 1024 * 1024,) * 2)
    signal.signal(signal.SIGALRM, _too_slow)
    with tempfile.TemporaryDirectory(prefix="cleanpipe-fuzz-") as folder:
        for number in range(first, last):
            print(json.dumps({"at": number}), flush=True)
            name, data = case(number, seed, only)
            signal.setitimer(signal.ITIMER_REAL, STUCK)
            found = look(name, data, Path(folder))
            signal.setitimer(signal.ITIMER_REAL, 0)
            if found:
                print(json.dumps({"found": found, "name": name, "at": number}), flush=True)


def _too_slow(*_: object) -> None:
    raise TimeoutError("took too long")


def main() -> int:
    parser = argparse.ArgumentParser(description="Random damage to the fixtures of every format.")
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="NAME", help="one fixture")
    parser.add_argument("--again", type=int, metavar="NUMBER", help="one case, with what is found")
    parser.add_argument("--worker", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        first, last = options.worker
        work(first, last, options.seed, options.only)
        return 0
    if options.again is not None:
        name, data = case(options.again, options.seed, options.only)
        with tempfile.TemporaryDirectory() as folder:
            print(name, len(data), look(name, data, Path(folder)) or "nothing is wrong")
        return 0
    started = time.monotonic()
    findings: list[tuple[int, str]] = []
    at = 0
    while at < options.runs:
        at = supervise(at, min(options.runs, at + CASES_A_WORKER), options.seed, options.only, findings)
    for number, says in findings[:MOST_SHOWN]:
        print(f"case {number}: {says}")
    files = len([path for path in fixtures() if options.only in (None, path.name)])
    print(f"{options.runs:,} cases of {files} files, {time.monotonic() - started:.0f} s, {len(findings)} findings")
    return 1 if findings else 0


def supervise(first: int, last: int, seed: int, only: str | None, findings: list[tuple[int, str]]) -> int:
    """Has a worker read cases; where to go on."""
    command = [sys.executable, __file__, "--worker", str(first), str(last), "--seed", str(seed)]
    command += ["--only", only] if only else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        at = first
        watch = threading.Timer(HUNG, worker.kill)
        watch.start()
        for line in worker.stdout:
            watch.cancel()
            told = json.loads(line)
            at = told["at"]
            if "found" in told:
                findings.append((at, f"{told['name']}: {told['found']}"))
            watch = threading.Timer(HUNG, worker.kill)
            watch.start()
        watch.cancel()
        status = worker.wait()
    if status == 0:
        return last
    findings.append((at, f"{case(at, seed, only)[0]}: the process ended with status {status}"))
    return at + 1


if __name__ == "__main__":
    sys.exit(main())
