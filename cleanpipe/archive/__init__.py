"""The state of an output directory: transactions, resume, exports."""

from cleanpipe.archive.batch import Batch
from cleanpipe.archive.changes import Change
from cleanpipe.archive.counts import Counts, count
from cleanpipe.archive.export import EXPORTS, FORMAT_VERSION, export, sweep, write_atomically
from cleanpipe.archive.files import DATABASE
from cleanpipe.archive.lines import article_lines
from cleanpipe.archive.selection import redundant_ids
from cleanpipe.archive.store import Archive, Stored, document_hash

__all__ = [
    "DATABASE",
    "EXPORTS",
    "FORMAT_VERSION",
    "Archive",
    "Batch",
    "Change",
    "Counts",
    "Stored",
    "article_lines",
    "count",
    "document_hash",
    "export",
    "redundant_ids",
    "sweep",
    "write_atomically",
]
