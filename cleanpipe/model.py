"""The nouns of cleanpipe: what the steps of the pipeline take and give.

Offsets are code points. `start` is included, `end` is not. Everything here is frozen: a step that learns something
about a document makes a new value beside it and leaves the document alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from cleanpipe.fast import checked_dataclass

Profile = Literal["archival", "plain"]
FactKind = Literal["number", "name", "quote", "date", "pair", "headline", "word"]
CreditRole = Literal["own", "cited", "passing"]
Relation = Literal["exact", "near-duplicate", "excerpt", "spun", "rewrite", "derived"]
Status = Literal["linked", "review"]
Basis = Literal["verified", "inferred"]
CharsetBy = Literal["declared", "detected", "assumed"]
EvidenceKind = Literal[
    "hash", "sentences", "facts", "headline", "credit", "date", "canonical_url", "naturalness", "decision"
]
Verdict = Literal["accept", "reject", "canonical", "independent", "unsure", "withdraw"]

KEPT_BY_A, KEPT_BY_B = 1, 2
"""Bits of a pair of documents: that the first has the second among its best candidates, and the other way round."""

EXTERNAL = "external:"
"""How the name of an original begins that is not in the archive."""


class Span(NamedTuple):
    """Half-open range of code points."""

    start: int
    end: int


class Place(NamedTuple):
    """A span in one field of a repaired document, as `articles.jsonl` has it."""

    field: str
    start: int
    end: int


@checked_dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was found, so that a person can find it again and its bytes can be given back.

    `file` is relative to the input that was given. `line` counts from 1, `offset` is in bytes of the decompressed
    file; both are None where the record is the whole file. `charset` is what the bytes were read as; lines (numbered
    from 1 within the record's own bytes) that were not valid in it are listed in `other_lines` with the charset used
    for them instead. `mark` is the byte order mark that was taken off, in hex ("" for none). `charset_by` says how that
    was told: a person, the page or its server declared it, it was detected, or nothing told and it was assumed; None
    for UTF-8 and after a byte order mark. `stray_bytes` are the places, from 0, of characters that stand for one byte
    each that fits in nowhere and was read as windows-1252: in the text of a text file, in the line of a record, in the
    source of a web page. `member` is the path within an archive, such as a ZIP file; `line` and `offset` are then those
    in the member. `row` counts from 1 where records stand on no lines: the rows of Parquet, the items of a JSON array.
    `format` is what the file or member was recognised as where that is more than plain text or JSON Lines, such as
    "csv" or "html".
    """

    file: str
    line: int | None = None
    offset: int | None = None
    charset: str = "utf-8"
    mark: str = ""
    other_charset: str | None = None
    other_lines: tuple[int, ...] = ()
    note: str | None = None
    charset_by: CharsetBy | None = None
    stray_bytes: tuple[int, ...] = ()
    member: str | None = None
    row: int | None = None
    format: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the record's text is a whole text file, or text in an archive, and gives its bytes back."""
        return (self.line, self.offset, self.row, self.format) == (None, None, None, None)

    @property
    def place(self) -> str:
        """Where it is, for people, such as "dump.zip, pages/1.txt, line 3"."""
        parts = [self.file] + ([self.member] if self.member else [])
        parts += [f"line {self.line}"] if self.line is not None else []
        parts += [f"row {self.row}"] if self.row is not None else []
        if self.offset is not None and self.line is None and self.row is None:
            parts.append(f"byte {self.offset}")
        return ", ".join(parts)

    @property
    def assumed(self) -> str | None:
        """What was assumed about the charset, for people, such as "koi8-r (detected)"; None where nothing was."""
        if self.charset_by is None:
            return None
        parts = [f"some lines as {self.other_charset}"] if self.other_lines else []
        parts += ["some bytes as windows-1252"] if self.stray_bytes else []
        if parts and (self.charset_by == "assumed" or (self.charset == "utf-8" and self.charset_by == "detected")):
            return f"{self.charset}, {', '.join(parts)} ({self.charset_by})"
        return ", ".join((f"{self.charset} ({self.charset_by})", *parts))


