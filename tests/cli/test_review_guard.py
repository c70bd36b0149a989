"""Whom `cleanpipe review` answers, and what it answers to requests that make no sense or mean ill."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import ferries
import pytest
from desk_server import DeskServer

pytest.importorskip("uvicorn", reason="the extra [review] isn't installed")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """A desk where nobody decides anything."""
    with DeskServer(ferries.make(tmp_path_factory.mktemp("looked-at")) / "archive") as server:
        yield server


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
        ("accept-all", {"relation": "spun", "least": "much", "seen": "0"}),
        ("accept-all", {"relation": "odd", "least": 0.9, "seen": "0"}),
        ("accept-all", {"relation": "excerpt", "least": 0.0}),
        ("accept-all", {"relation": "excerpt", "least": 0.0, "seen": "0"}),
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


def test_a_refusal_is_a_page_for_a_reader_and_json_for_the_script(desk: DeskServer) -> None:
    for path, cookie, status in (("/", None, 401), ("/<script>alert(1)</script>", desk.cookie, 404)):
        page = desk.ask(path, headers={"Cookie": cookie})
        assert (page.status, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert b'<html lang="en">' in page.body
        assert b"<script" not in page.body
    for path, cookie, status in (("/api/queue", None, 401), ("/api/nothing", desk.cookie, 404)):
        answer = desk.ask(path, headers={"Cookie": cookie})
        assert answer.status == status
        assert answer.json["error"]
