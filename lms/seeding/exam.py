"""The quiz after a lecture, taken on phones by those who were there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.models import Presence
from lms.core.documents.sealing import sealer
from lms.core.settings import settings
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.credentials import issuing
from lms.credentials import service as credentials
from lms.credentials.queries import graded_since
from lms.lectures.models import Lecture
from lms.quizzes import queries, rules, service
from lms.quizzes.models import Quiz
from lms.registry.models import Person
from lms.registry.principals import person_actor
from lms.seeding.house import Mill
from lms.seeding.stage import acting

UNTAKEN = 2  # besides the slow ones, so many have not got round to it
SECOND_TRIES = 4  # fail at first and pass the second time


def take(
    uow: UnitOfWork,
    mill: Mill,
    lecture: Lecture,
    rng: Random,
    *,
    after: datetime,
    within: timedelta,
    slow: Collection[str],
    weak: int,
) -> None:
    """Everybody who was there answers within some hours. slow: work numbers of those who have not yet; weak: how many fail."""
    quiz = queries.quiz_of(uow, lecture.id)
    assert quiz is not None
    there = set(
        uow.session.scalars(
            select(Presence.person_id).where(Presence.lecture_id == lecture.id, Presence.first_in_at.is_not(None))
        )
    )
    people = [mill.people[no] for no in sorted(mill.people) if mill.people[no].id in there and no not in slow]
    rng.shuffle(people)
    if slow:
        people = people[UNTAKEN:]
    begins = sorted(after + within * rng.random() ** 2 for _ in people)
    for place, (person, at) in enumerate(zip(people, begins, strict=True)):
        fails = place < weak
        stumbles = weak <= place < weak + SECOND_TRIES
        wrong = rng.randint(3, 5) if fails or stumbles else rng.choice((0, 0, 0, 1, 1, 2))
        ended = _attempt(uow, quiz, person, at, rng, wrong=wrong)
        if stumbles:
            _attempt(uow, quiz, person, ended + timedelta(minutes=rng.randint(2, 40)), rng, wrong=1)


def write(uow: UnitOfWork, mill: Mill, lecture: Lecture, rng: Random, texts: Mapping[str, str], *, after: datetime) -> None:
    """These people, by work number, take a quiz with a text to write; what they wrote waits to be marked."""
    quiz = queries.quiz_of(uow, lecture.id)
    assert quiz is not None
    for number, (work_no, text) in enumerate(texts.items(), 1):
        _attempt(uow, quiz, mill.people[work_no], after + timedelta(minutes=number), rng, wrong=0, text=text)


def _attempt(uow: UnitOfWork, quiz: Quiz, person: Person, at: datetime, rng: Random, *, wrong: int, text: str = "") -> datetime:
    """One attempt with so many wrong answers, tapped one after another; returns when it was handed in.

    text: what is written where something is to be written.
    """
    actor = person_actor(person)
    with acting(uow, at, actor):
        attempt = service.start(uow, quiz, person.id, rng)
    asked = queries.asked_on(uow, attempt.paper)
    missed = set(rng.sample(range(len(asked)), min(wrong, len(asked))))
    for number, one in enumerate(asked):
        at += timedelta(seconds=rng.randint(6, 35))
        sent = [text] if one.version.body.kind == "text" else _missed(one) if number in missed else _right(one)
        with acting(uow, at, actor):
            service.answer(uow, attempt, one.version.id, sent, number + 1)
    at += timedelta(seconds=rng.randint(5, 60))
    with acting(uow, at, actor):
        service.submit(uow, attempt)
    return at


def certify(uow: UnitOfWork, lecture: Lecture, at: datetime, *, most: int = 1_000) -> None:
    """Decide who completed the lecture and issue the certificates it has earned them, as the worker did at that time.

    most: how many.
    """
    with acting(uow, at, Actor.system(issuing.CLERK)):
        graded = graded_since(uow, most, lecture.id).get(lecture.id, [])
        credentials.take_up(uow, lecture.id, graded)
        credentials.settle(uow, lecture, graded)
        issue(uow, lecture.id, most)


def issue(uow: UnitOfWork, lecture_id: UUID | None, most: int, skip: Collection[UUID] = ()) -> None:
    """Issue certificates that are due, as the worker would at the time of the unit of work. skip: those to leave to it."""
    drafts, unprintable = credentials.draft(uow, settings().base_url, lecture_id, Counter(), skip=skip, limit=most)
    assert not unprintable, unprintable
    for drawn, pdf in zip(drafts, issuing.signed(sealer(), [(one.data, one.look) for one in drafts]), strict=True):
        credentials.record(uow, drawn, storage().put(pdf))


def _right(one: queries.Asked) -> list[str]:
    return rules.shown_of(one.version.body, one.order, rules.key_of(one.version.body))


def _missed(one: queries.Asked) -> list[str]:
    """Choices that get nothing for this question, or half of it where every choice is right."""
    body = one.version.body
    if body.kind == "fill":
        return ["不清楚"]
    right = _right(one)
    if body.kind == "judge":
        return ["false" if right == ["true"] else "true"]
    choices = [choice.value for choice in rules.choices_of(body, one.order)]
    return [next((value for value in choices if value not in right), right[0])]
