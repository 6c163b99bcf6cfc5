"""The first account of an installation is made at the terminal; within a place an officer's name is one person's."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.access.models import User
from lms.access.service import add_user
from lms.core.uow import unit_of_work
from lms.registry.accounts import add, end, rename
from lms.registry.models import Enterprise, EnterprisePast, EnterpriseState, Jurisdiction
from lms.registry.queries.charge import names_who_left
from lms.registry.service.officers import NameOfWhoLeft, NameTaken
from tests.compliance.scene import SYSTEM, add_enterprises, add_street, officer_over


def run(app, *arguments, password="correct horse battery"):
    return CliRunner().invoke(add, [*arguments, "--password", password])


def officer(app, username, name, code):
    return run(app, username, "--role", "officer", "--name", name, "--jurisdiction", code)


def call(command, *arguments):
    return CliRunner().invoke(command, arguments)


def named(name):
    """The enterprises of an officer, and those of them of whom it is said that the officer left."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        his = select(Enterprise.id).where(Enterprise.officer_name == name)
        return set(uow.session.scalars(his)), set(uow.session.scalars(his.where(names_who_left(uow.today))))


def signs_in(app, username, password="correct horse battery"):
    return app.test_client().post("/sign-in", data={"username": username, "password": password}).status_code == 303


def test_an_officer_added_at_the_terminal_signs_in_and_sees_the_patch(app, world):
    assert run(app, "wang", "--role", "officer", "--jurisdiction", "430602").exit_code == 0
    assert signs_in(app, "wang")


def test_a_trainer_who_is_on_the_roster_reaches_the_own_record_too(app, world):
    answer = run(app, "zhao", "--role", "trainer", "--enterprise", "湘粮油脂有限公司", "--work-no", "0002")
    client = app.test_client()
    client.post("/sign-in", data={"username": "zhao", "password": "correct horse battery"})

    assert answer.exit_code == 0
    assert client.get("/me").status_code == 200
    assert client.get("/people").status_code == 200


def test_what_is_wrong_is_said_and_nothing_is_added(app, world):
    for arguments in (
        ["a", "--role", "officer", "--jurisdiction", "999999"],
        ["a", "--role", "trainer", "--enterprise", "没有这一家"],
        ["a", "--role", "trainer", "--enterprise", "湘粮油脂有限公司", "--work-no", "9999"],
    ):
        assert run(app, *arguments).exit_code == 2
    assert run(app, "a", "--role", "officer", "--jurisdiction", "430602", password="short").exit_code == 2
    assert not signs_in(app, "a")


def test_a_name_is_given_once(app, world):
    run(app, "wang", "--role", "officer", "--jurisdiction", "430602")

    assert run(app, "wang", "--role", "officer", "--jurisdiction", "430603").exit_code == 2


STREET, DISTRICT, CITY, OTHER = "430602008", "430602", "430600", "430603"


@pytest.mark.parametrize(
    ("there", "wanted", "allowed"),
    [
        (STREET, STREET, False), (STREET, DISTRICT, False), (DISTRICT, STREET, False), (CITY, STREET, False),
        (STREET, "430602009", True), (STREET, OTHER, True),
        ("PORT", STREET, False), ("PORT", DISTRICT, False), ("PORT", OTHER, True),
    ],
)  # fmt: skip
def test_no_second_officer_of_a_name_is_added_where_an_enterprise_would_be_under_both(app, world, there, wanted, allowed):
    with unit_of_work(SYSTEM, "home") as uow:
        add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
        port = add_street(uow, world.city_id, "PORT", "城陵矶新港区", "园区")
        street = uow.session.get_one(Jurisdiction, world.here.street_id)
        street.manager_id, street.managed_path = port, f"430600/PORT/{STREET}/"
    assert officer(app, "shi1", "石磊", there).exit_code == 0

    second = officer(app, "shi2", "石磊", wanted)

    assert (second.exit_code == 0) is allowed and signs_in(app, "shi2") is allowed
    if not allowed:
        assert isinstance(second.exception, NameTaken) and "石磊（安监站）" in str(second.exception)
        assert officer(app, "shi2", "石磊（二）", wanted).exit_code == 0
    assert officer(app, "shi3", "石 磊", wanted).exit_code == 0, "what was typed stays"


