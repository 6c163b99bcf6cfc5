"""Signals as pages show them, each with its facts, where it begins, honest causes and what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from lms.compliance.signals.models import LectureSignal, Said, SignalWord
from lms.compliance.signals.rules import SERIOUS
from lms.compliance.signals.rules.signal import Signal, Threshold, thresholds
from lms.compliance.signals.rules.words import WORDS, Words, sentence
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.core.workdays import longer_than, working_days
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise
from lms.registry.queries import reach_on

ANSWER_WITHIN = 5  # working days
_FIRST = (LectureSignal.cleared_at.is_(None), LectureSignal.cleared_at, LectureSignal.id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal that stands. thresholds: where it begins and why. said: by the firm and the bureau, in order. open: serious, and
    no officer has looked since it was raised. late: the firm has said nothing within five working days of that, or of the first
    time its last explanation was not accepted.
    """

    line: LectureSignal
    words: Words
    sentence: str
    thresholds: tuple[Threshold, ...]
    said: tuple[SignalWord, ...]
    open: bool
    late: bool

    @property
    def explained(self) -> tuple[SignalWord, ...]:
        """What the firm itself has said since it was raised; a bureau's word is none."""
        return tuple(word for word in self.said if word.said is Said.EXPLAINED and word.said_at >= self.line.raised_at)


@dataclass(frozen=True, slots=True)
class Dealt:
    """A serious signal as it stood at the end of a day. closed_at: when an officer had looked, or its facts were gone."""

    line: LectureSignal
    title: str
    closed_at: datetime | None


def signals_of(uow: UnitOfWork, lecture_id: UUID, day: date | None = None) -> list[Shown]:
    """The signals of a lecture that stood at the end of a day, None: that stand, the serious ones first. Two queries."""
    stand: ColumnElement[bool] = LectureSignal.cleared_at.is_(None)
    if day is not None and day < uow.today:
        end = clock.end_of(day)
        stand = and_(LectureSignal.raised_at < end, or_(stand, LectureSignal.cleared_at >= end))
    lines = uow.session.scalars(select(LectureSignal).where(LectureSignal.lecture_id == lecture_id, stand).order_by(*_FIRST))
    return _shown(uow, _held(lines), day)


def page_of_signals(uow: UnitOfWork, number: int | None, day: date) -> Page[tuple[LectureSignal, list[Shown]]]:
    """Lectures that somebody should look at at the end of a day, the oldest first, for whoever supervised their enterprises on
    that day; each with the signals that were open then and what had been said to them. number None: all. Raises TooLong.
    """
    open_then = is_open() if day >= uow.today else _was_open(clock.end_of(day), clock.end_of(day))
    wanted = (
        select(LectureSignal.lecture_id, func.min(LectureSignal.raised_at).label("since"))
        .where(reach_on(uow, LectureSignal, day), open_then)
        .group_by(LectureSignal.lecture_id)
    )
    total = uow.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by("since", LectureSignal.lecture_id)
    found = paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))
    lines = uow.session.scalars(
        select(LectureSignal)
        .where(LectureSignal.lecture_id.in_(found.rows), open_then)
        .options(joinedload(LectureSignal.lecture).joinedload(Lecture.enterprise))
        .order_by(*_FIRST)
    )
    by_lecture: dict[UUID, list[Shown]] = defaultdict(list)
    for one in _shown(uow, _held(lines), day):
        by_lecture[one.line.lecture_id].append(one)
    rows = [(by_lecture[lecture_id][0].line, by_lecture[lecture_id]) for lecture_id in found.rows]
    return Page(rows, found.number, found.total, found.pages)


