"""What the tests of standings and their pages share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.campaigns.models import Campaign
from lms.core import clock
from lms.core.uow import unit_of_work
from tests.compliance.scene import SYSTEM, add_enterprises, launch
from tests.world import World


@pytest.fixture
def ordinary_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten in the morning of a Monday in November, with no public holiday near, whenever the tests are run."""
    monday, begun = datetime(2026, 11, 23, 2, tzinfo=UTC), clock.now()
    monkeypatch.setattr(clock, "now", lambda now=clock.now: monday + (now() - begun))


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A launched campaign: two enterprises without any account beside the one of the world."""
    with unit_of_work(SYSTEM, "home") as uow:
        add_enterprises(uow, world.here.street_id, 2)
        return launch(uow, world.here)
