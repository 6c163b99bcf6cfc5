"""Reads that serve the pages of lectures and of what is shown in them."""

from lms.lectures.queries.lecturer import (
    LecturerLine,
    LecturerShown,
    WaitingTime,
    lecturer_shown,
    marks_of,
    may_second_time,
    proof_of,
    waiting_times,
)
from lms.lectures.queries.lectures import (
    Listed,
    last_lecture,
    listed,
    next_number,
    open_duties,
    others_near,
    series_of,
)
from lms.lectures.queries.library import Offered, lectures_to_come, library
from lms.lectures.queries.materials import FileRead, Reader, picture_of, pictures_of, readings_of
from lms.lectures.queries.photos import Missing, Shot, has_withdrawn, matches_of, missing_evidence, of_other_firms, photos_of
from lms.lectures.queries.plans import Branch, Changed, Node, cascade_of, changes_of, places_for
from lms.lectures.queries.themes import ThemePlan, theme_plan, themes_left

__all__ = [
    "Branch",
    "Changed",
    "FileRead",
    "LecturerLine",
    "LecturerShown",
    "Listed",
    "Missing",
    "Node",
    "Offered",
    "Reader",
    "Shot",
    "ThemePlan",
    "WaitingTime",
    "cascade_of",
    "changes_of",
    "has_withdrawn",
    "last_lecture",
    "lecturer_shown",
    "lectures_to_come",
    "library",
    "listed",
    "marks_of",
    "matches_of",
    "may_second_time",
    "missing_evidence",
    "next_number",
    "of_other_firms",
    "open_duties",
    "others_near",
    "photos_of",
    "picture_of",
    "pictures_of",
    "places_for",
    "proof_of",
    "readings_of",
    "series_of",
    "theme_plan",
    "themes_left",
    "waiting_times",
]  # fmt: skip
