"""A bureau launches a campaign at its 1,284 firms and chases 50 of them in one go, over HTTP from the production server.

ANKE_BENCH_DATABASE_URL: on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from bench.harness import scene
from bench.harness.figures import Report
from bench.harness.phones import Phone
from lms.access import demo
from lms.access.models import Membership, Role, User
from lms.campaigns import service
from lms.campaigns.models import Duty
from lms.campaigns.queries import industry_counts, targets
from lms.campaigns.rules import Plan
from lms.compliance.models import Chase, ChaseWay, Standing
from lms.core.uow import UnitOfWork, unit_of_work
from lms.notices.models import Notice
from lms.registry.models import Enterprise, Jurisdiction

TIMES, TICKED = 5, 50
NOBODY = 3  # firms that nobody is in charge of
BAR_S = 30
TOLD = re.compile(r"下达到的企业里，(\d+) 家没有人管")


def run() -> Report:
    report = Report("launch")
    with scene.served_demo() as running:
        asyncio.run(_measure(report, running.port))
    return report


async def _measure(report: Report, port: int) -> None:
    with unit_of_work(scene.BENCH, "system") as uow:
        district, firms = _asked(uow)
        district_id, chased = district.id, firms[NOBODY : NOBODY + TIMES * TICKED]
        uow.execute(update(Enterprise).where(Enterprise.id.in_(firms[:NOBODY])).values(officer_name=None))
        _give_accounts(uow, chased)
        nobody = uow.session.scalar(
            select(func.count(Enterprise.id)).where(Enterprise.id.in_(firms), func.coalesce(Enterprise.officer_name, "") == "")
        )
    phone = Phone(port)
    form = await phone.get("/sign-in")
    await phone.post("/sign-in", {"csrf_token": form.form_token, "username": "demo-district", "password": demo.PASSWORD})
    launches, chases, without, missing, unsaid, untold = [], [], 0, 0, 0, 0
    for number in range(TIMES):
        campaign_id = _draft(district_id, number)
        address = f"/campaigns/{campaign_id}"
        draft = await phone.get(address)
        answer = await phone.post(f"{address}/launch", {"csrf_token": draft.form_token, "revision": "1"}, "launch")
        assert answer.status == 303, answer.text[:800]
        launches.append(phone.seconds["launch"])
        shown = await phone.get(address)
        told = TOLD.search(shown.text)
        unsaid = max(unsaid, abs((nobody or 0) - int(told.group(1) if told else 0)))
        ticked = chased[number * TICKED : (number + 1) * TICKED]
        pairs = [("csrf_token", shown.form_token), ("wording", "auto"), *(("enterprise_id", str(one)) for one in ticked)]
        answer = await phone.post(f"{address}/chase", pairs, "chase")
        assert answer.status == 303, answer.text[:800]
        chases.append(phone.seconds["chase"])
        with unit_of_work(scene.BENCH, "system", write=False) as uow:
            of = Duty.campaign_id == campaign_id, Standing.campaign_id == campaign_id
            duties, standings = (uow.session.scalar(select(func.count()).where(one)) or 0 for one in of)
            missing, without = max(missing, len(firms) - duties), max(without, duties - standings)
            sent = select(Chase.id).where(Chase.campaign_id == campaign_id, Chase.way == ChaseWay.MESSAGE)
            got = uow.session.scalar(select(func.count(Notice.about_id.distinct())).where(Notice.about_id.in_(sent))) or 0
            untold = max(untold, TICKED - got)
    report.add("firms a launch is for", len(firms), "firms", 1284, at_least=True)
    report.add("a launch, the longest of five", max(launches), "s", BAR_S)
    report.add("firms without their duty", missing, "firms", 0)
    report.add("duties that no matrix counts yet", without, "duties", 0)
    report.add("firms without an officer that the page does not tell", unsaid, "firms", 0)
    report.add("50 ticked and chased, the longest of five", max(chases), "s", BAR_S)
    report.add("of them without a message in the inbox", untold, "firms", 0)
    report.notes.append("launches " + _told(launches) + "; chases " + _told(chases))


def _asked(uow: UnitOfWork) -> tuple[Jurisdiction, list[UUID]]:
    """The district of the demo, and the firms a campaign for all its industries is for."""
    own = select(Membership.jurisdiction_id).join(User).where(User.username == "demo-district")
    district = uow.session.get_one(Jurisdiction, uow.session.scalars(own).one())
    wanted = targets(district, industry_counts(uow, district), uow.today)
    return district, list(uow.session.scalars(select(Enterprise.id).where(wanted).order_by(Enterprise.id)))


def _give_accounts(uow: UnitOfWork, enterprise_ids: Sequence[UUID]) -> None:
    """Whom no message reaches is not chased; nobody signs in."""
    for enterprise_id in enterprise_ids:
        user = User(username=f"bench-{enterprise_id}", name="赵倩", password_hash="not a password", created_at=uow.now)
        user.memberships.append(Membership(role=Role.TRAINER, enterprise_id=enterprise_id, starts_on=uow.today))
        uow.session.add(user)


def _draft(district_id: UUID, number: int) -> UUID:
    with unit_of_work(scene.BENCH, "system") as uow:
        district = uow.session.get_one(Jurisdiction, district_id)
        plan = Plan(
            title=f"企业主要负责人讲安全课（{number + 1}）", industries=tuple(industry_counts(uow, district)),
            starts_on=uow.today, due_on=uow.today + timedelta(days=18), head_lectures=True, min_minutes=60,
            min_attendance=90, pass_mark=80,
        )  # fmt: skip
        return service.draft(uow, district, plan).id


def _told(seconds: Sequence[float]) -> str:
    return ", ".join(f"{one:.2f}" for one in seconds) + " s"
