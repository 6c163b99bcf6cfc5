"""One person at a time: put on the roster, or at work elsewhere from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.rules import RosterPerson, RosterReading
from lms.registry.service.forgotten import check_known
from lms.registry.service.heads import Head, appoint
from lms.registry.service.leaving import AlreadyLeft
from lms.registry.service.people import HEAD, import_people, plan_people


class AlreadyThere(Conflict):
    """params: person_id, too, of whoever it is."""

    code = "already-on-roster"
    sentence = _l("花名册上已经有%(name)s。是同一个人，就在他的页面上改；不是的话，再填上工号、手机号或身份证号。")


class WorkNumberTaken(Conflict):
    code = "work-number-taken"
    sentence = _l("这个工号是%(name)s的。")


class MovedOnNoDay(Invalid):
    code = "moved-on"
    sentence = _l("日期不能晚于今天，也不能早于现在这个岗位的起始日。")


def join(uow: UnitOfWork, enterprise: Enterprise, told: RosterPerson) -> Person:
    """Put somebody new on the roster today, as importing a roster with them would.

    Raises AlreadyThere for whoever a roster would know again, somebody who left included, and WorkNumberTaken.
    """
    alone = RosterReading(None, 0, (), (told,), (), (), (), (), {})
    plan = plan_people(uow, enterprise.id, alone)
    known = [change.known for change in plan.changed] + [one for one, _told in plan.unchanged]
    if known:
        raise AlreadyThere(name=known[0].name, person_id=known[0].id)
    same_number = Person.enterprise_id == enterprise.id, Person.work_no == told.work_no, Person.left_on.is_(None)
    if told.work_no and (name := uow.session.scalar(select(Person.name).where(*same_number).limit(1))):
        raise WorkNumberTaken(name=name)
    import_people(uow, enterprise, alone)
    new = Person.enterprise_id == enterprise.id, Person.name == told.name, Person.created_at == uow.now
    return uow.session.scalars(select(Person).where(*new).order_by(Person.id.desc()).limit(1)).one()


def move(uow: UnitOfWork, person: Person, told: Mapping[str, str | None], on: date) -> bool:
    """Where somebody works and as what from `on`; the line before ends the day before, one that began that day was a slip.

    told: department by name (a new one is made), post, shift, category and relation. Whether anything is different. Who becomes
    主要负责人 heads the enterprise from today. Raises Forgotten, AlreadyLeft, MovedOnNoDay.
    """
    check_known(person)
    if person.left_on is not None:
        raise AlreadyLeft
    running = uow.session.scalar(select(PersonPost).where(PersonPost.person_id == person.id, PersonPost.ends_on.is_(None)))
    if on > uow.today or (running and on < running.starts_on):
        raise MovedOnNoDay
    line = {name: told.get(name) or None for name in ("post", "shift", "category", "relation")}
    values = line | {"department_id": _department(uow, person, told.get("department"))}
    if running and all(getattr(running, name) == value for name, value in values.items()):
        return False
    if told["category"] == HEAD and not (running and running.category == HEAD):
        appoint(uow, [Head(person.enterprise_id, person.name, person.phone, person.id)], uow.today)
    if running and running.starts_on == on:
        for name, value in values.items():
            setattr(running, name, value)
        return True
    if running:
        running.ends_on = on - timedelta(days=1)
        uow.session.flush()  # a running line ends before the next begins
    uow.session.add(PersonPost(enterprise_id=person.enterprise_id, person_id=person.id, starts_on=on, **values))
    return True


def _department(uow: UnitOfWork, person: Person, name: str | None) -> UUID | None:
    if not name:
        return None
    own = Department.enterprise_id == person.enterprise_id
    found = uow.session.scalar(select(Department).where(own, Department.name == name))
    if found is None:
        found = Department(enterprise_id=person.enterprise_id, name=name)
        uow.session.add(found)
        uow.session.flush()
    return found.id
