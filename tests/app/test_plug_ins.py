"""Plug-ins: the sample works like what the product has itself; a broken one is named and left out, and the product starts."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pypdfium2
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.access.service import load_actor
from lms.app import plug_in
from lms.archives.official.brought import BROUGHT as DOCUMENTS
from lms.cli import cli
from lms.compliance.signals.rules import RULES, Elsewhere, Lecture, evaluate
from lms.compliance.signals.rules.facts import Span
from lms.compliance.signals.rules.words import WORDS, sentence
from lms.core import plugins
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.notices.channels import ADAPTERS, ADDRESS_OF
from lms.notices.channels.fields import FIELDS, LABELS, NEEDS
from lms.notices.models import Channel, ChannelKind
from lms.notices.sending import try_channel
from lms.quizzes import service as quizzes
from lms.quizzes.models import Attempt, Quiz, QuizSheet, TextMark
from lms.quizzes.queries import BankFilter, every_question, outcomes_of, shares_of
from lms.quizzes.rules import BROUGHT, Body, grade
from lms.quizzes.rules.exporting import FORMATS
from lms.quizzes.rules.importing import read_questions
from lms.quizzes.rules.importing.kinds import KIND_OF
from lms.quizzes.service import taken_out
from lms.sign_in.models import Rule
from lms.sign_in.ways import ADAPTERS as WAYS
from tests.credentials.scenes import SYSTEM, held
from tests.notices.conftest import gateway  # noqa: F401  # a fixture
from tests.quizzes.test_sheets import photographed
from tests.sign_in.conftest import set_up
from tests.world import Actor

SAMPLE = Path(__file__).parents[2] / "examples" / "anke-plugin-sample"
TABLES = (RULES, WORDS, ADAPTERS, ADDRESS_OF, FIELDS, LABELS, NEEDS, WAYS, BROUGHT, KIND_OF, DOCUMENTS, plugins._loaded)


def install(folder: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    """What an installer writes beside a package, as far as entry points go."""
    told = folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    lines = [f"[{group}]\n" + "".join(f"{one} = {what}\n" for one, what in points.items()) for group, points in groups.items()]
    (told / "entry_points.txt").write_text("\n".join(lines))


@pytest.fixture
def site(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder of packages; what was plugged in from it is gone afterwards."""
    before = [dict(table) for table in TABLES]
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield tmp_path / "site"
    for table, kept in zip(TABLES, before, strict=True):
        table.clear()
        table.update(kept)


@pytest.fixture
def sample(site, monkeypatch) -> None:
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]
    install(site, project["name"], project["entry-points"])
    monkeypatch.syspath_prepend(str(SAMPLE))
    assert {one.name: one.fault for one in plug_in()} == dict.fromkeys(("robot", "weekend", "cas", "number", "handover"), "")


def test_a_signal_of_a_plug_in_is_raised_with_its_words(sample):
    saturday = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    lecture = Lecture(**usual(), actual=Span(saturday, saturday + timedelta(hours=1)))

    found = [one for one in evaluate(lecture, Elsewhere()) if one.code == "weekend"]

    assert [sentence(one) for one in found] == ["这堂课在星期六讲的"]


def usual() -> dict[str, object]:
    """What a lecture cannot be without."""
    return {
        one.name: "x"
        for one in dataclasses.fields(Lecture)
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING and one.name != "actual"
    }


def test_a_signal_that_breaks_has_found_nothing(site):
    site.mkdir()
    (site / "broken_signal.py").write_text(
        "from lms.compliance.signals.rules.words import Words\nWORDS = Words('a', 'b', 'c')\n"
        "def rule(lecture, elsewhere, limit):\n    return 1 / 0\n"
    )
    install(site, "breaks", {"anke.signals": {"breaks": "broken_signal"}})
    assert [one.fault for one in plug_in()] == [""]

    assert RULES["breaks"](Lecture(**usual()), Elsewhere(), {}) == []


