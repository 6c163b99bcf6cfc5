"""Who the trainers of an enterprise are: the head or one of them names another and ends one, and never the last."""

import re

from sqlalchemy import select

from lms.access.models import Membership, Role, User
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.notices.models import Notice
from tests.registry.test_heads import roles
from tests.registry.test_leaving import SYSTEM, actor

CHOSEN = {"password": "long enough 1", "again": "long enough 1"}


def named(client, person_id):
    """The words that open the account of somebody who was named just now."""
    page = client.post(f"/people/{person_id}/trainer")
    assert page.headers["Cache-Control"] == "no-store"
    return "".join(re.search(r"(\d{4}) (\d{4})</span></p>", page.text).groups())


def told(person_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Notice.body).where(Notice.person_id == person_id).order_by(Notice.id)))


def opened(app, person_id, words):
    """Somebody who read the number of the receipt and heard the words, signed in with a password of their own."""
    client = app.test_client()
    number = re.search(r"\d{12}", told(person_id)[-1]).group()
    assert "本单位指定您为培训管理员" in client.post("/claim/state", data={"number": number}, follow_redirects=True).text
    done = client.post("/claim/account", data=CHOSEN | {"words": words}, follow_redirects=True)
    username = re.search(r"用户名是 ([\w-]+)", done.text).group(1)
    assert client.post("/sign-in", data={"username": username, "password": CHOSEN["password"]}).status_code == 303
    return client


def account(person_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        user_id = uow.session.scalar(select(Membership.user_id).where(Membership.person_id == person_id))
        return f"user:{user_id}"


def ending(world, key):
    return f"/enterprises/{world.here.enterprise_id}/trainers/{key.removeprefix('user:')}/end"


def test_the_head_names_a_trainer_who_opens_an_account_and_takes_over_from_the_one_before_who_is_out_at_once(
    app, world, client_as
):
    head, before, page = client_as(world.here.head), client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}"
    successor = world.here.person_ids[3]

    words = named(head, successor)
    assert words not in "".join(told(successor)), "neither the words nor the number opens the account alone"
    assert "还没开通账号" in head.get(page).text
    assert "先指定另一位" in head.post(ending(world, world.here.trainer), follow_redirects=True).text, (
        "nobody else can sign in yet"
    )
    client = opened(app, successor, words)
    assert client.get("/people/import").status_code == 200
    assert "还没开通账号" not in head.get(page).text

    assert before.get("/people/import").status_code == 200
    assert "权限已停止" in client.post(ending(world, world.here.trainer), follow_redirects=True).text
    assert Role.TRAINER not in roles(world.here.trainer)
    assert before.get("/people/import").status_code == 404
    shown = client_as(world.here.officer).get(page).text
    assert "以前的 1 位" in shown and "/trainers/" not in shown, "the bureau reads who it is, and changes nothing"
    trail = client.get(f"{page}/trail").text
    assert "指定培训管理员" in trail and "培训管理员开通账号" in trail and "停止培训管理员权限" in trail
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        kinds = list(uow.session.scalars(select(ChainEntry.kind).where(ChainEntry.kind.startswith("trainer."))))
        assert sorted(kinds) == ["trainer.ended", "trainer.named", "trainer.opened"]
        assert verify(uow, world.here.enterprise_id).whole
        gone = actor(world.here.trainer)
        mine = Notice.user_id == gone.user_id, Notice.person_id == gone.person_id
        assert uow.session.scalar(select(Notice.title).where(mine[1] if gone.person_id else mine[0])) == "您不再是培训管理员"


def test_the_last_trainer_does_not_go_without_a_successor(app, world, client_as):
    trainer = client_as(world.here.trainer)

    refused = trainer.post(ending(world, world.here.trainer), follow_redirects=True).text

    assert "停止权限" not in trainer.get(f"/enterprises/{world.here.enterprise_id}").text, "no button that is refused"
    assert "先指定另一位" in refused and Role.TRAINER in roles(world.here.trainer)


def test_a_trainer_who_is_ended_before_the_account_was_opened_opens_none_and_is_named_again_under_the_same(app, world, client_as):
    trainer, person_id = client_as(world.here.trainer), world.here.person_ids[3]
    words = named(trainer, person_id)
    assert named(trainer, person_id) != words, "named again while it waits: new words"
    words = named(trainer, person_id)
    trainer.post(ending(world, account(person_id)))
    number = re.search(r"\d{12}", next(body for body in told(person_id) if "回执号" in body)).group()
    client = app.test_client()
    client.post("/claim/state", data={"number": number})
    assert client.post("/claim/account", data=CHOSEN | {"words": words}).status_code == 422

    words = named(trainer, person_id)
    opened(app, person_id, words)
    assert Role.TRAINER in roles(account(person_id))
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert (
            len(list(uow.session.scalars(select(User.id).where(User.name == "孙丽", User.username.startswith("91430699MA7")))))
            == 1
        )
    assert "已经是培训管理员" in trainer.post(f"/people/{person_id}/trainer", follow_redirects=True).text


def test_nobody_of_another_firm_is_named_or_ended_and_nobody_gets_a_second_account(app, world, client_as):
    trainer, there = client_as(world.here.trainer), world.there

    assert trainer.post(f"/people/{there.person_ids[2]}/trainer").status_code == 404
    assert trainer.post(f"/enterprises/{there.enterprise_id}/trainers/{there.trainer[5:]}/end").status_code == 404
    assert trainer.post(ending(world, there.trainer)).status_code == 404
    for other in (world.here.officer, world.here.employee):
        assert client_as(other).post(f"/people/{world.here.person_ids[3]}/trainer").status_code == 404
        assert client_as(other).post(ending(world, world.here.trainer)).status_code == 404

    with unit_of_work(SYSTEM, "home") as uow:
        user = User(username="of-a-claim", name="刘洋", password_hash="", created_at=uow.now)
        user.memberships.append(Membership(role=Role.HEAD, enterprise_id=world.here.enterprise_id, starts_on=uow.today))
        uow.session.add(user)
    refused = trainer.post(f"/people/{world.here.person_ids[2]}/trainer", follow_redirects=True).text
    assert "一个人不能有两个账号" in refused
