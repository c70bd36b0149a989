"""The sketches of documents, as many at a time as are compared."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from cleanpipe.archive.files import BESIDE
from cleanpipe.archive.store import Archive
from cleanpipe.errors import ArchiveError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 4_096
"""Documents whose sketches are queried for: what these meet is most blocks of the table, which a query reads whole. Of
more than these all sketches are copied out first, which needs 12 kB of disk an article: a first load, which meets each
sketch some fourteen times, reads from there at a tenth of the cost."""

COPIED_AT_ONCE = 2_048

Sketches = Callable[["NDArray[np.uint64]"], dict[int, bytes]]
"""Gives the sketches of documents, by hash."""


@contextlib.contextmanager
def sketches_for(archive: Archive, documents: int) -> Iterator[Sketches]:
    """A function that reads sketches, the cheapest where so many documents are compared with all others. No document
    may be added meanwhile. Documents that were added one after another are read at the least cost."""

    def queried(hashes: NDArray[np.uint64]) -> dict[int, bytes]:
        given = {"hash": hashes}
        bounds = archive.scan("SELECT min(rowid), max(rowid) FROM documents SEMI JOIN given USING (hash)", given)
        first, last = bounds.fetchone() or (None, None)
        rows = archive.scan(
            "SELECT hash, sketch FROM documents SEMI JOIN given USING (hash) "
            f"WHERE rowid BETWEEN {first or 0} AND {last or 0}",
            given,
        ).fetchnumpy()
        return dict(zip(rows["hash"].tolist(), rows["sketch"].tolist(), strict=True))

    if documents <= FEW:
        yield queried
    else:
        with _copied(archive) as copied:
            yield copied


def arrival(archive: Archive, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The place of each of the documents, given as sorted hashes, in the order in which they came."""
    found: NDArray[np.int64] = archive.scan(
        "SELECT documents.rowid AS place FROM documents JOIN given USING (hash) ORDER BY hash", {"hash": hashes}
    ).fetchnumpy()["place"]
    return found


@contextlib.contextmanager
def _copied(archive: Archive) -> Iterator[Sketches]:
    """The sketches in a file without a name, which is gone with the process."""
    import numpy as np

    with tempfile.TemporaryFile(prefix=BESIDE, dir=archive.folder) as file:
        names, sizes = _copy(archive, file)
        ends = np.cumsum(sizes)
        order = np.argsort(names)

        def copied(asked: NDArray[np.uint64]) -> dict[int, bytes]:
            rows = np.sort(order[names.searchsorted(asked, sorter=order)])
            found = {}
            for name, size, end in zip(*(column[rows].tolist() for column in (names, sizes, ends)), strict=True):
                file.seek(end - size)
                found[name] = file.read(size)
            return found

        yield copied


def _copy(archive: Archive, file: BinaryIO) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Writes all sketches to the file; the hashes of their documents and their sizes, in the order of the file."""
    import numpy as np

    names: list[int] = []
    sizes: list[int] = []
    found = archive.connection.execute("SELECT hash, sketch FROM documents")
    try:
        while rows := found.fetchmany(COPIED_AT_ONCE):
            for name, sketch in rows:
                file.write(sketch)
                names.append(name)
                sizes.append(len(sketch))
        file.flush()
    except OSError as error:
        raise ArchiveError(
            f"{archive.folder}: writing failed: {error.strerror}; free some space and run again, what was committed "
            "before is kept"
        ) from error
    return np.array(names, np.uint64), np.array(sizes, np.int64)
