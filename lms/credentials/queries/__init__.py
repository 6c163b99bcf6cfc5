"""Reads of completions, hours and certificates."""

from lms.credentials.queries.awards import (
    awards_of_cycles,
    awards_waiting,
    certificates_of_awards,
    complete_without_award,
    counted_in,
    cycles_asking,
    earned_in,
    hold_awards_of_cycles,
    is_being_named,
    named_before,
    number_of_awards_waiting,
    to_be_named,
)
from lms.credentials.queries.certificates import (
    ENDING,
    CertificateFilter,
    Issued,
    by_public_code,
    by_serial,
    certificates_of,
    certificates_page,
    district_codes,
    ended_of,
    first_valid,
    frozen,
    in_force,
    in_state,
    issued_of,
    last_of,
    lectures_with_certificates,
    number_waiting,
    problems,
    proposals,
    waiting,
)
from lms.credentials.queries.cycles import cycles_of, cycles_to_open
from lms.credentials.queries.deciding import (
    changes_of,
    completion_of,
    completions_of,
    decided_of,
    graded_since,
    lapsed,
    lengths_for,
    sitting_of,
    waits_before,
)
from lms.credentials.queries.hours import credited, entered, hours_in, hours_lines_of
from lms.credentials.queries.makeups import MakeUp, last_make_up_gap, made_up_words, make_up_of, make_ups_of
from lms.credentials.queries.renewal import ends_given, expiring, renewed_by, renewed_in_vain, told_of
from lms.credentials.queries.templates import design_of, own_scope, templates_for, versions_of
from lms.credentials.queries.times import later_at_the_same_time, shared_with_others
from lms.credentials.queries.trainings import level_hours, trainings_page, trainings_waiting

__all__ = [
    "ENDING", "CertificateFilter", "Issued", "MakeUp", "awards_of_cycles", "awards_waiting",
    "by_public_code", "by_serial", "certificates_of", "certificates_of_awards", "certificates_page", "changes_of",
    "complete_without_award", "completion_of", "completions_of", "counted_in", "credited", "cycles_asking", "cycles_of",
    "cycles_to_open", "decided_of", "design_of", "district_codes", "earned_in", "ended_of", "ends_given",
    "entered", "expiring", "first_valid",
    "frozen", "graded_since", "hold_awards_of_cycles", "hours_in", "hours_lines_of", "in_force", "in_state",
    "is_being_named", "issued_of", "lapsed",
    "last_make_up_gap", "last_of", "later_at_the_same_time", "lectures_with_certificates", "lengths_for", "level_hours",
    "made_up_words", "make_up_of", "make_ups_of", "named_before", "number_of_awards_waiting", "number_waiting",
    "own_scope", "problems", "proposals", "renewed_by", "renewed_in_vain", "shared_with_others", "sitting_of", "templates_for",
    "to_be_named", "told_of",
    "trainings_page", "trainings_waiting", "versions_of", "waiting", "waits_before",
]  # fmt: skip
