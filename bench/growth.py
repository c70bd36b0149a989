"""How the number of candidates grows with the archive: the same kind of articles, ten times as many.

    python bench/growth.py [--articles 10000] [--times 10] [--words 400] [--form]

Articles are generated, each with nothing but chance and frequency in common with the others, so every candidate is one
too many; that is the load that grows. Printed for both sizes: keys and candidates an article, seconds of the join.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from generated import article
from template import page

from cleanpipe.engines.candidates import candidate_pairs
from cleanpipe.match import Compared, fingerprint
from cleanpipe.match.channels import BY_ID
from cleanpipe.settings import MatchSettings

BATCH = 500
AT_ONCE = 20_000
"""Documents that ask for their candidates in one go, as in a run."""

MOST_CANDIDATES, MOST_GROWTH = 20.0, 2.0


@dataclass(frozen=True, slots=True)
class Size:
    """Figures of one size of archive; `candidates` are ends of pairs, so two for each pair, an article."""

    articles: int
    keys: float
    candidates: float
    join_s: float
    by_channel: dict[str, float]


Maker = Callable[[random.Random], str]


def fill(connection: duckdb.DuckDBPyConnection, start: int, stop: int, make: Maker) -> None:
    """Adds the keys of the articles with these numbers. Each is drawn from its own number, whatever the size."""
    for first in range(start, stop, BATCH):
        numbers = range(first, min(first + BATCH, stop))
        documents = [Compared(f"{at:016x}", make(random.Random(at)), lang="en") for at in numbers]
        prints = fingerprint(documents, MatchSettings())
        # The archive names a document by the first 64 bits of its key, which lie anywhere: so do these.
        names = np.array([random.Random(-at - 1).getrandbits(64) for at in numbers], np.uint64)
        held = np.bincount(prints.key_document, minlength=len(names))
        rows = {"document": names[prints.key_document], "channel": prints.key_channel, "value": prints.key_value}
        _insert(connection, rows, {"hash": names, "held": held})


def _insert(connection: duckdb.DuckDBPyConnection, rows: dict[str, Any], added: dict[str, Any]) -> None:
    """DuckDB finds the columns `rows` and `added` in this frame."""
    connection.execute("INSERT INTO keys SELECT document, channel, value FROM rows")
    connection.execute("INSERT INTO documents SELECT hash, held FROM added")


def measure(connection: duckdb.DuckDBPyConnection) -> Size:
    articles = _number(connection, "SELECT count(*) FROM documents")
    keys = _number(connection, "SELECT count(*) FROM keys")
    started = time.process_time()
    names = connection.execute("SELECT hash FROM documents ORDER BY hash").fetchnumpy()["hash"]
    parts = [candidate_pairs(connection, names[at : at + AT_ONCE]) for at in range(0, len(names), AT_ONCE)]
    both = np.concatenate([np.stack(part[:2], axis=1) for part in parts])
    count = len(np.unique(both, axis=0))
    seconds = time.process_time() - started
    channels = connection.execute("SELECT channel, count(*) FROM keys GROUP BY channel ORDER BY channel").fetchall()
    by_channel = Counter({BY_ID[channel].name: count / articles for channel, count in channels})
    return Size(articles, keys / articles, 2 * count / articles, seconds, dict(by_channel))


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--form", action="store_true", help="pages of one form, as `template.py` makes them")
    arguments = parser.parse_args()
    make: Maker = page if arguments.form else lambda draw: article(draw, arguments.words)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(Path(folder) / "keys.duckdb") as connection:
        connection.execute("CREATE TABLE keys (document UBIGINT, channel UTINYINT, value UBIGINT)")
        connection.execute("CREATE TABLE documents (hash UBIGINT, held UINTEGER)")
        connection.execute("CREATE TEMP TABLE reprints (hash UBIGINT, first UBIGINT)")
        connection.execute("CREATE TABLE hot (channel UTINYINT, value UBIGINT)")
        sizes = []
        print("| articles | keys each | candidates each | join, CPU s | CPU s per 10,000 |")
        print("| --- | --- | --- | --- | --- |")
        done = 0
        for articles in (arguments.articles, arguments.articles * arguments.times):
            fill(connection, done, articles, make)
            done = articles
            size = measure(connection)
            sizes.append(size)
            print(
                f"| {size.articles} | {size.keys:.1f} | {size.candidates:.1f} | {size.join_s:.1f} | "
                f"{10_000 * size.join_s / size.articles:.1f} |",
                flush=True,
            )
    growth = sizes[1].candidates / max(sizes[0].candidates, 0.01)
    print(f"\nCandidates grow {growth:.2f}-fold (below {MOST_GROWTH}); at most {MOST_CANDIDATES:.0f} each are wanted.")
    print("Keys an article:", ", ".join(f"{name} {count:.1f}" for name, count in sizes[1].by_channel.items()))


if __name__ == "__main__":
    main()
