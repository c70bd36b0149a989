"""Why a document is not linked to the one that is likest to it: the two are compared anew, and what is found is said.

This is the one part of `explain` that opens the archive's database, which alone knows the pairs that are no links.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleanpipe.cli import exports
from cleanpipe.cli.output import readable, visible
from cleanpipe.cli.rulenotes import rule_folders
from cleanpipe.errors import ArchiveError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.archive import Archive
    from cleanpipe.archive.around import Around
    from cleanpipe.archive.store import Stored
    from cleanpipe.match import Thresholds
    from cleanpipe.model import Match

About = dict[str, Any]

WORTH_A_WORD = 0.1
"""Probability from which the nearest document outside a cluster is told of; of a document that stands alone the
nearest is told of however unlike it is."""

AGAINST_LEAST = {"contradiction": 0.0, "crowd_max": 0.5, "nearer_max": 1.0}
"""What a neighbourhood has to say at least of each kind for it to be a reason."""


def about_apart(archive: Path, id: str, other: str | None = None) -> About | None:
    """Why `id` is not linked to `other`, or else to the document outside its cluster that is likest to it.

    None where there is nothing to tell: no document was compared with it, or it is in a cluster and others are unlike.
    Where the database can't be read, the answer says why and nothing else.
    """
    from cleanpipe.archive import Archive

    try:
        with Archive.open(archive, read_only=True) as store:
            key_of = {id: key for key, id in store.ids().items()}
            missing = sorted({name for name in (id, other) if name is not None} - key_of.keys())
            if missing:
                again = "run the command that was stopped again"
                return {"other": other, "unknown": f"the database has no document {missing[0]!r}; {again}"}
            return _about(archive, store, key_of, id, other)
    except ArchiveError as error:
        return {"other": other, "unknown": str(error)}


def _about(archive: Path, store: Archive, key_of: dict[str, str], id: str, other: str | None) -> About | None:
    import numpy as np

    from cleanpipe.archive.around import pairs_with
    from cleanpipe.archive.store import document_hash
    from cleanpipe.match import thresholds

    hash_of = {id: document_hash(key) for id, key in key_of.items()}
    here = hash_of[id]
    near = pairs_with(store, np.array([here], np.uint64))
    if other is not None:
        there = hash_of[other]
    else:
        cluster = _cluster(archive, id)
        family = {hash_of[member] for member in cluster if member in hash_of}
        found = _likest(near, here, family)
        if found is None or (len(cluster) > 1 and found[1] < WORTH_A_WORD):
            return None
        there = found[0]
    documents = store.fetch(np.array(sorted({here, there}), np.uint64))
    thirds = np.unique(np.concatenate([near.a, near.b, np.array([here, there], np.uint64)]))
    around = pairs_with(store, thirds)
    folders = rule_folders(archive)
    decided = list(_decided(store, key_of[id], key_of[documents[there].document.id]))
    match, limits = _compared_anew(documents[here], documents[there]), thresholds()
    at = np.flatnonzero((around.a == min(here, there)) & (around.b == max(here, there)))
    settled, against = _settled(around, int(at[0])) if len(at) else (match.probability, {})
    return {
        "other": documents[there].document.id,
        "probability": match.probability,
        "in_its_neighbourhood": settled,
        "link_from": limits.link,
        "review_from": limits.review,
        "scores": dict(match.scores),
        "decided": bool(decided),
        "reasons": decided
        or list(_reasons(match, settled, against, limits, bool(len(at)), folders, *documents.values())),
    }


def _decided(store: Archive, one: str, two: str) -> Iterator[str]:
    """What people decided that keeps two documents apart, named by their keys: of the pair, or of either alone."""
    from cleanpipe.archive.decisions import decisions, found_again, overruled, words_of

    gone = overruled(store)
    words = words_of(store, [one, two])
    sides = [{key, words.get(key, key)} for key in (one, two)]
    ids = store.ids()
    for item in found_again(store, decisions(store)):
        said = item.decision
        if item.number in gone:
            continue
        copy, canonical = {said.copy, said.copy_words}, {said.canonical, said.canonical_words}
        when = f"{said.by} on {said.at[:10]}{f': {said.note}' if said.note else ''}"
        if said.verdict == "reject" and any(copy & a and canonical & b for a, b in (sides, sides[::-1])):
            yield f"A person decided that they belong in no common story: {when}"
        elif said.verdict == "independent" and said.copy and any(copy & side for side in sides):
            yield f"A person decided that {ids.get(said.copy, said.copy_id)} is nobody's copy: {when}"
        elif said.verdict == "canonical" and said.canonical and any(canonical & side for side in sides):
            yield f"A person decided that {ids.get(said.canonical, said.canonical_id)} is an original: {when}"


def _cluster(archive: Path, id: str) -> set[str]:
    """The ids of a document's cluster."""
    links = {row["copy"]: row["canonical"] for row in exports.rows(archive, "links.jsonl")}
    home = links.get(id, id)
    return {id, home} | {copy for copy, canonical in links.items() if canonical == home}


