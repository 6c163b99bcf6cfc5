"""The lists of people and enterprises, and one person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import PersonalDataView
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, Person, PersonPost
from tests.counting import asks
from tests.world import ID_NUMBERS, LONG_AGO, PHONES, World

Client = Callable[[str], FlaskClient]


def more_people(world: World, number: int) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        for at in range(number):
            person = Person(enterprise_id=world.here.enterprise_id, name=f"张{at}", work_no=f"Z{at:03}", created_at=uow.now)
            person.posts.append(
                PersonPost(
                    enterprise_id=world.here.enterprise_id, department_id=world.here.department_id,
                    category="其他从业人员", starts_on=LONG_AGO,
                )
            )  # fmt: skip
            uow.session.add(person)


def more_enterprises(world: World, number: int) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        for at in range(number):
            uow.session.add(
                Enterprise(
                    name=f"测试{at:03}厂", uscc=f"91430699MA{at:08}", uscc_confirmed=at > 0,
                    jurisdiction_id=world.here.street_id, industry="工贸", created_at=uow.now,
                )
            )  # fmt: skip


def test_the_list_of_people_hides_their_numbers(world: World, client_as: Client) -> None:
    page = client_as(world.here.trainer).get("/people").text

    assert "刘洋" in page and "199****0610" in page and "4306**********8375" in page
    assert PHONES[0] not in page and ID_NUMBERS[0] not in page
    assert f'href="/enterprises/{world.here.enterprise_id}">一企一档' in page, (
        "what an inspector asks for is found without a lecture"
    )


def test_people_are_found_by_name_number_department_and_category(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)

    for query, found in {"q=刘": "刘洋", "q=0003": "刘洋", f"q={PHONES[2]}": "刘洋", "category=主要负责人": "陈建国"}.items():
        page = client.get(f"/people?{query}").text
        assert found in page and "何军" not in page, query
    assert "何军" in client.get(f"/people?department={world.here.department_id}").text
    assert "没有符合条件的人" in client.get(f"/people?department={world.there.department_id}").text
    assert "没有符合条件的人" in client.get("/people?q=%25").text, "a wildcard is a letter like any other"


def test_an_empty_roster_says_what_to_do(world: World, client_as: Client) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        for person in uow.session.scalars(select(Person).where(Person.enterprise_id == world.here.enterprise_id)):
            person.left_on = LONG_AGO

    page = client_as(world.here.trainer).get("/people").text

    assert "还没有人员" in page and page.count("导入花名册") == 1 and "新增一人" in page


def test_the_lists_need_the_same_statements_however_long_they_are(world: World, client_as: Client) -> None:
    trainer, officer = client_as(world.here.trainer), client_as(world.here.officer)
    before = asks(trainer, "/people"), asks(officer, "/enterprises")

    more_people(world, 120)
    more_enterprises(world, 120)

    assert (asks(trainer, "/people"), asks(officer, "/enterprises")) == before
    assert "第 2 / 3 页" in trainer.get("/people?page=2").text
    assert "第 3 / 3 页" in officer.get("/enterprises?page=99").text


def test_showing_a_full_number_is_written_down(world: World, client_as: Client) -> None:
    client, person_id = client_as(world.here.trainer), world.here.person_ids[2]

    shown = client.post(f"/people/{person_id}/reveal", data={"field": "phone"})
    after = client.get(f"/people/{person_id}")

    assert PHONES[2] in shown.text and shown.headers["Cache-Control"] == "no-store"
    assert PHONES[2] not in after.text and "看了手机号" in after.text
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        view = uow.session.scalars(select(PersonalDataView)).one()
        assert (view.person_id, view.viewer, view.field) == (person_id, "赵倩", "phone")


def test_only_a_phone_or_an_id_number_can_be_shown(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)

    assert client.post(f"/people/{world.here.person_ids[2]}/reveal", data={"field": "name"}).status_code == 404
    assert client_as(world.here.head).post(f"/people/{world.here.person_ids[2]}/reveal").status_code == 404
    assert client.post(f"/people/{world.there.person_ids[2]}/reveal", data={"field": "phone"}).status_code == 404


@pytest.mark.parametrize(
    ("declared", "on_it", "listed"), [(5, 5, False), (6, 5, True), (None, 5, False), (10, 9, True), (11, 10, False)]
)
def test_a_roster_a_tenth_under_what_was_declared_is_a_named_gap(
    world: World, client_as: Client, declared: int | None, on_it: int, listed: bool
) -> None:
    """One of six is more than a tenth, one of ten exactly a tenth, one of eleven less."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        for side in (world.here, world.there):
            uow.session.get_one(Enterprise, side.enterprise_id).declared_headcount = declared
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        for at in range(5, on_it):
            person = Person(enterprise_id=firm.id, name=f"王{at}", hired_on=LONG_AGO, created_at=uow.now)
            person.posts.append(PersonPost(enterprise_id=firm.id, post="操作工", category="其他从业人员", starts_on=LONG_AGO))
            uow.session.add(person)
    more_enterprises(world, 3)  # of which no roster is there yet

    page = client_as(world.here.officer).get("/enterprises?short=1").text
    led = client_as(world.here.officer).get("/patch").text.partition('href="/enterprises?short=1">')[2].partition("</a>")[0]
    assert led and f">{led}</a>" in page.partition('href="/enterprises?short=1"')[2][:200], "called as the way to it is"

    assert ("湘粮油脂有限公司" in page) is listed
    assert (f"花名册 {on_it} 人，少 1 人" in page) is listed
    assert "鸿和平机械" not in page and "测试" not in page


def test_an_officer_sees_the_enterprises_of_the_jurisdiction_alone(world: World, client_as: Client) -> None:
    more_enterprises(world, 3)

    page = client_as(world.here.officer).get("/enterprises").text
    marked = client_as(world.here.officer).get("/enterprises?unconfirmed=1").text

    assert "湘粮油脂有限公司" in page and "测试002厂" in page and "鸿和平机械" not in page
    assert "测试000厂" in marked and "测试001厂" not in marked and "代码待核对" in marked
    assert "湘粮油脂有限公司" in client_as(world.here.officer).get("/enterprises?q=湘粮").text
    assert "测试" not in client_as(world.here.officer).get("/enterprises?q=湘粮").text
    assert "鸿和平机械" in client_as(world.city_officer).get("/enterprises").text
