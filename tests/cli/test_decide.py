"""`cleanpipe decide` and `cleanpipe archive log`: kept over later runs, imported once, contradicted aloud."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from ferries import FIRST, OTHER, STORY, call, dump, links, make, rows

from cleanpipe.archive import EXPORTS, Archive
from cleanpipe.archive.decisions import add_decisions
from cleanpipe.model import Decision

OLDER = {"id": "o", "text": "HALLOWMERE, Feb 1. " + STORY + " The ferries ran again at six.", "published": "2024-02-01"}


@pytest.fixture(autouse=True)
def name_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1714521600")


def exports(archive: Path) -> dict[str, bytes]:
    return {name: (archive / name).read_bytes() for name in EXPORTS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "archive", tmp_path / "archive"))


def test_each_verdict_is_carried_out_and_written_down(archive: Path, checkout: Path) -> None:
    call("decide", "accept", archive, "d", "a", "--note", "same reporter")
    assert links(archive)["d"] == ("a", "linked")
    call("decide", "unsure", archive, "c", "a", "--by", "Bo")
    assert links(archive)["c"] == ("a", "review")
    call("decide", "reject", archive, "b", "a", "--by", "Bo")
    assert "b" not in links(archive)
    call("decide", "canonical", archive, "d")
    assert links(archive) == {"a": ("d", "linked"), "c": ("d", "review")}
    call("decide", "independent", archive, "c", "--by", "Bo")
    assert links(archive) == {"a": ("d", "linked"), "b": ("c", "linked")}
    call("decide", "withdraw", archive, "c", "--by", "Bo")
    call("decide", "withdraw", archive, "b", "a")
    assert links(archive)["b"] == ("d", "linked")
    found = rows(archive / "decisions.jsonl")
    assert [(row["verdict"], row["copy_id"], row["canonical_id"], row["by"]) for row in found] == [
        ("accept", "d", "a", "ana"), ("unsure", "c", "a", "Bo"), ("reject", "b", "a", "Bo"),
        ("canonical", "a", "d", "ana"), ("independent", "c", None, "Bo"), ("withdraw", "c", None, "Bo"),
        ("withdraw", "b", "a", "ana"),
    ]  # fmt: skip
    assert found[0]["note"] == "same reporter" and found[0]["at"] == "2024-05-01T00:00:00Z"
    validator = jsonschema.Draft202012Validator(
        json.loads((checkout / "docs" / "schema" / "decisions.schema.json").read_bytes())
    )
    for row in found:
        validator.validate(row)
    standing = [row["standing"] for row in json.loads(call("decide", "list", archive, "--json").stdout)]
    assert standing == ["overruled", "counts", "withdrawn", "counts", "withdrawn", "counts", "counts"]
    assert json.loads((archive / "manifest.json").read_bytes())["counts"]["decisions"] == 7


def test_after_a_decision_a_run_with_nothing_new_writes_nothing(archive: Path, made: Path) -> None:
    call("decide", "reject", archive, "b", "a")
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()}
    assert "nothing was written" in call("run", made / "1.jsonl", "-o", archive).stderr
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in archive.iterdir()} == before


def test_a_decision_is_kept_when_more_is_added_and_told_when_that_speaks_against_it(
    archive: Path, tmp_path: Path
) -> None:
    call("decide", "reject", archive, "c", "a")
    call("decide", "canonical", archive, "a")
    told = call("run", dump(tmp_path / "2.jsonl", [OLDER]), "-o", archive)
    assert links(archive)["o"][0] == "a" and links(archive).get("c", ("",))[0] != "a"
    assert "New evidence speaks against 2 decisions, which stand;" in told.stderr
    listed = call("decide", "list", archive, "--contradicted").stdout
    assert "but now: o is likely its original" in listed
    assert "but now: o is likely a copy of both" in listed
    found = json.loads(call("run", tmp_path / "2.jsonl", "-o", archive, "--json").stdout)
    assert len(found["contradictions"]) == 2
    # What was known when a decision was taken is no news.
    call("decide", "withdraw", archive, "a")
    call("decide", "canonical", archive, "a")
    assert len(json.loads(call("decide", "list", archive, "--contradicted", "--json").stdout)) == 1


def test_what_another_decision_brings_up_is_no_new_evidence(archive: Path, tmp_path: Path) -> None:
    for verdict, *about in (
        ("reject", "b", "a"), ("accept", "b", "c"), ("accept", "c", "a"), ("withdraw", "b", "c"), ("independent", "b"),
        ("withdraw", "b"),
    ):  # fmt: skip
        call("decide", verdict, archive, *about)
        assert json.loads(call("decide", "list", archive, "--contradicted", "--json").stdout) == []
    again = {"id": "b again", "text": FIRST[2]["text"], "published": "2024-02-09", "url": "https://x.org/b"}
    call("run", dump(tmp_path / "2.jsonl", [again]), "-o", archive)  # words that were there: no news either
    assert json.loads(call("decide", "list", archive, "--contradicted", "--json").stdout) == []
    third = {"id": "t", "text": STORY.replace("27 dolphins", "27 dolphins and a seal"), "published": "2024-02-05"}
    call("run", dump(tmp_path / "3.jsonl", [third]), "-o", archive)
    (found,) = json.loads(call("decide", "list", archive, "--contradicted", "--json").stdout)
    assert found["verdict"] == "reject" and found["against"] == ["t is likely a copy of both, or they of it"]


def test_decisions_about_a_document_are_found_by_its_id_its_words_and_what_it_was_called(
    archive: Path, tmp_path: Path
) -> None:
    def listed(name: str) -> list[str]:
        return [row["verdict"] for row in json.loads(call("decide", "list", archive, name, "--json").stdout)]

    call("decide", "reject", archive, "b", "a")
    call("decide", "independent", archive, "c")
    again = {"id": "b again", "text": FIRST[1]["text"], "published": "2024-02-09", "url": "https://x.org/b"}
    namesake = {"id": "a", "text": OTHER + " Nobody was hurt.", "published": "2024-02-08"}
    call("run", dump(tmp_path / "2.jsonl", [again, namesake]), "-o", archive)
    assert listed("b") == listed("b again") == ["reject"] and listed("c") == ["independent"] and listed("d") == []
    ids = [row["id"] for row in rows(archive / "articles.jsonl") if row["id"].startswith("a#")]
    assert sorted(map(listed, ids)) == [[], ["reject"]]  # two are called "a" now
    assert listed("a") == ["reject"]  # which only the decision knows
    told = call("decide", "list", archive, "b agian", status=2).stderr
    assert "has neither a document nor an absent original 'b agian'; nearest: b again" in told


def test_links_of_documents_with_lone_surrogates_in_their_ids_are_logged_once(archive: Path, tmp_path: Path) -> None:
    odd = {"id": "b\ud800", "text": STORY.replace("27 dolphins", "27 dolphins and a seal"), "published": "2024-02-05"}
    call("run", dump(tmp_path / "2.jsonl", [odd]), "-o", archive)
    assert links(archive)["b\ud800"] == ("a", "linked")
    call("decide", "reject", archive, "b", "a")
    last = json.loads(call("archive", "log", archive, "--run", 3, "--json").stdout)
    assert [(row["change"], row["copy"]) for row in last] == [("removed", "b")]


def test_deciding_without_the_rules_that_the_archive_was_made_with_says_where_to_go(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "settings.toml").write_text('[rules]\nfolders = ["own"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    call("run", made / "1.jsonl", "-o", "archive", "--config", "settings.toml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    told = call("decide", "reject", tmp_path / "archive", "b", "a", status=1).stderr
    assert f"made with the rules in own, which is no folder in {tmp_path / 'elsewhere'}" in told
    assert "run this in the folder where" in told
    monkeypatch.chdir(tmp_path)
    call("decide", "reject", "archive", "b", "a")


def test_what_changed_is_told_and_logged_with_the_reason(archive: Path, tmp_path: Path) -> None:
    second = dump(tmp_path / "2.jsonl", [OLDER])
    told = call("run", second, "-o", archive).stderr
    assert "1 link added, 2 moved." in told
    assert "  b moved from a to o (excerpt): an earlier original was added" in told
    call("decide", "reject", archive, "b", "o")
    assert call("archive", "log", archive, "b").stdout.splitlines() == [
        "1: b was linked to a (excerpt): it was added",
        "2: b moved from a to o (excerpt): an earlier original was added",
        "3: b is no longer linked to o: decision of ana",
    ]
    last = json.loads(call("archive", "log", archive, "--run", 3, "--json").stdout)
    assert [(row["change"], row["copy"], row["after"]) for row in last] == [("removed", "b", None)]
    found = json.loads(call("run", second, "-o", archive, "--json").stdout)
    assert found["links"] == {"added": 0, "moved": 0, "removed": 0, "changed": 0} and found["moved"] == []


def test_only_decisions_that_count_are_the_reason_of_a_change(archive: Path, made: Path, tmp_path: Path) -> None:
    call("decide", "reject", archive, "b", "a", "--by", "Bo")
    call("decide", "unsure", archive, "b", "a", "--by", "Ana")
    other = Path(shutil.copytree(made / "archive", tmp_path / "other"))
    call("decide", "import", other, archive / "decisions.jsonl")
    assert call("archive", "log", other, "--run", 2).stdout.endswith("was excerpt, linked: decision of Ana\n")


def test_links_move_to_an_original_that_was_absent(tmp_path: Path) -> None:
    text = "HALLOWMERE, Feb 2 (Reuters) - " + STORY
    papers = [
        {"id": f"p{number}", "text": text + end, "title": "Dolphins stop ferries", "source": source}
        for number, (source, end) in enumerate([("Quay Times", ""), ("Ord Herald", " It rained."), ("Mail", " Soup.")])
    ]
    archive = tmp_path / "archive"
    call("run", dump(tmp_path / "1.jsonl", papers), "-o", archive)
    name = "external:reuters:dolphins-stop-ferries"
    assert {canonical for canonical, _ in links(archive).values()} == {name}
    call("decide", "reject", archive, "p2", name)
    assert "p2" not in links(archive)
    own = {"id": "own", "text": text, "title": "Dolphins stop ferries", "url": "https://www.reuters.com/world/1"}
    told = call("run", dump(tmp_path / "2.jsonl", [own]), "-o", archive).stderr
    assert f"p1 moved from {name} to own (near-duplicate): its original was added, which was called {name}" in told
    assert "p2" not in links(archive)
    call("decide", "accept", archive, "p2", name, "--by", "Bo")  # by its former name
    assert links(archive)["p2"] == ("own", "linked")


def test_a_decision_about_an_absent_original_waits_for_its_name(tmp_path: Path) -> None:
    name = "external:reuters:dolphins-stop-ferries"
    text = "HALLOWMERE, Feb 2 (Reuters) - " + STORY
    papers = [
        {"id": f"p{number}", "text": text + end, "title": "Dolphins stop ferries", "source": source}
        for number, (source, end) in enumerate([("Quay Times", ""), ("Ord Herald", " It rained."), ("Mail", " Soup.")])
    ]
    other = {"id": "d", "text": OTHER, "published": "2024-02-01"}
    first, second = dump(tmp_path / "1.jsonl", [other]), dump(tmp_path / "2.jsonl", papers)
    there = tmp_path / "there"
    call("run", first, second, "-o", there)
    call("decide", "accept", there, "d", name)
    assert links(there)["d"] == (name, "linked")
    here = tmp_path / "here"
    call("run", first, "-o", here)
    told = call("decide", "import", here, there / "decisions.jsonl").stderr
    assert "1 wait for what is not in the archive" in told and "No link changed." in told
    assert links(here) == {} and rows(here / "clusters.jsonl") == []
    assert "waits" in call("decide", "list", here).stdout
    call("run", second, "-o", here)  # mints the name: the decision is carried out at once
    assert links(here) == links(there)
    assert "waits" not in call("decide", "list", here).stdout


def test_the_same_exports_however_documents_and_decisions_came(archive: Path, tmp_path: Path) -> None:
    call("decide", "reject", archive, "c", "a")
    call("decide", "canonical", archive, "b", "--note", "scanned page")
    second = dump(tmp_path / "2.jsonl", [OLDER])
    call("run", second, "-o", archive)
    together = tmp_path / "together"
    call("run", dump(tmp_path / "1.jsonl", FIRST), second, "-o", together)
    call("decide", "import", together, archive / "decisions.jsonl")
    assert exports(together) == exports(archive)


def test_decisions_are_imported_once_and_wait_for_their_documents(archive: Path, tmp_path: Path) -> None:
    call("decide", "reject", archive, "b", "a")
    call("decide", "withdraw", archive, "b", "a")
    call("decide", "reject", archive, "b", "a")  # all within one second
    kept = tmp_path / "kept.jsonl"
    shutil.copy(archive / "decisions.jsonl", kept)
    known = json.loads(call("decide", "import", archive, kept, "--json").stdout)
    assert (known["decisions"], known["known"], known["changed"]) == ([], 3, [])
    other = tmp_path / "other"
    call("run", dump(tmp_path / "a.jsonl", FIRST[:1]), "-o", other)
    told = call("decide", "import", other, kept).stderr
    assert "3 decisions taken over, 0 were known." in told and "3 wait for what is not in the archive" in told
    # The same words in another record: the decision finds them.
    again = {"id": "b again", "text": FIRST[1]["text"], "published": "2024-02-09", "url": "https://x.org/b"}
    call("run", dump(tmp_path / "b.jsonl", [again, FIRST[2]]), "-o", other)
    assert "b again" not in links(other) and links(other)["c"] == ("a", "linked")


def test_where_two_people_differ_the_later_counts_and_the_other_is_told(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("decide", "reject", archive, "b", "a", "--by", "Ana")
    theirs = tmp_path / "theirs.jsonl"
    shutil.copy(archive / "decisions.jsonl", theirs)
    again = Path(shutil.copytree(archive, tmp_path / "again"))
    (row,) = rows(theirs)
    for at, canonical in (("2024-04-30T00:00:00Z", None), ("2024-05-02T00:00:00Z", ("a", "linked"))):
        theirs.write_text(json.dumps({**row, "verdict": "accept", "by": "Bo", "at": at}) + "\n", encoding="utf-8")
        target = archive if canonical is None else again
        told = call("decide", "import", target, theirs).stderr
        assert links(target).get("b") == canonical
        loser, winner = ("Bo", "Ana") if canonical is None else ("Ana", "Bo")
        assert f"No longer counts: {loser}: b" in told and f"a later decision took its place, {winner} at" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("accept", "b", "nowhere"), "has neither a document nor an absent original 'nowhere'"),
        (("accept", "bb", "a"), "has no document 'bb'"),
        (("accept", "a", "a"), "can't be a copy of itself"),
        (("canonical", "nowhere"), "has neither a document"),
        (("reject", "b", "a", "--by", " "), "needs the name of who takes it"),
        (("reject", "b", "a", "--by", "Zo\udcff"), "bytes in it that are no text"),
        (("reject", "b", "a", "--note", "\udcff"), "bytes in it that are no text"),
        (("withdraw", "b", "a"), "nothing that counts was decided about b and a"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_touched(
    archive: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = {path.name: path.read_bytes() for path in archive.iterdir()}
    verdict, *rest = arguments
    assert says in call("decide", verdict, archive, *rest, status=2).stderr
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == before


@pytest.mark.parametrize(
    "line",
    ["{torn", "[]", '{"copy": "x"}', "null"]
    + [
        json.dumps(
            {"copy": "0" * 32, "canonical": "1" * 32, "verdict": "accept", "note": "", "by": "B"}
            | {"at": "2024-05-01T00:00:00Z"}
            | change
        )
        for change in (
            {"verdict": "maybe"}, {"canonical": None}, {"canonical": "a"}, {"copy": 5}, {"by": ""}, {"at": "yesterday"},
            {"copy_words": "x"}, {"more": 1}, {"by": " "}, {"by": "B\ud800"}, {"note": "\udfff"},
            {"canonical": "0" * 32},
            {"verdict": "independent"}, {"verdict": "canonical", "canonical": "external:reuters:x"},
            {"verdict": "withdraw", "copy": None, "canonical": "external:reuters:x"}, {"copy": "external:reuters:x"},
            {"canonical": "external:x\ud800:y"}, {"canonical": "external:reuters:boats rest"},
            {"canonical": "external:reuters:boats\u001b[31m"}, {"canonical": "external:Reuters:boats"},
            {"verdict": "independent", "canonical": None, "canonical_id": "a"},
            {"canonical": "external:reuters:boats", "canonical_words": "0" * 16},
        )
    ],
)  # fmt: skip
def test_a_file_with_something_else_in_it_is_refused_whole(archive: Path, tmp_path: Path, line: str) -> None:
    before = {path.name: path.read_bytes() for path in archive.iterdir()}
    file = tmp_path / "decisions.jsonl"
    file.write_text("\n" + line + "\n", encoding="utf-8")
    assert "line 2: no decision" in call("decide", "import", archive, file, status=1).stderr
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == before


def test_rows_that_an_archive_should_not_hold_stop_no_run(archive: Path, tmp_path: Path) -> None:
    at = "2024-05-01T00:00:00Z"
    with Archive.open(archive) as store:
        (key,) = [key for key, id in store.ids().items() if id == "b"]
        add_decisions(
            store,
            [
                Decision(None, "external:reuters:x", "canonical", "", "Ana", at),
                Decision(key, "external:x\ud800:y", "accept", "", "Ana", at),
                Decision(key, None, "independent", "", "Ana\ud800", at),
            ],
        )
    call("run", dump(tmp_path / "2.jsonl", [OLDER]), "-o", archive)
    assert "b" not in links(archive) and links(archive)["c"] == ("o", "linked")
    call("decide", "unsure", archive, "c", "o")
    assert "decision of Ana" in call("archive", "log", archive, "b").stdout
    listed = json.loads(call("decide", "list", archive, "--json").stdout)
    assert [row["standing"] for row in listed] == ["waits", "waits", "counts", "counts"]


def test_a_decision_is_withdrawn_by_another_document_of_the_same_words(archive: Path, tmp_path: Path) -> None:
    again = {"id": "b again", "text": FIRST[1]["text"], "published": "2024-02-09", "url": "https://x.org/b"}
    call("run", dump(tmp_path / "2.jsonl", [again]), "-o", archive)
    before = links(archive)
    call("decide", "independent", archive, "b")
    assert links(archive) != before
    call("decide", "withdraw", archive, "b again")
    assert links(archive) == before
    listed = json.loads(call("decide", "list", archive, "--json").stdout)
    assert [(row["copy_id"], row["standing"]) for row in listed] == [("b", "withdrawn"), ("b", "counts")]
    # A pair of one text is about these two documents.
    call("decide", "reject", archive, "b again", "b")
    assert "nothing that counts" in call("decide", "withdraw", archive, "b", status=2).stderr
    call("decide", "withdraw", archive, "b", "b again")
    assert links(archive) == before


def test_there_is_no_deciding_where_there_is_no_archive(tmp_path: Path) -> None:
    assert "no archive here" in call("decide", "accept", tmp_path, "a", "b", status=1).stderr
    assert list(tmp_path.iterdir()) == []


def test_the_same_said_twice_in_one_second_gives_way_twice(archive: Path) -> None:
    for verdict in ("accept", "withdraw", "accept", "withdraw", "reject"):
        call("decide", verdict, archive, "b", "a")
    standing = [row["standing"] for row in json.loads(call("decide", "list", archive, "--json").stdout)]
    assert standing == ["overruled"] * 4 + ["counts"]
