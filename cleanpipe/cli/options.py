"""Options and arguments that several commands have, and the settings that they come to."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanpipe.errors import UsageError

if TYPE_CHECKING:
    from cleanpipe.settings import Settings

FINDINGS = 3
"""Exit status of a command that did its work and found something to tell."""

archive_argument = click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
config_option = click.option(
    "--config", "file", type=click.Path(dir_okay=False, path_type=Path), help="Settings, as TOML."
)
field_option = click.option(
    "--field", "fields", multiple=True, metavar="NAME=COLUMN", help="What a field is called in the input."
)
charset_option = click.option(
    "--charset", metavar="NAME", help="What the input is in, such as koi8-r; else it is told from the bytes."
)
rules_option = click.option(
    "--rules", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder of your own rules."
)
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), help="Processes to use; by default one for each processor."
)


def settings_from(
    file: Path | None,
    *,
    fields: tuple[str, ...] = (),
    charset: str | None = None,
    no_repair: bool = False,
    folders: tuple[Path, ...] = (),
) -> Settings:
    """The settings of a file, overruled by options. Raises UsageError for a field that isn't NAME=COLUMN, and for a
    charset that isn't known."""
    from cleanpipe.settings import Settings, read_settings

    settings = read_settings(file) if file else Settings()
    names: dict[str, str] = dict(settings.input.fields)
    for field in fields:
        name, equals, column = field.partition("=")
        if not (name and equals and column):
            raise UsageError(f"--field {field!r}: give it as NAME=COLUMN, such as text=body")
        names[name] = column
    return dataclasses.replace(
        settings,
        input=dataclasses.replace(
            settings.input, fields=names, charset=declared_charset(charset) or settings.input.charset
        ),
        repair=dataclasses.replace(settings.repair, enabled=settings.repair.enabled and not no_repair),
        rules=dataclasses.replace(
            settings.rules, folders=(*settings.rules.folders, *(str(folder.resolve()) for folder in folders))
        ),
    )


def declared_charset(name: str | None) -> str | None:
    """The charset that --charset names. Raises UsageError where it isn't known."""
    if name is None:
        return None
    from cleanpipe.formats.encodings import charset_name

    try:
        return charset_name(name)
    except ValueError as error:
        raise UsageError(f"--charset: {error}") from error
