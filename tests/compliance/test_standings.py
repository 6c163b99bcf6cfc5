"""From facts to dated lines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text, update

from lms.campaigns import service as campaigns
from lms.campaigns.events import DutiesChanged
from lms.campaigns.models import Duty
from lms.campaigns.queries import target
from lms.compliance import listeners, queries, service
from lms.compliance.models import Standing, StandingState
from lms.compliance.rules import Reason
from lms.core.uow import unit_of_work
from lms.credentials.events import CompletionsDecided
from lms.credentials.models import Completion
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled
from lms.lectures.models import LectureState
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, Jurisdiction
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, hold, launch, plan


def lines_of(uow, campaign, enterprise_id):
    wanted = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id == enterprise_id)
    return list(uow.session.scalars(wanted.order_by(Standing.since_on).execution_options(populate_existing=True)))


def values(line):
    names = {column.key for column in inspect(Standing).columns} - {"id", "updated_at"}
    return {name: getattr(line, name) for name in names}


@pytest.fixture
def campaign(world, uow):
    return launch(uow, world.here)


def say_closed(uow, lecture):
    """Tell compliance alone: the rooms between would work the facts of this lecture out anew."""
    listeners.lecture_changed(uow, LectureClosed(lecture.id, lecture.enterprise_id, at=uow.now))


def later(uow, days):
    """The same unit of work, some days on."""
    uow.now += timedelta(days=days)


def test_a_launch_makes_a_standing_for_each_of_1284_enterprises(world, uow):
    for index in range(6):
        street = add_street(uow, world.here.district_id, f"43060202{index}", f"第{index}街道")
        add_enterprises(uow, street, 214 if index else 211)
    without = {world.here.enterprise_id, *add_enterprises(uow, street, 2, officer=None)}
    add_enterprises(uow, world.there.street_id, 5)

    campaign = launch(uow, world.here)

    duties = uow.session.scalar(select(func.count(Duty.id)).where(Duty.campaign_id == campaign.id))
    lines = uow.session.scalars(select(Standing).where(Standing.campaign_id == campaign.id)).all()
    assert duties == len(lines) == 1284
    assert {line.state for line in lines} == {StandingState.NOT_STARTED}
    assert {(line.since_on, line.until_on, line.due_on) for line in lines} == {(uow.today, None, campaign.due_on)}
    assert {line.enterprise_id for line in lines if line.officer_name is None} == without  # and none of them unnoticed:
    assert target(uow, campaign.jurisdiction, campaign.industries).without_officer == 3
    scope = queries.scope_for(uow, campaign, uow.today)
    assert {line.enterprise_id for line in queries.listed(uow, scope, "no_officer")} == without
    assert (queries.figures(uow, scope).asked, queries.figures(uow, scope).no_officer) == (1284, 3)


def test_an_enterprise_in_a_village_stands_under_its_street(world, uow):
    village = add_street(uow, world.here.street_id, "430602008201", "城陵矶社区", "村级")
    (enterprise_id,) = add_enterprises(uow, village, 1)

    campaign = launch(uow, world.here)

    (line,) = lines_of(uow, campaign, enterprise_id)
    assert (line.street_code, line.street_name) == ("430602008", "城陵矶街道")


def test_a_lecture_goes_from_planned_to_completed_in_lines_of_days(world, uow, campaign):
    here = world.here
    later(uow, 1)
    lecture = hold(uow, here, campaign, state=LectureState.NOTIFIED)
    listeners.lecture_changed(uow, LectureScheduled(lecture.id, here.enterprise_id, None, at=uow.now))
    later(uow, 1)
    listeners.lecture_changed(uow, LectureOpened(lecture.id, here.enterprise_id, at=uow.now))
    lecture.state = LectureState.CANCELLED
    listeners.lecture_changed(uow, LectureCancelled(lecture.id, here.enterprise_id, at=uow.now))
    later(uow, 1)
    held = hold(uow, here, campaign, people=("passed", "passed", "failed", "passed", "excused"))
    say_closed(uow, held)
    later(uow, 2)
    failed = select(Completion).where(Completion.lecture_id == held.id, Completion.examined, ~Completion.passed)
    retaken = uow.session.scalars(failed).one()
    retaken.passed, retaken.completed, retaken.score = True, True, 95
    decided = CompletionsDecided(held.id, here.enterprise_id, (retaken.person_id,), at=uow.now)
    listeners.lecture_changed(uow, decided)

    lines = lines_of(uow, campaign, here.enterprise_id)
    assert [line.state for line in lines] == ["not_started", "planned", "not_started", "lectured", "completed"]
    assert [(line.since_on, line.until_on) for line in lines] == [
        (uow.today - timedelta(days=5), uow.today - timedelta(days=5)),
        (uow.today - timedelta(days=4), uow.today - timedelta(days=4)),
        (uow.today - timedelta(days=3), uow.today - timedelta(days=3)),
        (uow.today - timedelta(days=2), uow.today - timedelta(days=1)),
        (uow.today, None),
    ]
    assert [(line.expected, line.attended, line.examined, line.passed) for line in lines[-2:]] == [(4, 4, 4, 3), (4, 4, 4, 4)]
    assert lines[-2].reason is Reason.FEW_PASSED
    assert lines[-1].minutes == 60
    assert lines[-1].lectured_on == uow.today - timedelta(days=2)


def test_what_changes_on_one_day_is_one_line(world, uow, campaign):
    say_closed(uow, hold(uow, world.here, campaign, minutes=21))
    say_closed(uow, hold(uow, world.here, campaign))

    (line,) = lines_of(uow, campaign, world.here.enterprise_id)
    assert (line.state, line.reason, line.note) == (StandingState.COMPLETED, None, None)


def test_what_says_the_same_writes_nothing(world, uow, campaign):
    say_closed(uow, hold(uow, world.here, campaign))
    later(uow, 3)

    service.settle(uow, campaign.id, [world.here.enterprise_id])

    (line,) = lines_of(uow, campaign, world.here.enterprise_id)
    assert line.updated_at == uow.now - timedelta(days=3)


def test_those_excused_and_those_who_came_unasked_are_not_counted(world, uow, campaign):
    say_closed(uow, hold(uow, world.here, campaign, people=("passed", "excused", "extra", "passed")))

    (line,) = lines_of(uow, campaign, world.here.enterprise_id)
    assert (line.expected, line.attended, line.examined, line.passed) == (2, 2, 2, 2)


def test_a_lecture_of_an_enterprise_that_was_not_asked_makes_no_line(world, uow, campaign):
    say_closed(uow, hold(uow, world.there, campaign))

    assert lines_of(uow, campaign, world.there.enterprise_id) == []


def test_a_lecture_that_belongs_to_no_campaign_changes_nothing(world, uow, campaign):
    lecture = hold(uow, world.here, campaign)
    lecture.campaign_id = None
    say_closed(uow, lecture)

    (line,) = lines_of(uow, campaign, world.here.enterprise_id)
    assert line.state is StandingState.NOT_STARTED


def test_rebuilding_gives_the_same_rows(world, uow, campaign):
    say_closed(uow, hold(uow, world.here, campaign, by_head=False))
    say_closed(uow, hold(uow, world.here, campaign, people=("passed", "absent", "failed")))
    kept = [values(line) for line in lines_of(uow, campaign, world.here.enterprise_id)]

    assert service.settle(uow, campaign.id) == 0
    uow.session.execute(text("DELETE FROM standing"))
    uow.session.expire_all()
    assert service.settle(uow, campaign.id) == 1

    assert [values(line) for line in lines_of(uow, campaign, world.here.enterprise_id)] == kept


def test_a_full_rebuild_leaves_every_line_of_the_past_and_of_today_as_it_was_and_mends_what_was_wrong(world, uow, campaign):
    """Past lines are the record of what was known then (ADR 58); today's are worked out anew."""

    def rows():
        wanted = select(Standing).where(Standing.campaign_id == campaign.id).order_by(Standing.id)
        found = uow.session.scalars(wanted.execution_options(populate_existing=True))
        return [values(line) | {"id": line.id, "updated_at": line.updated_at} for line in found]

    say_closed(uow, hold(uow, world.here, campaign, by_head=False))
    for officer in ("周凯", "李强"):
        later(uow, 2)
        uow.session.get_one(Enterprise, world.here.enterprise_id).officer_name = officer
        uow.say(EnterprisesChanged((world.here.enterprise_id,), at=uow.now))
    say_closed(uow, hold(uow, world.here, campaign))
    kept = rows()
    assert [row["officer_name"] for row in kept] == [None, "周凯", "李强"]

    assert service.settle(uow, campaign.id) == 0
    assert rows() == kept

    wrong = update(Standing).where(Standing.id == kept[-1]["id"])
    uow.session.execute(wrong.values(state=StandingState.NOT_STARTED, attended=0, passed=0, note="写错了"))
    uow.session.expire_all()
    assert service.settle(uow, campaign.id) == 1
    assert rows() == kept
    assert service.settle(uow, campaign.id) == 0


