"""A file of 5,000 questions: looked at, then taken over, as the import page does it."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.core.uow import unit_of_work
from lms.quizzes.models import Question
from lms.quizzes.rules.body import Body
from lms.quizzes.rules.exporting import export
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service import apply, open_batch
from lms.registry.models import Enterprise, ImportBatch, Jurisdiction

QUESTIONS = 5_000
BAR_S = 10
FORMATS = ("xlsx", "gift", "moodle", "qti")


def run() -> Report:
    report = Report("questions5000")
    with scene.installation(server.free_port()) as (_folder, _env, _app):
        for number, code in enumerate(FORMATS):
            content = export(code, [_question(n) for n in range(QUESTIONS)], {}).content
            with unit_of_work(scene.BENCH, "system") as uow:
                street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "城陵矶街道")).one()
                firm = Enterprise(
                    name=f"题库测试有限公司 {code}", uscc=f"91430699MA0QUEST0{number}", jurisdiction_id=street.id,
                    industry="工贸", created_at=uow.now,
                )  # fmt: skip
                uow.session.add(firm)
            begun = time.perf_counter()
            with unit_of_work(scene.BENCH, "system") as uow:
                batch_id = open_batch(uow, firm.id, content, f"questions.{code}").id
            shown = time.perf_counter()
            with unit_of_work(scene.BENCH, "system") as uow:
                apply(uow, uow.session.get_one(ImportBatch, batch_id))
            done = time.perf_counter()
            with unit_of_work(scene.BENCH, "system", write=False) as uow:
                kept = uow.session.scalar(select(func.count(Question.id)).where(Question.enterprise_id == firm.id)) or 0
            report.add(f"{code}: look", shown - begun, "s")
            report.add(f"{code}: take over", done - shown, "s")
            report.add(f"{code}: both", done - begun, "s", BAR_S)
            report.add(f"{code}: questions missing", QUESTIONS - kept, "questions", 0)
    return report


def _question(n: int) -> ParsedQuestion:
    """Choices, true or false and blanks in turn, as long as real ones."""
    stem = f"第 {n} 题：进入有限空间作业以前，现场负责人应当确认下列哪一项安全措施已经落实到位？"
    if n % 4 == 2:
        body = Body("judge", answer=("true" if n % 8 == 2 else "false",))
    elif n % 4 == 3:
        body = Body("fill", blanks=((f"措施{n}", f"第{n}项"),))
    else:
        options = {letter: f"第 {n} 题的选项{letter}：按照作业审批单逐项核对并签字确认" for letter in "ABCD"}
        body = Body("multiple", options, ("A", "C")) if n % 4 else Body("single", options, ("B",))
    told = {"explanation": "《工贸企业有限空间作业安全规定》要求先通风、再检测、后作业。", "law_ref": "应急管理部令第 13 号"}
    return ParsedQuestion(n, stem, body, topic=f"有限空间{n % 20}", difficulty=n % 3 + 1, points=2, **told)  # type: ignore[arg-type]
