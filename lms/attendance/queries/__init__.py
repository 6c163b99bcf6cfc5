"""Reads that serve the board, the projector and the phone."""

from __future__ import annotations

from lms.attendance.queries.attention import Attention, attention
from lms.attendance.queries.board import Board, Counts, Row, Shift, board, board_version
from lms.attendance.queries.flags import Flags, flags, flags_page
from lms.attendance.queries.hall import (
    Tally,
    attendee_of,
    event_of_scan,
    presence_of,
    sitting_with_lecture,
    sittings_opened_lately,
    tally,
)
from lms.attendance.queries.lines import (
    Corrected,
    Line,
    Pending,
    corrections_of,
    disputes_of,
    hand_marks_of,
    lines_of,
    own_disputes,
    waits_for_second,
)
from lms.attendance.queries.people import People, people_of, visitor_of_phone, visitor_of_scan
from lms.attendance.queries.rechecks import Rechecked, asked_now, has_answered, open_recheck, rechecks_in, rechecks_of
from lms.attendance.queries.reminding import KIND, Calling, calling
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
    "KIND",
    "Attention",
    "Board",
    "Calling",
    "Corrected",
    "Counts",
    "Flags",
    "Line",
    "Pending",
    "People",
    "PhotoTold",
    "Rechecked",
    "Recorded",
    "Row",
    "SheetRow",
    "Shift",
    "Tally",
    "asked_now",
    "attendee_of",
    "attention",
    "board",
    "board_version",
    "calling",
    "corrections_of",
    "disputes_of",
    "event_of_scan",
    "flags",
    "flags_page",
    "hand_marks_of",
    "has_answered",
    "latest_images",
    "lines_of",
    "next_sheet_number",
    "open_recheck",
    "own_disputes",
    "page_rows",
    "people_for_sheet",
    "people_of",
    "person_on",
    "photos_of",
    "presence_of",
    "rechecks_in",
    "rechecks_of",
    "recorded",
    "sheets_of",
    "signatures_of",
    "sitting_with_lecture",
    "sittings_opened_lately",
    "tally",
    "visitor_of_phone",
    "visitor_of_scan",
    "waits_for_second",
]
