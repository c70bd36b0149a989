"""A small archive of invented articles, written as a run exports it, with one of everything that a report shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cleanpipe.archive.rows import plain
from cleanpipe.model import (
    Alternative,
    Cluster,
    Direction,
    DirectionTerm,
    Edit,
    Evidence,
    EvidenceSpan,
    Furniture,
    Link,
    Origin,
    Place,
    Relation,
    Span,
    Status,
)
from cleanpipe.settings import Settings, as_tree
from cleanpipe.text.jsonline import dump_line

ABSENT = "external:reuters:paper-lighthouse-water-meters"
SCRIPT_TITLE = "</script><script>alert(1)</script>"

FERRY = [
    "The old ferry between Holm and Varnes will sail for the last time on 3 May, the harbour board said on Monday.",
    "About 1,400 commuters use the boat each week, and most of them learned of the decision from a note on the pier.",
    "“We cannot keep a sixty-year-old engine alive with tape and good wishes,” said board chair Inga Solvik.",
    "A bus will replace the crossing until the new bridge opens in 2029.",
    "The board expects to save 2.3 million crowns a year.",
]
SPUN = [
    "The aged ferry amid Holm and Varnes will cruise for the final time on 3 May, the harbor board stated on Monday.",
    "Around 1,400 travelers utilize the vessel every week, and most of them learnt of it from a letter on the pier.",
    "“We cannot keep a sixty-year-old engine alive with tape and good wishes,” said board seat Inga Solvik.",
    "A bus will supplant the crossing until the fresh bridge opens in 2029.",
]
REWRITE = [
    "Savings of 2.3 million crowns a year are what the board hopes for.",
    "Passengers between Varnes and Holm will have to say goodbye to their boat: 3 May is its final day.",
    "Many of the roughly 1,400 people who cross every week found out through a sheet of paper pinned up at the quay.",
    "Local shop owners fear for their trade.",
    "Buses take over the route until the bridge is ready in 2029.",
]
LIGHTHOUSE = [
    "Engineers folded a lighthouse from waxed paper and floated it past 212 water meters, Reuters reported on Friday.",
    "The model, four metres tall, measured how much water the town of Pellin loses at night.",
    "Nearly 38 percent was gone before it reached a tap, according to the Reuters report.",
]
LIGHTHOUSE_SIBLING = [
    "PELLIN (Reuters) - A lighthouse made of folded paper has shown a town where its water goes.",
    "The four-metre model drifted past 212 water meters and measured how much water the town of Pellin loses at night.",
    "Almost 38 percent disappeared before it reached a tap.",
]
LIGHTHOUSE_CUT = [
    "PELLIN (Reuters) - A lighthouse made of folded paper has shown a town where its water goes.",
    "The four-metre model drifted past 212 water meters and measured how much water the town of Pellin loses at night.",
]
ARABIC = [
    "أعلنت بلدية المدينة القديمة يوم الثلاثاء أن مكتبة الميناء ستفتح أبوابها من جديد بعد ترميم دام سبع سنوات.",
    "وقال مدير المكتبة إن أكثر من 12 ألف كتاب عاد إلى الرفوف.",
    "وستكون الزيارة مجانية حتى نهاية العام.",
]
ARABIC_COPY = [
    "أعلنت بلدية المدينة العتيقة يوم الثلاثاء أن مكتبة الميناء ستفتح أبوابها مجددا بعد ترميم دام سبع سنوات.",
    "وقال مدير المكتبة إن أكثر من 12 ألف كتاب رجع إلى الرفوف.",
]
MOSS = [
    "Moss has covered the north wall of the town hall 🌿 since spring.",
    "Nobody minds; the mayor calls it free insulation.",
]

Json = dict[str, Any]


class Text:
    """Sentences joined to a text, that still knows where each of them stands."""

    def __init__(self, sentences: Sequence[str], *, head: str = "", tail: str = "", join: str = " ") -> None:
        self.text = head + join.join(sentences) + tail
        self.spans: list[Span] = []
        at = len(head)
        for sentence in sentences:
            self.spans.append(Span(at, at + len(sentence)))
            at += len(sentence) + len(join)

    def place(self, words: str) -> Place:
        start = self.text.index(words)
        return Place("text", start, start + len(words))

    def sentence(self, number: int) -> Place:
        return Place("text", *self.spans[number])


def aligned(copy: Text, other: Text, numbers: Sequence[tuple[int, int]], *, other_id: str) -> Evidence:
    """Evidence that sentences correspond; `numbers` are (sentence of the copy, sentence of the other)."""
    spans = tuple(EvidenceSpan(copy.sentence(c), other.sentence(o), similarity=0.8) for c, o in numbers)
    return Evidence("sentences", f"{len(spans)} sentences of the copy have a counterpart.", other_id, spans)


def article(
    id: str,
    text: str,
    *,
    title: str | None,
    source: str | None = None,
    published: str | None = None,
    lang: str | None = "en",
    edits: dict[str, tuple[Edit, ...]] | None = None,
    furniture: tuple[Furniture, ...] = (),
    title_span: Span | None = None,
) -> tuple[Json, list[Json]]:
    """A row of `articles.jsonl` and its rows of `edits.jsonl`."""
    rules: dict[str, int] = {}
    for field_edits in (edits or {}).values():
        for edit in field_edits:
            for rule in edit.rules:
                rules[rule] = rules.get(rule, 0) + 1
    row = {
        "id": id,
        "text": text,
        "title": title,
        "title_span": title_span,
        "url": f"https://www.{source}/{id}" if source else None,
        "source": source,
        "author": None,
        "published": published,
        "lang": lang,
        "canonical_url": None,
        "metadata": {},
        "repairs": {"count": sum(map(len, (edits or {}).values())), "rules": rules},
        "furniture": furniture,
        "origin": Origin(file="dump.jsonl", line=7, offset=4096),
    }
    return row, [{"id": id, "field": field, "edits": rows} for field, rows in sorted((edits or {}).items())]


def link(
    copy: str,
    canonical: str,
    relation: Relation,
    evidence: tuple[Evidence, ...],
    *,
    confidence: float = 0.97,
    status: Status = "linked",
    via: tuple[str, ...] = (),
    alternatives: tuple[Alternative, ...] = (),
) -> Link:
    direction = Direction(
        0.91,
        (
            DirectionTerm("date", 2.1, "It was published a day earlier."),
            DirectionTerm("credit", -0.4, "The copy names a photographer that the original lacks."),
        ),
    )
    return Link(
        copy=copy,
        canonical=canonical,
        relation=relation,
        confidence=confidence,
        status=status,
        basis="inferred" if canonical.startswith("external:") else "verified",
        direction=direction,
        evidence=evidence,
        via=via,
        alternatives=alternatives,
        scores={"jaccard": 0.31, "kept": 0.62, "in_order": 1.0},
    )


def build(folder: Path) -> Path:
    """Writes the archive's exports into `folder`; the folder."""
    articles: list[tuple[Json, list[Json]]] = []
    links: list[Link] = []
    clusters: list[Cluster] = []
    _ferry(articles, links, clusters)
    _lighthouse(articles, links, clusters)
    _library(articles, links, clusters)
    _moss(articles, links, clusters)
    _kettle(articles, links, clusters)
    articles.append(article("alone", "A page about nothing else.", title="Alone", source="quiet.example"))
    rejected = [
        _rejected("dump.jsonl", 12, 9001, "not valid JSON: the string isn't closed", '{"text": "half of'),
        _rejected("dump.jsonl", 40, 52001, "has no text", '{"title": "<b>bold</b>"}'),
        _rejected("odd/\ud800.bin", None, None, "is no text", "\x00\x01\x02"),
    ]
    manifest = {
        "format": 1,
        "inputs": [{"name": "dump.jsonl", "sha256": "ab" * 32, "bytes": 60000}],
        "settings": as_tree(Settings()),
        "hashes": {"rules": "0123456789abcdef"},
        "versions": {"cleanpipe": "0.1.0"},
    }
    write(folder, articles, links, clusters, rejected, manifest)
    return folder


