"""Somebody leaves the enterprise, or it was a mistake."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.models import Membership, Role
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.registry.models import HeadAppointment, Person, PersonPost
from lms.registry.service.forgotten import check_known
from lms.registry.service.moved import LEFT, RETURNED, Way, enter, line_in_words


class LeftInTheFuture(Invalid):
    code = "left-on"
    sentence = _l("离职日期不能晚于今天，也不能早于入职日期。")


class AlreadyLeft(Conflict):
    code = "already-left"
    sentence = _l("这个人已经登记离职了。")


def leave(uow: UnitOfWork, person: Person, on: date, way: Way = Way.HAND) -> None:
    """From the day after `on` the person is off the roster, and nothing they held runs any longer; the records stay.

    Their running post, appointment as head and memberships end on that day. Raises LeftInTheFuture, AlreadyLeft.
    """
    if person.left_on is not None:
        raise AlreadyLeft
    if on > uow.today or (person.hired_on and on < person.hired_on):
        raise LeftInTheFuture
    person.left_on = on
    running = _running(uow, person)
    for row in running:
        row.ends_on = max(on, row.starts_on)
    before = next((line_in_words(row) for row in running if isinstance(row, PersonPost)), None)
    enter(uow, LEFT, person.enterprise_id, person.id, way, before=before, last_on=on)


def come_back(uow: UnitOfWork, person: Person, way: Way = Way.HAND) -> None:
    """It was a mistake: everything that ended with the leaving runs on. Who did not leave stays as they are. Raises Forgotten."""
    check_known(person)
    if person.left_on is None:
        return
    ended = _ended_with(uow, person, person.left_on)
    for row in ended:
        row.ends_on = None
    person.left_on = None
    after = next((line_in_words(row) for row in ended if isinstance(row, PersonPost)), None)
    enter(uow, RETURNED, person.enterprise_id, person.id, way, after=after)


def _running(uow: UnitOfWork, person: Person) -> list[PersonPost | HeadAppointment | Membership]:
    posts = uow.session.scalars(select(PersonPost).where(PersonPost.person_id == person.id, PersonPost.ends_on.is_(None)))
    heads = uow.session.scalars(
        select(HeadAppointment).where(HeadAppointment.person_id == person.id, HeadAppointment.ends_on.is_(None))
    )
    held = uow.session.scalars(select(Membership).where(Membership.person_id == person.id, Membership.ends_on.is_(None)))
    return [*posts, *heads, *held]


def _ended_with(uow: UnitOfWork, person: Person, on: date) -> list[PersonPost | HeadAppointment | Membership]:
    """The last post, and the appointment and memberships of that day; not those of a head where somebody else is head by now."""
    ended: list[PersonPost | HeadAppointment | Membership] = list(
        uow.session.scalars(
            select(PersonPost).where(PersonPost.person_id == person.id).order_by(PersonPost.starts_on.desc()).limit(1)
        )
    )
    successor = select(HeadAppointment.id).where(
        HeadAppointment.enterprise_id == person.enterprise_id, HeadAppointment.ends_on.is_(None)
    )
    held = [Membership.person_id == person.id, Membership.ends_on == on]
    if uow.session.scalar(successor) is not None:
        held.append(Membership.role != Role.HEAD)
    else:
        ended += uow.session.scalars(
            select(HeadAppointment).where(HeadAppointment.person_id == person.id, HeadAppointment.ends_on == on)
        )
    ended += uow.session.scalars(select(Membership).where(*held))
    return ended
