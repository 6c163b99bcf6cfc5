"""Lectures: planned, notified, held, closed; their sittings and expected people."""

from __future__ import annotations

import enum
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, exists, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import stored
from lms.campaigns.models import Campaign
from lms.core import clock
from lms.core.db import Base, Id, Json, Utc
from lms.lectures.models.lecturer import LecturerMark
from lms.lectures.rules.length import Shortfall, shortfall
from lms.registry.models import Enterprise, OfEnterprise, Person

MINUTE = timedelta(minutes=1)

if TYPE_CHECKING:
    from lms.lectures.models.material import Material


def _spoke_in(lecture_id: Any, held: Held) -> ColumnElement[bool]:
    """Whether somebody spoke in one of its sittings: of several, who speaks in one has to see what is asked of them."""
    return exists().where(LecturerMark.lecture_id == lecture_id, LecturerMark.person_id == held.person_id)


class LectureState(enum.StrEnum):
    DRAFT = "draft"  # 草稿
    NOTIFIED = "notified"  # 已通知
    OPEN = "open"  # 签到中
    CLOSED = "closed"  # 已结束
    ARCHIVED = "archived"  # 已归档
    CANCELLED = "cancelled"  # 已取消
    VOIDED = "voided"  # 已作废


HELD = (LectureState.CLOSED, LectureState.ARCHIVED)  # it was given, and what follows from it counts
CALLED_OFF = (LectureState.CANCELLED, LectureState.VOIDED)  # nothing follows from it


class Lecture(OfEnterprise, Base):
    """A safety lecture (安全课) of one enterprise. Once closed it is amended by new lines, never edited.

    lecturer_id: as registered. spoken_by_id: who spoke by the marks of the lecturer; of several the one who was not
    registered; None while nobody confirmed anything. lecturer_is_head: whether whoever spoke held the head's appointment on
    the day, and until that is known whoever is registered.
    min_presence: percent of the real length a person must be there. quiz_plan: the quiz asked for, as the fields of a
    QuizPlan; None: no quiz. audience: who is asked to come, as the fields of rules.Audience; makes_up_for_id: the lecture
    whose people this one is given for again (补课). copied_from_id: what it was planned after; series_id: the first of a
    series. passes_on_id: the lecture of somebody above that is passed on here (传达). level: of rules.levels, None where it
    gives none. recheck: each sitting asks by itself, at a random moment, who is there (在场复核).
    """

    __tablename__ = "lecture"
    __table_args__ = (
        CheckConstraint("min_presence BETWEEN 0 AND 100", name="presence_is_a_percentage"),
        Index(None, "enterprise_id", "created_at"),
        UniqueConstraint("enterprise_id", "year", "number"),
        Index(None, "campaign_id", "enterprise_id"),
        Index(None, "makes_up_for_id"),
        Index(None, "series_id"),
        Index(None, "passes_on_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id"))
    makes_up_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    copied_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    passes_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    title: Mapped[str] = mapped_column(String(120))
    theme: Mapped[str | None] = mapped_column(String(20))  # code of the theme it was planned for, whatever its title says
    level: Mapped[str | None] = mapped_column(String(10))
    number: Mapped[int]  # 期: counts within enterprise and year
    year: Mapped[int]
    state: Mapped[LectureState] = mapped_column(stored(LectureState), default=LectureState.DRAFT)
    lecturer_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    spoken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    lecturer_is_head: Mapped[bool]
    audience: Mapped[Json]
    quiz_plan: Mapped[Json | None]
    min_presence: Mapped[int] = mapped_column(default=80)
    recheck: Mapped[bool] = mapped_column(default=False)
    cancelled_reason: Mapped[str | None] = mapped_column(String(200))
    voided_reason: Mapped[str | None] = mapped_column(String(200))
    voided_by: Mapped[str | None] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    notified_at: Mapped[Utc | None]
    closed_at: Mapped[Utc | None]
    archived_at: Mapped[Utc | None]
    voided_at: Mapped[Utc | None]
    void_proposed_at: Mapped[Utc | None]  # somebody wants it void; it counts until a second person agrees
    void_proposed_by: Mapped[str | None] = mapped_column(String(80))
    void_proposed_key: Mapped[str | None] = mapped_column(String(60))  # of the actor, so that nobody is their own second person
    void_proposed_reason: Mapped[str | None] = mapped_column(String(200))
    lecturer: Mapped[Person] = relationship(foreign_keys=[lecturer_id])
    spoken_by: Mapped[Person | None] = relationship(foreign_keys=[spoken_by_id])
    enterprise: Mapped[Enterprise] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    sittings: Mapped[list[Sitting]] = relationship(
        back_populates="lecture", order_by="Sitting.planned_starts_at", lazy="selectin", cascade="all, delete-orphan"
    )
    materials: Mapped[list[Material]] = relationship(back_populates="lecture", order_by="Material.id")

    @property
    def sitting(self) -> Sitting:
        """The first sitting that was held, else the first planned: the only one of a lecture that is held once."""
        return next((sitting for sitting in self.sittings if sitting.opened_at is not None), self.sittings[0])

    @property
    def is_called_off(self) -> bool:
        """It will not be held, or counts for nothing any more."""
        return self.state in CALLED_OFF

    @property
    def is_held(self) -> bool:
        """It was given and closed, and has not been declared void since."""
        return self.state in HELD

    def sitting_at(self, instant: datetime, asked: Sitting | None = None) -> Sitting:
        """The sitting nearest to an instant: where somebody was who was there then. asked: this one, if none is nearer."""
        return min(self._came_about, key=lambda sitting: (sitting.distance(instant), sitting is not asked))

    def sitting_by(self, hour: time) -> Sitting:
        """The sitting nearest to an hour on the wall that is said without a day; of several the one that takes check-ins."""
        return min(self._came_about, key=lambda sitting: (sitting.distance(sitting.at(hour)), not sitting.takes_check_in))

    @property
    def _came_about(self) -> list[Sitting]:
        """Those where anybody can have been: whose check-in was opened; all of them before the first is."""
        return [sitting for sitting in self.sittings if sitting.opened_at is not None] or self.sittings

    @property
    def minutes_asked(self) -> int | None:
        """The fewest minutes by which it counts for its campaign, by the rules of its day or milder ones since; None without."""
        begins = min(sitting.started_at or sitting.planned_starts_at for sitting in self.sittings)
        return self.campaign.minutes_asked(clock.local_date(begins)) if self.campaign else None

    @property
    def shortfall(self) -> Shortfall | None:
        """What the shortest of its sittings that are over lacks of the plan or of what the campaign asks (时长不足)."""
        over = [sitting for sitting in self.sittings if sitting.started_at and sitting.ended_at]
        asked = self.minutes_asked if over else None
        short = [found for sitting in over if (found := shortfall(sitting.minutes, sitting.planned_minutes, asked))]
        return min(short, key=lambda found: found.actual, default=None)

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        listed = exists().where(Attendee.lecture_id == cls.id, Attendee.person_id == held.person_id)
        return or_(listed, cls.lecturer_id == held.person_id, cls.spoken_by_id == held.person_id, _spoke_in(cls.id, held))


