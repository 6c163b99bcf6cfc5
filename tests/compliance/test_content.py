"""What a lecture is about, what it has to show and where it was passed on, as a campaign asks for it."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from lms.campaigns.models import Campaign, CampaignVersion
from lms.compliance import listeners
from lms.compliance import service as standings
from lms.compliance.models import Standing
from lms.compliance.queries.mending import ways
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion
from lms.lectures import service
from lms.lectures.events import LectureVoided
from lms.lectures.models import Attendee, Lecture, LectureState, Photo
from lms.lectures.rules import Audience, Slot
from lms.notices.models import Notice
from lms.registry.models import Person, PersonPost
from tests.compliance.scene import SYSTEM, flat, hold, launch
from tests.compliance.test_standings import lines_of, say_closed, values
from tests.counting import asked
from tests.world import build_world


def shot(colour: str = "red") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    file.seek(0)
    return file


def now_of(uow, campaign, world):
    line = lines_of(uow, campaign, world.here.enterprise_id)[-1]
    return line.state, line.reason, line.note


def test_a_photo_completes_a_lecture_at_once_and_the_days_before_stay_as_they_were(world, uow):
    campaign = launch(uow, world.here, evidence=("photo",))
    lecture = hold(uow, world.here, campaign)
    standings.settle(uow, campaign.id)
    assert now_of(uow, campaign, world) == ("lectured", "no_evidence", "材料还缺：现场照片")

    uow.now += timedelta(days=1)
    photo = service.add_photo(uow, lecture, "会场.jpg", shot())
    assert now_of(uow, campaign, world) == ("completed", None, None)
    uow.now += timedelta(days=1)
    service.withdraw_photo(uow, photo)
    assert now_of(uow, campaign, world)[1] == "no_evidence"
    service.add_photo(uow, lecture, "会场.jpg", shot())

    lines = lines_of(uow, campaign, world.here.enterprise_id)
    assert [(line.state, (uow.today - line.since_on).days) for line in lines] == [
        ("lectured", 2),
        ("completed", 1),
        ("completed", 0),
    ]
    kept = [values(line) for line in lines]
    assert standings.settle(uow, campaign.id) == 0
    assert [values(line) for line in lines_of(uow, campaign, world.here.enterprise_id)] == kept


@pytest.mark.parametrize(
    ("about", "is_enough"),
    [
        ({"title": "有限空间怎么进、怎么救"}, True),
        ({"theme": "LT08"}, True),
        ({"quiz_plan": {"topics": ["有限空间", "消防"], "pass_mark": 80}}, True),
        ({"title": "安全课", "theme": "LT04"}, False),
    ],
    ids=["by its title", "by the theme it was planned for", "by what its quiz asks", "about something else"],
)
def test_what_a_lecture_is_about_is_known_by_its_title_its_theme_or_its_quiz(world, uow, about, is_enough):
    campaign = launch(uow, world.here, themes=("LT08",))
    lecture = hold(uow, world.here, campaign)
    for name, value in about.items():
        setattr(lecture, name, value)

    standings.settle(uow, campaign.id)

    state, reason, note = now_of(uow, campaign, world)
    assert (state, reason, note) == (
        ("completed", None, None) if is_enough else ("lectured", "no_theme", "主题还缺：有限空间作业安全")
    )


def test_the_plan_of_a_lecture_proposes_what_its_campaign_still_asks_it_to_be_about(world, uow, client_as):
    campaign = launch(uow, world.here, themes=("LT08", "LT07"))
    uow.session.commit()
    trainer = client_as(world.here.trainer)

    def chosen(page):
        found = re.search(r'<select[^>]*name="theme".*?</select>', page, re.S)
        return found and re.findall(r'<option selected value="([^"]*)"', found.group())

    page = trainer.get("/lectures/new").text
    assert chosen(page) == ["LT08"]
    assert "必须讲到：有限空间作业安全、防暑降温与高温作业" in page

    hold(uow, world.here, campaign).theme = "LT08"
    uow.session.commit()
    assert chosen(trainer.get("/lectures/new").text) == ["LT07"]

    hold(uow, world.here, campaign).theme = "LT07"
    uow.session.commit()
    standings.settle(uow, campaign.id)
    assert now_of(uow, campaign, world) == ("completed", None, None)
    assert chosen(trainer.get("/lectures/new").text) == [""]


def test_a_lecture_is_complete_once_every_department_asked_has_passed_it_on(world, uow):
    campaign = launch(uow, world.here, cascade=True)
    lecture = hold(uow, world.here, campaign)
    listed = uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id)).all()
    standings.settle(uow, campaign.id)
    assert now_of(uow, campaign, world)[0] == "completed"  # all of one department: there is nothing to pass on

    listed[0].department_name = "精炼车间"
    say_closed(uow, lecture)
    assert now_of(uow, campaign, world) == ("lectured", "not_passed_on", "还没有安排部门、班次传达")
    service.require_follow_ups(uow, lecture, [(world.here.department_id, "")], uow.today + timedelta(days=7))
    assert now_of(uow, campaign, world)[2] == "部门、班次传达了 0 / 1"

    team = hold(uow, world.here, campaign, by_head=False, minutes=20, people=("passed",))
    team.passes_on_id, team.campaign_id = lecture.id, None
    team.audience = {"departments": [str(world.here.department_id)]}
    say_closed(uow, team)
    assert now_of(uow, campaign, world) == ("completed", None, None)

    team.state = LectureState.VOIDED
    listeners.lecture_changed(uow, LectureVoided(team.id, team.enterprise_id, "没有讲", at=uow.now))
    assert now_of(uow, campaign, world)[1] == "not_passed_on"
    assert standings.settle(uow, campaign.id) == 0


def test_the_bureau_reads_that_it_is_passed_on_when_each_shift_and_post_heard_it_whatever_becomes_of_the_roster(world, uow):
    campaign = launch(uow, world.here, cascade=True)
    lecture = hold(uow, world.here, campaign)
    uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id)).first().department_name = "精炼车间"
    posts = uow.session.scalars(select(PersonPost).where(PersonPost.department_id == world.here.department_id)).all()
    for n, post in enumerate(posts):
        post.shift, post.post = ("早班", "夜班")[n % 2], ("电工", "钳工")[n > 1]
    uow.session.flush()
    service.require_follow_ups(uow, lecture, [(world.here.department_id, "")], uow.today + timedelta(days=7))

    def tell(shift, *posts):
        team = hold(uow, world.here, campaign, by_head=False, minutes=20, people=("passed",))
        team.passes_on_id, team.campaign_id = lecture.id, None
        team.audience = {"departments": [str(world.here.department_id)], "shifts": [shift], "posts": posts}
        say_closed(uow, team)

    tell("早班")
    assert now_of(uow, campaign, world)[1:] == ("not_passed_on", "部门、班次传达了 0 / 1"), "the night shift heard nothing"
    for post in posts:
        post.shift = "早班"
    for person in uow.session.scalars(select(Person).where(Person.id.in_([post.person_id for post in posts]))):
        person.left_on = uow.today - timedelta(days=1)
    uow.session.flush()
    assert standings.settle(uow, campaign.id) == 0, "nobody is let go of by a change of the roster"
    assert now_of(uow, campaign, world)[1:] == ("not_passed_on", "部门、班次传达了 0 / 1")
    tell("夜班", "钳工")
    assert now_of(uow, campaign, world)[1:] == ("not_passed_on", "部门、班次传达了 0 / 1"), "the electricians of that shift"
    tell("夜班", "电工")
    assert now_of(uow, campaign, world) == ("completed", None, None)


def test_passing_a_lecture_on_is_planned_for_no_campaign_and_one_that_counted_stays(world, uow, client_as):
    campaign = launch(uow, world.here, head_lectures=False)
    first = hold(uow, world.here, campaign, people=("absent",) * 4)
    team = hold(uow, world.here, campaign, people=("passed",))
    team.passes_on_id = first.id
    standings.settle(uow, campaign.id)
    assert lines_of(uow, campaign, world.here.enterprise_id)[-1].lecture_id == team.id  # it was told to count

    slot = Slot(uow.now + timedelta(days=1), uow.now + timedelta(days=1, minutes=20), "车间")
    everybody = Audience(departments=(str(world.here.department_id),))
    plan = service.Plan("传达", campaign.id, world.here.head_id, (slot,), everybody, None, passes_on_id=first.id)
    below = service.schedule(uow, world.here.enterprise_id, plan)
    assert (below.campaign_id, below.passes_on_id) == (None, first.id)
    told = uow.session.scalars(select(Notice.body).where(Notice.about_id == below.id)).all()
    assert told and not any("专项活动" in body for body in told)
    uow.session.commit()

    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/lectures/new?passes_on={first.id}").text
    assert "传达不单独计入专项活动" in page and "计入「" not in page
    assert "计入「" in trainer.get(f"/lectures/new?after={first.id}").text


def test_two_that_settle_the_first_change_of_a_day_at_once_make_one_line(app_on_postgres):
    with unit_of_work(SYSTEM, "home") as uow:
        here = build_world(uow).here
        campaign = launch(uow, here)
        standings.settle(uow, campaign.id)
        uow.session.execute(update(Standing).values(since_on=uow.today - timedelta(days=1)))
        hold(uow, here, campaign)
    changed = []

    def beside():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "system") as uow:
            changed.append(standings.settle(uow, campaign.id, [here.enterprise_id]))

    other = threading.Thread(target=beside)
    with unit_of_work(SYSTEM, "system") as uow:
        assert standings.settle(uow, campaign.id, [here.enterprise_id]) == 1
        other.start()
        other.join(1)
        assert other.is_alive(), "it waits for what is settled here"
    other.join()

    assert changed == [0]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        lines = uow.session.scalars(select(Standing).order_by(Standing.since_on)).all()
        assert [(line.state, line.until_on is None) for line in lines] == [("not_started", False), ("completed", True)]


@pytest.fixture
def without_photo(world) -> tuple[Campaign, Lecture]:
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, world.here, evidence=("material", "photo"), cascade=True)
        lecture = hold(uow, world.here, campaign)
        standings.settle(uow, campaign.id)
        return campaign, lecture


def test_the_bureau_lists_who_lacks_evidence_and_the_firm_finds_where_to_add_it(world, client_as, without_photo):
    campaign, lecture = without_photo
    officer, trainer = client_as(world.here.officer), client_as(world.here.trainer)
    note = "课件、现场照片还缺 2 项：课件、现场照片"

    listed = flat(officer.get(f"/campaigns/{campaign.id}/enterprises?metric=no_evidence"))
    assert "湘粮油脂有限公司" in listed and note in listed and "材料不全 1" in listed
    assert "湘粮油脂有限公司" not in flat(officer.get(f"/campaigns/{campaign.id}/enterprises?metric=not_passed_on"))
    with unit_of_work(SYSTEM, "home") as uow:  # also where people are what it lacks first
        campaign.min_attendance = 100
        uow.session.execute(update(CampaignVersion).values(min_attendance=100))
        for person, values in enumerate(({"attended": False}, {"examined": False, "passed": False})):
            of = Completion.person_id == world.here.person_ids[person]
            uow.session.execute(update(Completion).where(of).values(completed=False, **values))
        standings.settle(uow, campaign.id)
        assert now_of(uow, campaign, world)[1] == "few_attended"
    listed = flat(officer.get(f"/campaigns/{campaign.id}/enterprises?metric=no_evidence"))
    assert "湘粮油脂有限公司" in listed and "材料不全 1" in listed
    for path in (f"/campaigns/{campaign.id}", f"/campaigns/{campaign.id}/enterprises/{world.here.enterprise_id}"):
        page = trainer.get(path).text
        assert note in page and f'href="/lectures/{lecture.id}/photos"' in page and f"after={lecture.id}" in page
        assert "参训 3 / 4 人，要求 100%；合格认定 2 / 4 人，要求 100%；" in page, "every gap is named"
        assert "应到 4 人中 3 人，参加考核的 3 人" in page, "against those whom the rule counts"

    with unit_of_work(SYSTEM, "home") as uow:
        assert uow.session.scalars(select(Photo)).all() == []
    answer = trainer.post(f"/lectures/{lecture.id}/photos", data={"photos": (shot(), "会场.jpg")})
    assert answer.status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        line = uow.session.scalars(select(Standing).where(Standing.until_on.is_(None))).one()
        assert line.note.endswith("课件、现场照片还缺 1 项：课件")
    assert f'href="/lectures/{lecture.id}/photos"' not in trainer.get(f"/campaigns/{campaign.id}").text


@pytest.mark.parametrize(
    ("lacks", "missing", "takes_photos", "expected"),
    [
        (0, (), True, ()),
        (1, (), True, ("lecture",)),
        (1 | 8, ("photo",), True, ("photos", "lecture")),
        (8, ("photo",), False, ("again", "lecture")),
        (8, ("material", "photo"), True, ("photos", "again", "lecture")),
        (8, ("quiz",), True, ("again", "lecture")),
        (4, (), True, ("again", "lecture")),
        (16, (), False, ("cascade", "lecture")),
    ],
    ids=["nothing", "people", "people and photos", "on file", "slides too", "a quiz", "a theme", "passing on"],
)
def test_each_thing_that_is_missing_is_mended_where_it_can_be(lacks, missing, takes_photos, expected):
    assert ways(lacks, missing, takes_photos=takes_photos) == expected


def test_a_campaign_that_asks_for_nothing_more_asks_the_database_nothing_more(world, uow):
    plain, full = launch(uow, world.here), launch(uow, world.here, themes=("LT08",), evidence=("photo",), cascade=True)
    hold(uow, world.here, plain)
    uow.session.flush()
    numbers = []
    for campaign in (plain, full):
        with asked("SELECT") as statements:
            standings.settle(uow, campaign.id)
        numbers.append(len(statements))

    assert numbers[1] - numbers[0] == 5