def test_a_channel_of_a_plug_in_is_set_up_and_sends(app, world, client_as, sample, gateway):  # noqa: F811

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    trainer = client_as(world.here.trainer)
    assert '/channels/robot"' in trainer.get("/channels").text

    saved = trainer.post("/channels/robot", data={"webhook": f"{gateway.url}/robot", "enabled": "y"})
    assert saved.status_code == 303
    assert trainer.get("/channels/robot").status_code == 200
    trainer.post("/channels/robot/try", data={"to": ""})
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        (channel_id,) = uow.session.scalars(select(Channel.id))
    if not gateway.heard:
        try_channel.call_local(str(channel_id))
    assert "安课测试消息" in gateway.heard[0].json()["text"]

    for table in (ADAPTERS, FIELDS, LABELS, NEEDS):  # uninstalled: its row stays, and nothing breaks
        del table[ChannelKind("robot")]
    assert '/channels/robot"' not in trainer.get("/channels").text
    assert trainer.get("/channels/robot").status_code == 404


def test_somebody_comes_in_by_the_way_of_a_plug_in(app, world, sample, gateway):  # noqa: F811

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    way = set_up(world.here, "cas", {"base": gateway.url}, Rule.WORK_NO)
    answers = {"good": {"authenticationSuccess": {"user": "0003"}}, "bad": {"authenticationFailure": {"code": "INVALID_TICKET"}}}
    gateway.answer = lambda heard, _before: (200, {"serviceResponse": answers[heard.query["ticket"]]})

    def come(ticket):
        client = app.test_client()
        service = parse_qs(urlsplit(client.get(f"/sign-in/with/{way}").location).query)["service"][0]
        back = client.get(f"{service.removeprefix('http://anke.test')}&ticket={ticket}")
        with client.session_transaction() as session:
            return back.status_code, session.get("_user_id")

    assert come("good") == (303, f"person:{world.here.person_ids[2]}")
    assert come("bad") == (502, None)
    del WAYS["cas"]
    assert app.test_client().get(f"/sign-in/with/{way}").status_code == 404
    assert "用单位账号登录" not in app.test_client().get("/sign-in").text


KEY = {"kind": "number", "stem": "配电箱离地至少多少米？", "answer": "1.4±0.1 米", "topic": "用电"}


@pytest.fixture
def asked(world, client_as, sample):
    """A lecture whose quiz is one question of the kind that the sample brings; and its person's attempt, begun."""
    trainer = client_as(world.here.trainer)
    assert "数值" in trainer.get("/questions/new?kind=number").text
    assert "看不懂这个数" in trainer.post("/questions/new", data=KEY | {"answer": "很高"}).text
    assert trainer.post("/questions/new", data=KEY).status_code == 303
    lecture_id = held(world.here, {2: (0, 60), 3: (0, 60)})
    with unit_of_work(SYSTEM, "home") as uow:
        plan = QuizPlan(topics=("用电",), questions=1, pass_mark=80, attempts=2)
        quiz = quizzes.plan(uow, lecture_id, world.here.enterprise_id, plan)
        quizzes.open_for_answers(uow, lecture_id, uow.now)
        return lecture_id, quiz.id


def answer(client, quiz_id, text):
    """As a phone without JavaScript: the page of the question, its form, and handing in. Returns the result."""
    attempt = client.post(f"/quizzes/{quiz_id}").headers["Content-Location"]
    page = client.get(f"{attempt}?page=1").text
    assert "数值" in page and 'name="choice"' in page and "1.4±0.1" not in page
    question = re.search(r'name="question" value="([^"]+)"', page)[1]
    tapped = {"question": question, "counter": 1, "choice": text, "page": 1, "alone": 1}
    assert client.post(f"{attempt}/answers", data=tapped, headers={"Accept": "text/html"}).status_code == 303
    return client.post(f"{attempt}/finish", follow_redirects=True).text


