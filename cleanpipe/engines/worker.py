"""A worker process: it does one thing after another, says when it can't, and never outlives the run."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TypeVar

from cleanpipe.errors import CleanpipeError

B = TypeVar("B")
R = TypeVar("R")

NOT_THE_BATCH = (CleanpipeError, OSError, ImportError)
"""What no text brings about: wrong rules, a full disk, a library that isn't there. It ends the run."""

OOM_SCORE = 500
"""Of 1,000. Linux, short of memory, ends a worker before it ends the run, which can replace the worker."""

FAREWELL_SECONDS = 10
"""How long a killed process may take to be gone; the kernel frees gigabytes in less."""

MESSAGE_CHARS = 200
"""Of what an exception says; some quote the whole text."""


class BatchError(Exception):
    """A batch that could not be done. `reason` continues "preparing it ..."."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WorkerDiedError(BatchError):
    """The process ended before it was done."""


class WorkerHangsError(BatchError):
    """The process took too long, and was ended."""


class Worker:
    """One process, started with the object. Used by one thread at a time; only `kill` may come from another."""

    def __init__(self) -> None:
        # Not forked: DuckDB's threads would be copied in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False

    def call(self, function: Callable[[B], R], batch: B, seconds: float) -> R:
        """`function(batch)`, which may take so many seconds.

        Raises WorkerDiedError and WorkerHangsError, after which there is no process any more; BatchError where the
        function raised something that can come from the batch, or else what it raised; CleanpipeError where the
        process never came to its work.
        """
        self._await_ready()
        try:
            self._pipe.send_bytes(pickle.dumps((function, batch), pickle.HIGHEST_PROTOCOL))
            if not self._pipe.poll(seconds):
                self.close()
                raise WorkerHangsError(f"took longer than {seconds / 60:,.0f} minutes")
            result, failure = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError) as error:
            self._process.join(FAREWELL_SECONDS)
            how = _exit_words(self._process.exitcode)
            self.close()
            raise WorkerDiedError(f"ended the worker process ({how})") from error
        if isinstance(failure, str):
            raise BatchError(failure)
        if failure is not None:
            raise failure
        answer: R = result
        return answer

    def _await_ready(self) -> None:
        if self._ready:
            return
        try:
            self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            self._process.join(FAREWELL_SECONDS)
            code = self._process.exitcode
            self.close()
            if code is None or code < 0:
                raise WorkerDiedError(f"ended the worker process ({_exit_words(code)})") from error
            raise CleanpipeError(
                f"a worker process ended as it started ({_exit_words(code)}): it runs the main script once more, so a "
                'script calls cleanpipe.run under `if __name__ == "__main__":`, or with workers=1'
            ) from error
        self._ready = True

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Ends the process, whatever it does."""
        self._process.kill()
        self._process.join(FAREWELL_SECONDS)
        self._pipe.close()


def call_here(function: Callable[[B], R], batch: B) -> R:
    """`function(batch)` in this process. Raises BatchError as `Worker.call` does.

    No garbage is collected meanwhile: a batch makes many objects, but hardly any that only a collection frees, and
    looking through all that there are took a twelfth of a run.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return function(batch)
    except NOT_THE_BATCH:
        raise
    except Exception as error:
        raise BatchError(_failure_words(error)) from error
    finally:
        if collecting:
            gc.enable()


def _serve(pipe: Connection) -> None:
    """What a worker does until the run closes its end of the pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the run ends its workers itself
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    with contextlib.suppress(EOFError, OSError):  # the run has closed the pipe, or is gone
        pipe.send_bytes(b"ready")
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))


def _answer(asked: bytes) -> bytes:
    failure: Exception | str
    try:
        function, batch = pickle.loads(asked)
        return pickle.dumps((call_here(function, batch), None), pickle.HIGHEST_PROTOCOL)
    except BatchError as error:
        failure = error.reason
    except Exception as error:
        failure = _sendable(error)
    return pickle.dumps((None, failure))


def _sendable(error: Exception) -> Exception:
    """The error, or what it says where it can't be sent to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return CleanpipeError(str(error))
    return error


def _end_with_the_run() -> None:
    """Ends this process when its parent is gone, also while it computes: a killed run leaves nobody behind."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _failure_words(error: Exception) -> str:
    """Type, message and place of an exception: the same for the same cause, whatever addresses it quotes."""
    import re

    says = re.sub(r"\b0x[0-9a-f]+", "0x…", " ".join(str(error).split()))[:MESSAGE_CHARS]
    frame = traceback.extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    return f"failed ({name}{': ' if says else ''}{says}; {Path(frame.filename).name}, line {frame.lineno})"


def _exit_words(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name}, mostly for lack of memory" if name == "SIGKILL" else name
