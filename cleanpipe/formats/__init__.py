"""What cleanpipe reads, one module a format: found by content, streamed in bounded memory, never dropped silently."""

from cleanpipe.formats.charset import decode, encode
from cleanpipe.formats.discover import InputFile, discover
from cleanpipe.formats.identity import assigned_id, record_key
from cleanpipe.formats.read import read
from cleanpipe.formats.source import Notes

__all__ = ["InputFile", "Notes", "assigned_id", "decode", "discover", "encode", "read", "record_key"]
