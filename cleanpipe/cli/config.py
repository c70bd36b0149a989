"""`cleanpipe config`: the settings as a TOML file that `--config` reads back."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from cleanpipe import settings as settings_module
from cleanpipe.cli.options import json_option
from cleanpipe.cli.output import echo, print_json
from cleanpipe.settings import Settings, as_tree, read_settings


@click.command()
@click.option(
    "--config",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read this TOML file first: what it sets is shown as set, the rest at its default.",
)
@json_option
def config(file: Path | None, as_json: bool) -> None:
    """Print the settings as a TOML file to edit, each with what it does.

    Give the edited file to `cleanpipe run --config FILE`. A setting that the file leaves out keeps its default.

    \b
    Examples:
      cleanpipe config > cleanpipe.toml
      cleanpipe config --config cleanpipe.toml    check a file, see what it comes to
    """
    settings = read_settings(file) if file else Settings()
    if as_json:
        print_json(as_tree(settings))
    else:
        echo(to_toml(settings))


def to_toml(settings: Settings) -> str:
    """Settings as TOML with their documentation as comments; `read_settings` gives the same settings back."""
    tree, notes = as_tree(settings), _notes()
    tables = []
    for name, table in tree.items():
        kind = type(getattr(settings, name)).__name__
        lines = [f"[{name}]"]
        for key, value in table.items():
            lines += [f"# {line}" for line in notes.get((kind, key), ())]
            lines.append(f"{key} = {_toml(value)}")
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON escapes a string as TOML does, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F") if isinstance(value, str) else repr(value)


def _notes() -> dict[tuple[str, str], tuple[str, ...]]:
    """The strings that document the fields in `settings.py`, by class and field."""
    return dict(_documented(ast.parse(inspect.getsource(settings_module))))


def _documented(module: ast.Module) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for kind in module.body:
        if isinstance(kind, ast.ClassDef):
            for field, note in zip(kind.body, kind.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    match note:
                        case ast.Expr(value=ast.Constant(value=str(text))):
                            yield (kind.name, field.target.id), tuple(inspect.cleandoc(text).splitlines())
