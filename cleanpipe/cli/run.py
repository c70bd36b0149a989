"""`cleanpipe run`: the main job, and what a librarian reads when it is done."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleanpipe.cli.link_changes import MOVES_SHOWN, all_kinds, change_row, changes_lines
from cleanpipe.cli.options import (
    FINDINGS,
    charset_option,
    config_option,
    field_option,
    json_option,
    rules_option,
    settings_from,
    workers_option,
)
from cleanpipe.cli.output import print_json, visible
from cleanpipe.cli.progress import TerminalProgress
from cleanpipe.errors import UsageError

if TYPE_CHECKING:
    from cleanpipe.archive import Counts
    from cleanpipe.pipeline import Summary
    from cleanpipe.settings import Settings

RELATION_WORDS = {
    "exact": "the same text",
    "near-duplicate": "nearly the same text",
    "excerpt": "a part of it",
    "spun": "words replaced by synonyms",
    "rewrite": "reworded or translated",
    "derived": "retold with credit",
}
MOST_RULES = 8
MOST_STEPS = 5


@click.command()
@click.argument("inputs", nargs=-1, metavar="INPUT...")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="The archive's directory.")
@config_option
@field_option
@charset_option
@click.option("--no-repair", is_flag=True, help="The texts are sound: change nothing in them.")
@rules_option
@workers_option
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for another run on this archive.",
)
@click.option("--rebuild", is_flag=True, help="Made with other settings, rules or weights: make the archive anew.")
@click.option("--export", "whole", is_flag=True, help="Write all exports anew, also those that nothing changes.")
@click.option("--again", is_flag=True, help="Read files anew that were read, and take back what was forgotten of them.")
@click.option(
    "--replay",
    "replayed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A manifest.json: do its run again with its settings into a new archive, and compare what comes out.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    help="spark: a first load on a cluster, into tables of which `cleanpipe archive import` makes an archive.",
)
@click.option("--master", metavar="URL", help="Spark's master, such as spark://head:7077; by default this machine.")
@click.option("--strict", is_flag=True, help="Exit with status 3 where a record couldn't be read or was left out.")
@json_option
def run(
    inputs: tuple[str, ...],
    output: str,
    file: Path | None,
    fields: tuple[str, ...],
    charset: str | None,
    no_repair: bool,
    folders: tuple[Path, ...],
    workers: int | None,
    wait: float,
    rebuild: bool,
    whole: bool,
    again: bool,
    replayed: Path | None,
    engine: str,
    master: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Repair texts, find their copies, link each to its original.

    INPUT is a file (JSON, a table, Parquet, web pages and archives, feeds, texts; also compressed, in ZIP or tar), a
    folder, a glob, or - for standard input; `cleanpipe inspect INPUT` says how it is read. The archive's directory is
    new, empty, or an archive already, which is then added to. Interrupted or killed, the same command goes on from
    there.

    An archive is never mixed of two kinds of results: with other settings, rules or weights than it was made with,
    nothing is done, unless --rebuild has it made anew from the articles that it holds. INPUT may be left out then.

    \b
    Examples:
      cleanpipe run dump/ -o archive
      cleanpipe run monday.jsonl.gz tuesday.jsonl.gz -o archive
      cleanpipe run export.jsonl --field text=body --field id=guid -o archive
      zcat dump.gz | cleanpipe run - -o archive
      cleanpipe run --rebuild --config new.toml -o archive
      cleanpipe run --replay archive/manifest.json dump/ -o again
      cleanpipe run hdfs://head/crawl -o hdfs://head/load --engine spark --master yarn
    """
    from cleanpipe.archive import DATABASE

    folder = Path(output)
    if engine == "spark":
        if workers or wait or rebuild or whole or again or replayed:
            raise UsageError(
                "--engine spark makes a first load of all its input: leave --workers, --wait, --rebuild, --export, "
                "--again and --replay out"
            )
        from cleanpipe.cli.run_spark import load

        settings = settings_from(file, fields=fields, charset=charset, no_repair=no_repair, folders=folders)
        load(inputs, output, settings, master, strict, as_json)
        return
    if master:
        raise UsageError("--master is for --engine spark")
    if replayed:
        if file or fields or charset or no_repair or folders or again or rebuild or whole or wait:
            raise UsageError(
                "--replay takes its settings from the manifest and makes a new archive: leave all options out but "
                "--workers, --strict and --json"
            )
        from cleanpipe.cli.replay import replay

        replay(replayed, inputs, folder, workers, strict, as_json)
        return
    if not (inputs or rebuild):
        raise UsageError("give an INPUT: a file, a folder, a glob, or - for standard input")
    if rebuild and not inputs and not (folder / DATABASE).exists():
        raise UsageError(f"{folder}: no archive here to make anew; give its directory to -o, or an INPUT for a new one")
    settings = settings_from(file, fields=fields, charset=charset, no_repair=no_repair, folders=folders)
    summary = _run(inputs, folder, settings, workers=workers, wait=wait, rebuild=rebuild, again=again, whole=whole)
    if as_json:
        print_json(summary_row(summary))
    else:
        for line in summary_lines(summary):
            click.echo(line, err=True)
    if strict and summary.counts.rejected:
        click.get_current_context().exit(FINDINGS)


