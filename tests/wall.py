"""The server's clock, where a test says what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lms.core import clock


class Wall:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def forward(self, **time: float) -> datetime:
        self.at += timedelta(**time)
        return self.at


def hang(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Wall:
    """The product reads this clock from now on."""
    wall = Wall(at)
    monkeypatch.setattr(clock, "now", lambda: wall.at)
    return wall
