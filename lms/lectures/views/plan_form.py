"""The form of a plan: its choices, what is filled in before anybody types, and what was decided when it comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.campaigns.models import Campaign
from lms.campaigns.themes import Theme, theme_named
from lms.campaigns.words import theme_names
from lms.core import clock
from lms.core.given import number_given
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.events import QuizPlan, TopicsAsked
from lms.lectures.forms import NO_CAMPAIGN, NO_THEME, PlanForm, end_of
from lms.lectures.models import Lecture, LectureState
from lms.lectures.rules import Audience, Slot
from lms.registry.models import Enterprise, Person
from lms.registry.queries import RosterLine, departments_on, head_on, roster_on
from lms.registry.rules.names import called

ATTEMPTS = 2
QUESTIONS, PASS_MARK = 10, 80
SHIFT_APART = timedelta(hours=8)
SHIFTS = ("早班", "中班", "夜班")
FIXED_ONCE_TOLD = ("campaign_id", "departments", "posts", "shifts", "people", "topics", "no_quiz", "questions", "pass_mark")
ONLY_WHEN_NEW = ("repeat", "times")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form was made from. model: the lecture its values are copied from; same: it is that lecture being changed.

    passes_on: it is passed on in a department. again: the model was asked for by name, and is not just the last one.
    """

    enterprise_id: UUID
    model: Lecture | None = None
    same: bool = False
    passes_on: bool = False
    again: bool = False


def plan_form(uow: UnitOfWork, asked: Asked, formdata: Any = None, *, csrf: bool = True) -> PlanForm:
    """The form with its choices. formdata: what was typed, where it is not what the request brought."""
    enterprise_id, model, same = asked.enterprise_id, asked.model, asked.same
    passing = asked.passes_on or bool(same and model and model.passes_on_id and model.campaign_id is None)
    duties = [] if passing else queries.open_duties(uow, enterprise_id, uow.today)
    topics = uow.ask(TopicsAsked(enterprise_id)) or []
    roster = roster_on(uow, enterprise_id, uow.today)
    head = head_on(uow, enterprise_id, uow.today)
    given: dict[str, Any] = {} if formdata is None else {"formdata": formdata}
    if not csrf:
        given["meta"] = {"csrf": False}
    form = PlanForm(data=_defaults(uow, asked, roster, head.person_id if head else None, duties, topics), **given)
    form.today = uow.today
    if same and model:
        form.today = min(uow.today, *(clock.local_date(sitting.planned_starts_at) for sitting in model.sittings))
    form.topic_counts = {topic.name: topic.questions for topic in topics}
    form.campaign_minutes = {str(campaign.id): campaign.min_minutes for campaign, _due in duties}
    form.campaign_marks = {str(campaign.id): campaign.pass_mark for campaign, _due in duties}
    form.campaign_id.choices = [(str(campaign.id), _counts_for(campaign, due_on, uow.today)) for campaign, due_on in duties]
    none = _("传达不单独计入专项活动，算在所传达的那堂课上") if passing else _("不计入专项活动，只作本单位培训")
    form.campaign_id.choices.append((NO_CAMPAIGN, none))
    if same and model and model.campaign_id and str(model.campaign_id) not in form.campaign_marks and model.campaign:
        form.campaign_id.choices.insert(0, (str(model.campaign_id), _counts_for(model.campaign)))
    form.theme.choices = _themes(uow, asked, [campaign for campaign, _due in duties])
    form.campaign_themes = {str(campaign.id): theme_names(campaign.themes) for campaign, _due in duties}
    form.lecturer_id.choices = [
        (str(line.person_id), " · ".join(filter(None, (line.name, line.department_name, line.post)))) for line in roster
    ]
    form.departments.choices = [
        (str(department.id), department.name) for department, _n in departments_on(uow, enterprise_id, uow.today)
    ]
    if any(line.department_id is None for line in roster):
        form.departments.choices.append((rules.NO_DEPARTMENT, _("未分部门")))
    form.posts.choices = [(post, post) for post in sorted({line.post for line in roster if line.post})]
    form.shifts.choices = [(shift, shift) for shift in sorted({line.shift for line in roster if line.shift}, key=_shift_order)]
    form.people.choices = _named(uow, enterprise_id, model)
    form.topics.choices = [(topic.name, topic.name) for topic in topics]
    told = bool(same and model and model.state != LectureState.DRAFT)
    for name in FIXED_ONCE_TOLD if told else ("reason",):
        delattr(form, name)
    if same:
        for name in ONLY_WHEN_NEW:
            delattr(form, name)
    return form


