"""Web archives (WARC, WET): every page that a server gave, and every text that was made of one, is an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cleanpipe.errors import MissingExtraError
from cleanpipe.formats.charset import decode
from cleanpipe.formats.fields import FieldError, build_record, input_names
from cleanpipe.formats.html import is_page, read_page
from cleanpipe.formats.httpbody import BodyError, response_of, unpacked
from cleanpipe.formats.lines import excerpt
from cleanpipe.formats.pagecharset import header_charset
from cleanpipe.formats.plain import find_title
from cleanpipe.formats.source import Head, Job, Source
from cleanpipe.formats.warcstream import WarcRecord, warc_records
from cleanpipe.model import Origin, Record, Rejected

WHAT = "web archives (WARC)"

MAGIC = b"WARC/"

PAGES = frozenset({"text/html", "application/xhtml+xml"})

_UNTOLD = frozenset({"", "application/octet-stream", "application/unknown", "unk", "unknown"})
"""Content types that say nothing."""

_LINK = re.compile(r"<\s*([^<>\s]{1,2000})\s*>\s*;[^,<]{0,200}\brel\s*=\s*\"?canonical\b", re.IGNORECASE)
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_NAMES = input_names({})


def recognises(head: Head) -> bool:
    return head.data.startswith(MAGIC)


def read(source: Source) -> Iterator[Record | Rejected]:
    """The articles of a web archive.

    Articles are responses with status 200 that are web pages, such pages as resources, and texts as resources or
    conversions. Requests, notes, repeated visits (which have no text of their own), other responses and everything that
    is no page are passed over and counted.
    """
    job = source.job
    try:
        for record in warc_records(source.stream, job.line_limit):
            origin = replace(source.origin, offset=record.offset, format="warc")
            if record.problem is not None:
                yield Rejected(origin, record.problem, excerpt(record.block))
                continue
            kind = (record.header("WARC-Type") or "").lower()
            item: Record | Rejected | str = f"{kind or 'untyped'} records"
            if kind in ("response", "resource", "conversion"):
                item = _read(record, kind, origin, job)
            if not isinstance(item, str):
                yield item
            else:
                job.pass_over(item)
            if job.quota.spent:
                yield Rejected(origin, job.quota.says)
                return
    except MissingExtraError as error:
        raise source.missing(WHAT, error.extra) from None


def _read(record: WarcRecord, kind: str, origin: Origin, job: Job) -> Record | Rejected | str:
    """The article of a record, or what it is where it has none."""
    target = (record.header("WARC-Target-URI") or "").strip("<> ")
    if not _HTTP.match(target):
        return f"{kind} records of no web address"
    content_type = record.header("Content-Type") or ""
    canonical = None
    body = record.block
    http = None
    if kind == "response":
        http, body = response_of(record.block)
        if http is None:
            content_type = ""
        else:
            status = http.statusline.split(" ")[0]
            if status != "200":
                return f"responses with status {status}"
            content_type = http.get_header("Content-Type") or record.header("WARC-Identified-Payload-Type") or ""
            found = _LINK.search(http.get_header("Link") or "")
            canonical = found[1] if found and _HTTP.match(found[1]) else None
    media = content_type.partition(";")[0].strip().lower()
    if media not in PAGES and media not in _UNTOLD and not (media == "text/plain" and kind != "response"):
        return media or "records of no type"
    if not record.whole:
        return Rejected(origin, f"the record is larger than {job.limit_says}")
    if http is not None:
        try:
            body = unpacked(body, http)
        except BodyError as error:
            job.quota.give(error.made)
            return Rejected(origin, str(error))
        job.quota.give(len(body))
    if media in _UNTOLD and not is_page(body):
        return "responses of unknown type"
    known = _known(record)
    if media == "text/plain":
        item = _text(body, origin, job.declared or header_charset(content_type), target, known)
    else:
        item = read_page(
            body,
            origin,
            declared=job.declared,
            content_type=content_type,
            url=target,
            canonical=canonical,
            id=known["id"],
            metadata=known["metadata"],
        )
    if record.altered:
        note = "the bytes are not those that the record's digest was made of"
        item = replace(
            item, origin=replace(item.origin, note=f"{item.origin.note}; {note}" if item.origin.note else note)
        )
    return item


def _known(record: WarcRecord) -> dict[str, Any]:
    """What the headers say of every article: its id, and what is carried along of the crawl."""
    told = {name: value for name in ("WARC-Record-ID", "WARC-Date") if (value := record.header(name))}
    return {"id": told.get("WARC-Record-ID", "").strip("<> ") or None, "metadata": told}


def _text(body: bytes, origin: Origin, declared: str | None, url: str, known: dict[str, Any]) -> Record | Rejected:
    decoded = decode(body, declared)
    origin = decoded.origin(origin)
    title = find_title(decoded.text)
    value = {
        **known["metadata"],
        "text": decoded.text,
        "id": known["id"],
        "url": url,
        "title": decoded.text[title.start : title.end] if title else None,
    }
    try:
        return replace(build_record(value, _NAMES, origin), title_span=title)
    except FieldError:
        return Rejected(origin, "the record is empty")
