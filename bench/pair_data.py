"""Pairs to learn the verifier from: gold and negatives, what the channels bring up, and longer pairs made by
program."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from held import held_keys
from language_data import copies, labelled, labelled_pairs

from cleanpipe.language.sentences import sentences
from cleanpipe.language.tokens import commonness, tokenise
from cleanpipe.match import Compared, fingerprint
from cleanpipe.match.candidate_batch import best_pairs
from cleanpipe.match.fingerprint import Fingerprints
from cleanpipe.settings import MatchSettings

FOLDS = 5

WIRE_FROM, WIRE_STORIES = 2000, 5000
"""Wire stories that follow-ups are learned from: none of the first two thousand, on which `judge.py` tries links."""

WIRE_ALIKE, WIRE_LITERAL = 0.35, 0.15
"""Of the shorter story's different words, the share that stands in the other; of its runs of five words, the most that
may: above that it is a repeat or an update, which is a copy."""

INFLECTED = 0.3
"""Share of the long pairs made by program that get other word endings on one side: the labelled data is English, where
words hardly change, and most languages are not."""


SHARED_PAIRS = 500
"""Pairs of stories that have a paragraph of background in common: as many as there are of one kind of long copy."""


@dataclass
class Corpus:
    """Texts by id, with what is known of pairs of them. `fold` keeps a cluster, and reports of one event, together."""

    texts: dict[str, str]
    sets: dict[str, str]
    gold: dict[tuple[str, str], str]
    direct: set[tuple[str, str]]
    negatives: set[tuple[str, str]]
    ignored: set[tuple[str, str]]
    clusters: list[dict[str, Any]]
    fold: dict[str, int] = field(default_factory=dict)
    langs: dict[str, str] = field(default_factory=dict)
    """Codes of the texts that are not in English."""


@dataclass(frozen=True)
class Pair:
    """Two texts, by id, and what is known of them. `kind` is that of a gold pair, or where a negative comes from."""

    a: str
    b: str
    copy: bool
    kind: str
    met: bool = True
    """Whether the channels brought the two together; a pair that they didn't is learned from, and counts as not
    linked."""


def read(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def bucket(name: str, of: int) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % of


def load(folder: Path) -> Corpus:
    """`links_dev` or a folder like it."""
    clusters = read(folder / "gold.jsonl")
    gold, direct = {}, set()
    for row in clusters:
        for a, b in itertools.combinations(row["members"], 2):
            kinds = sorted({row["kinds"][a], row["kinds"][b]} - {"original"})
            gold[ordered(a, b)] = f"{row['set']}/{'+'.join(kinds)}"
            if row["canonical"] in (a, b):
                direct.add(ordered(a, b))
    corpus = Corpus(
        texts={row["id"]: row["text"] for row in read(folder / "corpus.jsonl.gz")},
        sets={row["id"]: row["set"] for row in read(folder / "sets.jsonl")},
        gold=gold,
        direct=direct,
        negatives={ordered(row["a"], row["b"]) for row in read(folder / "negatives.jsonl")},
        ignored={ordered(row["a"], row["b"]) for row in read(folder / "ignore.jsonl")},
        clusters=clusters,
    )
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in sorted(corpus.negatives | gold.keys()):
        parent[max(root(a), root(b))] = min(root(a), root(b))
    corpus.fold = {name: bucket(root(name), FOLDS) for name in corpus.texts}
    return corpus


def candidates(corpus: Corpus) -> list[tuple[str, str]]:
    """Pairs that the channels bring up and of which a side is among the best of the other."""
    names = sorted(corpus.texts)
    prints = fingerprint([Compared(name, corpus.texts[name], lang="en") for name in names], MatchSettings())
    return [ordered(names[a], names[b]) for a, b in met(prints)]


def met(prints: Fingerprints) -> list[tuple[int, int]]:
    """Places of the documents that the channels bring together, each pair once."""
    documents, keys = np.unique(prints.key_document, return_counts=True)
    names = documents.astype(np.uint64)
    a, b, _ = best_pairs(held_keys(prints.key_document, prints.key_channel, prints.key_value), names, names, keys)
    return list(zip(a.tolist(), b.tolist(), strict=True))


def natural_pairs(corpus: Corpus) -> list[Pair]:
    """Gold pairs, known negatives, and candidates that are neither, all but those to be ignored."""
    met = set(candidates(corpus))
    every = met | corpus.gold.keys() | corpus.negatives
    pairs = []
    for a, b in sorted(every - corpus.ignored):
        kind = corpus.gold.get((a, b))
        other = "same-event" if (a, b) in corpus.negatives else "+".join(sorted({corpus.sets[a], corpus.sets[b]}))
        pairs.append(Pair(a, b, kind is not None, kind or other, (a, b) in met))
    return pairs


def made_pairs(corpus: Corpus, wire: list[dict[str, Any]]) -> list[Pair]:
    """Long pairs, whose texts are added to the corpus.

    "retold": a wire story as one writes it who has only its facts before him; "background": the same of another story
    that begins with a quarter of the first. "shared": two stories with one paragraph of a third below their leads, no
    copies.

    "long": several originals one after the other, and their rewrites by one model, perhaps in another order;
    "unlike": the same with pairs that only look alike. "excerpt", "spun_NN", "cut": of one wire story, with a
    paragraph of another's sometimes. "figures": a wire story full of figures, and the same with other figures, which
    is no copy.
    """
    draw = random.Random(7)
    pairs: list[Pair] = []

    def add(fold: int, one: str, two: str, copy: bool, kind: str) -> None:
        a, b = f"made-{len(pairs):05}-a", f"made-{len(pairs):05}-b"
        corpus.texts |= {a: one, b: two}
        corpus.sets |= {a: "made", b: "made"}
        corpus.fold |= {a: fold, b: fold}
        pairs.append(Pair(a, b, copy, f"made/{kind}"))

    def perhaps_inflected(text: str) -> str:
        return _inflected(text, draw) if draw.random() < INFLECTED else text

    by_fold: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for a, b in sorted(corpus.direct):
        kind = corpus.gold[a, b]
        if kind.startswith("l2r/"):
            by_fold[corpus.fold[a], kind].append((a, b))
    canonical = {row["canonical"] for row in corpus.clusters}
    for (fold, _), rows in sorted(by_fold.items()):
        for _ in range(100):
            chosen = draw.sample(rows, draw.randint(3, 6))
            sides = [(a, b) if a in canonical else (b, a) for a, b in chosen]
            one = [corpus.texts[a] for a, _ in sides]
            two = [corpus.texts[b] for _, b in sides]
            if draw.random() < 0.3:
                draw.shuffle(two)
            if draw.random() < 0.3:
                two = two[: max(2, len(two) - draw.randint(0, 2))]
            add(fold, "\n\n".join(one), perhaps_inflected("\n\n".join(two)), True, "long")

    unlike: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for a, b in sorted(corpus.negatives):
        unlike[corpus.fold[a]].append((a, b))
    for fold, rows in sorted(unlike.items()):
        for _ in range(150):
            chosen = draw.sample(rows, 2)
            add(
                fold,
                "\n\n".join(corpus.texts[a] for a, _ in chosen),
                perhaps_inflected("\n\n".join(corpus.texts[b] for _, b in chosen)),
                False,
                "unlike",
            )

    stories = [row["text"] for row in wire if 180 <= len(row["text"].split()) <= 900]
    speech = _vocabulary([row["text"] for row in wire[:4000]])
    for number, text in enumerate(draw.sample(stories, 900)):
        fold = number % FOLDS
        spans = [text[start:end] for start, end in sentences(text, "en")]
        kind = draw.choice(["excerpt", "spun_30", "spun_50", "spun_70", "cut"])
        if kind == "excerpt":
            size = max(2, int(len(spans) * draw.uniform(0.2, 0.5)))
            start = draw.choice([0, draw.randint(0, max(0, len(spans) - size))])
            other = " ".join(spans[start : start + size])
        elif kind == "cut":
            kept = [span for span in spans if draw.random() < 0.7] or spans
            if draw.random() < 0.5:
                draw.shuffle(kept)
            other = " ".join(kept)
        else:
            other = _spin(" ".join(spans), int(kind[-2:]) / 100, speech, draw)
        add(fold, text, other, True, kind)
    prose = [text for text in stories if not _figures(text)]
    for number, (text, another) in enumerate(itertools.pairwise(draw.sample(prose, 1800))):
        spans = [text[start:end] for start, end in sentences(text, "en")]
        if number % 3:
            told = _retold(spans, draw.uniform(0.6, 1.0), speech, draw)
            add(number % FOLDS, text, perhaps_inflected(told), True, "retold")
        else:
            strange = [another[start:end] for start, end in sentences(another, "en")]
            part = draw.choice([3, 4, 5])
            mixed = spans[: len(spans) // part + 1] + strange[len(strange) // part :]
            add(number % FOLDS, text, perhaps_inflected(_retold(mixed, 1.0, speech, draw)), False, "background")
    for number in range(SHARED_PAIRS):
        one, two, third = ([text[a:b] for a, b in sentences(text, "en")] for text in draw.sample(prose, 3))
        size = draw.randint(2, 4)
        start = draw.randint(0, max(0, len(third) - size))
        paragraph = " ".join(third[start : start + size])
        again = _spin(paragraph, 0.2, speech, draw) if draw.random() < 0.3 else paragraph
        add(number % FOLDS, _with(one, paragraph, draw), _with(two, again, draw), False, "shared")
    figures = [row["text"] for row in wire if _figures(row["text"]) >= 6]
    for number, text in enumerate(draw.sample(figures, 400)):
        add(number % FOLDS, text, _other_figures(text, draw), False, "figures")
    return pairs


def wire_pairs(corpus: Corpus, wire: list[dict[str, Any]]) -> list[Pair]:
    """Stories of one agency that met in the channels and share hardly a run of words: the next report on a company, a
    minister's other remark, the same form filled in anew. No copies, but for a few that an agency wrote twice."""
    stories = [row for row in wire[WIRE_FROM : WIRE_FROM + WIRE_STORIES] if len(row["text"].split()) >= 40]
    names = [f"wire-{row['id']}" for row in stories]
    for name, row in zip(names, stories, strict=True):
        corpus.texts[name], corpus.sets[name] = row["text"], "made"
        corpus.fold[name] = bucket(name, FOLDS)
    prints = fingerprint([Compared(name, corpus.texts[name], lang="en") for name in names], MatchSettings())
    words = {name: tokenise(corpus.texts[name]).words for name in names}
    pairs = []
    for a, b in met(prints):
        one, two = words[names[a]], words[names[b]]
        alike = len(set(one) & set(two)) / min(len(set(one)), len(set(two)))
        runs = [set(zip(side, side[1:], side[2:], side[3:], side[4:], strict=False)) for side in (one, two)]
        if alike >= WIRE_ALIKE and len(runs[0] & runs[1]) <= WIRE_LITERAL * min(map(len, runs)):
            pairs.append(Pair(*ordered(names[a], names[b]), False, "made/wire"))
    return pairs


