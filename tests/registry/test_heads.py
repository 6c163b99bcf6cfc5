"""Somebody else becomes the head of an enterprise: the account of whoever was acts as the head no more."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.models import Membership, Role, User
from lms.access.service import hash_of
from lms.core.uow import unit_of_work
from lms.registry import service
from lms.registry.models import Enterprise
from tests.registry.test_leaving import SYSTEM, actor, today
from tests.world import LONG_AGO

PLACE = {"department": "", "post": "", "relation": "本单位"}
LIST = "企业名称,统一社会信用代码,街道,主要负责人\n湘粮油脂有限公司,91430699MA7UUP5Y9R,城陵矶街道,{head}\n"


def roles(key):
    return {held.role for held in actor(key).held}


def days(key):
    """The lines in which an account acts as a head: first and last day of each."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(Membership.starts_on, Membership.ends_on).where(Membership.user_id == actor(key).user_id)
        return uow.session.execute(wanted.where(Membership.role == Role.HEAD).order_by(Membership.id)).all()


def appointed(world, name, on, person_id=None):
    with unit_of_work(SYSTEM, "home") as uow:
        service.appoint(uow, [service.Head(world.here.enterprise_id, name, person_id=person_id)], on)


@pytest.fixture
def of_a_claim(world):
    """An account as a claim opens it: the head's by its name alone, on no roster."""
    with unit_of_work(SYSTEM, "home") as uow:
        user = User(username="91430699", name="陈建国", password_hash=hash_of("long enough"), created_at=uow.now)
        own = {"enterprise_id": world.here.enterprise_id, "starts_on": LONG_AGO}
        user.memberships.append(Membership(role=Role.HEAD, **own))
        uow.session.add(user)
        uow.session.flush()
        return f"user:{user.id}"


def test_who_was_replaced_and_left_gets_nothing_back_by_a_list_that_still_names_them(app, world, client_as):
    trainer, old = client_as(world.here.trainer), world.here.head_id
    appointed(world, "刘洋", today(), person_id=world.here.person_ids[2])
    assert Role.HEAD not in roles(world.here.head)

    trainer.post(f"/people/{old}/leave", data={"on": today().isoformat()})
    appointed(world, "陈建国", today())
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        held = select(Membership).where(Membership.person_id == old, Membership.role == Role.HEAD)
        assert not [one for one in uow.session.scalars(held) if one.runs(uow.today)], "an old list named who left"


def test_another_head_by_hand_and_back_again_moves_the_rights_of_the_account_with_the_post(app, world, client_as):
    trainer, yesterday = client_as(world.here.trainer), today() - timedelta(days=1)
    before, after = world.here.head_id, world.here.person_ids[2]
    held = actor(world.here.head).held

    done = trainer.post(f"/people/{after}/post", data=PLACE | {"category": "主要负责人"}, follow_redirects=True)

    assert "陈建国的账号从今天起不再有主要负责人的权限" in done.text
    assert roles(world.here.head) == {Role.EMPLOYEE} and days(world.here.head) == [(LONG_AGO, yesterday)]
    assert client_as(world.here.head).get("/hazards").status_code == 404
    trail = trainer.get(f"/enterprises/{world.here.enterprise_id}/trail").text
    assert "主要负责人换人，原账号停权" in trail and yesterday.isoformat() in trail

    trainer.post(f"/people/{before}/post", data=PLACE | {"category": "主要负责人"})
    assert actor(world.here.head).held == held and days(world.here.head) == [(LONG_AGO, None)], (
        "a slip of the same day leaves no gap"
    )
    assert "主要负责人账号恢复权限" in trainer.get(f"/enterprises/{world.here.enterprise_id}/trail").text


def test_a_list_that_names_another_head_says_first_whose_account_ends_and_they_are_told_when_they_sign_in(
    app, world, client_as, of_a_claim
):
    officer = client_as(world.here.officer)
    told = {"file": (io.BytesIO(LIST.format(head="王强").encode()), "底数.csv"), "jurisdiction": str(world.here.district_id)}
    address = officer.post("/enterprises/import", data=told).headers["Location"]

    looked = officer.get(address).text
    assert "1 家换了主要负责人，原来的账号不再有主要负责人的权限" in looked and "陈建国、陈建国" in looked
    assert Role.HEAD in roles(world.here.head), "nothing is written by a look"
    officer.post(f"{address}/apply")

    assert roles(world.here.head) == {Role.EMPLOYEE} and roles(of_a_claim) == set()
    client = app.test_client()
    client.post("/sign-in", data={"username": "91430699", "password": "long enough"})
    told = client.get("/", follow_redirects=True)
    assert told.status_code == 403 and "不再是主要负责人" in told.text and "退出" in told.text


