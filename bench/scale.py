"""The tables of docs/scale.md: what a first load needs on one machine and on a cluster, from what was measured.

    python bench/scale.py

Each constant names the command that it comes from; change it there and here, and put what is printed into the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cleanpipe.archive.files import LEAST_MEMORY, MEMORY_EACH
from cleanpipe.engines.spark_candidates import ASKED_AT_ONCE, BLOCKS_A_PART, DOCUMENTS_A_PART
from cleanpipe.engines.spark_tables import MOST_PARTS, parts
from cleanpipe.spark.reading import PREPARED_BYTES

ARTICLES = (10**5, 10**6, 10**7, 10**8, 10**9)

GB, TB = 1e9, 1e12
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Constant:
    """A figure for each article, or for a process, and where it comes from."""

    value: float
    unit: str
    what: str
    command: str


TEXT = Constant(2_460, "bytes", "input", "growth: the size of the file")
CPU = Constant(0.0055, "CPU seconds", "the whole job", "bench/whole_job.py, 20,000 articles")
ARCHIVE = Constant(
    26_000, "bytes", "an archive with its exports", "cleanpipe archive info, 1,000 articles of bench/grown.py"
)
SKETCHES = Constant(12_000, "bytes", "a file without a name, while a run goes on", "docs/archive.md")
MAIN = Constant(0.75 * GB, "bytes", "peak of the process of a run, 10,000 articles", "bench/archive.py")
WORKER = Constant(0.57 * GB, "bytes", "peak of a worker of a run", "bench/archive.py")
PAIRS = Constant(8.2, "pairs", "pairs that are looked at", "bench/spark.py growth, 2,000 articles: rows of `glances`")
SKETCH = Constant(12_400, "bytes", "a sketch", "the same: the column `sketch` of `documents`")
VALUES = Constant(
    14_800, "bytes", "values handed to blocks", "the same, computed from `values`: a block for each document"
)
OTHERS = Constant(6_800, "bytes", "shuffled by all other steps, compressed", "the same: Spark's event log")
TABLES = Constant(18_900, "bytes", "tables of a load", "the same: the files")
PYTHON = Constant(0.62 * GB, "bytes", "peak of a Python worker of Spark", "`ps` beside bench/spark.py growth")
CONSTANTS = (TEXT, CPU, ARCHIVE, SKETCHES, MAIN, WORKER, PAIRS, SKETCH, VALUES, OTHERS, TABLES, PYTHON)

SHUFFLED = OTHERS.value + VALUES.value + (2 + PAIRS.value) * SKETCH.value
"""Bytes for each article, at most: its sketch goes to its own block, of each of its pairs to that of the other one, and
once to where it is taken from. The fewer articles, the more pairs share blocks: of 100,000 it is 126 kB."""


def constants() -> Iterator[str]:
    yield "| figure | for an article, or a process | from |"
    yield "| --: | --- | --- |"
    for item in CONSTANTS:
        value = f"{item.value / GB:.2f} GB" if item.value >= GB / 10 else f"{item.value:,g} {item.unit}"
        yield f"| {value} | {item.what} | {item.command} |"


def one_machine() -> Iterator[str]:
    yield "| articles | input | CPU hours | archive | meanwhile | DuckDB's memory |"
    yield "| --: | --: | --: | --: | --: | --: |"
    for count in ARTICLES:
        memory = max(LEAST_MEMORY, MEMORY_EACH * count)
        cells = (TEXT.value * count, ARCHIVE.value * count, SKETCHES.value * count, memory)
        text, archive, sketches, memory_says = map(size, cells)
        yield f"| {count:,} | {text} | {hours(count)} | {archive} | {sketches} | {memory_says} |"


def cluster() -> Iterator[str]:
    yield "| articles | input | CPU hours | shuffled | tables | parts: prepared | keys | compared |"
    yield "| --: | --: | --: | --: | --: | --: | --: | --: |"
    for count in ARTICLES:
        shuffled, tables = size(SHUFFLED * count), size(TABLES.value * count)
        widths = (
            parts(int(TEXT.value * count), PREPARED_BYTES),
            parts(count, DOCUMENTS_A_PART),
            parts(count, ASKED_AT_ONCE * BLOCKS_A_PART),
        )
        told = " | ".join(f"{min(width, MOST_PARTS):,}" for width in widths)
        yield f"| {count:,} | {size(TEXT.value * count)} | {hours(count)} | {shuffled} | {tables} | {told} |"


def size(value: float) -> str:
    return f"{value / TB:,.1f} TB" if value >= TB else f"{value / GB:,.1f} GB"


def hours(count: int) -> str:
    return f"{CPU.value * count / HOUR:,.1f}"


def main() -> None:
    for table in (constants, one_machine, cluster):
        print("\n".join(table()), end="\n\n")


if __name__ == "__main__":
    main()
