"""What others would do in cleanpipe's place, each as its documentation does it: ftfy first, then MinHash and its LSH.

    python bench/peers.py NAME DUMP.jsonl

reads the dump, mends each text with `ftfy.fix_text`, finds for each article those before it that are as good as the
same (Jaccard similarity of word 5-grams of .7, 128 permutations or what comes next to them), and prints how many pairs
it found. They find near-duplicates and nothing else, verify nothing, and write nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

SHINGLE, PERMUTATIONS, THRESHOLD = 5, 128, 0.7
GAOYA_BANDS, GAOYA_ROWS = 25, 5
"""125 hashes, of which a pair at the threshold shares a band in 99 of 100 cases, as cleanpipe's do."""


def texts_of(dump: Path) -> Iterator[str]:
    import ftfy

    with dump.open(encoding="utf-8") as lines:
        for line in lines:
            yield ftfy.fix_text(json.loads(line)["text"])


def shingles(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))]


def datasketch_update(dump: Path) -> int:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found = 0
    for number, text in enumerate(texts_of(dump)):
        minhash = MinHash(num_perm=PERMUTATIONS)
        for shingle in set(shingles(text)):
            minhash.update(shingle.encode("utf-8"))
        found += len(lsh.query(minhash))
        lsh.insert(number, minhash)
    return found


def datasketch_bulk(dump: Path) -> int:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found = 0
    sets = ([shingle.encode("utf-8") for shingle in set(shingles(text))] for text in texts_of(dump))
    # `bulk` gives a list; `generator`, which it is made of, keeps no more than one in memory.
    for number, minhash in enumerate(MinHash.generator(sets, num_perm=PERMUTATIONS)):
        found += len(lsh.query(minhash))
        lsh.insert(number, minhash)
    return found


def rensa(dump: Path) -> int:
    from rensa import RMinHashDeduplicator

    deduplicator = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=PERMUTATIONS, use_lsh=True)
    kept = deduplicator.add_pairs((str(number), shingles(text)) for number, text in enumerate(texts_of(dump)))
    return sum(not keep for keep in kept)


def gaoya(dump: Path) -> int:
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=GAOYA_BANDS,
        band_size=GAOYA_ROWS,
        analyzer="word",
        lowercase=True,
        ngram_range=(SHINGLE, SHINGLE),
    )
    found = 0
    for number, text in enumerate(texts_of(dump)):
        found += len(index.query(text))
        index.insert_document(number, text)
    return found


PEERS: dict[str, Callable[[Path], int]] = {
    "datasketch-update": datasketch_update,
    "datasketch-bulk": datasketch_bulk,
    "rensa": rensa,
    "gaoya": gaoya,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("dump", type=Path)
    arguments = parser.parse_args()
    print(json.dumps({"found": PEERS[arguments.name](arguments.dump)}))


if __name__ == "__main__":
    main()
