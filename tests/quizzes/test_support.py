"""What people need to take a quiz as others do: time, ears, large type, their own language, a phone without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.quizzes import rules, service
from lms.quizzes.models import Attempt, Question, Quiz
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import read_questions
from tests.quizzes.scenes import NOW, TOPIC, open_quiz

SYSTEM = Actor.system("test")


@pytest.fixture
def quiz(world, at) -> Quiz:
    with unit_of_work(SYSTEM, "system") as uow:
        return open_quiz(uow, world.here, bank=4)


@pytest.fixture
def phone(client_as, world):
    return client_as(world.here.employee)


def the_attempt() -> Attempt:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.query(Attempt).one()


def test_who_needs_more_time_gets_it_with_large_type_and_read_aloud(trainer, phone, quiz, world):
    person_id = world.here.person_ids[2]
    assert "刘洋" in trainer.get("/quiz-support?q=刘").text
    trainer.post(f"/quiz-support/{person_id}", data={"extra": "50", "read_aloud": "on", "large_type": "on"})

    entry = phone.get(f"/quizzes/{quiz.id}").text
    page = phone.get(phone.post(f"/quizzes/{quiz.id}").content_location).text

    assert "45 分钟" in entry and the_attempt().deadline_at == NOW + timedelta(minutes=45)
    assert 'class="large"' in page and 'data-speech="auto"' in page
    phone.post("/large-type", data={"large": "0"})
    assert 'class="large"' not in phone.get(f"/quizzes/{quiz.id}").text
    assert "多给 50% 时间" in trainer.get("/quiz-support").text
    trainer.post(f"/quiz-support/{person_id}", data={"extra": "0"})
    assert "还没有人" in trainer.get("/quiz-support").text


def test_extra_time_is_rounded_up_and_nobody_elses_people_are_reached(trainer, world):
    assert rules.allowed(30, 0) == 30 and rules.allowed(5, 50) == 8
    assert trainer.post(f"/quiz-support/{world.there.person_ids[0]}", data={"extra": "50"}).status_code == 404
    assert trainer.post(f"/quiz-support/{world.here.person_ids[0]}", data={"extra": "51"}).status_code == 422


def test_a_question_is_asked_in_the_language_a_person_chose_and_the_key_stays(trainer, phone, quiz):
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        asked = uow.session.query(Question).filter_by(topic=TOPIC).first()
    trainer.post(f"/questions/{asked.id}/translation?language=vi", data={"stem": "Câu hỏi", "option:A": "Đúng", "option:B": ""})
    where = phone.post(f"/quizzes/{quiz.id}").content_location

    chinese, vietnamese = phone.get(where).text, phone.get(f"{where}?lang=vi").text

    assert "Tiếng Việt" in chinese and "Câu hỏi" not in chinese
    form = next(form for form in vietnamese.split("<fieldset") if "Câu hỏi" in form)
    assert 'lang="vi"' in form and "Đúng" in form and "错的" in form and f"{TOPIC}第" in form
    assert "Câu hỏi" in phone.get(where).text  # kept for the next page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        newest = uow.session.get_one(Question, asked.id).versions[-1]
    assert newest.body.answer == ("A",) and newest.version == 2
    letter = re.search(r'value="(.)"[^>]*><b[^>]*>.</b><span dir="auto">Đúng', form)[1]
    phone.post(f"{where}/answers", data={"question": newest.id, "choice": letter, "counter": 1})
    phone.post(f"{where}/finish")
    assert the_attempt().score == 25


def test_another_wording_forgets_a_translation_that_no_longer_says_the_same(quiz, uow):
    question = uow.session.query(Question).filter_by(topic=TOPIC).first()
    service.translate(uow, question, "vi", {"stem": "Câu hỏi"})
    newest = question.versions[-1]

    same = service.reword(uow, question, service.sharing.parsed(TOPIC, newest))
    other = service.sharing.parsed(TOPIC, newest)
    service.reword(uow, question, type(other)(0, "新的题干？", other.body))

    assert same.translations == {"vi": {"stem": "Câu hỏi"}}
    assert question.versions[-1].translations == {}


def test_what_is_not_translated_stays_chinese():
    body = Body("match", {"A": "禁止", "B": "警告"}, ("A", "B"), prompts=("红色", "黄色"))

    stem, told = rules.in_language("颜色", body, {"en": {"options": {"B": "warning"}, "prompts": ["red"]}}, "en")

    assert (stem, told.options, told.prompts, told.answer) == ("颜色", {"A": "禁止", "B": "warning"}, ("red", "黄色"), ("A", "B"))
    assert rules.in_language("颜色", body, {}, "en") is None


def test_without_a_script_there_is_one_question_on_a_page_from_start_to_result(phone, quiz):
    assert '<noscript><input type="hidden" name="page" value="1"></noscript>' in phone.get(f"/quizzes/{quiz.id}").text
    where = phone.post(f"/quizzes/{quiz.id}", data={"page": "1"}).content_location
    for place in range(4):
        page = phone.get(where).text
        assert page.count("<fieldset") == 1 and "data-quiz" not in page and "data-pager " not in page
        fields = dict(re.findall(r'name="(question|counter|page|alone)" value="([^"]*)"', page))
        right = re.search(r'value="(.)"[^>]*><b[^>]*>.</b><span dir="auto">对的', page)[1]
        action = re.search(r'action="(/quiz/[^"]*/answers)"', page)[1]
        where = phone.post(action, data=fields | {"choice": right}, headers={"Accept": "text/html"}).location
        assert where.endswith(f"?page={place + 2}")

    last = phone.get(where).text
    assert "<fieldset" not in last and last.count(" hidden><a") == 4
    assert "100 分" in phone.post(re.search(r'action="(/quiz/[^"]*/finish)"', last)[1], follow_redirects=True).text


def test_no_cache_keeps_a_quiz_a_result_or_a_picture_for_the_next_person_on_the_phone(phone, quiz):
    where = phone.post(f"/quizzes/{quiz.id}").content_location
    pages = [phone.get(where), phone.get(f"/quizzes/{quiz.id}")]
    phone.post(f"{where}/finish")
    pages.append(phone.get(f"{where}/result"))

    assert [page.headers["Cache-Control"] for page in pages] == ["no-store"] * 3


def test_a_workbook_and_a_package_carry_translations_and_other_formats_say_that_they_do_not(quiz, uow):
    question = uow.session.query(Question).filter_by(topic=TOPIC).first()
    told = {"vi": {"stem": "Câu hỏi", "options": {"B": "Sai"}}, "ug": {"stem": "سوئال", "prompts": ["", "سېرىق"]}}
    service.translate(uow, question, "vi", told["vi"])
    version = service.translate(uow, question, "ug", told["ug"])

    sheet = service.taken_out("xlsx", [(TOPIC, version)])
    package = service.taken_out("qti", [(TOPIC, version)])
    others = {code: service.taken_out(code, [(TOPIC, version)]) for code in ("moodle", "gift", "aiken")}

    for done in (sheet, package):
        assert read_questions(done.content).questions[0].translations == told and "translations" not in done.lost
    assert {code for code, done in others.items() if done.carried == 1 and "translations" in done.lost} == set(others)
