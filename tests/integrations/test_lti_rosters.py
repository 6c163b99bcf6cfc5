"""The roster of a course arrives, those who leave it leave, and fetched again it changes nothing."""

import pytest
from flask_babel import refresh
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.integrations.lti import courses, listeners, rosters, sending, service
from lms.integrations.lti.models import LtiLink, LtiMember, LtiPlatform, LtiScore
from lms.integrations.lti.rules import places
from lms.integrations.lti.rules import results as told
from lms.integrations.lti.rules import rosters as rules
from lms.registry.models import Person
from lms.registry.privacy.events import PersonErased
from lms.web.locale import COOKIE
from tests.integrations.lti_platform import Platform, platform, platform_server, register
from tests.integrations.test_lti_results import at_once, lecture_of
from tests.notices.conftest import SYSTEM, app, wall
from tests.wall import Wall

__all__ = ["Platform", "Wall", "app", "at_once", "platform", "platform_server", "wall"]
NAMES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["刘洋", "孙丽", "何军"]))


@given(NAMES, NAMES)
@settings(max_examples=40)
def test_a_roster_says_who_came_and_who_left_and_again_says_nothing(before, after):
    listed = [rules.Listed(subject, name) for subject, name in after.items()]
    change = rules.change(before, listed)

    assert {one.subject for one in change.came} == after.keys() - before.keys()
    assert set(change.left) == before.keys() - after.keys()
    assert rules.change(after, listed) == rules.Change((), (), ())


def test_the_next_page_is_read_off_the_header():
    assert rules.next_page('<https://m.cn/x?p=1>; rel="first", <https://m.cn/x?p=3>; rel="next"') == "https://m.cn/x?p=3"
    assert rules.next_page('<https://m.cn/x?p=1>; rel="prev"') is None and rules.next_page("") is None
    with pytest.raises(ValueError, match="no roster"):
        rules.read({"error": "nothing"})


def members():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return {row.subject: (row.name, row.person_id, row.left_at is None) for row in uow.session.scalars(select(LtiMember))}


def listed(subject, name, **more):
    return {"user_id": subject, "name": name, "email": f"{subject}@example.cn", "status": "Active"} | more


def fetch(platform):
    with unit_of_work(SYSTEM, "home") as uow:
        rosters.fetch_anew(uow, uow.session.get_one(LtiPlatform, platform.platform_id))


def test_it_arrives_with_all_its_pages_leavers_leave_and_known_people_get_their_results(app, world, platform, wall, client_as):
    here, people = world.here, world.here.person_ids
    register(here, platform, trusts_numbers=True)
    lecture_id = lecture_of(here, {2: (0, 60), 3: (0, 30), 4: (0, 20)})
    platform.roster = [
        listed("u2", "刘洋"), listed("u3", "孙丽", lis_person_sourcedid="0004"), listed("u9", "外聘老师"),
        listed("u8", "已停用", status="Inactive"),
    ]  # fmt: skip
    with unit_of_work(SYSTEM, "home") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        person = uow.session.get_one(Person, people[2])
        service.link(uow, made.id, person, "u2", "identified")
        place = places.Place(places.LECTURE, lecture_id)
        courses.visit(uow, made, person, "u2", told.course_of(platform.course()), place)
    sending.fetch_lti_rosters()

    assert members() == {"u2": ("刘洋", people[2], True), "u3": ("孙丽", people[3], True), "u9": ("外聘老师", None, True)}
    assert platform.given("minutes") == {"u2": [60], "u3": [30]}  # one never came by a link, and has results all the same
    page = client_as(here.trainer).get(f"/lti/platforms/{platform.platform_id}").text
    assert "安全培训" in page and "1 人还没对应" in page and "外聘老师" in page

    calls = platform.calls
    fetch(platform)
    assert platform.calls == calls and len(members()) == 3  # the same again: no score is sent
    platform.roster = platform.roster[1:2]
    fetch(platform)
    assert [subject for subject, (_name, _person, there) in members().items() if there] == ["u3"]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert (
            uow.session.scalars(select(Person.left_on).where(Person.id == people[2])).one() is None
        )  # hired and fired elsewhere
    platform.answer = 404
    fetch(platform)
    assert [there for _name, _person, there in members().values()].count(True) == 1  # what cannot be read makes nobody leave
    trainer = client_as(here.trainer)
    assert "里面没有名单" in trainer.get(f"/lti/platforms/{platform.platform_id}").text
    trainer.set_cookie(COOKIE, "en")
    refresh()
    assert "answered 404, with no roster in it" in trainer.get(f"/lti/platforms/{platform.platform_id}").text

    with unit_of_work(SYSTEM, "home") as uow:
        listeners.erased(uow, PersonErased(people[3], here.enterprise_id, uow.now, "孙丽"))
    assert "u3" not in members()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert people[3] not in set(uow.session.scalars(select(LtiLink.person_id)))
        assert people[3] not in set(uow.session.scalars(select(LtiScore.person_id)))
