"""An enterprise stops, is closed, opens again: who is asked follows from that day on, what was counted before stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from lms.campaigns import service as campaigns
from lms.campaigns.models import Duty
from lms.compliance import queries
from lms.compliance import service as standings
from lms.compliance.chasing import service as chasing
from lms.compliance.chasing.rules import Refusal, Wording
from lms.compliance.models import Standing
from lms.core.tables import read
from lms.core.uow import unit_of_work
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseState, EnterpriseStateChange, Jurisdiction
from lms.registry.rules import read_enterprises
from lms.registry.service import openings, states
from lms.registry.service.enterprises import import_enterprises
from tests.compliance.scene import SYSTEM, flat, hold
from tests.conftest import on_either
from tests.world import acting

STOPPED, OPEN = EnterpriseState.SUSPENDED, EnterpriseState.ACTIVE


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
    line = line_of(uow, world, campaign, 401)
    assert line.is_stopped
    assert queries.state_words(line, later.today) == ("停业期间截止，不再补", "none")
    then, on = line_of(uow, world, campaign, 399), uow.today + timedelta(days=399)
    assert queries.state_words(then, on) == ("停业", "none"), "whatever became of it later"
    moved = acting(uow, uow.actor, "system", uow.now + timedelta(days=410))
    uow.session.get_one(Enterprise, world.here.enterprise_id).officer_name = "周凯"
    moved.say(EnterprisesChanged((world.here.enterprise_id,), at=moved.now))
    assert queries.state_words(line_of(uow, world, campaign, 405), uow.today + timedelta(days=405))[0] == "停业期间截止，不再补"
    assert queries.state_words(line_of(uow, world, campaign, 410), moved.today)[0] == "停业期间截止，不再补"
    assert chasing.chase(later, campaign, [world.here.enterprise_id], Wording.AUTO).refused == {
        Refusal.LAPSED: ("湘粮油脂有限公司",)
    }
    for state, after, told in (
        (EnterpriseState.CLOSED, 411, "注销"),
        (STOPPED, 412, "停业"),
        (OPEN, 413, "停业期间截止，不再补"),
    ):
        say(uow, world, state, after)
        day = uow.today + timedelta(days=after)
        assert queries.state_words(line_of(uow, world, campaign, after), day)[0] == told, "as it is that day"
        if state is EnterpriseState.CLOSED:
            shut = acting(uow, uow.actor, "system", uow.now + timedelta(days=after))
            refused = chasing.chase(shut, campaign, [world.here.enterprise_id], Wording.AUTO).refused
            assert refused == {Refusal.STOPPED: ("湘粮油脂有限公司",)}


def test_what_was_overdue_before_it_stopped_is_overdue_after_it_opens_again(world, campaign, uow):
    say(uow, world, STOPPED, 20)
    say(uow, world, OPEN, 21)

    line = line_of(uow, world, campaign, 21)
    assert (line.is_stopped, line.due_on) == (False, campaign.due_on)
    assert queries.state_words(line, uow.today + timedelta(days=21)) == ("逾期 3 天", "bad")


def test_a_date_of_its_own_stays_while_it_is_to_come_and_lapses_where_it_fell_while_it_had_stopped(world, campaign, uow):
    duty = uow.session.scalars(select(Duty).where(Duty.enterprise_id == world.here.enterprise_id)).one()
    duty.due_on = own = uow.today + timedelta(days=60)
    standings.settle(uow, campaign.id)
    say(uow, world, STOPPED, 20)
    say(uow, world, OPEN, 25)

    assert (duty.lapsed_on, duty.due_on, line_of(uow, world, campaign, 25).is_stopped) == (None, own, False)
    say(uow, world, STOPPED, 40)
    say(uow, world, OPEN, 70)
    assert duty.lapsed_on == uow.today + timedelta(days=70)


def test_a_campaign_extended_to_a_later_day_asks_again_for_what_had_lapsed(world, campaign, uow):
    say(uow, world, STOPPED, 5)
    say(uow, world, OPEN, 30)
    assert line_of(uow, world, campaign, 30).is_stopped
    campaign, later = uow.session.merge(campaign), acting(uow, uow.actor, "system", uow.now + timedelta(days=31))

    campaigns.change(
        later, campaign, replace(campaign.plan, due_on=uow.today + timedelta(days=40)), campaign.revision, "延期一个月"
    )

    line = line_of(uow, world, campaign, 31)
    assert (line.is_stopped, line.due_on) == (False, uow.today + timedelta(days=31 + campaign.late_days))


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


def test_a_list_comes_before_the_day_that_was_waited_for(world, campaign, uow):
    say(uow, world, STOPPED, 0, after=4)
    firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
    district = uow.session.get_one(Jurisdiction, world.here.district_id)
    written = (
        "单位名称,统一社会信用代码,街道,行业,主管部门,经营状态\n"
        f"{firm.name},{firm.uscc},{firm.jurisdiction.name},{firm.industry},住建局,注销\n"
    )

    with force_locale("zh"):
        import_enterprises(uow, district, read_enterprises(read(written.encode())))
    openings.turn(acting(uow, uow.actor, "system", uow.now + timedelta(days=4)))

    assert (firm.state, firm.trade_authority) == (EnterpriseState.CLOSED, "住建局")
    assert line_of(uow, world, campaign, 0).trade_authority == "住建局"
    told = uow.session.scalars(select(EnterpriseStateChange).order_by(EnterpriseStateChange.id)).all()
    assert [(bool(one.applied_at), bool(one.withdrawn_at)) for one in told] == [(False, True), (True, False)]


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
