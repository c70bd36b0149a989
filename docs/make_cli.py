"""Writes docs/cli.md, the reference of the commands, from the program itself: `python docs/make_cli.py`.

A test makes it again and fails where the file differs, so the reference says what the program says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cleanpipe.cli import COMMANDS, cli

WIDTH = 100
HEADER = """# Commands

Written by `python docs/make_cli.py` from the program's own help: change it there.

Data goes to standard output, everything else to standard error. Exit status: 0 done, 1 failed, 2 wrong usage, 3 done
with findings. Where a command prints, `--json` makes it print JSON.
"""


def reference() -> str:
    """The whole of docs/cli.md."""
    settings = {**cli.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    root = click.Context(cli, info_name="cleanpipe", **settings)
    parts = [HEADER, _section(cli, root, 2, "cleanpipe")]
    for task, entries in COMMANDS.items():
        parts.append(f"## {task}\n")
        for name in entries:
            command = cli.get_command(root, name)
            assert command is not None
            parts += _command(command, root, name, 3)
    return "\n".join(parts)


def _command(command: click.Command, parent: click.Context, name: str, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    yield _section(command, context, level, context.command_path)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            sub = command.get_command(context, below)
            assert sub is not None
            yield from _command(sub, context, below, level + 1)


def _section(command: click.Command, context: click.Context, level: int, title: str) -> str:
    lines = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"{'#' * level} `{title}`\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    target = Path(__file__).with_name("cli.md")
    target.write_text(reference(), encoding="utf-8")
    print(target)
