"""What a job tells the person who waits."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a run tells the person who waits. `total` and `advance` count the stage's own units."""

    def stage(self, name: str, total: int | None) -> None: ...
    def advance(self, amount: int) -> None: ...


class Silent:
    def stage(self, name: str, total: int | None) -> None:
        pass

    def advance(self, amount: int) -> None:
        pass
