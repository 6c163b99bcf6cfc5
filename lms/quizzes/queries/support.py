"""Who needs what to take a quiz."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.quizzes.models import Support
from lms.registry.models import Person

FOUND = 20  # people a search shows


def supported(uow: UnitOfWork) -> list[Support]:
    """Everybody within reach who needs something, by name."""
    wanted = select(Support).join(Person).where(reach(uow, Support)).options(joinedload(Support.person)).order_by(Person.name)
    return list(uow.session.scalars(wanted))


def people_called(uow: UnitOfWork, text: str) -> list[Person]:
    """People within reach whose name or work number has these characters and who need nothing yet."""
    named = or_(Person.name.contains(text, autoescape=True), Person.work_no.contains(text, autoescape=True))
    known = select(Support.person_id)
    wanted = select(Person).where(reach(uow, Person), named, Person.left_on.is_(None), Person.id.not_in(known))
    return list(uow.session.scalars(wanted.order_by(Person.name, Person.id).limit(FOUND))) if text else []
