"""Completion, hours and validity: pure rules."""

from lms.credentials.rules.completion import (
    NOT_CHECKED_OUT,
    Decision,
    Facts,
    Rule,
    changes,
    decide,
    ordinary,
    presence_words,
    void,
)
from lms.credentials.rules.counting import Counting, counting_on
from lms.credentials.rules.hours import Requirement, required_hours, valid_until
from lms.credentials.rules.makeups import make_up_needed, make_up_words
from lms.credentials.rules.validity import CertificateState, Fate, fate_of, state_on

__all__ = [
    "NOT_CHECKED_OUT",
    "CertificateState",
    "Counting",
    "Decision",
    "Facts",
    "Fate",
    "Requirement",
    "Rule",
    "changes",
    "counting_on",
    "decide",
    "fate_of",
    "make_up_needed",
    "make_up_words",
    "ordinary",
    "presence_words",
    "required_hours",
    "state_on",
    "valid_until",
    "void",
]
