"""What the report calls things, in words that need no knowledge of the program."""

from __future__ import annotations

from typing import Any

RELATIONS = {
    "exact": ("Exact copy", "The same text as the original, word for word."),
    "near-duplicate": (
        "Near-duplicate",
        "The same text with small changes: a corrected word, another byline, a cut line.",
    ),
    "excerpt": ("Excerpt", "A part of the original, shortened or taken into a longer text."),
    "spun": ("Spun", "The sentences of the original with words exchanged for synonyms, as spinning software does."),
    "rewrite": (
        "Rewrite",
        "The sentences correspond to the original's, but the words do not: paraphrased, or translated there and back.",
    ),
    "derived": ("Derived", "Retells a story that it credits to another source, with facts of that story."),
}
STATUSES = {
    "linked": ("Linked", "The evidence is strong enough for a link."),
    "review": ("Waiting for a decision", "The evidence is too thin to say. A person decides."),
}
BASES = {
    "verified": ("Verified", "The texts of the copy and of the original were compared."),
    "inferred": (
        "Inferred",
        "The link rests on credits, on shared facts, or on another copy, not on the original's own text.",
    ),
}
EVIDENCE = {
    "hash": "Words in common",
    "sentences": "Matching sentences",
    "facts": "Shared facts",
    "headline": "Headline",
    "credit": "Credit",
    "date": "Date",
    "canonical_url": "Canonical address",
    "naturalness": "Naturalness of the wording",
    "decision": "Decision of a person",
}
SCORES = {
    "aligned_copy": "Sentences of the copy with a counterpart",
    "aligned_other": "Sentences of the other with a counterpart",
    "containment_copy": "Words of the copy found in the other, rare ones weighing more",
    "containment_other": "Words of the other found in the copy, rare ones weighing more",
    "exact": "Same text but for case, quotes and accents",
    "facts_shared": "Rare facts in common",
    "in_order": "Counterparts in the same order",
    "jaccard": "Runs of five words in common",
    "kept": "Words kept inside matching sentences",
    "length_ratio": "Length, shorter to longer",
}
ROWS = {
    "title": "Title",
    "aligned": "Reworded",
    "same": "Same",
    "moved": "Moved",
    "moved-away": "Moved",
    "dropped": "Dropped",
    "added": "Added",
    "furniture": "Page furniture",
}
SIZES = ((2, "2 articles"), (3, "3 articles"), (5, "4 or 5 articles"), (10, "6 to 10 articles"))
LARGEST = "11 articles or more"


def for_page() -> dict[str, Any]:
    """What the page's script needs of these tables."""
    return {
        "relations": RELATIONS,
        "statuses": STATUSES,
        "bases": BASES,
        "evidence": EVIDENCE,
        "scores": SCORES,
        "rows": ROWS,
    }


def size_name(size: int) -> str:
    """The group of cluster sizes that a story of `size` articles is counted in."""
    return next((name for limit, name in SIZES if size <= limit), LARGEST)


def external_source(canonical: str) -> str | None:
    """The source in the name of an original that is not in the archive, such as "reuters"; None for a document's id.

    >>> external_source("external:reuters:fishing-net-police-quotas")
    'reuters'
    """
    parts = canonical.split(":")
    return parts[1] if len(parts) >= 3 and parts[0] == "external" else None
