"""A trainer says that a theme of the plan does not apply, or that it does again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.campaigns.themes import Theme
from lms.core.uow import UnitOfWork
from lms.lectures.models import ThemeWaiver


def waive_theme(uow: UnitOfWork, enterprise_id: UUID, theme: Theme, reason: str) -> None:
    """From today on the theme is not asked of this enterprise; said twice, the first line stays until today."""
    restore_theme(uow, enterprise_id, theme)
    uow.session.add(
        ThemeWaiver(
            enterprise_id=enterprise_id, theme=theme.code, reason=reason, waived_by=uow.actor.name, starts_on=uow.today
        )
    )  # fmt: skip
    uow.session.flush()


def restore_theme(uow: UnitOfWork, enterprise_id: UUID, theme: Theme) -> None:
    """The theme is asked again; that it was not, and why, stays."""
    current = (ThemeWaiver.enterprise_id == enterprise_id, ThemeWaiver.theme == theme.code, ThemeWaiver.ends_on.is_(None))
    for row in uow.session.scalars(select(ThemeWaiver).where(*current)):
        row.ends_on = uow.today
    uow.session.flush()
