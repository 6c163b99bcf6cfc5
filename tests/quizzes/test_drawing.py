"""What a paper is made of: quotas exactly, no two neighbours in the same order, and a fresh paper for those who failed."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.quizzes import queries, rules, service
from lms.quizzes.models import Attempt, Question, Quiz
from lms.quizzes.rules import Body, Candidate, Quota
from lms.quizzes.rules.importing import ParsedQuestion
from tests.quizzes.scenes import TOPIC, answer_all, open_quiz, questions

SYSTEM = Actor.system("test")
TOPICS = ("消防", "用电", "有限空间")
POOL = [Candidate(UUID(int=n), UUID(int=n), TOPICS[n % 3], (1, 2, 3, None)[n % 4]) for n in range(60)]
QUOTAS = st.lists(
    st.builds(Quota, st.sampled_from(TOPICS), st.sampled_from((0, 1, 2, 3)), st.integers(1, 6)),
    min_size=1, max_size=6, unique_by=lambda quota: (quota.topic, quota.difficulty),
)  # fmt: skip


@settings(max_examples=30)
@given(QUOTAS, st.sets(st.sampled_from(POOL), max_size=20), st.integers())
def test_a_paper_meets_every_quota_exactly_or_the_shortage_is_named(quotas, seen, seed):
    drawn = rules.draw_by_quotas(Random(seed), POOL, seen, quotas)

    assert rules.meets(drawn, quotas) is not bool(rules.shortfalls(POOL, quotas))


def test_quotas_are_told_apart_from_a_paper_that_does_not_meet_them():
    easy, hard = (next(one for one in POOL if one.topic == "消防" and one.difficulty == level) for level in (1, 3))

    assert rules.meets([easy], [Quota("消防", 1, 1)])
    assert not rules.meets([hard], [Quota("消防", 1, 1)])
    assert not rules.meets([easy, hard], [Quota("消防", 1, 1)])
    assert not rules.meets([easy, easy], [Quota("消防", 0, 2)])


@given(st.lists(st.integers(0, 50), min_size=3, max_size=12, unique=True), st.data())
def test_a_paper_never_stands_in_the_order_of_a_neighbours(numbers, data):
    paper = [{"version": str(number)} for number in numbers]
    neighbours = data.draw(st.lists(st.permutations(paper), max_size=2))

    turned = rules.arranged(paper, neighbours)

    assert rules.order_of(turned) not in {rules.order_of(one) for one in neighbours}
    assert sorted(rules.order_of(turned)) == sorted(rules.order_of(paper))


def test_how_alike_papers_are():
    told = rules.overlap([("a", "b"), ("a", "b"), ("c", "d")])

    assert (told.papers, told.mean.percent, told.most.percent, told.same_order) == (3, 33, 100, 1)
    assert told.mean.of == 2 and round(told.mean.questions, 2) == 0.67 and (told.most.questions, told.most.of) == (2, 2)
    assert rules.overlap([("a", "b")]) is None


@pytest.mark.parametrize(
    ("rule", "finished", "closed", "told"),
    [
        ("handed_in", False, False, True),
        ("done", False, False, False),
        ("done", True, False, True),
        ("closed", True, False, False),
        ("closed", False, True, True),
    ],
)
def test_what_was_right_is_told_when_the_rule_says_so(rule, finished, closed, told):
    assert rules.explains(rule, finished=finished, closed=closed) is told


@pytest.fixture
def quiz(world, at) -> Quiz:
    with unit_of_work(SYSTEM, "system") as uow:
        return open_quiz(uow, world.here, bank=6)


BASIC = {
    "how": "topics",
    "topics": TOPIC,
    "count": "4",
    "minutes": "30",
    "attempts": "2",
    "cool_down": "0",
    "explain": "handed_in",
}


def where(quiz: Quiz) -> str:
    return f"/lectures/{quiz.lecture_id}/quiz/rules"


def of(quiz: Quiz) -> Quiz:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.get_one(Quiz, quiz.id)


def test_a_hundred_papers_by_quotas_are_exact_and_their_overlap_is_told(trainer, quiz, world):
    with unit_of_work(SYSTEM, "system") as uow:
        hard = [ParsedQuestion(n, f"难题 {n}", Body("judge", answer=("true",)), topic=TOPIC, difficulty=3) for n in range(4)]
        service.add_questions(uow, world.here.enterprise_id, hard)
    page = trainer.get(where(quiz)).text
    names = [
        next(one for one in re.findall(r'name="(quota:[^"]+)"', page) if f":{level}:" in one and TOPIC in one) for level in "30"
    ]
    with unit_of_work(SYSTEM, "system") as uow:  # another trainer adds a topic before it, while the page is filled in
        service.add_questions(uow, world.here.enterprise_id, questions(9, "一个别的知识点"))
    wanted = BASIC | {"how": "quotas", names[0]: "2", names[1]: "3"}

    refused = trainer.post(where(quiz), data=wanted | {names[0]: "9"})
    assert refused.status_code == 422 and "要 9 题，只有 4 题" in refused.text
    gone = trainer.post(where(quiz), data=wanted | {"quota:0:停用的知识点": "5"})
    assert gone.status_code == 422 and "停用的知识点（不限难度）要 5 题，只有 0 题" in gone.text
    page = trainer.post(where(quiz), data=wanted, follow_redirects=True).text
    more = trainer.post(where(quiz), data=BASIC | {"count": "9"}, follow_redirects=True).text
    trainer.post(where(quiz), data=wanted)

    assert "补考时至少一半是新题" in page and "补考时新题不到一半" not in page
    assert "范围内只有" in more and "补考时新题不到一半，建议再加些题" in more
    assert "100 份完全符合规则" in page and "两份试卷平均相同" in page
    with unit_of_work(SYSTEM, "system") as uow:
        kept = uow.session.get_one(Quiz, quiz.id)
        attempt = service.start(uow, kept, world.here.person_ids[2])
        levels = [asked.version.difficulty for asked in queries.asked_on(uow, attempt.paper)]
    assert (len(levels), levels.count(3) >= 2, kept.question_count) == (5, True, 5)


def test_a_number_of_questions_left_empty_is_asked_for(trainer, quiz):
    refused = trainer.post(where(quiz), data=BASIC | {"count": ""})

    assert refused.status_code == 422 and "请填写每人抽几题" in refused.text and of(quiz).question_count == 4


def test_a_fixed_paper_is_the_same_for_all_in_another_order_and_a_retake_is_drawn(trainer, quiz, world):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        fixed = [str(one.id) for one in uow.session.query(Question).filter_by(topic=TOPIC).limit(3)]
    assert trainer.post(where(quiz), data=BASIC | {"how": "fixed", "fixed": fixed}).status_code == 303

    with unit_of_work(SYSTEM, "system") as uow:
        kept = uow.session.get_one(Quiz, quiz.id)
        papers = [rules.order_of(service.start(uow, kept, one).paper) for one in world.here.person_ids]
        again = uow.session.query(Attempt).filter_by(person_id=world.here.person_ids[0]).one()
        service.submit(uow, again)
        retake = rules.order_of(service.start(uow, kept, world.here.person_ids[0]).paper)

    assert len({frozenset(paper) for paper in papers}) == 1
    assert all(one != other for one, other in pairwise(papers))
    assert not set(retake) & set(papers[0])  # six in the bank: three are new
    page = trainer.get(where(quiz)).text
    assert "试卷重合情况" in page and "100%" in page and "0 对" in page


def test_nothing_is_changed_once_somebody_has_begun(trainer, quiz, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.start(uow, uow.session.get_one(Quiz, quiz.id), world.here.person_ids[2])

    assert trainer.post(where(quiz), data=BASIC | {"minutes": "90"}).status_code == 409
    assert of(quiz).minutes == 30


def test_the_next_attempt_waits_for_the_cool_down(trainer, quiz, world, at, client_as):
    trainer.post(where(quiz), data=BASIC | {"cool_down": "60", "explain": "done"})
    phone = client_as(world.here.employee)
    address = phone.post(f"/quizzes/{quiz.id}").content_location
    first = phone.post(f"{address}/finish", follow_redirects=True).text

    assert "11:00 以后可以再考" in first and "再考一次" not in first
    assert "正确答案和解析在合格或者次数用完以后显示" in first and "正确答案</dt>" not in first
    assert "11:00 以后可以再考" in phone.get(f"/quizzes/{quiz.id}").text
    assert phone.post(f"/quizzes/{quiz.id}").status_code == 409
    at(60)
    assert phone.post(f"/quizzes/{quiz.id}").status_code == 200


def test_the_failed_list_is_the_retake_list_and_a_retake_is_at_least_half_new(trainer, quiz, world):
    with unit_of_work(SYSTEM, "system") as uow:
        kept = uow.session.get_one(Quiz, quiz.id)
        for person_id, right in zip(world.here.person_ids, (4, 1, 0, 3, 2), strict=True):
            attempt = service.start(uow, kept, person_id)
            answer_all(uow, attempt, right)
            service.submit(uow, attempt)
    with unit_of_work(SYSTEM, "system") as uow:
        failed = queries.progress(uow, quiz.lecture_id).in_state("failed")
        may = [person_id for person_id in world.here.person_ids if queries.due_for(uow, person_id)]
        kept = uow.session.get_one(Quiz, quiz.id)
        for person in failed:
            first = uow.session.query(Attempt).filter_by(person_id=person.person_id).one()
            second = service.start(uow, kept, person.person_id)
            assert len(set(rules.order_of(second.paper)) - set(rules.order_of(first.paper))) >= 2

    assert {person.person_id for person in failed} == set(may) == set(world.here.person_ids[1:3]) | {world.here.person_ids[4]}


def test_nobody_else_makes_the_rules(quiz, client_as, world):
    for other in (world.there.trainer, world.here.employee, world.here.head):
        assert client_as(other).get(where(quiz)).status_code == 404
