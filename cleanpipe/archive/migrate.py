"""Brings an archive that an earlier version made to the tables of this one, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleanpipe.archive.schema import FROM_2, SCHEMA_VERSION
from cleanpipe.text.jsonline import load

if TYPE_CHECKING:
    from cleanpipe.archive.store import Archive

OLDER = "2"
"""The version before, which is brought up to date. Its links say by their ids alone what they link."""


def migrate(archive: Archive) -> None:
    """From version 2: decisions and the log of changes begin empty, and links get the keys of their documents."""
    from cleanpipe.archive.store import columns_of

    with archive.transaction():
        archive.connection.execute(FROM_2)
        keys = {id: key for key, id in archive.ids().items()}
        links = archive.connection.execute("SELECT copy, link FROM links").fetchall()
        named = [(copy, load(copy), load(link)["canonical"]) for copy, link in links]
        if named:
            rows = [(copy, keys.get(id, id), keys.get(original, original)) for copy, id, original in named]
            archive.scan(
                "UPDATE links SET key = given.key, original = given.original FROM given WHERE links.copy = given.copy",
                columns_of(("copy", "key", "original"), rows),
            )
        (last,) = archive.connection.execute("SELECT coalesce(max(run), 0) FROM runs").fetchone() or (0,)
        archive.set_meta("linked", str(last))
        archive.set_meta("schema", str(SCHEMA_VERSION))
        archive.set_meta("state", "open")  # an export is missing
