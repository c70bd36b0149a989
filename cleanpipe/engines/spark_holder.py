"""One driver at a time in the folder of a load.

Not every file system that Hadoop knows has locks. So a driver signs the folder, and signs anew every few seconds; one
that comes later watches the signature: it is that of a driver at work where it changes, of one that was killed where
it doesn't.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator

from cleanpipe.engines.spark_files import Folder
from cleanpipe.errors import ArchiveError

HOLDER = "state/driver"
"""The file that holds the signature: the driver's name, and how often it has signed."""

SIGNS_EVERY_SECONDS = 3.0
WATCHED_SECONDS = 5 * SIGNS_EVERY_SECONDS
"""How long a signature has to stay as it is before its driver counts as gone."""

LOOKS_EVERY_SECONDS = 0.25
SETTLED_SECONDS = 1.0
"""How long after it signed a driver looks whether another one did so at the same time: the later one stays."""


class Holder:
    """A driver in a folder, by a name that no other has."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._name = uuid.uuid4().hex
        self._signing = threading.Lock()

    def check(self) -> None:
        """Raises ArchiveError where another driver has come, which took this one for gone."""
        if not self._is_mine():
            raise ArchiveError(
                f"{self._folder.uri}: another run came to this folder while this one was held up, and goes on there; "
                "this one has ended"
            )

    def sign(self, times: int) -> None:
        with self._signing:  # there is no signature while one is put in the place of the last
            self._folder.write(HOLDER, f"{self._name} {times}".encode())

    def sign_until(self, ended: threading.Event) -> None:
        """Signs every few seconds, as long as no other driver has come."""
        times = 1
        while not ended.wait(SIGNS_EVERY_SECONDS):
            with contextlib.suppress(Exception):  # of a file system that is away for a moment
                if not self._is_mine():
                    return
                self.sign(times)
            times += 1

    def leave(self) -> None:
        with contextlib.suppress(Exception):  # of a driver that goes down; what is left of it is found to be stale
            if self._is_mine():
                self._folder.delete(HOLDER)

    def _is_mine(self) -> bool:
        with self._signing:
            return _signature(self._folder, self._name.encode()).startswith(self._name.encode())


@contextlib.contextmanager
def held(folder: Folder) -> Iterator[Holder]:
    """Keeps other drivers out of the folder until the block ends. Raises ArchiveError where one is at work there."""
    _wait_until_stale(folder)
    holder = Holder(folder)
    holder.sign(0)
    time.sleep(SETTLED_SECONDS)
    holder.check()
    ended = threading.Event()
    thread = threading.Thread(target=holder.sign_until, args=(ended,), daemon=True)
    thread.start()
    try:
        yield holder
    finally:
        ended.set()
        thread.join()
        holder.leave()


def _wait_until_stale(folder: Folder) -> None:
    """Returns when no driver is at work in the folder. Raises ArchiveError where one signs meanwhile."""
    known = _signature(folder)
    if not known:  # or one was put in the place of the last just then
        time.sleep(LOOKS_EVERY_SECONDS)
        known = _signature(folder)
    deadline = time.monotonic() + WATCHED_SECONDS
    while known and time.monotonic() < deadline:
        time.sleep(LOOKS_EVERY_SECONDS)
        if _signature(folder, known) != known:
            raise ArchiveError(
                f"{folder.uri}: another run is at work in this folder; wait for it, or give a new directory to -o"
            )


def _signature(folder: Folder, absent: bytes = b"") -> bytes:
    """The signature in the folder; `absent` where there is none, for a moment or at all, or none can be read."""
    with contextlib.suppress(Exception):
        return folder.read(HOLDER) or absent
    return absent
