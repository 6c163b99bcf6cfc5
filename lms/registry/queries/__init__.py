"""Reads of the registry: who was where on a day, and what the lists show."""

from lms.registry.queries.days import (
    RosterLine,
    departments_on,
    find_by_phone_and_id_tail,
    head_on,
    on_roster,
    post_on,
    roster_on,
    runs_on,
)
from lms.registry.queries.lists import (
    EnterpriseFilter,
    EnterpriseRow,
    PeopleFilter,
    PersonRow,
    departments_within,
    districts_within,
    enterprise_choices,
    enterprises_page,
    heads_of_person,
    people_page,
    posts_of_person,
    views_of_person,
)

__all__ = [
    "EnterpriseFilter",
    "EnterpriseRow",
    "PeopleFilter",
    "PersonRow",
    "RosterLine",
    "departments_on",
    "departments_within",
    "districts_within",
    "enterprise_choices",
    "enterprises_page",
    "find_by_phone_and_id_tail",
    "head_on",
    "heads_of_person",
    "on_roster",
    "people_page",
    "post_on",
    "posts_of_person",
    "roster_on",
    "runs_on",
    "views_of_person",
]
