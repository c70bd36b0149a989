"""`cleanpipe run --replay`: a run done again from its manifest, and what came out otherwise."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from cleanpipe.cli.options import FINDINGS
from cleanpipe.cli.output import echo, message, print_json, visible
from cleanpipe.cli.progress import TerminalProgress
from cleanpipe.cli.run import summary_lines, summary_row


def replay(
    manifest: Path, inputs: tuple[str, ...], output: Path, workers: int | None, strict: bool, as_json: bool
) -> None:
    """Does the run again and prints the differences; exit status 3 where there are any."""
    from cleanpipe.report import write_report
    from cleanpipe.upkeep import replay

    with TerminalProgress() as progress:
        done = replay.replay(manifest, inputs, output, workers=workers, progress=progress)
    write_report(output)
    for name, (then, now) in done.versions.items():
        message(f"{name} was {then or 'not there'} then and is {now or 'not there'} now: results may differ")
    if as_json:
        print_json(
            {
                **summary_row(done.summary),
                "versions": {name: {"then": then, "now": now} for name, (then, now) in done.versions.items()},
                "differences": [dataclasses.asdict(item) for item in done.differences],
            }
        )
    else:
        for line in summary_lines(done.summary):
            click.echo(line, err=True)
        for item in done.differences:
            echo(visible(f"{item.export}: {item.says}"))
        message("other exports than then." if done.differences else "the same exports, byte for byte.")
    if done.differences or (strict and done.summary.counts.rejected):
        click.get_current_context().exit(FINDINGS)
