"""`cleanpipe review`: what becomes of decisions taken there, and what a kill leaves."""

from __future__ import annotations

import json
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from desk_server import DeskServer
from ferries import FIRST, MORE, call, dump, links, make, rows

from cleanpipe.archive import Archive

pytest.importorskip("uvicorn", reason="the extra [review] isn't installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "archive", tmp_path / "archive"))


def test_a_decision_is_in_the_archive_at_once_and_survives_a_kill(archive: Path, made: Path, tmp_path: Path) -> None:
    with DeskServer(archive) as server:
        assert [case["copy"] for case in server.queue()["cases"]] == ["b", "c"]
        answer = server.post("/api/decide", {"verdict": "reject", "copy": "b", "canonical": "a", "note": "two ferries"})
        assert answer.status == 200
        assert [case["copy"] for case in server.queue()["cases"]] == ["c"]
        server.kill()
    assert links(archive)["b"] == ("a", "linked")  # the exports are behind
    with DeskServer(archive, by="Bo") as server:
        assert [case["copy"] for case in server.queue()["cases"]] == ["c"]
        (line,) = server.ask("/decisions.jsonl").body.splitlines()
        said = json.loads(line)
        assert (said["verdict"], said["by"], said["note"]) == ("reject", "Ana", "two ferries")
        assert links(archive) == {"c": ("a", "linked")}  # written when the desk was opened
        assert server.stop() == "cleanpipe: wrote report.html.\n"
    call("run", dump(tmp_path / "2.jsonl", [*FIRST, MORE]), "-o", archive)
    assert links(archive) == {"c": ("a", "linked")}


def test_after_a_kill_the_next_run_writes_what_is_behind(archive: Path, made: Path) -> None:
    with DeskServer(archive) as server:
        for _ in range(4):  # more than the runs cut short after which one is careful
            server.post("/api/decide", {"verdict": "independent", "copy": "c"})
        server.kill()
    with Archive.open(archive, read_only=True) as store:
        assert store.runs_cut_short() == 0
        assert store.meta("state") == "open"
    call("run", made / "1.jsonl", "-o", archive)
    assert "c" not in links(archive)
    assert {row["verdict"] for row in rows(archive / "decisions.jsonl")} == {"independent"}


def test_looking_writes_nothing(archive: Path) -> None:
    def files() -> dict[str, tuple[int, int]]:
        return {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in archive.glob("*.*l")}

    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "reject", "copy": "b", "canonical": "a"})
        before = files()
        for path in ("/", "/stories", "/api/index", "/api/queue", "/api/past", "/api/conflicts", "/decisions.jsonl"):
            assert server.ask(path).status == 200
        assert b"<b>1</b> is a copy" in server.ask("/stories").body
        (row,) = server.ask("/api/index").json["stories"]
        assert row[3] == 1
        assert files() == before
    assert files() != before
    assert links(archive) == {"c": ("a", "linked")}


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal here")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_closed_terminal_ends_it_in_order(archive: Path, name: str) -> None:
    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "reject", "copy": "b", "canonical": "a"})
        server.process.send_signal(getattr(signal, name))
        server.process.wait(timeout=60)
    assert links(archive) == {"c": ("a", "linked")}


def test_the_files_are_as_decide_writes_them(archive: Path, made: Path, tmp_path: Path) -> None:
    other = shutil.copytree(made / "archive", tmp_path / "other")
    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "accept", "copy": "d", "canonical": "a"})
        server.post("/api/decide", {"verdict": "canonical", "copy": "c", "canonical": "a"})
    call("decide", "accept", other, "d", "a", "--by", "Ana")
    call("decide", "canonical", other, "c", "--by", "Ana")
    for name in ("links.jsonl", "clusters.jsonl", "articles.jsonl"):
        assert (archive / name).read_bytes() == (other / name).read_bytes(), name
    assert "c" in (archive / "report.html").read_text(encoding="utf-8")


def test_the_list_of_stories_follows_decisions(archive: Path) -> None:
    with DeskServer(archive) as server:
        (row,) = server.ask("/api/index").json["stories"]
        story = server.ask(f"/api/story?cluster={row[0]}").json
        assert [story["articles"][copy["article"]]["id"] for copy in story["copies"]] == ["c", "b"]
        assert story["decisions"] == {}
        server.post("/api/decide", {"verdict": "accept", "copy": "d", "canonical": "a", "note": "same reporter"})
        (row,) = server.ask("/api/index").json["stories"]
        assert row[3] == 3
        story = server.ask(f"/api/story?cluster={row[0]}").json
        assert story["decisions"]["d"]["note"] == "same reporter"


def test_undo_takes_back_and_takes_up_again(archive: Path) -> None:
    with DeskServer(archive) as server:
        pair = {"copy": "b", "canonical": "a"}
        server.post("/api/decide", {"verdict": "accept", **pair, "note": "seen"})
        server.post("/api/decide", {"verdict": "reject", **pair})
        assert server.post("/api/undo", {}).json["again"] == 1
        assert server.post("/api/decide", {"verdict": "unsure", **pair}).status == 200
        (waiting,) = server.queue(show="decided")["cases"]
        assert waiting["decision"]["verdict"] == "unsure"
        server.post("/api/undo", {})
        (case,) = server.queue(show="decided")["cases"]
        assert (case["decision"]["verdict"], case["decision"]["note"]) == ("accept", "seen")
        server.post("/api/undo", {})
        assert server.queue(show="decided")["cases"] == []
        assert server.post("/api/undo", {}).status == 400
        steps = server.ask("/api/past").json["steps"]
        assert not any(step["counting"] for step in steps)
    assert links(archive) == {"b": ("a", "linked"), "c": ("a", "linked")}


