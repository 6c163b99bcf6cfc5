"""The quiz on a phone, and what its owner and the trainer see."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import pytest
from flask import g
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.quizzes import queries, service
from lms.quizzes.models import Answer, Attempt, Question, QuestionVersion
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.registry.models import Person
from tests.counting import asked
from tests.quizzes.scenes import NOW, PLAN, TOPIC, held_lecture, open_quiz, right_choice

SYSTEM = Actor.system("test")


@pytest.fixture
def phone(client_as, world):
    return client_as(world.here.employee)


def begin(phone, quiz) -> str:
    answer = phone.post(f"/quizzes/{quiz.id}")
    assert answer.status_code == 200
    return answer.content_location


def attempts_in(session) -> list[Attempt]:
    return session.query(Attempt).order_by(Attempt.number).all()


def the_attempt(number: int = 0) -> Attempt:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return attempts_in(uow.session)[number]


def correct(attempt: Attempt, place: int) -> dict[str, str]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        version_id, letter = right_choice(uow, uow.session.get_one(Attempt, attempt.id), place)
    return {"question": str(version_id), "choice": letter}


def test_the_page_before_the_start_says_what_awaits(phone, quiz):
    page = phone.get(f"/quizzes/{quiz.id}").text

    rules = ("到时间后 3 分钟内传到的也算", "少选得一半")
    for words in ("粉尘防爆与有限空间", "4 道", "60 分", "30 分钟", "2 次", "开始作答", "2026-11-27 18:00", *rules):
        assert words in page


def test_the_clock_of_a_quiz_begins_with_its_minutes_however_long_the_start_takes(phone, quiz, monkeypatch):
    readings = count()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(milliseconds=50 * next(readings)))  # each a little later

    page = phone.post(f"/quizzes/{quiz.id}").text

    assert 'data-seconds-left="1800"' in page and ">30:00<" in page


def test_from_start_to_result_and_retake(phone, quiz):
    where = begin(phone, quiz)
    attempt = the_attempt()
    assert begin(phone, quiz) == where

    saved = phone.post(f"{where}/answers", data=correct(attempt, 0) | {"counter": 1})
    result = phone.post(f"{where}/finish", follow_redirects=True)

    assert saved.json == {"saved": 1, "seconds_left": 1800}
    assert "25 分" in result.text and "再考一次" in result.text
    again = begin(phone, quiz)
    for place in range(4):
        phone.post(f"{again}/answers", data=correct(the_attempt(1), place) | {"counter": place + 1})
    assert "100 分" in phone.post(f"{again}/finish", follow_redirects=True).text
    assert "不用再答" in phone.get(f"/quizzes/{quiz.id}").text


def test_the_start_is_answered_with_the_paper_and_handing_in_with_the_result_and_both_say_where_to_read_them_again(phone, quiz):
    started = phone.post(f"/quizzes/{quiz.id}")
    again = phone.post(f"/quizzes/{quiz.id}")  # a reload of the answer, where there is no script
    where = started.content_location
    read = phone.get(where)

    assert started.text == again.text == read.text and f'<link rel="canonical" href="{where}">' in read.text
    assert f'name="next" value="{where}"' in read.text  # larger letters come back to the paper
    handed_in = phone.post(f"{where}/finish")
    assert phone.post(f"{where}/finish").text == handed_in.text == phone.get(f"{where}/result").text
    assert handed_in.content_location == f"{where}/result" and f'<link rel="canonical" href="{where}/result">' in handed_in.text
    assert phone.get(f"{where}/finish").location == f"{where}/result"
    assert {page.headers["Cache-Control"] for page in (started, handed_in)} == {"no-store"}


def test_a_page_that_is_kept_in_parts_has_of_each_person_only_what_is_theirs(phone, quiz, client_as, world):
    """Pages are drawn once for everybody: a form token or an attempt of another in them would be the end of it."""
    phones = [phone, client_as(f"person:{world.here.person_ids[4]}"), client_as(f"person:{world.here.person_ids[3]}")]
    wheres = [begin(one, quiz) for one in phones]
    attempts = [the_attempt(number) for number in range(3)]
    for attempt, one, where in zip(attempts, phones, wheres, strict=True):
        one.post(f"{where}/answers", data=correct(attempt, 1) | {"counter": 3})
    for ask in (lambda one, where: one.get(where), lambda one, where: one.post(f"{where}/finish")):
        pages = []
        for one, where in zip(phones, wheres, strict=True):
            g.pop("csrf_token", None)  # the context of a test outlives a request
            pages.append(ask(one, where).text)
        tokens = [set(re.findall(r'(?:name="csrf_token" value|name="csrf-token" content)="([^"]+)"', page)) for page in pages]
        assert [len(own) for own in tokens] == [1, 1, 1] and len(set.union(*tokens)) == 3
        for page, attempt in zip(pages, attempts, strict=True):
            assert str(attempt.id) in page
            assert not [other for other in attempts if other.id != attempt.id and str(other.id) in page]


def test_the_page_before_the_start_is_kept_for_a_hall_and_says_of_each_only_where_they_are(phone, quiz, client_as, world):
    """It is drawn once for all who are told the same: what somebody has done is theirs."""
    other = client_as(f"person:{world.here.person_ids[4]}")
    where = f"/quizzes/{quiz.id}"
    before = [one.get(where) for one in (phone, other)]
    begun = begin(phone, quiz)
    going_on = [one.get(where).text for one in (phone, other)]
    phone.post(f"{begun}/finish")
    after = [one.get(where) for one in (phone, other)]

    assert all("开始作答" in page.text and page.headers["Cache-Control"] == "no-store" for page in before)
    assert "继续作答" in going_on[0] and "开始作答" in going_on[1]
    assert all(words in after[0].text for words in (f"{begun}/result", "第 1 次", "再考一次", "1 次（共 2 次）"))
    assert "开始作答" in after[1].text and "第 1 次" not in after[1].text and begun not in after[1].text


def test_whoever_left_the_roster_begins_taps_and_hands_in_nothing_any_more(quiz, client_as, world, at):
    begun, other = (client_as(f"person:{world.here.person_ids[number]}") for number in (4, 3))
    where = begin(begun, quiz)
    sent = correct(the_attempt(), 0) | {"counter": 1}
    with unit_of_work(SYSTEM, "system") as uow:
        for number in (3, 4):
            uow.session.get_one(Person, world.here.person_ids[number]).left_on = uow.today - timedelta(days=1)

    answers = [
        other.get(f"/quizzes/{quiz.id}"), other.post(f"/quizzes/{quiz.id}"), begun.post(f"/quizzes/{quiz.id}"),
        begun.post(f"{where}/answers", data=sent), begun.post(f"{where}/answers"), begun.get(f"{where}/finish"),
        begun.post(f"{where}/finish"), begun.post(f"{where}/finish", data={"unsure": "1"}),
    ]  # fmt: skip

    assert {answer.location and answer.location.partition("?")[0] for answer in answers} == {"/sign-in"}
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [one.submitted_at for one in uow.session.query(Attempt)] == [None] and not uow.session.query(Answer).count()


def test_a_reload_shows_the_same_paper_the_answers_and_the_time_left(phone, quiz, at):
    where = begin(phone, quiz)
    before = phone.get(where).text
    sent = correct(the_attempt(), 2)
    phone.post(f"{where}/answers", data=sent | {"counter": 7})
    at(minutes=12)

    after = phone.get(where).text

    order = re.compile(r"<legend[^>]*>([^<]*)</legend>|<span>((?:对的|错的|也错)\d+)</span>")
    assert order.findall(after) == order.findall(before)
    form = after.split(sent["question"])[1].split("</form>")[0]
    assert re.search(rf'value="{sent["choice"]}" checked', form)
    assert 'data-seconds-left="1080"' in after
    assert 'name="counter" value="7"' in after


def test_no_answer_key_leaves_the_server_before_hand_in(phone, quiz):
    with unit_of_work(SYSTEM, "system") as uow:
        for question in uow.session.query(service.bank.Question):
            question.versions[-1].explanation = "解析是秘密"
            question.versions[-1].law_ref = "依据是秘密"
    where = begin(phone, quiz)
    seen = phone.get(where).text + phone.get(f"/quizzes/{quiz.id}").text
    for place in range(4):
        answer = phone.post(f"{where}/answers", data=correct(the_attempt(), place) | {"counter": place + 1})
        assert set(answer.json) == {"saved", "seconds_left"}

    seen += phone.get(where).text
    early = phone.get(f"{where}/result")

    assert "秘密" not in seen and "正确答案" not in seen
    assert early.status_code == 303 and "秘密" not in early.text


def test_a_phone_is_told_under_which_counter_its_answer_is_kept(phone, quiz):
    """Sent again it is the same; from a second window with the same counter it goes behind, and both are there."""
    where = begin(phone, quiz)
    first, second = (correct(the_attempt(), place) | {"counter": 1} for place in (0, 1))

    told = [phone.post(f"{where}/answers", data=sent).json["saved"] for sent in (first, first, second)]

    assert told == [1, 1, 2]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        kept = {answer.counter: str(answer.version_id) for answer in uow.session.query(Answer)}
    assert kept == {1: first["question"], 2: second["question"]}


def test_the_result_of_an_old_attempt_says_what_was_asked_then(phone, quiz):
    where = begin(phone, quiz)
    phone.post(f"{where}/finish")
    with unit_of_work(SYSTEM, "system") as uow:
        for number, question in enumerate(uow.session.query(Question).all()):
            service.reword(uow, question, ParsedQuestion(0, f"新的问法 {number}", Body("judge", answer=("true",))))

    page = phone.get(f"{where}/result").text

    assert page.count(f"{TOPIC}第") == 4 and "新的问法" not in page


def test_letters_on_the_phone_are_those_of_the_screen(phone, quiz):
    """Were the bank's letters sent, a class could pass "always A" around."""
    where = begin(phone, quiz)

    forms = re.findall(r"<fieldset.*?</fieldset>", phone.get(where).text, re.DOTALL)

    assert [re.findall(r'name="choice" value="(.)"', form) for form in forms] == [["A", "B", "C"]] * 4


