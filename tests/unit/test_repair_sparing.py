"""What is found and not repaired: addresses, code, garbled text that is spoken of, and letters that nobody can know."""

from __future__ import annotations

import pytest

from cleanpipe.repair import repair

LEFT = [
    # The text is about charsets: what is quoted, listed, or stands beside what it means.
    "A wrong encoding turns “café” into “cafÃ©” and nobody notices.",
    "With the wrong charset é becomes Ã©, as every archivist knows.",
    "The commonest mojibake in our files:\nÃ©\nâ€™\n",
    "Ein falscher Zeichensatz macht aus dem Apostroph „â€™“, wie hier.",
    # Nothing is garbled but quotations that are nothing else.
    "The sign over the bakery said “â€™” for years.",
    'He wrote "Ã©" on the board and laughed.',
    # Addresses, accounts and code.
    "See https://example.org/cafÃ©/menu for what they serve.",
    'Call `decode("cafÃ©")` and look at what comes back.',
    "Follow @cafÃ©_news for more.",
    # A first byte alone: of the letters it can be, none makes the word that is meant.
    "The cafÃ by the harbour was closed on Monday.",
    "Le vin de la libertÃ coule encore dans le port.",
]

REPAIRED = [
    (
        "The encoding of the file was wrong: the cafÃ© was closed.",
        "The encoding of the file was wrong: the café was closed.",
    ),
    ("“The cafÃ© is closed,” she said, and it was.", "“The café is closed,” she said, and it was."),
    (
        "He wrote “Ã©” on the board. The cafÃ© was closed by then.",
        "He wrote “é” on the board. The café was closed by then.",
    ),
    ("Il est dÃ©jÃ  lÃ , voilÃ  tout.", "Il est déjà là, voilà tout."),
]


@pytest.mark.parametrize("text", LEFT)
def test_left_and_told(text: str) -> None:
    assert repair(text).text == text


@pytest.mark.parametrize("text", LEFT[:9])
def test_what_is_left_is_told(text: str) -> None:
    assert repair(text).considered


@pytest.mark.parametrize(("text", "repaired"), REPAIRED)
def test_repaired(text: str, repaired: str) -> None:
    assert repair(text).text == repaired
