"""`cleanpipe run --engine spark`: a first load on a cluster, and what came of it."""

from __future__ import annotations

from typing import Any

import click

from cleanpipe.cli.options import FINDINGS
from cleanpipe.cli.output import print_json
from cleanpipe.cli.progress import TerminalProgress
from cleanpipe.cli.run import found_lines, left_lines, number, shared_lines
from cleanpipe.errors import UsageError
from cleanpipe.settings import Settings


def load(
    inputs: tuple[str, ...], output: str, settings: Settings, master: str | None, strict: bool, as_json: bool
) -> None:
    """Does the load and prints what it did; exit status 3 where something is rejected and `strict`."""
    from cleanpipe.spark.run import run

    if not inputs:
        raise UsageError("give an INPUT: a file, a folder, a glob, or the URI of one that Hadoop knows")
    with TerminalProgress() as progress:
        loaded = run(inputs, output, settings=settings, master=master, progress=progress)
    if as_json:
        print_json(_row(loaded))
    else:
        lines = [f"{number(loaded.counts.articles, 'article')} in {loaded.output}."]
        lines += found_lines(loaded.counts, settings.rules.folders)
        lines += shared_lines(loaded.counts)
        lines += left_lines(loaded.counts, loaded.passed, "see the table `rejected`")
        if not loaded.changed:
            lines.append("The load was complete: nothing was written.")
        lines.append(f"`cleanpipe archive import {loaded.output} -o ARCHIVE` makes an archive of it.")
        for line in lines:
            click.echo(line, err=True)
    if strict and loaded.counts.rejected:
        click.get_current_context().exit(FINDINGS)


def _row(loaded: Any) -> dict[str, Any]:
    return {
        "changed": loaded.changed,
        "passed": dict(loaded.passed),
        "seconds": {name: round(value, 3) for name, value in loaded.seconds.items()},
        **loaded.counts.as_dict(),
    }
