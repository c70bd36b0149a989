"""Gathers what an archive says about a document or a pair, and puts it into sentences.

`about_...` functions give plain JSON values (what `--json` prints), `..._lines` functions the same for a reader.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleanpipe.archive.rows import origin_from
from cleanpipe.cli import exports
from cleanpipe.cli.explain_apart import about_apart, apart_lines
from cleanpipe.cli.explain_lines import repair_lines
from cleanpipe.cli.explain_repairs import about_considered, about_repairs
from cleanpipe.cli.output import passage, readable, visible
from cleanpipe.cli.rulenotes import rule_folders, rule_notes
from cleanpipe.errors import UsageError
from cleanpipe.model import EXTERNAL

About = dict[str, Any]

FEW = 3
"""Passages of an evidence item that are quoted when a whole document is explained; a pair is shown with all."""

RELATIONS = {
    "exact": "has the same text as",
    "near-duplicate": "is a nearly word-for-word copy of",
    "excerpt": "is an excerpt of",
    "spun": "is a copy, with words swapped for others, of",
    "rewrite": "is a rewrite of",
    "derived": "retells a story that it credits,",
}
FACTS = ("title", "url", "source", "author", "published", "lang")


def about_document(archive: Path, id: str) -> About:
    """Everything about one document. Raises UsageError, naming the nearest ids, for an id that isn't there."""
    article = exports.article(archive, id)
    edits = {row["field"]: row["edits"] for row in exports.rows_with(archive, "edits.jsonl", "id", {id})}
    link = next(exports.rows_with(archive, "links.jsonl", "copy", {id}), None)
    copies = list(exports.rows_with(archive, "links.jsonl", "canonical", {id}))
    notes = list(rule_notes(rule_folders(archive)))
    repairing = {note.id: note for note in notes if note.kind == "repair"}
    marking = {note.id: note.does for note in notes if note.kind == "furniture"}
    considered, more = about_considered(archive, article, repairing)
    return {
        "id": id,
        **{name: article.get(name) for name in FACTS},
        "origin": article["origin"],
        "repairs": about_repairs(edits, article, repairing),
        "considered": considered,
        "more_considered": more,
        "furniture": [
            {**item, "says": marking.get(item["rule"]), "quote": article["text"][item["start"] : item["end"]]}
            for item in article["furniture"]
        ],
        "credits": _credits(article, rule_folders(archive)),
        "link": _with_passages(archive, link, article) if link else None,
        "apart": about_apart(archive, id),
        "copies": [
            {key: row[key] for key in ("copy", "relation", "confidence", "status")}
            for row in sorted(copies, key=lambda row: str(row["copy"]))
        ],
    }


def about_pair(archive: Path, one: str, other: str) -> About:
    """The link between two documents, or what stands in its place.

    Raises UsageError, naming the nearest ids, when either is neither a document nor an absent original of the archive.
    """
    names = [_resolve(archive, name) for name in (one, other)]
    if names[0] == names[1]:
        raise UsageError(
            f"{one} and {other} are one and the same; name two documents, or one to have it explained alone"
        )
    links = {row["copy"]: row for row in exports.rows_with(archive, "links.jsonl", "copy", set(names))}
    for copy, canonical in (names, names[::-1]):
        if copy in links and links[copy]["canonical"] == canonical:
            link = _with_passages(archive, links[copy], exports.article(archive, copy))
            return {"pair": names, "link": link, "linked_to": {copy: canonical}}
    return {
        "pair": names,
        "link": None,
        "linked_to": {copy: link["canonical"] for copy, link in sorted(links.items())},
        "apart": about_apart(archive, *names) if len(exports.articles(archive, set(names))) > 1 else None,
    }


def _resolve(archive: Path, name: str) -> str:
    """A document's id as it is, or the present name of an absent original that may have had others."""
    if exports.articles(archive, {name}):
        return name
    virtual = [row for row in exports.rows(archive, "clusters.jsonl") if row["virtual"]]
    for cluster in virtual:
        if name == cluster["canonical"] or name in cluster["aliases"]:
            return str(cluster["canonical"])
    known = [row["id"] for row in exports.rows(archive, "articles.jsonl")] + [row["canonical"] for row in virtual]
    raise UsageError(f"{archive} has neither a document nor an absent original {name!r}{exports.nearest(name, known)}")


