"""Links against clusters that people have checked: how many pairs were found, and how many that aren't there."""

from __future__ import annotations

import dataclasses
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonlines

from cleanpipe.errors import InputError
from cleanpipe.text.jsonline import load

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Documents that share a canonical, and that canonical, are one predicted cluster; its pairs are what is scored."""

    documents: int
    links: int
    precision: float
    """Share of predicted pairs that are gold pairs; 1.0 where none was predicted."""
    recall: float
    """Share of gold pairs that were predicted; 1.0 where there are none."""
    f1: float
    canonical_accuracy: float | None
    """Share of copies with a known original whose link names exactly that; None without such copies."""
    false_links_per_1000: float
    """Links from a document to another of the corpus that are no gold pair, for each 1,000 documents."""
    negatives_linked: Mapping[str, str]
    """By reason: pairs that must not be linked and share a cluster, of all such pairs, as "3/120"."""
    recall_by_kind: Mapping[str, float]
    """By "set/kind" of copy."""

    def as_dict(self) -> dict[str, Any]:
        tree = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in tree.items()}


def evaluate(links: Path, gold: Path, *, with_review: bool = False) -> Evaluation:
    """Scores links against gold.

    `links` is an archive folder or a links.jsonl. `gold` is a folder with gold*.jsonl {set, canonical, members,
    kinds}, and where there are any negatives*.jsonl {a, b, why} (pairs that must not be linked), ignore*.jsonl {a, b}
    (pairs that count neither way); the documents are those of corpus.jsonl[.gz] {id} or, without it, of sets*.jsonl
    {id}. Pairs that are left for review count as linked only `with_review`.

    Raises InputError for a file that is missing, can't be read, or lacks a field.
    """
    ids = _ids(gold)
    truth, copies = _gold(gold)
    ignored = {_pair(row["a"], row["b"]) for row in _rows(gold, "ignore*.jsonl", ("a", "b"))}
    truth = {pair: value for pair, value in truth.items() if pair not in ignored}

    clusters = _Clusters()
    canonical_of: dict[str, str] = {}
    accepted = {"linked", "review"} if with_review else {"linked"}
    path = links / "links.jsonl" if links.is_dir() else links
    for row in _read(path, ("copy", "canonical", "status")):
        if row["status"] in accepted and row["copy"] in ids:
            canonical_of[row["copy"]] = row["canonical"]
            clusters.join(row["copy"], row["canonical"])

    def predicted(pair: Pair) -> bool:
        a, b = pair
        return a != b and a in ids and b in ids and pair not in ignored and clusters.together(a, b)

    sizes = Counter(clusters.root(name) for name in ids if name in clusters)
    pairs = sum(size * (size - 1) // 2 for size in sizes.values())
    pairs -= sum(1 for a, b in ignored if a != b and a in ids and b in ids and clusters.together(a, b))
    found = {pair for pair in truth if predicted(pair)}
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for pair, (name, kinds) in truth.items():
        for kind in kinds:
            by_kind[f"{name}/{kind}"].append(pair in found)
    named = [canonical_of.get(copy) == canonical for copy, canonical in copies]
    negatives: dict[str, list[bool]] = defaultdict(list)
    for row in _rows(gold, "negatives*.jsonl", ("a", "b", "why")):
        negatives[row["why"].split("_")[0]].append(predicted(_pair(row["a"], row["b"])))
    false_links = sum(
        canonical in ids and _pair(copy, canonical) not in truth and _pair(copy, canonical) not in ignored
        for copy, canonical in canonical_of.items()
    )
    precision = len(found) / pairs if pairs else 1.0
    recall = len(found) / len(truth) if truth else 1.0
    return Evaluation(
        documents=len(ids),
        links=len(canonical_of),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        canonical_accuracy=sum(named) / len(named) if named else None,
        false_links_per_1000=1000 * false_links / len(ids),
        negatives_linked={why: f"{sum(hits)}/{len(hits)}" for why, hits in sorted(negatives.items())},
        recall_by_kind={kind: round(sum(hits) / len(hits), 4) for kind, hits in sorted(by_kind.items())},
    )


class _Clusters:
    """Names that were joined, directly or by way of others."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._parent

    def root(self, name: str) -> str:
        self._parent.setdefault(name, name)
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        self._parent[self.root(a)] = self.root(b)

    def together(self, a: str, b: str) -> bool:
        return a in self and b in self and self.root(a) == self.root(b)


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _ids(gold: Path) -> frozenset[str]:
    """The ids of the corpus."""
    corpus = next((path for name in ("corpus.jsonl", "corpus.jsonl.gz") if (path := gold / name).exists()), None)
    rows = _read(corpus, ("id",)) if corpus else _rows(gold, "sets*.jsonl", ("id",))
    ids = frozenset(row["id"] for row in rows)
    if not ids:
        raise InputError(f"{gold}: names no documents; put corpus.jsonl, corpus.jsonl.gz or sets.jsonl there")
    return ids


def _gold(gold: Path) -> tuple[dict[Pair, tuple[str, set[str]]], list[Pair]]:
    """Each gold pair with its set and kinds of copy, and each copy whose original is known with it."""
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
            truth[_pair(a, b)] = (row["set"], {kinds[a], kinds[b]} - {"original"})
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
