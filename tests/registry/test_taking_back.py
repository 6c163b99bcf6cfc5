"""A roster that was imported by mistake is taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.service import load_actor
from lms.archives.queries.trail import TrailFilter, trail_page
from lms.core.db import db, new_id
from lms.core.uow import UnitOfWork, unit_of_work
from lms.credentials.models import HoursCycle
from lms.lectures.models import Attendee, Lecture
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.registry import listeners, service
from lms.registry.models import Department, HeadAppointment, ImportBatch, ImportKind, Person, PersonPost
from lms.registry.privacy.service import erase
from lms.registry.service import batches, taking_back
from lms.registry.views import imports
from lms.registry.words import WHY_STAYS
from tests.app.populate import populate
from tests.world import World, acting

pytestmark = pytest.mark.usefixtures("chinese")
Client = Callable[[str], FlaskClient]
WRONG = (
    "姓名,工号,部门,岗位,手机号,人员类别\n刘洋,0003,质检部,化验员,19900001111,其他从业人员\n钱多多,W1,质检部,,,其他从业人员\n"
    "吴一,W2,质检部,,,其他从业人员\n陆二,W3,压榨车间,,,其他从业人员\n郑三,W4,压榨车间,,199,其他从业人员\n"
)
TOLD = (Person, PersonPost, Department, HeadAppointment, Membership)


def register(uow: UnitOfWork, enterprise_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """All the roster of an enterprise holds: people, their lines, departments, who heads it."""
    return {
        table.name: [
            dict(row)
            for row in uow.execute(select(table).where(table.c.enterprise_id == enterprise_id).order_by(table.c.id)).mappings()
        ]
        for table in (db.metadata.tables[model.__tablename__] for model in TOLD)
    }


def looked_at(world: World) -> dict[str, list[dict[str, Any]]]:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return register(uow, world.here.enterprise_id)


def imported(client: FlaskClient, text: str = WRONG) -> str:
    """The address of what came of an import."""
    address = client.post("/people/import", data={"file": (io.BytesIO(text.encode()), "错的.csv")}).headers["Location"]
    client.post(f"{address}/apply")
    return address


def card(page: str) -> str:
    """What the page says of taking the import back, without its tags."""
    found = re.search(r'<section class="card" id="back".*?</section>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group())) if found else ""


def found(name: str) -> UUID:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalars(select(Person.id).where(Person.name == name)).one()


def test_a_wrong_file_is_taken_back_in_one_step_after_a_look_at_whom_it_is_about(world: World, client_as: Client) -> None:
    here, client = world.here, client_as(world.here.trainer)
    before = looked_at(world)
    address = imported(client)
    with unit_of_work(Actor.system("test"), "home") as uow:  # the product opens these by itself, within a minute
        own = {"enterprise_id": here.enterprise_id, "kind": "initial", "category": "其他从业人员", "rule_id": "H1", "article": ""}
        of_new = {"person_id": found("吴一"), "starts_on": uow.today, "ends_on": uow.today, "opened_at": uow.now}
        uow.session.add(HoursCycle(**own, **of_new))

    assert address in client.get("/people/import").text
    page = client.get(address).text
    told = card(page)
    assert "移出花名册 3 人 钱多多 吴一 陆二" in told and "恢复原来内容 1 人 刘洋" in told and "已有别的记录" not in told
    rest = re.search(r'href="(/imports/[^"]+)"[^>]*>接着改剩下的 1 行', page)
    done = client.post(f"{address}/take-back", follow_redirects=True).text

    assert looked_at(world) == before, "as if it had never been imported"
    assert "赵倩 · 移出花名册 3 人，恢复原来内容 1 人" in card(done) and "导入已撤回" in done and "导入完成" not in done
    assert rest and client.get(rest[1]).status_code == 404, "nor do its faulty rows wait"
    assert "要改好再导入" in page and "要改好再导入" not in done
    assert address not in client.get("/people/import").text
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        lines = list(trail_page(uow, here.enterprise_id, TrailFilter(kinds=("person.import-taken-back",)), 1).rows)
        assert len(lines) == 4 and {one.by for one in lines} == {"赵倩"} and "刘洋" in [one.about for one in lines]
        phones = select(ChainEntry).where(ChainEntry.kind == "person.phone-changed")
        assert len(uow.session.scalars(phones).all()) == 2, "his phone opens what is his: there and back"
        assert verify(uow, here.enterprise_id).whole


def test_whoever_something_was_built_on_stays_and_is_named_with_why(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, client = world.here, client_as(world.here.trainer)
    populate(here)
    address = imported(client)
    with unit_of_work(Actor.system("test"), "home") as uow:
        lecture_id = uow.session.scalars(select(Lecture.id).where(Lecture.enterprise_id == here.enterprise_id)).first()
        own = {"enterprise_id": here.enterprise_id, "lecture_id": lecture_id, "department_name": "", "category": "其他从业人员"}
        uow.session.add(Attendee(**own, person_id=found("钱多多")))
    client.post(f"/people/{found('吴一')}/phone", data={"phone": "19900002222"})
    line = {"department": "灌装车间", "post": "灌装工", "category": "其他从业人员", "relation": "本单位"}
    client.post(f"/people/{here.person_ids[2]}/post", data=line)

    told = card(client.get(address).text)
    why = "钱多多 已列入讲课的应到名单 吴一 导入后又改过"
    assert "移出花名册 1 人 陆二" in told and "恢复原来内容" not in told and "3 人已有别的记录，不撤回" in told
    assert why in told and "刘洋 导入后又改过" in told
    done = client.post(f"{address}/take-back", follow_redirects=True).text

    assert "3 人没有撤回" in card(done) and why in card(done)
    monkeypatch.setattr(imports, "ROWS_SHOWN", 2)
    assert "应到名单 ……" in card(client.get(address).text), "of ten thousand a page names the first"
    assert found("钱多多") and found("吴一")
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert not uow.session.scalars(select(Person.id).where(Person.name == "陆二")).all()
        assert uow.session.scalars(select(Department.name).where(Department.name == "质检部")).all(), "somebody is in it"


def test_whoever_is_put_on_the_roster_while_a_file_is_being_taken_over_did_not_come_with_it(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, rest = client_as(world.here.trainer), batches._rest

    def meanwhile(uow: UnitOfWork, batch: ImportBatch, looked: Any) -> ImportBatch | None:
        mine = uow.now - timedelta(seconds=1)  # the page's own transaction, while a long file is written
        uow.session.add(Person(enterprise_id=world.here.enterprise_id, name="新来的", created_at=mine))
        return rest(uow, batch, looked)

    monkeypatch.setattr(batches, "_rest", meanwhile)
    address = imported(client)
    assert "移出花名册 3 人 钱多多 吴一 陆二" in card(client.get(address).text)
    client.post(f"{address}/take-back")

    assert found("新来的") and "吴一" not in [row["name"] for row in looked_at(world)["person"]]


def test_it_is_done_once_within_a_day_and_by_nobody_else(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as(world.here.trainer)
    address = imported(client)
    there, officer = (client_as(who) for who in (world.there.trainer, world.here.officer))
    assert there.post(f"{address}/take-back").status_code == 404
    assert officer.post(f"{address}/take-back").status_code in (403, 404) and found("吴一")
    client.post(f"{address}/take-back")
    after = looked_at(world)
    assert "不能再撤回" in client.post(f"{address}/take-back", follow_redirects=True).text and looked_at(world) == after

    late = imported(client)
    monkeypatch.setattr(taking_back, "WITHIN", timedelta(0))
    assert not card(client.get(late).text)
    assert "不能再撤回" in client.post(f"{late}/take-back", follow_redirects=True).text and found("吴一")
    listeners.forget_imports()
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert not uow.session.scalars(select(ImportBatch.before).where(ImportBatch.before.is_not(None))).all(), "nor is it kept"


def test_of_whoever_is_forgotten_by_law_nothing_is_kept_for_it(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address = imported(client)
    with unit_of_work(Actor.system("test"), "home") as uow:
        batch = uow.session.get_one(ImportBatch, UUID(address.rpartition("/")[2]))
        assert batch.before and "刘洋".encode() in batch.before
        erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        kept = uow.session.get_one(ImportBatch, batch.id).before
        assert kept and "刘洋".encode() not in kept

    client.post(f"{address}/take-back")
    names = {row["name"] for row in looked_at(world)["person"]}
    assert not names & {"刘洋", "吴一"} and "已删除" in names, "the others are taken back"


NAMES = st.sampled_from(["陈建国", "赵倩", "刘洋", "孙丽", "周敏", "马涛", "吴一"])
ROWS = st.lists(
    st.tuples(
        NAMES, st.sampled_from(["", "压榨车间", "质检部", "仓储部"]), st.sampled_from(["", "化验员", "电工"]),
        st.sampled_from(["", "19900001111", "19900002222"]), st.sampled_from(["主要负责人", "其他从业人员"]),
    ),
    unique_by=lambda row: row[0], min_size=1, max_size=6,
)  # fmt: skip


def test_importing_and_taking_back_leaves_the_register_as_it_was(app: Flask, world: World) -> None:
    enterprise_id = world.here.enterprise_id
    with unit_of_work(Actor.system("test"), "home") as uow:
        trainer = load_actor(uow, world.here.trainer)
        assert trainer is not None
        at = [uow.now]
        once = User(username="once", name="刘洋", password_hash="", created_at=uow.now)
        own = {"enterprise_id": enterprise_id, "person_id": world.here.person_ids[2], "starts_on": date(2020, 1, 1)}
        once.memberships.append(Membership(role=Role.HEAD, **own))
        uow.session.add(once)
        service.follow(uow, [enterprise_id], uow.today - timedelta(days=9))  # who was head once, and may be again

        def heads(use: UnitOfWork) -> None:
            own = Membership.enterprise_id == enterprise_id, Membership.role == Role.HEAD, Membership.runs_on(use.today)
            act = set(use.session.scalars(select(User.name).join(User.memberships).where(*own)))
            assert act <= {head.name for head in service.current_heads(use, [enterprise_id]).values()}, "nobody but the head"

        def take(rows: list[tuple[str, ...]], *, hours: int) -> tuple[UnitOfWork, ImportBatch]:
            at[0] += timedelta(hours=hours)
            mine = acting(uow, trainer, "person.import", at[0])
            text = "姓名,部门,岗位,手机号,人员类别\n" + "".join(",".join(row) + "\n" for row in rows)
            batch = service.open_batch(mine, ImportKind.PEOPLE, text.encode(), "册.csv", enterprise_id=enterprise_id)
            service.apply(mine, batch)
            heads(mine)
            return mine, batch

        @given(ROWS, ROWS, st.booleans())
        def holds(first: list[tuple[str, ...]], second: list[tuple[str, ...]], same_day: bool) -> None:
            begin = register(uow, enterprise_id)
            _mine, one = take(first, hours=25)
            middle = register(uow, enterprise_id)
            later, two = take(second, hours=1 if same_day else 23)
            for use, batch, then in ((later, two, middle), (later, one, begin)):
                if batch.before is not None:
                    assert not service.take_back(use, batch).stays
                assert register(uow, enterprise_id) == then
                heads(use)

        holds()


def test_each_table_that_tells_of_somebody_has_a_word_for_why_they_stay(app: Flask) -> None:
    telling = {table for table, _column in taking_back._pointing() if taking_back.GOES_WITH_PERSON not in table.info}
    assert {table.name for table in telling} - {"person_post", "head_appointment"} == set(WHY_STAYS) - {
        service.CHANGED,
        service.HEADS,
    }
    assert new_id() < new_id(), "what was built since is told by its id"
