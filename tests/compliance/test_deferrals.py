"""An enterprise asks for another date or to be exempt; what is granted has an end, and the work list has it again after."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.campaigns import service as campaigns
from lms.compliance import queries
from lms.compliance import service as standings
from lms.compliance.chasing import deferrals, rules, service
from lms.compliance.chasing.rules import DeferralFault, DeferralKind, Refusal, Wording
from lms.compliance.models import Deferral, Standing, StandingState
from lms.core.uow import unit_of_work
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, Jurisdiction
from tests.api.tokens import bearing, token_of
from tests.compliance.scene import SYSTEM, flat, plan
from tests.conftest import on_either
from tests.world import acting

DUE = date(2026, 12, 14)


def officer_of(uow, jurisdiction_id):
    return acting(uow, Actor("user:x", "王敏", (Held(Role.OFFICER, jurisdiction_id=jurisdiction_id),)), "campaign.chase")


def line_of(uow, campaign, enterprise_id):
    wanted = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id == enterprise_id)
    return uow.session.scalars(wanted.where(Standing.until_on.is_(None))).one()


def ask(client, campaign, side, **data):
    data = {"kind": "extension", "reason": "停产检修"} | data
    return client.post(f"/campaigns/{campaign.id}/enterprises/{side.enterprise_id}/deferral", data=data, follow_redirects=True)


@pytest.mark.parametrize(
    ("kind", "until", "fault"),
    [
        (DeferralKind.EXTENSION, DUE, DeferralFault.NO_LATER),
        (DeferralKind.EXTENSION, DUE + timedelta(days=1), None),
        (DeferralKind.EXEMPTION, DUE - timedelta(days=1), None),
        (DeferralKind.EXEMPTION, date(2026, 11, 26), DeferralFault.PAST),
    ],
)
def test_a_day_lies_ahead_and_an_extension_after_the_due_date(kind, until, fault):
    assert rules.deferral_fault(kind, until, date(2026, 11, 26), DUE) is fault


@pytest.mark.usefixtures("ordinary_monday")
def test_a_firm_asks_for_another_date_and_the_officer_grants_it(world, campaign, client_as):
    firm, officer = client_as(world.here.trainer), client_as(world.here.officer)
    later = campaign.due_on + timedelta(days=5)

    asked = ask(firm, campaign, world.here, until_on=later.isoformat())

    assert "申请已交给岳阳楼区" in flat(asked)
    assert "申请改期" in flat(officer.get("/inbox"))
    waiting = officer.get(f"/campaigns/{campaign.id}/enterprises?metric=asking")
    assert "有申请待答复 1 家" in flat(waiting)
    assert "湘粮油脂有限公司" in waiting.text
    assert "看申请" in waiting.text and 'name="only"' not in waiting.text  # chasing it would be refused
    ticked = {"enterprise_id": re.findall('type="checkbox" name="enterprise_id" value="(.+?)"', waiting.text)}
    assert ticked["enterprise_id"] == [str(world.here.enterprise_id)]  # but one can go there
    assert "本周去 1 家" in flat(officer.post(f"/campaigns/{campaign.id}/firm-visits", data=ticked, follow_redirects=True))
    chased = officer.post(f"/campaigns/{campaign.id}/chase?metric=asking", data=ticked, follow_redirects=True)
    assert "没有催：有申请等您答复" in flat(chased)
    assert officer.get(f"/campaigns/{campaign.id}/enterprises").text.count('name="only"') == 2
    with unit_of_work(SYSTEM, "home") as uow:
        waits, told = uow.session.scalars(select(Deferral)).one(), []
        deferral_id, asked_at, scope = waits.id, waits.asked_at, queries.scope_for(uow, campaign, uow.today)
        for days in (7, 8):  # the Monday before: five working days; the Sunday before that one: six
            waits.asked_at = uow.now - timedelta(days=days)
            uow.session.flush()
            told.append([line.enterprise_id for line in queries.listed(uow, scope, "attention")])
            assert [line.enterprise_id for line in queries.listed(uow, scope, "waiting")] == told[-1]
            assert [queries.figures(uow, scope).attention, queries.figures(uow, scope).waiting] == [len(told[-1])] * 2
        assert told == [[], [world.here.enterprise_id]]
    worklist = officer.get(f"/campaigns/{campaign.id}/enterprises?metric=attention")
    assert flat(worklist).count("申请等了五个工作日以上") == 2  # as a way to narrow the list to it, and beside the firm
    assert "申请等了五个工作日以上 1" in flat(officer.get(f"/campaigns/{campaign.id}/summary")), "the card says why it counts it"
    with unit_of_work(SYSTEM, "home") as uow:
        waits = uow.session.get_one(Deferral, deferral_id)
        line = line_of(uow, campaign, world.here.enterprise_id)
        line.state = StandingState.LECTURED  # who has lectured and lacks something asks, and waits, as well
        uow.session.flush()
        assert [one.id for one in queries.listed(uow, scope, "attention")] == [line.id]
        assert queries.figures(uow, scope).attention == 1
        line.state, waits.asked_at = StandingState.NOT_STARTED, asked_at
    answer = officer.post(f"/deferrals/{deferral_id}/decide", data={"granted": "1", "answer": "抓紧"}, follow_redirects=True)
    assert f"同意到 {later}" in flat(answer)
    assert f"截止 {later}" in flat(firm.get(f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        day_of = {
            day: queries.figures(uow, queries.scope_for(uow, campaign, day)).overdue for day in (later, later + timedelta(1))
        }
    assert day_of == {later: 2, later + timedelta(1): 3}  # back on the list the day after, among the others
    again = officer.post(f"/deferrals/{deferral_id}/decide", data={"granted": "1"})
    assert "已经答复过了" in again.text


def test_who_is_exempt_is_not_counted_and_is_asked_again_the_day_after_the_last(world, campaign, uow):
    officer = officer_of(uow, world.here.district_id)
    line, until = line_of(uow, campaign, world.here.enterprise_id), uow.today + timedelta(days=40)
    asked = deferrals.ask(uow, campaign, line, DeferralKind.EXEMPTION, until, "停产检修")
    deferrals.grant(officer, asked, until)

    def on(day):
        scope = queries.scope_for(uow, campaign, day)
        sums = queries.figures(uow, scope)
        worklist = {line.enterprise_id for line in queries.listed(uow, scope, "attention")}
        seen[day] = world.here.enterprise_id in worklist
        return sums.asked, sums.exempt, sums.overdue, len(queries.listed(uow, scope, "exempt"))

    seen: dict[date, bool] = {}
    assert (on(uow.today), on(until), on(until + timedelta(days=1))) == ((2, 1, 0, 1), (2, 1, 2, 1), (3, 0, 3, 0))
    assert seen == {uow.today: False, until: False, until + timedelta(days=1): True}  # back on the worklist the same day
    assert queries.coverage(uow, [campaign.id]) == {campaign.id: (0, 2)}
    line = line_of(uow, campaign, world.here.enterprise_id)
    assert (line.exempt_reason, line.exempt_by) == ("停产检修", "王敏")
    with force_locale("zh"):
        assert queries.state_words(line, until)[0] == f"免除到 {until}"
        noted = {told.name: told.note for told in queries.enterprise_lines(uow, queries.scope_for(uow, campaign, until))}
    assert noted["湘粮油脂有限公司"] == "免除理由：停产检修（王敏批准）"
    assert standings.settle(uow, campaign.id) == 0
    done = service.chase(officer, campaign, [world.here.enterprise_id], Wording.AUTO)
    assert set(done.refused) == {Refusal.EXEMPT}


def test_what_was_granted_by_mistake_is_withdrawn_from_today_on_and_the_latest_decision_counts(app, world, campaign, client_as):
    firm, officer = client_as(world.here.trainer), client_as(world.here.officer)
    page = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"

    def granted(until, kind="exemption"):
        ask(firm, campaign, world.here, until_on=until.isoformat(), kind=kind)
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            asked = uow.session.scalars(select(Deferral.id).where(Deferral.state == "open")).one()
        assert officer.post(f"/deferrals/{asked}/decide", data={"granted": "1"}).status_code == 303
        return f"/deferrals/{asked}/withdraw"

    def stands():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            line = line_of(uow, campaign, world.here.enterprise_id)
            return line.exempt_until, line.due_on, uow.today

    today = stands()[2]
    granted(today + timedelta(days=3650))
    withdraw = granted(today + timedelta(days=30))
    assert stands()[0] == today + timedelta(days=30)  # not the one that ends last
    assert officer.post(withdraw, data={"reason": " "}).status_code == 422
    assert client_as(world.there.officer).post(withdraw, data={"reason": "看错了"}).status_code == 404

    said = flat(officer.post(withdraw, data={"reason": "年份写错了"}, follow_redirects=True))

    assert "原来同意免除到" in said and "撤回" in said
    assert stands()[0] is None and "年份写错了" in flat(firm.get(page)) and "撤回了对免除的同意" in flat(firm.get("/inbox"))
    assert officer.post(withdraw, data={"reason": "再来一次"}).status_code == 409
    listed = bearing(app, token_of(world.here.officer)[1]).get(f"/api/v1/campaigns/{campaign.id}/deferrals").json["items"]
    told = [(one["state"], one["asked_by"], one["withdrawn_by"]) for one in listed]
    assert told == [("granted", "赵倩", None), ("granted", "赵倩", None), ("withdrawn", None, "王敏")]
    later = granted(campaign.due_on + timedelta(days=400), "extension")
    assert officer.post(later, data={"reason": "年份写错了"}).status_code == 303
    assert stands()[1] == campaign.due_on
    with unit_of_work(SYSTEM, "home") as uow:
        assert standings.settle(uow, campaign.id) == 0


def test_an_officer_grants_what_a_firm_without_an_account_did_not_ask_for_and_it_ends_by_itself(app, world, campaign, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        mute = next(
            one.enterprise_id for one in uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id))
            if one.enterprise_id != world.here.enterprise_id
        )  # fmt: skip
        today = uow.today
    officer, until = client_as(world.here.officer), campaign.due_on + timedelta(days=20)
    page = f"/campaigns/{campaign.id}/enterprises/{mute}"
    given = {"kind": "exemption", "until_on": until.isoformat(), "reason": "停产检修"}
    for who in (world.there.officer, world.here.street_officer):  # of another district, and below the one that asks
        assert client_as(who).post(f"{page}/deferral/grant", data=given).status_code == 404
    assert f'action="{page}/deferral/grant"' in officer.get(page).text
    assert officer.post(f"{page}/deferral/grant", data=given | {"reason": " "}).status_code == 422
    assert "日期要在今天之后" in officer.post(f"{page}/deferral/grant", data=given | {"until_on": today.isoformat()}).text

    told = flat(officer.post(f"{page}/deferral/grant", data=given, follow_redirects=True))

    assert f"免除到 {until}" in told and "企业没有申请" in told and "停产检修" in told and "王敏" in told
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        line = line_of(uow, campaign, mute)
        assert (line.exempt_until, line.exempt_reason, line.exempt_by) == (until, "停产检修", "王敏")
        owed = [
            mute in {line.enterprise_id for line in queries.listed(uow, queries.scope_for(uow, campaign, day), "attention")}
            for day in (until, until + timedelta(days=1))
        ]
        assert owed == [False, True] and standings.settle(uow, campaign.id) == 0

    firm, own = client_as(world.here.trainer), f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    later = {"kind": "extension", "until_on": until.isoformat(), "reason": "负责人住院"}
    program = bearing(app, token_of(world.here.officer, writes=True)[1])
    made = program.post(f"/api/v1{own}/deferral/grant", json=later)
    assert made.status_code == 201 and (made.json["asked_by"], made.json["decided_by"]) == (None, "王敏")
    assert f"改期到 {until}" in flat(firm.get("/inbox")) and "负责人住院" in flat(firm.get(own))
    assert f"截止 {until}" in flat(firm.get(own)) and "deferral/grant" not in firm.get(own).text
    ask(firm, campaign, world.here, until_on=(until + timedelta(days=9)).isoformat())
    again = officer.post(f"{own}/deferral/grant", data=later | {"until_on": (until + timedelta(days=2)).isoformat()})
    assert again.status_code == 409 and "正等您答复" in again.text


def test_a_withdrawn_extension_brings_back_no_later_date_than_everybody_has_now(world, campaign, uow):
    officer, firm, running = officer_of(uow, world.here.district_id), world.here.enterprise_id, uow.session.merge(campaign)
    until, due = running.due_on + timedelta(days=5), running.due_on - timedelta(days=4)
    asked = deferrals.ask(uow, running, line_of(uow, running, firm), DeferralKind.EXTENSION, until, "停产检修")
    deferrals.grant(officer, asked, until)
    later = acting(uow, officer.actor, officer.verb, uow.now + timedelta(hours=1))
    campaigns.change(later, running, replace(running.plan, due_on=due), running.revision, "提前检查")
    assert line_of(uow, running, firm).due_on == until

    deferrals.withdraw(later, asked, "看错了")

    assert line_of(uow, running, firm).due_on == due


@on_either  # asking and answering each take hold of a row and read it anew
def test_a_refusal_has_a_reason_and_a_second_request_waits_for_the_first(world, campaign, client_as):
    firm, officer = client_as(world.here.head), client_as(world.here.officer)
    later = (campaign.due_on + timedelta(days=5)).isoformat()
    assert "直接安排讲课就行" in flat(ask(firm, campaign, world.here, until_on=campaign.due_on.isoformat()))
    page = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    assert 'href="/lectures/new"' in client_as(world.here.trainer).get(page).text
    ask(firm, campaign, world.here, until_on=later)
    assert "已经有一个申请在等答复" in flat(ask(firm, campaign, world.here, until_on=later))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        deferral_id = uow.session.scalars(select(Deferral.id)).one()

    bare = officer.post(f"/deferrals/{deferral_id}/decide", data={"answer": ""})
    said = officer.post(f"/deferrals/{deferral_id}/decide", data={"answer": "理由不足"}, follow_redirects=True)

    assert (bare.status_code, "不同意要写明原因" in bare.text) == (422, True)
    assert "不同意" in flat(said)
    assert "理由不足" in flat(firm.get(f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"))


def test_what_a_firm_that_moved_away_asks_for_is_answered_where_it_is_now(world, campaign, client_as):
    """Asked before it moved; once it has, the district that asked cannot reach it any more."""
    firm, there = client_as(world.here.trainer), client_as(world.there.officer)
    until = campaign.due_on + timedelta(days=5)
    ask(firm, campaign, world.here, until_on=until.isoformat())
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.there.street_id
        uow.session.flush()
        uow.say(EnterprisesChanged((world.here.enterprise_id,), at=uow.now))
        deferral_id = uow.session.scalars(select(Deferral.id)).one()
    page, decide = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}", f"/deferrals/{deferral_id}/decide"

    assert client_as(world.here.officer).post(decide, data={"granted": "1"}).status_code == 404
    assert client_as(world.there.street_officer).post(decide, data={"granted": "1"}).status_code == 404
    assert decide in there.get(page).text
    assert there.post(decide, data={"granted": "1"}).status_code == 303
    assert f"申请已交给{world_name(world.there.district_id)}" in flat(
        ask(firm, campaign, world.here, until_on=(until + timedelta(days=1)).isoformat())
    )
    assert "申请改期" in flat(there.get("/inbox"))


def world_name(jurisdiction_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.get_one(Jurisdiction, jurisdiction_id).name


def test_a_lower_bureau_cannot_loosen_what_the_city_asks(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = campaigns.draft(uow, uow.session.get_one(Jurisdiction, world.city_id), plan(uow.today))
        campaigns.launch(uow, campaign)
        line = line_of(uow, campaign, world.here.enterprise_id)
        asked = deferrals.ask(uow, campaign, line, DeferralKind.EXEMPTION, uow.today + timedelta(days=9), "停产检修")
    page, decide = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}", f"/deferrals/{asked.id}/decide"

    district = client_as(world.here.officer)

    assert "由岳阳市答复" in flat(district.get(page))
    assert district.post(decide, data={"granted": "1"}).status_code == 404
    assert client_as(world.city_officer).post(decide, data={"granted": "1"}).status_code == 303
