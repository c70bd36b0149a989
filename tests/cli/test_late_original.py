"""A story whose original comes late: copies gather under its name, and move to it when it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cleanpipe import pipeline
from cleanpipe.archive import Archive
from cleanpipe.archive.changes import changes
from cleanpipe.cli import cli

FIXTURE = Path(__file__).parents[2] / "fixtures" / "late-original"
FAMILY = {"insightful-reader", "harbor-buzz", "east-dispatch"}
ORIGINAL = "reuters-port-kestrel-ice"


def run(archive: Path, *inputs: str) -> str:
    arguments = ["run", *(str(FIXTURE / name) for name in inputs), "-o", str(archive), "--workers", "1"]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stderr


def rows(archive: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (archive / name).read_text(encoding="utf-8").splitlines()]


def test_the_links_move_to_the_original_when_it_is_added(tmp_path: Path) -> None:
    run(tmp_path, "pages.jsonl")
    (cluster,) = rows(tmp_path, "clusters.jsonl")
    name = cluster["canonical"]
    assert cluster["virtual"] and name.startswith("external:reuters:")
    assert set(cluster["members"]) == FAMILY
    assert cluster["published"] == {"first": "2025-02-26", "last": "2025-03-12"}
    for link in rows(tmp_path, "links.jsonl"):
        assert link["status"] == "linked" and link["basis"] == "inferred" and link["via"][0] in FAMILY
        assert "credit" in [item["kind"] for item in link["evidence"]]
    told = run(tmp_path, "wire.jsonl")
    assert "3 links moved" in told and name in told
    (cluster,) = rows(tmp_path, "clusters.jsonl")
    assert cluster["canonical"] == ORIGINAL and cluster["aliases"] == [name] and not cluster["virtual"]
    assert cluster["published"] is None
    links = rows(tmp_path, "links.jsonl")
    assert {link["copy"] for link in links if link["canonical"] == ORIGINAL} == FAMILY
    assert all(link["status"] == "linked" and link["basis"] == "verified" for link in links)
    for link in links:
        shown = [item for item in link["evidence"] if any(span["copy"] and span["other"] for span in item["spans"])]
        assert len({item["kind"] for item in shown}) >= 2
    log = CliRunner().invoke(cli, ["archive", "log", str(tmp_path), "harbor-buzz"], catch_exceptions=False).stdout
    assert f"moved from {name} to {ORIGINAL}" in log and "its original was added" in log


def test_all_at_once_is_the_same(tmp_path: Path) -> None:
    run(tmp_path / "daily", "pages.jsonl")
    run(tmp_path / "daily", "wire.jsonl")
    run(tmp_path / "once", "pages.jsonl", "wire.jsonl")
    assert rows(tmp_path / "daily", "links.jsonl") == rows(tmp_path / "once", "links.jsonl")


def test_first_links_of_new_articles_are_counted_and_not_held(tmp_path: Path) -> None:
    """Of a first load of a million articles they would take gigabytes; the log has them."""
    first = pipeline.run([FIXTURE / "pages.jsonl"], tmp_path, workers=1)
    assert (first.links, first.changes) == ({"added": 3}, ())
    second = pipeline.run([FIXTURE / "wire.jsonl"], tmp_path, workers=1)
    assert second.links["moved"] == 3
    assert {item.copy for item in second.changes} == FAMILY
    with Archive.open(tmp_path, read_only=True) as store:
        logged = [item.kind for item in changes(store)]
    assert len(logged) == sum(first.links.values()) + sum(second.links.values())


def test_the_retelling_is_mended_before_it_is_compared(tmp_path: Path) -> None:
    run(tmp_path, "pages.jsonl")
    (article,) = [row for row in rows(tmp_path, "articles.jsonl") if row["id"] == "insightful-reader"]
    assert not {"â", "˘", "Ł", "\u28a0", "\u28e0", "\u2920"} & set(article["text"])
    assert "one woman at the ice plant in Port Kestrel was counting." in article["text"]