def _run(
    inputs: Sequence[str],
    folder: Path,
    settings: Settings,
    *,
    workers: int | None,
    wait: float,
    rebuild: bool,
    again: bool,
    whole: bool,
) -> Summary:
    """Runs the job on this machine, `rebuild` first where asked, and writes the report where it is out of date."""
    from cleanpipe import pipeline
    from cleanpipe.engines.stopwatch import Stopwatch
    from cleanpipe.rebuild import rebuild as made_anew
    from cleanpipe.report import write_report

    workers = workers or os.cpu_count() or 1
    before: Mapping[str, float] = {}
    with TerminalProgress() as progress:
        if rebuild:
            before = made_anew(folder, settings, workers=workers, progress=progress, wait=wait)
        summary = pipeline.run(
            inputs, folder, settings=settings, workers=workers, progress=progress, wait=wait, again=again, whole=whole
        )
    clock = Stopwatch()
    clock.add(before, here=False)
    clock.add(summary.seconds, here=False)
    report, manifest = folder / "report.html", folder / "manifest.json"
    if summary.changed or not report.exists() or report.stat().st_mtime_ns < manifest.stat().st_mtime_ns:
        write_report(folder)
        clock.lap("report")
    return dataclasses.replace(summary, seconds=clock.seconds)


def summary_row(summary: Summary) -> dict[str, Any]:
    """What a run did, as JSON."""
    return {
        "changed": list(summary.changed),
        "added": summary.added,
        "links": all_kinds(summary.links),
        "moved": [change_row(item) for item in summary.changes if item.kind == "moved"],
        "contradictions": [
            {"decision": item.number, "says": item.says, "run": item.run} for item in summary.contradictions
        ],
        "passed": dict(sorted(summary.passed.items())),
        "seconds": {step: round(value, 3) for step, value in summary.seconds.items()},
        **summary.counts.as_dict(),
    }


def summary_lines(summary: Summary) -> list[str]:
    """What a run did, in sentences."""
    from cleanpipe.cli.rulenotes import rule_folders

    counts, where = summary.counts, summary.archive
    lines = [f"{number(counts.articles, 'article')} in {where}, {summary.added:,} of them new."]
    lines += found_lines(counts, rule_folders(where))
    lines += changes_lines(summary.links, summary.changes, MOVES_SHOWN)
    if summary.contradictions:
        decided = len({item.number for item in summary.contradictions})
        lines.append(
            f"New evidence speaks against {number(decided, 'decision')}, which stand{'s' if decided == 1 else ''}; "
            f"`cleanpipe decide list {where} --contradicted` lists it."
        )
    lines += shared_lines(counts)
    if counts.forgotten:
        lines.append(f"{number(counts.forgotten, 'forgotten record')} left out; --again takes them back.")
    lines += left_lines(counts, summary.passed, f"see {where / 'rejected.jsonl'}")
    if summary.seconds:
        lines.append(f"{seconds_line(summary.seconds)}.")
    if not summary.changed:
        lines.append("Nothing new: nothing was written.")
    lines.append(f"Look at {where / 'report.html'}, or ask `cleanpipe explain {where} ID`.")
    return lines