def test_a_kind_of_question_of_a_plug_in_is_written_taken_and_graded(app, world, client_as, asked):
    _lecture_id, quiz_id = asked

    right = answer(client_as(f"person:{world.here.person_ids[2]}"), quiz_id, "１.５ 米")
    wrong = answer(client_as(f"person:{world.here.person_ids[3]}"), quiz_id, "2")

    assert "100 分" in right and "0 分" in wrong and "1.4±0.1 米" in wrong
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        marks = uow.session.scalars(select(TextMark).order_by(TextMark.percent)).all()
        assert [(one.percent, one.marked_by) for one in marks] == [(0, "插件 数值"), (100, "插件 数值")]


def test_an_answer_to_a_plug_in_that_was_keyed_in_wrongly_is_graded_anew(app, world, asked):
    _lecture_id, quiz_id = asked
    with unit_of_work(SYSTEM, "system") as uow:
        [sheet] = quizzes.print_sheets(uow, uow.session.get_one(Quiz, quiz_id), world.here.person_ids[2:3])
    photographed(sheet)
    with unit_of_work(SYSTEM, "system") as uow:
        sheet = uow.session.get_one(QuizSheet, sheet.id)
        version_id = UUID(sheet.paper[0]["version"])
        attempt = quizzes.key_quiz_sheet(uow, sheet, {version_id: ["14"]}, uow.now)
        assert attempt.score == 0
        assert quizzes.correct_quiz_sheet(uow, sheet, {version_id: ["1.4"]}, "少看了小数点")
        assert attempt.score == 100


def test_what_was_graded_by_a_plug_in_is_read_when_it_is_gone_and_what_was_not_waits_for_a_person(app, world, client_as, asked):
    _lecture_id, quiz_id = asked
    trainer, person = client_as(world.here.trainer), client_as(f"person:{world.here.person_ids[2]}")
    answer(person, quiz_id, "1.3")
    BROUGHT.clear()

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        graded = uow.session.scalars(select(Attempt)).one()
        (outcome,) = outcomes_of(uow, graded)
        assert (graded.score, outcome.share) == (100, 1)
        shares = shares_of(uow, [graded])[graded.id]
        assert [share for share, _points in shares] == [1]
    at = f"/questions/{outcome.version.question_id}"
    assert "number" in trainer.get(at).text and "1.4±0.1 米" in trainer.get(at).text
    assert trainer.get(f"{at}/edit").status_code == trainer.get("/questions").status_code == 200

    other = client_as(f"person:{world.here.person_ids[3]}")
    attempt = other.post(f"/quizzes/{quiz_id}").headers["Content-Location"]
    tapped = {"question": str(outcome.version.id), "counter": 1, "choice": "1.4"}
    other.post(f"{attempt}/answers", data=tapped)
    assert "等待" in other.post(f"{attempt}/finish", follow_redirects=True).text
    waiting = trainer.get("/marking").text
    assert "配电箱离地" in waiting and "1.4±0.1 米" in waiting
    mark = {"question": str(outcome.version.id), "percent": "100"}
    assert trainer.post(f"/marking/{attempt.rpartition('/')[2]}", data=mark).status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert [one.score for one in uow.session.scalars(select(Attempt))] == [100, 100]


def test_our_workbook_carries_the_kind_and_other_formats_say_that_they_do_not(app, world, client_as, sample):
    trainer = client_as(world.here.trainer)
    trainer.post("/questions/new", data=KEY)

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = BankFilter(source="")
        uow.actor, uow.verb = load_actor(uow, world.here.trainer), "question.export"
        own = [one for one in every_question(uow, wanted) if one[1].body.by]
        done = {code: taken_out(code, own) for code in FORMATS}
    assert {code: done[code].carried for code in FORMATS} == dict.fromkeys(FORMATS, 0) | {"xlsx": 1}
    assert {one.reason for code in FORMATS if code != "xlsx" for one in done[code].left} == {"这种格式没有这种题型"}
    (back,) = read_questions(done["xlsx"].content).everything
    assert (back.body.by, back.body.blanks) == ("number", (("1.4±0.1 米",),))
    BROUGHT.clear()
    KIND_OF.pop("数值")
    assert taken_out("xlsx", own).carried == 0


