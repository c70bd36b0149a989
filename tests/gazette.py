"""A feed and its items, as tests of feeds write and read them."""

from __future__ import annotations

from pathlib import Path

from cleanpipe.formats import InputFile, Notes, read
from cleanpipe.model import Record, Rejected
from cleanpipe.settings import InputSettings

RSS = '<?xml version="1.0"?>\n<rss version="2.0">\n<channel>\n<title>Gazette</title>\n{}\n</channel>\n</rss>\n'


def read_all(
    folder: Path, data: bytes | str, limit: int = 256, notes: Notes | None = None, charset: str = ""
) -> list[Record | Rejected]:
    path = folder / "file"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read(InputFile(path, "feed"), InputSettings(line_limit_mb=limit, charset=charset), notes=notes))


def item(text: str, more: str = "") -> str:
    return f"<item><title>A title</title><description>{text}</description>{more}</item>"


def texts(items: list[Record | Rejected]) -> list[str]:
    return [found.text if isinstance(found, Record) else found.reason for found in items]
