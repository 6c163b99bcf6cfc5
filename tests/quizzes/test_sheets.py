"""A quiz on paper: printed for people without a phone, photographed, keyed in, and marked as paper."""

from __future__ import annotations

import io
import pickle
import re
import subprocess
from uuid import UUID

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from lms.access.actor import Actor
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing import papers
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.quizzes import queries, rules, service
from lms.quizzes.listeners import read_quiz_photos
from lms.quizzes.models import Answer, Attempt, Question, Quiz, QuizImage, QuizPhoto, QuizSheet
from lms.quizzes.rules import Body, Picture, Place
from lms.quizzes.rules.places import tap_at
from tests.attendance.photos import photo
from tests.credentials.scenes import add_people
from tests.quizzes.scenes import TOPIC, open_quiz

SYSTEM = Actor.system("test")
LETTERS = {"A": "甲", "B": "乙", "C": "丙", "D": "丁"}
WRITTEN = {"day": "2026-11-25", "at": "10:20"}


@pytest.fixture
def quiz(world, at) -> Quiz:
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = open_quiz(uow, world.here)
    at(60)
    return quiz


def printed_for(quiz: Quiz, people) -> list[QuizSheet]:
    with unit_of_work(SYSTEM, "system") as uow:
        return service.print_sheets(uow, quiz, people)


def photographed(sheet: QuizSheet) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        quiz = uow.session.get_one(Quiz, sheet.quiz_id)
        taken = service.take_quiz_photo(uow, quiz, "答卷.jpg", b"not looked at here")
        service.note_papers(uow, taken, [(sheet.id, b"\xff\xd8 a picture of " + sheet.code.encode())])


def right_letters(sheet: QuizSheet) -> dict[str, str]:
    """What somebody writes who knows everything, as the trainer types it off."""
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        asked = queries.questions_on(uow, [sheet])
        return {
            f"answer-{place}": "ABCDEFGH"[entry["options"].index(asked[UUID(entry["version"])].body.answer[0])].lower()
            for place, entry in enumerate(sheet.paper, 1)
        }


@pytest.mark.parametrize(
    ("body", "order", "text", "kept"),
    [
        (Body("single", LETTERS, ("A",)), "CABD", " ｂ ", ["A"]),
        (Body("single", LETTERS, ("A",)), "CABD", "AB", None),
        (Body("multiple", LETTERS, ("A", "B")), "CABD", "b、c", ["A", "B"]),
        (Body("multiple", LETTERS, ("A", "B")), "CABD", "E", None),
        (Body("judge", answer=("true",)), "", "√", ["true"]),
        (Body("judge", answer=("true",)), "", "错", ["false"]),
        (Body("judge", answer=("true",)), "", "也许", None),
        (Body("fill", blanks=(("灭火器",), ("报警",))), "", "灭火器；报警", ["灭火器", "报警"]),
        (Body("fill", blanks=(("二氧化碳；干粉",),)), "", "二氧化碳；干粉", ["二氧化碳；干粉"]),
        (Body("order", LETTERS, tuple("ABCD")), "CABD", "BCAD", ["A=1", "B=2", "C=3", "D=4"]),
        (Body("order", LETTERS, tuple("ABCD")), "CABD", "BB", None),
        (Body("match", LETTERS, ("A", "B"), prompts=("一", "二")), "CABD", "B-", ["1=A"]),
        (Body("match", LETTERS, ("A", "B"), prompts=("一", "二")), "CABD", "BCA", None),
        (Body("text"), "", " 先断电。\n再报告。 ", ["先断电。\n再报告。"]),
        (Body("single", LETTERS, ("A",)), "CABD", "  ", []),
    ],
)
def test_what_stands_on_paper_is_kept_as_a_phone_would_send_it(body, order, text, kept):
    assert rules.typed(body, list(order), text) == kept


