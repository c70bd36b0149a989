"""Puts the desk on a free port of this machine, until it is closed."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from cleanpipe.errors import MissingExtraError
from cleanpipe.review.desk import Desk

ADDRESS = "127.0.0.1"
AT_ONCE = 32
"""Requests that are answered at a time: one browser sends a handful."""
LARGEST_HEAD = 16 * 1024
"""Bytes of a request before its body."""
TO_FINISH_SECONDS = 5


def serve(folder: Path, by: str, ready: Callable[[str], None]) -> tuple[str, ...]:
    """Runs the desk of the archive in `folder` for the person `by`, until the page or a signal closes it; then the
    exports and the report are written. `ready` is given the address to open. The names of what was written.

    Raises MissingExtraError without the extra [review], and what `Desk.open` does.
    """
    try:
        import uvicorn

        from cleanpipe.review.app import application
    except ImportError as error:
        raise MissingExtraError("the review desk", "review") from error

    with Desk.open(folder, by) as desk, socket.socket() as bound:
        bound.bind((ADDRESS, 0))
        host = f"{ADDRESS}:{bound.getsockname()[1]}"
        token = secrets.token_urlsafe(32)

        def close() -> None:
            server.should_exit = True

        config = uvicorn.Config(
            application(desk, host, token, close),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=AT_ONCE,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            timeout_graceful_shutdown=TO_FINISH_SECONDS,
        )
        server = uvicorn.Server(config)
        bound.listen()
        ready(f"http://{host}/?token={token}")
        # The server stops at SIGINT and SIGTERM, and then sends them on to whoever listened before. A terminal that is
        # closed sends SIGHUP: many people end a program so.
        listeners = {"SIGTERM": lambda *_: None, "SIGHUP": lambda *_: close()}
        known = {getattr(signal, name): listen for name, listen in listeners.items() if hasattr(signal, name)}
        before = {number: signal.signal(number, listen) for number, listen in known.items()}
        try:
            with contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[bound])
            return desk.write()
        finally:
            for number, listen in before.items():
                signal.signal(number, listen)
