"""A key was wrong: who was asked the question is put right, seen before it is done, and nothing is silently altered."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import UnitOfWork, unit_of_work
from lms.credentials import issuing
from lms.credentials.models import Completion, HoursLine
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.quizzes import queries, rules, service
from lms.quizzes.models import Attempt, Question, QuestionVersion, ScoreChange
from lms.quizzes.rules import Body, Ruling
from lms.quizzes.rules.importing import ParsedQuestion
from tests.conftest import on_either
from tests.credentials.scenes import certificates, held
from tests.quizzes.scenes import TOPIC
from tests.quizzes.test_views import statements_of

SYSTEM = Actor.system("test")
ASKED = tuple(f"{TOPIC}第 {n} 题" for n in range(1, 5))
WHY = "答案给错，应选 B"
ABC = {"A": "甲", "B": "乙", "C": "丙"}
keys = st.lists(st.sampled_from("ABC"), min_size=1, unique=True).map(lambda letters: tuple(sorted(letters)))


@given(keys, keys, st.lists(st.sampled_from("ABC"), unique=True))
def test_an_answer_is_worth_what_the_right_key_gives(wrong, right, chosen):
    asked, key = Body("multiple", ABC, wrong), Body("multiple", ABC, right)

    ruling = rules.ruling_on(asked, 1, [Ruling(1, key)])

    assert rules.judge(asked, chosen, ruling).share == rules.grade(key, chosen).share


@given(keys, st.lists(st.sampled_from("ABC"), unique=True), st.integers(1, 5), st.integers(1, 5))
def test_a_void_question_lowers_nobody_and_later_versions_keep_their_own_key(key, chosen, version, up_to):
    body = Body("multiple", ABC, key)

    share = rules.judge(body, chosen, rules.ruling_on(body, version, [Ruling(up_to, None)])).share

    assert share == (Fraction(1) if version <= up_to else rules.grade(body, chosen).share)


@pytest.mark.parametrize(
    ("key", "same"),
    [
        (Body("single", ABC, ("B",)), True),
        (Body("single", ABC | {"B": "别的"}, ("B",)), False),
        (Body("multiple", ABC, ("A", "B")), False),
        (Body("text", guide="要点"), False),
    ],
)
def test_only_a_wording_with_the_same_choices_can_tell_what_was_right(key, same):
    assert rules.same_but_for_the_key(Body("single", ABC, ("A",)), key) is same


def asked_with_a_wrong_key(world) -> UUID:
    """Four people took a quiz whose first question says A though B is right: 50, 75, 75 and 75."""
    lecture_id = held(world.here, dict.fromkeys(range(4), (0, 60)), quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        stems = uow.session.execute(select(QuestionVersion.stem, Question).join(Question)).all()
        for stem, question in stems:
            if stem not in ASKED:
                service.retire(uow, question)
    for person_id, letters in zip(world.here.person_ids, ("BAAB", "AAAB", "BAAA", "CAAA"), strict=False):
        with unit_of_work(SYSTEM, "system") as uow:
            quiz = queries.quiz_of(uow, lecture_id)
            assert quiz is not None
            attempt = service.start(uow, quiz, person_id)
            answer(uow, attempt, dict(zip(ASKED, letters, strict=True)))
            service.submit(uow, attempt)
    return lecture_id


@pytest.fixture
def lecture_id(world, kept) -> UUID:
    return kept(asked_with_a_wrong_key, world)


def answer(uow: UnitOfWork, attempt: Attempt, letters: dict[str, str]) -> None:
    """Answer each question of a paper by its stem with a letter of the bank."""
    for counter, asked in enumerate(queries.asked_on(uow, attempt.paper), 1):
        shown = "ABC"[asked.order.index(letters[asked.version.stem])]
        service.answer(uow, attempt, asked.version.id, [shown], counter)


def first_question(uow: UnitOfWork) -> Question:
    wanted = select(Question).join(QuestionVersion).where(QuestionVersion.stem == ASKED[0], QuestionVersion.version == 1)
    return uow.session.scalars(wanted).one()


def correct_the_key() -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        question = first_question(uow)
        wrong = question.versions[0].body
        service.reword(uow, question, ParsedQuestion(0, ASKED[0], Body("single", wrong.options, ("B",))))


def regrade(world, how: str, seen: str | None = None) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        question, own = first_question(uow), world.here.enterprise_id
        shown = queries.foresee(uow, question, how, own).digest if seen is None else seen
        service.regrade(uow, question, how, own, reason=WHY, seen=shown)


def decide_on_the_page(trainer) -> None:
    """Nothing is decided without a reason, or about what was not looked at."""
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        address = f"/questions/{first_question(uow).id}/regrade"
    page = trainer.get(address).get_data(as_text=True)
    assert all(word in page for word in ("陈建国", "未合格 → 合格", "合格 → 未合格", "撤销证书", "换发新证"))
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert trainer.post(address, data={"how": "key", "seen": seen, "reason": ""}).status_code == 422
    assert trainer.post(address, data={"how": "key", "seen": "other", "reason": WHY}).status_code == 409
    assert trainer.post(address, data={"how": "key", "seen": seen, "reason": WHY}).status_code == 303
    assert WHY in trainer.get(address).get_data(as_text=True)


def seen_before(world, how: str) -> dict[str, tuple[list[tuple[int, int]], bool, bool, str]]:
    """Name → scores before and after, passed before and after, and what becomes of the certificate."""
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        found = queries.foresee(uow, first_question(uow), how, world.here.enterprise_id)
        return {
            line.name: (
                [(new.attempt.score, new.score) for new in line.scores], line.passed_before, line.passed, line.certificate,
            )
            for line in found.lines
        }  # fmt: skip


def states(lecture_id: UUID) -> dict[str, list[tuple[str, int]]]:
    """Name → its certificates as (state, score printed)."""
    told: dict[str, list[tuple[str, int]]] = {}
    for one in certificates(lecture_id):
        state = "revoked" if one.revoked_at else "superseded" if one.superseded_at else "valid"
        told.setdefault(one.data["holder_name"], []).append((state, one.data["score"]))
    return told


def test_a_corrected_mark_supersedes_or_revokes_a_certificate_and_alters_none(world):
    """Three right and a text: 87 becomes 100, 75 becomes 50, and 50 becomes 75."""
    lecture_id = held(world.here, dict.fromkeys(range(4), (0, 60)), quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        for stem, question in uow.session.execute(select(QuestionVersion.stem, Question).join(Question)).all():
            if stem not in ASKED[:3]:
                service.retire(uow, question)
        text = ParsedQuestion(1, "塌方了怎么办？", Body("text", guide="先撤人"), topic=TOPIC)
        service.add_questions(uow, world.here.enterprise_id, [text])
    marks = {"陈建国": ("AAA", 50, 100), "刘洋": ("AAB", 100, 0), "孙丽": ("AAB", 0, 100)}
    attempts = {}
    for (name, (letters, first, _second)), at in zip(marks.items(), (0, 2, 3), strict=True):
        with unit_of_work(SYSTEM, "system") as uow:
            attempt = service.start(uow, queries.quiz_of(uow, lecture_id), world.here.person_ids[at])
            for counter, asked in enumerate(queries.asked_on(uow, attempt.paper), 1):
                chosen = dict(zip(ASKED, letters, strict=False)).get(asked.version.stem)
                sent = "ABC"[asked.order.index(chosen)] if chosen else "撤人"
                service.answer(uow, attempt, asked.version.id, [sent], counter)
            service.submit(uow, attempt)
            written = queries.texts_to_mark(uow, [attempt])[0].version_id
            service.mark_text(uow, attempt, written, first)
            attempts[name] = attempt.id, written
    issuing.issue_due(lecture_id)
    before = certificates(lecture_id)
    assert states(lecture_id) == {"陈建国": [("valid", 87)], "刘洋": [("valid", 75)]}

    for name, (attempt_id, written) in attempts.items():
        with unit_of_work(SYSTEM, "system") as uow:
            assert service.correct_mark(uow, uow.session.get_one(Attempt, attempt_id), written, marks[name][2], "评错了")
    issuing.issue_due(lecture_id)

    assert states(lecture_id) == {
        "陈建国": [("superseded", 87), ("valid", 100)], "刘洋": [("revoked", 75)], "孙丽": [("valid", 75)],
    }  # fmt: skip
    after = {one.serial: one for one in certificates(lecture_id)}
    assert all((after[old.serial].data, after[old.serial].pdf_sha256) == (old.data, old.pdf_sha256) for old in before)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def test_what_is_seen_before_is_what_comes_of_it(world, client_as, lecture_id):
    issuing.issue_due(lecture_id)
    correct_the_key()
    before = certificates(lecture_id)

    assert seen_before(world, queries.KEY) == {
        "陈建国": ([(50, 75)], False, True, "issued"),
        "赵倩": ([(75, 50)], True, False, "withdrawn"),
        "刘洋": ([(75, 100)], True, True, "superseded"),
    }
    decide_on_the_page(client_as(world.here.trainer))
    issuing.issue_due(lecture_id)

    assert states(lecture_id) == {
        "陈建国": [("valid", 75)],
        "赵倩": [("revoked", 75)],
        "刘洋": [("superseded", 75), ("valid", 100)],
        "孙丽": [("valid", 75)],
    }
    after = {one.serial: one for one in certificates(lecture_id)}
    assert all((after[old.serial].data, after[old.serial].pdf_sha256) == (old.data, old.pdf_sha256) for old in before)
    ended = [after[old.serial] for old in before if not after[old.serial].in_force]
    assert all(WHY in f"{one.revoked_reason}{one.superseded_reason}" for one in ended)


@on_either
def test_hours_and_completion_follow_and_the_old_score_stays_readable(world, client_as, lecture_id):
    correct_the_key()
    regrade(world, queries.KEY)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        hours = {}
        for line in uow.session.scalars(select(HoursLine).order_by(HoursLine.id)):
            hours.setdefault(line.person_id, []).append(line.hours)
        completed = dict(uow.session.execute(select(Completion.person_id, Completion.completed)).all())
        attempt = uow.session.scalars(select(Attempt).where(Attempt.person_id == world.here.person_ids[2])).one()
        told = uow.session.scalars(select(Notice).where(Notice.kind == "quiz.regraded")).all()
    chen, zhao, liu, sun = world.here.person_ids[:4]
    assert {person: list(map(int, lines)) for person, lines in hours.items()} == {chen: [1], zhao: [1, -1], liu: [1], sun: [1]}
    assert [completed[person] for person in (chen, zhao, liu, sun)] == [True, False, True, True]
    assert {notice.person_id for notice in told} == {chen, zhao, liu}
    page = client_as(world.here.employee).get(f"/quiz/{attempt.id}/result").get_data(as_text=True)
    assert "原来 75 分" in page and WHY in page and "100 分" in page


def test_a_void_question_is_everybodys_and_is_not_drawn_again(world, lecture_id):
    assert {name: line[:3] for name, line in seen_before(world, queries.VOID).items()} == {
        "陈建国": ([(50, 75)], False, True),
        "刘洋": ([(75, 100)], True, True),
        "孙丽": ([(75, 100)], True, True),
    }
    regrade(world, queries.VOID)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        question = first_question(uow)
        assert question.id not in {one.question for one in queries.drawable(uow, world.here.enterprise_id, [TOPIC])}
    correct_the_key()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert question.id in {one.question for one in queries.drawable(uow, world.here.enterprise_id, [TOPIC])}


def test_a_text_that_is_declared_void_lets_its_attempts_have_their_score_and_says_why(world):
    lecture_id = held(world.here, {2: (0, 60), 3: (0, 60), 4: (0, 60)}, quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        for stem, question in uow.session.execute(select(QuestionVersion.stem, Question).join(Question)).all():
            if stem not in ASKED[:1]:
                service.retire(uow, question)
        text = ParsedQuestion(1, "塌方了怎么办？", Body("text", guide="先撤人"), topic=TOPIC)
        service.add_questions(uow, world.here.enterprise_id, [text])
        for person_id in world.here.person_ids[2:5]:
            attempt = service.start(uow, queries.quiz_of(uow, lecture_id), person_id)
            for counter, asked in enumerate(queries.asked_on(uow, attempt.paper), 1):
                sent = "ABC"[asked.order.index("A")] if asked.order else "撤人"
                service.answer(uow, attempt, asked.version.id, [sent], counter)
            service.submit(uow, attempt)
            assert attempt.score is None

    def declare_void() -> None:
        with unit_of_work(SYSTEM, "system") as uow:
            question = uow.session.scalars(select(Question).join(QuestionVersion).where(QuestionVersion.kind == "text")).one()
            seen = queries.foresee(uow, question, queries.VOID, own).digest
            service.regrade(uow, question, queries.VOID, own, reason=WHY, seen=seen)

    own = world.here.enterprise_id
    asked = statements_of(declare_void, all_of_them=True)
    for table in ("text_mark", "answer"):
        assert sum(f"FROM {table}" in one for one in asked) <= 2, f"{table} is read for all of them at once"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert ({one.score for one in uow.session.scalars(select(Attempt))}, queries.to_mark(uow)) == ({100}, [])
        assert verify(uow, own).whole
        told = uow.session.scalars(select(Notice).where(Notice.title.startswith("成绩出来了："))).all()
        assert {one.person_id for one in told} == set(world.here.person_ids[2:5])
        assert all("100 分，合格" in one.body and WHY in one.body for one in told)
    assert ("刘洋", 100) in {(one.data["holder_name"], one.data["score"]) for one in issued(lecture_id)}


def issued(lecture_id: UUID):
    issuing.issue_due(lecture_id)
    return certificates(lecture_id)


def test_who_hands_in_later_is_graded_by_what_was_decided(world, client_as, lecture_id):
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = queries.quiz_of(uow, lecture_id)
        assert quiz is not None
        attempt = service.start(uow, quiz, world.here.person_ids[4])
        answer(uow, attempt, dict(zip(ASKED, "BAAB", strict=True)))
    correct_the_key()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        address = f"/questions/{first_question(uow).id}/regrade"
    page = client_as(world.here.trainer).get(address).text
    assert "还有 1 份答卷没有交卷或没有评完" in page
    regrade(world, queries.KEY)

    with unit_of_work(SYSTEM, "system") as uow:
        attempt = uow.session.get_one(Attempt, attempt.id)
        service.submit(uow, attempt)

        assert attempt.score == 75
        assert queries.changes_of(uow, attempt.id) == []


def test_a_decision_is_in_the_chain_and_a_score_changed_behind_it_is_found(world, lecture_id):
    with pytest.raises(service.NothingToCorrect):
        regrade(world, queries.KEY)
    correct_the_key()
    regrade(world, queries.KEY)

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        entry = uow.session.scalars(select(ChainEntry).where(ChainEntry.kind == "quiz.regraded")).one()
        assert WHY in (entry.fact or "") and verify(uow, world.here.enterprise_id).whole
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.scalars(select(ScoreChange)).first().score_before = 99
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [one.what for one in verify(uow, world.here.enterprise_id).unlike] == ["changed"]
