"""The small commands: config, rules, doctor, completion, evaluate, report."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanpipe.cli import cli
from cleanpipe.cli.config import to_toml
from cleanpipe.cli.doctor import EXTRAS, Finding
from cleanpipe.settings import (
    InputSettings,
    LinkSettings,
    MatchSettings,
    RepairSettings,
    RulesSettings,
    Settings,
    as_tree,
    read_settings,
)


def call(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=given, catch_exceptions=False)


CHANGED = Settings(
    input=InputSettings(fields={"text": 'body "of" it', "id": "a\\b", "title": "caf\u00e9 \x7f\t"}, line_limit_mb=3),
    repair=RepairSettings(enabled=False, profile="plain"),
    rules=RulesSettings(folders=("one", "two # no comment")),
    match=MatchSettings(permutations=64, near_duplicate_jaccard=1e-5),
    link=LinkSettings(story_days=3),
)


@pytest.mark.parametrize("settings", [Settings(), CHANGED], ids=["default", "changed"])
def test_printed_settings_are_read_back_as_they_were(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "cleanpipe.toml"
    file.write_text(to_toml(settings), encoding="utf-8")
    assert as_tree(read_settings(file)) == as_tree(settings)
    assert tomllib.loads(call("config", "--config", str(file)).stdout) == as_tree(settings)
    assert json.loads(call("config", "--config", str(file), "--json").stdout) == as_tree(settings)


def test_settings_are_printed_with_what_they_do() -> None:
    said = call("config").stdout
    assert "# MinHash permutations of a signature.\npermutations = 128" in said


def test_a_setting_that_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    file = tmp_path / "cleanpipe.toml"
    file.write_text("[link]\nstory_days = 5\n", encoding="utf-8")
    read = tomllib.loads(call("config", "--config", str(file)).stdout)
    assert read == as_tree(Settings(link=LinkSettings(story_days=5)))


def test_a_mistake_in_a_settings_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cleanpipe.toml"
    file.write_text("[link]\nstory_dais = 5\n", encoding="utf-8")
    done = call("config", "--config", str(file))
    assert done.exit_code == 1
    assert "story_dais" in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[input]\nline_limit_mb = 0", "at least 1"),
        ("[match]\npermutations = -3", "at least 1"),
        ("[match]\nnear_duplicate_jaccard = nan", "from 0 to 1"),
        ("[match]\nnear_duplicate_jaccard = 2", "from 0 to 1"),
        ("[link]\nstory_days = -1", "at least 0"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "cleanpipe.toml"
    file.write_text(text + "\n", encoding="utf-8")
    done = call("config", "--config", str(file))
    assert done.exit_code == 1
    assert says in done.stderr


def test_every_rule_is_listed_and_can_be_shown() -> None:
    rules = json.loads(call("rules", "list", "--json").stdout)
    assert {rule["kind"] for rule in rules} == {"repair", "furniture", "sources"}
    assert all(rule["id"] and rule["does"] for rule in rules)
    listed = call("rules", "list").stdout
    for rule in rules:
        assert rule["id"] in listed
    for kind in ("repair", "furniture", "sources"):
        first = next(rule["id"] for rule in rules if rule["kind"] == kind)
        assert json.loads(call("rules", "show", first, "--json").stdout)["id"] == first
        assert call("rules", "show", first).stdout.startswith(f"{first}: ")


def test_the_list_can_be_of_one_kind() -> None:
    rules = json.loads(call("rules", "list", "--kind", "furniture", "--json").stdout)
    assert {rule["kind"] for rule in rules} == {"furniture"}


def test_an_unknown_rule_is_wrong_usage_and_the_nearest_are_named() -> None:
    known = json.loads(call("rules", "list", "--json").stdout)[0]["id"]
    done = call("rules", "show", known[:-1] + "q")
    assert done.exit_code == 2
    assert known in done.stderr


def test_the_shipped_rules_hold() -> None:
    done = call("rules", "check", "--json")
    assert done.exit_code == 0, done.stdout
    counts = json.loads(done.stdout)["rules"]
    assert set(counts) == {"repair", "furniture", "sources"}
    assert "all examples hold" in done.stderr


RULE = """[[rule]]
id = "no-bell"
does = "A bell that no reader hears is taken out."
kind = "regex"
confidence = 1.0
pattern = '\\x07'
replace = ''
examples = [
  { before = "a\\u0007b", after = "%s" },
]
"""


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        (RULE.replace("%s", "a b"), 3, "no-bell"),
        (RULE.replace("does", "dose"), 3, "dose"),
        ("no toml at all", 3, "no valid TOML"),
    ],
)
def test_a_rule_of_ones_own_with_a_mistake_is_a_finding(tmp_path: Path, text: str, status: int, says: str) -> None:
    (tmp_path / "repair").mkdir()
    (tmp_path / "repair" / "own.toml").write_text(text, encoding="utf-8")
    done = call("rules", "check", "--rules", str(tmp_path))
    assert done.exit_code == status, done.output
    assert says in done.stdout
    assert "problem" in done.stderr


def test_the_doctor_finds_this_installation_well() -> None:
    done = call("doctor", "--json")
    said: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == 0, done.stdout
    assert said["ok"]
    names = {finding["name"] for finding in said["findings"]}
    assert {"Python", "cleanpipe", "rules", "DuckDB", "temporary files", "ftfy", "spacy"} <= names
    assert said["extras"]["dev"]["missing"] == []
    assert "[dev]" in call("doctor").stdout


def test_the_doctor_says_what_to_do_where_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from cleanpipe.cli import doctor as module

    def ill() -> str:
        raise OSError("no room")

    assert module._tried("disk", ill, "make room") == Finding("disk", False, "OSError: no room", "make room")
    monkeypatch.setattr(module, "_duckdb", ill)
    done = call("doctor")
    assert done.exit_code == 1
    assert "BAD  DuckDB" in done.stdout
    assert "pip install --force-reinstall duckdb" in done.stdout


@pytest.mark.parametrize(("java", "says"), [(None, "there is no Java: install Java 17"), (11, "Java 11 is too old")])
def test_the_doctor_names_the_java_that_spark_needs(
    java: int | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleanpipe.cli import doctor as module

    monkeypatch.setattr(module, "_java", lambda: java)
    done = call("doctor")
    assert done.exit_code == 0
    assert says in done.stdout
    assert json.loads(call("doctor", "--json").stdout)["java"] == java


def test_the_doctor_knows_every_extra(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == set(EXTRAS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_says_how_to_install_it(shell: str) -> None:
    script = call("completion", shell).stdout
    assert "# To install, " in script
    assert "_CLEANPIPE_COMPLETE" in script
    if shell == "zsh":
        assert script.startswith("#compdef cleanpipe\n")
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_completion_completes_commands_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.shell_completion import BashComplete

    complete = BashComplete(cli, {}, "cleanpipe", "_CLEANPIPE_COMPLETE")
    assert [item.value for item in complete.get_completions([], "ev")] == ["evaluate"]
    assert "--with-review" in [item.value for item in complete.get_completions(["evaluate"], "--w")]


def gold(folder: Path) -> Path:
    files: dict[str, list[dict[str, Any]]] = {
        "corpus.jsonl": [{"id": name, "text": name} for name in "abcd"],
        "gold.jsonl": [
            {
                "cluster": "one",
                "set": "news",
                "canonical": "a",
                "members": ["a", "b", "c"],
                "kinds": {"a": "original", "b": "verbatim", "c": "spun_50"},
            }
        ],
        "ignore.jsonl": [],
        "negatives.jsonl": [{"a": "a", "b": "d", "why": "sameevent_lido"}],
        "links.jsonl": [
            {"copy": "b", "canonical": "a", "status": "linked"},
            {"copy": "c", "canonical": "a", "status": "review"},
        ],
    }
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_evaluate_counts_pairs(tmp_path: Path) -> None:
    folder = str(gold(tmp_path))
    figures = json.loads(call("evaluate", folder, folder, "--json").stdout)
    assert (figures["precision"], figures["canonical_accuracy"]) == (1.0, 0.5)
    assert figures["recall"] == pytest.approx(1 / 3)
    assert figures["negatives_linked"] == {"sameevent": "0/1"}
    reviewed = json.loads(call("evaluate", f"{folder}/links.jsonl", folder, "--with-review", "--json").stdout)
    assert (reviewed["recall"], reviewed["canonical_accuracy"]) == (1.0, 1.0)
    said = call("evaluate", folder, folder).stdout
    assert "precision                        1.0000" in said
    assert "  sameevent                      0/1" in said


def test_a_report_is_written_anew(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(archive, again, ignore=shutil.ignore_patterns("report.html", "archive.duckdb"))
    assert call("report", str(again)).stdout == f"{again / 'report.html'}\n"
    assert (again / "report.html").read_bytes() == (archive / "report.html").read_bytes()
