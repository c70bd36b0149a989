"""Where the time goes: CPU seconds by step, in this process and in workers, added up over batches."""

from __future__ import annotations

import time
from collections.abc import Mapping


class Stopwatch:
    """CPU seconds of this process by step. What passed since the last lap goes to the step that a lap names."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.process_time()

    def lap(self, step: str) -> None:
        now = time.process_time()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now

    def add(self, seconds: Mapping[str, float], *, here: bool) -> None:
        """Adds what another stopwatch measured: `here` in this process since the last lap, or in another one."""
        for step, value in seconds.items():
            self.seconds[step] = self.seconds.get(step, 0.0) + value
        if here:
            self._since += sum(seconds.values())