def test_what_one_left_unsure_is_open_for_another(archive: Path) -> None:
    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "unsure", "copy": "c", "canonical": "a", "note": "ask Bo"})
        assert [case["copy"] for case in server.queue()["cases"]] == ["b"]
    with DeskServer(archive, by="Bo") as server:
        first = server.queue()["cases"][0]
        assert (first["copy"], first["rank"], first["decision"]["note"]) == ("c", "waiting", "ask Bo")


def test_a_batch_is_one_step(archive: Path) -> None:
    with DeskServer(archive) as server:
        relation = server.queue()["cases"][0]["relation"]
        asked = {"relation": relation, "least": 0.5}
        seen = server.ask(f"/api/batch?relation={relation}&least=0.5").json
        assert seen["count"] == len(seen["cases"]) > 0
        assert server.post("/api/accept-all", {**asked, "seen": "0" * 16}).status == 400
        assert server.post("/api/accept-all", {**asked, "seen": seen["seen"]}).json["taken"] == seen["count"]
        assert server.ask(f"/api/batch?relation={relation}&least=0.5").json["count"] == 0
        assert server.post("/api/undo", {}).json["decisions"] == seen["count"]
        assert server.ask(f"/api/batch?relation={relation}&least=0.5").json["count"] == seen["count"]


def test_decisions_of_two_are_merged_and_conflicts_shown(archive: Path, made: Path, tmp_path: Path) -> None:
    other = shutil.copytree(made / "archive", tmp_path / "other")
    call("decide", "reject", other, "b", "a", "--by", "Bo", "--note", "two ferries")
    call("decide", "accept", other, "c", "a", "--by", "Bo")
    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "accept", "copy": "b", "canonical": "a"})
        file = (other / "decisions.jsonl").read_bytes()
        taken = server.ask("/api/import", method="POST", body=file).json
        assert (taken["taken"], taken["known"], taken["waiting"]) == (2, 0, 0)
        assert server.ask("/api/import", method="POST", body=file).json["known"] == 2
        (conflict,) = server.ask("/api/conflicts").json["conflicts"]
        people = {item["by"]: item for item in (conflict["counts"], *conflict["others"])}
        assert (people["Ana"]["verdict"], people["Bo"]["verdict"]) == ("accept", "reject")
        assert server.queue()["progress"]["conflicts"] == 1
        assert server.post("/api/settle", {"number": people["Bo"]["number"]}).status == 200
        assert server.ask("/api/conflicts").json["conflicts"] == []
    assert "b" not in links(archive)


def test_while_it_is_open_others_are_told(archive: Path, made: Path) -> None:
    with DeskServer(archive) as server:
        for arguments in (["run", made / "1.jsonl", "-o"], ["decide", "list"], ["review", "--by", "Bo"]):
            said = call(*arguments, archive, status=1).output
            assert f"(process {server.process.pid}) has this archive open" in said


def test_a_wrong_archive_or_name_is_told(archive: Path, tmp_path: Path) -> None:
    assert "no archive here" in call("review", tmp_path, "--by", "Ana", status=1).output
    assert not (tmp_path / "archive.duckdb").exists()
    assert "--by NAME" in call("review", archive, "--by", " ", status=2).output


def test_a_decision_counts_over_one_from_a_clock_that_is_fast(archive: Path, made: Path, tmp_path: Path) -> None:
    other = shutil.copytree(made / "archive", tmp_path / "other")
    call("decide", "accept", other, "b", "a", "--by", "Bo")
    (said,) = rows(other / "decisions.jsonl")
    fast = dump(tmp_path / "fast.jsonl", [said | {"at": "2090-01-01T00:00:00Z"}])
    with DeskServer(archive) as server:
        assert server.ask("/api/import", method="POST", body=fast.read_bytes()).json["taken"] == 1
        server.post("/api/decide", {"verdict": "reject", "copy": "b", "canonical": "a"})
        assert server.post("/api/decide", {"verdict": "independent", "copy": "d"}).status == 200
        times = [json.loads(line)["at"][:4] for line in server.ask("/decisions.jsonl").body.splitlines()]
        assert times[:2] == ["2090", "2090"]
        assert times[2] < "2090"
    assert "b" not in links(archive)


def test_decisions_are_told_by_headlines(archive: Path) -> None:
    with DeskServer(archive) as server:
        server.post("/api/decide", {"verdict": "accept", "copy": "b", "canonical": "a"})
        told = server.ask("/api/past").json
        assert set(told["names"]) == {"a", "b"}
        assert told["names"]["a"]["name"].startswith("Ferries to Hallowmere")
    with DeskServer(archive, by="Bo") as server:
        server.post("/api/decide", {"verdict": "independent", "copy": "b"})
        assert set(server.ask("/api/conflicts").json["names"]) == {"a", "b"}


def test_requests_at_the_same_time_take_turns(archive: Path) -> None:
    def ask(number: int) -> int:
        if number % 2:
            return server.ask(("/api/queue", "/api/index", "/stories", "/api/past")[number // 2 % 4]).status
        verdict = ("accept", "reject", "unsure")[number // 2 % 3]
        return server.post("/api/decide", {"verdict": verdict, "copy": "bc"[number // 2 % 2], "canonical": "a"}).status

    with DeskServer(archive) as server, ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(24))) == {200}
        assert len(server.ask("/decisions.jsonl").body.splitlines()) == 12
        assert server.ask("/api/past").json["found"] == 12
