"""What a regrade would change, before anybody decides: each score, each pass, each certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes import rules
from lms.quizzes.events import ConsequencesAsked
from lms.quizzes.models import Attempt, Question, QuestionVersion, Quiz, Regrade, ScoreChange
from lms.quizzes.queries.grading import attempts_asked, shares_of
from lms.registry.models import Person

KEY, VOID = "key", "void"


@dataclass(frozen=True, slots=True)
class NewScore:
    """One attempt whose score changes."""

    attempt: Attempt
    score: int
    passed: bool


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody in one lecture. passed_before, passed: with any of their attempts. certificate: issued, superseded, withdrawn,
    or "" when nothing becomes of it. retest: of a spot retest, which decides nothing about the lecture."""

    person_id: UUID
    name: str
    lecture: Lecture
    scores: tuple[NewScore, ...]
    passed_before: bool
    passed: bool
    certificate: str
    retest: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a decision about a question would do. how: key or void. key: the wording whose key counts; None when void.

    versions: the wordings it is about; none when there is no key to go by. graded: attempts that were asked them and have a
    score. pending: those that have none yet and get it by the new decision, some of them at once: what waited for a text of it.
    """

    how: str
    key: QuestionVersion | None
    versions: tuple[QuestionVersion, ...]
    graded: int
    pending: tuple[Attempt, ...]
    lines: tuple[PersonChange, ...]

    @property
    def up_to(self) -> int:
        return self.versions[-1].version

    @property
    def digest(self) -> str:
        """Of everything that is shown, to see whether it is still so when somebody decides."""
        return rules.digest(
            (self.how, self.up_to, change.attempt.id, change.attempt.score, change.score, line.certificate)
            for line in self.lines
            for change in line.scores
        )

    @property
    def now_passed(self) -> int:
        return sum(line.passed and not line.passed_before for line in self.lines)

    @property
    def now_failed(self) -> int:
        return sum(line.passed_before and not line.passed for line in self.lines)

    def certificates(self, what: str) -> int:
        """To how many certificates this will happen."""
        return sum(line.certificate == what for line in self.lines)


def foresee(uow: UnitOfWork, question: Question, how: str, enterprise_id: UUID, *, hold: bool = False) -> Foreseen:
    """What deciding so about a question would change for an enterprise. hold: its attempts, until the transaction ends."""
    newest = question.versions[-1]
    about = [
        version
        for version in question.versions
        if how == VOID or (version is not newest and rules.same_but_for_the_key(version.body, newest.body))
    ]
    asked = attempts_asked(uow, enterprise_id, [version.id for version in about], hold=hold) if about else []
    graded = [attempt for attempt in asked if attempt.score is not None]
    pending = tuple(attempt for attempt in asked if attempt.score is None)
    ruling = rules.Ruling(about[-1].version, newest.body if how == KEY else None) if about else None
    shares = shares_of(uow, graded, {question.id: ruling}) if ruling else {}
    quizzes = {quiz.id: quiz for quiz in _quizzes(uow, {attempt.quiz_id for attempt in graded})}
    changed: dict[tuple[UUID, UUID], list[NewScore]] = defaultdict(list)
    for attempt in graded:
        score = rules.score(rules.Marked(share, points) for share, points in shares[attempt.id] if share is not None)
        if score != attempt.score:
            passed = score >= quizzes[attempt.quiz_id].pass_mark
            changed[attempt.quiz_id, attempt.person_id].append(NewScore(attempt, score, passed))
    lines = sorted(_lines(uow, changed, quizzes), key=_weight)
    return Foreseen(how, newest if how == KEY else None, tuple(about), len(graded), pending, tuple(lines))


def _weight(line: PersonChange) -> tuple[object, ...]:
    """Whose result changes comes first, then who gets another certificate or none, then by lecture and name."""
    lecture = line.lecture
    return line.passed == line.passed_before, not line.certificate, lecture.created_at, lecture.id, line.name, line.person_id


def _quizzes(uow: UnitOfWork, quiz_ids: Collection[UUID]) -> list[Quiz]:
    return list(uow.session.scalars(select(Quiz).where(Quiz.id.in_(quiz_ids)).options(joinedload(Quiz.lecture))))


def _lines(
    uow: UnitOfWork, changed: dict[tuple[UUID, UUID], list[NewScore]], quizzes: dict[UUID, Quiz]
) -> Iterator[PersonChange]:
    own: dict[tuple[UUID, UUID], list[Attempt]] = defaultdict(list)
    wanted = select(Attempt).where(tuple_(Attempt.quiz_id, Attempt.person_id).in_(list(changed)), Attempt.score.is_not(None))
    for attempt in uow.session.scalars(wanted):
        own[attempt.quiz_id, attempt.person_id].append(attempt)
    people = {person_id for _quiz_id, person_id in changed}
    names = {row.id: row.name for row in uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
    after: dict[tuple[UUID, UUID], tuple[int, bool]] = {}
    for at, changes in changed.items():
        new = {change.attempt.id: (change.score, change.passed) for change in changes}
        told = [new.get(attempt.id, (attempt.score or 0, bool(attempt.passed))) for attempt in own[at]]
        after[at] = max(score for score, _passed in told), any(passed for _score, passed in told)
    fates: dict[tuple[UUID, UUID], str] = {}
    for quiz in quizzes.values():
        scores = {person_id: score for (quiz_id, person_id), (score, _passed) in after.items() if quiz_id == quiz.id}
        counts = scores and quiz.retest_of_id is None
        answered = uow.ask(ConsequencesAsked(quiz.lecture_id, scores)) or {} if counts else {}
        fates |= {(quiz.id, person_id): fate for person_id, fate in answered.items()}
    for at, changes in changed.items():
        before, passed = any(attempt.passed for attempt in own[at]), after[at][1]
        quiz, certificate = quizzes[at[0]], fates.get(at, "")
        retest = quiz.retest_of_id is not None
        yield PersonChange(at[1], names[at[1]], quiz.lecture, tuple(changes), before, passed, certificate, retest)


def regrades_of(uow: UnitOfWork, question_id: UUID, enterprise_id: UUID) -> list[Regrade]:
    """What an enterprise decided about a question before, the last first, with the scores it changed."""
    wanted = (
        select(Regrade)
        .where(Regrade.enterprise_id == enterprise_id, Regrade.question_id == question_id)
        .order_by(Regrade.id.desc())
        .options(joinedload(Regrade.changes))
    )
    return list(uow.session.scalars(wanted).unique())


def changes_of(uow: UnitOfWork, attempt_id: UUID) -> list[ScoreChange]:
    """How the score of an attempt changed, the first change first, each with its reason."""
    wanted = select(ScoreChange).where(ScoreChange.attempt_id == attempt_id).order_by(ScoreChange.id)
    return list(uow.session.scalars(wanted.options(joinedload(ScoreChange.regrade))))
