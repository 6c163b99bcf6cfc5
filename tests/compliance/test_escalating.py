"""Chasing that changed nothing goes up; what is asked of enterprises is measured."""

import html
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import func, select, update

from lms.access.actor import Actor, Held
from lms.access.models import Membership, Role
from lms.access.service import load_actor
from lms.campaigns import service as campaigns
from lms.campaigns.models import Campaign
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinState
from lms.compliance.burden import queries as burden
from lms.compliance.burden import rules as work
from lms.compliance.burden.models import Effort
from lms.compliance.chasing import deferrals, escalating, rules, service
from lms.compliance.chasing.rules import DeferralKind, Wording
from lms.compliance.models import ChaseEscalation, ChaseWay, Deferral, Standing
from lms.compliance.queries import listed, scope_for
from lms.compliance.signals.models import LectureSignal, Said, SignalWord
from lms.compliance.situation.rules import months_before
from lms.core.clock import at, local_date
from lms.core.uow import unit_of_work
from lms.notices.models import Notice
from lms.registry.events import EnterprisesAdded
from lms.registry.models import Jurisdiction
from lms.supervision.models import Observation
from tests.compliance.scene import SYSTEM, add_enterprises, flat, hold, launch
from tests.hazards.scene import found
from tests.world import acting

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def as_street(uow, world, now):
    held = (Held(Role.OFFICER, jurisdiction_id=world.here.street_id),)
    return acting(uow, Actor("user:y", "李强", held), "campaign.chase", now)


def chased(uow, world, campaign, *days):
    for day in days:
        service.chase(as_street(uow, world, NOON + day * DAY), campaign, [world.here.enterprise_id], Wording.AUTO)


@pytest.mark.parametrize(
    ("ago", "goes"), [([], False), ([9], False), ([9, 4], True), ([9, 3], True), ([9, 2.9], False), ([9, 8, 1], False)]
)
def test_two_messages_and_three_days_without_a_change_go_up(ago, goes):
    assert rules.escalates(NOON, [NOON - days * DAY for days in ago]) is goes


def test_the_level_above_the_one_that_chased_is_told_once_and_sees_the_names(world, campaign, uow):
    chased(uow, world, campaign, 0, 2)
    later = acting(uow, SYSTEM, "system", NOON + 5.1 * DAY)
    assert escalating.escalate(acting(uow, SYSTEM, "system", NOON + 4 * DAY)) == 0

    assert escalating.escalate(later) == 1
    assert escalating.escalate(later) == 0

    district = load_actor(uow, world.here.officer)
    [told] = uow.session.scalars(select(Notice).where(Notice.kind == escalating.KIND)).all()
    assert told.user_id == district.user_id
    assert "湘粮油脂有限公司" in told.body
    reader = acting(uow, district, "summary.read", NOON + 6 * DAY)
    assert [line.enterprise_id for line in listed(reader, scope_for(reader, campaign, reader.today), "escalated")] == [
        world.here.enterprise_id
    ]
    assert listed(reader, scope_for(reader, campaign, (NOON + DAY).date()), "escalated") == []


def test_what_a_district_then_chases_in_vain_goes_on_to_the_city(world, campaign, uow):
    chased(uow, world, campaign, 0, 2)
    assert escalating.escalate(acting(uow, SYSTEM, "system", NOON + 6 * DAY)) == 1
    district = load_actor(uow, world.here.officer)

    for day in (8, 10):
        by_district = acting(uow, district, "campaign.chase", NOON + day * DAY)
        assert service.chase(by_district, campaign, [world.here.enterprise_id], Wording.AUTO).sent
    assert escalating.escalate(acting(uow, SYSTEM, "system", NOON + 12 * DAY)) == 0
    assert escalating.escalate(acting(uow, SYSTEM, "system", NOON + 14 * DAY)) == 1

    gone_up = select(ChaseEscalation.to_id, ChaseEscalation.chases).order_by(ChaseEscalation.escalated_at)
    assert uow.session.execute(gone_up).all() == [(world.here.district_id, 2), (world.city_id, 2)]
    told = uow.session.scalars(select(Notice.user_id).where(Notice.kind == escalating.KIND).order_by(Notice.id)).all()
    assert told == [load_actor(uow, who).user_id for who in (world.here.officer, world.city_officer)]


