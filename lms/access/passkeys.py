"""Passkeys (通行密钥): a key pair that a phone, a computer or a stick keeps for one account and opens by finger, face or PIN.

Source: W3C Web Authentication, Level 2, 7.1 and 7.2. The device always verifies its owner, so a passkey is both steps in one.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.models import Passkey, User
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential, PublicKeyCredentialDescriptor, RegistrationCredential

MOST = 10  # of one account
PATIENCE = timedelta(minutes=5)  # from the question to the answer
LONGEST_ID = 1023  # bytes (Web Authentication 2, 4)
NAME = "安课"
OPENS_AT = {"https": 443, "http": 80}
log = logging.getLogger(__name__)


class StaleChallenge(Invalid):
    code = "passkey-stale"
    sentence = _l("这次验证放得太久，或者已经用过。请再验证一次。")


class WrongOrigin(Invalid):
    code = "passkey-origin"
    sentence = _l("这次验证是在别的网址上做的，不能用。请核对地址栏，应当是 %(origin)s。")


class UnknownPasskey(Invalid):
    code = "passkey-unknown"
    sentence = _l("安课里没有登记这个通行密钥，或者它不是这个账号的。请用密码登录，再到“我的账号”里登记。")


class NotProven(Invalid):
    code = "passkey-not-proven"
    sentence = _l("通行密钥没有验证通过。请再试一次，或者用密码登录。")


class CountWentBack(Invalid):
    code = "passkey-count-went-back"
    sentence = _l("这个通行密钥的使用次数倒退了，可能被人复制过，所以没有放行。请用密码登录，把它删掉再重新登记。")


class KnownPasskey(Conflict):
    code = "passkey-known"
    sentence = _l("这个通行密钥已经登记过了。")


class TooManyPasskeys(Conflict):
    code = "too-many-passkeys"
    sentence = _l("最多登记 %(n)s 个通行密钥。请先删掉不用的。")


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a passkey is for. id: the host it is bound to; origin: the only address whose pages may ask for it."""

    id: str
    origin: str


def party_of(origin: str) -> Party | None:
    """Whom passkeys are for where the product is served at this origin; None where browsers allow none.

    They ask for https and a name; on one's own machine http will do, but only as "localhost".
    """
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port
    try:
        if not ip_address(host).is_loopback:
            return None
        host = "localhost"
    except ValueError:
        pass
    if parts.scheme != "https" and host != "localhost":
        return None
    return Party(host, f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, OPENS_AT[parts.scheme]) else ""))


def new_challenge(now: datetime) -> bytes:
    """What a device is asked to sign: when it was asked, and what nobody can foresee."""
    return struct.pack(">Q", _micros(now)) + secrets.token_bytes(24)


def of(uow: UnitOfWork, user_id: UUID | None) -> Sequence[Passkey]:
    """An account's, the oldest first."""
    return uow.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def to_add(party: Party, user: User, own: Sequence[Passkey], challenge: bytes) -> str:
    """What the browser asks the device for, as JSON: a new passkey, of a device that has none of these."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

    asked = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(
        generate_registration_options(
            rp_id=party.id, rp_name=NAME, user_id=user.id.bytes, user_name=user.username, user_display_name=user.name,
            challenge=challenge, authenticator_selection=asked, exclude_credentials=_named(own),
        )
    )  # fmt: skip


def to_open(party: Party, own: Sequence[Passkey], challenge: bytes) -> str:
    """What the browser asks the device for, as JSON: proof of one of these passkeys, or of any of ours where none is named."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = generate_authentication_options(
        rp_id=party.id, challenge=challenge, allow_credentials=_named(own), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(asked)


