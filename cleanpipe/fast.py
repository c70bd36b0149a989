"""Dataclasses that are made by the million: of every line that is read there is an Origin and a Record.

A frozen one takes six times as long to make as an open one, for it sets each field by way of `object.__setattr__`. So
these are frozen for mypy, which checks all code, and open when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as checked_dataclass
else:
    from dataclasses import dataclass

    def checked_dataclass(*, frozen: bool, **options: Any) -> Any:
        """`dataclass`, where `frozen` counts for the type checker alone; equal values still have equal hashes."""
        return dataclass(unsafe_hash=frozen, **options)


__all__ = ["checked_dataclass"]