def audience_counts(roster: list[RosterLine]) -> dict[str, dict[str, int]]:
    """How many people there are of each department, post and shift."""
    return {
        "departments": Counter(str(line.department_id) if line.department_id else rules.NO_DEPARTMENT for line in roster),
        "posts": Counter(line.post for line in roster if line.post),
        "shifts": Counter(line.shift for line in roster if line.shift),
    }


def audience_of(form: PlanForm, lecture: Lecture | None) -> Audience:
    """Whom the form asks to come; what it does not ask any more stays as it is on the lecture."""
    if "departments" not in form:
        assert lecture is not None
        return Audience.read(lecture.audience)
    return Audience(
        departments=tuple(form.departments.data or ()),
        posts=tuple(form.posts.data or ()),
        shifts=tuple(form.shifts.data or ()),
        person_ids=tuple(form.people.data or ()),
    )


def plan_of(form: PlanForm, files: list[service.Stored], asked: Asked) -> service.Plan:
    """What was decided; what the form does not ask any more stays as it is on the lecture."""
    lecture = asked.model if asked.same else None
    if "topics" in form:
        quiz = None if form.no_quiz.data else QuizPlan(
            tuple(form.topics.data), form.questions.data, form.pass_mark.data, attempts=ATTEMPTS
        )  # fmt: skip
        campaign_id = UUID(form.campaign_id.data) if form.campaign_id.data else None
    else:
        assert lecture is not None
        quiz, campaign_id = service.quiz_plan(lecture.quiz_plan), lecture.campaign_id
    there = {str(sitting.id): sitting.id for sitting in lecture.sittings} if lecture else {}
    return service.Plan(
        title=form.title.data,
        campaign_id=campaign_id,
        lecturer_id=UUID(form.lecturer_id.data),
        slots=tuple(
            Slot(row.starts_at(), row.ends_at(), row.place.data, row.shift.data or "", there.get(row.sitting_id.data or ""))
            for row in form.slots()
        ),
        audience=audience_of(form, lecture),
        quiz=quiz,
        materials=tuple(files),
        min_presence=asked.model.min_presence if asked.model else service.MIN_PRESENCE,
        copied_from_id=asked.model.id if asked.model and not asked.same else None,
        passes_on_id=asked.model.id if asked.model and asked.passes_on else None,
        theme=form.theme.data or None,
        level=form.level.data or None,
        recheck=form.recheck.data,
    )


def about_theme(form: PlanForm, theme: Theme, today: date) -> None:
    """Fill in what a theme says: the title, the topics that the bank has (not those of last time), no day before its season."""
    form.title.data = theme.title
    if theme.code in dict(form.theme.choices):
        form.theme.data = theme.code
    form.topics.data = [topic for topic in theme.topics if topic in form.topic_counts]
    form.no_quiz.data = form.no_quiz.data and not form.topics.data
    first = min(row.day.data for row in form.slots())
    later = max(timedelta(), theme.opens_on(today.year) - first)
    for row in form.slots():
        row.day.data += later


def about_topics(form: PlanForm, topics: list[str]) -> None:
    """A lecture on what was not understood: its title, and a quiz on these topics where the bank has them."""
    known = [topic for topic in topics if topic in form.topic_counts]
    if known:
        form.title.data = _("再讲一次：%(topics)s", topics="、".join(known))[:120]
        form.topics.data, form.no_quiz.data = known, False