def test_a_hazard_is_named_by_the_cell_it_was_seen_in():
    picture = Picture("0" * 64, 700, 500, "车间")
    body = Body("picture", picture=picture, places=(Place("通道被堵", ((0.1, 0.5), (0.2, 0.6))),))

    kept = rules.typed(body, [], "b3, G5")

    assert kept == sorted([tap_at(1.5 / 7, 2.5 / 5), tap_at(6.5 / 7, 4.5 / 5)])
    assert rules.typed(body, [], "H1") is None and rules.typed(body, [], "A6") is None


def test_thirty_answered_papers_are_keyed_with_one_line_each_and_the_photo_stays_with_the_attempt(
    trainer, world, at, monkeypatch
):
    """Ten minutes are twenty seconds a paper: thirty photos go up at once, and each paper takes one request and one line a
    question. That a real photo tells whose it is has a test of its own.
    """
    with unit_of_work(SYSTEM, "system") as uow:
        add_people(uow, world.here, 26)
        quiz = open_quiz(uow, world.here)
    at(60)
    people = [one for one in world.here.person_ids if one != world.here.person_ids[1]]
    chosen = printed_for(quiz, people)
    photographed(*printed_for(quiz, [world.here.person_ids[1]]))  # the trainer's, which somebody else keys in
    monkeypatch.setattr(papers, "print_apart", lambda _read, content, **_: pickle.dumps([(UUID(bytes=content), content)]))
    taken = [(io.BytesIO(sheet.id.bytes), f"{sheet.code}.jpg") for sheet in chosen]
    handed_in = trainer.post(f"/lectures/{quiz.lecture_id}/quiz/photos", data={"photos": taken}, follow_redirects=True).text
    assert len(chosen) == 30 and handed_in.count("1 张</span>") == 31

    where = re.search(r'href="([^"]+)">开始录入', handed_in)[1]
    for sheet in chosen:
        assert where == f"/quiz-sheets/{sheet.id}", "the next paper comes by itself"
        page = trainer.get(where).text
        assert (page.count("<img") == 1 and "10:00" in page) or "10:20" in page
        answer = trainer.post(where, data=WRITTEN | right_letters(sheet) | {"do": "next"})
        assert answer.status_code == 303
        where = answer.location

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        attempts = uow.session.query(Attempt).all()
        assert {(one.person_id, one.score, one.submitted_how) for one in attempts} == {(one, 100, "paper") for one in people}
        for attempt in attempts:
            own = queries.sheet_of(uow, attempt.id)
            assert own is not None and [image.sha256 for image in queries.images_of(uow, own.id)]
            assert own.keyed_by == "赵倩" and own.paper == attempt.paper
        assert not queries.signals_of(uow, quiz.id), "keying in fast says nothing of who wrote"
    result = trainer.get(f"/quiz/{attempts[0].id}/result").text
    assert (
        "<dt>交卷</dt>" not in result
        and "纸质答卷 Q-0001" in result
        and "/quiz-images/" in result
        and "由赵倩照着照片录入" in result
    )
    listed = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/sheets").text
    assert "打印 31 份，已录入 30 份" in listed and listed.count("纸质</span>") == 30


def test_a_printed_paper_is_read_back_from_its_photo_and_holds_every_question(world, quiz, app, tmp_path):
    sheet, other = printed_for(quiz, world.here.person_ids[:2])
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        quiz = uow.session.get_one(Quiz, quiz.id)
        pdf = service.printed_quiz(uow, quiz, [sheet, other], "http://anke.test")
        stems = [version.stem for version in queries.questions_on(uow, [sheet]).values()]
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf)))
    assert all(text.count(re.sub(r"\s", "", stem)) >= 1 for stem in stems) and "答题栏" in text and sheet.code in text
    (tmp_path / "quiz.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", tmp_path / "quiz.pdf", tmp_path / "page"], check=True)
    first = Image.open(min(tmp_path.glob("page-*.png"))).convert("L")

    with unit_of_work(SYSTEM, "system") as uow:
        taken = service.take_quiz_photo(uow, quiz, "手机照片.jpg", photo(first, turned=7, skew=0.05))
    read_quiz_photos()

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        found = uow.session.get_one(QuizPhoto, taken.id)
        assert found.read_at is not None and found.refused is None
        [image] = uow.session.query(QuizImage).all()
        assert image.sheet_id == sheet.id and storage().get(image.sha256).startswith(b"\xff\xd8")


