"""Campaigns, lectures and standings for tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.attendance.models import Presence, PresenceStatus
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.campaigns.rules import Plan
from lms.core.clock import ZONE, now
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, Jurisdiction
from tests.world import LONG_AGO, Side

SYSTEM = Actor.system("test")
INDUSTRIES = ("工贸", "烟花爆竹", "建筑施工", "人员密集")
_numbers = count(1)


def plan(today: date, **other: Any) -> Plan:
    values: dict[str, Any] = {
        "title": "企业主要负责人讲安全课", "industries": INDUSTRIES, "starts_on": today, "due_on": today + timedelta(days=18),
        "head_lectures": True, "min_minutes": 60, "min_attendance": 90, "pass_mark": 80,
    }  # fmt: skip
    return Plan(**(values | other))


def flat(answer: TestResponse) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def add_enterprises(uow: UnitOfWork, street_id: UUID, number: int, *, officer: str | None = "李强") -> list[UUID]:
    """Enterprises in a street, of all industries in turn."""
    made = [
        Enterprise(
            name=f"测试企业{next(_numbers):05}", uscc=f"T{next(_numbers):017}", jurisdiction_id=street_id,
            industry=INDUSTRIES[index % len(INDUSTRIES)], officer_name=officer, created_at=uow.now,
        )
        for index in range(number)
    ]  # fmt: skip
    uow.session.add_all(made)
    uow.session.flush()
    return [enterprise.id for enterprise in made]


def add_street(uow: UnitOfWork, district_id: UUID, code: str, name: str, level: str = "乡级") -> UUID:
    parent = uow.session.get_one(Jurisdiction, district_id)
    street = Jurisdiction(code=code, name=name, level=level, parent_id=parent.id, path=f"{parent.path}{code}/")
    uow.session.add(street)
    uow.session.flush()
    return street.id


def officer_over(jurisdiction_id: UUID, username: str, name: str, ends_on: date | None = None) -> User:
    user = User(username=username, name=name, password_hash="not a password", created_at=now())
    held = Membership(role=Role.OFFICER, jurisdiction_id=jurisdiction_id, starts_on=LONG_AGO, ends_on=ends_on)
    user.memberships.append(held)
    return user


def launch(uow: UnitOfWork, side: Side, jurisdiction: Jurisdiction | None = None, **other: Any) -> Campaign:
    """A launched campaign of this side's district, or of another jurisdiction."""
    jurisdiction = jurisdiction or uow.session.get_one(Jurisdiction, side.district_id)
    campaign = campaigns.draft(uow, jurisdiction, plan(uow.today, **other))
    campaigns.launch(uow, campaign)
    return campaign


def hold(
    uow: UnitOfWork,
    side: Side,
    campaign: Campaign,
    *,
    state: LectureState = LectureState.CLOSED,
    by_head: bool = True,
    minutes: int = 60,
    people: Sequence[str] = ("passed",) * 4,
) -> Lecture:
    """A lecture of this side's enterprise for a campaign, with the facts of each person.

    people: of those expected, in the order of the roster: passed, failed (examined), attended, absent, excused, extra.
    """
    own = {"enterprise_id": side.enterprise_id}
    lecture = Lecture(
        **own, campaign_id=campaign.id, title="粉尘防爆", number=next(_numbers), year=uow.today.year, state=state,
        lecturer_id=side.head_id, lecturer_is_head=by_head, audience={}, created_by="赵倩", created_at=uow.now,
    )  # fmt: skip
    uow.session.add(lecture)
    uow.session.flush()
    start = datetime.combine(uow.today, time(9), ZONE)
    closed = state is LectureState.CLOSED
    uow.session.add(
        Sitting(
            **own, lecture_id=lecture.id, place="会议室", planned_starts_at=start, planned_ends_at=start + timedelta(hours=1),
            started_at=start if closed else None, ended_at=start + timedelta(minutes=minutes, seconds=30) if closed else None,
        )
    )  # fmt: skip
    for person_id, kind in zip(side.person_ids, people, strict=False):
        attend(uow, side, lecture, person_id, kind, decided=closed)
    uow.session.flush()
    return lecture


def attend(uow: UnitOfWork, side: Side, lecture: Lecture, person_id: UUID, kind: str, *, decided: bool) -> None:
    of_lecture = {"enterprise_id": side.enterprise_id, "lecture_id": lecture.id, "person_id": person_id}
    uow.session.add(
        Attendee(
            **of_lecture, department_name="压榨车间", category="其他从业人员", is_extra=kind == "extra",
            excused_reason="病假" if kind == "excused" else None,
        )
    )  # fmt: skip
    came = kind in ("passed", "failed", "attended", "extra")
    status = PresenceStatus.PRESENT if came else PresenceStatus.ABSENT
    if decided:
        uow.session.add(Presence(**of_lecture, status=status, settled_at=uow.now))
        passed = kind in ("passed", "extra")
        score = 95 if passed else 40 if kind == "failed" else None
        uow.session.add(
            Completion(
                **of_lecture, completed=passed, attended=came, examined=passed or kind == "failed", passed=passed,
                score=score, reasons=[], decided_at=uow.now,
            )
        )  # fmt: skip