def test_past_lines_keep_the_street_and_officer_of_their_day(world, uow, campaign):
    here = world.here
    enterprise = uow.session.get_one(Enterprise, here.enterprise_id)
    later(uow, 1)
    enterprise.jurisdiction_id = add_street(uow, here.district_id, "430602009", "三眼桥街道")
    enterprise.officer_name, enterprise.trade_authority = "周凯", "岳阳楼区住建局"

    uow.say(EnterprisesChanged((here.enterprise_id,), at=uow.now))

    before, after = lines_of(uow, campaign, here.enterprise_id)
    assert (before.street_name, before.officer_name) == ("城陵矶街道", None)
    assert (after.street_name, after.officer_name) == ("三眼桥街道", "周凯")
    assert (before.trade_authority, after.trade_authority) == (None, "岳阳楼区住建局")


def test_what_is_completed_and_over_stays_with_the_street_it_was_done_in(world, uow, campaign):
    here = world.here
    say_closed(uow, hold(uow, here, campaign))
    later(uow, 30)
    uow.session.get_one(Enterprise, here.enterprise_id).officer_name = "周凯"

    uow.say(EnterprisesChanged((here.enterprise_id,), at=uow.now))

    (line,) = lines_of(uow, campaign, here.enterprise_id)
    assert line.officer_name is None
    uow.session.execute(
        update(Duty).where(Duty.enterprise_id == here.enterprise_id).values(due_on=uow.today + timedelta(days=30))
    )
    uow.say(DutiesChanged(campaign.id, None, at=uow.now))
    _past, asked_again = lines_of(uow, campaign, here.enterprise_id)
    assert asked_again.officer_name == "周凯"
    assert service.settle(uow, campaign.id) == 0


def test_a_second_launch_waits_and_changes_nothing(app, world):
    with unit_of_work(SYSTEM, "campaign.create") as uow:
        district = uow.session.get_one(Jurisdiction, world.here.district_id)
        campaign = campaigns.draft(uow, district, plan(uow.today))
    for _again in range(2):
        with unit_of_work(SYSTEM, "campaign.create") as uow:
            assert campaigns.launch(uow, uow.session.merge(campaign)) == 1

    with unit_of_work(SYSTEM, "campaign.read", write=False) as uow:
        assert uow.session.scalar(select(func.count(Duty.id))) == uow.session.scalar(select(func.count(Standing.id))) == 1
