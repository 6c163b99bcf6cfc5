"""An enterprise stops, is closed, opens again: who is asked follows from that day on, what was counted before stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.campaigns.models import Duty
from lms.compliance import service as standings
from lms.compliance.models import Standing
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, EnterpriseState
from lms.registry.past import EnterpriseStateChange
from lms.registry.service import openings, states
from tests.compliance.scene import SYSTEM, flat, hold
from tests.conftest import on_either
from tests.world import acting

STOPPED, OPEN = EnterpriseState.SUSPENDED, EnterpriseState.ACTIVE


@pytest.fixture
def officer(client_as, world) -> FlaskClient:
    return client_as(world.here.officer)


def say(uow, world, state, days: int, after: int = 0) -> None:
    """As somebody says it, `days` after today, of a day `after` that."""
    later = acting(uow, uow.actor, "system", uow.now + timedelta(days=days))
    firm = later.session.get_one(Enterprise, world.here.enterprise_id)
    states.change(later, firm, state, later.today + timedelta(days=after), "检修停产")


def line_of(uow, world, campaign, days: int) -> Standing:
    day = uow.today + timedelta(days=days)
    of = (Standing.campaign_id == campaign.id, Standing.enterprise_id == world.here.enterprise_id)
    return uow.session.scalars(select(Standing).where(*of, Standing.runs_on(day))).one()


@on_either
def test_who_opens_again_while_the_campaign_runs_has_as_long_as_a_newcomer(app, world, campaign, uow):
    say(uow, world, STOPPED, 5)
    say(uow, world, OPEN, 10)

    before, stopped, again = (line_of(uow, world, campaign, days) for days in (0, 7, 10))

    assert (before.is_stopped, stopped.is_stopped, again.is_stopped) == (False, True, False)
    assert again.due_on == uow.today + timedelta(days=10 + campaign.late_days)
    assert before.due_on == stopped.due_on == campaign.due_on
    assert standings.settle(acting(uow, uow.actor, "system", uow.now + timedelta(days=10)), campaign.id) == 0


@on_either
def test_a_duty_that_ended_while_the_enterprise_had_stopped_lapses(app, world, campaign, uow):
    say(uow, world, STOPPED, 5)
    say(uow, world, OPEN, 400)
    later = acting(uow, uow.actor, "system", uow.now + timedelta(days=401))

    assert uow.session.scalar(select(Duty.lapsed_on).where(Duty.enterprise_id == world.here.enterprise_id))
    assert standings.settle(later, campaign.id) == 0
    assert line_of(uow, world, campaign, 401).is_stopped


def test_what_had_been_done_stays_done(world, campaign, uow):
    hold(uow, world.here, campaign, people=("passed",) * 5)
    standings.settle(uow, campaign.id)
    say(uow, world, EnterpriseState.CLOSED, 3)
    say(uow, world, OPEN, 6)

    assert [line_of(uow, world, campaign, days).state.value for days in (0, 4, 6)] == ["completed"] * 3
    assert line_of(uow, world, campaign, 6).due_on == campaign.due_on


def test_a_day_to_come_waits_for_its_day_and_can_be_taken_back(world, campaign, uow):
    say(uow, world, STOPPED, 0, after=4)
    firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
    with pytest.raises(states.StateWaits):
        say(uow, world, STOPPED, 0)
    openings.turn(acting(uow, uow.actor, "system", uow.now + timedelta(days=3)))
    assert firm.state is OPEN

    openings.turn(acting(uow, uow.actor, "system", uow.now + timedelta(days=4)))
    assert firm.state is STOPPED and line_of(uow, world, campaign, 4).is_stopped
    say(uow, world, OPEN, 5, after=9)
    waiting = uow.session.scalars(select(EnterpriseStateChange).where(EnterpriseStateChange.applied_at.is_(None))).one()
    states.take_back(uow, waiting)
    openings.turn(acting(uow, uow.actor, "system", uow.now + timedelta(days=20)))
    assert firm.state is STOPPED
    with pytest.raises(states.NotWaiting):
        states.take_back(uow, waiting)


def test_an_officer_stops_a_firm_by_the_page_and_no_worklist_asks_for_it_any_more(world, campaign, officer, client_as):
    page = f"/enterprises/{world.here.enterprise_id}/state"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        today = uow.today.isoformat()
    told = {"state": "suspended", "on": today, "reason": "整体检修"}

    refused = officer.post(page, data=told | {"reason": ""})
    done = officer.post(page, data=told, follow_redirects=True)
    again = officer.post(page, data=told)

    assert refused.status_code == 422 and "请写明原因" in refused.text
    assert "现在起生效" in done.text and "整体检修" in done.text and "停业" in flat(done)
    assert again.status_code == 422
    listed = officer.get(f"/campaigns/{campaign.id}/enterprises?metric=not_lectured").text
    assert "湘粮油脂有限公司" not in listed
    assert "湘粮油脂有限公司" in officer.get(f"/campaigns/{campaign.id}/enterprises?metric=stopped").text
    chased = officer.post(
        f"/campaigns/{campaign.id}/chase", data={"only": str(world.here.enterprise_id), "wording": "auto"}, follow_redirects=True
    )
    assert "没有催：停业、注销" in flat(chased)
    assert client_as(world.there.officer).get(page).status_code == 404
    assert client_as(world.here.trainer).get(page).status_code == 404
