"""What ships with the product, and the demo."""

from __future__ import annotations

from lms.core.uow import UnitOfWork
from lms.quizzes import shipped
from lms.registry import divisions
from lms.seeding.demo import load_demo

__all__ = ["load_demo", "load_reference_data"]


def load_reference_data(uow: UnitOfWork) -> None:
    """Divisions and the starting question bank; loading again changes nothing."""
    divisions.load(uow)
    shipped.load(uow)
