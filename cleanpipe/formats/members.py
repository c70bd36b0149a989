"""What members of archives have in common: which of them are read, and how a name is held to stay inside."""

from __future__ import annotations

import re
from collections.abc import Callable

from cleanpipe.formats.stream import Filling
from cleanpipe.formats.unpack import Quota

_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = "__MACOSX"
"""The folder in which macOS keeps what its files are beside their content."""


def leads_out(name: str) -> bool:
    """Whether a member's name points to something outside of the archive, on any system."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or _DRIVE.match(plain) is not None or ".." in plain.split("/")


def is_hidden(name: str) -> bool:
    """Whether it is left alone, like hidden files of a folder."""
    parts = name.replace("\\", "/").split("/")
    return any(part[:1] == "." and part not in (".", "..") for part in parts) or _LITTER in parts


def plain_name(name: str) -> str:
    """A member's name with slashes alone and nothing that says "here" before it."""
    name = name.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name


def readable(name: str) -> str:
    r"""A name in Unicode: bytes that aren't become "\xff"."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class Member(Filling):
    """The data of a member of an archive. `read` gives at most so many bytes and may raise what it wants to."""

    def __init__(self, read: Callable[[int], bytes], quota: Quota) -> None:
        super().__init__()
        self._read = read
        self._quota = quota

    def _more(self, size: int) -> bytes:
        if self.problem is not None:
            return b""
        if self._quota.spent:
            self.problem = f"{self._quota.says}; what came before was read"
            return b""
        try:
            block = self._read(size)
        except Exception as error:  # damage shows in errors of many kinds
            self.problem = f"the archive is damaged here ({error or type(error).__name__}); what came before was read"
            return b""
        self._quota.give(len(block))
        return block
