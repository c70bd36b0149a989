"""`cleanpipe review`: whom it answers, what becomes of decisions taken there, and what a kill leaves."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk_server import DeskServer

from cleanpipe.archive import Archive
from cleanpipe.cli import cli

pytest.importorskip("uvicorn", reason="the extra [review] isn't installed")

STORY = (
    "Ferries to Hallowmere stopped for six hours on Friday after a pod of 27 dolphins settled in the harbour mouth. "
    "“We asked them nicely,” said harbour master Ruta Lindqvist, who has kept the log since 1994. The company refunded "
    "312 tickets and served soup on the quay. By dusk the animals had followed a mackerel boat out to sea."
)
OTHER = "A brass band from Velden practised on the ferry, to the delight of 30 commuters and the dismay of a dog."
FIRST = [
    {"id": "a", "text": STORY, "published": "2024-02-02"},
    {"id": "b", "text": STORY.split(" The company")[0], "published": "2024-02-03"},
    {"id": "c", "text": STORY + " It rained all evening on the quay.", "published": "2024-02-04"},
    {"id": "d", "text": OTHER, "published": "2024-02-01"},
]
MORE = {"id": "e", "text": "The council of Pellin bought a second-hand snow plough for 4,100 crowns on Monday."}


def call(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def dump(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def links(archive: Path) -> dict[str, tuple[str, str]]:
    return {row["copy"]: (row["canonical"], row["status"]) for row in rows(archive / "links.jsonl")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of one story, a first and b, c copies of it, and one of another."""
    folder = tmp_path_factory.mktemp("made")
    call("run", dump(folder / "1.jsonl", FIRST), "-o", folder / "archive")
    assert links(folder / "archive") == {"b": ("a", "linked"), "c": ("a", "linked")}
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "archive", tmp_path / "archive"))


@pytest.fixture(scope="module")
def desk(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """A desk where nobody decides anything."""
    archive = shutil.copytree(made / "archive", tmp_path_factory.mktemp("looked-at") / "archive")
    with DeskServer(archive) as server:
        yield server


# Whom it answers


def test_the_address_lets_a_browser_in_once(desk: DeskServer) -> None:
    answer = desk.ask(f"/?token={desk.token}", headers={"Cookie": None, "Sec-Fetch-Site": "none"})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{desk.cookie};")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert desk.ask("/").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Cookie": None}, 401),
        ({"Cookie": "cleanpipe-desk-1=x"}, 401),
        ({"Cookie": "{cookie}x"}, 401),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:{port}"}, 421),
        ({"Host": "localhost:{port}"}, 421),
        ({"Host": None}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "{origin}"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": None}, 200),
    ],
    ids=str,
)
def test_who_may_look(desk: DeskServer, headers: dict[str, str | None], status: int) -> None:
    port = desk.host.partition(":")[2]
    named = {"port": port, "cookie": desk.cookie, "origin": desk.origin}
    given = {name: value.format(**named) if value else None for name, value in headers.items()}
    answer = desk.ask("/api/queue", headers=given)
    assert answer.status == status
    assert (b"cases" in answer.body) == (status == 200)
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_wrong_token_gives_no_cookie(desk: DeskServer) -> None:
    for query in ("token=", "token=x", f"token={desk.token[:-1]}", f"token={desk.token}x", "token=%ff%fe", "&" * 3000):
        answer = desk.ask(f"/?{query}", headers={"Cookie": None})
        assert answer.status == 401
        assert "set-cookie" not in answer.headers
    assert desk.ask(f"/api/queue?token={desk.token}", headers={"Cookie": None}).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": None}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Cookie": None}, 401),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": None}, 400),
    ],
    ids=str,
)
def test_who_may_decide(desk: DeskServer, headers: dict[str, str | None], status: int) -> None:
    body = json.dumps({"verdict": "accept", "copy": "b", "canonical": "a"}).encode()
    assert desk.ask("/api/decide", method="POST", body=body, headers=headers).status == status
    assert desk.ask("/decisions.jsonl").body == b""


CHANGES = ("decide", "accept-all", "settle", "undo", "import", "write", "close")


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_posted(desk: DeskServer, name: str) -> None:
    assert desk.ask(f"/api/{name}?verdict=accept&copy=b&canonical=a").status == 405
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"):
        assert desk.ask(f"/api/{name}", method=method).status == 405
    assert desk.ask("/decisions.jsonl").body == b""


