"""Somebody is put on the roster, works elsewhere or as something else, has left, or is back: who said so, when and by what is an
entry of the chain, for lectures, hours and rates rest on who was on the roster.
"""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.ledger.service import append
from lms.registry.models import PersonPost

JOINED, MOVED, LEFT, RETURNED = "person.joined", "person.moved", "person.left", "person.returned"
TAKEN_BACK = "person.import-taken-back"


class Way(enum.StrEnum):
    """By what a roster is changed. Values stand in the chain; never renamed."""

    HAND = "hand"  # 逐人登记
    IMPORT = "import"  # 导入花名册
    DIRECTORY = "directory"  # 企业的人员目录（SCIM）


def enter(
    uow: UnitOfWork, kind: str, enterprise_id: UUID, person_id: UUID, way: Way, *,
    before: str | None = None, after: str | None = None, last_on: date | None = None, first_on: date | None = None,
) -> None:  # fmt: skip
    """before, after: a line in words, see in_words. last_on: the last day of the one before; None where it was overwritten.
    first_on: the day from which the first line of somebody new holds, which may be long before it was told.
    """
    fact = {"actor": uow.actor.key, "way": way.value, "before": before, "after": after, "last_on": last_on, "first_on": first_on}
    append(uow, enterprise_id, kind, person_id, fact)


def in_words(department: str | None, post: str | None, shift: str | None, category: str | None, relation: str | None) -> str:
    """A line of the roster as it was that day, whatever its department is called later."""
    return " · ".join(one for one in (department, post, shift, category, relation) if one)


def line_in_words(line: PersonPost) -> str:
    """The same of a row."""
    department = line.department.name if line.department else None
    return in_words(department, line.post, line.shift, line.category, line.relation)
