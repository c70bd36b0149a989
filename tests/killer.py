"""Texts that end the process that prepares them, or that can't be compared. A module of its own, because
workers import what they call."""

from __future__ import annotations

import os
import signal
from typing import Any

from cleanpipe import steps


def prepare(records: Any, settings: Any) -> Any:
    for _, record in records:
        if "KILLS" in record.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "RAISES" in record.text:
            raise ValueError("a defect")
    return steps.prepare(records, settings)


def verify_pairs(batch: Any) -> Any:
    for one, other in batch[0]:
        if "CLASH" in one.text and "CLASH" in other.text:
            raise ArithmeticError("these two")
    return steps.verify_pairs(batch)
