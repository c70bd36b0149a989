"""The decisions of people in the archive: added, never changed, found again by the content that they are about."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleanpipe.archive.pairs import Pairs, pairs_of
from cleanpipe.archive.reprints import first_of
from cleanpipe.archive.rows import decision_from, plain, text_of
from cleanpipe.archive.store import Archive, column_of, columns_of, document_hash
from cleanpipe.model import EXTERNAL, Contradiction, Decision
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Kept(NamedTuple):
    """A decision as it was taken, its number, and the run that carried it out first."""

    number: int
    run: int
    decision: Decision


class Against(NamedTuple):
    """What speaks against a decision that counts, told as a sentence, and the run that brought it."""

    number: int
    says: str
    run: int


def add_decisions(archive: Archive, decisions: Sequence[Decision]) -> int:
    """Adds decisions and begins the run that is to carry them out; its number. All in one transaction."""
    (last,) = archive.connection.execute("SELECT coalesce(max(decision), 0) FROM decisions").fetchone() or (0,)
    with archive.transaction():
        run = archive.begin_run()
        rows = [(last + at, run, text_of(plain(item))) for at, item in enumerate(decisions, 1)]
        if rows:
            archive.outdate("decisions.jsonl")
            query = "INSERT INTO decisions SELECT decision, run, row FROM given"
            archive.scan(query, columns_of(("decision", "run", "row"), rows))
    return run


def decisions(archive: Archive) -> list[Kept]:
    """All decisions, in the order in which they were added."""
    rows = archive.connection.execute("SELECT decision, run, row FROM decisions ORDER BY decision").fetchall()
    return [Kept(number, run, decision_from(load(row))) for number, run, row in rows]


def decision_lines(archive: Archive) -> Iterator[bytes]:
    """Lines of `decisions.jsonl`, in the order in which they were added."""
    for (row,) in archive.connection.execute("SELECT row FROM decisions ORDER BY decision").fetchall():
        yield row.encode() + b"\n"


def found_again(archive: Archive, kept: Sequence[Kept]) -> list[Kept]:
    """The decisions, oldest first, each about documents that the archive holds: where the record is not there, the
    first with the same words takes its place. What is not there at all keeps its key."""
    held = archive.known(_documents(kept)).keys()
    words = {name for item in kept for name in (item.decision.copy_words, item.decision.canonical_words) if name}
    with_words = _first_with(archive, words)

    def there(key: str | None, words: str | None) -> str | None:
        return key if key is None or key in held or words is None else with_words.get(words, key)

    def found(item: Kept) -> Kept:
        said = item.decision
        copy, canonical = there(said.copy, said.copy_words), there(said.canonical, said.canonical_words)
        return item._replace(decision=dataclasses.replace(said, copy=copy, canonical=canonical))

    return sorted(map(found, kept), key=lambda item: (item.decision.at, item.number))


def carried_out(found: Sequence[Kept], names: Collection[str]) -> list[Decision]:
    """The decisions but for those about an absent original that the archive has no name of: they wait for it."""
    said = [item.decision for item in found]
    return [item for item in said if not _is_absent(item.canonical) or item.canonical in names]


def held(archive: Archive, found: Sequence[Kept]) -> set[str]:
    """What decisions name and the archive holds: keys of documents, and names of absent originals."""
    return {*archive.known(_documents(found)), *(name for name, _ in archive.known_names())}


def _documents(kept: Sequence[Kept]) -> list[str]:
    names = {name for item in kept for name in (item.decision.copy, item.decision.canonical) if name}
    return sorted(name for name in names if not _is_absent(name))


def _is_absent(name: str | None) -> bool:
    return name is not None and name.startswith(EXTERNAL)


def words_of(archive: Archive, keys: Collection[str]) -> dict[str, str]:
    """16 hex digits of the hash of the words of these documents, by key; those without words are left out."""
    if not keys:
        return {}
    wanted = column_of("key", keys)
    rows = archive.scan("SELECT key, exact FROM documents SEMI JOIN given USING (key) WHERE exact <> 0", wanted)
    return {key: f"{exact:016x}" for key, exact in rows.fetchall()}


def _first_with(archive: Archive, words: Collection[str]) -> dict[str, str]:
    import numpy as np

    if not words:
        return {}
    wanted = {"exact": np.array([int(item, 16) for item in words], np.uint64)}
    query = "SELECT exact, min(key) FROM documents SEMI JOIN given USING (exact) GROUP BY exact"
    return {f"{exact:016x}": key for exact, key in archive.scan(query, wanted).fetchall()}


def decided_pairs(archive: Archive, found: Sequence[Kept]) -> Pairs:
    """The pairs of texts that these decisions link or ask about, to be compared whether the channels bring them
    together or not; sorted. An absent original stands for the members that its story had. Call it after
    `note_reprints`."""
    import numpy as np

    members = dict(archive.known_names()) if any(_is_absent(item.decision.canonical) for item in found) else {}
    asked: list[tuple[int, int]] = []
    for _, _, said in found:
        if said.copy is None or said.canonical is None or said.verdict in ("reject", "withdraw"):
            continue
        others = [key for key in members.get(said.canonical, (said.canonical,)) if not _is_absent(key)]
        asked += [(document_hash(said.copy), document_hash(other)) for other in others]
    both = np.array(asked, np.uint64).reshape(-1, 2)
    both = both[np.isin(both, _there(archive, np.unique(both))).all(axis=1)]
    firsts = first_of(archive, np.unique(both))
    named = {tuple(sorted(firsts.get(end, end) for end in row)) for row in both.tolist()}
    pairs = np.array(sorted(pair for pair in named if pair[0] != pair[1]), np.uint64).reshape(-1, 2)
    return pairs_of({"a": pairs[:, 0].copy(), "b": pairs[:, 1].copy(), "wanted": np.ones(len(pairs), bool)})


def decided_edges(archive: Archive, found: Sequence[Kept]) -> Pairs:
    """What decisions tie together: the documents that each names, and all that the name of an absent original stands
    for or stood for, whether anybody decided about it or not. These are to be linked at one go."""
    import numpy as np

    members = {name: [document_hash(key) for key in keys] for name, keys in archive.known_names() if keys}
    edges = [(keys[0], key) for keys in members.values() for key in keys[1:]]
    for _, _, said in found:
        if said.copy is not None and said.canonical is not None:
            absent = _is_absent(said.canonical)
            other = members.get(said.canonical, [None])[0] if absent else document_hash(said.canonical)
            if other is not None:
                edges.append((document_hash(said.copy), other))
    both = np.array(edges, np.uint64).reshape(-1, 2)
    both = both[np.isin(both, _there(archive, np.unique(both))).all(axis=1)]
    return pairs_of({"a": both[:, 0].copy(), "b": both[:, 1].copy()})


def _there(archive: Archive, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    query = "SELECT hash FROM documents SEMI JOIN given USING (hash)"
    found: NDArray[np.uint64] = archive.scan(query, {"hash": hashes}).fetchnumpy()["hash"]
    return found


def decided_documents(archive: Archive, found: Sequence[Kept]) -> NDArray[np.uint64]:
    """Hashes of the documents that decisions name and the archive holds, sorted."""
    import numpy as np

    return np.array(sorted(document_hash(key) for key in archive.known(_documents(found))), np.uint64)


def since_linked(archive: Archive, found: Sequence[Kept]) -> list[Kept]:
    """Those of the decisions that were taken after links were last made."""
    last = int(archive.meta("linked") or 0)
    return [item for item in found if item.run > last]


def replace_overruled(archive: Archive, among: Sequence[int], pairs: Sequence[tuple[int, int]]) -> None:
    """Which of the decisions with the numbers `among` no longer count, each with the number of the one it gave way to.
    Call it in a transaction."""
    if among:
        numbers = column_of("decision", among)
        archive.scan("DELETE FROM overruled WHERE decision IN (SELECT decision FROM given)", numbers)
    if pairs:
        query = "INSERT INTO overruled SELECT decision, newer FROM given"
        archive.scan(query, columns_of(("decision", "newer"), pairs))


def overruled(archive: Archive) -> dict[int, int]:
    """The number of the decision that each gave way to, by its own."""
    return dict(archive.connection.execute("SELECT decision, newer FROM overruled").fetchall())


def replace_contradictions(
    archive: Archive, among: Sequence[int], found: Sequence[tuple[int, Contradiction]], run: int
) -> None:
    """What speaks now against the decisions with the numbers `among`, each by number. Call it in a transaction.

    The run kept beside it is the first one in which it did; where nothing was added since links were last made, so that
    another decision alone brings it up, the one that added its document.
    """
    if not among:
        return
    words = words_of(archive, {item.by for _, item in found})
    rows = archive.connection.execute("SELECT decision, words, run FROM contradictions").fetchall()
    before = {(number, name): since for number, name, since in rows}
    numbers = column_of("decision", among)
    archive.scan("DELETE FROM contradictions WHERE decision IN (SELECT decision FROM given)", numbers)
    grown = _has_grown(archive)
    added = {} if grown else _added_in(archive, {item.by for _, item in found})
    named = [(number, words.get(item.by, item.by), item) for number, item in found]
    lines = [
        (number, name, item.by, text_of(item.says), before.get((number, name), added.get(item.by, run)))
        for number, name, item in named
    ]
    if lines:
        query = "INSERT INTO contradictions SELECT decision, words, document, says, run FROM given"
        archive.scan(query, columns_of(("decision", "words", "document", "says", "run"), lines))


def _has_grown(archive: Archive) -> bool:
    last = int(archive.meta("linked") or 0)
    return archive.connection.execute("SELECT 1 FROM documents WHERE run > ? LIMIT 1", [last]).fetchone() is not None


def added_since_linked(archive: Archive, among: NDArray[np.uint64]) -> set[str]:
    """Keys of those of the documents that came after links were last made."""
    last = int(archive.meta("linked") or 0)
    rows = archive.scan(f"SELECT key FROM documents SEMI JOIN given USING (hash) WHERE run > {last}", {"hash": among})
    return {key for (key,) in rows.fetchall()}


def _added_in(archive: Archive, keys: Collection[str]) -> dict[str, int]:
    """The run that added these documents, or the first ones with the same words; 0 where that was not kept yet."""
    if not keys:
        return {}
    query = """
        WITH named AS (SELECT key, exact, run FROM documents SEMI JOIN given USING (key))
        SELECT named.key, min(coalesce(others.run, 0)) FROM named JOIN documents others
        ON others.exact = named.exact AND (named.exact <> 0 OR others.key = named.key) GROUP BY named.key"""
    return dict(archive.scan(query, column_of("key", keys)).fetchall())


def contradictions(archive: Archive) -> list[Against]:
    """Evidence against decisions that was not there when they were taken."""
    rows = archive.connection.execute(
        "SELECT c.decision, c.says, c.run FROM contradictions c JOIN decisions d USING (decision) "
        "WHERE c.run > d.run ORDER BY c.decision, c.run, c.words"
    ).fetchall()
    return [Against(number, load(says), run) for number, says, run in rows]
