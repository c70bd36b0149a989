"""A progress bar with a rate and the time left: on a terminal only, and only for what takes over a second."""

from __future__ import annotations

import sys
import time

from cleanpipe.cli.output import message
from cleanpipe.engines.spark_tables import PROGRESS

MIN_SECONDS = 1.0
REFRESH_SECONDS = 0.2
WIDTH = 30
BYTES_STAGES = ("checking", "reading and repairing")
UNITS = {"comparing": "pairs"}
"""What other stages count; where it isn't here, the last word of the stage's name."""


class TerminalProgress:
    """Draws each stage of a run on one line of standard error, which is clear again at the end of a `with` block."""

    def __init__(self) -> None:
        self.on = sys.stderr.isatty()
        self._name = ""
        self._total: int | None = None
        self._done = 0
        self._started = self._drawn = 0.0

    def __enter__(self) -> TerminalProgress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stage(self, name: str, total: int | None) -> None:
        self.close()
        self._name, self._total, self._done = name, total, 0
        self._started = time.monotonic()
        if name == "waiting":
            message("another run has this archive open; waiting for it to end")

    def advance(self, amount: int) -> None:
        self._done += amount
        now = time.monotonic()
        if self.on and now - self._started > MIN_SECONDS and now - self._drawn > REFRESH_SECONDS:
            self._drawn = now
            sys.stderr.write(f"\r\033[K{self.line(now - self._started)}")
            sys.stderr.flush()

    def line(self, seconds: float) -> str:
        """What the bar says `seconds` after the stage began."""
        rate = self._done / seconds
        is_bytes = self._name in BYTES_STAGES
        unit = "tasks" if self._name.startswith(PROGRESS) else UNITS.get(self._name, self._name.split()[-1])
        speed = f"{rate / 1e6:.1f} MB/s" if is_bytes else f"{rate:,.0f} {unit}/s"
        if not self._total:
            return f"{self._name}  {speed}"
        share = min(1.0, self._done / self._total)
        bar = "#" * round(WIDTH * share) + "-" * (WIDTH - round(WIDTH * share))
        left = max(0, self._total - self._done) / rate if rate else 0
        return f"{self._name}  [{bar}] {100 * share:3.0f}%  {speed}  {_clock(left)} left"

    def close(self) -> None:
        if self.on and self._drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        self._drawn = 0.0


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
