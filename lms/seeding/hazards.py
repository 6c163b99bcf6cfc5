"""Major hazards of the demo, on every rung of the ladder: each found and signed by the product's own rules, in the past."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.core.uow import UnitOfWork
from lms.hazards import rules, service
from lms.hazards.models import Hazard
from lms.hazards.rules import Act, Signatory
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.queries import head_on
from lms.seeding.house import USCC, Mill
from lms.seeding.pictures import paper, workshop
from lms.seeding.stage import acting, before, chance


@dataclass(frozen=True, slots=True)
class Story:
    """found: days before today; within: days given to rectify it. signed: what was signed so many days before today, in order.

    uscc: of the firm, "" for the next one of the industry.
    """

    industry: str
    clause: str
    place: str
    text: str
    found: int
    within: int
    signed: tuple[tuple[int, Act, str], ...]
    uscc: str = ""
    choice: str = "part"
    photo: bool = False


STORIES = (
    Story(
        "工贸", "GM-FC03", "2 号压榨线除尘器", "干式除尘器没有泄爆片，也没有隔爆阀", 20, 27,
        ((20, Act.STOP, "2 号压榨线局部停产"), (15, Act.PLAN, "加装泄爆片和隔爆阀，设备科负责，十五天完成"),
         (13, Act.APPROVE, "")), USCC, photo=True,
    ),
    Story(
        "建筑施工", "JZ04", "北侧深基坑", "超过五米的基坑没有专家论证", 40, 35,
        ((40, Act.STOP, "基坑停止开挖"), (36, Act.PLAN, "请专家论证，按论证意见加支护"), (33, Act.APPROVE, "")),
    ),
    Story("烟花爆竹", "YH04", "3 号装药工房", "核定 2 人，实际 5 人", 5, 30,
          ((5, Act.STOP, "全部涉药工房停产"), (1, Act.PLAN, "按核定人数重排班次，门口装计数器")), choice="whole", photo=True),
    Story(
        "工贸", "GM-FC06", "砂光车间除尘器", "没有锁气卸灰装置，积灰靠人扒", 30, 25,
        ((30, Act.STOP, "砂光车间停产"), (26, Act.PLAN, "每台除尘器装星形卸灰阀"), (24, Act.APPROVE, ""),
         (4, Act.REPORT, "六台都装好，试运行三天"), (2, Act.RECHECK, "六台都看过，运行正常")),
    ),
    Story(
        "危险化学品", "WH12", "卸车区", "可燃气体报警器只装了一侧", 28, 21,
        ((28, Act.STOP, "卸车区停用"), (24, Act.PLAN, "补装四台报警器，接入控制室"), (22, Act.APPROVE, ""),
         (8, Act.REPORT, "四台装好并检定")), photo=True,
    ),
    Story(
        "人员密集场所", "XF05", "二层疏散楼梯", "封闭楼梯间堆货，门被锁住", 6, 30,
        ((6, Act.STOP, "二层停止营业"), (5, Act.TRANSFER, "属于消防救援机构的职责")),
    ),
    Story(
        "工贸", "GM-YX02", "酱菜腌制池", "下池没有审批，也没有先通风检测", 45, 20,
        ((45, Act.STOP, "停止下池作业"), (43, Act.PLAN, "建台账、配检测仪和监护人"), (41, Act.APPROVE, ""),
         (28, Act.REPORT, "制度和仪器都到位"), (25, Act.RECHECK, ""), (24, Act.RECHECK, ""), (23, Act.CONFIRM, ""),
         (22, Act.CLOSE, "")),
    ),
    Story("工贸", "GM-YA02", "速冻间", "快速冻结装置和包装在一间，12 人作业", 0, 30, ()),
)  # fmt: skip


def found_and_signed(uow: UnitOfWork, mill: Mill) -> None:
    """Play every story; firms are taken in the order of their codes, so that the demo is the same on every machine."""
    bureau, taken = uow.session.get_one(Jurisdiction, mill.district_id), {USCC}
    second = Actor("demo:second", f"{bureau.name}应急管理局执法人员", (Held(Role.OFFICER, jurisdiction_id=bureau.id),))
    for story in STORIES:
        which = [Enterprise.uscc == story.uscc] if story.uscc else [Enterprise.uscc.not_in(taken)]
        of_kind = select(Enterprise).where(Enterprise.industry == story.industry, *which).order_by(Enterprise.uscc)
        firm = uow.session.scalars(of_kind.limit(1)).one()
        taken.add(firm.uscc)
        head = head_on(uow, firm.id, uow.today)
        by_head = Actor(f"demo:head:{firm.uscc}", head.name if head else "主要负责人", (Held(Role.HEAD, enterprise_id=firm.id),))
        clause = rules.clauses()[story.clause]
        with acting(uow, before(uow, story.found, 10), mill.district):
            files = [service.Came("现场.jpg", io.BytesIO(workshop()))] if story.photo else []
            hazard, _faults = service.register(
                uow, firm, bureau, clause, place=story.place, text=story.text,
                rectify_by=uow.today + timedelta(days=story.within), sent_id=uuid4(), files=files,
            )  # fmt: skip
        for days, act, words in story.signed:
            officer = second if act is Act.RECHECK and hazard.checked_by else mill.district
            signs = by_head if rules.signatory_of(act) is Signatory.HEAD else officer
            with acting(uow, before(uow, days, 15), signs):
                _sign(uow, hazard, act, words, story)


def _sign(uow: UnitOfWork, hazard: Hazard, act: Act, words: str, story: Story) -> None:
    choice = {Act.STOP: story.choice, Act.TRANSFER: "away"}.get(act, "")
    proof = [service.Came("检测报告.jpg", io.BytesIO(paper(chance(story.text), uow.now)))] if act in rules.NEEDS_FILES else []
    receiver = rules.department_for(story.clause).partition("；")[0] if act is Act.TRANSFER else ""
    service.sign(uow, hazard, act, choice=choice, words=words, receiver=receiver, files=proof)
