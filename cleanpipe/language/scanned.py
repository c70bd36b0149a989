"""Tokens of a batch of texts as columns, found in compiled code: what `tokens.tokenise` finds in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.language.classes import code_point_classes
from cleanpipe.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scanned:
    """Texts one after another and their tokens. Offsets are code points in the whole.

    `points` uint32 are the texts' code points; text n has the tokens from `firsts[n]` up to `firsts[n + 1]` and begins
    at `begins[n]`. `starts` and `ends` int64 are the tokens' places, `hashes` uint64 are hashes of the tokens as they
    stand, good for this process only.
    """

    text: str
    points: NDArray[np.uint32]
    begins: NDArray[np.int64]
    firsts: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: NDArray[np.uint64]


def code_points(text: str) -> NDArray[np.uint32]:
    """Code points of a text, uint32; lone surrogates are code points like others."""
    import numpy as np

    # Copied, as numba would compile everything twice: for arrays that can be written to, and for this one.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)


def scan(texts: Sequence[str], skips: Sequence[Sequence[Span]]) -> Scanned:
    """Tokens of texts, outside the spans to skip in each, which are sorted and don't overlap."""
    import numpy as np

    from cleanpipe.language import scan_kernel as kernel

    whole = "".join(texts)
    points = code_points(whole)
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=begins[1:])
    segments = np.zeros((len(texts), 4), np.int64)
    segments[:, 0], segments[:, 1] = begins[:-1], begins[1:]
    left_out: list[tuple[int, int]] = []
    for row, spans in enumerate(skips):
        if spans:
            segments[row, 2] = len(left_out)
            begin = int(begins[row])
            left_out.extend((begin + span.start, begin + span.end) for span in spans)
            segments[row, 3] = len(left_out)
    starts, ends = np.empty(len(points), np.int64), np.empty(len(points), np.int64)
    hashes, firsts = np.empty(len(points), np.uint64), np.empty(len(texts) + 1, np.int64)
    table = np.array(left_out, np.int64).reshape(-1, 2)
    count = kernel.scan(points, code_point_classes(), segments, table, starts, ends, hashes, firsts)
    return Scanned(whole, points, begins, firsts, starts[:count], ends[:count], hashes[:count])
