"""Minutes and scores reach the gradebook of the course people came from: each once, whatever happens on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.integrations.lti import courses, results, sending, service
from lms.integrations.lti.models import LtiPlatform, LtiScore
from lms.integrations.lti.rules import places
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.rules.launching import CLAIM
from lms.integrations.rules import PAUSES
from lms.lectures.models import Lecture
from lms.lectures.service import void
from lms.registry.models import Person
from tests.credentials.scenes import add_people, hold, take_quiz
from tests.integrations.lti_platform import Platform, come, platform, platform_server, register
from tests.notices.conftest import SYSTEM, app, wall
from tests.wall import Wall

__all__ = ["Platform", "Wall", "app", "platform", "platform_server", "wall"]


@pytest.fixture
def here(world, platform):
    register(world.here, platform)
    return world.here


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nothing here waits for a platform to recover, or hands memory back after each of many small jobs."""
    monkeypatch.setattr("lms.integrations.lti.services.FIRST_PAUSE", 0)
    monkeypatch.setattr("lms.core.jobs._give_back", lambda: None)


def course(platform, place, people, side, *, wake=True):
    """These people of the side came from the course to a page. wake: and results are sent at once."""
    told = rules.course_of(platform.course())
    with unit_of_work(SYSTEM, "home") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        for number in people:
            person = uow.session.get_one(Person, side.person_ids[number])
            service.link(uow, made.id, person, f"u{number}", "identified")
            courses.visit(uow, made, person, f"u{number}", told, place)
        if not wake:
            uow._at_the_end.clear()


def lecture_of(side, marks, **more):
    with unit_of_work(SYSTEM, "system") as uow:
        lecture_id = hold(uow, side, marks, **more).id
        uow._afterwards.clear()  # no certificates are printed here
        return lecture_id


def scores():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(LtiScore)))


def test_minutes_and_scores_come_into_two_columns_made_once_each_and_nothing_unknown_becomes_zero(app, here, platform):
    lecture_id = lecture_of(here, {0: (0, 60), 1: (0, 60), 2: (10, 60), 3: (0, None)}, quiz=True)
    place = places.Place(places.LECTURE, lecture_id)
    course(platform, place, (2, 3, 4), here)
    assert platform.given("minutes") == {"u2": [50], "u4": [0]}  # of 3 nobody knows, 4 was not there

    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], 1)
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[1], 2)  # never came from the course
    assert platform.given("quiz") == {"u2": [25]}
    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], 2)
        results.queue(uow, lecture_id, here.person_ids)
    course(platform, place, (2, 3, 4), here)

    assert platform.given("quiz") == {"u2": [25, 50]} and platform.given("minutes") == {"u2": [50], "u4": [0]}
    assert [(line["tag"], line["scoreMaximum"], line["resourceId"]) for line in platform.lines] == [
        ("minutes", 60, str(lecture_id)), ("quiz", 100, str(lecture_id)),
    ]  # fmt: skip


def test_a_lecture_declared_void_leaves_no_minutes_and_no_score_in_a_gradebook(app, here, platform):
    lecture_id = lecture_of(here, {2: (0, 60)}, quiz=True)
    course(platform, places.Place(places.LECTURE, lecture_id), (2, 3), here, wake=False)
    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], 4)
    with unit_of_work(SYSTEM, "system") as uow:
        void(uow, uow.session.get_one(Lecture, lecture_id), "主讲人冒名")
    with unit_of_work(SYSTEM, "system") as uow:
        results.queue(uow, lecture_id, here.person_ids)  # whatever is settled or scored anew afterwards

    assert platform.given("minutes") == {"u2": [60, None], "u3": [0, None]}
    assert platform.given("quiz") == {"u2": [100, None]}


