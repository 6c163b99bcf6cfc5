"""The city for measuring: at a small scale, on both databases, as the product itself would have it."""

import json
import re
import sys
from dataclasses import replace
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import cli
from lms.access.actor import Actor
from lms.attendance.models import AttendanceEvent
from lms.campaigns.models import Campaign
from lms.compliance import queries, service
from lms.core.uow import unit_of_work
from lms.registry import divisions
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.seeding.city import SCALES, load_city
from lms.seeding.city.firms import CODE

SYSTEM = Actor.system("test")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_small_city_stands_as_the_rules_say_and_goes_on_where_it_was_with_a_bar_that_says_how_far(
    app_on_either: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with unit_of_work(SYSTEM, "system") as uow:
        divisions.load(uow)
    made = load_city(3)
    with monkeypatch.context() as patch:
        patch.setitem(SCALES, "city", 8)
        patch.setattr(cli, "create_app", lambda: app_on_either)
        patch.setattr(cli, "read_settings", lambda: replace(app_on_either.extensions["settings"], env="demo"))
        patch.setattr(sys, "stderr", screen := Terminal())
        cli.cli(["demo", "--scale", "city"], standalone_mode=False)
    again = json.loads(capsys.readouterr().out)

    bar = [line for line in screen.getvalue().split("\r") if "测算用的城市" in line]
    shares = [int(one) for line in bar for one in re.findall(r"(\d+)%", line)]
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0, 100) and "####" in bar[-1], bar
    with unit_of_work(SYSTEM, "system") as uow:
        firms = uow.session.scalar(select(func.count(Enterprise.id)).where(Enterprise.uscc.startswith(CODE)))
        people = uow.session.scalar(select(func.count(Person.id)))
        marks = uow.session.scalar(select(func.count(AttendanceEvent.id)))
        assert (firms, people, marks) == (8, 356, made["attendance"] + again["attendance"])
        assert marks > 4 * people
        city = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == "430600")).one()
        for campaign in uow.session.scalars(select(Campaign)).all():
            assert service.settle(uow, campaign.id) == 0  # every line is what follows from the lectures
            assert queries.figures(uow, queries.Scope(campaign, city, uow.today)).asked == 8
            assert queries.figures(uow, queries.Scope(campaign, city, campaign.starts_on)).lectured == 0
    assert load_city(8)["attendance"] == 0
