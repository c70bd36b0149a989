"""`cleanpipe rules`: lists, shows, checks and learns the rule files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from cleanpipe.cli.learn import learn
from cleanpipe.cli.options import FINDINGS, json_option
from cleanpipe.cli.output import echo, message, print_json, table, visible
from cleanpipe.cli.rulenotes import RuleNote, rule_notes
from cleanpipe.errors import UsageError

if TYPE_CHECKING:
    from cleanpipe.rulebook.check import Runner
    from cleanpipe.rulebook.files import Kind

rules_option = click.option(
    "--rules",
    "folders",
    multiple=True,
    metavar="FOLDER",
    help="Read the rules of this folder too, laid out like the shipped ones. May be given again.",
)


@click.group()
def rules() -> None:
    """List, show, check and learn the rules: data files that say what is repaired, marked and taken for a credit.

    A rule lives in a TOML file below repair/, furniture/ or sources/ with examples of what it does and of what it
    leaves alone.

    \b
    Examples:
      cleanpipe rules list
      cleanpipe rules show soft-hyphen
      cleanpipe rules check --rules my-rules/
      cleanpipe rules learn archive > my-rules/furniture/learned.toml
    """


rules.add_command(learn)


@rules.command(name="list")
@click.option("--kind", type=click.Choice(["repair", "furniture", "sources"]), help="Only the rules of this kind.")
@rules_option
@json_option
def list_rules(kind: str | None, folders: tuple[str, ...], as_json: bool) -> None:
    """List every rule with its kind and what it is for.

    \b
    Examples:
      cleanpipe rules list
      cleanpipe rules list --kind sources --rules my-rules/
    """
    notes = [note for note in rule_notes(folders) if kind in (None, note.kind)]
    if as_json:
        print_json([{"id": note.id, "kind": note.kind, "does": note.does, "file": str(note.path)} for note in notes])
    else:
        table([(note.id, note.kind, note.does) for note in notes], header=("RULE", "KIND", "WHAT IT IS FOR"))


@rules.command()
@click.argument("rule")
@rules_option
@json_option
def show(rule: str, folders: tuple[str, ...], as_json: bool) -> None:
    """Show one RULE: its file, what it is for, what it matches, and its examples with invisible characters named.

    \b
    Examples:
      cleanpipe rules show soft-hyphen
      cleanpipe rules show reuters --json
    """
    notes = {note.id: note for note in rule_notes(folders)}
    if rule not in notes:
        from cleanpipe.cli.exports import nearest

        raise UsageError(f"no rule {rule!r}{nearest(rule, notes)}; `cleanpipe rules list` names all")
    note = notes[rule]
    if as_json:
        print_json({"kind": note.kind, "file": str(note.path), **note.table})
    else:
        for line in _shown(note):
            echo(line)


def _shown(note: RuleNote) -> Iterator[str]:
    yield f"{note.id}: {note.does}"
    yield f"  {'kind':<12} {note.kind}"
    yield f"  {'file':<12} {note.path}"
    for key, value in note.table.items():
        if key in ("id", "does"):
            continue
        if isinstance(value, list):
            yield f"  {key}"
            for item in value:
                yield f"    {_value(item)}"
        else:
            yield f"  {key:<12} {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "  ".join(f"{key}: {_value(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return visible(value) if isinstance(value, str) else str(value)


@rules.command()
@rules_option
@json_option
@click.pass_context
def check(ctx: click.Context, folders: tuple[str, ...], as_json: bool) -> None:
    """Check the form of every rule file and run every example. The exit status is 3 when something is wrong.

    \b
    Examples:
      cleanpipe rules check
      cleanpipe rules check --rules my-rules/ --json
    """
    from cleanpipe.rulebook.check import check as find_problems

    problems = find_problems(folders, _runners())
    counts = Counter(note.kind for note in rule_notes(folders)) if not problems else Counter[str]()
    if as_json:
        print_json(
            {
                "rules": dict(counts),
                "problems": [{"rule": item.rule, "file": str(item.file), "says": item.says} for item in problems],
            }
        )
    else:
        for item in problems:
            echo(f"{item.file}: {item.rule or '(file)'}: {visible(item.says)}")
    if problems:
        message(f"{len(problems)} problems in the rules; docs/rules.md shows the form of a rule")
        ctx.exit(FINDINGS)
    message(f"all examples hold: {', '.join(f'{count} {kind} rules' for kind, count in sorted(counts.items()))}")


def _runners() -> dict[Kind, Runner]:
    """What runs the examples of each kind of rule file: the room that interprets it."""
    from cleanpipe.link.rule_check import check_rule_file
    from cleanpipe.repair.check import check_furniture, check_rule

    return {"repair": check_rule, "furniture": check_furniture, "sources": check_rule_file}
