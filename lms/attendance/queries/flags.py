"""The flags of a lecture, gathered from its facts, with who has looked at which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from lms.access.reach import may_at_all
from lms.attendance.models import AttendanceEvent, FlagResolution, Presence, RefusedClaim, Scan, counts
from lms.attendance.queries.rechecks import rechecks_in
from lms.attendance.rules import flags as rules
from lms.attendance.rules.rechecks import answered
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LecturerMark, Witness
from lms.lectures.rules import PHONES
from lms.registry.models import Person
from lms.registry.rules.names import called


@dataclass(frozen=True, slots=True)
class Shown:
    """A flag in words. others: further people in it. department: of a person on the list, else "".

    earlier: the part of its reason that says who had looked before the last of it was known, else "". resolved_by, resolved_at:
    who found it explained; None while nobody has.
    """

    kind: str
    subject: str
    person_id: UUID | None
    name: str
    department: str
    reason: str
    earlier: str
    others: tuple[UUID, ...]
    resolved_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look answers or has answered: a flag, or those of several people on one phone, named together."""

    kind: str
    subject: str
    name: str
    reason: str
    resolved_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags of a lecture, those nobody has looked at first. editable: for a trainer.

    asked, answered: the open and the resolved ones as the page lists and counts them.
    """

    lecture_id: UUID
    open: tuple[Shown, ...]
    resolved: tuple[Shown, ...]
    asked: tuple[Look, ...]
    answered: tuple[Look, ...]
    editable: bool

    @property
    def missed(self) -> dict[str, int]:
        """Missed re-checks nobody has looked at: department → how many."""
        return Counter(flag.department for flag in self.open if flag.kind == rules.MISSED_RECHECK)


def flags(uow: UnitOfWork, lecture: Lecture) -> list[rules.Flag]:
    """What somebody should look at in a lecture, in eight queries however many people there are."""
    events: Iterable[Any] = uow.session.execute(
        select(
            AttendanceEvent.person_id, AttendanceEvent.mark, AttendanceEvent.scanned_at, AttendanceEvent.recorded_at,
            AttendanceEvent.method, AttendanceEvent.trust, AttendanceEvent.device_id,
            AttendanceEvent.station_id, AttendanceEvent.clock_offset, AttendanceEvent.device_at,
        ).where(AttendanceEvent.lecture_id == lecture.id, counts())
    )  # fmt: skip
    seen = [rules.Seen(*row) for row in events]
    extras = uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id, Attendee.is_extra))
    opened = [sitting.opened_at for sitting in lecture.sittings if sitting.opened_at]
    ended = [sitting.ended_at for sitting in lecture.sittings if sitting.ended_at]
    return rules.flags_of(
        seen,
        opened_at=min(opened, default=None),
        until=max(ended) if ended and lecture.is_held else uow.now,
        elsewhere=_elsewhere(uow, lecture, seen),
        extras=extras.all(),
        missed=_missed(uow, lecture, seen),
        refused=_refused(uow, lecture),
        spoke=_spoke(uow, lecture),
    )


def was_theirs(uow: UnitOfWork, device_id: str, person_id: UUID, before: datetime) -> bool:
    """Whether a phone was used as this person's before a time, to check in or as the lecturer."""
    checked_in = select(AttendanceEvent.id).where(
        AttendanceEvent.person_id == person_id, AttendanceEvent.device_id == device_id, AttendanceEvent.recorded_at < before
    )
    spoke = _lecturers_phones().where(LecturerMark.person_id == person_id, Scan.device_id == device_id, Scan.scanned_at < before)
    return uow.session.scalar(select(checked_in.exists() | spoke.exists())) or False


def used_by(uow: UnitOfWork, enterprise_id: UUID, devices: Collection[str]) -> dict[str, dict[UUID, datetime]]:
    """Who ever checked in on each of some phones, and since when that is known."""
    found: dict[str, dict[UUID, datetime]] = defaultdict(dict)
    if devices:
        rows = uow.session.execute(
            select(AttendanceEvent.device_id, AttendanceEvent.person_id, func.min(AttendanceEvent.recorded_at))
            .where(AttendanceEvent.enterprise_id == enterprise_id, AttendanceEvent.method.in_(rules.OWN_PHONE), counts())
            .where(AttendanceEvent.device_id.in_(devices))
            .group_by(AttendanceEvent.device_id, AttendanceEvent.person_id)
        )
        for device_id, person_id, since in rows:
            found[device_id or ""][person_id] = since
    return found


def _lecturers_phones() -> Select[UUID, Witness, datetime, str]:
    """What lecturers confirmed on a phone, with the scan that it rests on."""
    scanned = (Scan.sitting_id == LecturerMark.sitting_id) & (Scan.scanned_at == LecturerMark.at)
    return (
        select(LecturerMark.person_id, LecturerMark.witness, LecturerMark.recorded_at, Scan.device_id)
        .join(Scan, scanned)
        .where(LecturerMark.witness.in_(PHONES))
    )


