"""The curve of `evaluate` says of every confidence what scoring the links from there up says."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cleanpipe.evaluate import evaluate

NAMES = "abcdefgh"
names = st.sampled_from(NAMES)
pairs = st.lists(st.tuples(names, names), max_size=6)
links = st.lists(
    st.tuples(names, st.sampled_from([*NAMES, "external:x:y"]), st.sampled_from([0.2, 0.5, 0.9]), st.booleans()),
    max_size=10,
)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@given(links, pairs, st.lists(st.lists(names, min_size=2, max_size=4, unique=True), max_size=3))
def test_each_point_is_what_scoring_the_links_from_there_up_gives(
    found: list[tuple[str, str, float, bool]], ignored: list[tuple[str, str]], stories: list[list[str]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "corpus.jsonl", [{"id": name} for name in NAMES])
        write(folder / "ignore.jsonl", [{"a": a, "b": b} for a, b in ignored])
        write(
            folder / "gold.jsonl",
            [{"set": "s", "canonical": None, "members": m, "kinds": dict.fromkeys(m, "spun")} for m in stories],
        )
        rows: list[dict[str, Any]] = [
            {"copy": copy, "canonical": canonical, "confidence": sure, "status": "linked" if linked else "review"}
            for copy, canonical, sure, linked in found
        ]
        write(folder / "links.jsonl", rows)
        whole = evaluate(folder / "links.jsonl", folder)
        recalls = [point.recall for point in whole.curve]
        assert recalls == sorted(recalls)
        for point in whole.curve:
            write(folder / "part.jsonl", [row for row in rows if row["confidence"] >= point.threshold])
            part = evaluate(folder / "part.jsonl", folder, with_review=True)
            assert (point.precision, point.recall) == (part.precision, part.recall)
