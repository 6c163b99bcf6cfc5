"""A bureau's bank: enterprises read it, take copies, hear of newer wordings, and cannot touch it."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.quizzes import queries, service
from lms.quizzes.models import Question
from lms.quizzes.service.sharing import parsed
from tests.quizzes.scenes import questions
from tests.waiting import until_it_waits
from tests.world import build_world

SYSTEM = Actor.system("test")
TEXT = "题型,题干,答案,知识点\n判断,水能灭火。,对,消防\n判断,安全带应当高挂低用。,对,消防\n"


@pytest.fixture
def of_bureau(officer) -> list[str]:
    """The addresses of two questions that the district's officer has imported."""
    where = officer.post("/questions/import", data={"text": TEXT}).location
    assert "导入 2 道题" in officer.get(where).text
    officer.post(f"{where}/apply")
    return sorted(set(re.findall(r"/questions/[0-9a-f-]{36}", officer.get("/questions?source=own").text)))


def test_the_bureau_keeps_its_bank_and_those_it_supervises_read_it(of_bureau, trainer, client_as, world):
    assert len(of_bureau) == 2
    assert "监管部门" in trainer.get("/questions?source=bureau").text and "水能灭火" in trainer.get("/questions").text
    assert "岳阳楼区" in trainer.get(of_bureau[0]).text
    assert client_as(world.here.street_officer).get(of_bureau[0]).status_code == 200  # a street under the district

    for stranger in (world.there.trainer, world.there.officer):
        assert client_as(stranger).get(of_bureau[0]).status_code == 404
        assert "水能灭火" not in client_as(stranger).get("/questions").text


def test_nobody_but_the_bureau_changes_its_questions(of_bureau, trainer, client_as, world):
    for other in (trainer, client_as(world.here.street_officer), client_as(world.city_officer)):
        for action in ("edit", "retire", "restore"):
            assert other.post(f"{of_bureau[0]}/{action}").status_code == 404


def test_two_who_take_or_reword_the_same_question_at_once_do_it_one_after_the_other(app_on_postgres):
    with unit_of_work(SYSTEM, "system") as uow:
        here = build_world(uow).here
        service.add_questions(uow, None, questions(1), jurisdiction_id=here.ids["jurisdiction_id"])

    def click(uow, word):
        (shared,) = uow.session.scalars(select(Question).where(Question.jurisdiction_id == here.ids["jurisdiction_id"])).all()
        newest = shared.versions[-1]
        service.take(uow, shared, here.enterprise_id)
        service.reword(uow, shared, replace(parsed(shared.topic, newest), explanation=word))

    def beside():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "system") as uow:
            click(uow, "乙")

    other = threading.Thread(target=beside)
    with unit_of_work(SYSTEM, "system") as uow:
        click(uow, "甲")
        other.start()
        until_it_waits(other)
        assert other.is_alive(), "it waits for what is written here"
    other.join()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        shared, own = uow.session.scalars(select(Question).order_by(Question.id)).all()
        assert (own.origin_id, [one.explanation for one in shared.versions][1:]) == (shared.id, ["甲", "乙"])


def test_a_question_of_the_bureau_is_drawn_once_it_is_taken(of_bureau, trainer, world):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert queries.drawable(uow, world.here.enterprise_id, ["消防"]) == []

    first = trainer.post(f"{of_bureau[0]}/take")
    again = trainer.post(f"{of_bureau[0]}/take")

    assert first.status_code == 303 and first.location == again.location
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert len(queries.drawable(uow, world.here.enterprise_id, ["消防"])) == 1
    page = trainer.get(first.location).text
    assert "岳阳楼区，第 1 版" in page and "修改" in page


def test_all_of_a_topic_are_taken_at_once_and_the_bureau_sees_by_how_many(of_bureau, trainer, officer, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, [])
    trainer.post("/questions/new", data={"kind": "judge", "stem": "水能灭火", "answer": "对", "topic": "x"})

    page = trainer.post("/questions/take", data={"topic": "消防"}, follow_redirects=True).text

    assert "取用了 1 道题，1 道本单位早就有" in page
    counts = [re.search(r"(\d) 家", officer.get(where).text)[1] for where in of_bureau]
    assert sorted(counts) == ["0", "1"]
    assert "取用的企业" not in trainer.get(of_bureau[0]).text


def test_a_newer_wording_is_announced_and_taken_when_the_trainer_says_so(of_bureau, trainer, officer, world):
    own = trainer.post(f"{of_bureau[0]}/take").location
    assert "出了新的一版" not in trainer.get("/questions").text
    officer.post(f"{of_bureau[0]}/edit", data={"kind": "judge", "stem": "水不能扑灭油火。", "answer": "对", "topic": "消防"})

    assert "有 1 道，监管部门出了新的一版" in trainer.get("/questions").text
    assert own in trainer.get("/questions?source=stale").text
    assert "水不能扑灭油火" not in trainer.get(own).text
    after = trainer.post(f"{own}/catch-up", follow_redirects=True).text

    assert "水不能扑灭油火" in after and "以前的写法" in after and "第 2 版" in after
    assert "监管部门出了新的一版" not in trainer.get("/questions").text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        copy = uow.session.scalars(select(Question).where(Question.enterprise_id == world.here.enterprise_id)).one()
        assert (copy.origin_version, [version.version for version in copy.versions]) == (2, [1, 2])


def test_what_is_not_a_bureaus_cannot_be_taken(trainer, officer, of_bureau, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, None, questions(1))
        shipped = uow.session.scalars(select(Question).where(Question.shipped())).one().id

    assert trainer.post(f"/questions/{shipped}/take").status_code == 404
    assert trainer.post(f"/questions/{shipped}/catch-up").status_code == 404
    assert officer.post(f"{of_bureau[0]}/take").status_code == 404


def test_taking_keeps_the_bureaus_text_for_whoever_changes_ones_own(of_bureau, trainer, officer):
    own = trainer.post(f"{of_bureau[0]}/take").location

    trainer.post(f"{own}/edit", data={"kind": "judge", "stem": "我们自己的说法。", "answer": "错", "topic": "消防"})

    assert "我们自己的说法" in trainer.get(own).text and "我们自己的说法" not in officer.get(of_bureau[0]).text
