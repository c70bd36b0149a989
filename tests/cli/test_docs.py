"""The documentation holds: every command has help, an example and a place in the reference; what README types runs."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cleanpipe.cli import COMMANDS, cli


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def reference(checkout: Path) -> str:
    spec = importlib.util.spec_from_file_location("make_cli", checkout / "docs" / "make_cli.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.reference())


def shell_lines(markdown: str) -> list[str]:
    """Commands in fenced `sh` blocks, lines that end in a backslash joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_the_reference_says_what_the_program_says(checkout: Path) -> None:
    written = (checkout / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference(checkout), "python docs/make_cli.py writes it anew"


def test_every_command_has_help_examples_and_a_place_in_the_reference(checkout: Path) -> None:
    written = (checkout / "docs" / "cli.md").read_text(encoding="utf-8")
    found = list(commands())
    assert len(found) >= sum(map(len, COMMANDS.values()))
    for path, command in found:
        name = " ".join(("cleanpipe", *path))
        assert command.help, f"{name} has no help"
        assert re.search(r"Examples?:\n", command.help), f"{name} has no example"
        assert name in command.help, f"the examples of {name} don't call it"
        assert f" `{name}`\n" in written, f"{name} is not in docs/cli.md"


def test_every_option_has_help() -> None:
    for path, command in [((), cli), *commands()]:
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{' '.join(path)} {parameter.opts} has no help"


@pytest.mark.parametrize(
    "page",
    [
        *("README.md", "CONTRIBUTING.md", "docs/how-it-decides.md", "docs/decisions.md", "docs/archive.md"),
        "docs/reviewing.md",
    ],
)
def test_commands_in_the_pages_exist(checkout: Path, page: str) -> None:
    """Each `cleanpipe ...` line names a command and options that there are; each `make ...` a target."""
    makefile = (checkout / "Makefile").read_text(encoding="utf-8")
    known = dict(commands())
    for line in shell_lines((checkout / page).read_text(encoding="utf-8")):
        words = shlex.split(line, comments=True)
        if words[0] == "make":
            for target in words[1:]:
                assert re.search(rf"^{re.escape(target)}:", makefile, flags=re.MULTILINE), line
        elif words[0] == "cleanpipe":
            command = known.get(tuple(words[1:3])) or known[(words[1],)]
            options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
            for word in words[2:]:
                if word.startswith("-") and word != "-":
                    assert word.split("=")[0] in options | {"--help"}, line


@pytest.mark.parametrize(
    ("page", "fewest"), [("README.md", 3), ("docs/how-it-decides.md", 1), ("docs/reviewing.md", 2)]
)
def test_the_commands_of_a_page_run(
    page: str, fewest: int, checkout: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with the fixtures and what `make demo` leaves; the lines quoted from a command are what it says."""
    shutil.copytree(checkout / "fixtures", tmp_path / "fixtures")
    shutil.copytree(archive, tmp_path / "demo-archive")
    monkeypatch.chdir(tmp_path)
    written = (checkout / page).read_text(encoding="utf-8")
    ran = 0
    for line in shell_lines(written):
        words = shlex.split(line, comments=True)
        if words[0] != "cleanpipe" or words[1] == "review":  # that waits for a person: test_review.py starts it
            continue
        target = source = None
        if ">" in words:
            words, target = words[: words.index(">")], tmp_path / words[words.index(">") + 1]
        if "<" in words:
            words, source = words[: words.index("<")], tmp_path / words[words.index("<") + 1]
        done = CliRunner().invoke(cli, words[1:], input=source.read_bytes() if source else None)
        assert done.exit_code == 0, f"{line}\n{done.output}"
        if target:
            target.write_bytes(done.stdout_bytes)
        shown = re.search(rf"```sh\n{re.escape(line)}\n```\n\n```text\n(.*?)```", written, flags=re.DOTALL)
        for quoted in shown.group(1).splitlines() if shown else ():
            assert quoted == "..." or quoted in done.stdout.splitlines(), f"{line} does not say: {quoted}"
        ran += 1
    assert ran >= fewest


def test_links_in_the_pages_lead_somewhere(checkout: Path) -> None:
    pages = [*checkout.glob("*.md"), *(checkout / "docs").rglob("*.md"), *(checkout / "fixtures").rglob("*.md")]
    dead = []
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not target.startswith(("https://", "http://")) and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(checkout)}: {target}")
    assert not dead
