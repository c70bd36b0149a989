"""The static HTML report: one file beside the exports, that opens offline and leads from copies to originals."""

from cleanpipe.report.write import write_report

__all__ = ["write_report"]
