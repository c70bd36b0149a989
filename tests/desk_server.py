"""The desk as a person starts it: `cleanpipe review` in a process of its own."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

Json = Any


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


class DeskServer:
    """A running desk. A context manager, which ends it by `stop`."""

    def __init__(self, archive: Path, by: str = "Ana") -> None:
        command = [sys.executable, "-m", "cleanpipe", "review", str(archive), "--by", by, "--no-browser", "--json"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout and self.process.stderr
        printed = ""
        while not printed.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            printed += line
        self.address: str = json.loads(printed)["address"]
        parts = urlsplit(self.address)
        self.host = parts.netloc
        self.origin = f"http://{self.host}"
        self.token = parse_qs(parts.query)["token"][0]
        self.cookie = f"cleanpipe-desk-{parts.port}={self.token}"

    def __enter__(self) -> DeskServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> str:
        """Ends it as Ctrl-C does; what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=120)
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, headers: dict[str, str | None] | None = None
    ) -> Answer:
        """What it answers to a request as its own page sends it, but for `headers`; None leaves one out."""
        given: dict[str, str | None] = {"Host": self.host, "Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if method != "GET":
            given |= {"Origin": self.origin, "Content-Type": "application/json"}
        given |= headers or {}
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None and "Content-Length" not in given and "Transfer-Encoding" not in given:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, path: str, value: Json) -> Answer:
        return self.ask(path, method="POST", body=json.dumps(value).encode())

    def queue(self, **choice: str) -> Json:
        query = "&".join(f"{name}={value}" for name, value in choice.items())
        return self.ask(f"/api/queue?{query}").json