def _credits(article: Mapping[str, Any], folders: tuple[str, ...]) -> list[About]:
    from cleanpipe.archive.rows import document_from
    from cleanpipe.link import find_credits
    from cleanpipe.link.sources import name_of

    document = document_from("", article["id"], article, article["origin"], {})
    return [
        {
            "source": credit.source,
            "name": name_of(credit.source, folders),
            "role": credit.role,
            "rule": credit.rule,
            "confidence": credit.confidence,
            **credit.place._asdict(),
            "quote": (getattr(document, credit.place.field, None) or "")[credit.place.start : credit.place.end],
        }
        for credit in find_credits([document], rules_folders=folders)[0]
    ]


def _with_passages(archive: Path, link: Mapping[str, Any], copy: Mapping[str, Any]) -> About:
    """The link with the text of each span on either side beside its offsets."""
    others = exports.articles(archive, {item["other"] for item in link["evidence"] if item["other"]})

    def quoted(article: Mapping[str, Any] | None, place: Mapping[str, Any] | None) -> About | None:
        if place is None:
            return None
        text = (article or {}).get(place["field"]) or ""
        return {**place, "quote": text[place["start"] : place["end"]]}

    return {
        **link,
        "evidence": [
            {
                **item,
                "spans": [
                    {
                        **span,
                        "copy": quoted(copy, span["copy"]),
                        "other": quoted(others.get(item["other"]), span["other"]),
                    }
                    for span in item["spans"]
                ],
            }
            for item in link["evidence"]
        ],
    }


def document_lines(about: About, width: int) -> Iterator[str]:
    """A document in sentences. Contexts of repairs fill `width` columns; other lines are as long as they come."""
    yield visible(about["id"])
    for name in FACTS:
        if about[name]:
            yield f"  {name:<10}{readable(str(about[name]))}"
    yield f"  {'read from':<10}{_origin(about['origin'])}"
    yield ""
    yield from repair_lines(about["repairs"], about["considered"], about["more_considered"], width)
    if about["furniture"]:
        yield ""
        yield f"Marked as page furniture, left in the text ({len(about['furniture'])})"
        for item in about["furniture"]:
            yield f"  {item['start']}–{item['end']}  {passage(item['quote'], 0, len(item['quote']), most=120)}"
            yield f"      rule {item['rule']}{_note(item['says'])}"
    yield ""
    yield "Sources it credits" if about["credits"] else "It credits no source that the rules know"
    for credit in about["credits"]:
        yield (
            f"  {credit['name']} ({ROLES[credit['role']]}, confidence {credit['confidence']:.2f}): "
            f"{passage(credit['quote'], 0, len(credit['quote']))} in {credit['field']}, rule {credit['rule']}"
        )
    yield ""
    if about["link"]:
        yield from _link_lines(about["link"], most=FEW)
    elif about["copies"]:
        yield f"The original of {_count(len(about['copies']), 'copy', 'copies')} in the archive"
        for row in about["copies"]:
            yield f"  {visible(row['copy'])}  {row['relation']}, confidence {row['confidence']:.2f}, {row['status']}"
    else:
        decided = (about["apart"] or {}).get("decided")
        found = "a person decided so" if decided else "nothing here was found to be its original or a copy of it"
        yield f"Linked to nothing: {found}"
    if about["apart"]:
        yield ""
        yield from apart_lines(about["apart"])


ROLES = {"own": "presents itself as theirs", "cited": "reports what they reported", "passing": "mentioned in passing"}


def pair_lines(about: About) -> Iterator[str]:
    one, other = map(visible, about["pair"])
    if about["link"]:
        yield from _link_lines(about["link"], most=None)
        return
    yield f"No link between {one} and {other}"
    canonicals = set(about["linked_to"].values())
    if len(about["linked_to"]) == 2 and len(canonicals) == 1:
        yield f"Both are linked to {visible(next(iter(canonicals)))}; explain each with it to see why."
        return
    for copy, canonical in about["linked_to"].items():
        yield f"  {visible(copy)} is linked to {visible(canonical)}"
    for name in about["pair"]:
        if name not in about["linked_to"]:
            yield f"  {visible(name)} is no copy of anything"
    yield "Texts on one topic or event that were written independently are not linked."
    if about["apart"]:
        yield from apart_lines(about["apart"], "Compared with each other:")


