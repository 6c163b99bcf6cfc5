"""A paper as its owner sees it: before hand-in without any key, afterwards with what was right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import Attempt, QuestionVersion, TextMark
from lms.quizzes.queries.grading import rulings_of
from lms.quizzes.queries.kept import Kept
from lms.quizzes.queries.papers import Asked, Paper, Tap, asked_on, latest_answers_of
from lms.quizzes.queries.results import Handed
from lms.quizzes.queries.taps import ToGrade


@dataclass(frozen=True, slots=True)
class Screen:
    """One question while it is being answered. There is no key in it, so no page can give one away.

    chosen: the values of the choices made so far, or the texts filled in. gaps: how many texts to fill in.
    longest: characters a text may have. language: of the wording, "" for Chinese. original: the stem in Chinese, where it is not.
    label: what a kind of a plug-in is called.
    """

    number: int
    version_id: UUID
    kind: str
    stem: str
    choices: tuple[rules.Choice, ...]
    chosen: tuple[str, ...]
    prompts: tuple[str, ...]
    gaps: int
    picture: rules.Picture | None
    longest: int
    language: str = ""
    original: str = ""
    label: str = ""

    @property
    def cells(self) -> tuple[rules.Cell, ...]:
        """The grid to tap on, over the picture."""
        return tuple(rules.cells_of(self.picture)) if self.picture else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question after hand-in. share: 0 … 1 of it was got, None while its text waits for a person. chosen, right: values of
    choices, or texts. kept: what was chosen, as it is kept, None without an answer. note: what was said by whoever marked it;
    corrected: why it was marked again. ruled: key or void when its key had been wrong, else ""."""

    number: int
    version: Kept
    choices: tuple[rules.Choice, ...]
    chosen: tuple[str, ...]
    right: tuple[str, ...]
    kept: list[str] | None
    share: Fraction | None
    reason: rules.Reason
    note: str | None
    corrected: str | None
    late: bool
    ruled: str


@dataclass(frozen=True, slots=True)
class TextToMark:
    """A text that waits for a person, or with the marks it was given, the one that counts last. Whose it is stays out."""

    attempt_id: UUID
    version_id: UUID
    stem: str
    guide: str
    text: str
    marks: Sequence[TextMark] = ()

    @property
    def mark(self) -> TextMark | None:
        """The one that counts."""
        return self.marks[-1] if self.marks else None


def screen_of(
    number: int, version: Kept | QuestionVersion, order: tuple[str, ...], chosen: Sequence[str], language: str = ""
) -> Screen:
    """One question as a phone shows it, in a language where it carries that."""
    wording = rules.in_language(version.stem, version.body, version.translations, language)
    stem, body = wording or (version.stem, version.body)
    return Screen(
        number,
        version.id,
        body.kind,
        stem,
        tuple(rules.choices_of(body, order)),
        tuple(rules.shown_of(body, order, chosen)),
        body.prompts,
        len(body.blanks),
        body.picture,
        rules.longest(body.kind),
        language if wording else "",
        version.stem if wording else "",
        body.label,
    )


def screens_of(paper: Paper, answers: Mapping[UUID, Tap], language: str = "") -> list[Screen]:
    """The questions of an attempt in its own order with the answers that count so far."""
    screens = []
    for number, asked in enumerate(paper.asked, 1):
        given = answers.get(asked.version.id)
        screens.append(screen_of(number, asked.version, asked.order, given.chosen if given else [], language))
    return screens


def outcomes_of(uow: UnitOfWork, attempt: Attempt | Handed | ToGrade) -> list[Outcome]:
    """The questions of an attempt that was handed in, with what was chosen and what was right. Two queries, or three."""
    return outcomes_of_all(uow, [attempt])[attempt.id]


