"""Planning a lecture, changing the plan and telling its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from lms.campaigns.words import SOURCE, theme_names
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules
from lms.lectures.events import CameAsked, LectureScheduled, PreparedAsked, QuizPlan
from lms.lectures.models import Attendee, ChangeKind, Lecture, LectureState, PlanChange, Sitting
from lms.lectures.rules import Audience, Slot
from lms.lectures.service.audience import NobodyInvited, invited, sync_attendees
from lms.lectures.service.lecturer import TOLD
from lms.lectures.service.materials import Stored, add_materials
from lms.lectures.service.steps import hold, step
from lms.notices.climbing import forget_rungs
from lms.notices.models import CalendarLine
from lms.notices.rules import presses
from lms.notices.service import tell, withdraw
from lms.registry.holding import hold_firm
from lms.registry.models import Person
from lms.registry.queries import head_on


class SittingPrepared(Conflict):
    code = "sitting-prepared"
    sentence = _l(
        "“%(name)s”不能去掉：已经为它打印签到表、加好签到设备，或者有人在这一场扫过码、登记过。不讲这一场的，等其他场次讲完点“其余场次不讲了”，会记为“没有举行”；"
        "改时间或地点的，直接在这一页改。"
    )


OF_THE_PLAN = ("lecture.notice", "lecture.lecturer", "lecture.changed", "lecture.reminder")  # what tells of when and where
MIN_PRESENCE = 80  # percent of a lecture that one must be there


@dataclass(frozen=True, slots=True)
class Plan:
    """What a trainer decides about a lecture. slots: at least one.

    makes_up_for_id: the lecture whose people this one is given for again. copied_from_id: what it was planned after.
    passes_on_id: the lecture that is passed on. theme: code of the theme of the plan it is about. level: of rules.levels.
    recheck: ask by itself in the middle who is there.
    """

    title: str
    campaign_id: UUID | None
    lecturer_id: UUID
    slots: tuple[Slot, ...]
    audience: Audience
    quiz: QuizPlan | None
    materials: tuple[Stored, ...] = ()
    min_presence: int = MIN_PRESENCE
    makes_up_for_id: UUID | None = None
    copied_from_id: UUID | None = None
    series_id: UUID | None = None
    passes_on_id: UUID | None = None
    theme: str | None = None
    level: str | None = None
    recheck: bool = False


def schedule(uow: UnitOfWork, enterprise_id: UUID, plan: Plan, *, notify: bool = True) -> Lecture:
    """Make a lecture of this plan; with notify its people are told at once, else it stays a draft.

    Raises NobodyInvited. Says LectureScheduled when its people are told.
    """
    day = clock.local_date(min(slot.starts_at for slot in plan.slots))
    # Two trainers of one enterprise at the same moment must not get the same number.
    hold_firm(uow, enterprise_id)
    lecture = Lecture(
        enterprise_id=enterprise_id,
        number=queries.next_number(uow, enterprise_id, day.year),
        year=day.year,
        state=LectureState.DRAFT,
        makes_up_for_id=plan.makes_up_for_id,
        copied_from_id=plan.copied_from_id,
        series_id=plan.series_id,
        passes_on_id=plan.passes_on_id,
        created_by=uow.actor.name,
        created_at=uow.now,
    )
    _write(uow, lecture, plan)
    uow.session.add(lecture)
    uow.session.flush()
    uow.session.refresh(lecture, ["sittings"])
    add_materials(uow, lecture, plan.materials)
    if notify:
        publish(uow, lecture)
    return lecture


def clashes(
    uow: UnitOfWork, enterprise_id: UUID, slots: Sequence[Slot], lecturer_id: UUID, audience: Audience, but: Lecture | None = None
) -> list[rules.Clash]:
    """What a lecture at these times would clash with today. but: the lecture itself, when it is planned anew."""
    people = {line.person_id for line in invited(uow, enterprise_id, uow.today, audience)}
    others = queries.others_near(uow, enterprise_id, slots, but.id if but else None)
    return rules.clashes(slots, lecturer_id, people, others)


def clashes_of_move(uow: UnitOfWork, sitting: Sitting, slot: Slot) -> list[rules.Clash]:
    """What a lecture that has begun would clash with when one of its sittings is put off to there: the sittings that are not
    over, and of its people those who have come to none.
    """
    lecture = sitting.lecture
    others = [one for one in lecture.sittings if one.id != sitting.id and one.closed_at is None]
    slots = [slot, *(Slot(one.planned_starts_at, one.planned_ends_at, one.place, one.name) for one in others)]
    near = queries.others_near(uow, lecture.enterprise_id, slots, lecture.id)
    return rules.very_long([slot]) + rules.clashes(slots, lecture.lecturer_id, _missing(uow, lecture), near)


@force_locale(SOURCE)
def revise(uow: UnitOfWork, lecture: Lecture, plan: Plan, reason: str = "") -> None:
    """Change a lecture before check-in opens; people already told are told of another time, place or lecturer, and why.

    What was planned before stays readable. reason: why these change. Raises WrongState, SittingPrepared.
    """
    hold(uow, lecture)
    rules.check_changeable(lecture.state)
    _drop_sittings(uow, lecture, plan)
    before, was, spoke_id = kept_plan(lecture), _slots_said(lecture), lecture.lecturer_id
    _write(uow, lecture, plan)
    add_materials(uow, lecture, plan.materials)
    uow.session.flush()
    uow.session.refresh(lecture, ["sittings", "lecturer"])
    if lecture.state != LectureState.NOTIFIED or before == kept_plan(lecture):
        return
    moved, told = was != _slots_said(lecture), 0
    if moved or spoke_id != lecture.lecturer_id:
        said = [_("安全课改了时间或地点：%(title)s", title=lecture.title)] if moved else []
        planned = [_("原定 %(slots)s。", slots="；".join(_gone(was, lecture)))] if _gone(was, lecture) else []
        if spoke_id != lecture.lecturer_id:
            said.append(_("安全课换了讲课人：%(title)s", title=lecture.title))
            planned.append(_("原定主讲 %(name)s。", name=uow.session.get_one(Person, spoke_id).name))
        why = _("原因：%(why)s。", why=reason) if reason else ""
        _forget_old(uow, lecture, before)
        body = why + plan_words(uow, lecture) + "".join(planned)
        told = tell_attendees(uow, lecture, "lecture.changed", said[0], body, also=[spoke_id])
        if spoke_id != lecture.lecturer_id:
            _tell_lecturer(uow, lecture)
    note_change(uow, lecture, ChangeKind.MOVED, before, reason, told)


@force_locale(SOURCE)
def put_off(uow: UnitOfWork, sitting: Sitting, slot: Slot, reason: str) -> None:
    """Give a sitting that is still to come another time or place while others are held or over.

    Whoever has come to none yet is told, and why; what was planned before stays readable. Raises WrongState, WrongSitting.
    """
    lecture = sitting.lecture
    hold(uow, lecture)
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "planned")
    before, was = kept_plan(lecture), _slot_words(sitting)
    sitting.planned_starts_at, sitting.planned_ends_at, sitting.place = slot.starts_at, slot.ends_at, slot.place
    uow.session.flush()
    uow.session.refresh(lecture, ["sittings"])
    if before == kept_plan(lecture):
        return
    _forget_old(uow, lecture, before)
    title = _("安全课改了时间或地点：%(title)s", title=lecture.title)
    body = _("原因：%(why)s。", why=reason) + _slot_words(sitting) + "。" + _("原定 %(slots)s。", slots=was)
    told = _tell(uow, lecture, [*_missing(uow, lecture), lecture.lecturer_id], "lecture.changed", title, body, near=sitting)
    note_change(uow, lecture, ChangeKind.MOVED, before, reason, told)


def note_change(
    uow: UnitOfWork, lecture: Lecture, kind: ChangeKind, before: list[dict[str, str]], reason: str, told: int
) -> None:
    """Keep what was planned before. told: how many people heard of the change."""
    uow.session.add(
        PlanChange(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, kind=kind, before=before,
            after=kept_plan(lecture) if kind is ChangeKind.MOVED else [], reason=reason, told=told,
            changed_by=uow.actor.name, changed_at=uow.now,
        )
    )  # fmt: skip
    uow.session.flush()


@force_locale(SOURCE)
def publish(uow: UnitOfWork, lecture: Lecture) -> None:
    """Tell the people of a draft. Raises WrongState, NobodyInvited. Says LectureScheduled."""
    hold(uow, lecture)
    rules.check_step(lecture.state, LectureState.NOTIFIED)
    if not sync_attendees(uow, lecture):
        raise NobodyInvited
    step(uow, lecture, LectureState.NOTIFIED)
    lecture.notified_at = uow.now
    people = [person_id for person_id in _attendees(uow, lecture) if person_id != lecture.lecturer_id]
    _tell(uow, lecture, people, "lecture.notice", _("安全课通知：%(title)s", title=lecture.title), plan_words(uow, lecture))
    _tell_lecturer(uow, lecture)
    uow.say(LectureScheduled(lecture.id, lecture.enterprise_id, quiz_plan(lecture.quiz_plan), at=uow.now))


def quiz_plan(kept: Any) -> QuizPlan | None:
    """A quiz plan as it is kept on a lecture, read back."""
    return QuizPlan(**{**kept, "topics": tuple(kept["topics"])}) if kept else None


def plan_words(uow: UnitOfWork, lecture: Lecture) -> str:
    """When, where and by whom, and how to check in."""
    return _(
        "%(slots)s，主讲 %(lecturer)s。到现场扫投影上的码签到。",
        slots=slot_words(lecture),
        lecturer=uow.session.scalar(select(Person.name).where(Person.id == lecture.lecturer_id)),
    )


def slot_words(lecture: Lecture) -> str:
    """When and where each sitting is planned."""
    return "；".join(_slots_said(lecture))


def tell_attendees(uow: UnitOfWork, lecture: Lecture, kind: str, title: str, body: str, *, also: Iterable[UUID] = ()) -> int:
    """Tell everybody on the list, the lecturer and these, at once when the lecture is near; returns how many."""
    return _tell(uow, lecture, [*_attendees(uow, lecture), lecture.lecturer_id, *also], kind, title, body)


def _missing(uow: UnitOfWork, lecture: Lecture) -> set[UUID]:
    """Who is expected and has come to none of its sittings yet."""
    came: set[UUID] = uow.ask(CameAsked(lecture.id)) or set()
    return {*_attendees(uow, lecture)} - came


def _attendees(uow: UnitOfWork, lecture: Lecture) -> Sequence[UUID]:
    return uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id)).all()


def _tell(
    uow: UnitOfWork, lecture: Lecture, people: Iterable[UUID], kind: str, title: str, body: str, *, group: bool = True,
    near: Sitting | None = None,
) -> int:  # fmt: skip
    """near: the sitting it is about, None: the first; what is about one that is near is urgent."""
    return tell(
        uow, lecture.enterprise_id, people, title=title, body=body, link=f"/lectures/{lecture.id}", kind=kind,
        urgent=presses(uow.now, (near or lecture.sitting).planned_starts_at), about_id=lecture.id, group=group,
    )  # fmt: skip


def _tell_lecturer(uow: UnitOfWork, lecture: Lecture) -> None:
    """Whoever is to speak, also who is on no list: when, where, and how long it must be and about what to count."""
    body, campaign = slot_words(lecture) + "。", lecture.campaign
    if lecture.theme:
        body += _("主题：%(names)s。", names=theme_names([lecture.theme])[0])
    if campaign:
        body += _("计入专项活动「%(title)s」，至少讲 %(n)s 分钟。", title=campaign.title, n=lecture.minutes_asked)
    if campaign and campaign.themes:
        names = _("、").join(theme_names(campaign.themes))
        body += _("必须讲到：%(names)s。一堂讲不完，分几堂讲也算。", names=names)
    title = _("您主讲安全课：%(title)s", title=lecture.title)
    _tell(uow, lecture, [lecture.lecturer_id], TOLD, title, body, group=False)


def _slot_words(sitting: Sitting) -> str:
    when = f"{clock.span(sitting.planned_starts_at, sitting.planned_ends_at)}，{sitting.place}"
    return f"{sitting.name} {when}" if sitting.name else when


def _slots_said(lecture: Lecture) -> list[str]:
    return [_slot_words(sitting) for sitting in lecture.sittings]


def _gone(was: list[str], lecture: Lecture) -> list[str]:
    """What was planned and is not any more."""
    return [words for words in was if words not in _slots_said(lecture)]


def _forget_old(uow: UnitOfWork, lecture: Lecture, before: list[dict[str, str]]) -> None:
    """What still waits to leave would tell of the old plan; on another day people are reminded anew."""
    withdraw(uow, lecture.id, OF_THE_PLAN)
    if _days(before) != _days(kept_plan(lecture)):
        forget_rungs(uow, [lecture.id, *(sitting.id for sitting in lecture.sittings)], OF_THE_PLAN)


def _days(kept: list[dict[str, str]]) -> list[date]:
    return [clock.local_date(datetime.fromisoformat(row["starts_at"])) for row in kept]


def kept_plan(lecture: Lecture) -> list[dict[str, str]]:
    """The sittings as planned, each with title, theme, level and lecturer, in the form in which a change of plan keeps them."""
    about = {"title": lecture.title, "theme": lecture.theme or "", "level": lecture.level or ""}
    about["lecturer_id"] = str(lecture.lecturer_id)
    return [
        about | {
            "name": row.name, "starts_at": row.planned_starts_at.astimezone(UTC).isoformat(),
            "ends_at": row.planned_ends_at.astimezone(UTC).isoformat(), "place": row.place,
        }
        for row in lecture.sittings
    ]  # fmt: skip


def _drop_sittings(uow: UnitOfWork, lecture: Lecture, plan: Plan) -> None:
    """Let go of the sittings that a plan has no more; calendars find them gone. Raises SittingPrepared."""
    kept = {slot.sitting_id for slot in plan.slots}
    dropped = [sitting for sitting in lecture.sittings if sitting.id not in kept]
    for sitting in dropped:
        if uow.ask(PreparedAsked(sitting.id)):
            raise SittingPrepared(name=sitting.name or _slot_words(sitting))
    gone = CalendarLine.sitting_id.in_([sitting.id for sitting in dropped])
    uow.session.execute(delete(CalendarLine).where(gone).execution_options(synchronize_session=False))


def _write(uow: UnitOfWork, lecture: Lecture, plan: Plan) -> None:
    head = head_on(uow, lecture.enterprise_id, clock.local_date(min(slot.starts_at for slot in plan.slots)))
    lecture.title = plan.title
    # Passing a lecture on weighs in that lecture, and is none of its own in a campaign.
    lecture.campaign_id = None if plan.passes_on_id else plan.campaign_id
    lecture.theme, lecture.level = plan.theme, plan.level
    lecture.lecturer_id = plan.lecturer_id
    lecture.lecturer_is_head = bool(head and head.person_id == plan.lecturer_id)
    lecture.audience = plan.audience.as_json()
    lecture.quiz_plan = asdict(plan.quiz) if plan.quiz else None
    lecture.min_presence, lecture.recheck = plan.min_presence, plan.recheck
    there = {sitting.id: sitting for sitting in lecture.sittings}
    kept = []
    for slot in plan.slots:
        sitting = there.get(slot.sitting_id) if slot.sitting_id else None
        sitting = sitting or Sitting(enterprise_id=lecture.enterprise_id)
        sitting.name, sitting.place = slot.name, slot.place
        sitting.planned_starts_at, sitting.planned_ends_at = slot.starts_at, slot.ends_at
        kept.append(sitting)
    lecture.sittings = kept