def found_lines(counts: Counts, folders: tuple[str, ...]) -> list[str]:
    """What was repaired and found, in sentences. `folders` are those of a user's own rules."""
    copies, waiting = (sum(part.values()) for part in (counts.copies, counts.review))
    lines = []
    if counts.charsets:
        lines.append(f"{number(sum(counts.charsets.values()), 'article')} not all in UTF-8, read as:")
        lines += _table(counts.charsets, MOST_RULES)
    if counts.repaired:
        lines.append(f"{number(counts.repaired, 'article')} repaired:")
        lines += _table(_named_rules(counts.repairs, folders), MOST_RULES)
    else:
        lines.append("No text needed repair.")
    if copies:
        originals = number(counts.originals + counts.absent_originals, "original")
        absent = f" ({counts.absent_originals:,} not in this archive)" if counts.absent_originals else ""
        lines.append(f"{number(copies, 'copy', 'copies')} of {originals}{absent}:")
        lines += _table({f"{name}: {RELATION_WORDS[name]}": count for name, count in counts.copies.items()})
    else:
        lines.append("No copies found.")
    if waiting:
        lines.append(f"{number(waiting, 'copy', 'copies')} wait for a decision: the evidence is too thin to say.")
    return lines


def shared_lines(counts: Counts) -> list[str]:
    """What became of ids that several articles came with, in a sentence."""
    if not counts.shared_ids:
        return []
    return [f"{number(counts.shared_ids, 'id')} stood for different articles; each now ends in a # and a hash."]


def left_lines(counts: Counts, passed: Mapping[str, int], see: str) -> list[str]:
    """What could not be read or done, in sentences; `see` says where it is listed."""
    from cleanpipe.quarantine import LEFT_OUT

    lines = []
    if unread := {reason: count for reason, count in counts.rejected.items() if not reason.startswith(LEFT_OUT)}:
        lines.append(f"{number(sum(unread.values()), 'record')} could not be read ({see}):")
        lines += _table(unread, MOST_RULES)
    if left := {reason: count for reason, count in counts.rejected.items() if reason.startswith(LEFT_OUT)}:
        lines.append(f"{number(sum(left.values()), 'article or pair', 'articles or pairs')} left out ({see}):")
        lines += _table(left, MOST_RULES)
    if passed:
        lines.append(f"{number(sum(passed.values()), 'record')} passed over, which hold no article:")
        lines += _table(passed, MOST_RULES)
    return lines


def seconds_line(seconds: Mapping[str, float]) -> str:
    """Where the CPU time went, the dearest steps first."""
    ranked = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEPS]
    return f"{sum(seconds.values()):,.1f} s of CPU time: " + ", ".join(f"{step} {value:,.1f}" for step, value in ranked)


def number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _table(rows: Mapping[str, int], most: int | None = None) -> list[str]:
    ranked = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    lines = [f"  {count:7,}  {visible(name)}" for name, count in ranked[:most]]
    rest = sum(count for _, count in ranked[most:]) if most else 0
    return [*lines, f"  {rest:7,}  of other kinds"] if rest else lines


def _named_rules(repairs: Mapping[str, int], folders: tuple[str, ...]) -> dict[str, int]:
    """Repairs under what their rules say they do."""
    from cleanpipe.cli.rulenotes import rule_notes

    titles = {note.id: note.does for note in rule_notes(folders)}
    named: dict[str, int] = {}
    for rule, count in repairs.items():
        title = titles.get(rule, rule)
        named[title] = named.get(title, 0) + count
    return named
