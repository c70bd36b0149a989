"""Documents of one language as the numbers of their words, which is what compiled functions work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleanpipe.language.lexicon import Lexicon, lexicon
from cleanpipe.language.scanned import Scanned, scan
from cleanpipe.match.numbered_kernel import drop_repeated_titles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleanpipe.match.compared import Compared
    from cleanpipe.model import Span


@dataclass(frozen=True, slots=True)
class Numbered:
    """Documents of one language as the numbers of their words.

    `ranges`, int64 of shape (n, 2), is where the words of each document stand in `words`: those of a title that stands
    apart, then those of its text. In `scanned` each document has two texts, the title and the text itself.
    """

    scanned: Scanned
    lexicon: Lexicon
    words: NDArray[np.int32]
    ranges: NDArray[np.int64]


def numbered(documents: Sequence[Compared], lang: str | None) -> Numbered:
    """Documents of one language, cut into words. A title that is the beginning of the text again is left out."""
    import numpy as np

    texts: list[str] = []
    skips: list[Sequence[Span]] = []
    for document in documents:
        apart = document.title if document.title and document.title_span is None else ""
        texts += (apart, document.text)
        skips += ((), document.skip)
    scanned = scan(texts, skips)
    known = lexicon(lang)
    words = known.number(scanned)
    ranges = np.stack([scanned.firsts[:-1:2], scanned.firsts[2::2]], axis=1)
    drop_repeated_titles(words, known.hashes, scanned.firsts, ranges)
    return Numbered(scanned, known, words, ranges)