def test_a_paper_says_each_question_in_the_language_of_whoever_answers_too_and_printed_again_it_does_so_still(
    world, quiz, trainer
):
    with unit_of_work(SYSTEM, "system") as uow:
        for question in uow.session.query(Question).filter_by(topic=TOPIC):
            letter = min(question.versions[-1].body.options)
            service.translate(uow, question, "en", {"stem": "Is dust a hazard?", "options": {letter: "Yes, it burns"}})
    page = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/sheets").text
    assert '<option value="en" lang="en">English</option>' in page and page.count("<option") == 2

    where = f"/lectures/{quiz.lecture_id}/quiz/sheets"
    for person_id, language in zip(world.here.person_ids[:2], ("en", "xx"), strict=True):
        trainer.post(where, data={"person": str(person_id), "lang": language})
    again = re.search(r'href="([^"]+)"[^>]*>再打印没录入的', trainer.get(where).text)[1]
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(trainer.get(again).data)]
    second = next(at for at, text in enumerate(pages) if "Q-0002" in text)
    bilingual, plain = "".join(pages[:second]), "".join(pages[second:])

    assert "Is dust a hazard?" in bilingual and "Yes, it burns" in bilingual and "Your signature" in bilingual
    assert "答题栏" in bilingual and "答题栏" in plain and "hazard" not in plain and "signature" not in plain


def test_a_photo_without_a_code_or_of_another_quiz_is_told_and_bound_to_nobody(world, quiz, trainer, app):
    with unit_of_work(SYSTEM, "system") as uow:
        no_code = service.take_quiz_photo(uow, quiz, "风景.jpg", photo(Image.new("L", (400, 500), 250)))
        service.take_quiz_photo(uow, quiz, "病毒.jpg", b"MZ\x90 not a picture")
    read_quiz_photos()
    with unit_of_work(SYSTEM, "system") as uow, pytest.raises(service.AnotherPaper):
        service.note_papers(uow, uow.session.get_one(QuizPhoto, no_code.id), [(UUID(int=1), b"")])

    page = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/sheets").text

    assert "没有认出答卷上的二维码" in page and "打不开这个文件" in page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(QuizImage).count() == 0


def test_without_a_photo_nothing_is_keyed_in_and_what_was_typed_stays(trainer, world, quiz):
    [sheet] = printed_for(quiz, world.here.person_ids[:1])

    answer = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | {"answer-1": "b"})

    assert answer.status_code == 422 and "先拍照或扫描上传" in answer.text and 'value="b"' in answer.text
    photographed(sheet)
    wrong = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | {"answer-1": "Z", "answer-2": "a"})
    assert wrong.status_code == 422 and "纸上不会有这样的答案" in wrong.text and 'value="a"' in wrong.text
    late = trainer.post(f"/quiz-sheets/{sheet.id}", data={"day": "2026-11-25", "at": "11:30"})
    assert late.status_code == 422 and "不能在现在之后" in late.text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Attempt).count() == 0


def test_a_paper_counts_once_and_never_beside_the_attempt_on_the_phone(trainer, world, quiz):
    person = world.here.person_ids[0]
    [sheet] = printed_for(quiz, [person])
    assert [one.id for one in printed_for(quiz, [person])] == [sheet.id], "a second click prints the same paper"
    photographed(sheet)
    with unit_of_work(SYSTEM, "system") as uow:
        service.start(uow, uow.session.get_one(Quiz, quiz.id), person)
    on_phone = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | right_letters(sheet))
    assert on_phone.status_code == 422 and "本人正在手机上作答" in on_phone.text
    with unit_of_work(SYSTEM, "system") as uow:
        [attempt] = queries.attempts_of(uow, quiz.id, person)
        service.submit(uow, attempt)

    first = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | right_letters(sheet))
    again = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | right_letters(sheet))

    assert first.status_code == 303
    assert again.status_code == 422 and "已经录入过了" in again.text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [(one.number, one.score) for one in queries.attempts_of(uow, quiz.id, person)] == [(1, 0), (2, 100)]


