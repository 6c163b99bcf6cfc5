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

__all__ = [
    "Board",
    "Counts",
    "Row",
    "Tally",
    "attendee_of",
    "board",
    "board_version",
    "event_of_scan",
    "presence_of",
    "sitting_with_lecture",
    "sittings_opened_lately",
    "tally",
]
