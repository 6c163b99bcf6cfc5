"""A launched campaign is amended by versions; bureaus below tighten it; enterprises that come later are asked as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.campaigns import queries, service
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.campaigns.rules import changes, due_after, raised
from lms.campaigns.rules import looser as looser_in
from lms.compliance import service as standings
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries.mending import ways_to_mend
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.registry.events import EnterprisesAdded, EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction
from tests.campaigns.test_campaigns import enterprise, plan, typed
from tests.compliance.scene import hold
from tests.compliance.test_standings import say_closed
from tests.world import acting

SYSTEM = Actor.system("test")


@pytest.fixture
def district(world, uow):
    return uow.session.get_one(Jurisdiction, world.here.district_id)


@pytest.fixture
def campaign(uow, district):
    made = service.draft(uow, district, plan(uow.today))
    service.launch(uow, made)
    return made


def line_of(uow, campaign, enterprise_id):
    wanted = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id == enterprise_id)
    return uow.session.scalars(wanted.where(Standing.until_on.is_(None))).one()


def due_of(uow, campaign, enterprise_id):
    wanted = select(Duty.due_on).where(Duty.campaign_id == campaign.id, Duty.enterprise_id == enterprise_id)
    return uow.session.scalar(wanted)


def test_a_lecture_by_the_old_rules_stays_counted_and_the_standing_names_the_version(world, uow, campaign):
    firm = world.here.enterprise_id
    hold(uow, world.here, campaign, minutes=62, people=("passed",) * 5)
    standings.settle(uow, campaign.id)
    other = enterprise(uow, world.here.street_id, 7)
    later = acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=2))
    service.ask_newcomers(uow, (other,))

    service.change(later, campaign, replace(campaign.plan, min_minutes=90), campaign.revision, "按市里要求")

    kept, new = line_of(uow, campaign, firm), line_of(uow, campaign, other)
    assert (kept.state, kept.rule_version) == (StandingState.COMPLETED, 1)
    assert (new.state, new.rule_version) == (StandingState.NOT_STARTED, 2)
    assert standings.settle(later, campaign.id) == 0
    uow.session.expire_all()
    held = uow.session.get_one(Lecture, kept.lecture_id)
    assert (held.shortfall, held.minutes_asked) == (None, 60)  # nor does its page say that it is too short


def test_the_order_in_which_industries_were_ticked_is_no_change():
    old = replace(plan(date(2026, 11, 1)), industries=("其他", "工贸"))

    assert changes(old, replace(old, industries=("工贸", "其他"), min_minutes=45)) == ["min_minutes"]


def test_a_rule_made_milder_helps_who_lectured_before_it(world, uow, campaign):
    hold(uow, world.here, campaign, minutes=45, people=("passed",) * 5)
    standings.settle(uow, campaign.id)
    assert line_of(uow, campaign, world.here.enterprise_id).state is StandingState.NOT_STARTED

    service.change(uow, campaign, replace(campaign.plan, min_minutes=45), campaign.revision, "六十分钟定高了")

    line = line_of(uow, campaign, world.here.enterprise_id)
    assert (line.state, line.rule_version) == (StandingState.COMPLETED, 2)


def test_an_amendment_keeps_the_old_rules_says_why_and_tells_the_enterprises(world, uow, campaign):
    firm = world.here.enterprise_id
    postponed = campaign.due_on + timedelta(days=40)
    other = enterprise(uow, world.here.street_id, 7)
    service.ask_newcomers(uow, (other,))
    uow.session.scalars(select(Duty).where(Duty.enterprise_id == other)).one().due_on = postponed
    due = campaign.due_on + timedelta(days=5)

    service.change(uow, campaign, replace(campaign.plan, due_on=due), campaign.revision, "让企业有时间准备")
    service.change(uow, campaign, campaign.plan, campaign.revision, "什么也没改")

    first, second = reversed(queries.versions(uow, campaign))
    assert (first.due_on, first.reason, second.due_on, second.reason) == (due - timedelta(days=5), "", due, "让企业有时间准备")
    assert (due_of(uow, campaign, firm), due_of(uow, campaign, other)) == (due, postponed)
    told = uow.session.scalars(select(Notice).where(Notice.enterprise_id == firm, Notice.kind == service.AMENDED)).first()
    assert f"截止日期由 {due - timedelta(days=5)} 改为 {due}" in told.body
    assert "让企业有时间准备" in told.body


def test_industries_are_added_but_not_taken_out_and_an_amendment_needs_a_reason(world, uow, campaign):
    builder = enterprise(uow, world.here.street_id, 8, industry="建筑施工")

    with pytest.raises(service.IndustriesTakenOut):
        service.change(uow, campaign, replace(campaign.plan, industries=("建筑施工",)), campaign.revision, "改")
    with pytest.raises(service.ReasonMissing):
        service.change(uow, campaign, replace(campaign.plan, min_minutes=10), campaign.revision, " ")
    service.change(uow, campaign, replace(campaign.plan, industries=("工贸", "建筑施工")), campaign.revision, "扩大范围")

    assert due_of(uow, campaign, builder) == uow.today + timedelta(days=30)


def test_enterprises_that_come_later_are_asked_by_a_date_of_their_own(world, uow, campaign):
    street = world.here.street_id
    fresh = enterprise(uow, street, 1)
    asleep = enterprise(uow, street, 2, state=EnterpriseState.SUSPENDED)
    abroad = enterprise(uow, world.there.street_id, 3)
    uow.say(EnterprisesAdded((fresh, asleep, abroad), at=uow.now))
    assert due_of(uow, campaign, fresh) == uow.today + timedelta(days=30)
    assert line_of(uow, campaign, fresh).due_on == uow.today + timedelta(days=30)
    assert due_of(uow, campaign, asleep) is None
    assert due_of(uow, campaign, abroad) is None

    uow.session.get_one(Enterprise, asleep).state = EnterpriseState.ACTIVE
    uow.say(EnterprisesChanged((asleep,), at=uow.now))
    over = acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=60))
    too_late = enterprise(uow, street, 4)
    over.say(EnterprisesAdded((too_late,), at=over.now))

    assert due_of(uow, campaign, asleep) == uow.today + timedelta(days=30)
    assert due_of(uow, campaign, too_late) is None
    assert service.ask_newcomers(uow, (fresh, asleep, abroad)) == 0


OLD, NEW, ASKED = date(2026, 12, 30), date(2026, 12, 10), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due_on", "new", "late_on", "then"),
    [
        (OLD, NEW, None, NEW),
        (OLD, NEW, ASKED, date(2026, 12, 25)),  # 30 days from when it was asked
        (OLD, NEW, date(2026, 11, 1), NEW),
        (date(2027, 1, 9), NEW, None, date(2027, 1, 9)),
        (date(2027, 1, 9), date(2027, 1, 20), ASKED, date(2027, 1, 20)),
        (date(2026, 12, 20), date(2026, 12, 24), None, date(2026, 12, 24)),
    ],
)
def test_a_deadline_that_moves_leaves_later_dates_and_the_days_of_who_was_asked_late(due_on, new, late_on, then):
    assert due_after(due_on, OLD, new, 30, late_on) == then


def test_who_was_asked_late_keeps_its_days_when_the_deadline_is_brought_forward(world, uow, district):
    made = service.draft(uow, district, plan(uow.today, due_on=uow.today + timedelta(days=60)))
    service.launch(uow, made)
    later = acting(uow, uow.actor, uow.verb, uow.now + timedelta(days=10))
    late = enterprise(uow, world.here.street_id, 1)
    service.ask_newcomers(later, (late,))
    assert due_of(uow, made, late) == made.due_on

    for days in (20, 15):
        service.change(later, made, replace(made.plan, due_on=uow.today + timedelta(days=days)), made.revision, "提前检查")

    assert due_of(uow, made, world.here.enterprise_id) == uow.today + timedelta(days=15)
    assert due_of(uow, made, late) == line_of(uow, made, late).due_on == later.today + timedelta(days=30)


def test_a_bureau_below_tightens_never_loosens_and_one_lecture_satisfies_both(world, uow):
    city = uow.session.get_one(Jurisdiction, world.city_id)
    above = service.draft(uow, city, plan(uow.today))
    service.launch(uow, above)
    district = uow.session.get_one(Jurisdiction, world.here.district_id)
    for looser in (
        {"min_minutes": 59},
        {"head_lectures": False},
        {"deputy_counts": True},
        {"due_on": above.due_on + timedelta(1)},
    ):
        with pytest.raises(service.Looser):
            service.draft(uow, district, replace(above.plan, **looser), above)
    own = service.draft(uow, district, replace(above.plan, min_minutes=75, due_on=above.due_on - timedelta(3)), above)
    service.launch(uow, own)

    hold(uow, world.here, own, minutes=80, people=("passed",) * 5)
    standings.settle(uow, own.id)
    standings.settle(uow, above.id)

    firm = world.here.enterprise_id
    assert line_of(uow, own, firm).state is line_of(uow, above, firm).state is StandingState.COMPLETED
    service.change(uow, above, replace(above.plan, min_minutes=90), above.revision, "统一口径")
    assert own.min_minutes == 90
    assert queries.versions(uow, own)[0].reason == "随上级「企业主要负责人讲安全课」第 2 版更改"


def test_one_lecture_satisfies_the_campaigns_of_two_bureaus_and_nothing_is_entered_twice(world, uow):
    asked = []
    for place in (world.city_id, world.here.district_id):
        campaign = service.draft(uow, uow.session.get_one(Jurisdiction, place), plan(uow.today))
        service.launch(uow, campaign)
        asked.append(campaign)
    lecture = hold(uow, world.here, asked[0], people=("passed",) * 5)

    say_closed(uow, lecture)

    lines = [line_of(uow, campaign, world.here.enterprise_id) for campaign in asked]
    assert [(line.state, line.lecture_id) for line in lines] == [(StandingState.COMPLETED, lecture.id)] * 2
    assert uow.session.scalars(select(Lecture.id).where(Lecture.enterprise_id == world.here.enterprise_id)).all() == [lecture.id]


MORE = {"themes": ("LT06", "LT08"), "evidence": ("material", "photo"), "cascade": True}


@pytest.mark.parametrize(
    ("other", "fewer"),
    [
        ({}, []),
        ({"themes": ("LT04", "LT06", "LT08"), "evidence": ("material", "photo", "quiz")}, []),
        ({"themes": ("LT04", "LT06")}, ["themes"]),
        ({"evidence": ()}, ["evidence"]),
        ({"cascade": False}, ["cascade"]),
        ({"late_days": 365}, ["late_days"]),
        ({"late_days": 10}, []),
    ],
)
def test_a_bureau_below_may_ask_for_more_themes_and_evidence_never_for_fewer(uow, other, fewer):
    above = plan(uow.today, **MORE)
    below = replace(above, **other)

    assert looser_in(below, above) == fewer
    assert looser_in(raised(below, above), above) == []
    assert set(below.themes) <= set(raised(below, above).themes)


def test_themes_and_evidence_asked_later_come_down_to_the_street_and_are_said_to_the_enterprises(world, uow, campaign):
    street = uow.session.get_one(Jurisdiction, world.here.street_id)
    below = service.draft(uow, street, replace(campaign.plan, evidence=("quiz",)), campaign)
    service.launch(uow, below)
    hold(uow, world.here, campaign, people=("passed",) * 5)
    standings.settle(uow, campaign.id)

    service.change(
        uow,
        campaign,
        replace(campaign.plan, evidence=("photo",), themes=("LT08",), cascade=True),
        campaign.revision,
        "月底要检查",
    )

    assert (below.evidence, below.themes, below.cascade, below.version) == (["photo", "quiz"], ["LT08"], True, 2)
    told = uow.session.scalars(select(Notice.body).where(Notice.kind == service.AMENDED, Notice.about_id == campaign.id)).first()
    assert "必须讲到的主题由 不限 改为 有限空间作业安全" in told and "必须留下的材料由 不限 改为 现场照片" in told
    kept = line_of(uow, campaign, world.here.enterprise_id)
    assert (kept.state, kept.rule_version) == (StandingState.COMPLETED, 1)  # done by the rules of its day


def test_a_deadline_that_moves_is_followed_by_the_campaigns_in_which_its_lectures_count(world, uow, district, campaign):
    """Whoever was late for one lectured in the days of the other: moved to them and back, it counts there, and not."""
    firm, start = world.here.enterprise_id, campaign.due_on + timedelta(days=1)
    after = service.draft(uow, district, plan(start, due_on=start + timedelta(days=30)))
    service.launch(uow, after)
    lecture = hold(uow, world.here, campaign, people=("passed",) * 5)
    for sitting in lecture.sittings:
        sitting.planned_starts_at += start - uow.today
        sitting.planned_ends_at += start - uow.today
    standings.settle(uow, campaign.id)
    standings.settle(uow, after.id)

    states = []
    for due_on in (start, start - timedelta(days=1)):
        service.change(uow, campaign, replace(campaign.plan, due_on=due_on), campaign.revision, "改期")
        states.append(line_of(uow, after, firm).state)
        assert standings.settle(uow, after.id) == 0  # as a full rebuild has it

    assert states == [StandingState.COMPLETED, StandingState.NOT_STARTED]


def test_a_lecture_for_a_campaign_of_another_time_does_not_count(world, uow, district, campaign):
    hold(uow, world.here, campaign, people=("passed",) * 5)
    start = campaign.due_on + timedelta(days=1)
    after = service.draft(uow, district, plan(start, due_on=start + timedelta(days=30)))
    service.launch(uow, after)

    assert line_of(uow, after, world.here.enterprise_id).state is StandingState.NOT_STARTED


@pytest.mark.parametrize(("score", "district_state"), [(65, StandingState.LECTURED), (90, StandingState.COMPLETED)])
def test_a_quiz_passed_with_fewer_points_than_a_campaign_asks_completes_it_not(world, uow, district, score, district_state):
    """The firm holds its lecture for the city, which asks for 60 points; its district asks for 90."""
    city = service.draft(uow, uow.session.get_one(Jurisdiction, world.city_id), plan(uow.today, pass_mark=60))
    service.launch(uow, city)
    own = service.draft(uow, district, replace(city.plan, pass_mark=90), city)
    service.launch(uow, own)
    lecture = hold(uow, world.here, city, people=("passed",) * 5)
    lecture.quiz_plan = {"topics": ["动火"], "questions": 10, "pass_mark": 60}
    uow.session.execute(update(Completion).where(Completion.lecture_id == lecture.id).values(score=score))

    say_closed(uow, lecture)

    of_city, of_district = (line_of(uow, one, world.here.enterprise_id) for one in (city, own))
    assert (of_city.state, of_city.passed) == (StandingState.COMPLETED, of_city.expected)
    assert (of_district.state, of_district.passed) == (district_state, of_district.expected if score == 90 else 0)
    if score == 65:
        assert of_district.note == "按 90 分合格认定 0 / 5 人，要求 90%"
        assert set(ways_to_mend(uow, of_district)) == {"again", "lecture"}


def test_the_deadline_above_may_come_before_a_campaign_below_would_begin(world, uow):
    above = service.draft(uow, uow.session.get_one(Jurisdiction, world.city_id), plan(uow.today))
    service.launch(uow, above)
    place, starts_on = uow.session.get_one(Jurisdiction, world.here.street_id), above.due_on - timedelta(days=2)
    below = service.draft(uow, place, replace(above.plan, starts_on=starts_on), above)

    service.change(uow, above, replace(above.plan, due_on=starts_on - timedelta(days=3)), above.revision, "提前检查")

    assert below.starts_on == below.due_on == above.due_on == starts_on - timedelta(days=3)


# Pages.


def test_the_second_of_two_officers_is_told_and_nothing_typed_is_lost(world, client_as):
    first, second = client_as(world.here.officer), client_as(world.city_officer)
    address = first.post("/campaigns/new", data=typed()).location
    assert first.post(f"{address}/edit", data=typed(title="第一人改的", revision="1")).status_code == 303

    answer = second.post(f"{address}/edit", data=typed(title="第二人改的", min_minutes="45", revision="1"))

    assert answer.status_code == 409
    assert "王敏 已经改过" in answer.text
    assert "现在是 第一人改的，您填的是 第二人改的" in answer.text
    assert 'value="第二人改的"' in answer.text
    assert 'name="revision" type="hidden" value="2"' in answer.text
    unseen = second.post(f"{address}/launch", data={"revision": "1"}, follow_redirects=True).text
    assert "王敏 刚刚改过这个草稿，还没有启动" in unseen and 'name="revision" value="2"' in unseen
    assert second.post(f"{address}/edit", data=typed(title="第二人改的", revision="2")).status_code == 303
    assert "已启动" in second.post(f"{address}/launch", data={"revision": "3"}, follow_redirects=True).text


def test_a_running_campaign_is_not_amended_into_the_past(world, client_as):
    officer = client_as(world.here.officer)
    address = officer.post("/campaigns/new", data=typed()).location
    assert officer.post(f"{address}/launch").status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        before, today = uow.session.get_one(Campaign, UUID(address.rpartition("/")[2])).plan, uow.today
    past = {"starts_on": (today - timedelta(days=9)).isoformat(), "due_on": (today - timedelta(days=1)).isoformat()}

    answer = officer.post(f"{address}/edit", data=typed(**past, reason="改早"))

    assert answer.status_code == 422 and "截止日期已经过去" in answer.text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Campaign, UUID(address.rpartition("/")[2])).plan == before


def test_a_deadline_that_has_passed_is_refused_with_a_way_forward(world, client_as, app):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        today = uow.today
    past = {"starts_on": (today - timedelta(9)).isoformat(), "due_on": (today - timedelta(1)).isoformat()}

    answer = officer.post("/campaigns/new", data=typed(**past))
    assert answer.status_code == 422
    assert f"例如 {today + timedelta(30)}" in answer.text

    address = officer.post("/campaigns/new", data=typed()).location
    with unit_of_work(SYSTEM, "home") as uow:
        draft = uow.session.scalars(select(Campaign)).one()
        draft.starts_on, draft.due_on = today - timedelta(9), today - timedelta(1)
    assert "修改截止日期" in officer.get(address).text
    assert officer.post(f"{address}/launch").status_code == 422
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Campaign)).one().state is CampaignState.DRAFT


def test_an_officer_amends_by_the_page_and_a_street_tightens(world, client_as):
    officer, street = client_as(world.here.officer), client_as(world.here.street_officer)
    address = officer.post("/campaigns/new", data=typed()).location
    officer.post(f"{address}/launch")

    assert "请写明原因" not in officer.get(f"{address}/edit").text
    refused = officer.post(f"{address}/edit", data=typed(min_minutes="75", revision="2"))
    assert refused.status_code == 422
    assert "修改要写明原因" in refused.text
    amended = typed(min_minutes="75", revision="2", reason="统一口径")
    shown = officer.post(f"{address}/edit", data=amended, follow_redirects=True).text
    assert "已保存为第 2 版" in shown
    assert "最少讲多少分钟：60 → 75" in shown
    assert "统一口径" in client_as(world.here.trainer).get(address).text

    above = address.rsplit("/", 1)[1]
    assert f"/campaigns/new?above={above}" in street.get(address).text
    assert street.post(f"/campaigns/new?above={above}", data=typed(min_minutes="60")).status_code == 422
    tightened = street.post(f"/campaigns/new?above={above}", data=typed(min_minutes="80"))
    assert tightened.status_code == 303
    street.post(f"{tightened.location}/launch")
    assert "下级加严" in officer.get(address).text
    assert client_as(world.there.officer).get(f"/campaigns/new?above={above}").status_code == 404
