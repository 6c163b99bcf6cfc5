"""How values are written on a page: one way each."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from lms.core import clock
from lms.core.exports import list_as, page_at
from lms.core.shares import shade, share
from lms.core.workdays import unarranged
from lms.registry.words import hide, masked_name


def day(value: date | datetime | None) -> str:
    """2026-11-23; an em dash for what is not known."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return value.isoformat()


def hour(value: datetime | None) -> str:
    """14:30 on the wall clock."""
    return "—" if value is None else clock.hour(value)


def moment(value: datetime | None) -> str:
    """2026-11-23 14:30 on the wall clock."""
    return "—" if value is None else clock.moment(value)


def seconds(value: datetime | None) -> str:
    """2026-11-23 14:30:08 on the wall clock."""
    return "—" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M:%S}"


def count(value: int | None) -> str:
    """1,284."""
    return "—" if value is None else f"{value:,}"


def masked_number(number: str | None, head: int = 3, tail: int = 4) -> str:
    """199****3076: the middle of a phone or ID number is hidden."""
    return hide(number, head, tail) if number else "—"


def size(value: int) -> str:
    """8.4 MB from bytes."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(value // 1024, 1)} KB"


def init(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day, hour=hour, moment=moment, seconds=seconds, count=count,
        masked_name=masked_name, masked_number=masked_number, size=size,
        unarranged=unarranged,
    )  # fmt: skip
    app.jinja_env.globals.update(days=clock.days, share=share, shade=shade, list_as=list_as, page_at=page_at)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