def test_where_the_level_above_has_no_account_the_first_that_has_is_told_and_without_any_nothing_is_said_to_be(
    world, campaign, uow
):
    chased(uow, world, campaign, 0, 2)
    later = acting(uow, SYSTEM, "system", NOON + 6 * DAY)

    def leave(*ids):
        ended = update(Membership).where(Membership.jurisdiction_id.in_(ids))
        uow.session.execute(ended.values(ends_on=later.today - DAY))

    with uow.session.begin_nested() as tried:
        leave(world.here.district_id, world.city_id)
        assert escalating.escalate(later) == 0
        tried.rollback()
    leave(world.here.district_id)
    assert escalating.escalate(later) == 1

    assert uow.session.scalars(select(ChaseEscalation.to_id)).all() == [world.city_id]
    [told] = uow.session.scalars(select(Notice).where(Notice.kind == escalating.KIND)).all()
    assert told.user_id == load_actor(uow, world.city_officer).user_id


def test_where_nobody_above_has_an_account_who_chases_and_who_asks_read_so_and_no_minute_writes_in_vain(
    world, campaign, client_as, monkeypatch
):
    with unit_of_work(SYSTEM, "system") as uow:
        for days in (9, 5):
            service.chase(as_street(uow, world, uow.now - days * DAY), campaign, [world.here.enterprise_id], Wording.AUTO)
        street = as_street(uow, world, uow.now - 4 * DAY)
        service.write_down(street, campaign, world.here.enterprise_id, ChaseWay.CALL, "说下周讲")
    address = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    trail = flat(client_as(world.here.officer).get(address))  # what the street did goes up with the names
    assert trail.count("李强") == 3 and "说下周讲" in trail
    with unit_of_work(SYSTEM, "system") as uow:
        above = Membership.jurisdiction_id.in_((world.here.district_id, world.city_id))
        uow.session.execute(update(Membership).where(above).values(ends_on=uow.today - DAY))
        assert len(escalating.ripe(uow)) == 1
    monkeypatch.setattr(escalating, "quiet", lambda _now: False)
    monkeypatch.setattr(escalating, "escalate", lambda _uow: pytest.fail("nobody can be told"))
    escalating.escalate_chases()

    assert "该上报岳阳楼区了，但是岳阳楼区和再上级都没有人开通账号" in flat(client_as(world.here.street_officer).get(address))
    firm = flat(client_as(world.here.head).get(address))
    assert "岳阳楼区还没有人开通账号" in firm and "该上报" not in firm


def test_who_has_planned_or_waits_for_an_answer_does_not_go_up(world, campaign, uow):
    chased(uow, world, campaign, 0, 2)
    line = uow.session.scalars(select(Standing).where(Standing.enterprise_id == world.here.enterprise_id)).one()
    later = acting(uow, SYSTEM, "system", NOON + 6 * DAY)
    line.state = "planned"
    uow.session.flush()
    assert escalating.escalate(later) == 0
    line.state = "not_started"
    firm = acting(uow, load_actor(uow, world.here.trainer), "deferral.ask", uow.now)
    deferrals.ask(firm, campaign, line, DeferralKind.EXTENSION, line.due_on + DAY, "停产检修")
    assert escalating.escalate(later) == 0
    assert uow.session.scalar(select(func.count(ChaseEscalation.id))) == 0


def test_fields_and_minutes_of_a_form_count_only_what_somebody_did():
    form = [("csrf_token", "x"), ("title", "粉尘"), ("note", "  "), ("people", "1"), ("people", "2"), ("revision", "3")]
    assert work.typed(form) == 3
    assert work.spent(NOON - timedelta(seconds=90), NOON).seconds == 90
    assert work.spent(NOON - timedelta(hours=3), NOON) == timedelta(minutes=30)
    assert work.spent(NOON + timedelta(seconds=5), NOON) == work.spent(None, NOON) == timedelta(0)


