"""One person at a time: put on the roster, or at work elsewhere from today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core.crypto import keyring
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.registry.models import Department, Enterprise, HeadAppointment, Person, PersonPost
from lms.registry.rules import OTHER_STAFF, RosterPerson, RosterReading
from lms.registry.service.forgotten import check_known
from lms.registry.service.heads import Head, appoint, current_heads
from lms.registry.service.leaving import AlreadyLeft
from lms.registry.service.moved import MOVED, Way, enter, line_in_words
from lms.registry.service.people import HEAD, Known, import_people, plan_people

WORK = ("post", "shift", "category", "relation")


class AlreadyThere(Conflict):
    """params: person_id, too, of whoever it is."""

    code = "already-on-roster"
    sentence = _l("花名册上已经有%(name)s。是同一个人，就在他的页面上改；不是的话，再填上工号、手机号或身份证号。")


class Namesake(AlreadyThere):
    """Nothing is known of the one on the roster but the name."""

    code = "namesake-without-number"
    sentence = _l("花名册上的%(name)s没有登记号码，分不出是不是同一个人。先在他的页面上填手机号，再来新增。")


class WasThere(AlreadyThere):
    """It may be somebody who left, by the name alone."""

    code = "was-on-roster"
    sentence = _l("%(name)s以前在花名册上，已经离开。是他又回来了，填他登记过的手机号、身份证号或工号；是同名的人，填自己的。")


class WorkNumberTaken(Conflict):
    code = "work-number-taken"
    sentence = _l("这个工号是%(name)s的。")


class HeadsStill(Conflict):
    code = "heads-still"
    sentence = _l("%(name)s现在是主要负责人。先把接任的人的人员类别改成“主要负责人”，他的就跟着改了。")


def join(uow: UnitOfWork, enterprise: Enterprise, told: RosterPerson) -> Person:
    """Put somebody on the roster from today, as importing a roster with them would; who left begins a new line.

    Raises AlreadyThere for whoever a roster would know again, unless they left and a number says so, and WorkNumberTaken.
    """
    _one_at_a_time(uow, enterprise.id)
    alone = RosterReading(None, 0, (), (told,), (), (), (), (), {})
    plan = plan_people(uow, enterprise.id, alone)
    known = next(iter([change.known for change in plan.changed] + [one for one, _told in plan.unchanged]), None)
    if known:
        _check_returns(uow, known, told)
    same_number = Person.enterprise_id == enterprise.id, Person.work_no == told.work_no, Person.left_on.is_(None)
    if told.work_no and (name := uow.session.scalar(select(Person.name).where(*same_number).limit(1))):
        raise WorkNumberTaken(name=name)
    if told.category == HEAD:
        _step_down(uow, enterprise.id)
    import_people(uow, enterprise, alone, way=Way.HAND)
    if known:
        return uow.session.get_one(Person, known.id)
    new = Person.enterprise_id == enterprise.id, Person.name == told.name, Person.created_at == uow.now
    return uow.session.scalars(select(Person).where(*new).order_by(Person.id.desc()).limit(1)).one()


def move(uow: UnitOfWork, person: Person, told: Mapping[str, str | None]) -> bool:
    """Where somebody works and as what from today; the line before ends yesterday, one that began today was a slip.

    told: department by name (a new one is made), post, shift, category and relation. Whether anything is different. Who becomes
    主要负责人 heads the enterprise from today, and who did is 其他从业人员. Raises Forgotten, AlreadyLeft, HeadsStill.
    """
    check_known(person)
    _one_at_a_time(uow, person.enterprise_id)
    if person.left_on is not None:
        raise AlreadyLeft
    running = uow.session.scalar(_running(person.id))
    values = {name: told.get(name) or None for name in WORK} | {"department_id": _department(uow, person, told.get("department"))}
    if running and all(getattr(running, name) == value for name, value in values.items()):
        return False
    was, becomes = running is not None and running.category == HEAD, values["category"] == HEAD
    if was and not becomes and _is(current_heads(uow, [person.enterprise_id]).get(person.enterprise_id), person):
        raise HeadsStill(name=person.name)
    if becomes and not was:
        _step_down(uow, person.enterprise_id)
        appoint(uow, [Head(person.enterprise_id, person.name, person.phone, person.id)], uow.today)
    _from_today(uow, person, running, values)
    return True


def _one_at_a_time(uow: UnitOfWork, enterprise_id: UUID) -> None:
    """Of two at once the second waits here, then finds what the first one did."""
    uow.session.execute(select(Enterprise.id).where(Enterprise.id == enterprise_id).with_for_update(key_share=True))


def _check_returns(uow: UnitOfWork, known: Known, told: RosterPerson) -> None:
    """Whoever is known left before today, and a number says that it is them. Raises AlreadyThere, Namesake, WasThere."""
    who = {"name": known.name, "person_id": known.id}
    numbers = (known.work_no, known.phone_hash, known.id_number_hash)
    fingerprint = keyring().fingerprint
    hashes = (fingerprint(number) if number else None for number in (told.phone, told.id_number))
    given = (told.work_no, *hashes)
    if not any(one and one == other for one, other in zip(given, numbers, strict=True)):
        if any(given):
            raise Namesake(**who)
        if known.left_on is not None:
            raise WasThere(**who)
    if known.left_on is None or known.left_on >= uow.today:
        raise AlreadyThere(**who)


def _step_down(uow: UnitOfWork, enterprise_id: UUID) -> None:
    """Whoever heads the enterprise is 主要负责人 no longer by their post, either, from today."""
    head = current_heads(uow, [enterprise_id]).get(enterprise_id)
    if head is None:
        return
    them = Person.id == head.person_id if head.person_id else Person.name == head.name
    for person in uow.session.scalars(select(Person).where(Person.enterprise_id == enterprise_id, them)):
        running = uow.session.scalar(_running(person.id))
        if running and running.category == HEAD:
            kept = {name: getattr(running, name) for name in (*WORK, "department_id")}
            _from_today(uow, person, running, kept | {"category": OTHER_STAFF})
    uow.session.flush()


def _is(head: HeadAppointment | None, person: Person) -> bool:
    return head is not None and (head.person_id == person.id if head.person_id else head.name == person.name)


def _running(person_id: UUID) -> Any:
    mine = select(PersonPost).where(PersonPost.person_id == person_id, PersonPost.ends_on.is_(None))
    return mine.execution_options(populate_existing=True)


def _from_today(uow: UnitOfWork, person: Person, running: PersonPost | None, values: Mapping[str, Any]) -> None:
    """What was before today stays as it was."""
    before, last_on = line_in_words(running) if running else None, None
    if running and running.starts_on >= uow.today:
        line = running
        for name, value in values.items():
            setattr(running, name, value)
    else:
        if running:
            running.ends_on = last_on = uow.today - timedelta(days=1)
            uow.session.flush()  # a running line ends before the next begins
        line = PersonPost(enterprise_id=person.enterprise_id, person_id=person.id, starts_on=uow.today, **values)
        uow.session.add(line)
    uow.session.flush()
    uow.session.refresh(line, ["department"])
    enter(uow, MOVED, person.enterprise_id, person.id, Way.HAND, before=before, after=line_in_words(line), last_on=last_on)


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