def add(uow: UnitOfWork, user_id: UUID, party: Party, challenge: bytes, name: str, answered: str) -> Passkey:
    """Keep what a device made for this account. answered: the browser's JSON.

    Raises StaleChallenge, WrongOrigin, NotProven, KnownPasskey, TooManyPasskeys.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    uow.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    own = of(uow, user_id)
    if len(own) >= MOST:
        raise TooManyPasskeys(n=MOST)
    with _taking_apart():
        given = parse_registration_credential_json(answered)
        _check_asked(uow, party, challenge, given)
        made = verify_registration_response(
            credential=given, expected_challenge=challenge, expected_rp_id=party.id, expected_origin=party.origin,
            require_user_verification=True,
        )  # fmt: skip
    if len(made.credential_id) > LONGEST_ID:
        raise NotProven
    known = bytes_to_base64url(made.credential_id)
    if uow.session.scalar(select(Passkey.id).where(Passkey.credential_id == known)) is not None:
        raise KnownPasskey
    row = Passkey(
        user_id=user_id, name=name, credential_id=known, public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count, last_asked=_asked(challenge), created_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    log.info("passkey added", extra={"user_id": user_id.hex, "passkey_id": row.id.hex})
    return row


def prove(uow: UnitOfWork, party: Party, challenge: bytes, answered: str, *, owner: UUID | None = None) -> Passkey:
    """The passkey that answered the challenge, each challenge once. owner: whose it must be, None: anybody's.

    Raises StaleChallenge, WrongOrigin, UnknownPasskey, NotProven, CountWentBack.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json

    with _taking_apart():
        given = parse_authentication_credential_json(answered)
        _check_asked(uow, party, challenge, given)
    row, handle = _locked(uow, bytes_to_base64url(given.raw_id)), given.response.user_handle
    if row is None or owner not in (None, row.user_id) or (handle is not None and handle != row.user_id.bytes):
        raise UnknownPasskey
    with _taking_apart():
        proven = verify_authentication_response(
            credential=given, expected_challenge=challenge, expected_rp_id=party.id, expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(row.public_key), credential_current_sign_count=0,
            require_user_verification=True,
        )  # fmt: skip
    if _asked(challenge) <= row.last_asked:
        raise StaleChallenge
    if went_back(row.sign_count, proven.new_sign_count):
        log.warning("passkey count went back", extra={"passkey_id": row.id.hex})
        raise CountWentBack
    row.sign_count, row.last_asked, row.used_at = proven.new_sign_count, _asked(challenge), uow.now
    return row


def went_back(kept: int, told: int) -> bool:
    """Whether a device's counter says that there are two of it; one that stays at 0 does not count (7.2, step 21)."""
    return (kept > 0 or told > 0) and told <= kept


def remove(uow: UnitOfWork, row: Passkey) -> bool:
    """Whether the account has others left."""
    log.info("passkey removed", extra={"user_id": row.user_id.hex, "passkey_id": row.id.hex})
    uow.session.delete(row)
    uow.session.flush()
    return bool(of(uow, row.user_id))


def _check_asked(
    uow: UnitOfWork, party: Party, challenge: bytes, given: RegistrationCredential | AuthenticationCredential
) -> None:
    from webauthn.helpers import parse_client_data_json

    told = parse_client_data_json(given.response.client_data_json)
    if told.origin != party.origin:
        raise WrongOrigin(origin=party.origin)
    if not hmac.compare_digest(told.challenge, challenge) or _micros(uow.now - PATIENCE) > _asked(challenge):
        raise StaleChallenge


@contextmanager
def _taking_apart() -> Iterator[None]:
    """What a stranger sends is taken apart by the library in many ways, and fails in as many: all are one to whoever sent it."""
    try:
        yield
    except Invalid:
        raise
    except Exception as fault:
        log.info("passkey not proven", extra={"why": f"{type(fault).__name__}: {fault}"[:200]})
        raise NotProven from fault


def _locked(uow: UnitOfWork, credential_id: str) -> Passkey | None:
    """The row, with whoever comes with the same answer at the same time behind."""
    wanted = select(Passkey).where(Passkey.credential_id == credential_id)
    return uow.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def _named(own: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in own]


def _asked(challenge: bytes) -> int:
    """When the challenge was made, in microseconds since 1970."""
    return int(struct.unpack(">Q", challenge[:8])[0])


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