def _spoke(uow: UnitOfWork, lecture: Lecture) -> list[rules.Spoke]:
    """The phones of lecturers who said on the spot whose they are, with everybody else who ever checked in on them."""
    named = (LecturerMark.lecture_id == lecture.id, LecturerMark.witness != Witness.OWN_PHONE)
    marks = uow.session.execute(_lecturers_phones().where(*named)).all()
    users = used_by(uow, lecture.enterprise_id, {mark.device_id for mark in marks})
    found = []
    for mark in marks:
        others = tuple((who, since) for who, since in users[mark.device_id].items() if who != mark.person_id)
        lent = mark.witness == Witness.LENT_PHONE and not any(since <= mark.recorded_at for _who, since in others)
        found.append(rules.Spoke(mark.person_id, mark.recorded_at, lent, others))
    return found


def flags_page(uow: UnitOfWork, lecture: Lecture) -> Flags:
    """The flags of a lecture in words, with who has looked at which."""
    found = flags(uow, lecture)
    looked = resolutions_of(uow, lecture.id)
    people = {who for flag in found for who in (flag.person_id, *flag.others) if who}
    rows = uow.session.execute(
        select(Person.id, Person.name, Person.work_no, Attendee.department_name)
        .outerjoin(Attendee, (Attendee.person_id == Person.id) & (Attendee.lecture_id == lecture.id))
        .where(Person.id.in_(people))
    ).all()
    names = {person_id: called(name, work_no) for person_id, name, work_no, _department in rows}
    departments = {person_id: department or "" for person_id, _name, _work_no, department in rows}
    shown: list[Shown] = []
    looks: dict[tuple[object, ...], list[Shown]] = defaultdict(list)
    for flag in found:
        row, earlier = explained(flag, looked), ""
        before = next((one for one in looked if flag.is_about(one.kind, one.subject)), None)
        if row is None and before is not None:
            earlier = _(
                "%(who)s %(when)s 核实过，这是之后的情况。",
                who=before.resolved_by,
                when=clock.hour(before.resolved_at),
            )
        name = names.get(flag.person_id, "") if flag.person_id else _nobody(flag)
        shown.append(
            Shown(
                flag.kind, flag.subject, flag.person_id, name, departments.get(flag.person_id, "") if flag.person_id else "",
                reason_of(flag, names) + earlier, earlier, flag.others,
                row.resolved_by if row else None, row.resolved_at if row else None,
            )
        )  # fmt: skip
        looks[*flag.look, shown[-1].resolved_by, shown[-1].resolved_at].append(shown[-1])
    told = [_look(those, names) for those in looks.values()]
    return Flags(
        lecture.id,
        tuple(one for one in shown if one.resolved_by is None),
        tuple(one for one in shown if one.resolved_by is not None),
        tuple(one for one in told if one.resolved_by is None),
        tuple(one for one in told if one.resolved_by is not None),
        editable=may_at_all(uow.actor, "attendance.enter"),
    )


def _look(flags: list[Shown], names: dict[UUID, str]) -> Look:
    first, reason = flags[0], flags[0].reason
    if len(flags) > 1:
        here = {flag.person_id for flag in flags}
        rest = _("、").join(names.get(other, "—") for other in first.others if other not in here)
        reason = (
            _("这 %(n)s 人与%(names)s用同一部手机签到。", n=len(flags), names=rest)
            if rest
            else _("这 %(n)s 人用同一部手机签到。", n=len(flags))
        ) + "".join(dict.fromkeys(flag.earlier for flag in flags))
    name = _("、").join(flag.name for flag in flags)
    return Look(first.kind, first.subject, name, reason, first.resolved_by, first.resolved_at)


def resolutions_of(uow: UnitOfWork, lecture_id: UUID) -> list[FlagResolution]:
    """Who looked at the flags of a lecture, the latest first."""
    rows = select(FlagResolution).where(FlagResolution.lecture_id == lecture_id)
    return list(uow.session.scalars(rows.order_by(FlagResolution.resolved_at.desc(), FlagResolution.id.desc())))


def explained(flag: rules.Flag, looked: Iterable[FlagResolution]) -> FlagResolution | None:
    """The line of whoever has looked at all there is to a flag; None while nobody has."""
    return next((row for row in looked if flag.explained_by(row.kind, row.subject, row.resolved_at)), None)


