"""A firm has five working days to say what was behind a signal; after that the officer sees that it said nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from lms.campaigns.models import Campaign
from lms.compliance import service
from lms.compliance.signals import service as signals
from lms.compliance.signals.models import LectureSignal
from lms.core.uow import unit_of_work
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
    assert LATE in flat(officer.get(f"/enterprises/{world.here.enterprise_id}"))
    trainer.post(f"/lectures/{lecture.id}/signals/short/explain", data={"text": "停电，改天补讲"})
    assert told() == [False, False]
