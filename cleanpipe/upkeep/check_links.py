"""Checks links and stories against the documents and one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cleanpipe.archive import Archive
from cleanpipe.archive.lines import streamed
from cleanpipe.archive.rows import decision_from
from cleanpipe.model import EXTERNAL
from cleanpipe.text.jsonline import load
from cleanpipe.upkeep.check_documents import FIELDS
from cleanpipe.upkeep.findings import DAMAGED, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_STORY = -1

TABLES = (
    ("two documents have the hash", "SELECT hash FROM documents GROUP BY hash HAVING count(*) > 1"),
    ("a document is of a run that there was not", "SELECT key FROM documents ANTI JOIN runs USING (run)"),
    (
        "join keys are of a document that isn't there",
        "SELECT DISTINCT document FROM keys ANTI JOIN documents ON document = hash",
    ),
    (
        "a document has other join keys than are counted",
        "SELECT key FROM documents LEFT JOIN (SELECT document, count(*) AS there FROM keys GROUP BY document) "
        "ON document = hash WHERE held <> coalesce(there, 0)",
    ),
    ("two documents have one id", "SELECT id FROM documents GROUP BY id HAVING count(*) > 1"),
    (
        "a compared pair has a document that isn't there, or has both the wrong way round",
        "SELECT a || ' and ' || b FROM matches WHERE a >= b OR a NOT IN (SELECT hash FROM documents) "
        "OR b NOT IN (SELECT hash FROM documents)",
    ),
    ("a pair was kept twice", "SELECT a || ' and ' || b FROM matches GROUP BY a, b HAVING count(*) > 1"),
    ("a link is of a copy that isn't there", "SELECT key FROM links ANTI JOIN documents USING (key)"),
    (
        "a link leads to what is neither an article nor a known name",
        "SELECT key FROM links WHERE original NOT IN (SELECT key FROM documents UNION ALL SELECT name FROM names)",
    ),
    ("a link leads to a copy", "SELECT key FROM links WHERE original IN (SELECT key FROM links)"),
    ("a forgotten record is there", "SELECT key FROM documents SEMI JOIN forgotten USING (key)"),
    (
        "a decision gave way to one that isn't there",
        "SELECT decision FROM overruled WHERE decision NOT IN (SELECT decision FROM decisions) "
        "OR newer NOT IN (SELECT decision FROM decisions)",
    ),
)
"""What may not be, and a query whose rows name where it is."""


class Known:
    """What the checks of links ask about documents, in arrays: ids, and the lengths of their fields."""

    def __init__(self, archive: Archive) -> None:
        import numpy as np

        ids = archive.ids()
        self.row = {id: row for row, id in enumerate(ids.values())}
        self.row_of_hash = {int(key[:16], 16): row for row, key in enumerate(ids)}
        self.lengths: NDArray[np.int32] = np.full((len(ids), len(FIELDS)), -1, np.int32)
        self.story: NDArray[np.int32] = np.full(len(ids), NO_STORY, np.int32)
        """The number of the canonical that each document is linked to."""
        self.names = {name for name, _ in archive.known_names()}
        self.canonicals: dict[str, int] = {}

    def set_lengths(self, hash: int, lengths: tuple[int, ...]) -> None:
        if (row := self.row_of_hash.get(hash)) is not None:
            self.lengths[row] = lengths

    def holds(self, place: Mapping[str, Any], id: str) -> bool:
        """Whether a place lies inside a document's field."""
        if place["field"] not in FIELDS:
            return False
        length = self.lengths[self.row[id], FIELDS.index(place["field"])]
        return bool(0 <= place["start"] <= place["end"] <= length)


def check_tables(archive: Archive) -> Iterator[Finding]:
    """What tables say of one another."""
    for what, query in TABLES:
        cursor = archive.connection.cursor()
        cursor.execute(query)
        for (where,) in streamed(cursor):
            yield Finding(what, f"{where} in the database", DAMAGED)
    for number, row in archive.connection.execute("SELECT decision, row FROM decisions").fetchall():
        try:
            sound = decision_from(load(row)).is_sound
        except (ValueError, TypeError):
            sound = False
        if not sound:
            yield Finding("it names no pair or document that its verdict could be about", f"decision {number}")