def write(
    folder: Path,
    articles: Sequence[tuple[Json, list[Json]]],
    links: Sequence[Link],
    clusters: Sequence[Cluster],
    rejected: Sequence[Json] = (),
    manifest: Json | None = None,
) -> None:
    """The exports of an archive, sorted as a run sorts them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "articles": sorted((plain(row) for row, _ in articles), key=lambda row: str(row["id"])),
        "edits": sorted((plain(row) for _, edits in articles for row in edits), key=lambda row: str(row["id"])),
        "links": sorted(map(plain, links), key=lambda row: str(row["copy"])),
        "clusters": sorted(map(plain, clusters), key=lambda row: str(row["cluster"])),
        "rejected": list(rejected),
    }
    for name, values in rows.items():
        (folder / f"{name}.jsonl").write_bytes(b"".join(map(dump_line, values)))
    (folder / "manifest.json").write_text(json.dumps(manifest or {}), encoding="utf-8")


def _rejected(file: str, line: int | None, offset: int | None, reason: str, excerpt: str) -> Json:
    return {"file": file, "line": line, "offset": offset, "reason": reason, "excerpt": excerpt}


def _cluster(canonical: str, headline: str, members: Sequence[str], *, aliases: tuple[str, ...] = ()) -> Cluster:
    return Cluster(
        cluster=f"story-{members[0]}",
        canonical=canonical,
        virtual=canonical.startswith("external:"),
        headline=headline,
        size=len(members),
        members=tuple(sorted(members)),
        aliases=aliases,
    )


def _ferry(articles: list[tuple[Json, list[Json]]], links: list[Link], clusters: list[Cluster]) -> None:
    """A spun copy, an excerpt in page furniture, an exact copy, a rewrite, and an unsure near-duplicate."""
    original = Text(FERRY, join="\n\n")
    spun = Text(SPUN)
    head, tail = "Share this article\n\n", "\n\nSubscribe to our newsletter for more."
    excerpt = Text(FERRY[1:3], head=head, tail=tail)
    rewrite = Text(REWRITE)
    near = Text([*FERRY[:4], FERRY[4].replace("2.3", "2.4")], join="\n\n")
    quote = spun.text.index("“") + 2  # as it was read: two characters before it were taken out
    edits = (
        Edit(4, 5, "\u00ad", "", ("soft-hyphen",), 0.99),
        Edit(18, 19, "\u200b", "", ("zero-width-space",), 0.98),
        Edit(quote, quote + 3, "â€œ", "“", ("utf-8-read-as-windows-1252",), 0.999),
    )
    title = "Ferry to Varnes makes its last trip"
    title_edits = (Edit(8, 9, "\u00a0", " ", ("no-break-space",), 0.9),)
    articles += [
        article("ferry-original", original.text, title=title, source="holmpost.example", published="2024-04-22"),
        article(
            "ferry-spun",
            spun.text,
            title="Ferry to Varnes creates its final excursion",
            source="clickfarm.example",
            published="2024-04-23T08:00:00Z",
            edits={"text": edits, "title": title_edits},
        ),
        article(
            "ferry-excerpt",
            excerpt.text,
            title="Ferry stops",
            source="islandnews.example",
            furniture=(
                Furniture(0, len(head) - 2, "share-buttons"),
                Furniture(len(excerpt.text) - len(tail) + 2, len(excerpt.text), "newsletter"),
            ),
        ),
        article("ferry-exact", original.text, title=title, source="islandnews.example", published="2024-04-24"),
        article("ferry-rewrite", rewrite.text, title="Farewell to a boat", source="dailybrief.example"),
        article("ferry-near", near.text, title=title, source="coastwire.example", published="2024-04-22"),
    ]
    other = "ferry-original"
    same = Evidence("hash", "Both texts are the same.", other)
    links += [
        link("ferry-spun", other, "spun", (aligned(spun, original, [(n, n) for n in range(4)], other_id=other),)),
        link("ferry-excerpt", other, "excerpt", (aligned(excerpt, original, [(0, 1), (1, 2)], other_id=other),)),
        link("ferry-exact", other, "exact", (same,), confidence=1.0),
        link(
            "ferry-rewrite",
            other,
            "rewrite",
            (
                aligned(rewrite, original, [(0, 4), (1, 0), (2, 1), (4, 3)], other_id=other),
                Evidence(
                    "facts",
                    "Both give the same rare figures.",
                    other,
                    (
                        EvidenceSpan(rewrite.place("1,400"), original.place("1,400"), "1400"),
                        EvidenceSpan(rewrite.place("2029"), original.place("2029"), "2029"),
                    ),
                ),
            ),
            confidence=0.88,
        ),
        link(
            "ferry-near",
            other,
            "near-duplicate",
            (aligned(near, original, [(n, n) for n in range(5)], other_id=other),),
            confidence=0.55,
            status="review",
            alternatives=(Alternative("ferry-exact", 0.4),),
        ),
    ]
    members = [f"ferry-{name}" for name in ("original", "spun", "excerpt", "exact", "rewrite", "near")]
    clusters.append(_cluster(other, title, members))


def _lighthouse(articles: list[tuple[Json, list[Json]]], links: list[Link], clusters: list[Cluster]) -> None:
    """Copies of an agency's story that is not in the archive: two reprints, and one that retells and credits it."""
    derived, sibling, cut = Text(LIGHTHOUSE), Text(LIGHTHOUSE_SIBLING), Text(LIGHTHOUSE_CUT)
    headline = "Paper lighthouse counts lost water"
    articles += [
        article("light-derived", derived.text, title="A lighthouse of paper", source="pellin.example"),
        article("light-sibling", sibling.text, title=headline, source="coastwire.example", published="2023-11-03"),
        article("light-cut", cut.text, title=None, source="islandnews.example"),
    ]

    def credit(text: Text, words: str) -> Evidence:
        return Evidence("credit", "The text names Reuters as its source.", None, (EvidenceSpan(text.place(words)),))

    facts = Evidence(
        "facts",
        "Three rare facts are shared.",
        "light-sibling",
        (
            EvidenceSpan(derived.place("212 water meters"), sibling.place("212 water meters"), "212 water meters"),
            EvidenceSpan(derived.place("38 percent"), sibling.place("38 percent"), "38%"),
            EvidenceSpan(derived.place("Pellin"), sibling.place("Pellin"), "Pellin"),
        ),
    )
    links += [
        link("light-derived", ABSENT, "derived", (credit(derived, "Reuters reported"), facts), via=("light-sibling",)),
        link("light-sibling", ABSENT, "near-duplicate", (credit(sibling, "(Reuters) -"),)),
        link(
            "light-cut",
            ABSENT,
            "excerpt",
            (credit(cut, "(Reuters) -"), aligned(cut, sibling, [(0, 0), (1, 1)], other_id="light-sibling")),
            via=("light-sibling",),
        ),
    ]
    members = ["light-derived", "light-sibling", "light-cut"]
    clusters.append(_cluster(ABSENT, headline, members, aliases=("external:reuters:lighthouse-lost-water",)))


