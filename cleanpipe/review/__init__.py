"""The review desk: a web application on this machine alone, for people who decide about links."""

from __future__ import annotations

from cleanpipe.review.serve import serve

__all__ = ["serve"]
