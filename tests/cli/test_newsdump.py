"""The main job on the corpus written for it: what is repaired, what is found, what is left apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleanpipe.archive.rows import edit_from
from cleanpipe.evaluate import Evaluation, evaluate
from cleanpipe.text.offsets import revert

LEAST_RECALL = 0.95


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


@pytest.fixture(scope="module")
def result(archive: Path, checkout: Path) -> Evaluation:
    return evaluate(archive, checkout / "fixtures" / "newsdump")


def test_no_two_stories_are_taken_for_one(result: Evaluation) -> None:
    assert result.precision == 1.0
    assert result.false_links_per_1000 == 0.0
    assert {why: hits for why, hits in result.negatives_linked.items() if not hits.startswith("0/")} == {}


def test_nearly_every_copy_is_found(result: Evaluation) -> None:
    assert result.recall >= LEAST_RECALL


def test_every_garbled_record_is_what_it_was_before(archive: Path, checkout: Path) -> None:
    articles = {row["id"]: row for row in rows(archive / "articles.jsonl")}
    sound = list(rows(checkout / "fixtures" / "newsdump" / "sound.jsonl"))
    assert len(sound) > 30
    wrong = [
        (row["id"], row["recipe"], field)
        for row in sound
        for field in ("title", "text")
        if field in row and articles[row["id"]][field] != row[field]
    ]
    assert wrong == []


def test_sound_articles_are_left_alone(archive: Path, checkout: Path) -> None:
    damaged = {
        row["id"] for row in rows(checkout / "fixtures" / "newsdump" / "sound.jsonl") if row["recipe"] != "sound"
    }
    repaired = {row["id"] for row in rows(archive / "edits.jsonl")}
    assert repaired - damaged == set()
    assert damaged - repaired == set()


def test_the_log_leads_back_to_every_text_as_it_was_read(archive: Path, checkout: Path) -> None:
    given = {
        row["id"]: row
        for path in sorted((checkout / "fixtures" / "newsdump" / "input").glob("*.jsonl"))
        for row in rows(path)
    }
    edits = {(row["id"], row["field"]): row["edits"] for row in rows(archive / "edits.jsonl")}
    for article in rows(archive / "articles.jsonl"):
        if article["id"] in given:
            for field in ("text", "title", "author", "source"):
                if (before := given[article["id"]].get(field)) is not None:
                    log = map(edit_from, edits.get((article["id"], field), []))
                    assert revert(article[field], log) == before


def test_every_link_says_why(archive: Path) -> None:
    articles = {row["id"]: row for row in rows(archive / "articles.jsonl")}
    links = list(rows(archive / "links.jsonl"))
    assert links
    for link in links:
        fewest = 1 if link["relation"] == "exact" else 2
        assert len({item["kind"] for item in link["evidence"]}) >= fewest or link["status"] == "review", link["copy"]
        if link["basis"] == "inferred" and link["canonical"].startswith("external:"):
            assert link["via"], f"{link['copy']}: inferred, and no sibling named"
        for item in link["evidence"]:
            assert item["says"]
            for span in item["spans"]:
                for side, id in (("copy", link["copy"]), ("other", item["other"])):
                    if (place := span[side]) is not None:
                        whole = articles[id][place["field"]]
                        assert 0 <= place["start"] < place["end"] <= len(whole), (link["copy"], item["kind"])


def test_a_copy_has_one_original_and_an_original_is_no_copy(archive: Path) -> None:
    links = list(rows(archive / "links.jsonl"))
    copies = [link["copy"] for link in links]
    assert len(copies) == len(set(copies))
    linked = {link["copy"] for link in links if link["status"] == "linked"}
    assert not {link["canonical"] for link in links if link["status"] == "linked"} & linked


def test_clusters_hold_their_links(archive: Path) -> None:
    clusters = {row["canonical"]: row for row in rows(archive / "clusters.jsonl")}
    for link in rows(archive / "links.jsonl"):
        assert link["copy"] in clusters[link["canonical"]]["members"]
    for cluster in clusters.values():
        assert cluster["size"] == len(cluster["members"])
        assert cluster["virtual"] == cluster["canonical"].startswith("external:")
        assert cluster["virtual"] or cluster["canonical"] in cluster["members"]
