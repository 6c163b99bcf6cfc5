"""Says by which words a file is known; run as a script in a process of its own: SOURCE FOLDER.

One line of JSON on stdout with `words`: the SHA-256 of the letters and digits of all pages, in their order, however they are
spaced, cased, or wide; null for a photo, and for pages with too few words to tell two files by.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from pathlib import Path

from lms.core.viewing.limits import MEMORY, confine
from lms.core.viewing.painting import MOST_PAGES, say

LEAST = 60  # letters and digits: a title page with a name and a date has fewer


def words_print(text: str) -> str | None:
    """The print of a text; None where it has too few words to be known by."""
    kept = "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
    return hashlib.sha256(kept.encode()).hexdigest() if len(kept) >= LEAST else None


def _read(source: Path) -> str:
    import pypdfium2

    with source.open("rb") as file:
        if file.read(5) != b"%PDF-":
            return ""
    document = pypdfium2.PdfDocument(source)
    return "".join(document[index].get_textpage().get_text_bounded() for index in range(min(len(document), MOST_PAGES)))


if __name__ == "__main__":
    confine(MEMORY)
    say(words=words_print(_read(Path(sys.argv[1]))))
