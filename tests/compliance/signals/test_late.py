"""A firm has five working days to say what was behind a signal; after that the officer sees that it said nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from lms.campaigns.models import Campaign
from lms.compliance import queries, service
from lms.compliance.models import Standing
from lms.compliance.signals import service as signals
from lms.compliance.signals.models import LectureSignal, SignalWord
from lms.core.uow import UnitOfWork, unit_of_work
from tests.compliance.scene import SYSTEM, flat, hold
from tests.world import World

LATE = "五个工作日没有说明"


def test_a_firm_that_says_nothing_for_five_working_days_is_named_until_it_does(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = hold(uow, world.here, campaign, minutes=30)
        service.settle(uow, campaign.id)
        signals.check(uow, lecture.id)
        uow.session.flush()
        line = uow.session.query(LectureSignal).filter_by(lecture_id=lecture.id, code="short").one()
        line.raised_at = uow.now - timedelta(days=4)  # never more than four working days
    officer, trainer = client_as(world.here.officer), client_as(world.here.trainer)

    def told() -> list[bool]:
        return [LATE in flat(officer.get("/signals")), LATE in officer.get("/signals?as=csv").data.decode("utf-8-sig")]

    assert told() == [False, False]
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(LectureSignal, line.id).raised_at = uow.now - timedelta(days=11)  # seven working days or more
    assert told() == [True, True]
    firm = f"/enterprises/{world.here.enterprise_id}"
    assert LATE in flat(officer.get(firm))
    officer.post(f"/lectures/{lecture.id}/signals/short/look", data={"text": "还没有说明，继续列着", "keep": "1"})
    assert told() == [True, True], "nobody has answered: an officer's word gives no new days"
    assert not any("已说明" in flat(officer.get(page)) for page in ("/signals", firm)), "nor is it the firm's"
    trainer.post(f"/lectures/{lecture.id}/signals/short/explain", data={"text": "停电，改天补讲"})
    assert told() == [False, False] and all("已说明" in flat(officer.get(page)) for page in ("/signals", firm))
    officer.post(f"/lectures/{lecture.id}/signals/short/look", data={"text": "请补停电通知", "keep": "1"})  # asked for more
    assert told() == [False, False], "the five days begin anew"
    with unit_of_work(SYSTEM, "system") as uow:
        for word in uow.session.query(SignalWord):
            word.said_at -= timedelta(days=11)
        uow.session.get_one(LectureSignal, line.id).raised_at -= timedelta(days=11)
        for standing in uow.session.query(Standing):
            standing.since_on -= timedelta(days=30)
        uow.session.flush()
        scope = queries.scope_for(uow, campaign, uow.today)
        assert told_of(uow, scope) == 1 and told_of(uow, replace(scope, day=uow.today - timedelta(days=9))) == 0
    officer.post(f"/lectures/{lecture.id}/signals/short/look", data={"text": "还是没有", "keep": "1"})
    assert told() == [True, True], "asked once more without an answer, nothing begins anew"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert told_of(uow, scope) == 1
    trainer.post(f"/lectures/{lecture.id}/signals/short/explain", data={"text": "通知已补"})
    assert told() == [False, False]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert told_of(uow, scope) == 0


def told_of(uow: UnitOfWork, scope: queries.Scope) -> int:
    """Firms on the worklist of the campaign for that."""
    return len(queries.listed(uow, scope, "unanswered"))
