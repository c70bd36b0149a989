"""What a check finds wrong."""

from __future__ import annotations

from typing import NamedTuple

DAMAGED = "put a backup of the archive in its place, or make it anew from its input files"


class Finding(NamedTuple):
    """What is wrong, where, and what to do about it."""

    what: str
    where: str
    do: str = DAMAGED