def check_links(archive: Archive, known: Known, advance: Callable[[int], None]) -> Iterator[Finding]:
    """Each link: its two ends, the places that it shows, the documents that it names."""
    cursor = archive.connection.cursor()
    cursor.execute("SELECT copy, key, original, link FROM links ORDER BY key")
    for copy, key, original, row in streamed(cursor):
        advance(1)
        where = f"link of {copy} ({key})"
        try:
            link = load(row)
            yield from (Finding(what, where) for what in _wrong_link(load(copy), key, original, link, known))
        except (ValueError, KeyError, TypeError) as error:
            yield Finding(f"its row can't be read: {error!r}", where)


def _wrong_link(copy: str, key: str, original: str, link: Mapping[str, Any], known: Known) -> Iterator[str]:
    canonical = link["canonical"]
    if link["copy"] != copy or known.row.get(copy) != known.row_of_hash.get(int(key[:16], 16)):
        yield "its copy is called otherwise"
        return
    if canonical not in known.row:
        if not (canonical.startswith(EXTERNAL) and canonical in known.names and original == canonical):
            yield f"it leads to {canonical}, which is neither an article nor a known name"
    elif original.startswith(EXTERNAL) or known.row[canonical] != known.row_of_hash.get(int(original[:16], 16)):
        yield f"it leads to {canonical}, and by its key to another"
    known.story[known.row[copy]] = known.canonicals.setdefault(canonical, len(known.canonicals))
    for name in (*link["via"], *(item["canonical"] for item in link["alternatives"])):
        if name not in known.row and name not in known.names:
            yield f"it names {name}, which isn't there"
    if not link["evidence"]:
        yield "it shows no evidence"
    for item in link["evidence"]:
        other = item["other"]
        if other is not None and other not in known.row:
            yield f"its evidence ({item['kind']}) lies in {other}, which isn't there"
            continue
        for span in item["spans"]:
            for place, id in ((span["copy"], copy), (span["other"], other)):
                if place is not None and (id is None or not known.holds(place, id)):
                    yield (
                        f"its evidence ({item['kind']}) shows {place['start']}-{place['end']} of {place['field']} "
                        f"of {id}, which is not that long"
                    )


def check_stories(archive: Archive, known: Known, advance: Callable[[int], None]) -> Iterator[Finding]:
    """Each story is a star: its members are its canonical and the copies that are linked to that, and nothing else.
    Comes after `check_links`, which notes what is linked to what."""
    import numpy as np

    sizes = np.bincount(known.story[known.story != NO_STORY], minlength=len(known.canonicals))
    told: set[str] = set()
    cursor = archive.connection.cursor()
    cursor.execute("SELECT cluster, story FROM clusters ORDER BY cluster")
    for cluster, row in streamed(cursor):
        advance(1)
        where = f"story {cluster}"
        try:
            story = load(row)
            members, canonical = story["members"], story["canonical"]
            number = known.canonicals.get(canonical)
            if number is None or canonical in told:
                yield Finding(f"no copy is linked to {canonical}, or it has two stories", where)
                continue
            told.add(canonical)
            copies = [id for id in members if id != canonical]
            if any(id not in known.row or known.story[known.row[id]] != number for id in copies):
                yield Finding("it has a member that is not linked to its canonical", where)
            elif len(copies) != sizes[number]:
                yield Finding("it lacks a copy that is linked to its canonical", where)
            if story["virtual"] != (canonical not in members) or story["virtual"] == (canonical in known.row):
                yield Finding("its canonical is a member without being there, or the other way round", where)
            if story["size"] != len(members) or sorted(set(members)) != members:
                yield Finding("its members are not sorted, are there twice, or not as many as it says", where)
        except (ValueError, KeyError, TypeError) as error:
            yield Finding(f"its row can't be read: {error!r}", where)
    for canonical in known.canonicals.keys() - told:
        yield Finding("copies are linked to it and it has no story", canonical)
