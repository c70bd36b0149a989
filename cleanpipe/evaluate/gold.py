"""Reads what links are scored against: checked clusters, pairs not to be linked, pairs that count neither way."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonlines

from cleanpipe.errors import InputError
from cleanpipe.text.jsonline import load

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gold:
    """What people know of a corpus. Pairs are ordered: the smaller id first."""

    ids: frozenset[str]
    """All documents."""
    truth: dict[Pair, tuple[str, set[str]]]
    """Each gold pair that counts, with its set and its kinds of copy."""
    copies: list[Pair]
    """Each copy whose original is known, with it."""
    ignored: frozenset[Pair]
    """Pairs of two documents that count neither way."""
    negatives: list[tuple[Pair, str]]
    """Pairs that must not be linked, each with the first word of its reason."""


def read_gold(folder: Path) -> Gold:
    """The folder that `evaluate` describes. Raises InputError for what is missing, can't be read, or lacks a field."""
    ids = _ids(folder)
    truth, copies = _clusters(folder)
    ignored = frozenset(
        pair for row in _rows(folder, "ignore*.jsonl", ("a", "b")) if len(set(pair := ordered(row["a"], row["b"]))) == 2
    )
    return Gold(
        ids=ids,
        truth={pair: value for pair, value in truth.items() if pair not in ignored},
        copies=copies,
        ignored=ignored,
        negatives=[
            (ordered(row["a"], row["b"]), row["why"].split("_")[0])
            for row in _rows(folder, "negatives*.jsonl", ("a", "b", "why"))
        ],
    )


def read_links(path: Path) -> Iterator[dict[str, Any]]:
    """The links in an archive folder or a links.jsonl. Raises InputError as `read_gold` does."""
    yield from _read(path / "links.jsonl" if path.is_dir() else path, ("copy", "canonical", "status"))


def ordered(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _ids(gold: Path) -> frozenset[str]:
    """The ids of the corpus."""
    corpus = next((path for name in ("corpus.jsonl", "corpus.jsonl.gz") if (path := gold / name).exists()), None)
    rows = _read(corpus, ("id",)) if corpus else _rows(gold, "sets*.jsonl", ("id",))
    ids = frozenset(row["id"] for row in rows)
    if not ids:
        raise InputError(f"{gold}: names no documents; put corpus.jsonl, corpus.jsonl.gz or sets.jsonl there")
    return ids


def _clusters(gold: Path) -> tuple[dict[Pair, tuple[str, set[str]]], list[Pair]]:
    """Each gold pair with its set and kinds of copy; and each copy with its original, where that is known."""
    truth: dict[Pair, tuple[str, set[str]]] = {}
    copies: list[Pair] = []
    if not any(gold.glob("gold*.jsonl")):
        raise InputError(f"{gold}: holds no gold.jsonl; give the folder with the checked clusters")
    for row in _rows(gold, "gold*.jsonl", ("members", "kinds", "set", "canonical")):
        kinds, canonical = row["kinds"], row["canonical"]
        missing = [member for member in row["members"] if member not in kinds]
        if missing:
            raise InputError(f"{gold}: cluster {row.get('cluster')!r} has no kind for member {missing[0]!r}; add it")
        for a, b in combinations(row["members"], 2):
            truth[ordered(a, b)] = (row["set"], {kinds[a], kinds[b]} - {"original"})
        if canonical:
            copies += [(member, canonical) for member in row["members"] if member != canonical]
    return truth, copies


def _rows(folder: Path, pattern: str, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        yield from _read(path, needed)


def _read(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The objects in a file of JSON Lines, each with the fields that are needed."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            reader = jsonlines.Reader(lines, loads=load)
            try:
                for number, row in enumerate(reader.iter(type=dict, skip_empty=True), 1):
                    absent = [name for name in needed if name not in row]
                    if absent:
                        raise InputError(
                            f"{path}, record {number}: has no {absent[0]!r}; each line needs {', '.join(needed)}"
                        )
                    yield row
            except jsonlines.InvalidLineError as error:
                raise InputError(f"{path}, line {error.lineno}: no valid JSON object; mend or remove it") from error
    except (OSError, EOFError) as error:
        says = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: can't be read ({says}); give a readable file") from error