def test_what_a_trainer_types_for_a_campaign_is_measured_and_the_officer_sees_it(world, campaign, client_as):
    trainer, officer = client_as(world.here.trainer), client_as(world.here.officer)
    address = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    answer = trainer.post(f"{address}/deferral", data={"kind": "extension", "until_on": "2027-12-03", "reason": "停产检修"})
    assert answer.status_code == 303
    assert trainer.post(f"{address}/deferral", data={"kind": "extension", "until_on": "", "reason": ""}).status_code == 422

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        [row] = uow.session.scalars(select(Effort)).all()
    assert (row.fields, row.campaign_id, row.role) == (3, campaign.id, Role.TRAINER)
    page = flat(officer.get(f"/campaigns/{campaign.id}"))
    assert "1 家企业填了 3 个空" in page


def test_minutes_at_forms_are_told_by_role_and_by_week_so_that_a_rise_is_seen(app, world, campaign, client_as, monkeypatch):
    address = f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"
    trainer, head, officer = (client_as(getattr(world.here, who)) for who in ("trainer", "head", "officer"))
    asked = {"kind": "extension", "until_on": "2027-12-03", "reason": "停产检修"}
    assert (
        trainer.post(f"{address}/deferral", data=asked | {"csrf_token": shown_before(app, monkeypatch, 180)}).status_code == 303
    )
    with unit_of_work(SYSTEM, "system") as uow:
        row = uow.session.scalars(select(Effort)).one()
        row.spent_at -= timedelta(weeks=1)
        week = local_date(row.spent_at)
        uow.session.get_one(Campaign, campaign.id).launched_at -= timedelta(weeks=1)
        uow.session.delete(uow.session.scalars(select(Deferral)).one())
    assert head.post(f"{address}/deferral", data=asked | {"csrf_token": shown_before(app, monkeypatch, 420)}).status_code == 303

    page = flat(officer.get(f"/campaigns/{campaign.id}"))
    assert "培训管理员用了 3 分钟，主要负责人用了 7 分钟" in page
    last, this = (day - timedelta(days=day.weekday()) for day in (week, week + timedelta(weeks=1)))
    shown = [f"{app.jinja_env.filters['day'](day)} 起3{minutes}" for day, minutes in ((last, 3), (this, 7))]
    assert all(each in page for each in shown), (shown, page)
    assert page.count("-", page.index("哪一周"), page.index("从打开到提交")) == 4, "weeks since the launch, no others"
    for since, until, minutes in ((last, this, (3, 0)), (this, this + timedelta(weeks=1), (0, 7))):
        costs = f"/campaigns/{campaign.id}/burden?since={since}&until={until}"
        assert costs.replace("&", "&amp;") in officer.get(f"/campaigns/{campaign.id}").text
        assert "湘粮油脂有限公司3{}{}".format(*minutes) in flat(officer.get(costs)).replace(" ", "")
        told = {"填了几个空": 3, "培训管理员分钟": minutes[0], "主要负责人分钟": minutes[1]}
        assert officer.get(f"{costs}&as=json").json["rows"][0].items() >= told.items()
    assert client_as(world.there.officer).get(f"/campaigns/{campaign.id}/burden").status_code == 404
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        minutes = 10 if week.month == (week + timedelta(weeks=1)).month else 7
        assert burden.of_enterprise(uow, world.here.enterprise_id).minutes == minutes
    assert f"{minutes} 分钟" in flat(trainer.get(address))


def shown_before(app, monkeypatch, seconds):
    """The token of a form that was opened so long ago."""
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(time.time()) - seconds)
        return URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps("of a form")


