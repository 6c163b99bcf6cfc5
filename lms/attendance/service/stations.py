"""Tablets and leaders' phones on which people check in: invited, opened once on one device, revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.models import Station, StationKind
from lms.attendance.queries.stations import station_by_key
from lms.core.crypto import keyring
from lms.core.errors import Conflict, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import LectureState, Sitting

CODE_LIFE = timedelta(minutes=10)  # a kiosk is opened while somebody stands in front of it
AFTER_THE_END = timedelta(hours=12)  # a shift that runs over, people who come back to check out


class SittingOver(Conflict):
    code = "sitting-over"
    sentence = _l("这一场已经结束，不用再加签到设备。没赶上的人，请在名单里补登。")


class InvitationGone(Problem):
    status = 410
    code = "station-invitation-gone"
    sentence = _l("这个链接或配对码用过了、过期了，或者不对。请培训管理员在“签到设备”页重新生成一个。")


class StationGone(Problem):
    status = 410
    code = "station-gone"
    sentence = _l("这台设备已经停用或到期，名单已从设备上删除。已经签的不会丢。还要用，请培训管理员重新生成链接。")


def add_station(
    uow: UnitOfWork, sitting: Sitting, kind: StationKind, *, team: str | None = None, leader: str | None = None
) -> Station:
    """Invite one device to take check-ins of a sitting. team: a department on its list; leader: who passes the phone round.

    Raises SittingOver.
    """
    if sitting.closed_at is not None or sitting.lecture.state not in (
        LectureState.DRAFT,
        LectureState.NOTIFIED,
        LectureState.OPEN,
    ):
        raise SittingOver
    expires_at = max(sitting.planned_ends_at, uow.now) + AFTER_THE_END
    station = Station(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, kind=kind,
        team=team, leader=leader, created_by=uow.actor.name, created_at=uow.now, expires_at=expires_at,
        invitation=(invitation := secrets.token_urlsafe(18)), invitation_hash=keyring().fingerprint(invitation),
        invited_until=expires_at,
    )  # fmt: skip
    if kind is StationKind.KIOSK:
        station.code = f"{secrets.randbelow(100_000_000):08}"
        station.code_hash = _hash_of_code(station.code)
        station.invited_until = uow.now + CODE_LIFE
    uow.session.add(station)
    uow.session.flush()
    return station


def renew(uow: UnitOfWork, station: Station) -> Station:
    """Another device takes over: the one that has it now is revoked. Raises SittingOver."""
    revoke(uow, station)
    return add_station(uow, station.sitting, station.kind, team=station.team, leader=station.leader)


def invited(uow: UnitOfWork, *, invitation: str = "", code: str = "") -> Station:
    """The station that this link or code still opens. Raises InvitationGone."""
    wanted = (
        Station.invitation_hash == keyring().fingerprint(invitation) if invitation else Station.code_hash == _hash_of_code(code)
    )
    station = uow.session.scalar(select(Station).where(wanted).with_for_update())
    if station is None or station.revoked_at or station.paired_at or uow.now > station.invited_until:
        raise InvitationGone
    return station


def pair(uow: UnitOfWork, station: Station) -> str:
    """Open a station on the device that asks; returns the key it proves itself with from now on. The invitation is used up."""
    key = secrets.token_urlsafe(32)
    station.key_hash, station.paired_at, station.seen_at = keyring().fingerprint(key), uow.now, uow.now
    station.invitation = station.invitation_hash = station.code = station.code_hash = None
    return key


def revoke(uow: UnitOfWork, station: Station) -> None:
    """Stop a station: it gets no more names, and what it still sends is looked at by the trainer. Safe to do again."""
    if station.revoked_at is None:
        station.revoked_at, station.revoked_by = uow.now, uow.actor.name
        station.invitation = station.invitation_hash = station.code = station.code_hash = None


def station_of_key(uow: UnitOfWork, key: str) -> Station:
    """The station a device holds the key of, revoked or expired ones too; the unit of work acts in its name from here on.

    Raises StationGone for a key of none.
    """
    station = station_by_key(uow, keyring().fingerprint(key)) if key else None
    if station is None:
        raise StationGone
    uow.actor = Actor(key=f"station:{station.id}", name=station.leader or "签到机", held=())
    return station


def check_in_use(uow: UnitOfWork, station: Station) -> None:
    """Raises StationGone when a station is revoked or over its time: it gets no names then."""
    if station.revoked_at is not None or uow.now > station.expires_at:
        raise StationGone


def _hash_of_code(code: str) -> str:
    return keyring().fingerprint(f"station-code:{code}")
