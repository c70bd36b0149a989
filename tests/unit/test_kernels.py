"""The compiled functions: their tables, what they keep and where, and that they are used at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cleanpipe
from cleanpipe.language import lexicon as lexicon_module
from cleanpipe.language.lexicon import _lexicon, lexicon
from cleanpipe.language.scanned import scan
from cleanpipe.language.tokens import tokenise
from cleanpipe.match import Compared, fingerprint
from cleanpipe.match import fingerprint as _public
from cleanpipe.match.batch import fingerprint_batch
from cleanpipe.match.compared import Words
from cleanpipe.match.minhash import hash_shingle
from cleanpipe.settings import MatchSettings

STORY = (
    "The ferry Marguerite ran aground off Pellow Island on Tuesday with 214 passengers on board. “Nobody was hurt, and "
    "nobody even spilled a cup of tea,” said the harbour master, Ottoline Crabbe. Divers will inspect the hull before "
    "the ship is towed to Brannock, where repairs are expected to take 17 days and cost 1.4 million crowns."
)


@pytest.mark.parametrize("first", range(0, 0x40000, 0x4000))
def test_every_code_point_is_cut_as_the_pattern_cuts_it(first: int) -> None:
    points = map(chr, range(first, first + 0x4000))
    text = " ".join(f"a{point}b 1{point}2 {point}\u0301 中{point}" for point in points)
    tokens, found = tokenise(text), scan([text], [()])
    assert found.starts.tolist() == tokens.starts
    assert found.ends.tolist() == tokens.ends


@pytest.mark.parametrize("permutations", [16, 64, 128, 200])
@pytest.mark.parametrize("text", [STORY, "one two", "a b c d e", "東京で火事がありました", STORY * 40, "ﬁn d’été 1,5"])
def test_signature_is_that_of_datasketch(text: str, permutations: int) -> None:
    from datasketch import MinHash

    words = Words(Compared("a", text)).words
    theirs = MinHash(permutations, scheme="affine32", hashfunc=hash_shingle)
    length = min(5, len(words))
    for start in range(len(words) - length + 1):
        theirs.update(" ".join(words[start : start + length]))
    ours = fingerprint_batch([Compared("a", text)], MatchSettings(permutations=permutations)).signatures[0]
    assert ours.dtype == theirs.hashvalues.dtype
    assert np.array_equal(ours, theirs.hashvalues)


def test_datasketch_reads_and_finds_signatures() -> None:
    from datasketch import LeanMinHash, MinHashLSH

    near = STORY.replace("Tuesday", "Wednesday")
    documents = [Compared("a", STORY), Compared("b", near), Compared("c", "Quite another text " * 9)]
    rows = [
        LeanMinHash(seed=1, hashvalues=row, scheme="affine32")
        for row in fingerprint_batch(documents, MatchSettings()).signatures
    ]
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for name, row in zip("abc", rows, strict=True):
        index.insert(name, row)
    assert sorted(index.query(rows[0])) == ["a", "b"]


def test_words_of_one_language_say_nothing_of_another() -> None:
    alone = fingerprint_batch([Compared("a", STORY, lang="de")], MatchSettings())
    mixed = fingerprint_batch(
        [Compared("b", STORY, lang="en"), Compared("a", STORY, lang="de"), Compared("c", STORY)], MatchSettings()
    )
    mine = mixed.key_document == 1
    assert np.array_equal(alone.key_value, mixed.key_value[mine])
    assert np.array_equal(alone.key_channel, mixed.key_channel[mine])
    assert mixed.key_document.tolist() == sorted(mixed.key_document.tolist())


def test_a_lexicon_grows_and_is_emptied_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [Compared("a", " ".join(f"{STORY} word{letter} été{letter}" for letter in "abcdefgh"), lang="en")]
    before = fingerprint_batch(documents, MatchSettings())
    monkeypatch.setattr(lexicon_module, "SMALLEST", 8)
    monkeypatch.setattr(lexicon_module, "CACHE_WORDS", 4)
    _lexicon.cache_clear()
    try:
        for _ in range(2):
            after = fingerprint_batch(documents, MatchSettings())
            assert np.array_equal(before.key_value, after.key_value)
            assert len(lexicon("en").keys) > 8
        assert lexicon("en").count < 200
    finally:
        _lexicon.cache_clear()


def test_many_documents_get_the_same_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[_public.__module__]
    documents = [Compared(str(number), f"{STORY} {number}", lang="en") for number in range(3)]
    monkeypatch.setattr(module, "_seen", 0)
    few = fingerprint(documents, MatchSettings())
    monkeypatch.setattr(module, "_seen", module.FEW)
    many = fingerprint(documents, MatchSettings())
    assert np.array_equal(few.key_value, many.key_value)
    assert np.array_equal(few.signatures, many.signatures)


COMPILES = """
import numba
from cleanpipe.language import compiled
from cleanpipe.language.lexicon_kernel import put
import numpy as np
keys, values = np.zeros(4, np.uint64), np.zeros(4, np.int32)
put(keys, values, np.array([5], np.uint64), np.array([7], np.int32))
assert values.tolist() == [0, 7, 0, 0]
print(compiled.cache_folder(), sum(put.stats.cache_hits.values()), numba.config.CACHE_DIR)
"""


def compiles(package: Path, **environment: str) -> list[str]:
    """Folder of compiled code, loads from it, and numba's own setting, as a new process sees them."""
    chosen = {**os.environ, "PYTHONPATH": str(package), **environment}
    done = subprocess.run([sys.executable, "-c", COMPILES], capture_output=True, text=True, env=chosen, cwd=package)
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n").split(" ")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package without anything compiled."""
    source = Path(cleanpipe.__file__).parent
    shutil.copytree(source, tmp_path / "site" / "cleanpipe", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "site"


def test_compiled_code_is_kept_beside_the_package(package: Path) -> None:
    first, second = compiles(package), compiles(package)
    assert Path(first[0]).parent == package / "cleanpipe" / "__pycache__"
    assert (first[1], second[1]) == ("0", "1")
    assert first[2] == ""


def test_compiled_code_goes_where_it_is_told(package: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "kept")
    first = compiles(package, NUMBA_CACHE_DIR=folder)
    assert (Path(first[0]).parent, first[2]) == (Path(folder), folder)
    assert compiles(package, NUMBA_CACHE_DIR=folder)[1] == "1"


def test_a_changed_source_is_compiled_anew(package: Path) -> None:
    before = compiles(package)
    with (package / "cleanpipe" / "match" / "keys.py").open("a") as file:
        file.write("# changed\n")
    after = compiles(package)
    assert after[:2] != before[:2]
    assert after[1] == "0"
    assert not Path(before[0]).exists()


def test_without_a_folder_to_write_to_it_still_runs(package: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    assert compiles(package, NUMBA_CACHE_DIR=str(blocked), XDG_CACHE_HOME=str(blocked))[1] == "0"
