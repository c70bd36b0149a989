"""Makes `cleanpipe/language/word_pairs.npz`: the pairs of common words that ordinary English shows side by side.

    python bench/train_pairs.py SHARED [--write]

SHARED is the folder that has `data/reuters21578.jsonl.gz`, `data/links_dev/` and `seeds/`. The table is learned from
Reuters-21578 and the L2R originals, all but those that `families.py` makes copies of, and judged on texts that it
hasn't seen: news and rewrites by language models on one side, PAN's randomly obfuscated passages on the other.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from pair_data import bucket, read

from cleanpipe.language.word_pairs import PROBES, TABLE, Vocabulary, common_pairs, holds, probes
from cleanpipe.match.compared import Compared, Words
from cleanpipe.match.naturalness import LEAST_PAIRS

BITS_A_PAIR = 8
"""With three probes, about 3 % of unknown pairs pass for known."""

WORD_COUNT = 50
"""Occurrences in the learned text from which a word is common: its neighbours were seen, not guessed."""

STANDS_OUT = 90.0
"""Percentile of ordinary news from which a text stands out."""

KEPT_FOR_FAMILIES = 5
"""Of so many texts one isn't learned from: what is made of it has to be judged by a table that never saw it."""


def kept_for_families(text: str) -> bool:
    return bucket(text, KEPT_FOR_FAMILIES) == 0


def words_of(text: str) -> Words:
    return Words(Compared("", text, lang="en"))


def vocabulary(learn: list[Words]) -> Vocabulary:
    """The words, not figures, that stand `WORD_COUNT` times and more in the learned texts."""
    figures = np.unique(
        np.array(
            [one for text in learn for one, word in zip(text.hashes, text.words, strict=True) if word[0].isdigit()]
        )
    )
    every = np.concatenate([text.hashes for text in learn])
    words, counts = np.unique(every, return_counts=True)
    common = (counts >= WORD_COUNT) & ~np.isin(words, figures)
    return Vocabulary(words[common], counts[common].astype(np.uint32), len(every))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped table")
    args = parser.parse_args()
    links = args.shared / "data" / "links_dev"
    texts = {row["id"]: row["text"] for row in read(links / "corpus.jsonl.gz")}
    sets = {row["id"]: row["set"] for row in read(links / "sets.jsonl")}
    kinds = {member: kind for row in read(links / "gold.jsonl") for member, kind in row["kinds"].items()}

    learn = [row["text"] for row in read(args.shared / "data" / "reuters21578.jsonl.gz")]
    learn += [texts[name] for name, kind in kinds.items() if kind == "original" and sets[name] == "l2r"]
    learned = [words_of(text) for text in learn if not kept_for_families(text)]
    known = vocabulary(learned)
    pairs = np.unique(np.concatenate([common_pairs(words.hashes, known) for words in learned]))
    table = np.zeros(len(pairs) * BITS_A_PAIR // 8, np.uint8)
    for probe in range(PROBES):
        places = probes(pairs, len(table) * 8)[:, probe]
        np.bitwise_or.at(table, places >> 3, (1 << (places & 7)).astype(np.uint8))
    print(f"{len(known.words)} words, {len(pairs)} pairs, {len(table)} bytes")

    groups: dict[str, list[str]] = {"news (ECB+)": [texts[name] for name in texts if sets[name] == "ecb"]}
    for kind in ("llm_gpt-4o", "llm_llama-3-70b", "pan_translation", "pan_random"):
        groups[kind] = [texts[name] for name, other in sorted(kinds.items()) if other == kind]
    shares = {
        name: np.array([share for text in group if (share := _share(known, table, text)) is not None])
        for name, group in groups.items()
    }
    threshold = float(np.percentile(shares["news (ECB+)"], STANDS_OUT))
    for name, values in shares.items():
        middle, high = np.percentile(values, [50, 99])
        above = (values > threshold).mean()
        print(f"{name:18} {len(values):5} texts, median {middle:.3f}, 99th {high:.3f}, stand out {above:.1%}")
    print(f"threshold {threshold:.3f}")
    for path in sorted((args.shared / "seeds").glob("*.txt")):
        print(f"{path.name:30} {_share(known, table, path.read_text(encoding='utf-8')):.3f}")
    if args.write:
        target = Path(__file__).parents[1] / "cleanpipe" / "language" / TABLE
        np.savez(
            target,
            words=known.words,
            counts=known.counts,
            total=np.int64(known.total),
            bits=table,
            threshold=np.float64(round(threshold, 4)),
        )
        print(f"wrote {target.name}")


def _share(known: Vocabulary, table: np.ndarray[Any, np.dtype[np.uint8]], text: str) -> float | None:
    pairs = common_pairs(words_of(text).hashes, known)
    return 1.0 - float(holds(table, pairs).mean()) if len(pairs) >= LEAST_PAIRS else None


if __name__ == "__main__":
    main()
