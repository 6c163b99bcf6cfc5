"""Reads that put several rooms on one page."""

from lms.archives.queries.enterprise import (
    CategoryHours,
    Duties,
    duties_of,
    heads_of,
    held_lectures,
    hours_by_category,
    trust_counts,
)
from lms.archives.queries.lecture import Evidence, Own, covers, evidence_of, lecture_page, own_of, step_of
from lms.archives.queries.person import (
    FEW,
    Next,
    YearOfHours,
    inbox,
    next_lecture,
    own_unread,
    place_of,
    unread,
    year_of,
    years_with_hours,
)

__all__ = [
    "FEW",
    "CategoryHours",
    "Duties",
    "Evidence",
    "Next",
    "Own",
    "YearOfHours",
    "covers",
    "duties_of",
    "evidence_of",
    "heads_of",
    "held_lectures",
    "hours_by_category",
    "inbox",
    "lecture_page",
    "next_lecture",
    "own_of",
    "own_unread",
    "place_of",
    "step_of",
    "trust_counts",
    "unread",
    "year_of",
    "years_with_hours",
]