def _library(articles: list[tuple[Json, list[Json]]], links: list[Link], clusters: list[Cluster]) -> None:
    original, copy = Text(ARABIC), Text(ARABIC_COPY)
    title = "مكتبة الميناء تفتح أبوابها"
    articles += [
        article("library-original", original.text, title=title, source="mina.example", lang="ar"),
        article("library-copy", copy.text, title="مكتبة الميناء تعود", source="akhbar.example", lang="ar"),
    ]
    evidence = aligned(copy, original, [(0, 0), (1, 1)], other_id="library-original")
    links.append(link("library-copy", "library-original", "spun", (evidence,)))
    clusters.append(_cluster("library-original", title, ["library-original", "library-copy"]))


def _kettle(articles: list[tuple[Json, list[Json]]], links: list[Link], clusters: list[Cluster]) -> None:
    """A copy that is exact but for its quotes: its evidence has one span, the whole of both texts."""
    original = "“The kettle sang,” she said.\n\nNobody else heard it."
    copy = original.replace("“", '"').replace("”", '"')
    articles += [
        article("kettle-original", original, title="A kettle sings", source="tea.example"),
        article("kettle-copy", copy, title="A kettle sings", source="cup.example"),
    ]
    span = EvidenceSpan(Place("text", 0, len(copy)), Place("text", 0, len(original)), similarity=1.0)
    evidence = Evidence("hash", "It has the same words.", "kettle-original", (span,))
    links.append(link("kettle-copy", "kettle-original", "exact", (evidence,), confidence=1.0))
    clusters.append(_cluster("kettle-original", "A kettle sings", ["kettle-original", "kettle-copy"]))


def _moss(articles: list[tuple[Json, list[Json]]], links: list[Link], clusters: list[Cluster]) -> None:
    """Hostile data: a title that is markup, a lone surrogate, signs beyond U+FFFF, an address that is a script."""
    original = Text(MOSS, head=f"{SCRIPT_TITLE}\n\n")
    copy = Text([MOSS[0], MOSS[1] + " \ud800 <img src=x onerror=alert(2)>"])
    row, edits = article(
        "moss-original", original.text, title=SCRIPT_TITLE, source="hall.example", title_span=Span(0, len(SCRIPT_TITLE))
    )
    bad, bad_edits = article("moss-copy", copy.text, title="Moss \ud83d", source="<i>copy</i>.example")
    bad["url"] = "javascript:alert(3)"
    articles += [(row, edits), (bad, bad_edits)]
    evidence = aligned(copy, original, [(0, 0), (1, 1)], other_id="moss-original")
    links.append(link("moss-copy", "moss-original", "near-duplicate", (evidence,)))
    clusters.append(_cluster("moss-original", SCRIPT_TITLE, ["moss-original", "moss-copy"]))
