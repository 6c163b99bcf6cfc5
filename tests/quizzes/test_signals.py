"""Soft signals: a fact beyond its threshold, told to the trainer with innocent reasons, and nothing follows from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.quizzes import queries, service
from lms.quizzes.models import Attempt, PageLeft
from lms.quizzes.rules.signals import LEFT, PACE, SAME, Sat, signals_of
from tests.quizzes.scenes import TOPIC, answer_all, open_quiz

TEN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SYSTEM = Actor.system("test")


def sat(number: int, *, device=None, left=(), seconds=10.0, chosen="ABCD", wrong="") -> Sat:
    """An attempt that took so long over each question; chosen: a letter for each."""
    taps = tuple(TEN + timedelta(seconds=seconds * (at + 1)) for at in range(len(chosen)))
    answers = {str(at): (letter,) for at, letter in enumerate(chosen)}
    return Sat(UUID(int=number), UUID(int=100 + number), device, TEN, left, taps, answers, frozenset(wrong))


@pytest.mark.parametrize(
    ("one", "kinds"),
    [
        pytest.param(sat(1, left=(5, 5)), [], id="twice away for a moment"),
        pytest.param(sat(1, left=(5, 5, 5)), [LEFT], id="three times away"),
        pytest.param(sat(1, left=(60,)), [LEFT], id="a minute away"),
        pytest.param(sat(1, chosen="ABCDE", seconds=2.9), [PACE], id="five questions at once"),
        pytest.param(sat(1, chosen="ABCDE", seconds=3), [], id="three seconds each"),
        pytest.param(sat(1, chosen="ABCD", seconds=0.1), [], id="too few to say"),
    ],
)
def test_a_signal_begins_at_its_threshold(one, kinds):
    assert [signal.kind for signal in signals_of([one])] == kinds


def test_the_same_wrong_answers_on_one_phone_are_told_for_both_and_right_ones_never():
    copied = [sat(1, device="d", chosen="ABCA", wrong="01"), sat(2, device="d", chosen="ABCA", wrong="01")]
    right = [sat(1, device="d"), sat(2, device="d")]
    apart = [sat(1, device="d", wrong="01"), sat(2, device="e", wrong="01")]

    assert [(signal.kind, signal.person.int, signal.other.int, signal.number) for signal in signals_of(copied)] == [
        (SAME, 101, 102, 100), (SAME, 102, 101, 100),
    ]  # fmt: skip
    assert signals_of(right) == signals_of(apart) == []


@given(st.permutations([sat(1, device="d", wrong="01"), sat(2, device="d", wrong="01"), sat(3, left=(99,))]))
def test_signals_do_not_depend_on_the_order(attempts):
    assert signals_of(attempts) == signals_of(sorted(attempts, key=lambda one: one.attempt))


def test_the_trainer_reads_the_fact_its_threshold_and_innocent_reasons_and_the_score_stays(client_as, world):
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = open_quiz(uow, world.here)
    phone = client_as(world.here.employee)
    where = phone.post(f"/quizzes/{quiz.id}").content_location
    for seconds in ("4", "70", "1", "-5", "x"):
        assert phone.post(f"{where}/left", data={"seconds": seconds}).status_code == 204
    with unit_of_work(SYSTEM, "system") as uow:
        attempt = uow.session.query(Attempt).one()
        answer_all(uow, attempt, 4)
        service.submit(uow, attempt)
    phone.post(f"{where}/left", data={"seconds": "500"})  # after the end it is nobody's business

    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/signals").text

    assert "离开 2 次，一共 74 秒" in page and "提示线：3 次，或者一共 60 秒" in page and "可能来电话" in page
    assert "不影响成绩" in phone.get(f"/quizzes/{quiz.id}").text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert (uow.session.query(PageLeft).count(), uow.session.query(Attempt).one().score) == (2, 100)
    assert phone.get(f"/lectures/{quiz.lecture_id}/quiz/signals").status_code == 404
    assert client_as(world.there.employee).post(f"{where}/left", data={"seconds": "9"}).status_code == 404


def test_two_on_one_phone_with_the_same_wrong_answers_and_five_at_once_are_named_and_their_scores_stay(client_as, world):
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = open_quiz(uow, world.here, QuizPlan((TOPIC,), 6, 60, minutes=30, attempts=2), bank=6)
    for account in (world.here.employee, world.here.head):
        phone = client_as(account)
        phone.set_cookie("anke_device", "shared-phone")
        where = phone.post(f"/quizzes/{quiz.id}").content_location
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            attempt = uow.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
            # In the order of the bank, so that both choose the same: two of six wrong, whatever each paper calls the option.
            taps = sorted(
                (asked.version.stem, str(asked.version.id), "ABC"[asked.order.index("A")], "ABC"[asked.order.index("B")])
                for asked in queries.asked_on(uow, attempt.paper)
            )
        for counter, (_stem, question, right, wrong) in enumerate(taps, 1):
            sent = {"question": question, "choice": wrong if counter < 3 else right, "counter": counter}
            assert phone.post(f"{where}/answers", data=sent).status_code == 200
        phone.post(f"{where}/finish")

    page = client_as(world.here.trainer).get(f"/lectures/{quiz.lecture_id}/quiz/signals").text

    names = re.findall(r"<b>([^<]+)</b> *<span[^>]*>([^<]+)</span>", page.partition("<main")[2])
    assert sorted(kind for _name, kind in names) == ["同一台手机，答案雷同"] * 2 + ["答得特别快"] * 2
    for one, other in (("刘洋", "陈建国"), ("陈建国", "刘洋")):
        assert {kind for name, kind in names if name == one} == {"同一台手机，答案雷同", "答得特别快"}
        assert f"和{other}用同一台手机，100% 答得一样" in page
    assert "6 题里有一半，每题不到" in page and "可能共用一台手机" in page and "可能断网后几题一起传到" in page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert set(uow.session.scalars(select(Attempt.score))) == {66}
