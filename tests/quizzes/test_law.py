"""A clause of the law is replaced: what rests on it is listed, and kept off new papers until somebody has looked at it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.events import Topic
from lms.quizzes import queries, rules, service
from lms.quizzes.models import LawChange, Question
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion

SYSTEM = Actor.system("test")
CLAUSE = "安全生产法第二十八条"


@pytest.mark.parametrize(
    ("law_ref", "cited"),
    [
        ("《安全生产法》第二十八条", True),
        ("《中华人民共和国安全生产法》 第二十八条第一款", True),
        ("《安全生产法》第二十八条之一；《安全生产法》第二十八条", True),
        ("《安全生产法》第二十八条之一", False),
        ("《安全生产法》第八条", False),
        ("《安全生产法》第一百二十八条", False),
        ("《消防法》第二十八条", False),
        (None, False),
    ],
)
def test_a_reference_names_a_clause_whatever_its_brackets(law_ref, cited):
    assert rules.cites(law_ref, CLAUSE) is cited


def judge(text: str, law_ref: str | None) -> ParsedQuestion:
    return ParsedQuestion(0, text, Body("judge", answer=("true",)), topic="法规", law_ref=law_ref)


@pytest.fixture
def bank(world) -> dict[str, Question]:
    with unit_of_work(SYSTEM, "system") as uow:
        for side in (world.here, world.there):
            service.add_questions(uow, side.enterprise_id, [judge("要培训", "《安全生产法》第二十八条"), judge("要演练", None)])
        service.add_questions(uow, None, [judge("自带的题", "《安全生产法》第二十八条")])
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return {(one.enterprise_id, one.versions[-1].stem): one for one in uow.session.query(Question)}


def drawn(world, side: str = "here") -> set[str]:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        pool = queries.drawable(uow, getattr(world, side).enterprise_id, ["法规"])
        return set(queries.stems_of(uow, [one.version for one in pool]).values())


def test_citing_questions_are_listed_and_kept_off_papers_until_looked_at(client_as, world, bank):
    trainer = client_as(world.here.trainer)
    where = trainer.post("/law-changes", data={"clause": CLAUSE, "note": "2027 年修订"}).location

    page = trainer.get(where).text
    assert page.count("暂停出题") == 2 and "要演练" not in page
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        counted = [queries.topics_of(uow, side.enterprise_id) for side in (world.here, world.there)]
    assert counted == [[Topic("法规", 1)], [Topic("法规", 3)]], "the page of a plan counts what can be drawn"
    assert (drawn(world), drawn(world, "there")) == ({"要演练"}, {"要培训", "要演练", "自带的题"})

    with unit_of_work(SYSTEM, "system") as uow:
        own = uow.session.get_one(Question, bank[world.here.enterprise_id, "要培训"].id)
        service.translate(uow, own, "vi", {"stem": "Phải đào tạo"})
        service.reword(uow, own, replace(judge("要培训", "《安全生产法》第二十八条"), difficulty=3))
    assert drawn(world) == {"要演练"}, "nobody looked at the clause for a translation or another difficulty"
    assert "已改写" not in trainer.get(where).text

    trainer.post(f"{where}/keep", data={"question": bank[None, "自带的题"].id})
    with unit_of_work(SYSTEM, "system") as uow:
        own = uow.session.get_one(Question, bank[world.here.enterprise_id, "要培训"].id)
        service.reword(uow, own, judge("要培训（新法）", "《安全生产法》第三十条"))
    assert drawn(world) == {"要演练", "要培训（新法）", "自带的题"}
    assert "核对过，仍适用" in trainer.get(where).text
    assert trainer.post(f"{where}/keep", data={"question": "x"}).status_code == 404


def test_a_bureaus_word_holds_for_those_it_supervises_and_can_be_taken_back(client_as, world, bank):
    officer, trainer = client_as(world.here.officer), client_as(world.here.trainer)
    where = officer.post("/law-changes", data={"clause": CLAUSE}).location

    assert (drawn(world), drawn(world, "there")) == ({"要演练"}, {"要培训", "要演练", "自带的题"})
    assert "监管部门" in trainer.get("/law-changes").text and trainer.post(f"{where}/withdraw").status_code == 404
    assert client_as(world.there.trainer).get(where).status_code == 404

    officer.post(f"{where}/withdraw")
    assert len(drawn(world)) == 3
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert uow.session.query(LawChange).count() == 1