def _link_lines(link: About, *, most: int | None) -> Iterator[str]:
    """A link in sentences. `most` limits the passages of an evidence item; None shows all, and the scores too."""
    yield f"{visible(link['copy'])} {RELATIONS[link['relation']]} {visible(link['canonical'])}"
    status = (
        "linked"
        if link["status"] == "linked"
        else "left for review: the evidence is too thin to decide without a person"
    )
    yield f"  {link['relation']}, confidence {_floor(link['confidence'])}, {status}"
    if link["basis"] == "inferred":
        via = f" from {', '.join(map(visible, link['via']))}" if link["via"] else ""
        absent = link["canonical"].startswith(EXTERNAL)
        why = "the original is not in the archive" if absent else "no comparison with the original itself shows as much"
        yield f"  inferred{via}: {why}"
    else:
        yield "  verified on the texts of both"
    for number, item in enumerate(link["evidence"], 1):
        yield f"  {number}. {item['kind']}: {readable(item['says'])}"
        for span in item["spans"][:most]:
            yield from _span_lines(span, visible(link["copy"]), visible(item["other"] or ""))
        if most is not None and len(item["spans"]) > most:
            yield f"       and {len(item['spans']) - most} more; name {visible(link['canonical'])} too to see all"
    for other in link["alternatives"]:
        yield f"  could also be a copy of {visible(other['canonical'])} (confidence {other['confidence']:.2f})"
    direction = link["direction"]
    decided = any(item["kind"] == "decision" for item in link["evidence"])
    yield f"  {_older(visible(link['canonical']), direction, decided)}"
    if most is None:
        for term in direction["terms"]:
            yield f"    {term['weight']:+.2f}  {term['name']}: {visible(term['says'])}"
        yield "  Scores"
        for name, score in sorted(link["scores"].items()):
            yield f"    {name:<20} {score:.3f}"


def _older(canonical: str, direction: Mapping[str, Any], decided: bool) -> str:
    """What is known of who was first, or that it is left open. Below 0.5 the texts speak for the other; where a person
    `decided`, that is of no account."""
    confidence: float = direction["confidence"]
    if decided and confidence < 0.45:
        return f"a person decided; by their texts {canonical} would be the younger: confidence {_floor(confidence)}"
    if direction.get("abstains"):
        if abs(confidence - 0.5) < 0.05:
            return f"nothing tells which of the two is the older: {canonical} was taken"
        return f"which of the two is the older is left open: {canonical} was taken, confidence {_floor(confidence)}"
    if confidence < 0.5:
        taken = f"{canonical} was taken for the sake of its other copies"
        return f"{taken}, this one seems older: confidence {_floor(confidence)}"
    return f"{canonical} is the older of the two: confidence {_floor(confidence)}"


def _floor(share: float) -> str:
    """Two decimals, cut and not rounded: nothing that was compared is wholly sure."""
    return f"{math.floor(share * 100) / 100:.2f}"


def _span_lines(span: Mapping[str, Any], copy: str, other: str) -> Iterator[str]:
    value = f" ({readable(span['value'])})" if span["value"] else ""
    similarity = f" similarity {span['similarity']:.2f}" if span["similarity"] is not None else ""
    if value or similarity:
        yield f"      {value}{similarity}"
    for name, side in ((copy, span["copy"]), (other, span["other"])):
        if side:
            where = f"{side['field']} {side['start']}–{side['end']}"
            yield f"       {name} {where}: {passage(side['quote'], 0, len(side['quote']))}"


def _origin(row: Mapping[str, Any]) -> str:
    origin = origin_from(row)
    note = f"; {readable(origin.note)}" if origin.note else ""
    return f"{visible(origin.place)}, as {origin.assumed or origin.charset}{note}"


def _note(says: str | None) -> str:
    return f": {says}" if says else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
