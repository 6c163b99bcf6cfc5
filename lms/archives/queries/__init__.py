"""Reads that put several rooms on one page."""

from lms.archives.queries.enterprise import (
    Chain,
    Held,
    HoursOfCategory,
    InCampaign,
    chain_of,
    counted,
    heads_of,
    held_count,
    hours_by_category,
    last_settled,
    lectures_of,
    standings_of,
    trust_of,
)
from lms.archives.queries.hours import (
    EnterpriseHours,
    Gap,
    PersonHours,
    cycles_with_hours,
    gap_of,
    hours_of_enterprise,
)
from lms.archives.queries.lecture import Own, covers, lecture_page, own_of
from lms.archives.queries.levels import levels_of
from lms.archives.queries.person import (
    FEW,
    Next,
    YearOfHours,
    next_lecture,
    place_of,
    year_of,
    years_with_hours,
)
from lms.archives.queries.teaching import Teaching, teaching_of

__all__ = [
    "FEW",
    "Chain",
    "EnterpriseHours",
    "Gap",
    "Held",
    "HoursOfCategory",
    "InCampaign",
    "Next",
    "Own",
    "PersonHours",
    "Teaching",
    "YearOfHours",
    "chain_of",
    "counted",
    "covers",
    "cycles_with_hours",
    "gap_of",
    "heads_of",
    "held_count",
    "hours_by_category",
    "hours_of_enterprise",
    "last_settled",
    "lecture_page",
    "lectures_of",
    "levels_of",
    "next_lecture",
    "own_of",
    "place_of",
    "standings_of",
    "teaching_of",
    "trust_of",
    "year_of",
    "years_with_hours",
]
