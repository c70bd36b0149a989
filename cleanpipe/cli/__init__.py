"""The command line: one table of commands, each loaded when it is called, and what happens to errors.

A command module parses, calls and prints; it lives in the file named in `COMMANDS` and is imported for nothing but
itself, so that `cleanpipe --help` stays cheap.
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import NamedTuple

import click

from cleanpipe.errors import CleanpipeError, UsageError

INTERRUPTED = 130
"""What shells report for a program stopped by Ctrl-C (128 + SIGINT)."""


class Entry(NamedTuple):
    """A command: the module of this package whose function of the command's name it is, and its line in the help."""

    module: str
    says: str


COMMANDS: dict[str, dict[str, Entry]] = {
    "Make an archive": {
        "inspect": Entry("inspect", "Say what an input looks like, before an archive is made of it."),
        "run": Entry("run", "Repair texts, find their copies, link each to its original."),
        "clean": Entry("clean", "Repair text only, from standard input to standard output."),
    },
    "Look at what it decided": {
        "explain": Entry("explain", "Say why a text was repaired or linked the way it was."),
        "show": Entry("show", "Lay the copies of a story beside their original, in the terminal."),
        "report": Entry("report", "Write the HTML report of an archive anew."),
    },
    "Decide, and see what changed": {
        "review": Entry("review", "Look at links in a browser and decide about them, by key or in batches."),
        "decide": Entry("decide", "Accept or reject a link, set an original; kept over every later run."),
        "archive": Entry("archive", "Say what an archive holds, check it, forget an article, list changes."),
    },
    "Take something out of an archive": {
        "export": Entry("export", "Write an archive's documents, with or without the copies."),
        "undo": Entry("undo", "Give a document back as it was before the repair."),
    },
    "Check and adjust": {
        "evaluate": Entry("evaluate", "Score links against clusters that people have checked."),
        "rules": Entry("rules", "List, show and check the repair, furniture and source rules."),
        "config": Entry("config", "Print the settings as a TOML file to edit."),
        "doctor": Entry("doctor", "Say what is installed, and what an extra would add."),
        "completion": Entry("completion", "Print the completion script for a shell."),
    },
}


class LazyGroup(click.Group):
    """Commands by task in the help, imported when called; errors as one line and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for commands in COMMANDS.values():
            if entry := commands.get(cmd_name):
                command = getattr(import_module(f"cleanpipe.cli.{entry.module}"), cmd_name)
                if not isinstance(command, click.Command):
                    raise TypeError(f"cleanpipe.cli.{entry.module}.{cmd_name} is no click command")
                command.short_help = entry.says
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(ctx)))
        for task, commands in COMMANDS.items():
            with formatter.section(task):
                formatter.write_dl([(name.ljust(width), entry.says) for name, entry in commands.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except CleanpipeError as error:
            from cleanpipe.cli.output import message, readable

            message(readable(str(error)))
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            click.echo(
                "\ncleanpipe: interrupted. Nothing is half-written; for an archive, give the same command again and it "
                "goes on from here.",
                err=True,
            )
            ctx.exit(INTERRUPTED)
        except OSError as error:
            # A closed pipe (`| head`) is click's to end quietly; other errors without a file are a defect of ours.
            where = "standard output or a temporary file" if error.errno == errno.ENOSPC else error.filename
            if error.errno == errno.EPIPE or where is None:
                raise
            click.echo(f"cleanpipe: {error.filename or where}: {error.strerror}", err=True)
            ctx.exit(1)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Exit status: 0 done, 1 failed, 2 wrong usage, 3 done with findings.
Data goes to standard output, everything else to standard error.
`cleanpipe COMMAND --help` shows a command's options and examples.""",
)
@click.version_option(package_name="cleanpipe", prog_name="cleanpipe", message="%(prog)s %(version)s")
def cli() -> None:
    """Repair scraped news text and link every copy to its original, with evidence.

    \b
    Examples:
      cleanpipe run scraped/ -o archive          make an archive, or add to one
      cleanpipe explain archive ID               why this repair, why this link
      cleanpipe clean < broken.txt > mended.txt  repair one text
    """


def main() -> None:
    """What the command `cleanpipe` runs."""
    cli.main(prog_name="cleanpipe")
