"""Completion, hours and validity: pure rules."""

from lms.credentials.rules.completion import NOT_CHECKED_OUT, Decision, Facts, Rule, decide, void
from lms.credentials.rules.hours import Requirement, hours_of, required_hours, valid_until
from lms.credentials.rules.makeups import make_up_needed, make_up_words
from lms.credentials.rules.validity import CertificateState, state_on

__all__ = [
    "NOT_CHECKED_OUT",
    "CertificateState",
    "Decision",
    "Facts",
    "Requirement",
    "Rule",
    "decide",
    "hours_of",
    "make_up_needed",
    "make_up_words",
    "required_hours",
    "state_on",
    "valid_until",
    "void",
]
