import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from lms.lectures.rules.length import shortfall
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")


@pytest.mark.parametrize(("actual", "planned", "asked", "short"), [
    pytest.param(21, 60, None, True, id="21 minutes of 60"),
    pytest.param(58, 60, None, False, id="two minutes late are no matter"),
    pytest.param(54, 60, None, False, id="nine tenths of the plan"),
    pytest.param(53, 60, None, True, id="less than nine tenths"),
    pytest.param(59, 60, 60, True, id="a campaign is exact"),
    pytest.param(60, 90, 60, True, id="enough for the campaign, far from the plan"),
    pytest.param(60, 60, 60, False, id="as planned and asked"),
    pytest.param(None, 60, 60, False, id="not over yet"),
])  # fmt: skip
def test_a_lecture_is_too_short_by_its_real_minutes(actual, planned, asked, short):
    assert (shortfall(actual, planned, asked) is not None) is short


@given(st.integers(0, 720), st.integers(1, 720), st.none() | st.integers(1, 240))
def test_a_longer_lecture_is_never_shorter(actual, planned, asked):
    if shortfall(actual, planned, asked) is None:
        assert shortfall(actual + 1, planned, asked) is None


def test_ending_a_lecture_after_21_of_60_minutes_says_so_at_once_and_wherever_it_is_shown(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open", starts_at=uow.now - timedelta(minutes=21), minutes=60)
        lecture.sitting.started_at = uow.now - timedelta(minutes=21)
        lecture_id = lecture.id
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    path = re.findall(r'href="([^"]+/close)"', trainer.get(f"/lectures/{lecture_id}").text)[0]
    form = trainer.get(path).text
    fields = {name: re.findall(rf'<input[^>]*name="{name}"[^>]*>', form)[0] for name in ("day", "started", "ended")}
    values = {name: re.findall(r'value="([^"]*)"', field)[0] for name, field in fields.items()}

    said = "时长不足：计划 60 分钟，实际 21 分钟"
    assert said in form, "before it is ended, not only afterwards"

    ended = trainer.post(path, data=values, follow_redirects=True)

    assert ended.text.count(said) == 1  # at the moment of ending, once
    assert said in head.get(f"/lectures/{lecture_id}").text
    assert "时长不足" in head.get("/lectures?past=1").text
    assert said in client_as(world.here.officer).get(f"/lectures/{lecture_id}").text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.get_one(Lecture, lecture_id).shortfall.actual == 21
