"""docs/archive.md says which tables there are, and can't drift from them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from cleanpipe.archive import EXPORTS
from cleanpipe.archive.schema import SCHEMA_VERSION, TABLES


def test_the_page_has_the_tables_of_the_program(checkout: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_schema", checkout / "docs" / "make_schema.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (checkout / "docs" / "archive.md").read_text(encoding="utf-8")
    assert f"Schema version {SCHEMA_VERSION}." in page and TABLES.strip() in page
    assert module.page_with_tables(page) == page, "python docs/make_schema.py writes it anew"


def test_the_page_names_every_export(checkout: Path) -> None:
    page = (checkout / "docs" / "archive.md").read_text(encoding="utf-8")
    files = re.search(r"^## The files\n(.*?)^## ", page, flags=re.DOTALL | re.MULTILINE)
    assert files
    assert {name for name in EXPORTS if f"`{name}`" in files[1]} == {*EXPORTS}
