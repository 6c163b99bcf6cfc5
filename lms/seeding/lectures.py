"""The lectures of the demo: two that are over, one that is being given now, one planned, one draft."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime, timedelta

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.core.clock import local
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.credentials.queries import make_ups_of
from lms.lectures import service
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.lectures.rules import Audience, judge_material
from lms.registry.models import Jurisdiction
from lms.registry.queries import departments_on
from lms.seeding import door, exam, hall, plans
from lms.seeding.house import EMPLOYEE, HEAD, TRAINER, Mill
from lms.seeding.stage import acting, before, chance, file

DUST, FIRE = "粉尘防爆与有限空间作业安全", "消防与应急疏散：从报警到清点人数"
QUIZ = QuizPlan(topics=("粉尘防爆", "有限空间"), questions=10, pass_mark=80)
PLACE = "二楼大会议室"
ON_LEAVE = {"0309": "病假", "0288": "年休假", "0206": "事假", "0287": "产假", "0347": "外出培训"}
LATE = {"0102": 11, "0214": 17}  # minutes; 孙丽 as on the board
SHARED_PHONE = ("0331", "0332")
PRINTED = 30  # certificates of the recent lecture; the worker prints the others as soon as the product is served


def earlier(uow: UnitOfWork, mill: Mill, campaign: Campaign) -> None:
    """The lecture for the campaign that is over, with nearly everybody there and every certificate issued."""
    lecture = _plan(
        uow, mill, campaign, "动火作业与用电安全", told=before(uow, 76, 10), starts=before(uow, 70, 9), minutes=60,
        quiz=QuizPlan(topics=("动火", "用电"), questions=10, pass_mark=80), only=("总经办", "安全环保部", "压榨车间"),
    )  # fmt: skip
    rng = chance("earlier lecture")
    cast = hall.Cast(leave={"0206": "事假"}, late={"0210": 6}, absent=frozenset(("0211", "0222")), shared=())
    starts = lecture.sitting.planned_starts_at
    hall.hold(uow, mill, lecture, cast, rng, minutes=61, proven=False)
    exam.take(uow, mill, lecture, rng, after=starts + timedelta(minutes=75), within=timedelta(hours=8), slow=(), weak=1)
    exam.certify(uow, lecture, starts + timedelta(hours=11))
    with acting(uow, starts + timedelta(days=1), mill.trainer):
        for again in make_ups_of(uow, lecture.id):
            service.cancel(uow, again, "这几个人安排听下一期")


def recent(uow: UnitOfWork, mill: Mill, campaign: Campaign) -> None:
    """The lectures for the campaign that runs, in the order in which things happened."""
    now = uow.now
    held = _plan(
        uow, mill, campaign, f"总经理讲安全课：{DUST}", told=before(uow, 9, 10), starts=before(uow, 1, 14, 30), minutes=60,
        quiz=QUIZ, slides=True,
    )  # fmt: skip
    begins = _on_five(now - timedelta(minutes=10))
    running = _plan(
        uow, mill, campaign, f"复工第一课：{DUST}", told=before(uow, 6, 11), starts=begins, minutes=60, quiz=QUIZ, slides=True
    )
    drill = _plan(
        uow, mill, None, FIRE, told=before(uow, 2, 15), starts=before(uow, -5, 14, 30), minutes=45,
        quiz=QuizPlan(topics=("消防", "应急"), questions=10, pass_mark=80), place="厂区消防演练场",
    )  # fmt: skip
    plans.put_off(uow, mill, drill, told=before(uow, 1, 16), starts=before(uow, -7, 14, 30), minutes=45)
    plans.for_three_shifts(uow, mill, told=before(uow, 1, 15))

    rng = chance("recent lecture")
    absent = frozenset(rng.sample(_of_no_note(mill), 10))
    hall.hold(uow, mill, held, hall.Cast(ON_LEAVE, LATE, absent, SHARED_PHONE), rng, minutes=62, proven=True)
    hall.photograph(uow, mill, held, chance("photos"))
    after = held.sitting.planned_starts_at + timedelta(minutes=80)
    exam.take(uow, mill, held, rng, after=after, within=timedelta(hours=5), slow=(EMPLOYEE, *LATE), weak=3)
    exam.certify(uow, held, after + timedelta(hours=6), most=PRINTED)
    plans.pass_on(uow, mill, held, asked=before(uow, 1, 17))

    _plan(
        uow, mill, None, "叉车与厂内运输安全", told=before(uow, 1, 17), starts=before(uow, -21, 9), minutes=45,
        quiz=QuizPlan(topics=("叉车",), questions=6, pass_mark=80), notify=False,
    )  # fmt: skip
    hall.gather(uow, mill, running, chance("running lecture"), now)
    door.receive(uow, mill, running)
    door.recheck(uow, mill, running, chance("re-check"))
    plans.every_month(uow, mill, told=before(uow, 1, 18))


def library(uow: UnitOfWork, district: Jurisdiction) -> None:
    """What the bureau offers the firms of the district, in its second version."""
    officer = Actor("demo:officer", f"{district.name}应急管理局", (Held(Role.OFFICER, jurisdiction_id=district.id),))
    slides, pages = _slides()
    with acting(uow, before(uow, 40, 9), officer):
        item = service.publish_item(uow, f"{DUST}（通用课件）", slides, None)
    with acting(uow, before(uow, 12, 16), officer):
        service.publish_version(uow, item, pages, "改成 PDF，手机上翻看更快；内容没有变。")
    with acting(uow, before(uow, 5, 10), officer):
        service.publish_item(uow, f"{DUST}（班前会单页）", pages, "给班组长传达用，内容与通用课件相同。")


def _plan(
    uow: UnitOfWork,
    mill: Mill,
    campaign: Campaign | None,
    title: str,
    *,
    told: datetime,
    starts: datetime,
    minutes: int,
    quiz: QuizPlan,
    place: str = PLACE,
    only: Collection[str] = (),
    slides: bool = False,
    notify: bool = True,
) -> Lecture:
    """A lecture of the head for these departments or everybody, scheduled at `told` as the trainer does it."""
    with acting(uow, told, mill.trainer):
        there = [department for department, _n in departments_on(uow, mill.enterprise_id, uow.today)]
        departments = tuple(str(department.id) for department in there if not only or department.name in only)
        plan = service.Plan(
            title=title, campaign_id=campaign.id if campaign else None, lecturer_id=mill.people[HEAD].id,
            slots=(service.Slot(starts, starts + timedelta(minutes=minutes), place),),
            audience=Audience(departments=departments), quiz=quiz, materials=_slides() if slides else (),
        )  # fmt: skip
        return service.schedule(uow, mill.enterprise_id, plan, notify=notify)


def _slides() -> tuple[service.Stored, ...]:
    kept = []
    for name in ("lecture.pptx", "lecture.pdf"):
        content = file(name)
        judged = judge_material(f"{DUST}.{name.rpartition('.')[2]}", io.BytesIO(content))
        kept.append(service.Stored(judged.name, judged.media_type, len(content), storage().put(content), judged.pages))
    return tuple(kept)


def _of_no_note(mill: Mill) -> list[str]:
    """Work numbers of those about whom nothing else is told."""
    told = {HEAD, TRAINER, EMPLOYEE, *ON_LEAVE, *LATE, *SHARED_PHONE}
    return sorted(work_no for work_no in mill.people if work_no not in told)


def _on_five(instant: datetime) -> datetime:
    """The last full five minutes."""
    wall = local(instant)
    return wall - timedelta(minutes=wall.minute % 5, seconds=wall.second, microseconds=wall.microsecond)
