"""Compiles a function to machine code with numba, and keeps what was compiled for the next process.

numba's own cache looks at the age of a function's own file only, and would go on using code into which a function or a
constant of another file went that has changed since; so each state of the sources has a folder of its own. Only modules
that are imported inside functions may use this: numba takes a third of a second to import.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba as typed_numba
import numpy as np
from numba.misc import appdirs

F = TypeVar("F", bound=Callable[..., object])

numba = cast(Any, typed_numba)
"""numba's types know of neither its settings nor all options."""

config = numba.config

PACKAGE = Path(__file__).parent.parent
ROOMS = ("language", "match")
"""Rooms that have compiled functions, or constants that such functions use."""


OPTIONS = {"error_model": "numpy", "no_cfunc_wrapper": True}
"""Dividing by zero is no exception, and what C functions would need to call it is left out."""


def compiled(function: F) -> F:
    """The function as machine code, compiled when it is first called with arguments of these types.

    Where no folder can be written to, it is compiled anew in every process.
    """
    chosen = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        return cast(F, numba.njit(cache=True, nogil=True, **OPTIONS)(function))
    except RuntimeError:
        return cast(F, numba.njit(nogil=True, **OPTIONS)(function))
    finally:
        config.CACHE_DIR = chosen


def inner(function: F) -> F:
    """The same for a function that compiled ones call: it is kept as a part of each of them, not by itself."""
    return cast(F, numba.njit(**OPTIONS)(function))


@contextmanager
def compiling() -> Iterator[None]:
    """Around the first use of compiled functions: where nothing is kept yet, one process compiles, the others wait.

    Two workers would otherwise both compile for ten seconds. Without locks of files (Windows), they do.
    """
    global _ready
    done = cache_folder() / "complete"
    if _ready or done.exists():
        yield
        return
    with ExitStack() as stack:
        with suppress(ImportError, OSError):
            import fcntl

            done.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(stack.enter_context(done.with_name("lock").open("w")), fcntl.LOCK_EX)
        yield
        with suppress(OSError):
            done.touch()
    _ready = True


_ready = False
"""Whether this process has used compiled functions."""


def whole(value: int) -> int:
    """A whole number as an argument that a function isn't compiled anew for, as it would be for a literal."""
    return cast(int, np.int64(value))


@cache
def cache_folder() -> Path:
    """Where compiled code is kept: in NUMBA_CACHE_DIR, beside the package, or in the user's cache folder."""
    beside = PACKAGE / "__pycache__"
    if config.CACHE_DIR:
        above = Path(config.CACHE_DIR)
    elif os.access(beside if beside.exists() else PACKAGE, os.W_OK):
        above = beside
    else:
        above = Path(cast(Any, appdirs).user_cache_dir("cleanpipe", False))
    folder = above / f"kernels-{_sources()}"
    if not folder.exists():
        for outdated in above.glob("kernels-*"):
            shutil.rmtree(outdated, ignore_errors=True)
    return folder


def _sources() -> str:
    """Hash of the sources of the rooms that are compiled."""
    digest = hashlib.blake2b(digest_size=8)
    for room in ROOMS:
        for path in sorted((PACKAGE / room).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