def test_an_answer_within_the_grace_counts_and_one_after_it_is_told_so(phone, quiz, at):
    where = begin(phone, quiz)
    attempt = the_attempt()
    at(minutes=32, seconds=59)
    kept = phone.post(f"{where}/answers", data=correct(attempt, 0) | {"counter": 1})
    at(minutes=33, seconds=1)

    late = phone.post(f"{where}/answers", data=correct(attempt, 1) | {"counter": 2})

    assert kept.json == {"saved": 1, "seconds_left": 0}
    assert late.status_code == 410 and "已经结束" in late.json["detail"]
    result = phone.get(where, follow_redirects=True).text
    assert "25 分" in result and "到时间自动交卷" in result and "有 1 题在到时间后" in result
    assert (the_attempt().submitted_how, the_attempt().score) == ("deadline", 25)


def test_after_hand_in_nothing_is_taken(phone, quiz):
    where = begin(phone, quiz)
    phone.post(f"{where}/finish")

    late = phone.post(f"{where}/answers", data=correct(the_attempt(), 0) | {"counter": 1})

    assert late.status_code == 410
    assert phone.post(f"{where}/finish").status_code == 200
    assert the_attempt().score == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"question": "x", "choice": "A", "counter": "1"},
        {"choice": "A", "counter": "1"},
        {"question": "{}", "choice": "Z", "counter": "1"},
        {"question": "{}", "choice": ["A", "B"], "counter": "1"},
        {"question": "{}", "choice": "A", "counter": "-1"},
        {"question": "{}", "choice": "A", "counter": "one"},
        {"question": "00000000-0000-0000-0000-000000000000", "choice": "A", "counter": "1"},
    ],
)
def test_what_was_not_on_the_screen_is_refused(phone, quiz, sent):
    where = begin(phone, quiz)
    if sent.get("question") == "{}":
        sent = sent | {"question": the_attempt().paper[0]["version"]}

    refused = phone.post(f"{where}/answers", data=sent)

    assert refused.status_code == 422 and refused.json["code"] == "answer-not-asked"