def language_pairs(corpus: Corpus) -> list[Pair]:
    """Pairs of texts in other languages, none of which is judged by a model that saw one of its language."""
    texts = labelled()
    folds = {lang: number % FOLDS for number, lang in enumerate(sorted({text["lang"] for text in texts}))}
    for text in texts:
        name = text["id"]
        corpus.texts[name], corpus.sets[name], corpus.langs[name] = text["text"], "made", text["lang"]
        corpus.fold[name] = folds[text["lang"]]
    return [
        Pair(*ordered(one["id"], two["id"]), copies(one, two), f"languages/{kind}")
        for one, two, kind in labelled_pairs(texts)
    ]


def _with(spans: list[str], paragraph: str, draw: random.Random) -> str:
    """A story with a paragraph somewhere below its first sentences, or at its end."""
    at = draw.randint(min(2, len(spans)), len(spans))
    return " ".join([*spans[:at], paragraph, *spans[at:]])


def _figures(text: str) -> int:
    words = text.split()
    digits = sum(word[:1].isdigit() for word in words)
    return digits if 5 * digits >= len(words) else 0


def _other_figures(text: str, draw: random.Random) -> str:
    return "".join(str(draw.randint(1, 9)) if c.isdigit() and draw.random() < 0.7 else c for c in text)


