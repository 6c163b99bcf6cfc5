"""A file of 5,000 questions: looked at, then taken over, as the import page does it; then a clause that 500 name is replaced."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

from flask import Flask

from bench.harness import scene, server
from bench.harness.figures import Report
from bench.harness.imports import take_over
from lms.access.models import Role
from lms.access.service import add_user
from lms.core.uow import unit_of_work
from lms.quizzes.models import Question
from lms.quizzes.rules.body import Body
from lms.quizzes.rules.exporting import export
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service import apply, open_batch

QUESTIONS = 5_000
BAR_S, LISTED_WITHIN_S = 10, 1
CLAUSES = "一二三四五六七八九十"
LAW = "《工贸企业有限空间作业安全规定》第%s条"
FORMATS = ("xlsx", "gift", "moodle", "qti")
IN_TEXT = {"multiple": "多项选择题", "single": "单项选择题", "judge": "判断题", "fill": "填空题"}


def run() -> Report:
    report = Report("questions5000")
    with scene.installation(server.free_port()) as (_folder, _env, app):
        for code in FORMATS:
            content = export(code, [_question(n) for n in range(QUESTIONS)], {}).content
            firm_id = take_over(report, f"questions.{code}", content, QUESTIONS, BAR_S, Question, open_batch, apply)
        for code, content in (("aiken", _aiken()), ("pasted", _pasted())):
            take_over(report, f"questions.{code}", content, QUESTIONS, BAR_S, Question, open_batch, apply)
        with ThreadPoolExecutor(1) as apart:  # a request takes over the application's context of its thread
            apart.submit(_replace_a_clause, report, app, firm_id).result()
    return report


def _replace_a_clause(report: Report, app: Flask, enterprise_id: UUID) -> None:
    """As the trainer does it, until the page of what rests on the clause is there."""
    with app.app_context(), unit_of_work(scene.BENCH, "system") as uow:
        trainer = add_user(
            uow, username="bench-trainer", name="培训管理员", password=str(enterprise_id), role=Role.TRAINER,
            enterprise_id=enterprise_id,
        )  # fmt: skip
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"user:{trainer.id}", True
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/law-changes").text)
    assert token
    begun = time.perf_counter()
    page = browser.post(
        "/law-changes", data={"csrf_token": token[1], "clause": LAW % CLAUSES[4]}, follow_redirects=True
    ).text  # fmt: skip
    report.add("a clause is replaced: until what rests on it is listed", time.perf_counter() - begun, "s", LISTED_WITHIN_S)
    report.add("listed", page.count("/keep"), "questions", QUESTIONS / len(CLAUSES), at_least=True)


def _aiken() -> bytes:
    """Aiken has a place for one right option alone."""
    chosen = (_question(n) for n in range(QUESTIONS))
    options = {letter: f"选项{letter}：按照作业审批单逐项核对并签字确认" for letter in "ABCD"}
    single = [replace(one, body=Body("single", options, ("B",))) for one in chosen]
    return export("aiken", single, {}).content


def _pasted() -> bytes:
    """As it stands in a document: a heading for each kind, its questions numbered from 1, the answer on a line of its own."""
    lines: list[str] = []
    for kind, heading in IN_TEXT.items():
        lines.append(heading)
        of_kind = (one for one in map(_question, range(QUESTIONS)) if one.body.kind == kind)
        for number, one in enumerate(of_kind, 1):
            blank, body = "____" if kind == "fill" else "", one.body
            lines.append(f"{number}、{one.stem}{blank}")
            lines += [f"{letter}. {text}" for letter, text in body.options.items()]
            right = {
                "judge": "√" if body.answer == ("true",) else "×",
                "fill": "；".join("|".join(texts) for texts in body.blanks),
            }
            lines += [f"答案：{right.get(kind) or ''.join(body.answer)}", f"解析：{one.explanation}"]
    return "\n".join(lines).encode()


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
    told = {"explanation": "《工贸企业有限空间作业安全规定》要求先通风、再检测、后作业。", "law_ref": LAW % CLAUSES[n % 10]}
    return ParsedQuestion(n, stem, body, topic=f"有限空间{n % 20}", difficulty=n % 3 + 1, points=2, **told)  # type: ignore[arg-type]