def dealt_with(uow: UnitOfWork, enterprise_ids: Select[UUID], first: date, last: date) -> list[Dealt]:
    """Serious signals of these enterprises that were raised or closed in a span of days, or open at its end, as they stood then;
    one whose facts moved a little is one. A query.
    """
    begin, end = clock.at(first), clock.end_of(last)
    looked = (
        select(func.min(SignalWord.said_at))
        .where(
            SignalWord.lecture_id == LectureSignal.lecture_id, SignalWord.code == LectureSignal.code,
            SignalWord.said == Said.LOOKED, SignalWord.said_at >= LectureSignal.raised_at, SignalWord.said_at < end,
        )
        .scalar_subquery()
    )  # fmt: skip
    rows = uow.session.execute(
        select(LectureSignal, looked, _was_open(end, end))
        .where(
            LectureSignal.enterprise_id.in_(enterprise_ids), LectureSignal.level == SERIOUS, LectureSignal.raised_at < end,
            or_(LectureSignal.cleared_at.is_(None), LectureSignal.cleared_at >= begin),
        )
        .order_by(LectureSignal.id)
    )  # fmt: skip
    found: dict[tuple[UUID, str, datetime], Dealt] = {}
    for line, looked_at, is_open_then in rows:
        key = line.lecture_id, line.code, line.raised_at
        closed_at = None if is_open_then else min(filter(None, (looked_at, line.cleared_at)))
        if line.code in WORDS and not (key in found and found[key].closed_at is None):
            found[key] = Dealt(line, str(WORDS[line.code].title), closed_at)
    return [one for one in found.values() if one.closed_at is None or one.closed_at >= begin]


def _held(lines: Iterable[LectureSignal]) -> list[LectureSignal]:
    """Of lines in the order of _FIRST: one whose facts moved since was followed by another of the same beginning, and the first
    of them is what was told then.
    """
    held: dict[tuple[UUID, str], LectureSignal] = {}
    for line in lines:
        held.setdefault((line.lecture_id, line.code), line)
    return list(held.values())


def open_of_firm(uow: UnitOfWork, enterprise_id: UUID) -> list[Shown]:
    """Serious signals of an enterprise that nobody has looked at, with their lectures."""
    lines = uow.session.scalars(
        select(LectureSignal)
        .where(LectureSignal.enterprise_id == enterprise_id, is_open())
        .options(joinedload(LectureSignal.lecture))
        .order_by(LectureSignal.raised_at)
    ).all()
    return _shown(uow, lines)


def is_open() -> ColumnElement[bool]:
    """A serious signal that stands, and that no officer has looked at since it was raised."""
    looked = exists().where(
        SignalWord.lecture_id == LectureSignal.lecture_id, SignalWord.code == LectureSignal.code,
        SignalWord.said == Said.LOOKED, SignalWord.said_at >= LectureSignal.raised_at,
    )  # fmt: skip
    return and_(LectureSignal.level == SERIOUS, LectureSignal.cleared_at.is_(None), ~looked)


def doubtful(lecture_id: InstrumentedAttribute[UUID | None], day: date) -> ColumnElement[bool]:
    """Whether a lecture had an open serious signal at the end of a day (存疑). Looked up once for all lines, not for each."""
    return and_(lecture_id.is_not(None), lecture_id.in_(_open_at(clock.end_of(day), clock.end_of(day))))


def unanswered(lecture_id: InstrumentedAttribute[UUID | None], day: date) -> ColumnElement[bool]:
    """Whether the firm had said nothing to one of them within five working days, or nothing more within five of not being
    accepted, at the end of a day. Looked up once as well.
    """
    end = clock.end_of(day)
    since = clock.end_of(longer_than(day, ANSWER_WITHIN))
    silent = _open_at(end, since).where(or_(~_said(Said.EXPLAINED, end), _not_accepted(since, end)))
    return and_(lecture_id.is_not(None), lecture_id.in_(silent))


def _open_at(end: datetime, raised_before: datetime) -> Select[UUID]:
    """Lectures of serious signals that were open at an instant and raised before another."""
    return select(LectureSignal.lecture_id).where(_was_open(end, raised_before))


def _was_open(end: datetime, raised_before: datetime) -> ColumnElement[bool]:
    return and_(
        LectureSignal.level == SERIOUS,
        LectureSignal.raised_at < raised_before,
        or_(LectureSignal.cleared_at.is_(None), LectureSignal.cleared_at >= end),
        ~_said(Said.LOOKED, end),
    )


