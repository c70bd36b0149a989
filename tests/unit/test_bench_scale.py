"""The document that says what a load needs has the figures that its constants give."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


def test_the_sizes_in_the_document_are_those_that_the_constants_give(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(checkout / "bench"))
    scale = importlib.import_module("scale")
    written = (checkout / "docs" / "scale.md").read_text(encoding="utf-8")
    for table in (scale.constants, scale.one_machine, scale.cluster):
        assert "\n".join(table()) in written, "python bench/scale.py prints what docs/scale.md has to say"
