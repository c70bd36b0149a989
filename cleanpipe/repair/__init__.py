"""Repair of damaged text, with a log that leads back to the text as read; and page furniture, marked, never removed."""

from __future__ import annotations

from cleanpipe.repair.engine import repair, repair_text, undo
from cleanpipe.repair.furniture import mark_furniture

__all__ = ["mark_furniture", "repair", "repair_text", "undo"]
