"""Times MinHash signatures and whole fingerprints of texts against the libraries that people use for it.

    python bench/signatures.py [--texts 2000] [--rounds 5]

Texts of 400 words are drawn from wordfreq's English list by frequency, with figures, capitals and full stops, one
text in four twice. Every method runs in a process of its own, in turn, round after round, so that none has the machine
to itself; what counts is CPU time after everything is loaded, and of the rounds the median. Peers are written as their
documentation does it. rensa is timed where it is installed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

PERMUTATIONS, SHINGLE, WORDS, BATCH, SEED = 128, 5, 400, 250, 20

Step = Callable[[Any], Any]
"""Takes a batch of texts, or what the step before made of it."""


def texts(count: int) -> list[str]:
    """Texts as the module says."""
    from cleanpipe.language.words import frequencies

    draw = random.Random(SEED)
    shares = frequencies("en")
    words, ends = list(shares), list(accumulate(shares.values()))
    made: list[str] = []
    while len(made) < count:
        if len(made) % 4 == 3:
            made.append(made[-3])
            continue
        text = draw.choices(words, cum_weights=ends, k=WORDS)
        for at in range(WORDS):
            if draw.random() < 0.05:
                text[at] = text[at].capitalize() + "."
            elif draw.random() < 0.02:
                text[at] = f"{draw.randrange(1, 100000):,}"
        made.append(" ".join(text))
    return made


def word_shingles(text: str) -> list[bytes]:
    words = text.lower().split()
    return [" ".join(words[at : at + SHINGLE]).encode() for at in range(len(words) - SHINGLE + 1)]


# Peers: shingles of a text, then a signature


def all_shingles(batch: Sequence[str]) -> list[list[bytes]]:
    return [word_shingles(text) for text in batch]


def update(batch: Sequence[list[bytes]]) -> list[Any]:
    from datasketch import MinHash

    made = []
    for shingles in batch:
        signature = MinHash(num_perm=PERMUTATIONS)
        for shingle in shingles:
            signature.update(shingle)
        made.append(signature)
    return made


def bulk(batch: Sequence[list[bytes]]) -> list[Any]:
    from datasketch import MinHash

    return list(MinHash.bulk(batch, num_perm=PERMUTATIONS))


def rensa(batch: Sequence[list[bytes]]) -> list[Any]:
    from rensa import RMinHash

    made = []
    for shingles in batch:
        signature = RMinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update(shingles)
        made.append(signature)
    return made


# cleanpipe: words of a text, then a signature; or all of a fingerprint


def plain_words(batch: Sequence[str]) -> list[Any]:
    from cleanpipe.match import Compared
    from cleanpipe.match.compared import Words

    return [Words(Compared("", text, lang="en")).hashes for text in batch]


def plain(batch: Sequence[Any]) -> list[Any]:
    from cleanpipe.match.minhash import shingles, signature

    return [signature(shingles(hashes), PERMUTATIONS) for hashes in batch]


def compiled_words(batch: Sequence[str]) -> Any:
    from cleanpipe.match import Compared
    from cleanpipe.match.numbered import numbered

    return numbered([Compared("", text, lang="en") for text in batch], "en")


def compiled(batch: Any) -> Any:
    from cleanpipe.match.batch import signed

    return signed(batch, PERMUTATIONS)


def plain_fingerprints(batch: Sequence[str]) -> Any:
    from cleanpipe.match import Compared
    from cleanpipe.match.fingerprint import fingerprint_plainly
    from cleanpipe.settings import MatchSettings

    return fingerprint_plainly([Compared("", text, lang="en") for text in batch], MatchSettings())


def compiled_fingerprints(batch: Sequence[str]) -> Any:
    from cleanpipe.match import Compared
    from cleanpipe.match.batch import fingerprint_batch
    from cleanpipe.settings import MatchSettings

    return fingerprint_batch([Compared("", text, lang="en") for text in batch], MatchSettings())


METHODS: dict[str, tuple[Step, ...]] = {
    "MinHash.update": (all_shingles, update),
    "MinHash.bulk": (all_shingles, bulk),
    "rensa": (all_shingles, rensa),
    "cleanpipe, NumPy": (plain_words, plain),
    "cleanpipe, compiled": (compiled_words, compiled),
    "fingerprint, NumPy": (plain_fingerprints,),
    "fingerprint, compiled": (compiled_fingerprints,),
}
"""Steps from texts to signatures, and to fingerprints: signatures and all keys."""


def timed(steps: Sequence[Step], given: Sequence[str]) -> list[float]:
    """Microseconds of CPU time for a text, for each step. The first batch is for loading and isn't counted."""
    spent = [0.0] * len(steps)
    for start in range(0, len(given), BATCH):
        batch: Any = given[start : start + BATCH]
        for number, step in enumerate(steps):
            before = time.process_time()
            batch = step(batch)
            spent[number] += (time.process_time() - before) if start else 0.0
    return [seconds * 1e6 / (len(given) - BATCH) for seconds in spent]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.method:
        print(json.dumps(timed(METHODS[options.method], texts(options.texts + BATCH))))
        return
    found: dict[str, list[list[float]]] = {}
    for _ in range(options.rounds):
        for name in METHODS:
            if name != "rensa" or find_spec("rensa"):
                command = [sys.executable, __file__, "--texts", str(options.texts), "--method", name]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found.setdefault(name, []).append(json.loads(done.stdout))
    print(f"{'':24}{'text to words':>15}{'to signature':>15}{'ratio':>10}{'from text':>15}{'ratio':>10}")
    middle = {name: [statistics.median(times) for times in zip(*rounds, strict=True)] for name, rounds in found.items()}
    alone, whole = middle["MinHash.bulk"][-1], sum(middle["MinHash.bulk"])
    for name, steps in middle.items():
        total = sum(steps)
        parts = f"{steps[0]:12.1f} us{steps[1]:12.1f} us{alone / steps[1]:10.1f}" if len(steps) > 1 else " " * 40
        print(f"{name:24}{parts}{total:12.1f} us{whole / total:10.1f}")
    print("Ratios are how many times as fast as MinHash.bulk.")


if __name__ == "__main__":
    main()
