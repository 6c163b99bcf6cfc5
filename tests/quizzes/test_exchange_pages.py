"""Questions over the counter: out in a file with a note, in with a look first, and what to do with those already there."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.quizzes import service
from lms.quizzes.commands import questions as import_questions
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.rules.importing import read_questions
from lms.registry.models import Enterprise
from tests.quizzes.kinds import every_kind, photograph
from tests.quizzes.scenes import questions

SYSTEM = Actor.system("test")
HEADER = "题型,题干,选项A,选项B,答案,解析"


@pytest.fixture
def bank(world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, every_kind(storage().put(photograph())))


def upload(client, content: bytes, name: str = "题库") -> str:
    answer = client.post("/questions/import", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def named(side) -> str:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.get_one(Enterprise, side.enterprise_id).name


def versions() -> list[tuple[str, int]]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        rows = uow.session.scalars(select(QuestionVersion).order_by(QuestionVersion.question_id, QuestionVersion.version))
        return [(version.stem, version.version) for version in rows]


def test_what_stays_behind_is_named_before_the_file_is_handed_out_and_in_its_note(trainer, bank):
    page = trainer.get("/questions/export?format=gift").text
    assert "5 道题写入，3 道带不走" in page and "图里有哪些隐患？" in page and "没有这种题型" in page

    answer = trainer.get("/questions/export/file?format=gift")

    both = zipfile.ZipFile(io.BytesIO(answer.data))
    assert sorted(both.namelist()) == ["说明.txt", "题库.gift.txt"]
    note = both.read("说明.txt").decode("utf-8-sig")
    assert "3 道没有写入" in note and "图里有哪些隐患？" in note
    assert len(read_questions(both.read("题库.gift.txt")).questions) == 5


def test_a_whole_bank_moves_to_another_enterprise_with_its_pictures(trainer, bank, client_as, world):
    answer = trainer.get("/questions/export/file?format=qti")
    assert answer.mimetype == "application/zip" and "imsmanifest.xml" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    other = client_as(world.there.trainer)

    where = upload(other, answer.data)
    assert "导入 8 道题" in other.get(where).text
    other.post(f"{where}/apply")

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        own, theirs = (
            {
                (version.stem, str(version.body))
                for version in uow.session.scalars(
                    select(QuestionVersion).join(Question).where(Question.enterprise_id == side.enterprise_id)
                )
            }
            for side in (world.here, world.there)
        )
    assert own == theirs and len(own) == 8


def test_the_command_brings_the_pictures_of_a_package_as_the_page_does(trainer, bank, client_as, world, tmp_path, monkeypatch):
    package = tmp_path / "bank.zip"
    package.write_bytes(trainer.get("/questions/export/file?format=qti").data)
    monkeypatch.setattr("lms.core.storage.DROPPED", timedelta())
    storage().drop(storage().put(photograph()))  # another installation has never seen it

    told = CliRunner().invoke(import_questions, [str(package), "--enterprise", named(world.there), "--json"])

    assert json.loads(told.output)["written"]["added"] == 8
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        wanted = (
            select(Question.id)
            .join(QuestionVersion)
            .where(Question.enterprise_id == world.there.enterprise_id, QuestionVersion.kind == "picture")
        )
        question_id = uow.session.scalars(wanted).one()
    assert client_as(world.there.trainer).get(f"/questions/{question_id}/picture").data == photograph()


def test_an_export_holds_what_the_filter_finds_and_nothing_of_others(trainer, bank, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, world.there.enterprise_id, questions(3, "别人的"))
        service.add_questions(uow, world.here.enterprise_id, questions(2, "粉尘"))

    answer = trainer.get("/questions/export/file?format=xlsx&topic=粉尘")

    assert [question.topic for question in read_questions(answer.data).questions] == ["粉尘"] * 2
    assert "别人的" not in trainer.get("/questions/export?format=moodle").text
    assert trainer.get("/questions/export/file?format=pdf").status_code == 404
    assert trainer.get("/questions/export/file?format=xlsx&topic=没有").status_code == 404


@pytest.mark.parametrize(
    ("choice", "stems"),
    [
        ("", [("水能灭火。", 1)]),
        ("version", [("水能灭火。", 1), ("水能灭火", 2)]),
        ("both", [("水能灭火。", 1), ("水能灭火", 1)]),
    ],
)
def test_a_question_that_is_there_already_is_skipped_reworded_or_kept_twice(trainer, choice, stems):
    first = upload(trainer, f"{HEADER}\n判断,水能灭火。,,,对,\n".encode())
    trainer.post(f"{first}/apply")

    where = upload(trainer, f"{HEADER}\n判断,水能灭火,,,错,油火不能用水\n".encode())
    page = trainer.get(where).text
    assert "题库里已有" in page and 'name="fix:2:same"' in page
    trainer.post(where, data={"fix:2:same": choice})
    assert choice == "" or f'value="{choice}" selected' in trainer.get(where).text
    trainer.post(f"{where}/apply", data={"fix:2:same": choice})

    assert versions() == stems


def test_a_shipped_question_gets_no_new_version_by_an_import(trainer, world):
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(uow, None, questions(1))
    sheet = f"{HEADER},选项C\n单选,粉尘防爆第1题,对的1,错的1,B,,也错1\n"

    where = upload(trainer, sheet.encode())
    assert 'value="version"' not in trainer.get(where).text
    trainer.post(f"{where}/apply", data={"fix:2:same": "version"})

    assert [number for _stem, number in versions()] == [1]


def test_a_faulty_question_is_shown_whole_with_its_place_and_does_not_stop_the_others(trainer):
    text = "::一::哪种做法正确？{=通风 ~作业\n\n::二::水能灭火。{T}\n"

    where = upload(trainer, text.encode())
    page = trainer.get(where).text
    trainer.post(f"{where}/apply")

    assert "第 1 行" in page and "哪种做法正确？" in page and "通风" in page and "大括号" in page and "导入 1 道题" in page
    assert [stem for stem, _number in versions()] == ["水能灭火。"]


def test_a_package_with_a_path_outside_leaves_nothing_behind(trainer, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("imsmanifest.xml", "<manifest/>")
        package.writestr("../../escaped.txt", "x")
    before = sorted(tmp_path.parent.rglob("escaped*"))

    answer = trainer.post("/questions/import", data={"file": (io.BytesIO(out.getvalue()), "包.zip")})

    assert answer.status_code == 422 and "指到了包外：../../escaped.txt" in answer.text
    assert sorted(tmp_path.parent.rglob("escaped*")) == before
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Question)) == 0


def test_the_bank_is_filtered_by_difficulty_and_by_words_of_the_law(trainer, world):
    easy, hard = questions(2)
    with unit_of_work(SYSTEM, "system") as uow:
        service.add_questions(
            uow,
            world.here.enterprise_id,
            [replace(easy, difficulty=1, law_ref="安全生产法第五十五条"), replace(hard, difficulty=3, law_ref="GB 15577")],
        )

    assert all(trainer.get(f"{page}?difficulty={2**63}").status_code == 200 for page in ("/questions", "/questions/export"))
    assert (
        "第 1 题" in trainer.get("/questions?difficulty=1").text and "第 2 题" not in trainer.get("/questions?difficulty=1").text
    )
    assert "第 2 题" in trainer.get("/questions?law=15577").text and "第 1 题" not in trainer.get("/questions?law=15577").text
    assert "没有找到题目" in trainer.get("/questions?law=没有").text
