"""What becomes of plans in the demo: a lecture in three shifts, one put off, one that departments pass on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.attendance.models import Mark
from lms.core.clock import local
from lms.core.uow import UnitOfWork
from lms.lectures import service
from lms.lectures.events import QuizPlan
from lms.lectures.models import Attendee, Lecture
from lms.lectures.rules import Audience, Slot
from lms.quizzes import queries as quizzes_of
from lms.quizzes import service as quizzes
from lms.quizzes.rules.timing import HANDED_IN
from lms.registry.queries import departments_on, roster_on
from lms.seeding import exam, hall, kinds
from lms.seeding.house import HEAD, Mill
from lms.seeding.stage import acting, before, chance

SHIFTS = (("早班", 7), ("中班", 15), ("夜班", 22))
WORKSHOPS = ("压榨车间", "灌装车间")
WRITTEN = (
    "从我这台榨机往南走到头是一号出口，配电间旁边是二号出口。哪边有烟走另一边，出去到停车场集合点名。",
    "走南门。",
    "一号出口在南边，二号出口在西边装卸口，两条路都不过浸出车间。",
)
PASSING_ON = ("压榨车间", "灌装车间", "仓储部")


def put_off(uow: UnitOfWork, mill: Mill, lecture: Lecture, *, told: datetime, starts: datetime, minutes: int) -> None:
    """The trainer moves a lecture that people were told of, with a reason."""
    sitting = lecture.sitting
    slot = Slot(starts, starts + timedelta(minutes=minutes), sitting.place, sitting.name, sitting.id)
    plan = service.Plan(
        title=lecture.title, campaign_id=lecture.campaign_id, lecturer_id=lecture.lecturer_id, slots=(slot,),
        audience=Audience.read(lecture.audience), quiz=service.quiz_plan(lecture.quiz_plan),
    )  # fmt: skip
    with acting(uow, told, mill.trainer):
        service.revise(uow, lecture, plan, "演练场消防水管检修，推迟两天")


def for_three_shifts(uow: UnitOfWork, mill: Mill, *, told: datetime) -> None:
    """The workshops work in three shifts; each hears the lecture in its own sitting."""
    slots = tuple(
        Slot(starts, starts + timedelta(minutes=45), "压榨车间班前会议室", name)
        for name, hour in SHIFTS
        for starts in [before(uow, -3, hour)]
    )
    with acting(uow, told, mill.trainer):
        plan = service.Plan(
            title="冬季四防：防火、防冻、防滑、防中毒", campaign_id=None, lecturer_id=mill.people[HEAD].id, slots=slots,
            audience=Audience(departments=_departments(uow, mill, WORKSHOPS)), quiz=None,
        )  # fmt: skip
        service.schedule(uow, mill.enterprise_id, plan)


def pass_on(uow: UnitOfWork, mill: Mill, lecture: Lecture, *, asked: datetime) -> None:
    """The head's lecture is to be passed on in three departments: one has done so this morning, one has planned it."""
    with acting(uow, asked, mill.trainer):
        wanted = [row for row, _number in departments_on(uow, mill.enterprise_id, uow.today) if row.name in PASSING_ON]
        service.require_follow_ups(uow, lecture, [(row.id, "") for row in wanted], uow.today + timedelta(days=8))
        quiz = QuizPlan(topics=(kinds.TOPIC,), questions=2, pass_mark=60)
        first = _pass_on_in(uow, mill, lecture, PASSING_ON[0], local(uow.now) + timedelta(hours=1), quiz)
        _pass_on_in(uow, mill, lecture, PASSING_ON[1], before(uow, -2, 8))
    _hold(uow, mill, first)


def _hold(uow: UnitOfWork, mill: Mill, lecture: Lecture) -> None:
    """All but two of the workshop come; three have taken the quiz since, and what they wrote waits for the trainer."""
    begins, rng = lecture.sitting.planned_starts_at, chance("passed on")
    with acting(uow, begins - timedelta(minutes=10), mill.trainer):
        quiz = quizzes_of.quiz_of(uow, lecture.id)
        assert quiz is not None
        fixed = tuple(kinds.question_called(uow, mill, stem) for stem in (kinds.PICTURE, kinds.EXITS))
        quizzes.set_rules(uow, quiz, quizzes.PaperRules((kinds.TOPIC,), len(fixed), 15, 2, 0, HANDED_IN, fixed=fixed))
        service.open_check_in(uow, lecture)
    listed = set(uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id)))
    crew = sorted(no for no, person in mill.people.items() if person.id in listed)[2:]
    for no in crew:
        at = begins - timedelta(seconds=rng.randint(20, 240))
        hall.scan(uow, lecture, mill.people[no], Mark.IN, at, f"demo-crew-{no}", rng)
    with acting(uow, begins + timedelta(minutes=25), mill.trainer):
        service.close(uow, lecture, begins, uow.now, check_out_rest=True)
    exam.write(uow, mill, lecture, rng, dict(zip(crew[-3:], WRITTEN, strict=True)), after=begins + timedelta(minutes=30))


def _pass_on_in(
    uow: UnitOfWork, mill: Mill, lecture: Lecture, department: str, starts: datetime, quiz: QuizPlan | None = None
) -> Lecture:
    people = [line for line in roster_on(uow, mill.enterprise_id, uow.today) if line.department_name == department]
    plan = service.Plan(
        title=f"{department}班前会传达：粉尘防爆与有限空间", campaign_id=None, lecturer_id=people[0].person_id,
        slots=(Slot(starts, starts + timedelta(minutes=20), f"{department}班前会议室"),),
        audience=Audience(departments=_departments(uow, mill, (department,))), quiz=quiz, passes_on_id=lecture.id,
    )  # fmt: skip
    return service.schedule(uow, mill.enterprise_id, plan)


def _departments(uow: UnitOfWork, mill: Mill, names: tuple[str, ...]) -> tuple[str, ...]:
    there = departments_on(uow, mill.enterprise_id, uow.today)
    return tuple(str(row.id) for row, _number in there if row.name in names)


def every_month(uow: UnitOfWork, mill: Mill, *, told: datetime) -> None:
    """A series: the warehouse hears of trucks and loading once a month; the later ones wait as drafts."""
    starts = before(uow, -10, 8)
    with acting(uow, told, mill.trainer):
        plan = service.Plan(
            title="仓储部月度安全课：装卸与厂内运输", campaign_id=None, lecturer_id=mill.people[HEAD].id,
            slots=(Slot(starts, starts + timedelta(minutes=30), "仓储部班前会议室"),),
            audience=Audience(departments=_departments(uow, mill, ("仓储部",))), quiz=None,
        )  # fmt: skip
        service.schedule_series(uow, mill.enterprise_id, plan, "monthly", 3)
