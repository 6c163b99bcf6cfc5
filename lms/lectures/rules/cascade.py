"""Whether a department has passed a lecture on (层层传达)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

GIVEN, COMING = {"closed", "archived"}, {"notified", "open"}


def passed_on(states: Iterable[str], due_on: date, today: date) -> str:
    """done, planned, waiting or overdue, from the states of the lectures that pass it on there. A draft is no plan yet."""
    every = set(states)
    if every & GIVEN:
        return "done"
    if due_on < today:
        return "overdue"
    return "planned" if every & COMING else "waiting"
