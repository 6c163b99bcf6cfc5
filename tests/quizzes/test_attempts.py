"""The server owns an attempt: one at a time, one paper, one clock; and whatever is delivered twice or late does no harm."""

from __future__ import annotations

from collections import Counter
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures.events import LectureCancelled, QuizPlan, Topic, TopicsAsked
from lms.lectures.models import Attendee
from lms.quizzes import listeners, queries, service
from lms.quizzes.models import Answer, Attempt, Question, Quiz
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service.attempts import NoAttemptsLeft
from tests.quizzes.scenes import NOW, PLAN, TOPIC, answer_all, held_lecture, open_quiz, planned_lecture, questions, right_choice
from tests.waiting import at_once, written_at_once
from tests.world import build_world

SYSTEM = Actor.system("test")


@pytest.fixture
def person(world) -> UUID:
    return world.here.person_ids[2]


def test_fifty_starts_at_once_make_one_attempt(app_on_either):
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        quiz_id, person_id = open_quiz(uow, side).id, side.person_ids[2]

    def begin() -> UUID:
        with app_on_either.app_context(), unit_of_work(SYSTEM, "system") as uow:
            return service.start(uow, uow.session.get_one(Quiz, quiz_id), person_id).id

    started = at_once([begin] * 50)

    assert len(set(started)) == 1
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Attempt).count() == 1


def test_of_twenty_who_start_and_hand_in_at_once_none_gets_past_the_last_attempt(app_on_either):
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        quiz_id, person_id = open_quiz(uow, side).id, side.person_ids[2]
        service.submit(uow, service.start(uow, uow.session.get_one(Quiz, quiz_id), person_id))

    def begin_twice() -> None:
        for _ in range(2):
            with app_on_either.app_context(), unit_of_work(SYSTEM, "system") as uow:
                begun = service.start(uow, uow.session.get_one(Quiz, quiz_id), person_id).id
            with app_on_either.app_context(), unit_of_work(SYSTEM, "system") as uow:
                service.submit(uow, uow.session.get_one(Attempt, begun))

    assert [type(refused) for refused in at_once([begin_twice] * 20)] == [NoAttemptsLeft] * 20
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert sorted(attempt.number for attempt in uow.session.query(Attempt)) == [1, 2]


def test_whose_other_tap_began_and_ended_the_last_attempt_in_between_is_told_that_none_is_left(quiz, person, monkeypatch):
    real = queries.begin_each

    def late(uow, rows):
        monkeypatch.setattr(queries, "begin_each", real)
        service.submit(uow, service.start(uow, quiz, person))
        return real(uow, rows)

    with unit_of_work(SYSTEM, "system") as uow:
        service.submit(uow, service.start(uow, quiz, person))
        monkeypatch.setattr(queries, "begin_each", late)

        with pytest.raises(NoAttemptsLeft):
            service.start(uow, quiz, person)


def test_the_same_tap_twenty_times_at_once_is_one_row(app_on_either):
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        attempt = service.start(uow, open_quiz(uow, side), side.person_ids[2])
        version_id = UUID(attempt.paper[0]["version"])

    def tap(uow: UnitOfWork) -> None:
        service.answer(uow, uow.session.get_one(Attempt, attempt.id), version_id, ["B"], 1)

    assert written_at_once(app_on_either, [tap] * 20) == []
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Answer).count() == 1


def test_the_database_itself_refuses_a_second_open_attempt(world, at, person, uow, monkeypatch):
    """The case of two transactions that both saw no attempt: PostgreSQL lets them run side by side."""
    quiz = open_quiz(uow, world.here)
    first = service.start(uow, quiz, person)
    seen = queries.standing(uow, quiz.id, person)
    blind = [seen._replace(at=queries.SoFar((), None, 2, False)), seen]
    monkeypatch.setattr(queries, "standing", lambda *_: blind.pop(0))

    assert service.start(uow, quiz, person) is first
    assert blind == []


