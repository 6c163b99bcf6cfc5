"""Wrong tries slow guessing down, and are gone when they no longer do."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.access.models import WrongTry
from lms.access.tries import LIMITS, Wait, check_tries, forget_old_tries, note_wrong_try
from lms.core import clock
from lms.core.uow import unit_of_work


def test_what_strangers_tried_is_forgotten_when_it_slows_nobody_down_any_more(app, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    with unit_of_work(Actor.system("test"), "system") as uow:
        for number in range(20):
            note_wrong_try(uow, f"sms:{number}")  # nobody tries any of them again
    now += timedelta(minutes=5)
    with unit_of_work(Actor.system("test"), "system") as uow:
        for _ in range(LIMITS["pin"][0]):
            note_wrong_try(uow, "pin:1001")
    now += timedelta(minutes=6)
    forget_old_tries()

    with unit_of_work(Actor.system("test"), "system") as uow:
        assert uow.session.scalar(select(func.count(WrongTry.id))) == LIMITS["pin"][0]
        with pytest.raises(Wait):
            check_tries(uow, "pin:1001")