def test_the_firms_of_whoever_left_are_not_silently_those_of_a_newcomer_of_the_same_name(app, world, client_as):
    officer(app, "shi1", "石磊", DISTRICT)
    with unit_of_work(SYSTEM, "home") as uow:
        firms = set(add_enterprises(uow, world.here.street_id, 2, officer="石磊"))
        closed = add_enterprises(uow, world.here.street_id, 1, officer="石磊")[0]
        uow.session.get_one(Enterprise, closed).state = EnterpriseState.CLOSED
        add_street(uow, world.here.district_id, "430602009", "三眼桥街道")
    before = app.test_client()
    before.post("/sign-in", data={"username": "shi1", "password": "correct horse battery"})
    assert before.get("/patch").status_code == 200

    told = call(end, "shi1")

    assert told.exit_code == 0 and "2 家企业的责任人还写着 石磊" in told.output and before.get("/patch").status_code == 403
    assert named("石磊") == ({*firms, closed}, {*firms, closed})
    refused = officer(app, "shi2", "石磊", STREET)
    assert isinstance(refused.exception, NameOfWhoLeft) and "2 家企业" in str(refused.exception) and not signs_in(app, "shi2")
    assert named("石磊")[1] == {*firms, closed}, "they are still nobody's"
    with pytest.raises(NameOfWhoLeft), unit_of_work(SYSTEM, "home") as uow:
        own = {"role": "officer", "jurisdiction_id": world.here.district_id}
        add_user(uow, username="shi2", name="石磊", password="correct horse battery", **own)
    assert officer(app, "shi3", "石磊", "430602009").exit_code == 0, "where none of these firms is"
    client_as(world.here.officer).post("/patch", data={"name": "石磊", "successor": "王敏"})

    assert officer(app, "shi2", "石磊", STREET).exit_code == 0


def test_a_name_that_a_list_gives_and_no_account_has_is_whose_account_comes_first(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        firms = set(add_enterprises(uow, world.here.street_id, 2, officer="石磊"))

    assert officer(app, "shi1", "石磊", STREET).exit_code == 0

    assert named("石磊") == (firms, set())


def test_an_officer_who_is_renamed_keeps_the_firms_and_takes_no_name_of_another(app, world):
    officer(app, "shi1", "石磊", STREET)
    with unit_of_work(SYSTEM, "home") as uow:
        firms = set(add_enterprises(uow, world.here.street_id, 2, officer="石磊"))
        elsewhere = set(add_enterprises(uow, world.there.street_id, 1, officer="石磊"))

    taken = call(rename, "shi1", "王敏")  # of the district it lies in
    assert isinstance(taken.exception, NameTaken) and named("石磊")[0] == {*firms, *elsewhere}
    told = call(rename, "shi1", " 石磊（安监站）")

    assert "2 家企业的责任人跟着改了" in told.output
    assert named("石磊（安监站）") == (firms, set()) and named("石磊") == (elsewhere, set())
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert set(uow.session.scalars(select(EnterprisePast.officer_name))) == {"石磊"}
        assert uow.session.scalars(select(User.name).where(User.username == "shi1")).one() == "石磊（安监站）"
    assert call(rename, "shi1", "石" * 51).exit_code == call(rename, "nobody", "石磊").exit_code == 2


def test_two_officers_of_one_name_from_before_are_told_apart_before_one_of_them_leaves(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.add_all(officer_over(place, username, "石磊") for place, username in (
            (world.here.street_id, "shi1"), (world.here.district_id, "shi2"),
        ))  # fmt: skip
        firm, other = add_enterprises(uow, world.here.street_id, 2, officer="石磊")
    page = client_as(world.here.officer).get("/patch").text
    assert "「石磊」" in page and "岳阳楼区、城陵矶街道" in page
    assert "「石磊」" not in client_as(world.there.officer).get("/patch").text

    assert "还有一位「石磊」" in str(call(end, "shi1").exception)
    told = call(rename, "shi1", "石磊（二）")

    assert "2 家企业还写着「石磊」" in told.output and named("石磊")[0] == {firm, other}
    assert "「石磊」" not in client_as(world.here.officer).get("/patch").text
    client_as(world.here.officer).post("/patch/enterprises", data={"enterprise_id": str(firm), "successor": "石磊（二）"})
    assert call(end, "shi1").exit_code == 0 and named("石磊（二）") == ({firm}, {firm}) and named("石磊") == ({other}, set())
