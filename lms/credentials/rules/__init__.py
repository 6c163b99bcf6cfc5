"""Completion, hours and validity: pure rules."""

from lms.credentials.rules.completion import (
    NOT_CHECKED_OUT,
    Decision,
    Facts,
    Rule,
    changes,
    counted_once,
    decide,
    ordinary,
    presence_words,
    void,
)
from lms.credentials.rules.counting import Counting, counting_on, plain
from lms.credentials.rules.cycles import INITIAL, YEARLY, Closing, Cycle, closing, cycle_on
from lms.credentials.rules.hours import Requirement, initial_hours, required_hours, valid_until
from lms.credentials.rules.makeups import make_up_needed, make_up_words
from lms.credentials.rules.renewal import WINDOW_DAYS, reminder_on, renewed_until
from lms.credentials.rules.times import Span, full_days, shared_minutes
from lms.credentials.rules.trainings import DayFull, Impossible, WrongDays, by_day, check_days
from lms.credentials.rules.validity import CertificateState, Fate, fate_of, state_on
from lms.credentials.rules.wording import (
    ACCENTS,
    FIELDS,
    STANDARD,
    CertificateKind,
    Piece,
    Words,
    check_words,
    line_of,
    pieces,
)

__all__ = [
    "ACCENTS",
    "FIELDS",
    "INITIAL",
    "NOT_CHECKED_OUT",
    "STANDARD",
    "WINDOW_DAYS",
    "YEARLY",
    "CertificateKind",
    "CertificateState",
    "Closing",
    "Counting",
    "Cycle",
    "DayFull",
    "Decision",
    "Facts",
    "Fate",
    "Impossible",
    "Piece",
    "Requirement",
    "Rule",
    "Span",
    "Words",
    "WrongDays",
    "by_day",
    "changes",
    "check_days",
    "check_words",
    "closing",
    "counted_once",
    "counting_on",
    "cycle_on",
    "decide",
    "fate_of",
    "full_days",
    "initial_hours",
    "line_of",
    "make_up_needed",
    "make_up_words",
    "ordinary",
    "pieces",
    "plain",
    "presence_words",
    "reminder_on",
    "renewed_until",
    "required_hours",
    "shared_minutes",
    "state_on",
    "valid_until",
    "void",
]