def test_nobody_keys_in_or_corrects_the_own_paper(trainer, world, quiz):
    [sheet] = printed_for(quiz, world.here.person_ids[1:2])  # the trainer's own
    photographed(sheet)
    letters = right_letters(sheet)

    refused = trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | letters)
    assert (refused.status_code, "请另一位培训管理员来做" in refused.text) == (422, True)
    with unit_of_work(SYSTEM, "system") as uow:
        kept = uow.session.get_one(QuizSheet, sheet.id)
        service.key_quiz_sheet(uow, kept, {}, uow.now)
    assert trainer.post(f"/quiz-sheets/{sheet.id}/correct", data=letters | {"reason": "看错"}).status_code == 409
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(Attempt).one().score == 0


def test_what_was_keyed_in_wrongly_is_put_right_with_a_reason_and_the_old_answer_stays(trainer, world, quiz):
    [sheet] = printed_for(quiz, world.here.person_ids[:1])
    photographed(sheet)
    letters = right_letters(sheet)
    slip = letters | {"answer-1": next(letter for letter in "abc" if letter != letters["answer-1"])}
    trainer.post(f"/quiz-sheets/{sheet.id}", data=WRITTEN | slip)
    where = f"/quiz-sheets/{sheet.id}/correct"
    assert f'value="{slip["answer-1"].upper()}"' in trainer.get(where).text, "what was keyed in stands there again"

    assert trainer.post(where, data=letters | {"reason": ""}).status_code == 422
    done = trainer.post(where, data=letters | {"reason": "看错一行"}, follow_redirects=True).text
    same = trainer.post(where, data=letters | {"reason": "再点一次"}, follow_redirects=True).text

    assert "已更正" in done and "没有更正" in same
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        attempt = uow.session.query(Attempt).one()
        assert (attempt.score, uow.session.query(Answer).count()) == (100, 5)
        result = trainer.get(f"/quiz/{attempt.id}/result").text
        assert "75 → 100 分" in result and "看错一行" in result and "原因：再点一次" not in result
        assert [notice.kind for notice in uow.session.query(Notice).filter_by(kind="quiz.sheet-corrected")]
        assert verify(uow, world.here.enterprise_id).whole


@pytest.mark.parametrize("text", ["B", "AC", "√", "灭火器；报警", "BCAD", "B-", "A1 G5"])
def test_what_is_kept_is_typed_again_as_it_was(text):
    picture = Picture("0" * 64, 700, 500, "车间")
    bodies = {
        "B": Body("single", LETTERS, ("A",)), "AC": Body("multiple", LETTERS, ("A", "B")), "√": Body("judge", answer=("true",)),
        "灭火器；报警": Body("fill", blanks=(("灭火器",), ("报警",))), "BCAD": Body("order", LETTERS, tuple("ABCD")),
        "B-": Body("match", LETTERS, ("A", "B"), prompts=("一", "二")),
        "A1 G5": Body("picture", picture=picture, places=(Place("甲", ((0.1, 0.5), (0.2, 0.6))),)),
    }  # fmt: skip
    kept = rules.typed(bodies[text], list("CABD"), text)

    assert kept is not None and rules.as_typed(bodies[text], list("CABD"), kept) == text


def test_the_rules_of_a_quiz_stand_once_a_paper_is_printed(world, quiz):
    printed_for(quiz, world.here.person_ids[:1])

    with unit_of_work(SYSTEM, "system") as uow:
        assert service.begun(uow, quiz)


def test_people_without_a_phone_come_first_and_are_ticked(trainer, world, quiz):
    page = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/sheets").text

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        listed = queries.to_print(uow, uow.session.get_one(Quiz, quiz.id))
    ticked = sum(one.no_phone for one in listed)
    assert page.count("checked") == ticked
    assert [one.no_phone for one in listed] == sorted((one.no_phone for one in listed), reverse=True)