def test_a_quiz_opens_when_its_lecture_is_closed(world, at, person, uow):
    service.add_questions(uow, world.here.enterprise_id, questions(4))
    lecture = planned_lecture(uow, world.here)
    quiz = queries.quiz_of(uow, lecture.id)

    with pytest.raises(service.QuizNotOpen):
        service.start(uow, quiz, person)
    lecture.closed_at = uow.now
    service.open_for_answers(uow, quiz.lecture_id, uow.now)
    assert service.start(uow, quiz, person).number == 1


def test_a_lecture_without_a_quiz_has_none(world, at, uow):
    lecture = held_lecture(uow, world.here, None)

    assert queries.quiz_of(uow, lecture.id) is None
    assert queries.progress(uow, lecture.id) is None


def test_a_cancelled_lecture_has_a_quiz_that_never_opens(world, at, person, uow):
    service.add_questions(uow, world.here.enterprise_id, questions(4))
    quiz = queries.quiz_of(uow, planned_lecture(uow, world.here).id)

    uow.say(LectureCancelled(quiz.lecture_id, quiz.enterprise_id, at=uow.now))

    with pytest.raises(service.QuizNotOpen):
        service.start(uow, quiz, person)


def test_after_the_end_nobody_starts(quiz, person, at):
    at(60 * 24 * 3)

    with unit_of_work(SYSTEM, "system") as uow, pytest.raises(service.QuizNotOpen):
        service.start(uow, uow.session.get_one(Quiz, quiz.id), person)


def test_who_is_not_expected_or_is_excused_does_not_take_it(world, at, person, uow):
    quiz = open_quiz(uow, world.here)
    attendee = uow.session.scalar(select(Attendee).where(Attendee.person_id == person))
    attendee.excused_reason = "出差"
    uow.session.flush()

    for somebody in (person, world.there.person_ids[0]):
        with pytest.raises(NotFound):
            service.start(uow, quiz, somebody)


def test_attempts_are_as_many_as_the_plan_says(world, at, person, uow):
    quiz = open_quiz(uow, world.here)
    for _ in range(2):
        attempt = service.start(uow, quiz, person)
        answer_all(uow, attempt, right=1)
        service.submit(uow, attempt)

    with pytest.raises(service.NoAttemptsLeft):
        service.start(uow, quiz, person)


def test_who_has_passed_is_done(world, at, person, uow, heard):
    quiz = open_quiz(uow, world.here)
    attempt = service.start(uow, quiz, person)
    answer_all(uow, attempt, right=3)
    service.submit(uow, attempt)

    with pytest.raises(service.AlreadyPassed):
        service.start(uow, quiz, person)
    assert [(said.score, said.passed, said.person_id, said.at) for said in heard] == [(75, True, person, NOW)]


def test_handing_in_twice_is_told_once(world, at, person, uow, heard):
    attempt = service.start(uow, open_quiz(uow, world.here), person)

    service.submit(uow, attempt)
    service.submit(uow, attempt)

    assert len(heard) == 1


def test_a_bank_without_the_topic_says_so(world, at, person, uow):
    quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan(("没有的",), 5, 60)).id)

    with pytest.raises(service.NothingToAsk):
        service.start(uow, quiz, person)


def test_a_small_bank_asks_what_it_has(world, at, person, uow):
    quiz = open_quiz(uow, world.here, bank=3)

    assert len(service.start(uow, quiz, person).paper) == 3


@pytest.mark.parametrize(("bank", "new"), [(8, 4), (6, 2), (4, 0)])
def test_a_retake_is_as_new_as_the_bank_allows(world, at, person, bank, new, uow):
    quiz = open_quiz(uow, world.here, bank=bank)
    first = service.start(uow, quiz, person)
    service.submit(uow, first)

    second = service.start(uow, quiz, person)

    asked = [{entry["version"] for entry in attempt.paper} for attempt in (first, second)]
    assert len(asked[1] - asked[0]) == new


def test_a_reworded_question_is_not_a_new_one(world, at, person, uow):
    quiz = open_quiz(uow, world.here, bank=8)
    first = service.start(uow, quiz, person)
    service.submit(uow, first)
    seen = queries.questions_of(uow, [UUID(entry["version"]) for entry in first.paper])
    for number, question_id in enumerate(sorted(seen)):
        wording = ParsedQuestion(0, f"换个问法 {number}", Body("single", {"A": "甲", "B": "乙"}, ("A",)))
        service.reword(uow, uow.session.get_one(Question, question_id), wording)

    second = service.start(uow, quiz, person)

    assert not seen & queries.questions_of(uow, [UUID(entry["version"]) for entry in second.paper])


