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
from lms.compliance.bulletins.rules.frozen import Anchor, Firm, Frozen, Hazard, frozen_from, to_text
from lms.compliance.bulletins.rules.paper import Mention, NamedList, Paper, Setting, paper
from lms.compliance.bulletins.rules.wording import SECTIONS, first_words, unheard, why

__all__ = [
    "HAZARDS",
    "LISTS",
    "NAMING",
    "SECTIONS",
    "Anchor",
    "Firm",
    "Frozen",
    "Hazard",
    "Mention",
    "NamedList",
    "Paper",
    "Setting",
    "first_words",
    "frozen_from",
    "industries",
    "listed",
    "matrix",
    "paper",
    "perils",
    "to_text",
    "total",
    "trend",
    "unheard",
    "why",
]
