"""The quiz of a lecture: what its papers are made of, texts marked by hand, a question decided anew, spot retests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.access.reach import find
from lms.api.operations import Listed, operation
from lms.api.shapes import Unfit, shown, told
from lms.api.typed import unfit
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes import queries, service
from lms.quizzes.forms import RegradeForm
from lms.quizzes.models import Attempt, Question, Quiz, Retest
from lms.quizzes.paper_forms import DIFFICULTIES, PaperForm, quota_field
from lms.quizzes.retest_forms import RetestForm
from lms.quizzes.views.paper import quiz_within
from lms.quizzes.views.support import EXTRA
from lms.registry.models import Person


class How(StrEnum):
    """How papers are made."""

    TOPICS = "topics"
    QUOTAS = "quotas"
    FIXED = "fixed"


class Explain(StrEnum):
    """When the right answers are shown."""

    HANDED_IN = "handed_in"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class QuotaIn:
    topic: Annotated[str, told(minLength=1, maxLength=60)]
    count: Annotated[int, told(minimum=1, maximum=100)]
    difficulty: Annotated[int, told(_l("1 易、2 中、3 难，0 不限"), minimum=0, maximum=3)] = 0


@dataclass(frozen=True, slots=True)
class PaperIn:
    """topics with count, or quotas, or the questions themselves, as `how` says."""

    how: How
    minutes: Annotated[int, told(_l("答题时间"), minimum=1, maximum=240)]
    attempts: Annotated[int, told(_l("最多考几次"), minimum=1, maximum=10)]
    cool_down: Annotated[int, told(_l("两次之间隔多少分钟"), minimum=0, maximum=2880)]
    explain: Explain
    topics: Annotated[tuple[str, ...], told(maxItems=50)] = ()
    count: Annotated[int | None, told(minimum=1, maximum=100)] = None
    quotas: Annotated[tuple[QuotaIn, ...], told(maxItems=100)] = ()
    fixed: Annotated[tuple[UUID, ...], told(_l("试卷里的题"), maxItems=100)] = ()


@dataclass(frozen=True, slots=True)
class QuotaOut:
    topic: str
    difficulty: int
    count: int


@dataclass(frozen=True, slots=True)
class PaperOut:
    topics: tuple[str, ...]
    question_count: int
    pass_mark: int
    minutes: int
    max_attempts: int
    cool_down: int
    explain: str
    quotas: tuple[QuotaOut, ...]
    fixed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnmarkedOut:
    """A text that waits to be marked; whose it is stays out."""

    attempt_id: UUID
    version_id: UUID
    stem: str
    guide: Annotated[str, told(_l("评分要点"))]
    text: str


class Percent(StrEnum):
    """How much of the points a text is given."""

    ALL = "100"
    MOST = "75"
    HALF = "50"
    LITTLE = "25"
    NOTHING = "0"


@dataclass(frozen=True, slots=True)
class MarkTextIn:
    version_id: UUID
    percent: Percent
    note: Annotated[str, told(_l("评语"), maxLength=200)] = ""


@dataclass(frozen=True, slots=True)
class Marked:
    graded: Annotated[bool, told(_l("这份答卷出了成绩"))]


@dataclass(frozen=True, slots=True)
class CorrectMarkIn:
    version_id: UUID
    percent: Percent
    reason: Annotated[str, told(_l("成绩有变动的人会看到"), minLength=2, maxLength=60)]


@dataclass(frozen=True, slots=True)
class MarkCorrected:
    """score: of the attempt now, nothing while another text of it waits."""

    changed: bool
    score: int | None


class Ruling(StrEnum):
    """key: the newest key counts. void: the question counts for nobody."""

    KEY = "key"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class RegradeWanted:
    how: Ruling = Ruling.KEY


@dataclass(frozen=True, slots=True)
class RegradedOut:
    """What becomes of one person. certificate: issued, superseded, withdrawn, or "" for nothing."""

    person_id: UUID
    name: str
    lecture_id: UUID
    passed_before: bool
    passed: bool
    certificate: str


@dataclass(frozen=True, slots=True)
class ForeseenOut:
    """What deciding would do. digest: to be sent as `seen`, so that only what was looked at is decided."""

    graded: int
    pending: int
    people: tuple[RegradedOut, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class RegradeDone:
    changed: Annotated[int, told(_l("几份答卷的成绩有变动"))]


@dataclass(frozen=True, slots=True)
class RetestOut:
    id: UUID
    lecture_id: UUID
    by_bureau: bool
    reason: str | None
    drawn_by: str
    people: int


@dataclass(frozen=True, slots=True)
class SupportIn:
    extra_percent: Annotated[int, told(_l("多给百分之几的时间：0、25、50、100"), minimum=0, maximum=100)]
    read_aloud: Annotated[bool, told(_l("念题"))] = False
    large_type: Annotated[bool, told(_l("大字"))] = False


@dataclass(frozen=True, slots=True)
class SupportOut:
    person_id: UUID
    extra_percent: int
    read_aloud: bool
    large_type: bool


@operation("GET", "/lectures/<uuid:lecture_id>/quiz", "quiz.read", _l("一堂课的考核怎么出题"), answer=PaperOut)
def quiz(uow: UnitOfWork, lecture_id: UUID) -> PaperOut:
    return _paper(quiz_within(uow, lecture_id))


@operation(
    "PUT", "/lectures/<uuid:lecture_id>/quiz", "quiz.change", _l("定考核怎么出题：第一份试卷开始以前"),
    answer=PaperOut, body=PaperIn, pages="papers.paper_rules",
)  # fmt: skip
def plan_quiz(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], PaperIn]) -> PaperOut:
    found, typed = quiz_within(uow, lecture_id), given()
    topics = [one.name for one in queries.topics_of(uow, found.enterprise_id)]
    pool = queries.drawable(uow, found.enterprise_id, topics)
    known = {one.topic for one in pool}
    if wrong := [n for n, one in enumerate(typed.quotas) if one.topic not in known or one.difficulty not in DIFFICULTIES]:
        raise Unfit([{"pointer": f"/quotas/{n}/topic", "detail": str(NotFound())} for n in wrong])
    values: MultiDict[str, str] = MultiDict({"how": typed.how.value, "explain": typed.explain.value})
    values.update({name: str(getattr(typed, name)) for name in ("minutes", "attempts", "cool_down")})
    values["count"] = str(typed.count or "")
    values.setlist("topics", list(typed.topics))
    values.setlist("fixed", [str(one) for one in typed.fixed])
    form = PaperForm(formdata=values, meta={"csrf": False})
    form.offer(pool, {quota_field(one.topic, one.difficulty): str(one.count) for one in typed.quotas})
    if not form.validate():
        raise unfit(form.errors)
    service.set_rules(uow, found, form.rules())
    uow.session.flush()
    return _paper(found)


@operation("GET", "/marking", "answer.mark", _l("等着评分的简答"), answer=UnmarkedOut, many=True)
def marking(uow: UnitOfWork) -> Listed:
    rows = queries.texts_to_mark(uow, queries.to_mark(uow))
    return Listed([shown(UnmarkedOut, one) for one in rows], None)


@operation(
    "POST",
    "/marking/<uuid:attempt_id>",
    "answer.mark",
    _l("给一道简答评分"),
    answer=Marked,
    body=MarkTextIn,
    pages="marking.mark",
)
def mark_text(uow: UnitOfWork, attempt_id: UUID, given: Callable[[], MarkTextIn]) -> Marked:
    found, typed = find(uow, Attempt, attempt_id), given()
    return Marked(service.mark_text(uow, found, typed.version_id, int(typed.percent), typed.note))


@operation(
    "POST", "/marking/<uuid:attempt_id>/correct", "answer.mark", _l("更正一道评错的简答：写明原因"),
    answer=MarkCorrected, body=CorrectMarkIn, pages="marking.correct",
)  # fmt: skip
def correct_text_mark(uow: UnitOfWork, attempt_id: UUID, given: Callable[[], CorrectMarkIn]) -> MarkCorrected:
    found, typed = find(uow, Attempt, attempt_id), given()
    changed = service.correct_mark(uow, found, typed.version_id, int(typed.percent), typed.reason)
    return MarkCorrected(changed, found.score)


@operation(
    "GET", "/questions/<uuid:question_id>/regrade", "quiz.regrade", _l("重评会改变谁的成绩和证书"),
    answer=ForeseenOut, query=RegradeWanted,
)  # fmt: skip
def foresee_regrade(uow: UnitOfWork, question_id: UUID, wanted: RegradeWanted) -> ForeseenOut:
    found = queries.foresee(uow, find(uow, Question, question_id), wanted.how.value, _own_firm(uow))
    people = tuple(
        RegradedOut(one.person_id, one.name, one.lecture.id, one.passed_before, one.passed, one.certificate)
        for one in found.lines
    )
    return ForeseenOut(found.graded, len(found.pending), people, found.digest)


@operation(
    "POST", "/questions/<uuid:question_id>/regrade", "quiz.regrade", _l("重评：只按看过的来"),
    answer=RegradeDone, query=RegradeWanted, form=RegradeForm, pages="regrading.regrade",
)  # fmt: skip
def regrade(uow: UnitOfWork, question_id: UUID, wanted: Callable[[], RegradeWanted], given: Callable[..., Any]) -> RegradeDone:
    found = find(uow, Question, question_id)
    enterprise_id, form = _own_firm(uow), given()
    done = service.regrade(uow, found, wanted().how.value, enterprise_id, reason=form.reason.data, seen=form.seen.data or "")
    return RegradeDone(len(done.changes))


@operation("GET", "/lectures/<uuid:lecture_id>/retests", "retest.read", _l("一堂课的抽考"), answer=RetestOut, many=True)
def retests(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    rows = queries.retests_of(uow, find(uow, Lecture, lecture_id).id)
    return Listed([_retest(row) for row, _people, _at in rows], None)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/retests", "retest.draw", _l("抽几个人再考一次"),
    answer=RetestOut, form=RetestForm, status=201, pages="retests.index",
)  # fmt: skip
def draw_retest(uow: UnitOfWork, lecture_id: UUID, given: Callable[..., Any]) -> RetestOut:
    found, form = quiz_within(uow, lecture_id), given()
    reason = (form.reason.data or "").strip()
    made = service.draw_retest(uow, found, form.people.data, form.questions.data, form.days.data, reason)
    uow.session.flush()
    return _retest(made)


@operation(
    "PUT", "/people/<uuid:person_id>/quiz-support", "quiz.change", _l("答题照顾（加时、念题、大字）"),
    answer=SupportOut, body=SupportIn, pages="support.change",
)  # fmt: skip
def set_support(uow: UnitOfWork, person_id: UUID, given: Callable[[], SupportIn]) -> SupportOut:
    person, typed = find(uow, Person, person_id), given()
    if typed.extra_percent not in EXTRA:
        raise Unfit([{"pointer": "/extra_percent", "detail": " / ".join(map(str, EXTRA))}])
    service.set_support(uow, person, typed.extra_percent, read_aloud=typed.read_aloud, large_type=typed.large_type)
    return SupportOut(person.id, typed.extra_percent, typed.read_aloud, typed.large_type)


def _own_firm(uow: UnitOfWork) -> UUID:
    if uow.actor.enterprise_id is None:
        raise NotFound
    return UUID(str(uow.actor.enterprise_id))


def _paper(row: Quiz) -> PaperOut:
    quotas = tuple(shown(QuotaOut, one) for one in row.asks)
    return shown(PaperOut, row, quotas=quotas, fixed=tuple(str(one) for one in row.fixed))


def _retest(row: Retest) -> RetestOut:
    return shown(RetestOut, row, people=len(row.people))
