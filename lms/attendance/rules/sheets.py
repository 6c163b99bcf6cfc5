"""The printed sign-in sheet: where things are on the page, what its rows are called, and how typed rows are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

ROWS = 25  # of a page
BLANK = 5  # rows left for people who are not on the list, at least
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # 23, a prime, and none that looks like a digit
_PART = re.compile(r"0*(\d{1,4})([A-Z]?)(?:[-–—~～至到]0*(\d{1,4})([A-Z]?))?")


@dataclass(frozen=True, slots=True)
class Page:
    """The geometry of a page in millimetres from its top left corner; the style sheet sign_sheet.css draws the same."""

    width: float = 210
    height: float = 297
    mark_centre: float = 9  # of each corner mark, from both edges of its corner
    mark_side: float = 6
    code_left: float = 170
    code_top: float = 15
    code_side: float = 24
    first_row: float = 60
    row_height: float = 7.75
    left: float = 16
    right: float = 194
    in_left: float = 106
    out_left: float = 150


PAGE = Page()


@dataclass(frozen=True, slots=True)
class Typed:
    """Rows somebody typed. faults: (what was typed, the row it may have meant or None) of the parts that are no rows."""

    lines: tuple[int, ...]
    faults: tuple[tuple[str, int | None], ...]


def pages_of(people: int) -> int:
    """How many pages a sheet for so many people has, with some rows left over."""
    return -(-(people + BLANK) // ROWS)


def page_of(line: int) -> int:
    """On which page of the sheet a line is printed; both count from 1."""
    return (line - 1) // ROWS + 1


def lines_of(page: int) -> range:
    """The lines of a page; both count from 1."""
    return range((page - 1) * ROWS + 1, page * ROWS + 1)


def check_letter(sheet: int, line: int) -> str:
    """Tells a mistyped row: another digit, two digits swapped, or the row of another sheet give another letter."""
    hundreds, tens, ones = line // 100, line // 10 % 10, line % 10
    return LETTERS[(7 * sheet + 5 * hundreds + 3 * tens + 2 * ones) % len(LETTERS)]


def row_code(sheet: int, line: int) -> str:
    """What a row is called: its number and a letter that checks it, as 07K. sheet: the number of the sheet."""
    return f"{line:02}{check_letter(sheet, line)}"


def read_rows(text: str, sheet: int, last: int) -> Typed:
    """Rows as people type them: "1-7, 9, 12", with or without the check letters. last: the last row of the sheet."""
    lines: set[int] = set()
    faults: list[tuple[str, int | None]] = []
    for part in re.split(r"[\s,，、;；.。]+", re.sub(r"\s*([-–—~～至到])\s*", r"\1", text.strip().upper())):
        if not part:
            continue
        found = _PART.fullmatch(part)
        if found is None:
            faults.append((part, None))
            continue
        ends = [(int(found[1]), found[2])] + ([(int(found[3]), found[4])] if found[3] else [])
        first, final = ends[0][0], ends[-1][0]
        if not 1 <= first <= final <= last:
            faults.append((part, None))
            continue
        wrong = next((line for line, letter in ends if letter and letter != check_letter(sheet, line)), None)
        if wrong is not None:
            faults.append((part, wrong))
            continue
        lines.update(range(first, final + 1))
    return Typed(tuple(sorted(lines)), tuple(faults))


def signed(ink: int) -> bool:
    """Whether so much ink, in thousandths of a box, looks like a signature: a proposal, never a fact.

    A thin tick covers some 15 of a thousand, dust and the shadow of a fold less than 3.
    """
    return ink >= 8