class Sitting(OfEnterprise, Base):
    """One holding of a lecture (场次): a shift or a room, with its own code. started_at, ended_at: as it was, not as planned.

    name: of the shift (早班 / 中班 / 夜班), empty where there is only one sitting. closed_at: when it was closed; a sitting
    that was never opened when its lecture closed was not held. rest_out_by: who checked out then whoever was still in
    (统一签退), and whose coming becomes known later; None: nobody did.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("planned_ends_at > planned_starts_at", name="ends_after_it_starts"),
        Index(None, "enterprise_id", "planned_starts_at"),
        Index(None, "lecture_id"),
        Index(None, "opened_at"),  # a scanned code is looked for among the sittings opened lately
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    name: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[str] = mapped_column(String(60))
    planned_starts_at: Mapped[Utc]
    planned_ends_at: Mapped[Utc]
    opened_at: Mapped[Utc | None]  # check-in open
    started_at: Mapped[Utc | None]
    ended_at: Mapped[Utc | None]
    closed_at: Mapped[Utc | None]
    rest_out_by: Mapped[str | None] = mapped_column(String(80))
    time_proposed_at: Mapped[Utc | None]  # somebody says that its lecturer began or ended at another time: time_step at time_to
    time_proposed_by: Mapped[str | None] = mapped_column(String(80))
    time_proposed_key: Mapped[str | None] = mapped_column(String(60))
    time_proposed_reason: Mapped[str | None] = mapped_column(String(200))
    time_step: Mapped[str | None] = mapped_column(String(10))
    time_to: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship(back_populates="sittings")

    @property
    def minutes(self) -> int | None:
        """Whole minutes from its real start to its real end; None while it is not over."""
        return None if self.started_at is None or self.ended_at is None else (self.ended_at - self.started_at) // MINUTE

    @property
    def planned_minutes(self) -> int:
        return (self.planned_ends_at - self.planned_starts_at) // MINUTE

    @property
    def takes_check_in(self) -> bool:
        """Its code is worth something: opened and not closed."""
        return self.opened_at is not None and self.closed_at is None

    def distance(self, instant: datetime) -> timedelta:
        """How far an instant is from this sitting, from the opening of check-in (or the planned start) to its end."""
        begins = min(self.opened_at or self.planned_starts_at, self.planned_starts_at)
        length = self.planned_ends_at - self.planned_starts_at
        ends = self.ended_at or max(self.planned_ends_at, (self.opened_at or self.planned_starts_at) + length)
        return max(begins - instant, instant - max(ends, begins), timedelta(0))

    def at(self, hour: time) -> datetime:
        """The instant nearest to this sitting at which it is so late on the wall: a night shift goes on into the next day."""
        day = clock.local_date(self.opened_at or self.planned_starts_at)
        said = (clock.at(day + timedelta(days=n), hour) for n in (0, 1, -1))
        return min(said, key=self.distance)

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        listed = exists().where(Attendee.lecture_id == cls.lecture_id, Attendee.person_id == held.person_id)
        speaks = or_(Lecture.lecturer_id == held.person_id, Lecture.spoken_by_id == held.person_id)
        return or_(listed, exists().where(Lecture.id == cls.lecture_id, speaks), _spoke_in(cls.lecture_id, held))


class Attendee(OfEnterprise, Base):
    """A person expected at a lecture (应到人员), with the department and post they had then; frozen when check-in opens."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    department_name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(30))
    is_extra: Mapped[bool] = mapped_column(default=False)  # came without being on the list
    excused_reason: Mapped[str | None] = mapped_column(String(60))  # 请假
    excused_on: Mapped[date | None]
    leave_proposed_at: Mapped[Utc | None]  # until a second person agrees, it is not leave
    leave_proposed_by: Mapped[str | None] = mapped_column(String(80))
    leave_proposed_key: Mapped[str | None] = mapped_column(String(60))
    leave_proposed_reason: Mapped[str | None] = mapped_column(String(60))
    person: Mapped[Person] = relationship()
    lecture: Mapped[Lecture] = relationship()
