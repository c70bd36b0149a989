"""Runs of cleanpipe that are killed: at a commit, at an export, at any moment, in a worker; or that run out of room.

Each run is a child process of its own, made by forking one that has everything imported: real processes, real files, a
real SIGKILL, and no seconds of start-up. Where a run is killed is told by its n-th commit or replaced file: the child
watches `Archive.transaction`, `replace_file` and the renaming of files, nothing else of cleanpipe is known here.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for library in ("OPENBLAS", "OMP", "MKL"):  # before NumPy is loaded: a process with threads can't be forked safely
    os.environ[f"{library}_NUM_THREADS"] = "1"

LONGEST_SECONDS = 120
OUTLIVED_SECONDS = 20
"""Within which the workers of a run that was killed have to be gone."""
WAITING = b"..."
FAILED, REFUSED = 1, 3
"""Exit status of a child that raised something unforeseen, and of one that raised a CleanpipeError."""

Task = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status, or minus the signal that killed it; what it said; how long it took; whether a
    process that it had started outlived it; and how many of these were killed."""

    status: int
    said: str
    seconds: float
    outlived: bool
    workers_killed: int


class Points:
    """Counts the points at which a run could be killed, and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.labels: list[str] = []

    def __call__(self, label: str) -> None:
        self.labels.append(label)
        if len(self.labels) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(point: Callable[[str], None]) -> None:
    """Has `point` called at every commit and at every file that is replaced, in this process from now on."""
    from cleanpipe.archive import Archive
    from cleanpipe.archive.export import Written, replace_file

    transaction, replace, link = Archive.transaction, Path.replace, os.link

    @contextlib.contextmanager
    def watched_transaction(self: Archive) -> Iterator[None]:
        with transaction(self):
            yield
            point("before a commit")
        point("after a commit")

    def watched_writing(path: Path, chunks: Iterable[bytes]) -> Written:
        def within() -> Iterator[bytes]:
            for number, chunk in enumerate(chunks):
                yield chunk
                if number == 0:
                    point("within an export")

        return replace_file(path, within())

    def watched_replace(self: Path, target: Any) -> Path:
        point("before a renaming")
        result = replace(self, target)
        point("after a renaming")
        return result

    def watched_link(*given: Any, **named: Any) -> None:
        point("before a renaming")
        link(*given, **named)
        point("after a renaming")

    Archive.transaction = watched_transaction  # type: ignore[method-assign]
    Path.replace = watched_replace  # type: ignore[method-assign,assignment]
    os.link = watched_link
    for name, module in list(sys.modules.items()):
        if name.startswith("cleanpipe") and getattr(module, "replace_file", None) is replace_file:
            module.replace_file = watched_writing  # type: ignore[attr-defined]


def points_of(task: Task, folder: Path) -> list[str]:
    """The points that an undisturbed run of the task passes. Raises RuntimeError where it fails."""
    noted = folder / "points.json"

    def noting() -> None:
        points = Points(0)
        watch(points)
        task()
        noted.write_text(json.dumps(points.labels))

    ended = child(noting)
    if ended.status:
        raise RuntimeError(f"an undisturbed run ended with {ended.status}: {ended.said}")
    labels: list[str] = json.loads(noted.read_text())
    return labels


def killed_at(task: Task, fatal: int) -> Ended:
    """Kills the run at its n-th point."""

    def dying() -> None:
        watch(Points(fatal))
        task()

    return child(dying)


def out_of_room(task: Task, size: int) -> Ended:
    """Lets no file of the run grow beyond so many bytes."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        task()

    return child(limited)


def child(task: Task, meanwhile: Callable[[int], int] | None = None) -> Ended:
    """Does a task in a process of its own; `meanwhile` is called with its number, and says how many of its workers it
    killed. What it prints is kept."""
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a process with threads can't be forked safely"
    began = time.monotonic()
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number == 0:
        os.close(reading)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os._exit(_status_of(task))
    os.close(writing)
    workers_killed = meanwhile(number) if meanwhile else 0
    said, status, deadline = b"", None, time.monotonic() + LONGEST_SECONDS
    while block := _read(reading):
        if block is not WAITING:
            said += block
        if status is None and (found := os.waitpid(number, os.WNOHANG))[0]:
            status, deadline = os.waitstatus_to_exitcode(found[1]), time.monotonic() + OUTLIVED_SECONDS
        if time.monotonic() > deadline:
            break
    os.close(reading)
    if status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGABRT if time.monotonic() > deadline else 0)
        status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    return Ended(status, said.decode("utf-8", "replace"), time.monotonic() - began, bool(block), workers_killed)


def _read(pipe: int) -> bytes:
    """What there is to be read, WAITING where that is nothing yet, b"" where nobody writes any more."""
    return os.read(pipe, 1 << 16) if select.select([pipe], [], [], 0.05)[0] else WAITING


def _status_of(task: Task) -> int:
    from cleanpipe.errors import CleanpipeError

    try:
        task()
        return 0
    except CleanpipeError as error:
        print(f"{type(error).__name__}: {error}")
        return REFUSED
    except BaseException:
        traceback.print_exc()
        return FAILED
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def after(seconds: float) -> Callable[[int], int]:
    """For `child`: kills the process after so long."""

    def kill(number: int) -> int:
        time.sleep(seconds)
        os.kill(number, signal.SIGKILL)
        return 0

    return kill


def worker_after(seconds: float) -> Callable[[int], int]:
    """For `child`: kills one of the worker processes of the process, so long after the first has started."""

    def kill(number: int) -> int:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not workers_of(number) and time.monotonic() < deadline and _runs(number):
            time.sleep(0.01)
        time.sleep(seconds)
        for worker in workers_of(number)[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                return 1
        return 0

    return kill


def workers_of(parent: int) -> list[int]:
    """Numbers of the worker processes that a process has started and that run."""
    return [number for number, above, line in _processes() if above == parent and b"spawn_main" in line]


def _processes() -> Iterator[tuple[int, int, bytes]]:
    """Number, parent's number and command line of every process that is no zombie."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                state, above = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
                if state != "Z":
                    yield int(folder.name), int(above), (folder / "cmdline").read_bytes()


def _runs(number: int) -> bool:
    return any(number == found for found, _, _ in _processes())
