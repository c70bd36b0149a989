"""Takes documents out of the database with all that holds their words or their ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cleanpipe.archive.changes import Placed
from cleanpipe.archive.compact import WANTED
from cleanpipe.archive.lines import LINES, streamed
from cleanpipe.archive.pairs import ask_again
from cleanpipe.archive.rows import decision_from, edit_from, plain, text_of
from cleanpipe.archive.store import Archive, column_of, document_hash
from cleanpipe.archive.tombstones import set_forgotten, stand_in
from cleanpipe.text.jsonline import load
from cleanpipe.text.offsets import revert

QUOTED = 32
"""Characters in a row that the beginning of a record that couldn't be read shares with a text that it is a piece of."""


def forget_documents(archive: Archive, ids: Mapping[str, str]) -> int:
    """Removes documents, given as ids by key; the number of the run that is to link their neighbours anew.

    In one transaction. What is not a document's own stays and loses what names it: links of its copies and lines of the
    log say "forgotten:" and the beginning of the key, decisions keep the key alone, an absent original's name stays as
    long as it stands for another document.
    """
    keys = list(ids)
    texts = _as_read(archive, keys)
    with archive.transaction():
        run = archive.begin_run()
        _touch(archive, keys)
        ask_again(archive)
        _remove(archive, keys)
        _redact_links(archive, ids)
        _redact_log(archive, ids)
        _redact_decisions(archive, ids)
        _leave_names(archive, ids)
        _redact_rejected(archive, texts)
        set_forgotten(archive, keys, run)
        archive.set_meta(WANTED, "wanted")
        archive.outdate(*LINES)
    return run


def _as_read(archive: Archive, keys: Sequence[str]) -> list[str]:
    """The texts and titles of documents, repaired and as they were read."""
    query = "SELECT article, edits FROM documents SEMI JOIN given USING (key)"
    found = []
    for row, log in archive.scan(query, column_of("key", keys)).fetchall():
        article, edits = load(row), load(log)
        for field in ("text", "title"):
            if article[field]:
                found += [article[field], revert(article[field], map(edit_from, edits.get(field, ())))]
    return found


def _touch(archive: Archive, keys: Sequence[str]) -> None:
    """Marks those whose links could depend on these documents: compared with them, or of their stories."""
    import numpy as np

    compared = archive.scan(
        "SELECT b AS hash FROM matches JOIN given ON a = hash UNION SELECT a FROM matches JOIN given ON b = hash",
        _hashes(keys),
    ).fetchnumpy()["hash"]
    told = archive.scan(
        "WITH stories AS (SELECT DISTINCT original FROM links JOIN given ON given.key IN (links.key, links.original)) "
        "SELECT hash FROM documents WHERE key IN (SELECT original FROM stories) "
        "OR key IN (SELECT key FROM links SEMI JOIN stories USING (original))",
        column_of("key", keys),
    ).fetchnumpy()["hash"]
    archive.touch(np.union1d(compared, told))


def _remove(archive: Archive, keys: Sequence[str]) -> None:
    hashes = _hashes(keys)
    archive.scan("DELETE FROM hot WHERE value IN (SELECT value FROM keys JOIN given ON document = hash)", hashes)
    archive.scan("DELETE FROM keys USING given WHERE document = given.hash", hashes)
    archive.scan("DELETE FROM matches USING given WHERE given.hash IN (a, b)", hashes)
    archive.scan("DELETE FROM touched USING given WHERE touched.hash = given.hash", hashes)
    for table, column in (("documents", "key"), ("links", "key"), ("changes", "copy"), ("contradictions", "document")):
        archive.scan(f"DELETE FROM {table} USING given WHERE {table}.{column} = given.key", column_of("key", keys))


def _redact_links(archive: Archive, ids: Mapping[str, str]) -> None:
    """Until links are made anew, those to the documents lead to a stand-in, and their stories are none."""
    rows = archive.scan(
        "SELECT links.key, link FROM links JOIN given ON original = given.key", column_of("key", ids)
    ).fetchall()
    for key, row in rows:
        link = load(row)
        link["canonical"] = stand_in(_key_of(link["canonical"], ids))
        link["evidence"], link["alternatives"], link["via"] = [], [], []
        archive.connection.execute(
            "UPDATE links SET link = ?, original = ?, canonical = ? WHERE key = ?",
            [text_of(link), link["canonical"], text_of(link["canonical"]), key],
        )
    names = set(ids.values())
    cursor = archive.connection.cursor()
    cursor.execute("SELECT cluster, story FROM clusters")
    for cluster in [cluster for cluster, story in streamed(cursor) if names & {*load(story)["members"]}]:
        archive.connection.execute("DELETE FROM clusters WHERE cluster = ?", [cluster])


def _key_of(id: str, ids: Mapping[str, str]) -> str:
    return next(key for key, known in ids.items() if known == id)


def _redact_log(archive: Archive, ids: Mapping[str, str]) -> None:
    """Lines of the log about other documents, that went to or from these."""
    for side in ("before", "after"):
        query = f"SELECT DISTINCT {side} FROM changes JOIN given ON contains({side}, given.key)"
        for (row,) in archive.scan(query, column_of("key", ids)).fetchall():
            placed = Placed(**load(row))
            if placed.original in ids:
                name = stand_in(placed.original)
                new = text_of(plain(dataclasses.replace(placed, original=name, canonical=name)))
                archive.connection.execute(f"UPDATE changes SET {side} = ? WHERE {side} = ?", [new, row])


def _redact_decisions(archive: Archive, ids: Mapping[str, str]) -> None:
    """What was decided holds on for others with the same words; what the document was called then is taken out."""
    for number, row in archive.connection.execute("SELECT decision, row FROM decisions").fetchall():
        said = decision_from(load(row))
        copy_id = None if said.copy in ids else said.copy_id
        canonical_id = None if said.canonical in ids else said.canonical_id
        if (copy_id, canonical_id) != (said.copy_id, said.canonical_id):
            new = dataclasses.replace(said, copy_id=copy_id, canonical_id=canonical_id)
            archive.connection.execute("UPDATE decisions SET row = ? WHERE decision = ?", [text_of(plain(new)), number])


def _leave_names(archive: Archive, ids: Mapping[str, str]) -> None:
    for name, members in archive.known_names():
        left = [key for key in members if key not in ids]
        if members and not left:
            archive.connection.execute("DELETE FROM names WHERE name = ?", [name])
        elif len(left) < len(members):
            archive.connection.execute("UPDATE names SET keys = ? WHERE name = ?", [text_of(left), name])


def _redact_rejected(archive: Archive, texts: Sequence[str]) -> None:
    """Takes the excerpt out of rejected records that were pieces of these texts."""
    pieces = {piece for text in texts for piece in _pieces(text)}
    cursor = archive.connection.cursor()
    cursor.execute("SELECT DISTINCT row FROM rejected")
    quoting = [row for (row,) in streamed(cursor) if not pieces.isdisjoint(_pieces(load(row)["excerpt"]))]
    for row in quoting:
        archive.connection.execute(
            "UPDATE rejected SET row = ? WHERE row = ?", [text_of({**load(row), "excerpt": ""}), row]
        )


def _hashes(keys: Sequence[str]) -> dict[str, Any]:
    import numpy as np

    return {"hash": np.array([document_hash(key) for key in keys], np.uint64)}


def _pieces(text: str) -> list[str]:
    return [text[at : at + QUOTED] for at in range(len(text) - QUOTED + 1)]
