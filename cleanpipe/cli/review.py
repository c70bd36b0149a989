"""`cleanpipe review`: an archive's links in the browser, with the decisions of a person."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import click

from cleanpipe.cli.decide import user
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, message, print_json, readable


@click.command()
@archive_argument
@click.option("--by", metavar="NAME", help="Who decides. Asked for in a terminal; else your user name.")
@click.option("--no-browser", is_flag=True, help="Only print the address, open no browser.")
@json_option
def review(archive: Path, by: str | None, no_browser: bool, as_json: bool) -> None:
    """Look at the links of ARCHIVE in a browser, and decide about them.

    The pages come from this machine and can be seen on it alone, by who knows the address that is printed. Every
    decision is in the archive at once. "Finish" on the page or Ctrl-C here writes the archive's files and ends it; no
    other command can use the archive until then.

    \b
    Examples:
      cleanpipe review archive
      cleanpipe review archive --by "Ana Lovrić" --no-browser
    """
    from cleanpipe.review import serve

    name = by if by is not None else _asked()

    def ready(address: str) -> None:
        if as_json:
            print_json({"address": address, "archive": str(archive), "by": name})
        else:
            echo(address)
            message(f"{readable(name)} decides. Finish on the page, or press Ctrl-C here.")
        sys.stdout.flush()
        if not no_browser:
            webbrowser.open(address)

    written = serve(archive, name, ready)
    message(f"wrote {', '.join(written)}." if written else "nothing was decided, no file changed.")


def _asked() -> str:
    name = user()
    return str(click.prompt("Who decides?", default=name or None, err=True)) if sys.stdin.isatty() else name
