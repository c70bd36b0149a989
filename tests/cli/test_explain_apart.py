"""`explain` on what is not linked: the nearest document, and the reasons."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli

FERRY = (
    "The ferry Marguerite ran onto the Skarholm sandbank at 6.40 on Tuesday with 214 passengers aboard. "
    "Nobody was hurt. Captain Ines Holloway told the coastguard that the depth sounder had failed in the fog. "
    "Two tugs from Port Ellery pulled her free on the noon tide, and divers found no damage to her hull."
)
INDEPENDENT = (
    "Passengers spent five hours on a stranded ferry this week before rising water and two tugs set them free. "
    "The Marguerite sat on the bank off Skarholm like a cow in a ditch, said Tom Abara, who was on his way to a "
    "wedding. There was tea until nine. Then there was none, and the singing began."
)
FORECAST = (
    "Harbour forecast for {day}. Wind {wind} knots, gusts {gust} knots, sea {sea} metres, visibility {far} miles."
)

STANDING = (
    "Small craft are advised to stay in port until the red cone is lowered from the mast of the signal station. "
    "Skippers who put out all the same should leave word with the duty officer, who keeps the book by the door. "
    "The next forecast is read from the steps of the customs house after the evening bell, whatever the weather."
)


def forecast(day: str, *figures: str) -> str:
    named = dict(zip(("wind", "gust", "sea", "far"), figures, strict=True))
    return f"{FORECAST.format(day=day, **named)} {STANDING}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"id": "ferry", "text": FERRY, "source": "Harbour Lantern"},
        {"id": "singing", "text": INDEPENDENT, "source": "Ellery Post"},
        {"id": "reprint", "text": f"{FERRY} The line apologised.", "source": "Coast Daily"},
        {"id": "fremd", "text": "Der Chor von Talheim singt wieder, obwohl seine Orgel noch immer in Kisten liegt."},
        {"id": "monday", "text": forecast("Monday", "14", "31", "2.6", "17"), "source": "Met desk"},
        {"id": "friday", "text": forecast("Friday", "22", "48", "3.9", "19"), "source": "Met desk"},
    ]
    folder = tmp_path_factory.mktemp("apart")
    (folder / "dump.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call("run", folder / "dump.jsonl", "-o", folder / "archive", "--workers", "1").exit_code == 0
    return folder / "archive"


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(item) for item in arguments], catch_exceptions=False)


def apart(archive: Path, *ids: str) -> Any:
    return json.loads(call("explain", archive, *ids, "--json").stdout)["apart"]


def test_an_independent_report_is_told_apart(archive: Path) -> None:
    found = apart(archive, "singing")
    assert found["other"] in ("ferry", "reprint")
    assert found["in_its_neighbourhood"] < found["link_from"]
    assert any("runs of five words" in reason for reason in found["reasons"])
    lines = call("explain", archive, "singing").stdout
    assert f"Nearest to it, and not linked: {found['other']}" in lines and "a person is asked from" in lines


def test_the_nearest_outside_the_cluster_is_told_of_only_where_it_is_near(archive: Path) -> None:
    found = apart(archive, "ferry")
    assert found is None or (found["other"] != "reprint" and found["probability"] >= 0.1)


def test_two_issues_of_a_form_say_why_they_are_no_copies(archive: Path) -> None:
    found = apart(archive, "monday", "friday")
    assert found["other"] == "friday"
    assert any("figures" in reason for reason in found["reasons"])
    told = call("explain", archive, "monday", "friday").stdout
    assert "figures" in told and "Compared with each other:" in told and "Nearest" not in told


def test_a_pair_that_never_met_says_so(archive: Path) -> None:
    assert apart(archive, "fremd") is None
    assert "too few rare words" in apart(archive, "fremd", "friday")["reasons"][0]


def test_a_linked_pair_has_nothing_to_tell(archive: Path) -> None:
    about = json.loads(call("explain", archive, "reprint", "ferry", "--json").stdout)
    assert about["link"] and "apart" not in about


def test_exports_alone_explain_the_rest(archive: Path, tmp_path: Path) -> None:
    for name in ("articles.jsonl", "edits.jsonl", "links.jsonl", "clusters.jsonl", "manifest.json"):
        (tmp_path / name).write_bytes((archive / name).read_bytes())
    assert "archive.duckdb is missing" in apart(tmp_path, "singing")["unknown"]
    done = call("explain", tmp_path, "singing")
    assert done.exit_code == 0 and "isn't known" in done.stdout


def test_what_a_person_decided_is_the_reason(archive: Path, tmp_path: Path) -> None:
    shutil.copytree(archive, tmp_path / "archive")
    call("decide", "reject", tmp_path / "archive", "reprint", "ferry", "--by", "Ada", "--note", "two ferries")
    for ids in (("reprint",), ("reprint", "ferry")):
        (reason,) = apart(tmp_path / "archive", *ids)["reasons"]
        assert reason.startswith("A person decided that they belong in no common story: Ada on ")
        assert reason.endswith(": two ferries")
    assert "a person decided so" in call("explain", tmp_path / "archive", "reprint").stdout


def test_a_document_is_not_set_beside_itself(archive: Path) -> None:
    done = call("explain", archive, "ferry", "ferry")
    assert done.exit_code == 2 and "one and the same" in done.stderr


def test_exports_that_are_ahead_of_the_database_are_no_crash(archive: Path, tmp_path: Path) -> None:
    shutil.copytree(archive, tmp_path / "archive")
    articles = tmp_path / "archive" / "articles.jsonl"
    articles.write_text(articles.read_text(encoding="utf-8").replace('"singing"', '"sung"'), encoding="utf-8")
    done = call("explain", tmp_path / "archive", "sung")
    assert done.exit_code == 0 and "the database has no document 'sung'" in done.stdout