def test_a_launch_names_the_course_and_its_own_column_takes_what_the_link_is(app, here, platform):
    lecture_id = lecture_of(here, {2: (0, 60)})
    platform.lines.append({"id": f"{platform.url}/lines/0?type_id=3", "tag": "minutes"})  # made with the link, not by us
    with unit_of_work(SYSTEM, "home") as uow:
        service.link(uow, platform.platform_id, uow.session.get_one(Person, here.person_ids[2]), "42", "identified")
    told = platform.course(lineitem=platform.lines[0]["id"], scope=[rules.SCORE])
    come(app.test_client(), platform, **told, **{CLAIM + "target_link_uri": f"/lectures/{lecture_id}"})

    assert platform.given("minutes") == {"42": [60]} and len(platform.lines) == 1


def test_with_a_platform_that_fails_every_fifth_call_none_is_lost_and_none_doubled(app, here, platform):
    with unit_of_work(SYSTEM, "system") as uow:
        add_people(uow, here, 45)
    lecture_id = lecture_of(here, dict.fromkeys(range(50), (0, 60)))
    course(platform, places.Place(places.LECTURE, lecture_id), range(50), here, wake=False)
    platform.fails_each = 5

    def work(_):
        with app.app_context():
            sending.send_lti_scores()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    while any(row.sent_at is None for row in scores()):  # what failed five times in a row, seconds later
        with unit_of_work(SYSTEM, "home") as uow:
            results.send_on(uow, uow.session.get_one(LtiPlatform, platform.platform_id))

    assert platform.given("minutes") == {f"u{number}": [60] for number in range(50)}
    assert all(row.sent_at for row in scores()) and len(platform.lines) == 1


def test_what_a_platform_never_takes_is_given_up_after_days_shown_and_sent_on_when_somebody_says_so(
    app, here, platform, wall, client_as
):
    lecture_id = lecture_of(here, {2: (0, 60)})
    platform.answer = 403
    course(platform, places.Place(places.LECTURE, lecture_id), (2,), here)
    for pause in PAUSES:
        wall.forward(seconds=pause.total_seconds())
        sending.send_lti_scores()
    calls = platform.calls
    wall.forward(days=9)
    sending.send_lti_scores()
    page = client_as(here.trainer).get(f"/lti/platforms/{platform.platform_id}").text
    assert platform.calls == calls and "没有送到 1" in page and "平台答复 403" in page

    platform.answer = 0
    client_as(here.trainer).post(f"/lti/platforms/{platform.platform_id}/send-on")
    assert platform.given("minutes") == {"u2": [60]}


def test_who_is_another_person_or_nobody_any_more_gets_no_more_results(app, here, platform):
    lecture_id = lecture_of(here, {2: (0, 60), 3: (0, 30)}, quiz=True)
    course(platform, places.Place(places.LECTURE, lecture_id), (2,), here)
    with unit_of_work(SYSTEM, "system") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        service.unlink(uow, service.links_of(uow, made)[0])
    with unit_of_work(SYSTEM, "system") as uow:
        take_quiz(uow, uow.session.get_one(Lecture, lecture_id), here.person_ids[2], 2)
    assert [row.score for row in scores()] == [60]

    with unit_of_work(SYSTEM, "system") as uow:
        service.remove(uow, uow.session.get_one(LtiPlatform, platform.platform_id))
    assert scores() == []


@settings(max_examples=30)
@given(st.none() | st.integers(0, 500), st.booleans(), st.integers(1, 240))
def test_minutes_are_never_more_than_the_most_and_unknown_is_not_zero(minutes, absent, maximum):
    told = rules.minutes_told(minutes, absent=absent, maximum=maximum)

    assert (told is None) == (minutes is None and not absent)
    assert told is None or 0 <= told <= maximum


def test_scores_go_beside_what_follows_a_question_mark():
    at = datetime(2026, 11, 26, tzinfo=UTC) + timedelta(microseconds=5)

    assert rules.scores_url("https://m.cn/mod/lti/services.php/2/lineitem?type_id=3") == (
        "https://m.cn/mod/lti/services.php/2/lineitem/scores?type_id=3"
    )
    assert rules.score_body("u1", None, 60, at) == {
        "userId": "u1", "timestamp": "2026-11-26T00:00:00.000005Z", "activityProgress": "Completed",
        "gradingProgress": "PendingManual",
    }  # fmt: skip
