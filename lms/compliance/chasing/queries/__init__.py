"""Reads of chasing."""

from lms.compliance.chasing.queries.chases import Last, Told, escalations_of, history, last_chases, not_now, refused, steps
from lms.compliance.chasing.queries.deferrals import (
    answers_for,
    asking,
    deferrals_of,
    in_force,
    line_to_loosen,
    loosens,
    to_decide,
)
from lms.compliance.chasing.queries.lines import firms_elsewhere, gone_elsewhere, line_of, line_read, lines_of, lines_until

__all__ = [
    "Last",
    "Told",
    "answers_for",
    "asking",
    "deferrals_of",
    "escalations_of",
    "firms_elsewhere",
    "gone_elsewhere",
    "history",
    "in_force",
    "last_chases",
    "line_of",
    "line_read",
    "line_to_loosen",
    "lines_of",
    "lines_until",
    "loosens",
    "not_now",
    "refused",
    "steps",
    "to_decide",
]
