"""The question bank: what ships, what is one's own, and files that are looked at before anything is written."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.quizzes import commands, queries, service, shipped
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service import bank
from lms.registry.models import ImportBatch
from tests.counting import asks
from tests.data import content, expected
from tests.quizzes.scenes import questions

SYSTEM = Actor.system("test")
TOLD = expected("questions.expected.json")["files"]["questions.xlsx"]
HOSTILE = expected("hostile/hostile.expected.json")["files"]


def upload(client, name: str) -> str:
    answer = client.post("/questions/import", data={"file": (BytesIO(content(name)), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def paste(client, text: str) -> str:
    answer = client.post("/questions/import", data={"text": text})
    assert answer.status_code == 303, answer.text
    return answer.location


def number_of_questions() -> int:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(Question))


def a_question(side) -> str:
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, side.enterprise_id if side else None, questions(1))
        question = uow.session.scalar(select(Question).order_by(Question.id.desc()))
        return f"/questions/{question.id}"


def test_the_shipped_bank_is_loaded_once(uow):
    assert shipped.load(uow) == 63
    assert shipped.load(uow) == 0


def test_a_file_is_looked_at_then_written_once(trainer, world):
    where = upload(trainer, "questions.xlsx")
    page = trainer.get(where).text
    assert number_of_questions() == 0

    for fault in TOLD["faults"]:
        assert f"第 {fault['row']} 行" in page
    assert "没有这个选项" in page and "没有写题干" in page and "导入 30 道题" in page
    assert "已导入 30 道题" in trainer.post(f"{where}/apply", follow_redirects=True).text
    trainer.post(f"{where}/apply")

    assert number_of_questions() == 30
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        batch = uow.session.scalar(select(ImportBatch))
        assert (batch.content, batch.result) == (None, {"added": 30, "duplicates": 0, "faulty": 2, "reworded": 0})


def test_the_same_file_again_adds_nothing(trainer):
    trainer.post(f"{upload(trainer, 'questions.xlsx')}/apply")

    again = upload(trainer, "questions.xlsx")
    page = trainer.get(again).text
    trainer.post(f"{again}/apply")

    assert "题库里已有" in page
    assert number_of_questions() == 30


@pytest.mark.parametrize("name", ["questions-pasted.txt", "questions.gift", "questions.aiken.txt", "questions-moodle.xml"])
def test_the_same_questions_in_another_format_add_nothing_but_what_is_new(trainer, name):
    """The sheet holds them all, except that its 119 has lost the other way to write it, which does not make it another."""
    trainer.post(f"{upload(trainer, 'questions.xlsx')}/apply")

    trainer.post(f"{upload(trainer, name)}/apply")

    assert number_of_questions() == 30


def test_a_faulty_cell_is_mended_on_the_page(trainer):
    where = upload(trainer, "questions.xlsx")
    field = re.search(r'name="(fix:18:\w+)"', trainer.get(where).text)[1]

    page = trainer.post(where, data={field: "A"}, follow_redirects=True).text
    trainer.post(f"{where}/apply")

    assert "导入 31 道题" in page
    assert number_of_questions() == 31


def test_what_stands_in_a_cell_counts_when_import_is_pressed_at_once(trainer):
    where = upload(trainer, "questions.xlsx")
    field = re.search(r'name="(fix:18:\w+)"', trainer.get(where).text)[1]

    trainer.post(f"{where}/apply", data={field: "A"})

    assert number_of_questions() == 31


def test_questions_that_differ_in_punctuation_are_one(trainer):
    first = paste(trainer, "题型,题干,答案\n判断,安全带应当高挂低用。,对\n")
    trainer.post(f"{first}/apply")

    page = trainer.get(paste(trainer, "题型,题干,答案\n判断,安全带 应当高挂低用,对\n判断,叉车司机应当持证。,对\n")).text

    assert "题库里已有" in page and "导入 1 道题" in page


def test_a_file_whose_import_fails_in_the_middle_leaves_nothing_and_comes_in_later(trainer, monkeypatch):
    where = upload(trainer, "questions.xlsx")

    def fails(*_args: object) -> None:
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as patched:
        patched.setattr(bank, "conclude", fails)
        assert trainer.post(f"{where}/apply").status_code == 500
    assert number_of_questions() == 0

    trainer.post(f"{where}/apply")
    assert number_of_questions() == 30


def test_where_the_file_calls_something_else_right_the_preview_says_so(trainer):
    """Skipped as known, it would hide from the trainer that one of the two keys is wrong."""
    heading = "题型,题干,选项A,选项B,答案\n"
    trainer.post(f"{paste(trainer, heading + '单选,先做什么？,通风,作业,A')}/apply")

    same = trainer.get(paste(trainer, heading + "单选,先做什么,作业,通风,B\n判断,要持证。,,,对")).text
    other = trainer.get(paste(trainer, heading + "单选,先做什么,通风,作业,B\n判断,要持证。,,,对\n判断,要持证,,,错")).text

    assert "题库里已有" in same and "答案不同" not in same
    assert other.count("答案不同") == 2


@pytest.mark.parametrize("name", ["questions-script.xlsx", "moodle-xxe.xml"])
def test_hostile_files_do_no_harm(trainer, name):
    told = HOSTILE[name]
    answer = trainer.post("/questions/import", data={"file": (BytesIO(content(f"hostile/{name}")), name)})

    if told["outcome"] == "refused":
        assert answer.status_code == 422 and "field-error" in answer.text
        assert number_of_questions() == 0
        return
    pages = [trainer.get(answer.location).text]
    trainer.post(f"{answer.location}/apply")
    pages.append(trainer.get("/questions").text)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        pages += [trainer.get(f"/questions/{number}").text for number in uow.session.scalars(select(Question.id))]
    assert len(pages) > 2
    for page in pages:
        inside = page.split("<main")[1]
        assert "<script" not in inside and "<img" not in inside and " onerror=" not in re.sub(r"&lt;.*?&gt;", "", inside)
    assert any("&lt;script" in page for page in pages)


def test_nothing_chosen_is_told_at_the_field(trainer):
    answer = trainer.post("/questions/import", data={"text": " "})

    assert answer.status_code == 422 and "请选择文件" in answer.text


def test_the_list_is_filtered_and_searched(trainer, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, None, questions(40, "消防"))
        service.add_questions(uow, world.here.enterprise_id, questions(2, "有限空间"))
        service.add_questions(
            uow, world.here.enterprise_id, [ParsedQuestion(1, "含有100%的题", Body("judge", answer=("true",)), topic="消防")]
        )
        service.add_questions(uow, world.there.enterprise_id, questions(3, "别人的"))

    def listed(query: str) -> int:
        page = trainer.get(f"/questions?{query}").text
        return len(re.findall(r'<td[^>]*><a href="/questions/', page))

    assert listed("") == 30 and listed("page=2") == 13 and listed("page=99") == 13
    assert listed("topic=有限空间") == 2
    assert listed("source=own") == 3 and listed("source=shared&page=2") == 10
    assert listed("kind=judge") == 1
    assert listed("q=第 40 题") == 1
    assert listed("q=100%25的") == 1 and listed("q=%25") == 1
    assert "别人的" not in trainer.get("/questions").text
    assert "没有找到题目" in trainer.get("/questions?q=没有").text


def test_the_list_costs_the_same_however_long(trainer, world):
    costs = []
    for number in (1, 25):
        with unit_of_work(SYSTEM, "system") as uow:
            service.add_questions(uow, world.here.enterprise_id, questions(number, f"主题{number}"))
        costs.append(asks(trainer, "/questions"))

    assert costs[0] == costs[1]


def test_a_question_is_retired_and_brought_back(trainer, world):
    where = a_question(world.here)

    assert "已停用" in trainer.post(f"{where}/retire", follow_redirects=True).text
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert queries.topics_of(uow, world.here.enterprise_id) == []
    assert "还是空的" in trainer.get("/questions").text and where in trainer.get("/questions?source=retired").text
    trainer.post(f"{where}/restore")
    assert where in trainer.get("/questions").text


def test_a_new_wording_is_a_new_version(trainer, world):
    where = a_question(world.here)
    form = {"kind": "single", "stem": "新的问法", "A": "甲", "B": "乙", "answer": "B", "topic": "消防", "law_ref": "第一条"}

    assert 'value="对的1"' in trainer.get(f"{where}/edit").text
    page = trainer.post(f"{where}/edit", data=form, follow_redirects=True).text
    trainer.post(f"{where}/edit", data=form)

    assert "新的问法" in page and "以前的写法" in page and "粉尘防爆第 1 题" in page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [version.version for version in uow.session.scalars(select(QuestionVersion))] == [1, 2]


def test_a_wording_that_cannot_be_asked_is_told_at_its_field(trainer, world):
    where = a_question(world.here)

    answer = trainer.post(
        f"{where}/edit", data={"kind": "single", "stem": "问", "A": "甲", "B": "乙", "answer": "D", "topic": "x"}
    )

    assert answer.status_code == 422 and "没有这个选项" in answer.text and 'value="乙"' in answer.text


def test_a_wording_of_another_question_is_refused(trainer, world):
    where = a_question(world.here)
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, None, [ParsedQuestion(1, "已经有的", Body("judge", answer=("true",)))])

    answer = trainer.post(f"{where}/edit", data={"kind": "judge", "stem": "已经有的。", "answer": "对", "topic": "x"})

    assert answer.status_code == 409 and "已经有这道题" in answer.text


def test_what_ships_is_read_and_not_changed(trainer, client_as, world):
    where = a_question(None)

    assert "正确" in trainer.get(where).text
    for action in ("retire", "restore", "edit"):
        assert trainer.post(f"{where}/{action}").status_code == 404
    assert client_as(world.here.employee).get(where).status_code == 404


def test_a_file_of_another_kind_is_not_found_here(trainer, world):
    with unit_of_work(SYSTEM, "system") as uow:
        batch = ImportBatch(
            kind="people", enterprise_id=world.here.enterprise_id, file_name="a", sha256="0" * 64, content=b"x",
            created_by="x", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(batch)
        uow.session.flush()

    assert trainer.get(f"/questions/imports/{batch.id}").status_code == 404


@pytest.fixture
def run(app, tmp_path):
    def invoke(name: str, *arguments: str):
        path = tmp_path / name.rpartition("/")[2]
        path.write_bytes(content(name))
        return CliRunner().invoke(commands.questions, [str(path), *arguments])

    return invoke


def test_the_command_says_what_would_come_out(run, world):
    result = run("questions.xlsx", "--dry-run", "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (told["outcome"], told["sheet"], told["header_row"], told["accepted"]) == ("accepted in part", "题库", 2, 30)
    assert [{key: fault[key] for key in ("row", "column", "code")} for fault in told["faults"]] == TOLD["faults"]
    assert number_of_questions() == 0


def test_the_command_writes_once(run, world):
    firm = "湘粮油脂有限公司"
    first = json.loads(run("questions.xlsx", "--enterprise", firm, "--json").stdout)
    second = json.loads(run("questions.xlsx", "--enterprise", firm, "--json").stdout)

    assert first["written"] == {"added": 30, "reworded": 0, "duplicates": 0, "faulty": 2}
    assert second["written"] == {"added": 0, "reworded": 0, "duplicates": 30, "faulty": 2}
    assert "重复 30 道" in run("questions.xlsx", "--enterprise", firm, "--dry-run").stdout


def test_the_command_refuses_with_a_code_and_exit_1(run, world):
    result = run("hostile/moodle-xxe.xml", "--dry-run", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["code"] == HOSTILE["moodle-xxe.xml"]["code"]


def test_wrong_usage_ends_with_2(run, world):
    assert run("questions.xlsx").exit_code == 2
    assert run("questions.xlsx", "--enterprise", "没有的企业").exit_code == 2