def test_a_document_of_a_plug_in_is_filled_and_printed_and_one_that_breaks_says_so(app, world, client_as, sample):
    lecture_id = held(world.here, {2: (0, 60)})
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/enterprises/{world.here.enterprise_id}/forms?lecture={lecture_id}").text
    at = f"/lectures/{lecture_id}/documents/handover"
    assert "班前安全交底签收单" in page and f"{at}.pdf" in page

    pdf = trainer.get(f"{at}.pdf").data
    with pypdfium2.PdfDocument(pdf) as printed:
        text = printed[0].get_textpage().get_text_range()
    assert "班前安全交底签收单" in text and "刘洋" in text and "实到人数" in text
    assert trainer.get(f"{at}.xlsx").status_code == 200

    whole, day = DOCUMENTS["handover"], date(2026, 3, 1)
    once, row = whole.form.head[0].name, whole.form.listed[0].name
    for fill in (lambda facts: 1 / 0, lambda facts: ({once: day}, []), lambda facts: ({}, [{row: [day]}])):
        DOCUMENTS["handover"] = dataclasses.replace(whole, fill=fill)
        for kind in ("pdf", "xlsx"):
            refused = trainer.get(f"{at}.{kind}")
            assert refused.status_code == 502 and "生成这份文件时出错" in refused.text
    DOCUMENTS.clear()  # uninstalled
    assert trainer.get(f"{at}.pdf").status_code == 404
    assert "班前安全交底签收单" not in trainer.get(f"/enterprises/{world.here.enterprise_id}/forms").text


def test_a_kind_that_breaks_loses_no_answer(site):
    site.mkdir()
    (site / "shaky.py").write_text(
        "LABEL = '摇晃'\nHINT = ''\ndef check(key):\n    return 1 / 0\ndef grade(key, answer):\n    return 101\n"
    )
    install(site, "shaky", {"anke.question_kinds": {"shaky": "shaky"}})
    assert [one.fault for one in plug_in()] == [""]

    assert BROUGHT["shaky"].check("1") == "插件没能检查这个答案，请告诉管理员"
    body = Body("fill", blanks=(("1",),), by="shaky")
    assert grade(body, ["1"]).share is None  # a person marks it
    assert Body.from_json(body.as_json()) == body and body.label == "摇晃"


def test_a_broken_plug_in_is_named_and_the_others_work(site, caplog):
    site.mkdir()
    (site / "half.py").write_text("LABEL = 'half'\n")
    (site / "bang.py").write_text("raise RuntimeError('no licence key')\n")
    install(
        site, "half-done",
        {
            "anke.channels": {"half": "half", "email": "half", "Big-Name": "half"},
            "anke.signals": {"bang": "bang", "burst": "half"},
            "anke.sign_in": {"gone": "not_there"},
            "anke.question_kinds": {"fill": "half", "halves": "half"},
            "anke.documents": {"half_form": "half"},
        },
    )  # fmt: skip

    told = {one.name: one.fault for one in plug_in()}

    assert told["fill"] == "has no HINT, check, grade" and told["half_form"] == "has no NAME, SOURCE, ONCE, LISTED, fill"
    assert told["half"] == "has no NEED, FIELDS, ADDRESS, send"
    assert told["bang"] == "RuntimeError: no licence key"
    assert "not_there" in told["gone"] and "name" in told["Big-Name"] and all(told.values())
    assert sum("left out a broken plug-in: half-done" in record.getMessage() for record in caplog.records) == 9
    assert set(ADAPTERS) == set(ChannelKind) and "bang" not in RULES and "gone" not in WAYS
    doctor = CliRunner().invoke(cli, ["doctor"])
    assert doctor.exit_code == 1
    assert "half-done: bang (anke.signals): RuntimeError: no licence key" in doctor.output
