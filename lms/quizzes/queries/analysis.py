"""How a lecture's people answered its quiz, question by question and topic by topic; nobody is named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import ON_PAPER, Answer, Attempt, Question, QuestionVersion, Quiz
from lms.quizzes.queries.grading import rulings_of, shares_of

LETTERED = ("single", "multiple", "judge")  # kinds of which a wrong option can be named


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One question. wrong: (the option in words, how often). suspect: the same words where the key is worth a look."""

    version: QuestionVersion
    topic: str
    item: rules.Item
    wrong: tuple[tuple[str, int], ...]
    suspect: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic. people: who were asked of it. got: 0 … 1 of it on average; None when too few were."""

    name: str
    people: int
    got: Fraction | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """people: whose first attempt is graded. items: the hardest first, those with too few at the end. again: topics that the
    group did not understand."""

    people: int
    items: tuple[ItemLine, ...]
    topics: tuple[TopicLine, ...]
    again: tuple[str, ...]

    @property
    def suspects(self) -> list[ItemLine]:
        return [line for line in self.items if line.suspect]


def analysis_of(uow: UnitOfWork, quiz: Quiz) -> Analysis:
    """The first attempt of each person, for a retake has seen the answers. Eight statements for up to 500 people."""
    wanted = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.number == 1, Attempt.score.is_not(None))
    attempts = list(uow.session.scalars(wanted.order_by(Attempt.id)))
    if not attempts:
        return Analysis(0, (), (), ())
    shares, answers = shares_of(uow, attempts), _answers(uow, quiz.id)
    responses: dict[UUID, list[rules.Response]] = defaultdict(list)
    askers: dict[UUID, set[UUID]] = defaultdict(set)
    for attempt in attempts:
        got = [share or Fraction(0) for share, _points in shares[attempt.id]]
        for entry, share, rest in zip(attempt.paper, got, rules.rests(got), strict=True):
            version_id = UUID(entry["version"])
            chosen, seconds = answers[attempt.id].get(version_id, ((), None))
            responses[version_id].append(rules.Response(share, rest, chosen, seconds))
            askers[version_id].add(attempt.id)
    versions = uow.session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.id.in_(responses))
        .options(joinedload(QuestionVersion.question).load_only(Question.topic))
    ).all()
    made = rulings_of(uow, quiz.enterprise_id, {version.question_id for version in versions})
    lines = [
        _line(version, responses[version.id], rules.ruling_on(version.body, version.version, made.get(version.question_id, ())))
        for version in versions
    ]
    lines.sort(key=lambda line: (not line.item.told, line.item.facility or 0, line.version.stem))
    topics = _topics(lines, responses, askers)
    told = [(line.name, line.people, line.got) for line in topics if line.got is not None]
    return Analysis(len(attempts), tuple(lines), topics, tuple(rules.not_understood(told)))


def _answers(uow: UnitOfWork, quiz_id: UUID) -> dict[UUID, dict[UUID, tuple[tuple[str, ...], float | None]]]:
    """Attempt → question → what counts, and the seconds between the tap before and the first on this question.

    None of what was written on paper.
    """
    rows = uow.session.execute(
        select(Answer.attempt_id, Answer.version_id, Answer.chosen, Answer.answered_at, Attempt.started_at, Attempt.submitted_how)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.number == 1)
        .order_by(Answer.attempt_id, Answer.counter)
    )
    found: dict[UUID, dict[UUID, tuple[tuple[str, ...], float | None]]] = defaultdict(dict)
    before: dict[UUID, float] = {}
    for attempt_id, version_id, chosen, at, started_at, how in rows:
        since = at.timestamp() - before.get(attempt_id, started_at.timestamp())
        before[attempt_id] = at.timestamp()
        _old, seconds = found[attempt_id].get(version_id, ((), None if how == ON_PAPER else max(0.0, since)))
        found[attempt_id][version_id] = (tuple(chosen), seconds)
    return found


def _line(version: QuestionVersion, responses: list[rules.Response], ruling: rules.Ruling | None) -> ItemLine:
    """ruling: what was decided about its key since; of a void question no option is wrong."""
    body = ruling.key if ruling and ruling.key else version.body
    item = rules.item_of(responses, rules.key_of(body))
    if body.kind not in LETTERED or (ruling and ruling.key is None):
        return ItemLine(version, version.question.topic, item, (), "")
    words = {"true": "√", "false": "×"} | {letter: f"{letter}. {text}" for letter, text in body.options.items()}
    wrong = tuple((words[option], number) for option, number in item.wrong if option in words)
    return ItemLine(version, version.question.topic, item, wrong, words.get(item.suspect, ""))


def _topics(
    lines: list[ItemLine], responses: dict[UUID, list[rules.Response]], askers: dict[UUID, set[UUID]]
) -> tuple[TopicLine, ...]:
    """The least understood first."""
    by_topic: dict[str, list[Fraction]] = defaultdict(list)
    people: dict[str, set[UUID]] = defaultdict(set)
    for line in lines:
        by_topic[line.topic] += [one.share for one in responses[line.version.id]]
        people[line.topic] |= askers[line.version.id]
    found = [
        TopicLine(name, len(people[name]), sum(got, Fraction(0)) / len(got) if len(people[name]) >= rules.FEW else None)
        for name, got in by_topic.items()
    ]
    return tuple(sorted(found, key=lambda line: (line.got is None, line.got or 0, line.name)))