def _vocabulary(texts: list[str]) -> dict[int, list[str]]:
    """Words by tenths of their Zipf frequency: a spinner's word is about as common as the one it replaces."""
    known = commonness("en")
    words = {word for text in texts for word in tokenise(text).raw if word.islower() and len(word) > 3}
    by_zipf: dict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        by_zipf[int(known[word] * 4)].append(word)
    return by_zipf


def _inflected(text: str, draw: random.Random) -> str:
    """The text with other endings, as a rewrite in a language with cases has them, on names too."""

    def ending(word: str) -> str:
        if len(word) < 5 or not word.isalpha() or draw.random() < 0.5:
            return word
        return word[: -draw.choice([1, 1, 2])] + draw.choice(["a", "u", "em", "ow", "ie", "ych", ""])

    return re.sub(r"\w+", lambda match: ending(match[0]), text)


def _retold(spans: list[str], share: float, vocabulary: dict[int, list[str]], draw: random.Random) -> str:
    """This share of the sentences told anew, in another order: most names and figures stay, few other words do.

    How free the telling is, is drawn for the whole text: from a close paraphrase to one that shares hardly three words
    in a row.
    """
    freedom = draw.random()
    kept = [span for span in spans if draw.random() < share] or spans
    order = sorted(range(len(kept)), key=lambda at: at + draw.uniform(0, 1 + 4 * freedom))
    told = []
    for at in order:
        words = _spin(kept[at].rstrip(" ."), 0.4 + 0.5 * freedom, vocabulary, draw, common=0.3 + 0.5 * freedom).split()
        chunks = []
        while words:
            size = draw.choice([2, 3, 4] if draw.random() < freedom else [8, 12])
            chunks.append(words[:size])
            words = words[size:]
        draw.shuffle(chunks)
        # A name told once is "she" or "the company" the next time.
        named = (word for chunk in chunks for word in chunk)
        told.append(" ".join(word for word in named if word.islower() or draw.random() > 0.3 * freedom))
    sized = []
    while told:
        size = draw.choice([1, 1, 2])
        sized.append(", ".join(told[:size]) + ".")
        told = told[size:]
    return " ".join(sized)


def _spin(text: str, share: float, vocabulary: dict[int, list[str]], draw: random.Random, common: float = 0.0) -> str:
    """Exchanges this share of the content words, a tenth as many of the capitalised, `common` of the commonest."""
    known = commonness("en")
    tokens, at = tokenise(text), 0
    out: list[str] = []
    for raw, start, end in zip(tokens.raw, tokens.starts, tokens.ends, strict=True):
        zipf = known[raw]
        rate = share if raw.islower() else 0.1 * share
        if zipf >= 6.2:
            rate = common if raw.islower() else 0.0
        if raw.isalpha() and draw.random() < rate:
            out.extend((text[at:start], draw.choice(vocabulary.get(int(zipf * 4)) or [raw])))
            at = end
    return "".join([*out, text[at:]])
