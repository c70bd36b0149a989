"""What a copy is to its original: which of the six relations, decided by named thresholds on the figures of their
match."""

from __future__ import annotations

from typing import NamedTuple

from cleanpipe.link.standing import Standing
from cleanpipe.link.story import Pair, Thresholds
from cleanpipe.link.substitutions import Substitutions
from cleanpipe.model import Relation

CHANGED = 0.1
"""Share of the words of corresponding passages up to which these were copied and not worded anew."""

RUNS = 0.8
"""Share of a copy's runs of five words that stand in the original from which it is a part of it, however its sentences
were cut."""

EXCERPT_COVERED = 0.75
"""Share of an excerpt's sentences that stand in the original."""

EXCERPT_LENGTH = 0.8
"""An excerpt has at most this many words for each of the original's."""

NEARLY_WHOLE = 0.8
"""Share of both sides' sentences that correspond in a copy that was edited throughout: no excerpt, but reworded or
spun, be it lightly."""

LESS_NATURAL = 0.06
"""By how much a spun copy's share of unusual word pairs exceeds its original's where its words were also moved about.
Of 28 passages that a program had shuffled, half exceeded theirs by 0.07; of rewrites by language models nine in ten
stay below 0.05, and paraphrases mostly read more smoothly than their originals (`python bench/train_direction.py`)."""

CORRESPONDS = 0.2
"""Share of sentences on the better covered side from which sentences correspond at all; below it a story is retold."""


class Judged(NamedTuple):
    relation: Relation
    says: str


def relation(pair: Pair, replaced: Substitutions, less_natural: float | None, limits: Thresholds) -> Judged:
    """The relation of `pair.copy` to `pair.other`, and why.

    `replaced` is what differs in their corresponding passages; `less_natural` the copy's share of unusual word pairs
    less the other's, None where that isn't known.
    """
    if pair.exact:
        return Judged("exact", "the same words")
    jaccard, changed = pair.score("jaccard"), replaced.changed / max(replaced.compared, 1)
    if jaccard >= limits.near_duplicate_jaccard:
        return Judged("near-duplicate", f"{jaccard:.0%} of the runs of five words are the same")
    covered = max(pair.copy_covered, pair.other_covered)
    if pair.blocks and (changed <= CHANGED or _runs_copied(pair) >= RUNS):
        if pair.copy_covered >= EXCERPT_COVERED and pair.length_ratio <= EXCERPT_LENGTH:
            return Judged("excerpt", f"{pair.copy_covered:.0%} of it, word for word, are a part of the original")
        if min(pair.copy_covered, pair.other_covered) < NEARLY_WHOLE:
            return Judged("excerpt", "sentences of the original stand in it word for word, among others")
    if covered < CORRESPONDS:
        return Judged("derived", "hardly a sentence corresponds, what it tells does")
    if replaced.word_by_word:
        one_for_one = f"{replaced.one_for_one} of {replaced.changed} words that differ replaced one for one"
        return Judged("spun", f"the sentences correspond, {one_for_one}")
    if less_natural is not None and less_natural >= LESS_NATURAL:
        return Judged("spun", f"the sentences correspond, and {less_natural:.1%} more of its word pairs are unheard of")
    return Judged("rewrite", f"the sentences correspond, {1 - changed:.0%} of their words kept")


def _runs_copied(pair: Pair) -> float:
    """Share of the copy's runs of five words that are in the other, by their Jaccard similarity and lengths."""
    jaccard = pair.score("jaccard")
    return jaccard / (1.0 + jaccard) * (1.0 + 1.0 / pair.length_ratio) if pair.length_ratio else 0.0


WHOLE_STORY = 0.25
"""Share of its facts that a text has in common with a sibling from which both reword the whole of one original. The
three retellings of one report that this was set by share 0.31 where both follow it, 0.07 and 0.10 where one only
starts from it."""


def toward_absent(
    pair: Pair,
    replaced: Substitutions,
    standing: Standing | None,
    unusual: float | None,
    limits: Thresholds,
    compared: bool,
) -> Judged:
    """The relation of `pair.copy` to an original that is not there, from how it speaks of the source and from a
    sibling.

    `standing` is how it stands to that source; `compared` says whether the sibling's sentences correspond to its own.
    """
    among = relation(pair, replaced, None, limits) if compared else None
    spun = unusual is not None and unusual >= limits.unusual
    if standing is not None and not standing.speaks_as and standing.outside:
        if among is not None and among.relation in ("spun", "rewrite"):
            return Judged("rewrite", "it tells the source's story in its own words")
        if pair.score("facts_shared") >= WHOLE_STORY and not pair.exact:
            return Judged("rewrite", "it has the facts of the whole story in other words")
        return Judged("derived", "it retells a story that it credits")
    if among is not None and among.relation not in ("exact", "near-duplicate", "derived"):
        return among
    if standing is not None and spun and not standing.own:
        return Judged("spun", "it speaks as the source does, in word pairs unheard of")
    if among is not None and among.relation != "derived":
        return among
    return Judged("rewrite", "it speaks as the source does, and no sibling has its sentences")
