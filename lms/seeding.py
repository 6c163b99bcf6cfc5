"""What ships with the product, and the demo."""

from __future__ import annotations

from lms.core.uow import UnitOfWork
from lms.quizzes import shipped
from lms.registry import divisions


def load_reference_data(uow: UnitOfWork) -> None:
    """Divisions and the starting question bank; loading again changes nothing."""
    divisions.load(uow)
    shipped.load(uow)


def load_demo() -> None:
    """A lively demo; loading again changes nothing."""
