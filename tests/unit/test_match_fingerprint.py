"""Fingerprints: folding, shingles, MinHash as datasketch has it, and the keys through which documents meet."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from cleanpipe.language.tokens import tokenise
from cleanpipe.match import Compared, fingerprint
from cleanpipe.match.candidate_batch import best_pairs as compiled_best_pairs
from cleanpipe.match.channels import BY_NAME, CENTRES, CHANNELS, OWN_BEST, best_pairs, value_weight
from cleanpipe.match.compared import Words
from cleanpipe.match.minhash import BAND_JACCARD, BAND_RECALL, bands, hash_shingle, shingles, signature
from cleanpipe.model import Span
from cleanpipe.settings import MatchSettings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from held import held_keys

STORY = (
    "The ferry Marguerite ran aground off Pellow Island on Tuesday with 214 passengers on board. “Nobody was hurt, and "
    "nobody even spilled a cup of tea,” said the harbour master, Ottoline Crabbe. Divers will inspect the hull before "
    "the ship is towed to Brannock, where repairs are expected to take 17 days and cost 1.4 million crowns."
)

FOLDED = [
    ("Café’s", ["cafe"]),
    ("CAFE'S", ["cafe"]),
    ("don’t", ["dont"]),
    ("48,000", ["48000"]),
    ("1.5", ["1.5"]),
    ("１２３", ["123"]),
    ("STRASSE Straße", ["strasse", "strasse"]),
    ("ﬁnal soft\N{SOFT HYPHEN}ware", ["final", "software"]),
    ("facial-recognition", ["facial", "recognition"]),
    ("हिन्दी में", ["हिन्दी", "में"]),
    ("中国的", ["中", "国", "的"]),
    ("", []),
    ("— … !", []),
]


@pytest.mark.parametrize(("text", "words"), FOLDED)
def test_folds(text: str, words: list[str]) -> None:
    assert tokenise(text).words == words


def test_words_keep_their_places() -> None:
    text = "Straße, ﬁnal ‘Café’s’ 48,000"
    tokens = tokenise(text)
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == tokens.raw


def test_furniture_is_skipped() -> None:
    assert tokenise("one two three four", [Span(4, 7), Span(14, 18)]).words == ["one", "three"]


def test_title_counts_once() -> None:
    apart = Words(Compared("a", "Ship aground\n\nIt ran aground.", "Ship Aground"))
    within = Words(Compared("a", "Ship aground\n\nIt ran aground.", "Ship aground", Span(0, 12)))
    before = Words(Compared("a", "It ran aground.", "Ship aground"))
    assert apart.words == within.words == before.words


@pytest.mark.parametrize("permutations", [16, 64, 128, 200])
@pytest.mark.parametrize("text", [STORY, "one two", "a b c d e", "東京で火事がありました", STORY * 40])
def test_signature_is_that_of_datasketch(text: str, permutations: int) -> None:
    from datasketch import MinHash

    words = Words(Compared("a", text))
    theirs = MinHash(permutations, scheme="affine32", hashfunc=hash_shingle)
    length = min(5, len(words.words))
    for start in range(len(words.words) - length + 1):
        theirs.update(" ".join(words.words[start : start + length]))
    ours = signature(shingles(words.hashes), permutations)
    assert ours.dtype == theirs.hashvalues.dtype
    assert np.array_equal(ours, theirs.hashvalues)


def test_datasketch_reads_and_finds_signatures() -> None:
    from datasketch import LeanMinHash, MinHashLSH

    near = STORY.replace("Tuesday", "Wednesday")
    prints = fingerprint(
        [Compared("a", STORY), Compared("b", near), Compared("c", "Quite another text " * 9)], MatchSettings()
    )
    rows = [LeanMinHash(seed=1, hashvalues=row, scheme="affine32") for row in prints.signatures]
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for name, row in zip("abc", rows, strict=True):
        index.insert(name, row)
    assert sorted(index.query(rows[0])) == ["a", "b"]
    assert rows[0].jaccard(rows[1]) == pytest.approx(0.8, abs=0.12)


@pytest.mark.parametrize("permutations", [16, 64, 128, 256])
def test_bands_reach_their_recall(permutations: int) -> None:
    count, rows = bands(permutations)
    assert count * rows <= permutations
    assert 1 - (1 - BAND_JACCARD**rows) ** count >= BAND_RECALL


def test_empty_text_has_no_keys() -> None:
    prints = fingerprint([Compared("a", ""), Compared("b", "…")], MatchSettings())
    assert prints.exact.tolist() == [0, 0]
    assert len(prints.key_value) == 0
    assert (prints.signatures == 0xFFFFFFFF).all()


def test_exact_hash_ignores_what_folding_does() -> None:
    documents = [Compared("a", STORY), Compared("b", STORY.upper().replace("“", '"')), Compared("c", STORY + " More.")]
    one, two, three = fingerprint(documents, MatchSettings()).exact.tolist()
    assert one == two != three


def test_a_fingerprint_depends_on_its_document_alone() -> None:
    alone = fingerprint([Compared("a", STORY, lang="en")], MatchSettings())
    later = fingerprint(
        [Compared("b", "Another text altogether.", lang="en"), Compared("a", STORY, lang="en")], MatchSettings()
    )
    mine = later.key_document == 1
    assert np.array_equal(alone.signatures[0], later.signatures[1])
    assert np.array_equal(alone.key_value, later.key_value[mine])
    assert np.array_equal(alone.key_channel, later.key_channel[mine])


def test_keys_are_distinct_and_bounded() -> None:
    prints = fingerprint(
        [Compared("a", " ".join(f"{STORY} {number}" for number in range(8)), lang="en")], MatchSettings()
    )
    rows = set(zip(prints.key_document.tolist(), prints.key_channel.tolist(), prints.key_value.tolist(), strict=True))
    assert len(rows) == len(prints.key_value) <= 260


@pytest.mark.parametrize(
    ("change", "channels"),
    [
        (lambda text: text.replace("the", "that").replace("was", "got"), {"stems", "word pairs", "names"}),
        (lambda text: text[:150], {"stems", "word pairs"}),
        (lambda text: re.sub(r"\b(\w{7,})\b", r"\1s", text), {"stems"}),
        (lambda text: "She said: “Nobody was hurt, and nobody even spilled a cup of tea.” 1,400,000", {"quotations"}),
    ],
)
def test_copies_meet(change, channels: set[str]) -> None:  # type: ignore[no-untyped-def]
    prints = fingerprint([Compared("a", STORY, lang="en"), Compared("b", change(STORY), lang="en")], MatchSettings())
    sides = [
        set(zip(prints.key_channel[row].tolist(), prints.key_value[row].tolist(), strict=True))
        for row in (prints.key_document == 0, prints.key_document == 1)
    ]
    shared = {channel for channel, _ in sides[0] & sides[1]}
    assert {BY_NAME[name].id for name in channels} <= shared


def test_channel_ids_are_their_own() -> None:
    assert len({channel.id for channel in CHANNELS}) == len({channel.name for channel in CHANNELS}) == len(CHANNELS)
    assert all(value_weight(channel, 2) == channel.weight for channel in CHANNELS)


def best_of(rows: list[tuple[int, int, int]], sizes: dict[int, int] | None = None) -> list[tuple[int, int]]:
    """The best pairs of documents with these keys (document, channel, value), all asked; they have 100 keys, or as many
    as `sizes` says."""
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    held = held_keys(columns[0].astype(np.int32), columns[1].astype(np.uint8), columns[2].astype(np.uint64))
    documents = np.unique(held.document)
    keys = np.array([(sizes or {}).get(document, 100) for document in documents.tolist()], np.int64)
    found = [
        [side.tolist() for side in best(held, documents, documents, keys)] for best in (best_pairs, compiled_best_pairs)
    ]
    assert found[0] == found[1]
    return list(zip(*found[0][:2], strict=True))


def test_a_documents_own_best_are_kept() -> None:
    # Each of the others has the first as its only candidate, and keeps it.
    hub = [(document, 5, other) for other in range(2, 60) for document in (1, other)]
    assert best_of(hub) == [(1, other) for other in range(2, 60)]
    many = [(a, 5, 100 * a + b) for a in range(30) for b in range(a + 1, 30)]
    many += [(b, 5, 100 * a + b) for a in range(30) for b in range(a + 1, 30)]
    assert OWN_BEST * 30 / 2 <= len(best_of(many)) < 30 * 29 / 2


def test_channels_are_added_up() -> None:
    """Two values of lesser channels count for more than one of the first."""
    others = [(other, 1, other) for other in range(2, 2 + OWN_BEST)]
    rows = [*others, *((1, 1, other) for other in range(2, 2 + OWN_BEST))]
    last = 2 + OWN_BEST
    rows += [(document, channel, 7) for document in (1, last) for channel in (3, 2, 11)]
    kept = best_of(rows, {last: 100})
    assert (1, last) in kept
    assert len([pair for pair in kept if pair[0] == 1]) == OWN_BEST + 1


def test_a_long_text_shares_more_by_chance() -> None:
    last = 2 + OWN_BEST
    rows = [(document, 11, other) for other in range(2, last + 1) for document in (1, other)]
    among = [(a, b) for a in range(2, last + 1) for b in range(a + 1, last + 1)]
    rows += [(document, 2, 1000 * a + b) for a, b in among for document in (a, b)]
    kept = best_of(rows, {2: 400})
    # The first document keeps as many as it may, and of equal ones it leaves out the long one, which has better.
    assert [b for a, b in kept if a == 1] == list(range(3, last + 1))


def test_a_hot_value_joins_up_at_linear_cost() -> None:
    star, drop = BY_NAME["bands"], BY_NAME["trigrams"]
    holders = star.cap + 40
    kept = best_of([(document, star.id, 1) for document in range(holders)])
    assert kept == sorted({(min(a, b), max(a, b)) for a in range(CENTRES) for b in range(holders) if a != b})
    assert best_of([(document, drop.id, 1) for document in range(drop.cap + 1)]) == []


def test_no_keys_no_candidates() -> None:
    assert best_of([]) == []
