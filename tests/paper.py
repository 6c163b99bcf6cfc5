"""What is wrong with a printed page that words alone do not tell."""

from __future__ import annotations

import pypdfium2

MARGIN = 5 / 25.4 * 72  # points: what a printer in an office leaves white


def cut_off(pdf: bytes) -> list[str]:
    """The pages on which something is written where no printer prints, with what it is."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), start=1):
        (wide, high), text = page.get_size(), page.get_textpage()
        said = text.get_text_range()
        for at, sign in enumerate(said[: text.count_chars()]):
            left, bottom, right, top = text.get_charbox(at)
            if sign.strip() and not (left > MARGIN and right < wide - MARGIN and bottom > MARGIN and top < high - MARGIN):
                found.append(f"page {number}: {said[max(0, at - 10) : at + 10]}")
                break
    return found
