"""What is compared of a document: its words, those of the title first and never twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cleanpipe.language.tokens import HASHED, Tokens, commonness, is_letter_token, stem_of, tokenise
from cleanpipe.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


LETTER_SAMPLE = 64
"""Words that are looked at, about, to tell whether a text is one without spaces."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A document as matching sees it. `skip` are spans of `text` that belong to the page, sorted, without overlap.

    `title` is compared with the text where it stands apart; where `title_span` is given, it is in the text already.
    """

    key: str
    text: str
    title: str | None = None
    title_span: Span | None = None
    lang: str | None = None
    skip: tuple[Span, ...] = ()


class Words:
    """The folded words of a document, with what is worked out from them when it is first asked for."""

    def __init__(self, document: Compared) -> None:
        self.document = document
        self.body: Tokens = tokenise(document.text, document.skip)
        lead: Tokens | None = None
        if document.title and document.title_span is None:
            lead = tokenise(document.title)
            if lead.words == self.body.words[: len(lead.words)]:
                lead = None
        self.title_tokens = lead or Tokens([], [], [], [])
        """Words of a title that stands apart and isn't the beginning of the text again."""
        self.title_words = len(self.title_tokens.words)
        """How many of `words` are the title's; the others are `body`."""
        self.words: list[str] = lead.words + self.body.words if lead else self.body.words
        self.raw: list[str] = lead.raw + self.body.raw if lead else self.body.raw

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        import numpy as np

        return np.fromiter(map(HASHED.__getitem__, self.words), np.uint64, len(self.words))

    @cached_property
    def stem_hashes(self) -> NDArray[np.uint64]:
        """Hash of the stem of each word."""
        import numpy as np

        return np.fromiter((HASHED[stem_of(word)] for word in self.words), np.uint64, len(self.words))

    @cached_property
    def zipfs(self) -> NDArray[np.float64]:
        """Zipf frequency of each word."""
        import numpy as np

        return np.fromiter(map(commonness(self.document.lang).__getitem__, self.raw), np.float64, len(self.raw))

    @cached_property
    def letters(self) -> bool:
        """Whether this is mainly a text without spaces, whose tokens are single letters."""
        sample = self.words[:: max(1, len(self.words) // LETTER_SAMPLE)]
        return sum(map(is_letter_token, sample)) * 2 > len(sample)
