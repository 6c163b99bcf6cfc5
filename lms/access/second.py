"""The second step of a sign-in: a code that an app makes of a shared secret (RFC 6238), or one of the codes on paper.

30 seconds a step, six digits, HMAC-SHA-1: what every app knows (RFC 6238, 1.2; the key URI of Google Authenticator).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.models import SecondStep, User
from lms.access.tries import check_tries, forget_tries, note_wrong_try
from lms.core.crypto import keyring
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork

STEP, DIGITS, SECRET_BYTES = 30, 6, 20
DRIFT = 1  # steps that a phone's clock may be off, each way
CODES, CODE_BYTES = 10, 10  # on paper: how many, 80 bits each
ISSUER = "安课"


class WrongCode(Invalid):
    """Neither the code of now, nor one from paper; or it was used already."""

    code = "wrong-second-step"
    sentence = _l("验证码不对，或者已经用过。请等应用里换出下一个再输。")


class NotForDemos(Invalid):
    code = "not-for-demos"
    sentence = _l("演示账号大家都在用，不能开两步验证。")


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(now: datetime) -> int:
    """Which step of 30 s an instant is in (RFC 6238)."""
    return int(now.timestamp()) // STEP


def is_on(uow: UnitOfWork, user_id: UUID | None) -> bool:
    """Whether this account asks for a second step."""
    confirmed = select(SecondStep.id).where(SecondStep.user_id == user_id, SecondStep.confirmed_at.is_not(None))
    return user_id is not None and uow.session.scalar(confirmed) is not None


def of(uow: UnitOfWork, user_id: UUID | None) -> SecondStep | None:
    """The second step of a user; None while they have none."""
    return uow.session.scalar(select(SecondStep).where(SecondStep.user_id == user_id))


def begin(uow: UnitOfWork, user: User) -> None:
    """A new secret that asks for nothing until a code of it was typed; one that does so stays. Raises NotForDemos."""
    if user.is_demo:
        raise NotForDemos
    row = of(uow, user.id)
    if row is not None and row.confirmed_at is not None:
        return
    if row is None:
        row = SecondStep(user_id=user.id, recovery=[])
        uow.session.add(row)
    row.sealed_secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    uow.session.flush()


def uri(row: SecondStep, username: str) -> str:
    """What the QR code says to an app."""
    query = urlencode({"secret": row.sealed_secret, "issuer": ISSUER, "digits": DIGITS, "period": STEP})
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username)}?{query}"


def confirm(uow: UnitOfWork, user_id: UUID, typed: str) -> list[str]:
    """From now on it asks; returns the codes for paper, shown this once. Raises WrongCode, Wait."""
    check(uow, user_id, typed)
    row = _locked(uow, user_id)
    assert row is not None
    row.confirmed_at = row.confirmed_at or uow.now
    return new_codes(uow, row)


def new_codes(uow: UnitOfWork, row: SecondStep) -> list[str]:
    """Codes for paper in place of the earlier ones: each opens once."""
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    row.recovery = [_hash(code) for code in codes]
    uow.session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def check(uow: UnitOfWork, user_id: UUID, typed: str) -> bool:
    """Take a code: of the app, each once and none before the last one taken, or of paper, each once. Whether it was of paper.

    Five wrong ones, then a wait, whoever types them. Raises WrongCode, Wait.
    """
    subject = f"second:{user_id}"
    check_tries(uow, subject)
    row = _locked(uow, user_id)
    given = "".join(typed.split()).replace("-", "").lower()
    if row is not None and len(given) == DIGITS and given.isascii() and given.isdigit():
        now = step_of(uow.now)
        for step in range(max(now - DRIFT, (row.last_step or 0) + 1), now + DRIFT + 1):
            if hmac.compare_digest(code_at(base64.b32decode(row.sealed_secret), step), given):
                row.last_step = step
                forget_tries(uow, subject)
                return False
    elif row is not None and row.confirmed_at is not None and _hash(given) in row.recovery:
        row.recovery = [one for one in row.recovery if one != _hash(given)]
        forget_tries(uow, subject)
        return True
    uow.if_refused(lambda after: note_wrong_try(after, subject))
    raise WrongCode


def forget(uow: UnitOfWork, user_id: UUID) -> bool:
    """Ask for nothing any more. Whether it did."""
    row = _locked(uow, user_id)
    if row is not None:
        uow.session.delete(row)
    return row is not None


def _locked(uow: UnitOfWork, user_id: UUID) -> SecondStep | None:
    """The row, with whoever comes with the same code at the same time behind."""
    wanted = select(SecondStep).where(SecondStep.user_id == user_id)
    return uow.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def _hash(code: str) -> str:
    return keyring().fingerprint(f"second:{code}")