def _likest(near: Around, here: int, family: set[int]) -> tuple[int, float] | None:
    """The document that is likest to one, of those outside its family, and how likely it is a copy."""
    pairs = zip(near.a.tolist(), near.b.tolist(), near.probability.tolist(), strict=True)
    others = [(-probability, b if a == here else a) for a, b, probability in pairs]
    best = min((item for item in others if item[1] not in family), default=None)
    return (best[1], -best[0]) if best else None


def _compared_anew(one: Stored, two: Stored) -> Match:
    from cleanpipe.match import verify
    from cleanpipe.steps import compared_of

    return verify([(compared_of(one.document), compared_of(two.document))])[0]


def _settled(around: Around, at: int) -> tuple[float, dict[str, float]]:
    """A pair's probability in its neighbourhood, and what third texts say against it."""
    import numpy as np

    from cleanpipe.match import settle
    from cleanpipe.match.neighbourhood import AGAINST, log_odds, neighbourhood_features

    known: NDArray[np.bool_] = ~np.isnan(around.measured).any(axis=1) & (around.probability < 1.0)
    if not around.measured.shape[1] or not known[at]:
        return float(around.probability[at]), {}
    a, b, own, figures = around.a[known], around.b[known], around.probability[known], around.measured[known]
    place = int(known[:at].sum())
    asked = np.zeros(len(a), bool)
    asked[place] = True
    values = neighbourhood_features(a, b, log_odds(own), figures, asked)[0, 1 : 1 + len(AGAINST)]
    return float(settle(a, b, own, figures)[place]), dict(zip(AGAINST, values.tolist(), strict=True))


def _reasons(
    match: Match,
    settled: float,
    against: dict[str, float],
    limits: Thresholds,
    met: bool,
    folders: tuple[str, ...],
    *sides: Stored,
) -> Iterator[str]:
    from cleanpipe.link import Story
    from cleanpipe.link.story import Texts
    from cleanpipe.match.prepared import prepared
    from cleanpipe.match.verify import other_figures
    from cleanpipe.steps import compared_of

    if not met:
        yield "They share too few rare words, names and numbers to have been compared when the archive was made."
    if other_figures(*(prepared(compared_of(item.document)) for item in sides)):
        yield "Both are full of figures, and hardly any is in both: two issues of one form."
    elif settled < limits.link:
        yield from _in_common(match)
        if round(settled, 2) < round(match.probability, 2):
            yield from _against(against)
    elif "headline_apart" in match.scores:
        yield (
            "Their headlines name different days, or both are short notes and one headline names what the other note "
            "doesn't: a person is asked."
        )
    elif not any(Texts([Story(item.document, item.credits) for item in sides], [match], folders).neighbours.values()):
        yield "One source published both, and the later doesn't repeat the earlier word for word: it is a new report."
    else:
        yield "They are copies by their texts, but one was taken for a copy of another text, of which this is none."


def _against(against: dict[str, float]) -> Iterator[str]:
    """What third texts say against the pair."""
    said = [name for name, least in AGAINST_LEAST.items() if against.get(name, least) > least]
    if "contradiction" in said:
        yield "A third text is most likely a copy of one of them and unlike the other."
    if "crowd_max" in said:
        yield "Other texts, of no family with the two, are as likely copies of one of them."
    if "nearer_max" in said:
        yield "Other texts are nearer to one of them than these two are to each other."
    if not said:
        yield "They resemble each other hardly more than either resembles the other texts around it."


def _in_common(match: Match) -> Iterator[str]:
    """What the two texts have in common, which is too little."""
    scores = match.scores
    contained = max(scores["containment_a"], scores["containment_b"])
    yield (
        f"Of the words of one, the rare ones weighing more, {contained:.0%} stand in the other; of all runs of five "
        f"words {scores['jaccard']:.0%} are in both."
    )
    covered = max(scores["aligned_a"], scores["aligned_b"])
    if covered:
        how = f", {scores['kept']:.0%} of their words kept"
        yield f"{covered:.0%} of the sentences of one have a counterpart in the other{how}."
    else:
        yield "No sentence of one corresponds to a sentence of the other."
    if match.facts:
        yield f"Of the names, numbers and quotations of one {scores['facts_shared']:.0%}, by rarity, are in the other."
    else:
        yield "They share no rare name, number or quotation."


def apart_lines(about: About, heading: str | None = None) -> Iterator[str]:
    """The same in sentences, below a heading; without one the other document is called the nearest."""
    if "unknown" in about:
        yield f"Why there is no link isn't known: {readable(about['unknown'])}"
        return
    yield heading or f"Nearest to it, and not linked: {visible(about['other'])}"
    alone, around = about["probability"], about["in_its_neighbourhood"]
    also = f", {around:.2f} in their neighbourhood" if round(alone, 2) != round(around, 2) else ""
    limits = f"a person is asked from {about['review_from']:.2f}, linked is from {about['link_from']:.2f}"
    yield f"  one is a copy of the other with probability {alone:.2f}{also}; {limits}"
    for reason in about["reasons"]:
        yield f"  {readable(reason)}"
