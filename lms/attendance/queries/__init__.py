"""Reads that serve the board, the projector and the phone."""

from __future__ import annotations

from lms.attendance.queries.board import Board, Counts, Row, board, board_version
from lms.attendance.queries.hall import (
    Tally,
    attendee_of,
    event_of_scan,
    presence_of,
    sitting_with_lecture,
    sittings_opened_lately,
    tally,
)
from lms.attendance.queries.sheets import (
    PhotoTold,
    Recorded,
    SheetRow,
    latest_images,
    next_sheet_number,
    page_rows,
    people_for_sheet,
    person_on,
    photos_of,
    recorded,
    sheets_of,
    signatures_of,
)

__all__ = [
    "Board",
    "Counts",
    "PhotoTold",
    "Recorded",
    "Row",
    "SheetRow",
    "Tally",
    "attendee_of",
    "board",
    "board_version",
    "event_of_scan",
    "latest_images",
    "next_sheet_number",
    "page_rows",
    "people_for_sheet",
    "person_on",
    "photos_of",
    "presence_of",
    "recorded",
    "sheets_of",
    "signatures_of",
    "sitting_with_lecture",
    "sittings_opened_lately",
    "tally",
]
