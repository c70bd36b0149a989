"""Links and clusters: whole neighbourhoods linked side by side, then once more where two minted one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from cleanpipe.archive import Stored
from cleanpipe.archive.changes import Occasion, change_row, compare
from cleanpipe.archive.links import CLUSTER, LINK, cluster_rows, link_rows, name_rows, places_of
from cleanpipe.archive.pairs import TELLING
from cleanpipe.archive.rows import credit_from, document_from, match_from
from cleanpipe.engines.neighbourhoods import LINKED_AT_ONCE
from cleanpipe.engines.spark import engine_here
from cleanpipe.engines.spark_batches import Batches, batch_of, groups, names_of, numbers, types_of, whole
from cleanpipe.engines.spark_components import components
from cleanpipe.engines.spark_tables import Tables, frame_of, in_parts, parts
from cleanpipe.relinking import (
    Gathered,
    Names,
    Part,
    cant_be_linked,
    halved_parts,
    in_order,
    limits_of,
    link_part,
)
from cleanpipe.settings import Settings
from cleanpipe.spark.settling import without
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from cleanpipe.link import Linking

GIVEN = (
    "lot bigint, head bigint, kind int, a bigint, b bigint, settled double, found string, key string, id string, "
    "article string, origin string, edits string, credits string"
)
LINKED = (
    "kind int, head bigint, key string, original string, copy string, canonical string, relation string, "
    "status string, link string, virtual boolean, cluster string, story string, keys string, id string, "
    "before string, after string, why string"
)
"""A link, a cluster, a name of an absent original (`original`, `keys`) or a change: the columns that it has in the
archive."""

IS_LINK, IS_CLUSTER, IS_NAME, IS_CHANGE = 0, 1, 2, 3

DOCUMENT, PAIR = 0, 1

DOCUMENTS_A_PART = 5_000

ROOT = "regexp_replace(original, '(-[0-9a-f]{6})+$', '')"
"""What a name begins with before the digits that tell it from another: names of two roots are never alike."""

FIRST_RUN = 1


def linked(
    tables: Tables,
    name: str,
    heads: str,
    documents: DataFrame,
    matches: DataFrame,
    settled: DataFrame,
    reprints: DataFrame,
    settings: Settings,
) -> DataFrame:
    """Links, clusters, names and changes, kept as the table `name`; what hangs together as the table `heads`.

    `documents` have their own ids. Names are minted in the order of neighbourhoods: those that took one which another
    had already are linked again, one after the other.
    """
    done = tables.there(name, LINKED)
    if done is not None:
        return done
    limits = limits_of(settings)
    live = without(matches, reprints).join(settled, ["a", "b"], "left")
    live = live.selectExpr("a", "b", "coalesce(settled, probability) AS settled", "found", "wanted", "tells")
    telling = live.where(TELLING.format(review=limits.review))
    same = matches.join(reprints.selectExpr("first AS a", "hash AS b"), ["a", "b"])
    same = same.selectExpr("a", "b", "probability AS settled", "found", "wanted", "tells")
    edges = telling.unionByName(same).drop("wanted", "tells")
    found = components(tables, heads, edges.selectExpr("a AS one", "b AS two"))
    given = _given(documents, edges, found)
    width = parts(found.count(), DOCUMENTS_A_PART)
    columns = names_of(GIVEN)

    def alone() -> DataFrame:
        rows = in_parts(given.selectExpr("head AS lot", "*").select(*columns), width, ("head",), ("kind", "a", "b"))
        return rows.mapInArrow(partial(_linked, settings), LINKED)

    first = tables.kept(f"{name}-alone", LINKED, alone)
    lots = _clashing(first)

    def together() -> DataFrame:
        if not lots:
            return first
        lot = frame_of(tables.spark, lots, "head bigint, lot bigint", width)
        rows = given.join(lot, "head").select(*columns)
        rows = in_parts(rows, width, ("lot",), ("head", "kind", "a", "b"))
        again = rows.mapInArrow(partial(_linked_in_order, settings), LINKED)
        return first.join(lot.select("head"), "head", "left_anti").unionByName(again).select(*first.columns)

    done = tables.kept(name, LINKED, together)
    tables.drop(f"{name}-alone")
    return done


def _given(documents: DataFrame, edges: DataFrame, heads: DataFrame) -> DataFrame:
    """What each neighbourhood is linked by."""
    stored = documents.join(heads, documents["hash"] == heads["node"])
    stored = stored.selectExpr(
        *("head", f"{DOCUMENT} AS kind", "hash AS a", "key", "id", "article", "origin", "edits", "credits")
    )
    pairs = edges.join(heads.withColumnRenamed("node", "a"), "a").selectExpr("*", f"{PAIR} AS kind")
    return stored.unionByName(pairs, allowMissingColumns=True)


def _clashing(linked: DataFrame) -> list[tuple[int, int]]:
    """Neighbourhoods, by their heads, that minted names of a root of which some are alike, each with the lot that is to
    be linked in order; in none of two lots are names alike."""
    names = linked.where(f"kind = {IS_NAME}").selectExpr("head", "original", f"{ROOT} AS root")
    alike = names.groupBy("root", "original").count().where("count > 1").select("root").distinct()
    rows = names.join(alike, "root").select("head", "root").distinct().collect()
    lot_of: dict[int, int] = {}

    def lot(head: int) -> int:
        while lot_of.setdefault(head, head) != head:
            head = lot_of[head]
        return head

    by_root: defaultdict[str, list[int]] = defaultdict(list)
    for head, root in rows:
        by_root[root].append(head)
    for heads in by_root.values():
        for head in heads:
            one, two = sorted((lot(heads[0]), lot(head)))
            lot_of[two] = one
    return [(head, lot(head)) for head in sorted(lot_of)]


# In tasks


def _linked(settings: Settings, batches: Batches) -> Iterator[Any]:
    """Each neighbourhood linked for itself."""
    heads: list[list[int]] = []
    kept: list[list[Gathered]] = []

    def given() -> Iterator[Part]:
        for table in whole(batches, ("head",), LINKED_AT_ONCE):
            neighbourhoods = list(groups(table, ("head",)))
            heads.append([part["head"][0].as_py() for part in neighbourhoods])
            kept.append([_gathered(part) for part in neighbourhoods])
            yield _part(kept[-1])

    with engine_here() as engine:
        done: list[Linking] = []
        link = partial(link_part, settings=settings.link, folders=settings.rules.folders, limits=limits_of(settings))
        for linkings, _ in engine.map_batches(link, given(), halves=halved_parts, lost=cant_be_linked):
            done += linkings
            if len(done) == len(kept[0]):
                yield _rows(list(zip(heads.pop(0), kept.pop(0), done, strict=True)))
                done = []


def _linked_in_order(settings: Settings, batches: Batches) -> Iterator[Any]:
    """The neighbourhoods of each lot linked one after the other, so that none mints a name that another has."""
    link = partial(link_part, settings=settings.link, folders=settings.rules.folders, limits=limits_of(settings))
    with engine_here() as engine:
        for table in whole(batches, ("lot",)):
            for lot in groups(table, ("lot",)):
                names = Names([])
                for part in groups(lot, ("head",)):
                    item = _gathered(part)
                    given = iter([_part([item])])
                    ((linkings, _),) = engine.map_batches(link, given, halves=halved_parts, lost=cant_be_linked)
                    linking = in_order((item, linkings[0]), names, link)
                    yield _rows([(part["head"][0].as_py(), item, linking)])


def _part(gathered: Sequence[Gathered]) -> Part:
    import numpy as np

    return Part(np.zeros(0, np.uint64), (), gathered)


def _gathered(part: Any) -> Gathered:
    first = int(numbers(part["kind"]).searchsorted(PAIR))
    held, pairs = part.slice(0, first), part.slice(first)
    names = ("key", "id", "article", "origin", "edits", "credits")
    stored = []
    for key, id, article, origin, edits, credits in zip(*(held[name].to_pylist() for name in names), strict=True):
        document = document_from(key, load(id), load(article), load(origin), load(edits))
        stored.append(Stored(document, tuple(credit_from(row) for row in load(credits))))
    key_of = dict(zip(held["a"].to_pylist(), held["key"].to_pylist(), strict=True))
    matches = [
        match_from(key_of[a], key_of[b], settled, load(found))
        for a, b, settled, found in zip(
            *(pairs[name].to_pylist() for name in ("a", "b", "settled", "found")), strict=True
        )
    ]
    return Gathered(stored, matches, (), (), ())


def _rows(done: Sequence[tuple[int, Gathered, Linking]]) -> Any:
    """The rows of the archive's tables for these neighbourhoods."""
    rows: list[dict[str, Any]] = []
    for head, item, linking in done:
        key_of = {stored.document.id: stored.document.key for stored in item.documents}
        for row in link_rows(linking.links, key_of):
            rows.append({"kind": IS_LINK, "head": head, **dict(zip(LINK, row, strict=True))})
        for story in cluster_rows(linking.clusters, key_of):
            rows.append({"kind": IS_CLUSTER, "head": head, **dict(zip(CLUSTER, story, strict=True))})
        for name, keys in name_rows(linking.clusters, key_of):
            rows.append({"kind": IS_NAME, "head": head, "original": name, "keys": keys})
        aliases = {cluster.canonical: cluster.aliases for cluster in linking.clusters if cluster.aliases}
        occasion = Occasion(FIRST_RUN, set(key_of.values()), (), aliases)
        for change in compare({}, places_of(linking.links, key_of), occasion):
            _, key, id, before, after, why = change_row(change)
            told = {"key": key, "id": id, "before": before, "after": after, "why": why}
            rows.append({"kind": IS_CHANGE, "head": head, **told})
    types = types_of(LINKED)
    return batch_of({name: [row.get(name) for row in rows] for name in types}, types)