def test_an_old_attempt_keeps_the_old_wording(world, at, person, uow):
    attempt = service.start(uow, open_quiz(uow, world.here), person)
    before = [asked.version.stem for asked in queries.asked_on(uow, attempt.paper)]

    for number, question in enumerate(uow.session.scalars(select(Question))):
        service.reword(uow, question, ParsedQuestion(0, f"新的问法 {number}", Body("single", {"A": "甲", "B": "乙"}, ("B",))))

    assert [asked.version.stem for asked in queries.asked_on(uow, attempt.paper)] == before


def test_people_get_different_papers(world, at, uow):
    quiz = open_quiz(uow, world.here, bank=30)
    papers = [service.start(uow, quiz, person_id, Random(7 + n)).paper for n, person_id in enumerate(world.here.person_ids)]

    assert len({str(paper) for paper in papers}) == len(papers)
    assert len({str(entry["options"]) for paper in papers for entry in paper}) > 1


def test_the_deadline_is_not_later_than_the_end_of_the_quiz(quiz, person, at):
    at(60 * 56 - 10)  # ten minutes before 18:00 two days later

    with unit_of_work(SYSTEM, "system") as uow:
        attempt = service.start(uow, uow.session.get_one(Quiz, quiz.id), person)

    assert attempt.deadline_at == quiz.closes_at


def test_the_clock_hands_in_what_a_dead_phone_left(quiz, person, at, heard):
    with unit_of_work(SYSTEM, "system") as uow:
        attempt = service.start(uow, uow.session.get_one(Quiz, quiz.id), person)
        answer_all(uow, attempt, right=3)

    at(33)
    listeners.close_overdue_attempts()
    assert heard == []
    at(33.1)
    listeners.close_overdue_attempts()
    listeners.close_overdue_attempts()

    assert [(said.attempt_id, said.score, said.passed) for said in heard] == [(attempt.id, 75, True)]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.get_one(Attempt, attempt.id).submitted_how == "deadline"


def test_a_fault_with_one_attempt_does_not_keep_the_others_waiting(quiz, world, at, monkeypatch, heard):
    with unit_of_work(SYSTEM, "system") as uow:
        for person_id in world.here.person_ids[:3]:
            service.start(uow, uow.session.get_one(Quiz, quiz.id), person_id)
    at(45)
    settle, calls = service.settle, []

    def break_once(uow: UnitOfWork, attempt: Attempt) -> None:
        calls.append(attempt.id)
        if len(calls) == 1:
            raise RuntimeError
        settle(uow, attempt)

    monkeypatch.setattr(service, "settle", break_once)
    listeners.close_overdue_attempts()
    assert len(heard) == 2
    listeners.close_overdue_attempts()
    assert len(heard) == 3


def test_starting_again_after_a_dead_attempt_grades_it_first(quiz, person, at, heard):
    with unit_of_work(SYSTEM, "system") as uow:
        service.start(uow, uow.session.get_one(Quiz, quiz.id), person)
    at(45)

    with unit_of_work(SYSTEM, "system") as uow:
        again = service.start(uow, uow.session.get_one(Quiz, quiz.id), person)

    assert (again.number, len(heard)) == (2, 1)


def test_a_second_window_loses_no_tap(world, at, person, uow):
    """Two windows count for themselves, so different taps come under one number."""
    attempt = service.start(uow, open_quiz(uow, world.here), person)
    (one, letter), (other, second) = right_choice(uow, attempt, 0), right_choice(uow, attempt, 1)

    service.answer(uow, attempt, one, [letter], 5)
    moved = service.answer(uow, attempt, other, [second], 5)
    again = service.answer(uow, attempt, other, [second], 5)

    assert (moved, again) == (6, 6)
    assert set(queries.latest_answers(uow, attempt.id)) == {one, other}