def test_every_answer_has_the_policy(desk: DeskServer) -> None:
    for path, status in (
        ("/", 200),
        ("/desk.js", 200),
        ("/stories", 200),
        ("/api/queue", 200),
        ("/nothing", 404),
        ("/api/decide", 405),
    ):
        answer = desk.ask(path)
        assert answer.status == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    refused = desk.ask("/", headers={"Cookie": None})
    assert "default-src 'none'" in refused.headers["content-security-policy"]


def test_the_page_has_no_inline_script_or_style(desk: DeskServer) -> None:
    for path, script in (("/", "/desk.js"), ("/stories", "/stories.js")):
        page = desk.ask(path).body.decode()
        assert page.count("<script") == page.count(f'<script type="module" src="{script}"></script>') == 1
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<[^>]*\son\w+=", page)


@pytest.mark.parametrize(
    "path",
    [
        "/../archive.duckdb",
        "/archive.duckdb",
        "/articles.jsonl",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/desk.py",
        "/desk.js/../guard.py",
        "/static/desk.js",
        "/api/../desk.html",
        "http://evil.example/",
    ],
)
def test_no_file_is_opened_for_a_request(desk: DeskServer, path: str) -> None:
    assert desk.ask(path).status in (400, 404)


@pytest.mark.parametrize("name", ["/etc/passwd", "../archive.duckdb", "archive.duckdb", "%00", "%ed%a0%80"])
def test_a_name_in_a_request_is_a_name_of_a_document_and_nothing_else(desk: DeskServer, name: str) -> None:
    assert desk.ask(f"/api/pair?copy={name}").status == 404
    assert desk.ask(f"/api/story?cluster={name}").status == 404


def test_requests_are_bounded(desk: DeskServer) -> None:
    large = json.dumps({"verdict": "accept", "copy": "b", "canonical": "a", "note": "x" * 70_000}).encode()
    assert desk.ask("/api/decide", method="POST", body=large).status == 413
    assert desk.ask("/api/decide", method="POST", headers={"Content-Length": "9" * 30}).status in (400, 413)
    chunked = b"".join(b"4000\r\n" + b"x" * 0x4000 + b"\r\n" for _ in range(6)) + b"0\r\n\r\n"
    headers: dict[str, str | None] = {"Transfer-Encoding": "chunked"}
    assert desk.ask("/api/decide", method="POST", body=chunked, headers=headers).status == 413
    assert desk.ask(f"/api/pair?copy={'x' * 5000}").status == 414
    long = json.dumps({"verdict": "accept", "copy": "b", "canonical": "a", "note": "x" * 3000}).encode()
    assert desk.ask("/api/decide", method="POST", body=long).status == 400
    assert desk.ask("/decisions.jsonl").body == b""


def test_only_this_machine_can_reach_it(desk: DeskServer) -> None:
    address, _, port = desk.host.partition(":")
    assert address == "127.0.0.1"
    with socket.socket() as other:  # another address of this machine, where it would answer if it listened on all
        other.settimeout(5)
        assert other.connect_ex(("127.0.0.2", int(port))) != 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("decide", []),
        ("decide", {"verdict": "withdraw", "copy": "b", "canonical": "a"}),
        ("decide", {"verdict": "accept", "copy": 3, "canonical": "a"}),
        ("decide", {"verdict": "accept", "copy": "b", "canonical": "nobody"}),
        ("decide", {"verdict": "accept", "copy": "b", "canonical": "b"}),
        ("accept-all", {"relation": "spun", "least": "much", "count": 1}),
        ("accept-all", {"relation": "odd", "least": 0.9, "count": 1}),
        ("accept-all", {"relation": "excerpt", "least": 0.0}),
        ("accept-all", {"relation": "excerpt", "least": 0.0, "count": 7}),
        ("undo", {}),
        ("undo", {"step": 1}),
        ("undo", {"step": "1"}),
        ("settle", {"number": 1}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_told(desk: DeskServer, path: str, value: object) -> None:
    answer = desk.post(f"/api/{path}", value)
    assert answer.status == 400
    assert answer.json["error"]
    assert desk.ask("/decisions.jsonl").body == b""


def test_what_is_no_file_of_decisions_is_told(desk: DeskServer) -> None:
    for body in (b"{}", b"\xff\xfe", b"not json", b'{"verdict": "accept"}'):
        answer = desk.ask("/api/import", method="POST", body=body)
        assert answer.status == 400
        assert "the file, line 1" in answer.json["error"]


# What becomes of decisions


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
        assert "wrote" in server.stop()
    assert links(archive) == {"c": ("a", "linked")}
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
        assert server.post("/api/accept-all", {**asked, "count": seen["count"] + 1}).status == 400
        assert server.post("/api/accept-all", {**asked, "count": seen["count"]}).json["taken"] == seen["count"]
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
