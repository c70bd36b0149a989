"""The same links and clusters, however the articles came: in one run, or in batches in any order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reading import read_bytes

from cleanpipe import pipeline
from cleanpipe.archive import EXPORTS, Archive
from cleanpipe.archive import store as archive_store
from cleanpipe.cli import cli
from cleanpipe.engines.screening import pairs_around
from cleanpipe.formats import record_key
from cleanpipe.model import Record

BATCHES = 5


def run(archive: Path, *inputs: Path | str) -> str:
    arguments = ["run", *map(str, inputs), "-o", str(archive), "--workers", "1"]
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stderr


def dealt(source: Path, into: Path, seed: int) -> list[Path]:
    """The records of a folder, dealt out to folders of the same files."""
    chance = random.Random(seed)
    folders = [into / f"batch-{number}" for number in range(BATCHES)]
    for path in sorted(source.rglob("*")):
        if path.is_dir():
            continue
        lines = path.read_bytes().splitlines(keepends=True) if path.suffix == ".jsonl" else [path.read_bytes()]
        for line in lines:
            target = chance.choice(folders) / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("ab") as file:
                file.write(line)
    return folders


def stories(archive: Path) -> tuple[Any, Any]:
    def rows(name: str) -> list[Any]:
        return [json.loads(line) for line in (archive / name).read_text(encoding="utf-8").splitlines()]

    # A headline may improve, an absent original keeps the name that it was given first: what is in a story is the same.
    names = {row["canonical"]: tuple(row["members"]) for row in rows("clusters.jsonl") if row["virtual"]}
    links = sorted(
        (row["copy"], names.get(row["canonical"], row["canonical"]), row["relation"], row["status"], row["confidence"])
        for row in rows("links.jsonl")
    )
    return links, sorted(row["members"] for row in rows("clusters.jsonl"))


@pytest.fixture(scope="module")
def whole(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("whole") / "archive"
    run(archive, checkout / "fixtures" / "newsdump" / "input")
    return archive


@pytest.mark.parametrize("seed", [1, 2])
def test_batches_in_any_order_give_what_one_run_gives(whole: Path, checkout: Path, tmp_path: Path, seed: int) -> None:
    archive = tmp_path / "archive"
    for batch in dealt(checkout / "fixtures" / "newsdump" / "input", tmp_path, seed):
        run(archive, batch)
    assert stories(archive) == stories(whole)
    assert len(stories(whole)[0]) > 50
    # Looked at once more from one end to the other, nothing is otherwise.
    before = {name: (archive / name).read_bytes() for name in EXPORTS}
    with Archive.open(archive) as store, store.transaction():
        store.connection.execute("INSERT INTO touched SELECT hash FROM documents")
        store.set_meta("state", "open")
    run(archive, batch)
    assert {name: (archive / name).read_bytes() for name in EXPORTS} == before


def write(path: Path, *records: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def story(number: int) -> str:
    chance = random.Random(number)
    words = ["harbour", "council", "ferry", "bridge", "museum", "orchard", "tunnel", "lantern", "granite", "festival"]
    names = ["Ellery", "Marquand", "Tolliver", "Oxbow", "Kestrel", "Brannock", "Pellow", "Varnes", "Holm", "Skelder"]
    sentences = [
        f"The {chance.choice(words)} of {chance.choice(names)} {chance.choice(names)} cost {chance.randrange(10**4)} "
        f"crowns, said {chance.choice(names)}, who counted {chance.randrange(10**5)} {chance.choice(words)}s at it."
        for _ in range(8)
    ]
    return " ".join(sentences)


def test_a_batch_looks_again_at_what_it_touches_and_at_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "archive"
    first = [{"id": f"a{number}", "text": story(number), "published": "2024-01-02"} for number in range(12)]
    copies = [
        {"id": f"b{number}", "text": story(number) + " More later.", "published": "2024-01-03"} for number in (1, 2)
    ]
    run(archive, write(tmp_path / "one.jsonl", *first, copies[0]))
    fetched: set[str] = set()

    stored_from = archive_store.stored_from

    def watched(row: Any) -> Any:
        found = stored_from(row)
        fetched.add(found.document.id)
        return found

    monkeypatch.setattr(archive_store, "stored_from", watched)
    said = run(archive, write(tmp_path / "two.jsonl", copies[1]))
    assert "1 link added" in said
    assert {"a2", "b2"} <= fetched
    with Archive.open(archive, read_only=True) as opened:
        pairs = opened.connection.execute("SELECT count(*) FROM matches").fetchone()
        assert not len(opened.touched())
    assert pairs and pairs[0] >= 2
    links = [json.loads(line) for line in (archive / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(link["copy"], link["canonical"]) for link in links] == [("b1", "a1"), ("b2", "a2")]
    fetched.clear()
    run(
        archive, write(tmp_path / "three.jsonl", {"id": "c", "text": "A note on nothing of the kind, and that is all."})
    )
    assert "a1" not in fetched and "b2" not in fetched


def test_a_first_print_that_comes_last_stands_for_its_words(tmp_path: Path) -> None:
    """Which of two documents with the same words stands for both hangs on their keys alone, whichever came first."""
    text = story(3)
    twins = [
        {"id": name, "text": text, "url": f"https://{name}.example/x", "published": "2024-03-04"} for name in "pqr"
    ]
    copy = {"id": "cut", "text": " ".join(text.split()[:70]) + " And that was it.", "published": "2024-03-05"}
    whole = tmp_path / "whole"
    run(whole, write(tmp_path / "all.jsonl", *twins, copy))
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        archive = tmp_path / f"archive-{order[0]}"
        run(archive, write(tmp_path / "copy.jsonl", copy))
        for at in order:
            run(archive, write(tmp_path / f"{at}.jsonl", twins[at]))
        assert stories(archive) == stories(whole)
    assert len(stories(whole)[0]) == 3


def test_what_was_judged_with_a_first_print_is_judged_with_its_successor(tmp_path: Path) -> None:
    """The same words without full stops are no sentences. Where they come to stand for both, a copy that is one by its
    sentences alone has lost its original, as if all had come at once."""
    text = story(3)
    first = {"id": "first", "text": text, "published": "2024-03-04"}
    cut = {
        "id": "cut",
        "text": " ".join(text.split()[:48]) + " And that was it. " + story(99)[:310],
        "published": "2024-03-05",
    }
    bare = {"id": "bare", "text": text.lower().replace(".", " ").replace(",", " "), "published": "2024-03-04"}
    one, grown, whole = write(tmp_path / "one.jsonl", first, cut), tmp_path / "grown", tmp_path / "whole"
    run(grown, one)
    assert [link[0] for link in stories(grown)[0]] == ["cut"]
    with Archive.open(grown, read_only=True) as store:
        before = next(key for key, id in store.ids().items() if id == "first")
    for number in range(40):  # until its key is the smaller one
        two = write(tmp_path / "two.jsonl", {**bare, "url": f"https://{number}.example/"})
        (record,) = read_bytes(tmp_path, two.read_bytes())
        assert isinstance(record, Record)
        if record_key(record) < before:
            break
    run(grown, two)
    run(whole, one, two)
    assert stories(grown) == stories(whole)
    assert {link[0] for link in stories(grown)[0]} in ({"bare"}, {"first"})


def test_records_that_stand_in_an_earlier_place_too_are_moved_there_at_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of articles has no index: a statement for each record would read it once a record."""
    archive, records = tmp_path / "archive", [{"id": f"n{number}", "text": story(number)} for number in range(3)]
    run(archive, write(tmp_path / "late.jsonl", *records))
    updates: list[str] = []
    scan = Archive.scan

    def watched(self: Archive, query: str, given: Any) -> Any:
        updates.extend([query] if query.startswith("UPDATE documents SET origin") else [])
        return scan(self, query, given)

    monkeypatch.setattr(Archive, "scan", watched)
    run(archive, write(tmp_path / "early.jsonl", *records, records[0]))
    rows = [json.loads(line) for line in (archive / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["origin"]["file"], row["origin"]["line"]) for row in rows] == [("early.jsonl", at) for at in (1, 2, 3)]
    assert len(updates) == 1


