"""The five scraped pages that cleanpipe was first made for. They are no part of the project: skipped where absent."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cleanpipe.pipeline import run

pytestmark = pytest.mark.shared

GARBLE = re.compile("â[\N{BREVE}Ł¤]")
GARBLED_WITH_SPACE = re.compile("[\u28a0\u28e0\u2920]")


@pytest.fixture(scope="module")
def outcome(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """Articles and links of a run on the pages, by the number that their names begin with."""
    archive = tmp_path_factory.mktemp("seeds") / "archive"
    run([shared / "seeds"], archive, workers=1)
    articles = [json.loads(line) for line in (archive / "articles.jsonl").read_bytes().splitlines()]
    links = [json.loads(line) for line in (archive / "links.jsonl").read_bytes().splitlines()]
    return {row["id"][:3]: row for row in articles}, {row["copy"][:3]: row for row in links}


def test_the_garbled_page_is_repaired_and_nothing_else_is_touched(
    shared: Path, outcome: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    for path in sorted((shared / "seeds").glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            read = file.read()
        expected = GARBLED_WITH_SPACE.sub(" ", GARBLE.sub("", read))
        assert outcome[0][path.name[:3]]["text"] == expected
        assert (expected != read) == path.name.startswith("000")


def test_the_three_retellings_lead_to_one_absent_original(outcome: tuple[dict[str, Any], dict[str, Any]]) -> None:
    links = outcome[1]
    assert sorted(links) == ["000", "001", "004"]
    (canonical,) = {link["canonical"] for link in links.values()}
    assert canonical.startswith("external:reuters:")
    assert links["001"]["relation"] == "spun"
    assert links["004"]["relation"] == "rewrite"
    assert links["000"]["relation"] == "derived"
    assert links["001"]["status"] == links["004"]["status"] == "linked"
    assert {link["basis"] for link in links.values()} == {"inferred"}


def test_the_evidence_names_credits_and_facts_or_passages(outcome: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for link in outcome[1].values():
        kinds = {item["kind"] for item in link["evidence"]}
        assert "credit" in kinds
        assert kinds & {"facts", "headline", "sentences"}
        assert link["via"]
