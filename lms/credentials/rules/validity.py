"""In which state a certificate is, on a day."""

from __future__ import annotations

import enum
from datetime import date, datetime


class CertificateState(enum.StrEnum):
    VALID = "valid"  # 有效
    EXPIRED = "expired"  # 已过期
    REVOKED = "revoked"  # 已撤销
    SUPERSEDED = "superseded"  # 已换发


def state_on(
    day: date, revoked_at: datetime | None, superseded_at: datetime | None, valid_until: date | None
) -> CertificateState:
    """Revoked says more than superseded, superseded more than expired. valid_until: the last valid day; None: no end."""
    if revoked_at is not None:
        return CertificateState.REVOKED
    if superseded_at is not None:
        return CertificateState.SUPERSEDED
    if valid_until is not None and valid_until < day:
        return CertificateState.EXPIRED
    return CertificateState.VALID


class Fate(enum.StrEnum):
    ISSUED = "issued"  # 发证
    SUPERSEDED = "superseded"  # 换发
    WITHDRAWN = "withdrawn"  # 撤销


def fate_of(*, completed: bool, too_short: bool = False, in_force: bool, unlike: bool, ended_by_hand: bool) -> Fate | None:
    """What becomes of a person's certificate of a lecture; None when all stays as it is.

    too_short: for hours; one that would state none is not issued, and one from before that was so stays while it says what is so.
    in_force: there is one. unlike: it says something that is not so any more. ended_by_hand: somebody revoked one for good,
    so there is no other.
    """
    if in_force:
        if not completed or (unlike and too_short):
            return Fate.WITHDRAWN
        return Fate.SUPERSEDED if unlike else None
    return Fate.ISSUED if completed and not too_short and not ended_by_hand else None
