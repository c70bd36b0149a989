"""`cleanpipe archive`: an archive looked into, checked and kept in order; one file a command."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "info": "Say what an archive holds, and how large it is.",
    "import": "Make an archive of what a cluster worked out.",
    "log": "List how links changed, and why.",
    "verify": "Check every article, edit, link and export.",
    "compact": "Give the space back that deleted rows take.",
    "forget": "Remove articles, and everything that rests on them.",
}


class ArchiveGroup(click.Group):
    """Commands imported when called, each from the module `archive_NAME` beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"cleanpipe.cli.archive_{cmd_name}")
        command: click.Command = getattr(module, "import_" if cmd_name == "import" else cmd_name)
        command.short_help = COMMANDS[cmd_name]
        return command


@click.group(cls=ArchiveGroup)
def archive() -> None:
    """Look into an archive's own state, check it, and keep it in order.

    \b
    Examples:
      cleanpipe archive info archive
      cleanpipe archive verify archive
    """