def test_a_form_without_a_script_comes_back_to_its_question(phone, quiz):
    where = begin(phone, quiz)
    attempt = the_attempt()
    for place in (0, 1):
        page = phone.get(where).text
        counter = re.search(r'name="counter" value="(\d+)"', page)[1]
        answer = phone.post(
            f"{where}/answers", data=correct(attempt, place) | {"counter": counter, "page": place + 1},
            headers={"Accept": "text/html,*/*"},
        )  # fmt: skip
        assert answer.location == f"{where}#{place + 1}"

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert len(queries.latest_answers(uow, attempt.id)) == 2


def test_anothers_attempt_is_not_found(phone, quiz, client_as, world):
    where = begin(phone, quiz)
    stranger = client_as(world.there.employee)
    colleague = client_as(world.here.head)

    for other in (stranger, colleague):
        assert other.get(where).status_code == 404
        assert other.post(f"{where}/answers", data=correct(the_attempt(), 0) | {"counter": 1}).status_code == 404
        assert other.post(f"{where}/finish").status_code == 404
        assert other.get(f"{where}/result").status_code == 404
    assert stranger.get(f"/quizzes/{quiz.id}").status_code == 404


def test_the_trainer_sees_a_result_only_after_hand_in(phone, quiz, client_as, world):
    where = begin(phone, quiz)
    trainer = client_as(world.here.trainer)

    assert trainer.get(where).status_code == 404
    assert trainer.get(f"{where}/result").status_code == 404
    phone.post(f"{where}/finish")
    assert "刘洋" in trainer.get(f"{where}/result").text