def _said(what: Said, before: datetime) -> ColumnElement[bool]:
    """Whether this was said about a signal since it was raised."""
    return exists().where(
        SignalWord.lecture_id == LectureSignal.lecture_id, SignalWord.code == LectureSignal.code,
        SignalWord.said == what, SignalWord.said_at >= LectureSignal.raised_at, SignalWord.said_at < before,
    )  # fmt: skip


def _not_accepted(before: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether a signal was kept open before an instant and the firm has not explained it from then until the end."""
    more = aliased(SignalWord)
    answered = exists().where(
        more.lecture_id == SignalWord.lecture_id, more.code == SignalWord.code, more.said == Said.EXPLAINED,
        more.said_at >= SignalWord.said_at, more.said_at < end,
    )  # fmt: skip
    return _said(Said.KEPT_OPEN, before).where(~answered)


def _shown(uow: UnitOfWork, lines: Iterable[LectureSignal], day: date | None = None) -> list[Shown]:
    """With what had been said by the end of a day; None: until now."""
    day = day or uow.today
    known = [line for line in lines if line.code in WORDS]
    said: dict[tuple[UUID, str], list[SignalWord]] = defaultdict(list)
    wanted = select(SignalWord).where(SignalWord.lecture_id.in_({line.lecture_id for line in known}))
    wanted = wanted.where(SignalWord.said_at < clock.end_of(day))
    for word in uow.session.scalars(wanted.order_by(SignalWord.said_at, SignalWord.id)):
        said[word.lecture_id, word.code].append(word)
    names = _titles(uow, known)
    shown = [_one(line, tuple(said[line.lecture_id, line.code]), names, day) for line in known]
    order = list(WORDS)
    return sorted(shown, key=lambda one: (one.line.level != SERIOUS, order.index(one.line.code), one.line.raised_at))


def _titles(uow: UnitOfWork, lines: Iterable[LectureSignal]) -> dict[str, str]:
    """Other lectures by id, as a sentence names them: those of another firm are not told apart."""
    ids = {UUID(each) for line in lines for each in _others(line)}
    firms = {line.enterprise_id for line in lines}
    rows = uow.session.execute(
        select(Lecture.id, Lecture.title, Lecture.year, Lecture.number, Enterprise.id)
        .join(Enterprise, Enterprise.id == Lecture.enterprise_id)
        .where(Lecture.id.in_(ids))
    )
    return {
        str(row[0]): _("%(year)s 年第 %(n)s 期「%(title)s」", year=row[2], n=row[3], title=row[1])
        if row[4] in firms
        else _("另一家单位的课")
        for row in rows
    }


def _others(line: LectureSignal) -> list[str]:
    """Ids of the other lectures it speaks of; some only count them."""
    others = line.facts.get("lectures")
    return others if isinstance(others, list) else []


def _one(line: LectureSignal, said: tuple[SignalWord, ...], names: dict[str, str], today: date) -> Shown:
    facts = dict(line.facts)
    if _others(line):
        facts["lectures"] = [names.get(each, each) for each in _others(line)]
    looked = any(word.said is Said.LOOKED and word.said_at >= line.raised_at for word in said)
    is_open = line.level == SERIOUS and not looked
    asked_at = _asked_at(line, said)
    late = asked_at is not None and working_days(clock.local_date(asked_at), today) > ANSWER_WITHIN
    return Shown(
        line,
        WORDS[line.code],
        sentence(Signal(line.code, line.level, facts)),
        tuple(row for row in thresholds() if row.code == line.code),
        said,
        is_open,
        is_open and late,
    )


def _asked_at(line: LectureSignal, said: tuple[SignalWord, ...]) -> datetime | None:
    """From when a word of the firm is waited for: since the signal was raised, or its last explanation was not accepted for the
    first time. None: nothing is waited for.
    """
    answers = [word.said_at for word in said if word.said is Said.EXPLAINED and word.said_at >= line.raised_at]
    if not answers:
        return line.raised_at
    return next((word.said_at for word in said if word.said is Said.KEPT_OPEN and word.said_at > answers[-1]), None)
