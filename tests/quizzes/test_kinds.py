"""Every kind of question from the page it is written on, over the phone, to the score; texts wait for a person."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.quizzes import queries, rules, service
from lms.quizzes.models import Attempt, Question, QuestionVersion, TextMark
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.pictures import LARGEST_SIDE, NotAPicture, fit
from tests.quizzes.kinds import PLACES, TOPIC, every_kind, photograph
from tests.quizzes.scenes import held_lecture

SYSTEM = Actor.system("test")
COMMON = {"topic": TOPIC, "stem": "问"}
WRITTEN = {
    "single": {"A": "甲", "B": "乙", "answer": "B"},
    "multiple": {"A": "甲", "B": "乙", "C": "丙", "answer": "A、C"},
    "judge": {"answer": "对"},
    "fill": {"stem": "火警____，急救____。", "answer": "119|一一九；120"},
    "order": {"A": "通风", "B": "检测", "C": "作业"},
    "match": {"A": "红 => 禁止", "B": "黄 → 警告", "C": "绿"},
    "text": {"answer": "呼救"},
}


def newest() -> QuestionVersion:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        version = uow.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()
        assert version is not None
        return version


def picture_form(**more: object) -> dict[str, object]:
    places = "坑口没有盖板：5,10 25,35\n电线破皮：60,60 90,60 75,90"
    return COMMON | {"kind": "picture", "alt": "车间一角", "places": places} | more


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_question_of_each_kind_is_written_opened_again_and_previewed(trainer, kind):
    assert trainer.get(f"/questions/new?kind={kind}").status_code == 200
    answer = trainer.post("/questions/new", data=COMMON | {"kind": kind} | WRITTEN[kind])
    assert answer.status_code == 303, answer.text
    first = newest()

    form = trainer.get(f"{answer.location}/edit").text
    again = dict(re.findall(r'name="([A-H]|answer)"[^\n]*?value="([^"]+)"', form)) | dict(
        re.findall(r'<textarea[^>]*name="(answer)"[^>]*>\s*([^<]*)', form)
    )
    for name, text in again.items():
        again[name] = text.replace("&gt;", ">").strip()
    edited = trainer.post(f"{answer.location}/edit", data=COMMON | {"stem": first.stem + "？", "kind": kind} | again)

    assert edited.status_code == 303, edited.text
    assert newest().version == 2 and newest().body == first.body
    assert 'name="choice"' in trainer.get(f"{answer.location}/preview").text
    assert trainer.get(answer.location).status_code == 200


def test_a_picture_question_keeps_its_picture_over_a_mistake(trainer):
    wrong = trainer.post("/questions/new", data=picture_form(places="没有角：", image=(io.BytesIO(photograph()), "车间.jpg")))
    assert wrong.status_code == 422 and "有一处隐患没有名称，或者位置不在图里" in wrong.text
    kept = re.search(r'name="kept"[^>]*value="([^"]+)"', wrong.text)[1]

    answer = trainer.post("/questions/new", data=picture_form(kept=kept))

    assert answer.status_code == 303, answer.text
    body = newest().body
    assert body.places == PLACES and (body.picture.width, body.picture.height) == (800, 600)
    shown = trainer.get(f"{answer.location}/picture")
    assert shown.mimetype == "image/jpeg" and "private" in shown.headers["Cache-Control"]
    assert "<polygon" in trainer.get(answer.location).text and "<polygon" not in trainer.get(f"{answer.location}/preview").text


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "请选择一张图片"),
        ({"image": (b"not a picture", "a.jpg")}, "不是能用的图片"),
        ({"image": (photograph(), "a.jpg"), "alt": ""}, "请用一句话写明图里是什么"),
        ({"image": (photograph(), "a.jpg"), "places": ""}, "请标出 1 到"),
        ({"image": (photograph(), "a.jpg"), "places": "外面：90,90 120,120"}, "位置不在图里"),
        ({"kept": "forged"}, "请选择一张图片"),
    ],
)
def test_what_a_picture_question_lacks_is_told_at_its_field(trainer, more, reason):
    if "image" in more:
        more = more | {"image": (io.BytesIO(more["image"][0]), more["image"][1])}

    answer = trainer.post("/questions/new", data=picture_form(**more))

    assert answer.status_code == 422 and reason in answer.text


def test_a_picture_is_made_fit_and_forgets_where_it_was_taken():
    big = Image.new("RGB", (4000, 3000), "green")
    exif = big.getexif()
    exif[0x010E] = "where the camera was"
    out = io.BytesIO()
    big.save(out, "JPEG", exif=exif)

    content, width, height = fit(out.getvalue())

    assert (width, height) == (LARGEST_SIDE, 1200)
    assert b"where the camera was" not in content and not Image.open(io.BytesIO(content)).getexif()
    with pytest.raises(NotAPicture):
        fit(b"\xff\xd8\xff\xe0" + b"no picture" * 500)


def test_the_same_question_is_not_written_twice(trainer):
    data = COMMON | {"kind": "judge", "answer": "对"}
    trainer.post("/questions/new", data=data)

    answer = trainer.post("/questions/new", data=data | {"stem": "问。"})

    assert answer.status_code == 409 and "已经有这道题" in answer.text


@pytest.fixture
def quiz(world, at):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, every_kind(storage().put(photograph())))
        return queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((TOPIC,), 8, 60)).id)


@pytest.fixture
def phone(client_as, world):
    return client_as(world.here.employee)


def the_attempt() -> Attempt:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalars(select(Attempt).order_by(Attempt.number.desc())).first()


def hitting(place, picture) -> str:
    return next(cell.value for cell in rules.cells_of(picture) if rules.hits(place, cell.value, picture))


def right_now() -> dict[str, list[str]]:
    """Wording asked → what its owner sends for a right answer."""
    attempt = the_attempt()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        right = {}
        for asked in queries.asked_on(uow, attempt.paper):
            body = asked.version.body
            shown = rules.shown_of(body, asked.order, rules.key_of(body)) or ["大声呼救，打电话"]
            right[str(asked.version.id)] = [hitting(place, body.picture) for place in body.places] or shown
        return right


def answer_all(phone, quiz) -> str:
    """Every question answered rightly by forms without a script; returns the address of the attempt."""
    where = phone.post(f"/quizzes/{quiz.id}").content_location
    for counter, (question, choices) in enumerate(right_now().items(), 1):
        sent = {"question": question, "choice": choices, "counter": counter, "page": counter}
        answer = phone.post(f"{where}/answers", data=sent, headers={"Accept": "text/html"})
        assert answer.status_code == 303, answer.text
    return where


def test_every_kind_is_answered_without_a_script_and_shown_again(phone, quiz):
    where = answer_all(phone, quiz)
    page = phone.get(where).text

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        answers = queries.latest_answers(uow, the_attempt().id)
        assert len(answers) == 8
    for choices in right_now().values():
        for value in choices:
            shown = rf'value="{value}"[^>]* (checked|selected)|value="{value}" maxlength|>{value}</textarea>'
            assert re.search(shown, page), value
    address = re.search(r'<img src="([^"]+picture[^"]+)"', page)[1].replace("&amp;", "&")
    assert phone.get(address).mimetype == "image/jpeg"
    assert phone.get(f"{where}/picture?question=x").status_code == 404
    kept = phone.get(address)  # a cache asks each time, and gets nothing once somebody else holds the phone
    assert kept.headers["Cache-Control"] == "private, no-cache"
    assert phone.get(address, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304


def test_no_hazard_no_pair_and_no_guide_leaves_the_server_before_hand_in(phone, quiz):
    where = phone.post(f"/quizzes/{quiz.id}").content_location

    page = phone.get(where).text

    assert "坑口没有盖板" not in page and "polygon" not in page and "不盲目" not in page and "一一九" not in page


def test_a_text_waits_for_a_person_and_then_decides_the_score(phone, quiz, client_as, world):
    where = answer_all(phone, quiz)
    result = phone.post(f"{where}/finish", follow_redirects=True).text
    trainer = client_as(world.here.trainer)
    text_id = next(question for question, sent in right_now().items() if sent == ["大声呼救，打电话"])

    assert "等待评分" in result and "再考一次" not in result
    assert "8 道，全对 7 道" in result and "等待评分的 1 道题</h2>" in result and "没有全对的" not in result, "it is not missed"
    assert the_attempt().score is None and "等待评分" in phone.get(f"/quizzes/{quiz.id}").text
    assert phone.post(f"/quizzes/{quiz.id}").status_code == 409
    assert "1 人等待评分" in trainer.get(f"/lectures/{quiz.lecture_id}/quiz").text
    queue = trainer.get("/marking").text
    assert "大声呼救，打电话" in queue and "呼救，不盲目下去" in queue and "刘洋" not in queue

    wrong = trainer.post(f"/marking/{the_attempt().id}", data={"question": text_id, "note": "写得好"})
    assert wrong.status_code == 422 and "请选择给多少" in wrong.text and "写得好" in wrong.text
    marked = trainer.post(f"/marking/{the_attempt().id}", data={"question": text_id, "percent": "50", "note": "要先报警"})
    again = trainer.post(f"/marking/{the_attempt().id}", data={"question": text_id, "percent": "100"})

    assert marked.status_code == 303 and again.status_code == 409 and "已经由赵倩评过" in again.text
    assert (the_attempt().score, the_attempt().passed) == (93, True)  # 7½ of 8
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [(mark.percent, mark.marked_by) for mark in uow.session.scalars(select(TextMark))] == [(50, "赵倩")]
    told = phone.get(f"{where}/result").text
    assert "93 分" in told and "要先报警" in told and "得 50%" in told and ">没有全对的 1 道题</h2>" in told
    assert "没有要评分的题" in trainer.get("/marking").text


def test_a_text_marked_wrongly_is_marked_again_with_a_reason_and_whoever_wrote_it_is_told(phone, quiz, client_as, world):
    where = answer_all(phone, quiz)
    phone.post(f"{where}/finish")
    trainer = client_as(world.here.trainer)
    text_id = next(question for question, sent in right_now().items() if sent == ["大声呼救，打电话"])
    address = f"/marking/{the_attempt().id}"
    assert "评错了" not in trainer.get(f"{where}/result").text, "nobody has marked anything"
    trainer.post(address, data={"question": text_id, "percent": "0", "note": "看错了人"})
    correct = re.search(r'href="([^"]+)"[^>]*>评错了，更正', trainer.get(f"{where}/result").text)[1]
    assert "评错了" not in phone.get(f"{where}/result").text and phone.get(correct).status_code == 404
    assert "看错了人" in trainer.get(correct).text, "what was given stands there"

    unsaid = trainer.post(correct, data={"question": text_id, "percent": "100", "note": ""})
    done = trainer.post(correct, data={"question": text_id, "percent": "100", "note": "两份看串了"}, follow_redirects=True)
    same = trainer.post(correct, data={"question": text_id, "percent": "100", "note": "再点一次"}, follow_redirects=True)

    assert unsaid.status_code == 422 and "请写明原因" in unsaid.text
    assert "已更正" in done.text and "100%，赵倩" in done.text and "没有更正" in same.text
    told = phone.get(f"{where}/result").text
    assert "100 分" in told
    for page in (told, trainer.get(correct).text):
        said = re.sub(r"<[^>]+>|\s+", "", page)
        assert "评语看错了人" in said and "更正原因两份看串了" in said
    assert re.search("已评0%，赵倩，.*更正100%，赵倩，", said), "both marks stand there"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        marks = uow.session.scalars(select(TextMark).order_by(TextMark.id))
        assert [(mark.percent, mark.note) for mark in marks] == [(0, "看错了人"), (100, "两份看串了")]
        told = uow.session.scalars(select(Notice).where(Notice.kind == "quiz.mark-corrected")).one()
        assert "简答题评错了，由 87 分更正为 100 分" in told.body and "两份看串了" in told.body
        assert verify(uow, world.here.enterprise_id).whole


def test_a_trainer_who_sat_the_quiz_marks_no_text_of_their_own(world, client_as, at):
    with unit_of_work(SYSTEM, "system") as uow:
        texts = [ParsedQuestion(n, f"怎么做？{n}", Body("text", guide="要点"), topic=TOPIC) for n in (1, 2)]
        service.add_questions(uow, world.here.enterprise_id, texts)
        quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((TOPIC,), 2, 60)).id)
        attempt = service.start(uow, quiz, world.here.person_ids[1])
        first, second = (UUID(entry["version"]) for entry in attempt.paper)
        for counter, version_id in enumerate((first, second), 1):
            service.answer(uow, attempt, version_id, ["呼救"], counter)
        service.submit(uow, attempt)
        service.mark_text(uow, attempt, first, 0)
    trainer = client_as(world.here.trainer)
    assert "没有要评分的题" in trainer.get("/marking").text, "it waits for somebody else"
    with unit_of_work(SYSTEM, "answer.mark", write=False) as uow:
        assert [one.id for one in queries.to_mark(uow)] == [attempt.id]

    marked = trainer.post(f"/marking/{attempt.id}", data={"question": str(second), "percent": "100"})
    raised = trainer.post(f"/marking/{attempt.id}/correct", data={"question": str(first), "percent": "100", "note": "评低了"})

    for answer in (marked, raised):
        assert answer.status_code == 409 and "请另一位培训管理员来做" in answer.text
    assert "评错了" not in trainer.get(f"/quiz/{attempt.id}/result").text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [mark.percent for mark in uow.session.scalars(select(TextMark))] == [0]


def test_two_who_mark_one_text_at_once_are_told_and_the_second_keeps_what_they_typed(world, client_as, at):
    with unit_of_work(SYSTEM, "system") as uow:
        texts = [ParsedQuestion(n, f"怎么做？{n}", Body("text", guide="要点"), topic=TOPIC) for n in (1, 2)]
        service.add_questions(uow, world.here.enterprise_id, texts)
        quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((TOPIC,), 2, 60)).id)
        attempt = service.start(uow, quiz, world.here.person_ids[2])
        first = UUID(attempt.paper[0]["version"])
        for counter, entry in enumerate(attempt.paper, 1):
            service.answer(uow, attempt, UUID(entry["version"]), ["呼救"], counter)
        service.submit(uow, attempt)
    trainer = client_as(world.here.trainer)
    assert trainer.post(f"/marking/{attempt.id}", data={"question": str(first), "percent": "75"}).status_code == 303

    second = trainer.post(f"/marking/{attempt.id}", data={"question": str(first), "percent": "25", "note": "没说打电话"})

    assert second.status_code == 409 and "已经由赵倩评过" in second.text and "没说打电话" in second.text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [mark.percent for mark in uow.session.scalars(select(TextMark))] == [75]
    correct = {"question": str(first), "percent": "0", "note": "答的不是这道题"}
    assert trainer.post(f"/marking/{attempt.id}/correct", data=correct).status_code == 303, "before there is a score as well"
    trainer.post(f"/marking/{attempt.id}", data={"question": attempt.paper[1]["version"], "percent": "100"})
    assert the_attempt().score == 50


def test_a_text_left_empty_needs_nobody(phone, quiz):
    where = phone.post(f"/quizzes/{quiz.id}").content_location

    result = phone.post(f"{where}/finish", follow_redirects=True).text

    assert "0 分" in result and the_attempt().score == 0


def test_nobody_marks_anothers_texts(phone, quiz, client_as, world):
    where = answer_all(phone, quiz)
    phone.post(f"{where}/finish")

    foreign = client_as(world.there.trainer)

    assert "大声呼救" not in foreign.get("/marking").text
    assert foreign.post(f"/marking/{the_attempt().id}", data={"question": str(UUID(int=0)), "percent": "0"}).status_code == 404
    assert phone.get("/marking").status_code == 404


@pytest.mark.parametrize("text", ["长" * 2001, "x" * 1_000_000])
def test_a_text_that_is_too_long_is_told_so_and_loses_nothing(phone, quiz, text):
    where = phone.post(f"/quizzes/{quiz.id}").content_location
    text_id = next(question for question, sent in right_now().items() if sent == ["大声呼救，打电话"])
    phone.post(f"{where}/answers", data={"question": text_id, "choice": "先呼救", "counter": 1})

    refused = phone.post(f"{where}/answers", data={"question": text_id, "choice": text, "counter": 2})

    assert refused.status_code == 422 and refused.json["code"] == "answer-too-long" and "2000" in refused.json["detail"]
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [answer.chosen for answer in queries.latest_answers(uow, the_attempt().id).values()] == [["先呼救"]]


def test_a_question_out_of_use_can_still_be_read_with_its_old_picture(trainer, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, every_kind(storage().put(photograph()))[6:7])
        question = uow.session.scalars(select(Question)).one()
        service.reword(uow, question, every_kind(storage().put(photograph(640, 480)))[6])
        where = f"/questions/{question.id}"

    assert trainer.get(f"{where}/picture?version=1").data == photograph(800, 600)
    assert trainer.get(f"{where}/picture").data == photograph(640, 480)
    assert trainer.get(f"{where}/picture?version=9").status_code == 404


def test_the_deadline_hands_in_a_text_for_marking_too(phone, quiz, at):
    where = answer_all(phone, quiz)
    at(hours=1)

    page = phone.get(where, follow_redirects=True).text

    assert "等待评分" in page and the_attempt().submitted_how == "deadline"