def test_a_phone_known_by_its_person_alone_can_take_the_quiz(client_as, world, quiz):
    phone = client_as(f"person:{world.here.person_ids[4]}")

    where = begin(phone, quiz)

    assert phone.get(where).status_code == 200


def test_the_trainer_follows_the_quiz(phone, quiz, client_as, world):
    where = begin(phone, quiz)
    trainer = client_as(world.here.trainer)
    path = f"/lectures/{quiz.lecture_id}/quiz"

    assert "正在答 1" in trainer.get(path).text
    phone.post(f"{where}/finish")
    page = trainer.get(path).text

    assert "交卷 1 / 5 人" in page and "未合格 1" in page and "0 分 · 未合格" in page and 'hx-trigger="every 5s"' in page
    assert phone.get(path).status_code == 404
    assert client_as(world.there.trainer).get(path).status_code == 404


def test_following_a_quiz_costs_the_same_for_many_people(world, quiz, client_as):
    trainer = client_as(world.here.trainer)
    path = f"/lectures/{quiz.lecture_id}/quiz"
    few = counted(lambda: trainer.get(path))
    for person_id in world.here.person_ids:
        begin(client_as(f"person:{person_id}"), quiz)

    assert counted(lambda: trainer.get(path)) == few


def test_a_long_paper_costs_as_many_queries_as_a_short_one(world, at, client_as):
    phone = client_as(world.here.employee)
    costs = []
    for number in (2, 8):
        with unit_of_work(SYSTEM, "system") as uow:
            plan = type(PLAN)(PLAN.topics, number, 60)
            if number == 2:
                quiz = open_quiz(uow, world.here, plan)
            else:
                quiz = queries.quiz_of(uow, held_lecture(uow, world.here, plan).id)
        where = begin(phone, quiz)
        costs.append(counted(lambda where=where: phone.get(where)))
        phone.post(f"{where}/finish")
        costs.append(counted(lambda where=where: phone.get(f"{where}/result")))

    assert costs[:2] == costs[2:]


