"""The spot retest: picked by chance that anybody can repeat, bound to its lecture, old and new scores side by side."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest

from lms.access.actor import Actor
from lms.archives.queries.teaching import teaching_of
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from lms.notices.models import Notice
from lms.quizzes import queries, reminders, service
from lms.quizzes.models import Attempt, Quiz, Retest
from tests.conftest import on_either
from tests.quizzes.scenes import answer_all, open_quiz

SYSTEM = Actor.system("test")


@pytest.fixture
def quiz(world, at, heard) -> Quiz:
    """Taken by everybody on the day: all right but the last, who has not come."""
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = open_quiz(uow, world.here)
        for person_id in world.here.person_ids[:4]:
            attempt = service.start(uow, quiz, person_id)
            answer_all(uow, attempt, 4)
            service.submit(uow, attempt)
    heard.clear()
    return quiz


DRAW = {"people": "3", "questions": "2", "days": "3", "reason": "回头看"}


def draw(client, quiz: Quiz) -> str:
    answer = client.post(f"/lectures/{quiz.lecture_id}/retests", data=DRAW)
    assert answer.status_code == 303
    return answer.location


def test_the_bureau_draws_and_both_scores_stand_side_by_side(client_as, world, quiz, at):
    at(days=30)
    officer = client_as(world.here.officer)
    where = draw(officer, quiz)
    with unit_of_work(SYSTEM, "system") as uow:
        retest = uow.session.query(Retest).one()
        chosen = [one.person_id for one in retest.people]
        attempt = service.start(uow, retest.quiz, chosen[0])
        answer_all(uow, attempt, 1)
        service.submit(uow, attempt)
        told = {notice.person_id for notice in uow.session.query(Notice).filter_by(kind="quiz.retest")}

    page = officer.get(where).text

    by_hash = sorted(retest.pool, key=lambda one: hashlib.sha256(f"{retest.seed}:{one}".encode()).hexdigest())
    assert {str(one) for one in chosen} == set(by_hash[:3]) and told == set(chosen)
    assert set(retest.pool) == {str(one) for one in world.here.person_ids[:4]}
    assert retest.by_bureau and retest.seed in page and "-50" in page and "还没答" in page and "回头看" in page
    assert (retest.lecture_id, retest.quiz_id) == (quiz.lecture_id, attempt.quiz_id)
    for reader in (world.here.trainer, world.here.head):
        assert client_as(reader).get(where).status_code == 200
    assert client_as(world.there.officer).get(where).status_code == 404


def test_nothing_of_the_first_result_changes_by_a_retest(client_as, world, quiz, at, heard):
    before = _best(quiz, world)
    at(days=30)
    draw(client_as(world.here.trainer), quiz)
    with unit_of_work(SYSTEM, "system") as uow:
        retest = uow.session.query(Retest).one()
        attempt = service.start(uow, retest.quiz, retest.people[0].person_id)
        service.submit(uow, attempt)
        assert (attempt.score, attempt.passed) == (0, False)
        assert queries.quiz_of(uow, quiz.lecture_id).id == quiz.id
        assert len(queries.progress(uow, quiz.lecture_id).in_state("passed")) == 4
        assert teaching_of(uow, uow.session.get_one(Lecture, quiz.lecture_id)).wrong == (), "the hall answered all rightly"
    at(days=32)
    reminders.remind_of_quizzes()

    assert _best(quiz, world) == before and heard == []
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Notice).filter_by(kind="quiz.reminder").count() == 0


def _best(quiz: Quiz, world) -> dict[UUID, queries.Best]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return queries.best_of(uow, quiz.lecture_id, world.here.person_ids)


@on_either
def test_only_those_who_were_picked_take_it_once(client_as, world, quiz, at):
    at(days=30)
    draw(client_as(world.here.trainer), quiz)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        retest = uow.session.query(Retest).one()
        chosen = {one.person_id for one in retest.people}
        due = {one for one in world.here.person_ids if queries.due_for(uow, one)}
    assert due == chosen

    for person_id in world.here.person_ids:
        phone = client_as(f"person:{person_id}")
        entry = phone.get(f"/quizzes/{retest.quiz_id}")
        assert entry.status_code == (200 if person_id in chosen else 404)
        assert phone.post(f"/quizzes/{retest.quiz_id}").status_code == (200 if person_id in chosen else 404)
        assert person_id not in chosen or ("抽考" in entry.text and "抽考" in phone.get("/me").text)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Attempt).filter_by(quiz_id=retest.quiz_id).count() == 3


def test_a_retest_waits_until_the_quiz_has_closed(client_as, world, quiz):
    trainer = client_as(world.here.trainer)

    assert trainer.post(f"/lectures/{quiz.lecture_id}/retests", data=DRAW).status_code == 409
    assert "还没有截止" in trainer.get(f"/lectures/{quiz.lecture_id}/retests").text
    assert client_as(world.here.head).get(f"/lectures/{quiz.lecture_id}/retests").status_code == 404
