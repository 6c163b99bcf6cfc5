"""Ten o'clock in the morning, on a clock that tests set; a quiz that is open; and what attempts say when they are graded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import UnitOfWork, hears, unit_of_work
from lms.quizzes.events import AttemptGraded
from lms.quizzes.models import Quiz
from tests.quizzes.scenes import NOW, open_quiz
from tests.world import World

_heard: list[AttemptGraded] = []


@hears(AttemptGraded)
def _remember(_uow: UnitOfWork, said: AttemptGraded) -> None:
    _heard.append(said)


@pytest.fixture
def heard() -> list[AttemptGraded]:
    """What was said since the test began."""
    _heard.clear()
    return _heard


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the server's clock: so long after ten in the morning."""

    def set_clock(minutes: float = 0, **time: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes, **time))

    set_clock()
    return set_clock


def quiz_here(world: World) -> UUID:
    with unit_of_work(Actor.system("test"), "system") as uow:
        return open_quiz(uow, world.here).id


@pytest.fixture
def quiz(world: World, at: Callable[..., None], kept: Callable[..., UUID]) -> Quiz:
    quiz_id = kept(quiz_here, world)
    with unit_of_work(Actor.system("test"), "system", write=False) as uow:
        return uow.session.get_one(Quiz, quiz_id)