class StoppedError(Exception):
    """As good as a kill between two transactions."""


def test_documents_are_asked_for_their_candidates_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a run was stopped, and whatever people decided: or a stop would bring pairs about that else are not
    looked at. Where an article is forgotten, those that it was compared with are asked anew."""
    archive = tmp_path / "archive"
    asked: list[set[str]] = []

    def watched(store: Archive, hashes: Any) -> Any:
        ids = store.connection.execute("SELECT hash, id FROM documents").fetchall()
        asked.append({json.loads(id) for hash, id in ids if hash in set(hashes.tolist())})
        return pairs_around(store, hashes)

    def stopped(*_: Any) -> None:
        raise StoppedError

    monkeypatch.setattr(pipeline, "pairs_around", watched)
    copy = {"id": "b", "text": story(1) + " More later.", "published": "2024-01-03"}
    dump = write(tmp_path / "one.jsonl", {"id": "a", "text": story(1), "published": "2024-01-02"}, copy)
    with monkeypatch.context() as patched, pytest.raises(StoppedError):
        patched.setattr(pipeline, "link_touched", stopped)
        run(archive, dump)
    assert asked == [{"a", "b"}]
    run(archive, dump)
    command = ["decide", "reject", str(archive), "b", "a", "--by", "ana"]
    assert CliRunner().invoke(cli, command, catch_exceptions=False).exit_code == 0
    assert asked == [{"a", "b"}]
    run(archive, write(tmp_path / "two.jsonl", {"id": "c", "text": "A note on nothing of the kind."}))
    assert asked[1:] == [{"c"}]
    assert CliRunner().invoke(cli, ["archive", "forget", str(archive), "b"], catch_exceptions=False).exit_code == 0
    assert asked[2:] == [{"a"}]
    run(archive, "--rebuild", "--no-repair")
    assert asked[3:] == [{"a", "c"}]


def test_documents_that_come_to_share_an_id_are_renamed_in_all_that_names_them(tmp_path: Path) -> None:
    archive, whole = tmp_path / "archive", tmp_path / "whole"
    one = write(
        tmp_path / "one.jsonl",
        {"id": "x", "text": story(5), "published": "2024-01-02"},
        {"id": "y", "text": story(5) + " More to come.", "published": "2024-01-03"},
    )
    two = write(tmp_path / "two.jsonl", {"id": "x", "text": story(6)})
    run(archive, one)
    run(archive, two)
    run(whole, one, two)
    for name in ("articles.jsonl", "links.jsonl", "clusters.jsonl"):
        assert (archive / name).read_bytes() == (whole / name).read_bytes()
    (link,) = [json.loads(line) for line in (archive / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    assert link["canonical"].startswith("x#")