def test_every_tap_is_a_row(phone, quiz):
    where = begin(phone, quiz)
    attempt = the_attempt()
    version = attempt.paper[0]["version"]

    for counter, letter in enumerate("ABCA", 1):
        phone.post(f"{where}/answers", data={"question": version, "choice": letter, "counter": counter})
    phone.post(f"{where}/answers", data={"question": version, "counter": 5})

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Answer).count() == 5
        assert queries.latest_answers(uow, attempt.id)[uow.session.query(Answer).first().version_id].chosen == []


def test_the_page_a_start_and_a_tap_of_a_hall_ask_the_database_no_more_than_they_must(world, quiz, client_as):
    phone = client_as(f"person:{world.here.person_ids[4]}")
    with unit_of_work(SYSTEM, "system", write=False) as uow:  # each process reads a wording once
        queries.kept_wordings(uow, list(uow.session.scalars(select(QuestionVersion.id))))

    opened = statements_of(lambda: phone.get(f"/quizzes/{quiz.id}"))
    started = statements_of(lambda: phone.post(f"/quizzes/{quiz.id}"))
    sent = correct(the_attempt(), 0) | {"counter": 1}
    where = f"/quiz/{the_attempt().id}"
    tapped = statements_of(lambda: phone.post(f"{where}/answers", data=sent))

    assert [first_table(statement) for statement in opened] == ["quiz"]
    assert [first_table(statement) for statement in started] == ["quiz", "attempt", "question_version", "attempt"]
    assert [first_table(statement) for statement in tapped] == ["attempt", "answer"]


def test_a_hall_that_begins_together_asks_what_one_person_asks(world, quiz):
    people = world.here.person_ids[1:5]
    beginners = [service.Beginner(quiz.id, (person_id,), None) for person_id in people]
    with unit_of_work(SYSTEM, "system", write=False) as uow:  # each process reads a wording once
        queries.kept_wordings(uow, list(uow.session.scalars(select(QuestionVersion.id))))

    def begin_those(those):
        with unit_of_work(SYSTEM, "system") as uow:
            assert all(service.begin_all(uow, those))

    alone, together = (counted(lambda those=those: begin_those(those)) for those in (beginners[:1], beginners[1:]))

    assert together <= alone


def test_a_hall_that_hands_in_together_asks_what_one_person_asks(world, quiz):
    wishes = []
    with unit_of_work(SYSTEM, "system") as uow:
        for person_id in world.here.person_ids[1:5]:
            begun = service.begin(uow, queries.standing(uow, quiz.id, person_id))
            wishes.append(service.HandIn(begun.attempt_id, (person_id,)))

    def hand_in(those):
        with unit_of_work(SYSTEM, "system") as uow:
            assert all(service.hand_in_all(uow, those))

    asked = [statements_of(lambda those=those: hand_in(those)) for those in (wishes[:1], wishes[1:])]

    # That somebody's completion waits to be decided is noted by itself.
    alone, together = ([table for table in map(first_table, each) if table != "completion"] for each in asked)
    assert together == alone != []


def first_table(statement: str) -> str:
    return re.search(r"(?:FROM|INTO|UPDATE) (\w+)", re.sub(r"EXISTS \(.*?\) AS", "AS", statement, flags=re.DOTALL))[1]


def counted(work) -> int:
    return len(statements_of(work, all_of_them=True))


def statements_of(work, *, all_of_them: bool = False) -> list[str]:
    """What is asked of the database, without where a transaction begins unless all_of_them."""
    with asked() as sent:
        answer = work()
        assert answer is None or answer.status_code == 200
    return [one.statement for one in sent if all_of_them or not one.statement.startswith("BEGIN")]
