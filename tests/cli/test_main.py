"""The program as a whole: cheap help, errors as one line and an exit status, quiet pipes, safe output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cleanpipe.cli import COMMANDS, INTERRUPTED, LazyGroup, cli
from cleanpipe.cli.output import passage, visible
from cleanpipe.errors import ArchiveError, CleanpipeError, UsageError

HEAVY = [
    "spacy",
    "numpy",
    "scipy",
    "duckdb",
    "datasketch",
    "ftfy",
    "wordfreq",
    "jinja2",
    "rapidfuzz",
    "py3langid",
    "jsonlines",
    "orjson",
]


def test_help_imports_no_library_but_click() -> None:
    check = (
        "import sys\n"
        "from cleanpipe.cli import main\n"
        "sys.argv = ['cleanpipe', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print(sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)\n"
        "print([name for name in sys.modules if name.startswith('cleanpipe.cli.')], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)
    assert done.stderr.splitlines() == ["[]", "[]"]
    assert "Make an archive" in done.stdout


@pytest.mark.parametrize("name", [name for entries in COMMANDS.values() for name in entries])
def test_the_help_of_a_command_imports_no_heavy_library(name: str) -> None:
    check = (
        "import sys\n"
        "from cleanpipe.cli import main\n"
        f"sys.argv = ['cleanpipe', {name!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print(sorted(set({HEAVY!r}) & sys.modules.keys() - {{'orjson'}}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


def test_the_version_is_the_package_s() -> None:
    from importlib.metadata import version

    assert CliRunner().invoke(cli, ["--version"]).stdout == f"cleanpipe {version('cleanpipe')}\n"


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (ArchiveError("no archive there"), 1, "cleanpipe: no archive there\n"),
        (CleanpipeError("broken"), 1, "cleanpipe: broken\n"),
        (UsageError("makes no sense"), 2, "cleanpipe: makes no sense\n"),
        (KeyboardInterrupt(), INTERRUPTED, "goes on from here"),
        (OSError(28, "No space left on device"), 1, "standard output or a temporary file: No space left on device\n"),
        (PermissionError(13, "Permission denied", "out.jsonl"), 1, "cleanpipe: out.jsonl: Permission denied\n"),
    ],
)
def test_an_error_is_a_line_and_a_status(error: BaseException, status: int, says: str) -> None:
    @click.command()
    def fail() -> None:
        raise error

    class Failing(LazyGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            return fail

    done = CliRunner().invoke(Failing(name="cleanpipe"), ["fail"])
    assert (done.exit_code, done.stdout) == (status, "")
    assert says in done.stderr


def test_an_unknown_command_or_option_is_wrong_usage() -> None:
    for arguments in (["repare"], ["doctor", "--jason"], ["explain"]):
        assert CliRunner().invoke(cli, arguments).exit_code == 2


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -c 'from cleanpipe.cli import main; main()' config --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, café – “quoted”", "plain, café – “quoted”"),
        ("co\N{SOFT HYPHEN}op", "co‹U+00AD SOFT HYPHEN›op"),
        ("a\N{NO-BREAK SPACE}b\N{ZERO WIDTH SPACE}", "a‹U+00A0 NO-BREAK SPACE›b‹U+200B ZERO WIDTH SPACE›"),
        ("\x1b[2Jgone", "‹U+001B ESCAPE›[2Jgone"),
        ("\ud83d", "‹U+D83D LONE SURROGATE›"),
        ("\ue000\x9d", "‹U+E000 PRIVATE USE›‹U+009D CONTROL›"),
    ],
)
def test_nothing_invisible_is_unseen(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_quotation_stands_on_one_line() -> None:
    assert passage("a\n   wrapped line", 0, 17) == "“a wrapped line”"
    assert passage("x" * 100, 0, 100, most=10) == "“xxxxx […] xxxxx”"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_json_fits_every_terminal(encoding: str) -> None:
    check = "from cleanpipe.cli.output import print_json, echo; print_json({'a': 'é\\u4e2d\\ud800'}); echo('é\\u4e2d')"
    done = subprocess.run(
        [sys.executable, "-c", check],
        env={"PYTHONIOENCODING": encoding, "PATH": ""},
        capture_output=True,
        check=True,
    )
    value, line = done.stdout.decode(encoding).rsplit("}", 1)
    assert json.loads(value + "}") == {"a": "é\u4e2d\ud800"}
    assert line.strip() in {"é\u4e2d", "é\\u4e2d", "\\xe9\\u4e2d"}


def test_every_line_of_the_table_has_its_module(checkout: Path) -> None:
    for entries in COMMANDS.values():
        for entry in entries.values():
            assert (checkout / "cleanpipe" / "cli" / f"{entry.module}.py").is_file()
            assert entry.says.endswith(".")
