"""Figures of `evaluate`: by hand on a small gold, and against the scoring program of the measuring data."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleanpipe.errors import InputError
from cleanpipe.evaluate import CurvePoint, evaluate
from cleanpipe.match import thresholds


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)


def link(copy: str, canonical: str, status: str = "linked", confidence: float | None = None) -> dict[str, Any]:
    row = {"copy": copy, "canonical": canonical, "status": status}
    return row if confidence is None else row | {"confidence": confidence}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    write(folder / "corpus.jsonl.gz", [{"id": name, "text": "x"} for name in "abcdefgh"])
    clusters: list[dict[str, Any]] = [
        {
            "set": "s",
            "canonical": "a",
            "members": ["a", "b", "c"],
            "kinds": {"a": "original", "b": "spun", "c": "exact"},
        },
        {"set": "s", "canonical": None, "members": ["d", "e"], "kinds": {"d": "derived", "e": "derived"}},
    ]
    write(folder / "gold.jsonl", clusters)
    write(folder / "ignore.jsonl", [{"a": "g", "b": "f"}])
    write(folder / "negatives.jsonl", [{"a": "h", "b": "a", "why": "event_x"}, {"a": "d", "b": "a", "why": "event_y"}])
    return folder


def test_by_hand(gold: Path, tmp_path: Path) -> None:
    links = [
        link("b", "a"),
        link("c", "b"),
        link("d", "external:x:y"),
        link("e", "external:x:y", "review"),
        link("h", "a"),
    ]
    write(tmp_path / "links.jsonl", [*links, link("f", "g"), link("nowhere", "a")])
    figures = evaluate(tmp_path, gold)
    assert figures.as_dict() == {
        "documents": 8,
        "links": 5,
        "precision": 0.5,  # ab, ac, bc of ab, ac, bc, ah, bh, ch
        "recall": 0.75,  # of ab, ac, bc, de
        "f1": 0.6,
        "canonical_accuracy": 0.5,  # b names a, c names b
        "false_links_per_1000": 125.0,  # h -> a
        "negatives_linked": {"event": "1/2"},
        "recall_by_kind": {"s/derived": 0.0, "s/exact": 1.0, "s/spun": 1.0},
        "curve": [],
        "threshold": thresholds().link,
    }
    assert evaluate(tmp_path / "links.jsonl", gold, with_review=True).recall == 1.0


def test_without_links_nothing_is_wrong(gold: Path, tmp_path: Path) -> None:
    write(tmp_path / "links.jsonl", [])
    figures = evaluate(tmp_path, gold)
    assert (figures.precision, figures.recall, figures.f1, figures.canonical_accuracy) == (1.0, 0.0, 0.0, 0.0)


def test_documents_can_come_from_the_sets(gold: Path, tmp_path: Path) -> None:
    (gold / "corpus.jsonl.gz").unlink()
    (gold / "negatives.jsonl").unlink()
    (gold / "ignore.jsonl").unlink()
    write(gold / "sets-1.jsonl", [{"id": name} for name in "abc"])
    write(gold / "sets-2.jsonl", [{"id": "d"}])
    write(tmp_path / "links.jsonl", [link("b", "a")])
    assert evaluate(tmp_path, gold).documents == 4


def test_the_curve_by_hand(gold: Path, tmp_path: Path) -> None:
    """The threshold, whatever the shipped weights say, lies between the first two confidences."""
    links = [
        link("b", "a", confidence=0.999),
        link("c", "b", confidence=0.999),
        link("h", "a", confidence=0.002),
        link("e", "d", "review", confidence=0.001),
        link("f", "g", "review", confidence=0.001),  # counts neither way
        link("x", "a", confidence=0.9999),  # no document of the corpus
    ]
    write(tmp_path / "links.jsonl", links)
    figures = evaluate(tmp_path, gold)
    assert figures.curve == (
        CurvePoint(0.999, 1.0, 0.75),  # ab, ac, bc
        CurvePoint(0.002, 0.5, 0.75),  # and ah, bh, ch
        CurvePoint(0.001, 4 / 7, 1.0),  # and de
    )
    assert figures.at_threshold == figures.curve[0]
    assert (figures.precision, figures.recall) == (0.5, 0.75)
    assert figures.as_dict()["curve"][0] == {"threshold": 0.999, "precision": 1.0, "recall": 0.75}


def test_where_recall_hardly_moves_the_last_point_stands(gold: Path, tmp_path: Path) -> None:
    links = [link("b", "a", confidence=0.002), link("h", "a", confidence=0.001)]
    write(tmp_path / "links.jsonl", links)
    figures = evaluate(tmp_path, gold)
    assert figures.curve == (CurvePoint(0.001, 1 / 3, 0.25),)
    assert figures.at_threshold is None


def test_one_link_without_a_confidence_and_there_is_no_curve(gold: Path, tmp_path: Path) -> None:
    write(tmp_path / "links.jsonl", [link("b", "a", confidence=0.9), link("c", "a")])
    assert evaluate(tmp_path, gold).curve == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gold/gold.jsonl", None, "holds no gold.jsonl"),
        ("gold/corpus.jsonl.gz", None, "names no documents"),
        ("gold/corpus.jsonl.gz", b"no gzip", "can't be read"),
        ("links.jsonl", None, "links.jsonl: can't be read"),
        ("links.jsonl", b'\n{"copy": "a"}', "record 1: has no 'canonical'"),
        ("links.jsonl", b"{", "line 1: no valid JSON"),
        ("gold/gold.jsonl", b'{"set": "s", "canonical": "a", "members": ["a"], "kinds": {}}', "no kind for member 'a'"),
    ],
)
def test_what_is_wrong_is_said(gold: Path, tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    write(tmp_path / "links.jsonl", [])
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        evaluate(tmp_path, gold)
    assert says in str(caught.value)


@pytest.mark.shared
@pytest.mark.parametrize("with_review", [False, True])
def test_the_scoring_program_says_the_same(shared: Path, tmp_path: Path, with_review: bool) -> None:
    tool, gold = shared / "tools/score_links.py", shared / "data/links_dev"
    chance = random.Random(5)
    with gzip.open(gold / "corpus.jsonl.gz") as lines:
        ids = sorted(json.loads(line)["id"] for line in lines)
    clusters = [json.loads(line) for line in (gold / "gold.jsonl").read_text().splitlines()]
    pairs = [json.loads(line) for line in (gold / "negatives.jsonl").read_text().splitlines()[::9]]
    pairs += [json.loads(line) for line in (gold / "ignore.jsonl").read_text().splitlines()[::3]]
    made = {
        copy: cluster["members"][0] for cluster in clusters for copy in cluster["members"][1:] if chance.random() < 0.7
    }
    made |= {pair["a"]: pair["b"] for pair in pairs if pair["a"] not in made.values()}
    made |= {name: f"external:x:{number % 40}" for number, name in enumerate(ids[::50])}
    made |= {chance.choice(ids): chance.choice(ids) for _ in range(300)}
    write(
        tmp_path / "links.jsonl", [link(a, b, chance.choice(["linked", "linked", "review"])) for a, b in made.items()]
    )
    command = [sys.executable, str(tool), str(tmp_path), "--gold", str(gold), "--json"]
    expected = subprocess.run([*command, *["--with-review"][: int(with_review)]], capture_output=True, check=True)
    figures = evaluate(tmp_path, gold, with_review=with_review).as_dict()
    assert (figures.pop("curve"), figures.pop("threshold")) == ([], thresholds().link)
    assert figures == json.loads(expected.stdout)