def test_taps_of_many_are_written_together_and_what_is_not_so_simple_is_left_alone(app_on_either):
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        quiz = open_quiz(uow, side)
        mine, theirs = (service.start(uow, quiz, person_id) for person_id in side.person_ids[2:4])
        (first, letter), (second, other) = right_choice(uow, mine, 0), right_choice(uow, theirs, 0)
        service.answer(uow, mine, first, [letter], 9)
    own = (side.person_ids[2],)
    sent = service.Sent(mine.id, own, first, 1, (letter,))
    together = [
        sent,
        service.Sent(theirs.id, (side.person_ids[3],), second, 1, (other,)),
        sent,  # the same once more
        sent._replace(counter=9),  # taken before
        sent._replace(counter=2, attempt_id=theirs.id),  # somebody else's
        sent._replace(counter=3, choices=("Z",)),
        sent._replace(counter=-1),
        sent._replace(counter=4, version_id=UUID(int=0)),
    ]

    with unit_of_work(SYSTEM, "system") as uow:
        saved = service.save(uow, together)

    assert [one and one.counter for one in saved] == [1, 1, *[None] * 6]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = {(row.attempt_id, row.counter, row.version_id) for row in uow.session.query(Answer)}
    assert rows == {(mine.id, 9, first), (mine.id, 1, first), (theirs.id, 1, second)}


def test_many_begin_and_hand_in_together_and_whoever_may_not_is_left_alone(app_on_either):
    with unit_of_work(SYSTEM, "system") as uow:
        world = build_world(uow)
        side, quiz = world.here, open_quiz(uow, world.here)
        one, other, away = side.person_ids[2:5]
        line = uow.session.query(Attendee).filter_by(lecture_id=quiz.lecture_id, person_id=away).one()
        line.excused_reason = "请假"
    beginner = service.Beginner(quiz.id, (one,), None)
    beginners = [
        beginner,
        beginner._replace(person_ids=(other,), device_id="a phone"),
        beginner,  # the same finger once more
        beginner._replace(person_ids=(away,)),
        beginner._replace(person_ids=(world.there.person_ids[2],)),
        beginner._replace(person_ids=()),
    ]

    with unit_of_work(SYSTEM, "system") as uow:
        begun = service.begin_all(uow, beginners)
    assert begun[0] and begun[1] and begun[2]
    assert (begun[0].fresh, begun[1].fresh, begun[2]) == (True, True, begun[0]._replace(fresh=False))
    assert begun[3:] == [None] * 3

    with unit_of_work(SYSTEM, "system") as uow:
        for attempt_id in (begun[0].paper.id, begun[1].paper.id):
            attempt = uow.session.get_one(Attempt, attempt_id)
            for at in range(len(attempt.paper)):
                version_id, letter = right_choice(uow, attempt, at)
                service.answer(uow, attempt, version_id, [letter], at)
    mine = service.HandIn(begun[0].paper.id, (one,))
    with unit_of_work(SYSTEM, "system") as uow:
        handed = service.hand_in_all(
            uow, [mine, mine._replace(person_ids=(other,)), service.HandIn(begun[1].paper.id, (other,)), mine]
        )
    assert [one and len(one.outcomes) for one in handed] == [
        len(attempt.paper),
        None,
        len(attempt.paper),
        len(attempt.paper),
    ]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        scores = {row.person_id: (row.score, row.submitted_how) for row in uow.session.query(Attempt)}
    assert scores == {one: (100, "person"), other: (100, "person")}


@pytest.fixture
def open_attempt(world, at, person) -> Attempt:
    with unit_of_work(SYSTEM, "system") as uow:
        return service.start(uow, open_quiz(uow, world.here), person)


TAPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["A", "B", "C", ""])), min_size=1, max_size=12)