def test_the_same_name_and_other_enterprises_keep_their_accounts(app, world, of_a_claim):
    appointed(world, "陈建国", today(), world.here.head_id)

    assert Role.HEAD in roles(world.here.head) and roles(of_a_claim) == {Role.HEAD}
    appointed(world, "王强", today())
    assert Role.HEAD in roles(world.there.head)


def test_who_is_head_again_after_others_has_the_rights_again_from_that_day_only(app, world, of_a_claim):
    first, second = today() - timedelta(days=60), today() - timedelta(days=10)
    appointed(world, "王强", first)
    appointed(world, "陈建国", second, world.here.head_id)

    for key in (world.here.head, of_a_claim):
        assert days(key) == [(LONG_AGO, first - timedelta(days=1)), (second, None)]


def test_an_account_that_ended_when_its_owner_left_does_not_come_back_with_the_post(app, world, client_as):
    head, trainer = world.here.head_id, client_as(world.here.trainer)
    trainer.post(f"/people/{head}/leave", data={"on": (today() - timedelta(days=9)).isoformat()})
    appointed(world, "王强", today() - timedelta(days=5))

    appointed(world, "陈建国", today(), head)

    assert roles(world.here.head) == set()


def test_who_left_by_mistake_and_was_replaced_meanwhile_comes_back_but_not_as_the_head(app, world, client_as):
    head, trainer = world.here.head_id, client_as(world.here.trainer)
    trainer.post(f"/people/{head}/leave", data={"on": (today() - timedelta(days=2)).isoformat()})
    appointed(world, "王强", today())

    trainer.post(f"/people/{head}/return")

    assert roles(world.here.head) == {Role.EMPLOYEE}


def test_a_roster_that_names_another_head_says_whose_account_ends_and_taking_it_back_gives_it_back(app, world, client_as):
    trainer, held = client_as(world.here.trainer), actor(world.here.head).held
    text = "姓名,工号,人员类别\n陈建国,0001,其他从业人员\n孙丽,0004,主要负责人\n"
    address = trainer.post("/people/import", data={"file": (io.BytesIO(text.encode()), "册.csv")}).headers["Location"]

    assert "陈建国的账号同时不再有主要负责人的权限" in trainer.get(address).text
    trainer.post(f"{address}/apply")
    assert roles(world.here.head) == {Role.EMPLOYEE}
    assert "主要负责人和其账号的权限恢复为导入前的" in trainer.get(address).text

    trainer.post(f"{address}/take-back")
    assert actor(world.here.head).held == held and days(world.here.head) == [(LONG_AGO, None)]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        assert service.current_heads(uow, [firm.id])[firm.id].name == "陈建国"


def test_an_account_that_acts_as_the_head_and_is_not_is_named_on_the_page_of_the_enterprise_and_ended_there(
    app, world, client_as
):
    with unit_of_work(SYSTEM, "home") as uow:
        user = User(username="before", name="王强", password_hash="", created_at=uow.now)
        user.memberships.append(Membership(role=Role.HEAD, enterprise_id=world.here.enterprise_id, starts_on=LONG_AGO))
        uow.session.add(user)
        uow.session.flush()
        key = f"user:{user.id}"
    page, officer = f"/enterprises/{world.here.enterprise_id}", client_as(world.here.officer)

    assert "王强的账号还有主要负责人的权限" in client_as(world.here.trainer).get(page).text
    assert f"{page}/former-heads" not in client_as(world.here.trainer).get(page).text
    assert f"{page}/former-heads" in officer.get(page).text
    assert client_as(world.here.trainer).post(f"{page}/former-heads").status_code == 404

    done = officer.post(f"{page}/former-heads", follow_redirects=True).text
    assert "已停止" in done and "还有主要负责人的权限" not in done
    assert roles(key) == set() and Role.HEAD in roles(world.here.head)
