"""Rule files with mistakes: each is told with file, key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleanpipe.errors import RuleError
from cleanpipe.repair import repair
from cleanpipe.repair.check import check_rule
from cleanpipe.rulebook.check import check
from cleanpipe.rulebook.files import read_rule_files, rules_hash

GOOD = """
[[rule]]
id = "my-dash"
does = "Makes two hyphens a dash."
order = 900
confidence = 0.9
pattern = ' -- '
replace = " – "
examples = [{ before = "a -- b", after = "a – b" }, { keep = "a--b" }]
"""

NAMED = GOOD.replace("[[rule]]", "[patterns]\ndash = '--'\nspaced-dash = ' {dash} '\n\n[[rule]]").replace(
    "' -- '", "'{spaced-dash}'"
)

MISTAKES = {
    "no TOML": ("[[rule]", "no valid TOML"),
    "no rule": ("", "has no [[rule]]"),
    "unknown key": (GOOD + 'colour = "red"\n', "unknown key 'colour'"),
    "missing key": (GOOD.replace("order = 900\n", ""), "order is missing"),
    "wrong type": (GOOD.replace("900", '"late"'), "order is 'late'"),
    "pattern": (GOOD.replace("' -- '", "'('"), "no regular expression"),
    "class": (GOOD.replace("' -- '", "'[{klingon}]'"), "klingon"),
    "confidence": (GOOD.replace("0.9", "7"), "confidence is 7"),
    "example": (GOOD.replace('after = "a – b"', 'later = "x"'), "example 1"),
    "two ways": (GOOD + 'decode = "escape"\n', "give one of replace, map and decode"),
    "engine": (GOOD + 'engine = "magic"\n', "engine is 'magic'"),
    "profile": (GOOD + 'profile = "fancy"\n', "profile is 'fancy'"),
    "id": (GOOD.replace("my-dash", "My Dash"), "id has to be"),
    "named pattern": (NAMED.replace("'--'", "'('"), "patterns: dash is no regular expression"),
    "no pattern": (NAMED.replace("'--'", "7"), "patterns: dash is 7"),
    "taken name": (NAMED.replace("dash = '--'", "emoji = '--'"), "'emoji' is no free name"),
    "unknown name": (NAMED.replace("{spaced-dash}", "[{spaced}]"), "spaced"),
}


def _folder(tmp_path: Path, content: str) -> Path:
    (tmp_path / "repair").mkdir()
    (tmp_path / "repair" / "mine.toml").write_text(content, encoding="utf-8")
    return tmp_path


def test_own_rules_run_after_the_shipped_ones(tmp_path: Path) -> None:
    folder = str(_folder(tmp_path, GOOD))
    assert repair("nine -- or ten", rules_folders=(folder,)).text == "nine – or ten"


def test_rules_of_a_file_share_named_patterns(tmp_path: Path) -> None:
    folder = str(_folder(tmp_path, NAMED))
    assert repair("nine -- or ten", rules_folders=(folder,)).text == "nine – or ten"
    assert repair("nine -- or ten").text == "nine -- or ten"
    assert check((folder,), {"repair": check_rule}) == []
    assert rules_hash((folder,)) != rules_hash() == rules_hash()


@pytest.mark.parametrize(("content", "says"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(tmp_path: Path, content: str, says: str) -> None:
    folder = str(_folder(tmp_path, content))
    with pytest.raises(RuleError, match=r"mine\.toml") as caught:
        repair("x", rules_folders=(folder,))
    assert says in str(caught.value)
    assert any(says in problem.says for problem in check((folder,), {"repair": check_rule}))


def test_failing_example_is_a_problem(tmp_path: Path) -> None:
    folder = str(_folder(tmp_path, GOOD.replace("a--b", "c -- d")))
    (problem,) = check((folder,), {"repair": check_rule})
    assert problem.rule == "my-dash"
    assert "c -- d" in problem.says


def test_ids_are_unique(tmp_path: Path) -> None:
    folder = str(_folder(tmp_path, GOOD.replace("my-dash", "control")))
    assert any("already" in problem.says for problem in check((folder,), {"repair": check_rule}))


def test_absent_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="is no folder"):
        read_rule_files("repair", (str(tmp_path / "absent"),))