def outcomes_of_all(uow: UnitOfWork, attempts: Sequence[Attempt | Handed | ToGrade]) -> dict[UUID, list[Outcome]]:
    """As outcomes_of(), of each of these attempts. As many queries as for one, if they are of one enterprise."""
    answers = latest_answers_of(uow, [attempt.id for attempt in attempts])
    asked_of = {attempt.id: asked_on(uow, attempt.paper) for attempt in attempts}
    questions: dict[UUID, set[UUID]] = defaultdict(set)
    for attempt in attempts:
        questions[attempt.enterprise_id] |= {asked.version.question_id for asked in asked_of[attempt.id]}
    rulings = {enterprise_id: rulings_of(uow, enterprise_id, of_it) for enterprise_id, of_it in questions.items()}
    by_person = [ident for ident, asked in asked_of.items() if any(one.version.body.has_marks for one in asked)]
    marks = all_marks_of(uow, by_person) if by_person else {}
    return {
        attempt.id: [
            _outcome(
                number, asked, answers[attempt.id].get(asked.version.id), marks.get((attempt.id, asked.version.id), ()),
                attempt.deadline_at, rulings[attempt.enterprise_id].get(asked.version.question_id, ()),
            )
            for number, asked in enumerate(asked_of[attempt.id], 1)
        ]
        for attempt in attempts
    }  # fmt: skip


def _outcome(
    number: int,
    asked: Asked,
    given: Tap | None,
    marks: Sequence[TextMark],
    deadline_at: datetime,
    rulings: Sequence[rules.Ruling],
) -> Outcome:
    version, body, chosen = asked.version, asked.version.body, given.chosen if given else []
    ruling = rules.ruling_on(body, version.version, rulings)
    graded = rules.judge(body, chosen, ruling)
    key = ruling.key if ruling and ruling.key else body
    return Outcome(
        number,
        version,
        tuple(rules.choices_of(body, asked.order)),
        tuple(rules.shown_of(body, asked.order, chosen)),
        tuple(rules.shown_of(body, asked.order, rules.key_of(key))),
        chosen if given else None,
        Fraction(marks[-1].percent, 100) if marks and rules.counts_before(body, graded.share, ruling) else graded.share,
        graded.reason,
        marks[0].note if marks else None,
        marks[-1].note if len(marks) > 1 else None,
        given is not None and rules.is_late(deadline_at, given.answered_at),
        ("key" if ruling.key else "void") if ruling else "",
    )


def marks_of(uow: UnitOfWork, attempt_id: UUID) -> dict[UUID, TextMark]:
    """Wording → the mark that counts."""
    return {version_id: marks[-1] for (_attempt_id, version_id), marks in all_marks_of(uow, [attempt_id]).items()}


def all_marks_of(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], list[TextMark]]:
    """(attempt, wording) → its marks: the first with a comment, each further one with why it was marked again; the last is it."""
    found: dict[tuple[UUID, UUID], list[TextMark]] = defaultdict(list)
    for mark in uow.session.scalars(select(TextMark).where(TextMark.attempt_id.in_(attempt_ids)).order_by(TextMark.id)):
        found[mark.attempt_id, mark.version_id].append(mark)
    return found


def texts_to_mark(uow: UnitOfWork, attempts: Sequence[Attempt]) -> list[TextToMark]:
    """The texts of these attempts that nobody has marked yet. Four queries."""
    outcomes = outcomes_of_all(uow, attempts)
    return [_text(attempt.id, outcome) for attempt in attempts for outcome in outcomes[attempt.id] if outcome.share is None]


def texts_marked(uow: UnitOfWork, attempt: Attempt) -> list[TextToMark]:
    """The texts of an attempt with the marks that count; not of a question that was decided about for everybody."""
    marks = all_marks_of(uow, [attempt.id])
    return [
        _text(attempt.id, outcome, marks[attempt.id, outcome.version.id])
        for outcome in outcomes_of(uow, attempt)
        if (attempt.id, outcome.version.id) in marks and not outcome.ruled
    ]


def _text(attempt_id: UUID, outcome: Outcome, marks: Sequence[TextMark] = ()) -> TextToMark:
    version = outcome.version
    return TextToMark(attempt_id, version.id, version.stem, _guide(version.body), outcome.chosen[0], marks)


def _guide(body: rules.Body) -> str:
    """What whoever marks goes by."""
    return body.blanks[0][0] if body.by else body.guide
