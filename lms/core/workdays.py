"""What is to be said of a day that was reckoned by working days."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from lms.core import clock


def unarranged(*days: date | None) -> str:
    """That public holidays are not known until the latest of these days; "" where they are."""
    until = clock.arranged_until()
    if max((day.year for day in days if day is not None), default=until) <= until:
        return ""
    return _("%(year)s 年以后的法定节假日和调休还没有录入，按工作日算的期限把周一到周五都算作工作日。", year=until)