def reason_of(flag: rules.Flag, names: dict[UUID, str]) -> str:
    """Why a flag is raised, in one sentence; what may be innocent about it is said too."""
    values: dict[str, Any] = {"n": flag.number, "time": clock.hour(flag.at) if flag.at else ""}
    match flag.kind:
        case rules.SAME_DEVICE:
            return _("与%(names)s用同一部手机签到。", names=_("、").join(names.get(other, "—") for other in flag.others))
        case rules.BURST:
            return _(
                "%(time)s 起 40 秒内，%(n)s 人由 %(devices)s 台手机或签到设备签到；一台设备登记一个人至少要几秒。",
                devices=flag.devices, **values,
            )  # fmt: skip
        case rules.TWO_AT_ONCE:
            return _("在场期间，%(time)s 还在「%(title)s」有签到记录。", title=flag.title, **values)
        case rules.CLOCK_OFF if flag.person_id is None:
            return _("一台签到设备的时钟与服务器相差 %(n)s 分钟，那里的签到时间已按服务器校正，请把设备时钟调准。", **values)
        case rules.CLOCK_OFF:
            return _("离线签到的时间 %(time)s 与服务器相差 %(n)s 分钟，手机时钟可能不准。", **values)
        case rules.OTHER_PHONE:
            return _(
                "%(time)s 这部手机拿别的手机的扫码（%(whose)s）来签到，没有记录。也可能是浏览器没有保存 Cookie。",
                whose=_whose(flag, names), **values,
            )  # fmt: skip
        case rules.CLAIMED:
            return _(
                "%(time)s 想用已经算给%(whose)s的扫码再签到，没有记录。也可能是同一部手机换人时没有重新扫码。",
                whose=_whose(flag, names), **values,
            )  # fmt: skip
        case rules.LENT_PHONE:
            used = _("；").join(_used(flag, names))
            return _("%(time)s 确认讲课的手机，%(used)s。请核实是不是本人在讲。", used=used, **values)
        case rules.NOT_ON_LIST:
            return _("不在应到名单上，有签到：本人点了“我也参加了”，或者由培训管理员录入、放行。")
        case _:
            if flag.number > 1:
                return _("%(n)s 次在场复核没有回应，最近一次 %(time)s，可能没看手机。", **values)
            return _("%(time)s 的在场复核没有回应，可能没看手机。", **values)


def _nobody(flag: rules.Flag) -> str:
    """What a flag that is about no one person is called."""
    if flag.kind in (rules.OTHER_PHONE, rules.CLAIMED):
        return _("没有登录的手机")
    return _("签到设备") if flag.kind == rules.CLOCK_OFF else _("整场")


def _used(flag: rules.Flag, names: dict[UUID, str]) -> list[str]:
    """What else a lecturer's phone was used for."""
    others = _("、").join(names.get(other, "—") for other in flag.others)
    signed_in = [_("在上面登录过别人的账号")] if flag.number else []
    return [*signed_in, *([_("用它签到过的还有%(names)s", names=others)] if others else [])]


def _whose(flag: rules.Flag, names: dict[UUID, str]) -> str:
    return _("、").join(names.get(other, "—") for other in flag.others) or _("还没有确认是谁的")


def _refused(uow: UnitOfWork, lecture: Lecture) -> list[rules.Refused]:
    rows = uow.session.execute(
        select(
            RefusedClaim.claim_id, RefusedClaim.refused_at, RefusedClaim.other_phone, RefusedClaim.person_id,
            AttendanceEvent.person_id,
        )
        .outerjoin(AttendanceEvent, AttendanceEvent.claim_id == RefusedClaim.claim_id)
        .where(RefusedClaim.lecture_id == lecture.id)
    )  # fmt: skip
    return [rules.Refused(*row) for row in rows]


def _missed(uow: UnitOfWork, lecture: Lecture, seen: list[rules.Seen]) -> dict[UUID, list[datetime]]:
    """Who did not answer re-checks that are over, and when each was asked; a check-out within one is an answer too."""
    found: dict[UUID, list[datetime]] = defaultdict(list)
    marks: dict[UUID, list[datetime]] = defaultdict(list)
    for one in seen:
        if one.mark in ("recheck", "out"):
            marks[one.person_id].append(one.at)
    for row in rechecks_in(uow, lecture):
        if row.opens_at is None or row.until is None or row.until >= uow.now:
            continue
        for ask in row.asked:
            if not answered(marks[ask.person_id], row.opens_at, row.until):
                found[ask.person_id].append(row.opens_at)
    return found


def _elsewhere(uow: UnitOfWork, lecture: Lecture, seen: list[rules.Seen]) -> list[rules.Elsewhere]:
    """Marks of the same people in other lectures while this one was held."""
    if not seen:
        return []
    first, last = min(one.at for one in seen), max(max(one.at for one in seen), *_ends(uow, lecture))
    rows = uow.session.execute(
        select(
            AttendanceEvent.person_id, AttendanceEvent.lecture_id, AttendanceEvent.scanned_at, AttendanceEvent.recorded_at,
            Lecture.title,
        )
        .join(Lecture, Lecture.id == AttendanceEvent.lecture_id)
        .join(Presence, (Presence.person_id == AttendanceEvent.person_id) & (Presence.lecture_id == lecture.id))
        .where(
            AttendanceEvent.enterprise_id == lecture.enterprise_id,
            AttendanceEvent.lecture_id != lecture.id,
            counts(),
            AttendanceEvent.scanned_at.between(first, last),
        )
    )  # fmt: skip
    return [rules.Elsewhere(*row) for row in rows]


def _ends(uow: UnitOfWork, lecture: Lecture) -> list[datetime]:
    return [sitting.ended_at or uow.now for sitting in lecture.sittings]