def with_slots(typed: MultiDict[str, str], do: str) -> MultiDict[str, str]:
    """The form as it was typed, with one sitting more (do: "add") or less ("drop-2"), for a page that works without scripts."""
    changed = MultiDict(typed)
    rows = {number_given(name.split("-")[1]) for name in typed if name.startswith("sittings-")}
    numbers = sorted(number for number in rows if number is not None)
    verb, _dash, which = do.partition("-")
    dropped = number_given(which)
    if verb == "drop" and dropped is not None and len(numbers) > 1:
        for name in list(changed):
            if name.startswith(f"sittings-{dropped}-"):
                del changed[name]
    elif verb == "add" and numbers and len(numbers) < rules.MOST:
        last, fresh = f"sittings-{numbers[-1]}-", f"sittings-{numbers[-1] + 1}-"
        if len(numbers) == 1 and not typed.get(last + "shift"):
            changed[last + "shift"] = SHIFTS[0]
        changed[fresh + "shift"] = SHIFTS[len(numbers)] if len(numbers) < len(SHIFTS) else ""
        changed[fresh + "place"] = typed.get(last + "place", "")
        for name, moment in _later(typed, last).items():
            changed[fresh + name] = moment
    return changed


def _later(typed: MultiDict[str, str], row: str) -> dict[str, str]:
    """Day and times of the shift after the one typed in this row; as typed where that is no time."""
    day, starts, ends = (typed.get(row + name, "") for name in ("day", "starts", "ends"))
    try:
        begins = datetime.fromisoformat(f"{day} {starts}").replace(tzinfo=clock.ZONE)
        next_begins, next_ends = begins + SHIFT_APART, end_of(begins, time.fromisoformat(ends)) + SHIFT_APART
    except (ValueError, OverflowError):
        return {"day": day, "starts": starts, "ends": ends}
    return {"day": f"{next_begins:%Y-%m-%d}", "starts": f"{next_begins:%H:%M}", "ends": f"{next_ends:%H:%M}"}


def _defaults(
    uow: UnitOfWork, asked: Asked, roster: list[RosterLine], head_id: UUID | None, duties: list[Any], topics: list[Any]
) -> dict[str, Any]:
    """What is filled in before anybody types: as last time, on the next day, by the head."""
    model, same = asked.model, asked.same
    everybody = {str(line.department_id) if line.department_id else rules.NO_DEPARTMENT for line in roster}
    quiz = service.quiz_plan(model.quiz_plan) if model else None
    names = {topic.name for topic in topics}
    chosen = [topic for topic in quiz.topics if topic in names] if quiz else []
    campaign_ids = {str(campaign.id) for campaign, due_on in duties if asked.again or due_on >= uow.today}
    campaign_id = str(duties[0][0].id) if duties else NO_CAMPAIGN
    lecturer_id = head_id or (model.lecturer_id if model else None)
    if same and model:
        campaign_id, lecturer_id = str(model.campaign_id or NO_CAMPAIGN), model.lecturer_id
    elif model and str(model.campaign_id) in campaign_ids:
        campaign_id = str(model.campaign_id)
    audience = Audience.read(model.audience) if model else Audience()
    kept = [department for department in audience.departments if department in everybody]
    asks = next((campaign for campaign, _due in duties if str(campaign.id) == campaign_id), None)
    # What is held now counts in every campaign that runs: passed by the mark of the strictest it need not be held twice.
    running = [campaign.pass_mark for campaign, due_on in duties if asks and not same and due_on >= uow.today]
    floor = max([asks.pass_mark if asks else 0, *running])
    left = queries.themes_left(uow, asks, asked.enterprise_id) if asks and not same else []
    about = [topic for theme in left for topic in theme.topics if topic in names]
    least = timedelta(minutes=asks.min_minutes if asks and not same else 0)
    return {
        "title": model.title if same and model else "",
        "campaign_id": campaign_id,
        "theme": (model.theme if same and model else left[0].code if left else None) or NO_THEME,
        "level": (model.level if same and model else None) or "",
        "lecturer_id": str(lecturer_id) if lecturer_id else None,
        "sittings": _slots(uow, asked, least),
        "recheck": model is not None and model.recheck,
        "departments": kept or ([] if audience.person_ids and same else sorted(everybody)),
        "posts": list(audience.posts),
        "shifts": list(audience.shifts),
        "people": list(audience.person_ids),
        "topics": about or chosen,
        "no_quiz": (model is not None and quiz is None and not about) or not topics,
        "questions": quiz.questions if quiz else QUESTIONS,
        "pass_mark": max(quiz.pass_mark if quiz else PASS_MARK, floor),
        "repeat": "",
        "times": 3,
    }