@checked_dataclass(frozen=True, slots=True)
class Record:
    """One article as it was read, before anything was done to it."""

    text: str
    origin: Origin
    id: str | None = None
    title: str | None = None
    title_span: Span | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read: where it stands, why, and the beginning of it for a person to look at."""

    origin: Origin
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement against the text as it was read: `original[start:end] == before` became `after`."""

    start: int
    end: int
    before: str
    after: str
    rules: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired text with the log that leads back to the original.

    `edits` are sorted, do not overlap, and refer to the text as read. `considered` holds replacements that were weighed
    and not made (too unsure, or protected by their context), in the same form.
    """

    text: str
    edits: tuple[Edit, ...] = ()
    considered: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Furniture:
    """A passage of the repaired text that belongs to the page and not to the article."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Document:
    """A repaired article. `key` is the hash of the record as read (32 hex digits); `id` is what people call it."""

    key: str
    id: str
    text: str
    origin: Origin
    title: str | None = None
    title_span: Span | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    furniture: tuple[Furniture, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something in a text that a rewriter leaves alone. `value` is its normal form, equal for equal facts.

    `rarity` is the negative decimal logarithm of how often one expects it in running text, from 0 (everywhere) up.
    """

    kind: FactKind
    value: str
    place: Place
    rarity: float


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences of two texts that correspond. Spans are in the field `text` of each side."""

    a: Span
    b: Span
    similarity: float


@dataclass(frozen=True, slots=True)
class SharedFact:
    """A fact that both texts hold. A headline pair: two headline words of one side, found together on the other."""

    kind: FactKind
    value: str
    a: Place
    b: Place
    rarity: float


@dataclass(frozen=True, slots=True)
class Match:
    """What verification found out about two documents, named by their keys (`a < b`).

    `probability` says how likely one text was made from the other, or both from a third. Pairs with a low one are kept
    where they share facts, because a credited source can make a story of them. `measured` are the figures
    that the verifier's model weighed, in its order; none for a pair whose sentences were not compared, and none in a
    match that was read back from an archive, which keeps them as a column.
    """

    a: str
    b: str
    probability: float
    scores: Mapping[str, float]
    blocks: tuple[Block, ...] = ()
    facts: tuple[SharedFact, ...] = ()
    measured: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """A place where a document names a source. `source` is the id of the rule, such as "reuters".

    Role "own": the text presents itself as that source's ("(Reuters) -", a byline). "cited": it tells in the third
    person what that source reported ("told Reuters", "according to a Reuters review"). "passing": a mention in a
    quotation, of an older report, of a photo.
    """

    source: str
    role: CreditRole
    place: Place
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """The same thing on both sides: in the copy and in the other document. A side can be absent."""

    copy: Place | None = None
    other: Place | None = None
    value: str | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a link, in a sentence a person understands, with the places to look at.

    `other` is the id of the document that `EvidenceSpan.other` points into: the canonical, or a sibling where the
    canonical is not in the archive, or None where the evidence is in the copy alone.
    """

    kind: EvidenceKind
    says: str
    other: str | None = None
    spans: tuple[EvidenceSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectionTerm:
    """One summand of the log-odds that the canonical is the original. Positive speaks for it."""

    name: str
    weight: float
    says: str


@dataclass(frozen=True, slots=True)
class Direction:
    """How likely the canonical is the original. `abstains`: too near to even odds to say which of the two it is."""

    confidence: float
    terms: tuple[DirectionTerm, ...] = ()
    abstains: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another document that could be the original."""

    canonical: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Link:
    """A copy and its original, by id, with the reasons. `via` names the siblings that the evidence rests on."""

    copy: str
    canonical: str
    relation: Relation
    confidence: float
    status: Status
    basis: Basis
    direction: Direction
    evidence: tuple[Evidence, ...]
    via: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)


class DateRange(NamedTuple):
    """Two days, ISO 8601, both included."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story: a star around its canonical. `virtual` where the canonical is not in the archive.

    `members` are ids of documents, sorted, the canonical among them unless virtual. `headline` is that of a virtual
    canonical's nearest copy, `published` the days between which it appeared, as far as its copies tell.
    """

    cluster: str
    canonical: str
    virtual: bool
    headline: str
    size: int
    members: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    published: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a pair or a document. The verdict is of `copy` toward `canonical`:

    accept: it is a copy of it; reject: the two belong in no common story; canonical: that is the original of the
    story, and the copy, where one is named, is made from it; independent: the copy is nobody's (`canonical` is None);
    unsure: the link is left for review; withdraw: what was decided about the pair, or about the document, no longer
    counts.

    Documents are named by their keys; an original that is not in the archive by its name, "external:...". `at` is a
    time in UTC, ISO 8601 to the second. `copy_id` and `canonical_id` are what people called the two then;
    `copy_words` and `canonical_words` are 16 hex digits of the hash of their words, None where there are none.
    """

    copy: str | None
    canonical: str | None
    verdict: Verdict
    note: str
    by: str
    at: str
    copy_id: str | None = None
    canonical_id: str | None = None
    copy_words: str | None = None
    canonical_words: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether it names what its verdict is about, and nothing else: a document, or two different things."""
        document = self.canonical is not None and not self.canonical.startswith(EXTERNAL)
        if self.verdict == "independent":
            return self.copy is not None and self.canonical is None
        if self.verdict == "canonical":
            return document and self.copy != self.canonical
        if self.verdict == "withdraw" and (self.copy is None or self.canonical is None):
            return self.copy is not None or document
        return self.copy is not None and self.canonical is not None and self.copy != self.canonical


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What speaks against a decision. `by` is the key of the document that it comes from."""

    decision: Decision
    by: str
    says: str
