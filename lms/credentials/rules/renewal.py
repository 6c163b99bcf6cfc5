"""When a certificate is renewed, and when its holder is reminded of it: pure."""

from __future__ import annotations

from datetime import date, timedelta

WINDOW_DAYS = 60  # before the last valid day: the same training again renews the certificate from then on, however late
REMINDERS = (60, 30, 7)  # days before the last valid day


def renewed_until(day: date) -> date:
    """A certificate that is valid no longer than this is renewed by the same training on a day."""
    return day + timedelta(days=WINDOW_DAYS)


def reminder_on(day: date, valid_until: date) -> int | None:
    """Which of the reminders a certificate is at: the nearest one that has come; None before the first, and once it is over."""
    left = (valid_until - day).days
    return min((step for step in REMINDERS if left <= step), default=None) if left >= 0 else None