def _counts_for(campaign: Campaign, due_on: date | None = None, today: date | None = None) -> str:
    if due_on and today and due_on < today:
        return _("计入「%(title)s」（%(day)s 已经截止）", title=campaign.title, day=due_on)
    return _("计入「%(title)s」", title=campaign.title)


def _slots(uow: UnitOfWork, asked: Asked, least: timedelta) -> list[dict[str, Any]]:
    """The sittings as last time, from tomorrow on; as long as then, but never too short to count. least: how long at least."""
    if asked.model is None:
        starts = clock.local(uow.now).replace(hour=9, minute=0)
        ends = max(starts + timedelta(hours=1), starts + least)
        return [{"shift": "", "day": uow.today + timedelta(days=1), "starts": starts.time(), "ends": ends.time(), "place": ""}]
    first = clock.local_date(asked.model.sittings[0].planned_starts_at)
    moved = timedelta() if asked.same else uow.today + timedelta(days=1) - first
    rows = []
    for sitting in asked.model.sittings:
        starts, ends = clock.local(sitting.planned_starts_at), clock.local(sitting.planned_ends_at)
        rows.append({
            "shift": sitting.name, "day": starts.date() + moved, "starts": starts.time(),
            "ends": max(ends, starts + least).time(), "place": sitting.place,
            "sitting_id": str(sitting.id) if asked.same else "",
        })  # fmt: skip
    return rows


def _themes(uow: UnitOfWork, asked: Asked, campaigns: list[Campaign]) -> list[tuple[str, str]]:
    """The themes that a lecture can still be given for: those of the plan, those that campaigns ask for, and its own."""
    plan = queries.theme_plan(uow, uow.session.get_one(Enterprise, asked.enterprise_id))
    own = asked.model.theme if asked.same and asked.model else None
    still = [line.theme for line in plan.lines if line.state not in (rules.DONE, rules.LATE, rules.WAIVED)]
    others = [theme_named(code) for code in (own, *(code for campaign in campaigns for code in campaign.themes))]
    still = list(dict.fromkeys((*filter(None, others), *still)))
    return [(NO_THEME, _("看标题和考题范围，不指定")), *((theme.code, theme.title) for theme in still)]


def _named(uow: UnitOfWork, enterprise_id: UUID, model: Lecture | None) -> list[tuple[str, str]]:
    """The people a lecture asks by name."""
    wanted = Audience.read(model.audience).person_ids if model else ()
    rows = uow.session.execute(
        select(Person.id, Person.name, Person.work_no)
        .where(Person.enterprise_id == enterprise_id, Person.id.in_([UUID(each) for each in wanted]))
        .order_by(Person.work_no, Person.id)
    )
    return [(str(row.id), called(row.name, row.work_no)) for row in rows]


def _shift_order(shift: str) -> tuple[int, str]:
    return SHIFTS.index(shift) if shift in SHIFTS else len(SHIFTS), shift
