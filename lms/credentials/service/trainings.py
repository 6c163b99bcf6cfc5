"""Training from elsewhere and old paper: entered with a scan, counted once a second person has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.access.models import Role
from lms.access.service import hands_of
from lms.attendance.models import Trust
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid
from lms.core.given import scan_of
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.credentials import rules
from lms.credentials.events import TrainingCounted
from lms.credentials.models import EnteredTraining, HoursKind, HoursLine, TrainingKind
from lms.credentials.service.chain import enter_checked, enter_hours
from lms.credentials.service.retraining import judge_demands
from lms.registry.models import Person
from lms.registry.queries import post_on
from lms.registry.rules import OTHER_STAFF

MOST_BYTES = 20 * 1024 * 1024
TRUST = {TrainingKind.OUTSIDE: Trust.PAPER, TrainingKind.BACKFILL: Trust.BACKFILL}


class NotAScan(Invalid):
    code = "training-not-a-scan"
    sentence = _l("请传证书或记录的扫描件：PDF、JPG 或 PNG，20 MB 以内。")


class SamePerson(Conflict):
    code = "training-same-person"
    sentence = _l("登记的人和受训的本人都不能审核，请另一位来看。")


class AlreadyChecked(Conflict):
    code = "training-already-checked"
    sentence = _l("这一条已经有人审核过了。")


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed of a training. hours: 学时 of it all. level: of 三级教育, "" where it is none."""

    kind: TrainingKind
    title: str
    organizer: str
    starts_on: date
    ends_on: date
    hours: Decimal
    level: str


def enter_training(uow: UnitOfWork, person: Person, entered: Entered, file_name: str, scan: BinaryIO) -> EnteredTraining:
    """Keep a training with its scan; it counts nothing yet. Raises NotAScan, WrongDays, Impossible."""
    rules.by_day(entered.hours, entered.starts_on, entered.ends_on, uow.today, rules.counting_on(entered.ends_on))
    read = scan_of(scan, MOST_BYTES)
    if read is None:
        raise NotAScan
    content, media_type = read
    row = EnteredTraining(
        enterprise_id=person.enterprise_id, person_id=person.id, kind=entered.kind, title=entered.title,
        organizer=entered.organizer, starts_on=entered.starts_on, ends_on=entered.ends_on, hours=entered.hours,
        level=entered.level or None, file_name=file_name[-200:], media_type=media_type, size=len(content),
        sha256=storage().put(content), entered_by=uow.actor.name, entered_key=uow.actor.key, entered_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    return row


def accept_training(uow: UnitOfWork, training: EnteredTraining) -> None:
    """A second person saw the scan: its hours enter the ledger, a line for each day.

    Raises SamePerson, AlreadyChecked, DayFull.
    """
    _look(uow, training)
    counting = rules.counting_on(training.ends_on)
    days = rules.by_day(training.hours, training.starts_on, training.ends_on, uow.today, counting)
    there = select(HoursLine.earned_on, func.sum(HoursLine.hours)).group_by(HoursLine.earned_on)
    held = there.where(HoursLine.person_id == training.person_id, HoursLine.earned_on.in_(days))
    rules.check_days(days, dict(uow.session.execute(held).all()), counting)
    training.accepted = True
    enter_checked(uow, training)
    for day, hours in days.items():
        _append(uow, training, HoursKind.EARNED, day, hours, f"{training.title}，经第二人审核")
    _follow(uow, training)


def refuse_training(uow: UnitOfWork, training: EnteredTraining, reason: str) -> None:
    """A second person does not accept it, with the reason; it never counts. Raises SamePerson, AlreadyChecked."""
    _look(uow, training)
    training.accepted, training.reason = False, reason
    enter_checked(uow, training)


def void_training(uow: UnitOfWork, training: EnteredTraining, reason: str) -> None:
    """What was accepted turned out to be wrong: new lines take its hours back. Raises AlreadyChecked when it counts nothing."""
    uow.session.refresh(training, with_for_update=True)
    if not training.counts:
        raise AlreadyChecked
    training.voided_at, training.reason = uow.now, reason
    enter_checked(uow, training)
    earned = select(HoursLine).where(HoursLine.training_id == training.id, HoursLine.kind == HoursKind.EARNED)
    for line in uow.session.scalars(earned).all():
        _append(uow, training, HoursKind.VOIDED, line.earned_on, -line.hours, f"作废：{reason}")
    _follow(uow, training)


def _follow(uow: UnitOfWork, training: EnteredTraining) -> None:
    """What was asked anew of the person may be met now, or not any more. Says TrainingCounted."""
    if training.level is not None:
        uow.session.flush()
        judge_demands(uow, training.person_id)
    uow.say(TrainingCounted(training.person_id, at=uow.now))


def _look(uow: UnitOfWork, training: EnteredTraining) -> None:
    uow.session.refresh(training, with_for_update=True)
    if training.checked_at is not None:
        raise AlreadyChecked
    own = {training.entered_key, f"person:{training.person_id}"} & hands_of(uow)
    if own and not uow.actor.holds(Role.SYSTEM):
        raise SamePerson
    training.checked_by, training.checked_at = uow.actor.name, uow.now


def _append(uow: UnitOfWork, training: EnteredTraining, kind: HoursKind, day: date, hours: Decimal, reason: str) -> None:
    post = post_on(uow, training.person_id, day)
    line = HoursLine(
        id=new_id(), enterprise_id=training.enterprise_id, person_id=training.person_id, training_id=training.id, kind=kind,
        hours=hours, category=post.category if post else OTHER_STAFF, trust=TRUST[training.kind].value, earned_on=day,
        rule=rules.counting_on(training.ends_on).version, reason=reason[:200], recorded_at=uow.now,
    )  # fmt: skip
    enter_hours(uow, line)