def test_an_enterprise_sees_how_many_bureaus_asked_how_much_of_it_this_month(world, campaign, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        city = uow.session.get_one(Jurisdiction, world.city_id)
        campaigns.launch(uow, campaigns.draft(uow, city, campaign.plan))
        month = burden.of_enterprise(uow, world.here.enterprise_id)
        assert (len(month.things), month.bureaus, month.fields, month.minutes) == (2, 2, 0, 0)
        named = {(thing.way, thing.about, thing.bureau) for thing in month.things}
        assert named == {
            ("duty", campaign.title, uow.session.get_one(Jurisdiction, at).name) for at in (world.city_id, world.here.district_id)
        }
    page = flat(client_as(world.here.trainer).get(f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"))
    assert "2 个部门要求了 2 件事" in page
    assert all(f"{bureau} · 布置 · {campaign.title}" in page for _way, _title, bureau in named), "each opens what it was"
    with unit_of_work(SYSTEM, "system") as uow:
        found = uow.session.get_one(Campaign, campaign.id)
        campaigns.change(uow, found, replace(found.plan, min_minutes=45), found.revision, "统一口径")
        later = acting(uow, SYSTEM, "system", uow.now + timedelta(seconds=1))
        [fresh] = add_enterprises(later, world.here.street_id, 1)
        later.say(EnterprisesAdded((fresh,), at=later.now))
        told = [len(burden.of_enterprise(later, firm).things) for firm in (world.here.enterprise_id, fresh)]
    assert told == [3, 2], "of an amendment that came before it was asked a firm was told nothing"


def test_all_that_bureaus_ask_of_a_firm_counts_by_bureau_and_month_and_each_number_opens_its_lines(world, campaign, client_as):
    firm = world.here.enterprise_id
    own = {"enterprise_id": firm}
    with unit_of_work(SYSTEM, "home") as uow:
        month = months_before(uow.today.replace(day=1), 2)
        when, later = at(month), at(month) + 3 * DAY
        street = load_actor(uow, world.here.street_officer)
        lecture = hold(uow, world.here, campaign)
        of = own | {"lecture_id": lecture.id}
        line = LectureSignal(**of, code="burst", level="serious", facts={"people": 9}, raised_at=when, cleared_at=later)
        moved = LectureSignal(**of, code="burst", level="serious", facts={"people": 10}, raised_at=when)
        noted = LectureSignal(**of, code="late", level="notice", facts={}, raised_at=when)
        words = [SignalWord(**of, code="burst", said=said, text="说明", said_by="王敏", said_at=later) for said in Said]
        uow.session.add_all([line, moved, noted, *words])
        by = {"facts": [], "remark": "好", "photo_ids": [], "announced": False, "officer": "李强", "submitted_at": later}
        by |= {"jurisdiction_id": world.here.street_id}
        first = Observation(**of, **by, user_id=street.user_id, sent_id=uuid4())
        uow.session.add(first)
        uow.session.flush()
        uow.session.add(Observation(**of, **by, user_id=street.user_id, sent_id=uuid4(), replaces_id=first.id))
        for version, told, called in ((1, 2, None), (2, 2, None), (3, 0, None), (4, 0, later)):
            bulletin = Bulletin(
                jurisdiction_id=world.city_id, area_id=world.city_id, campaign_id=campaign.id, state=BulletinState.REPLYING,
                day=uow.today, created_by="王敏", created_at=when, changed_at=when, sent_at=later if version == 2 else when,
            )  # fmt: skip
            uow.session.add(bulletin)
            uow.session.flush()
            mention = BulletinMention(**own, bulletin_id=bulletin.id, said={}, told=told, told_at=when, called_at=called)
            uow.session.add(mention)
        uow.session.flush()
        found(uow, world.here, when)
        uow.session.add(Effort(**own, role=Role.HEAD, endpoint="x", fields=3, seconds=60, spent_at=later))
    page = f"/enterprises/{firm}/burden?month={month}"
    trainer = client_as(world.here.trainer)
    rows = trainer.get(f"{page}&as=json").json["rows"]
    place, district, city = "城陵矶街道", "岳阳楼区", "岳阳市"
    assert sorted((row["部门"], row["什么事"]) for row in rows) == sorted(
        [
            (district, "重大隐患处置"), (district, "请说明可信信号"), (district, "请说明可信信号"), (place, "请答复旁听点评"),
            (city, "通报征求意见"), (city, "通报征求意见"),
        ]
    ), "each once, however often it was written anew, and none that nobody was told of"  # fmt: skip
    shown = trainer.get(page).text
    told = "3 个部门要求了 6 件事，企业为此填了 3 个空、用了 1 分钟"
    assert told in flat(trainer.get(page)) and "监管人员花的时间没有记" in shown
    for link, number in re.findall(r'href="([^"]+)#things" aria-label="[^"]+">(\d+)<', shown):
        assert len(trainer.get(f"{html.unescape(link)}&as=json").json["rows"]) == int(number), link
    assert len(re.findall("#things", shown)) == 7, "four numbers by bureau and way, and three sums"
    assert trainer.get(f"/enterprises/{firm}/burden?month={months_before(month, 1)}&as=json").json["rows"] == []
    assert client_as(world.there.officer).get(page).status_code == 404
    names = [row["部门"] for row in client_as(world.here.street_officer).get(f"{page}&as=json").json["rows"]]
    assert len(names) == 4 and city not in names, "who is to be named is told to no other bureau"
    with unit_of_work(SYSTEM, "home") as uow:
        called = select(BulletinMention.bulletin_id).where(BulletinMention.called_at.is_not(None))
        out = uow.session.scalars(select(Bulletin).where(Bulletin.id.in_(called))).one()
        out.state, out.year, out.number, out.data_sha256 = BulletinState.PUBLISHED, month.year, 1, "0" * 64
    rows = client_as(world.here.street_officer).get(f"{page}&as=json").json["rows"]
    assert [row["部门"] for row in rows].count(city) == 1, "and once that is out to all who may read it"


def test_what_a_campaign_cost_is_told_of_the_firms_that_the_rates_beside_it_are_of(world, uow):
    city = launch(uow, world.here, jurisdiction=uow.session.get_one(Jurisdiction, world.city_id))
    city.launched_at -= timedelta(weeks=20)
    for side in (world.here, world.there):
        own = {"enterprise_id": side.enterprise_id, "campaign_id": city.id, "endpoint": "x"}
        for role, seconds, weeks in ((Role.TRAINER, 60, 0), (Role.HEAD, 20, 1), (Role.HEAD, 20, 6), (Role.TRAINER, 100, 19)):
            spent_at = uow.now - timedelta(weeks=weeks)
            uow.session.add(Effort(**own, role=role, fields=5, seconds=seconds, spent_at=spent_at))
    uow.session.flush()

    readers = [acting(uow, load_actor(uow, key), "summary.read") for key in (world.city_officer, world.here.street_officer)]

    told = [burden.of_campaign(reader, city.id) for reader in readers]
    assert [(one.firms, one.fields, one.trainer_minutes, one.head_minutes) for one in told] == [(2, 40, 6, 4), (1, 20, 3, 2)]
    for reader, one in zip(readers, told, strict=True):
        assert sum(week.fields for week in one.weeks) == one.fields  # what lies before the weeks shown is a line of its own
        assert sum(week.minutes for week in one.weeks) == one.trainer_minutes + one.head_minutes
        assert [week.since for week in one.weeks].count(None) == 1
        for span in ((None, None), *((week.since, week.until) for week in one.weeks)):
            found, whole = burden.firms_of(reader, city.id, *span, None)
            assert [sum(row[at] for row in found.rows) for at in (1, 2, 3)] == list(whole[1:])
            week = next((each for each in one.weeks if (each.since, each.until) == span), None)
            assert (whole.fields, sum(whole[2:])) == (
                (week.fields, week.minutes) if week else (one.fields, one.trainer_minutes + one.head_minutes)
            )