@given(taps=TAPS, data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taps_in_any_order_and_any_number_of_times_end_the_same(open_attempt, taps, data):
    """A phone counts its taps; what arrives twice, late or crossed over does not change what counts."""
    numbered = list(enumerate(taps, 1))
    repeated = data.draw(st.lists(st.sampled_from(numbered), max_size=10))
    delivered = data.draw(st.permutations(numbered + repeated))
    wanted = {place: [letter] if letter else [] for place, letter in taps}  # the last tap of each question

    with unit_of_work(SYSTEM, "system") as uow:
        attempt = uow.session.get_one(Attempt, open_attempt.id)
        versions = [UUID(entry["version"]) for entry in attempt.paper]
        for counter, (place, letter) in delivered:
            service.answer(uow, attempt, versions[place], [letter] if letter else [], counter)
        screens = {
            screen.version_id: list(screen.chosen)
            for screen in queries.screens_of(queries.paper_of(uow, attempt.id), queries.latest_answers(uow, attempt.id))
        }
        rows = uow.session.query(Answer).count()
        uow.rollback()

    assert {place: screens[versions[place]] for place in wanted} == wanted
    assert rows == len(taps)


def test_topics_with_what_an_enterprise_may_draw(world, at, uow):
    service.add_questions(uow, None, questions(2))
    service.add_questions(uow, None, questions(1, "消防"))
    service.add_questions(uow, world.here.enterprise_id, questions(3, "有限空间"))
    service.add_questions(uow, world.there.enterprise_id, questions(9, "消防"))
    retired = uow.session.scalar(select(Question).where(Question.topic == "有限空间"))
    service.retire(uow, retired)
    uow.session.flush()

    topics = uow.ask(TopicsAsked(world.here.enterprise_id))

    assert sorted(topics, key=lambda topic: topic.name) == [Topic("有限空间", 2), Topic("消防", 1), Topic(TOPIC, 2)]
    assert len(queries.drawable(uow, world.here.enterprise_id, ["有限空间", "消防", TOPIC])) == 5


def test_what_the_rooms_above_ask(world, at, uow):
    quiz = open_quiz(uow, world.here)
    passed, failed, busy, *waiting = world.here.person_ids
    for person_id, right in ((passed, 4), (failed, 1), (failed, 2)):
        attempt = service.start(uow, quiz, person_id)
        answer_all(uow, attempt, right)
        service.submit(uow, attempt)
    open_one = service.start(uow, quiz, busy)

    best = queries.best_of(uow, quiz.lecture_id, world.here.person_ids)
    progress = queries.progress(uow, quiz.lecture_id)

    assert best == {passed: (100, True, 1), failed: (50, False, 2)}
    assert (progress.started, progress.finished, progress.passed, progress.failed) == (3, 2, 1, 1)
    assert Counter(person.state for person in progress.people) == {"waiting": 2, "passed": 1, "failed": 1, "answering": 1}
    assert [queries.due_for(uow, person_id) for person_id in (passed, failed)] == [[], []]
    assert [(due.open_attempt_id, due.attempts_left) for due in queries.due_for(uow, busy)] == [(open_one.id, 1)]
    assert [due.lecture_title for due in queries.due_for(uow, waiting[0])] == ["粉尘防爆与有限空间"]
    assert queries.due_for(uow, world.there.person_ids[0]) == []


def test_points_of_the_bank_weigh(world, at, person, uow):
    for n, points in ((1, 9), (2, 1)):
        service.add_questions(
            uow,
            world.here.enterprise_id,
            [ParsedQuestion(n, f"判断 {n}", Body("judge", answer=("true",)), points=points, topic=TOPIC)],
        )
    quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan(PLAN.topics, 2, 60)).id)
    attempt = service.start(uow, quiz, person)
    worth = {asked.version.points: asked.version.id for asked in queries.asked_on(uow, attempt.paper)}

    service.answer(uow, attempt, worth[9], ["true"], 1)
    service.answer(uow, attempt, worth[1], ["false"], 2)
    service.submit(uow, attempt)

    assert (attempt.score, attempt.passed) == (90, True)


def test_handing_in_eight_times_at_once_is_graded_and_told_once(app_on_either, heard):
    with unit_of_work(SYSTEM, "system") as uow:
        side = build_world(uow).here
        attempt_id = service.start(uow, open_quiz(uow, side), side.person_ids[2]).id
        answer_all(uow, uow.session.get_one(Attempt, attempt_id), 4)

    def hand_in() -> int | None:
        with app_on_either.app_context(), unit_of_work(SYSTEM, "system") as uow:
            attempt = uow.session.get_one(Attempt, attempt_id)
            service.submit(uow, attempt)
            return attempt.score

    assert at_once([hand_in] * 8) == [100] * 8
    assert len(heard) == 1
