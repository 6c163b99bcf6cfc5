"""The mill's own questions, of the kinds that the shipped bank has few of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.rules import Body, Picture
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.pictures import fit
from lms.quizzes.service import add_questions
from lms.seeding import pictures
from lms.seeding.house import Mill
from lms.seeding.stage import acting, before

TOPIC = "应急"
PICTURE = "图里有哪些隐患？把看到的都点出来。"
EXITS = "您所在岗位离您最近的两个安全出口在哪里？怎么走？"
BODIES = {
    "发现同伴在浸出罐里昏倒，先后应当怎么做？": Body(
        "order", {"A": "大声呼救并报告", "B": "停止输送、强制通风", "C": "佩戴呼吸器，有人监护再进入施救"}, ("A", "B", "C")
    ),
    "把灭火器和它适合扑救的火灾配起来。": Body(
        "match", {"A": "带电设备着火", "B": "一般固体着火", "C": "金属粉末着火"}, ("A", "B"),
        prompts=("二氧化碳灭火器", "水基型灭火器"),
    ),
    "厂内火警电话打____，急救电话打____。": Body("fill", blanks=(("119", "一一九"), ("120", "一二〇"))),
    "正己烷泄漏后，下列哪些做法是对的？": Body(
        "multiple", {"A": "切断泄漏源", "B": "禁止开关电器", "C": "用水冲入下水道", "D": "疏散下风向人员"}, ("A", "B", "D")
    ),
    "疏散时可以乘坐货梯。": Body("judge", answer=("false",)),
    EXITS: Body("text", guide="说得出两个出口，路线不经过着火点，知道集合点。"),
}  # fmt: skip


def add_own_questions(uow: UnitOfWork, mill: Mill) -> None:
    """Written by the trainer some weeks ago; the bank shows them as the enterprise's own."""
    content, width, height = fit(pictures.workshop())
    seen = Picture(storage().put(content), width, height, pictures.WORKSHOP)
    bodies = BODIES | {PICTURE: Body("picture", picture=seen, places=pictures.HAZARDS)}
    with acting(uow, before(uow, 30, 10), mill.trainer):
        questions = [ParsedQuestion(at, stem, body, topic=TOPIC) for at, (stem, body) in enumerate(bodies.items(), 1)]
        add_questions(uow, mill.enterprise_id, questions)


def question_called(uow: UnitOfWork, mill: Mill, stem: str) -> UUID:
    """The mill's own question with this stem."""
    wanted = select(Question.id).join(QuestionVersion).where(Question.enterprise_id == mill.enterprise_id)
    return uow.session.scalars(wanted.where(QuestionVersion.stem == stem)).one()
