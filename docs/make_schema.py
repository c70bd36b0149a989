"""Writes the tables of the database into docs/archive.md, from the program itself: `python docs/make_schema.py`.

A test fails where the page says otherwise than the program.
"""

from __future__ import annotations

import re
from pathlib import Path

from cleanpipe.archive.schema import SCHEMA_VERSION, TABLES

PART = re.compile(r"(?<=## The tables\n\n).*?(?=\n## )", re.DOTALL)


def page_with_tables(page: str) -> str:
    """The page with its part about the tables as the program has them."""
    says = f"Schema version {SCHEMA_VERSION}. The same as in `cleanpipe/archive/schema.py`:"
    part = f"{says}\n\n```sql\n{TABLES.strip()}\n```\n"
    return PART.sub(lambda _: part, page)


if __name__ == "__main__":
    target = Path(__file__).with_name("archive.md")
    target.write_text(page_with_tables(target.read_text(encoding="utf-8")), encoding="utf-8")
    print(target)
