"""Reads that serve the pages of lectures and of what is shown in them."""

from lms.lectures.queries.lectures import (
    NO_DEPARTMENT,
    Listed,
    clashing,
    last_lecture,
    listed,
    next_number,
    of_enterprise,
    open_duties,
)
from lms.lectures.queries.library import Offered, lectures_to_come, library
from lms.lectures.queries.materials import FileRead, Reader, picture_of, pictures_of, readings_of
from lms.lectures.queries.photos import Missing, Shot, matches_of, missing_evidence, photos_of

__all__ = [
    "NO_DEPARTMENT", "FileRead", "Listed", "Missing", "Offered", "Reader", "Shot", "clashing", "last_lecture",
    "lectures_to_come", "library", "listed", "matches_of", "missing_evidence", "next_number", "of_enterprise",
    "open_duties", "photos_of", "picture_of", "pictures_of", "readings_of",
]  # fmt: skip
