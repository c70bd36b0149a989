"""`cleanpipe decide`: what a person says about a link, kept over every later run."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cleanpipe.cli.link_changes import change_line, change_row
from cleanpipe.cli.options import archive_argument, json_option
from cleanpipe.cli.output import echo, print_json, readable, visible
from cleanpipe.cli.progress import TerminalProgress

if TYPE_CHECKING:
    from cleanpipe.decisions import Listed, Outcome
    from cleanpipe.model import Decision, Verdict

Command = TypeVar("Command", bound=Callable[..., Any])
CHANGES_SHOWN = 20
"""Changed links that are named after a decision."""


def user() -> str:
    """The name of the person at the terminal, as the system has it; "" where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def taking(command: Command) -> Command:
    """The options of a command that takes a decision."""
    options = [
        click.option("--by", default=user, show_default="your user name", metavar="NAME", help="Who decides."),
        click.option("--note", default="", metavar="TEXT", help="Why, for whoever reads it later."),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def decide() -> None:
    """Decide about links: accept, reject, set an original, and more.

    A decision is carried out at once and in every later run, and never undone through a third document. It is about
    the words of the documents that it names, and so about others with the same words. Nothing is deleted: of two
    decisions that can't both hold the later one counts. When new evidence speaks against a decision, `run` says so.

    \b
    Examples:
      cleanpipe decide accept archive harbour-daily/0412 reuters/0007 --note "same photo"
      cleanpipe decide list archive
    """


@decide.command()
@archive_argument
@click.argument("copy")
@click.argument("canonical")
@taking
def accept(archive: Path, copy: str, canonical: str, by: str, note: str, as_json: bool) -> None:
    """COPY was made from CANONICAL: the link holds, whatever the figures say.

    CANONICAL is a document or the name of an absent original ("external:...").

    \b
    Example:
      cleanpipe decide accept archive harbour-daily/0412 reuters/0007
    """
    _take(archive, "accept", copy, canonical, by, note, as_json)


@decide.command()
@archive_argument
@click.argument("copy")
@click.argument("canonical")
@taking
def reject(archive: Path, copy: str, canonical: str, by: str, note: str, as_json: bool) -> None:
    """COPY and CANONICAL belong in no common story, not through a third document either.

    Where a third document would join them, the one that hangs on it by less leaves the story.

    \b
    Example:
      cleanpipe decide reject archive harbour-daily/0412 reuters/0007 --note "two fires"
    """
    _take(archive, "reject", copy, canonical, by, note, as_json)


@decide.command()
@archive_argument
@click.argument("document")
@taking
def canonical(archive: Path, document: str, by: str, note: str, as_json: bool) -> None:
    """DOCUMENT is the original of its story: all else in the story is linked to it.

    What it was linked to becomes its copy.

    \b
    Example:
      cleanpipe decide canonical archive reuters/0007
    """
    _take(archive, "canonical", None, document, by, note, as_json)


@decide.command()
@archive_argument
@click.argument("document")
@taking
def independent(archive: Path, document: str, by: str, note: str, as_json: bool) -> None:
    """DOCUMENT is nobody's copy. Others may be copies of it.

    \b
    Example:
      cleanpipe decide independent archive harbour-daily/0412 --note "their own reporter"
    """
    _take(archive, "independent", document, None, by, note, as_json)


@decide.command()
@archive_argument
@click.argument("copy")
@click.argument("canonical")
@taking
def unsure(archive: Path, copy: str, canonical: str, by: str, note: str, as_json: bool) -> None:
    """Leave the link of COPY with CANONICAL for review.

    \b
    Example:
      cleanpipe decide unsure archive harbour-daily/0412 reuters/0007 --note "ask the desk"
    """
    _take(archive, "unsure", copy, canonical, by, note, as_json)


@decide.command()
@archive_argument
@click.argument("document")
@click.argument("canonical", required=False)
@taking
def withdraw(archive: Path, document: str, canonical: str | None, by: str, note: str, as_json: bool) -> None:
    """Take back what was decided: about a pair or, with DOCUMENT alone, that it is an original or independent.

    The earlier decision stays in the list, and no longer counts.

    \b
    Examples:
      cleanpipe decide withdraw archive harbour-daily/0412 reuters/0007
      cleanpipe decide withdraw archive reuters/0007
    """
    _take(archive, "withdraw", document, canonical, by, note, as_json)


@decide.command(name="list")
@archive_argument
@click.argument("document", required=False)
@click.option("--contradicted", is_flag=True, help="Only those that newer evidence speaks against.")
@json_option
def list_decisions(archive: Path, document: str | None, contradicted: bool, as_json: bool) -> None:
    """List all decisions, or those about DOCUMENT, and whether each still counts.

    What was decided about another document with the same words is about DOCUMENT too. It may also be the name of an
    absent original, or an id that only decisions still know.

    \b
    Examples:
      cleanpipe decide list archive
      cleanpipe decide list archive harbour-daily/0412
      cleanpipe decide list archive --contradicted
    """
    from cleanpipe import decisions

    found = [item for item in decisions.list_decisions(archive, document) if item.against or not contradicted]
    if as_json:
        print_json([_row(item) for item in found])
        return
    for item in found:
        echo(f"{item.decision.at}  {_sentence(item.decision)}{_standing(item)}")
        for says in item.against:
            echo(f"    but now: {visible(says)}")


@decide.command(name="import")
@archive_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_decisions(archive: Path, file: Path, as_json: bool) -> None:
    """Take over the decisions of FILE, the `decisions.jsonl` of an archive.

    Those that ARCHIVE has already are passed over. Decisions about documents that it doesn't hold wait until these
    come.

    \b
    Example:
      cleanpipe decide import archive other-archive/decisions.jsonl
    """
    from cleanpipe import decisions

    with TerminalProgress() as progress:
        outcome = decisions.import_decisions(archive, file, progress=progress)
    lines = [f"{len(outcome.taken):,} decisions taken over, {outcome.known:,} were known."]
    waiting = [item for item in outcome.taken if item.standing == "waits"]
    if waiting:
        lines.append(f"{len(waiting):,} wait for what is not in the archive:")
        lines += [f"  {_sentence(item.decision)}" for item in waiting]
    _tell(archive, outcome, lines, as_json)


def _take(
    archive: Path, verdict: Verdict, copy: str | None, canonical: str | None, by: str, note: str, as_json: bool
) -> None:
    from cleanpipe import decisions

    with TerminalProgress() as progress:
        outcome = decisions.decide(archive, verdict, copy, canonical, by=by, note=note, progress=progress)
    _tell(archive, outcome, [f"{_sentence(outcome.taken[0].decision)}."], as_json)


def _tell(archive: Path, outcome: Outcome, lines: list[str], as_json: bool) -> None:
    from cleanpipe.report import write_report

    if outcome.changed:
        write_report(archive)
    if as_json:
        print_json(
            {
                "decisions": [_row(item) for item in outcome.taken],
                "known": outcome.known,
                "overruled": [_row(item) for item in outcome.gave_way],
                "changed": list(outcome.changed),
                "links": [change_row(item) for item in outcome.changes],
                "contradicted": len(outcome.contradictions),
            }
        )
        return
    for item in (*outcome.gave_way, *(item for item in outcome.taken if item.standing == "overruled")):
        lines.append(f"No longer counts: {_sentence(item.decision)} ({item.decision.at}){_standing(item)}")
    lines += [f"  {change_line(item)}" for item in outcome.changes[:CHANGES_SHOWN]] or ["No link changed."]
    if len(outcome.changes) > CHANGES_SHOWN:
        lines.append(
            f"  and {len(outcome.changes) - CHANGES_SHOWN:,} more; `cleanpipe archive log {archive}` lists them"
        )
    for line in lines:
        click.echo(line, err=True)


def _row(item: Listed) -> dict[str, Any]:
    from cleanpipe.archive.rows import plain

    return {
        **plain(item.decision),
        "standing": item.standing,
        "newer": plain(item.newer),
        "against": list(item.against),
    }


SAYS = {
    "accept": "{copy} is a copy of {canonical}",
    "reject": "{copy} and {canonical} are no common story",
    "canonical": "{canonical} is the original",
    "independent": "{copy} is nobody's copy",
    "unsure": "unsure whether {copy} is a copy of {canonical}",
}


def _sentence(decision: Decision) -> str:
    copy, canonical = (
        visible(name) if name else None
        for name in (decision.copy_id or decision.copy, decision.canonical_id or decision.canonical)
    )
    if decision.verdict == "withdraw":
        about = f"{copy} and {canonical}" if copy and canonical else copy or canonical
        says = f"withdrawn what was decided about {about}"
    else:
        says = SAYS[decision.verdict].format(copy=copy, canonical=canonical)
        if decision.verdict == "canonical" and copy:
            says += f", and {copy} made from it"
    note = f" ({readable(decision.note)})" if decision.note else ""
    return f"{readable(decision.by)}: {says}{note}"


def _standing(item: Listed) -> str:
    if item.standing == "counts":
        return ""
    if item.standing == "waits":
        return ": waits for what is not in the archive"
    assert item.newer is not None
    how = "withdrawn" if item.standing == "withdrawn" else "a later decision took its place"
    return f": {how}, {readable(item.newer.by)} at {item.newer.at}"
