"""What a bulletin says, from frozen lines alone: no database, no clock."""

from lms.compliance.bulletins.rules.counting import (
    HAZARDS,
    LISTS,
    NAMING,
    industries,
    listed,
    matrix,
    perils,
    total,
    trend,
)
from lms.compliance.bulletins.rules.frozen import Anchor, Dimension, Firm, Frozen, Hazard, SatIn, Signal, frozen_from, to_text
from lms.compliance.bulletins.rules.lines import counted, heading, sat_rows, sat_words, standing
from lms.compliance.bulletins.rules.paper import Mention, NamedList, Paper, Setting, paper
from lms.compliance.bulletins.rules.wording import SECTIONS, first_words, places_named, sentences, unheard, why
from lms.compliance.bulletins.rules.work import FOUND, OWED, SIGNALS, firms_known_by, known_by, sat, sat_in, signals

__all__ = [
    "FOUND",
    "HAZARDS",
    "LISTS",
    "NAMING",
    "OWED",
    "SECTIONS",
    "SIGNALS",
    "Anchor",
    "Dimension",
    "Firm",
    "Frozen",
    "Hazard",
    "Mention",
    "NamedList",
    "Paper",
    "SatIn",
    "Setting",
    "Signal",
    "counted",
    "firms_known_by",
    "first_words",
    "frozen_from",
    "heading",
    "industries",
    "known_by",
    "listed",
    "matrix",
    "paper",
    "perils",
    "places_named",
    "sat",
    "sat_in",
    "sat_rows",
    "sat_words",
    "sentences",
    "signals",
    "standing",
    "to_text",
    "total",
    "trend",
    "unheard",
    "why",
]
