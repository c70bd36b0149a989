"""Links on labelled texts are no worse than pinned: a kind of copy that falls by more than its noise fails here.

Runs the job on one cluster in six, 20 to 30 seconds of CPU time; skipped where the texts are absent.
`python bench/quality.py` does the same on all of them, `--write` pins anew what changed on purpose.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

import quality
from judge import read_lines
from quality import WIRE, Figure, fallen, labelled, made_archive, measure, pinned, sample, wrong_wire_links

PARTS = ("whole", "sample")


@pytest.mark.shared
def test_no_figure_of_the_sample_fell(shared: Path, tmp_path: Path) -> None:
    before = pinned("sample")
    folder = labelled(shared, tmp_path, "sample")
    now = measure(made_archive(folder, tmp_path, workers=1), folder, shared / WIRE)
    assert {name: figure.of for name, figure in now.items() if name != "precision"} == {
        name: figure.of for name, figure in before.items() if name != "precision"
    }, "the sample is another one: --write pins it"
    told = {name: (before[name].value, now[name].value) for name in fallen(before, now)}
    assert told == {}, "pinned and now; `python bench/quality.py --sample` prints all"


@pytest.mark.parametrize("part", PARTS)
def test_what_is_pinned_has_every_kind_and_bounds_that_mean_something(part: str) -> None:
    figures = pinned(part)
    assert {"precision", "recall", "same-event linked ecb", "wrong links a wire story"} < figures.keys()
    assert sum(name.startswith("recall ") for name in figures) == 6
    assert all(figure.noise <= 0.15 for figure in figures.values())


def test_a_figure_falls_where_it_moves_by_more_than_two_deviations_the_wrong_way() -> None:
    recall, linked = Figure(0.9, 100), Figure(0.01, 1000, more=False)
    assert recall.noise == pytest.approx(0.06, abs=0.003)
    assert not recall.fell(Figure(0.85, 100)) and recall.fell(Figure(0.83, 100)) and not recall.fell(Figure(1, 100))
    assert linked.fell(Figure(0.02, 1000)) and not linked.fell(Figure(0.0, 1000))
    assert 0 < Figure(1.0, 350).noise < 0.01  # one pair may go, of a kind that was found whole
    assert Figure(1.0, 350).fell(Figure(0.98, 350))


def test_what_is_gone_has_fallen() -> None:
    assert fallen({"recall": Figure(0.9, 100), "precision": Figure(0.99, 100)}, {"recall": Figure(0.9, 100)}) == [
        "precision"
    ]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        for name in "abcdefg":
            file.write(json.dumps({"id": name, "text": f"Story {name}."}) + "\n")
    write(tmp_path / "sets.jsonl", [{"id": name, "set": "reuters" if name in "efg" else "s"} for name in "abcdefg"])
    write(tmp_path / "gold.jsonl", [{"set": "s", "canonical": "a", "members": ["a", "b"], "kinds": {}}])
    write(tmp_path / "negatives.jsonl", [{"a": "b", "b": "c", "why": "x"}])
    write(tmp_path / "ignore.jsonl", [{"a": "g", "b": "e"}])
    return tmp_path


def test_a_sample_keeps_families_whole(small: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("sample")
    sample(small, target, lambda family: family == "a")
    assert {row["id"] for row in read_lines(target / "corpus.jsonl.gz")} == {"a", "b", "c"}
    assert [len(list(read_lines(target / name))) for name in quality.FILES] == [1, 1, 0, 3]


def test_a_link_of_a_wire_story_is_wrong_until_someone_called_it_right(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, wire = small / "archive", small / "wire.jsonl"
    archive.mkdir()
    pairs = [("e", "f"), ("f", "a"), ("g", "a"), ("g", "e"), ("b", "a")]
    rows: list[dict[str, object]] = [{"copy": one, "canonical": two, "status": "linked"} for one, two in pairs]
    write(archive / "links.jsonl", [*rows, {"copy": "e", "canonical": "a", "status": "review"}])
    write(wire, [{"id": f"wire-{name}", "text": f"Story {name}."} for name in "efg"])
    write(
        small / "judged.jsonl",
        [
            {"copy": "wire-f", "canonical": "wire-e", "verdict": "right"},
            {"copy": "wire-f", "canonical": "a", "verdict": "wrong"},
        ],
    )
    monkeypatch.setattr(quality, "JUDGED", small / "judged.jsonl")
    assert list(wrong_wire_links(archive, small, wire)) == [("wire-f", "a", "wrong"), ("wire-g", "a", "unread")]
