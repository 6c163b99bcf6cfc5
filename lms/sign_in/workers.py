"""Workers have no account and no password: a code to the phone on the roster, or the roster number with a PIN.

Either opens nothing but one's own record. What is answered never tells whether somebody is on a roster.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from lms.access.service import hash_of, is_secret
from lms.access.tries import check_tries, forget_tries, note_wrong_try
from lms.core.crypto import keyring
from lms.core.errors import Invalid
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.ledger.service import append
from lms.notices.models import Channel, ChannelKind
from lms.notices.service import tell
from lms.registry.models import Enterprise, Person
from lms.registry.queries import on_roster
from lms.registry.rules.identifiers import Wrong, read_phone
from lms.sign_in.models import PhoneCode, Pin

CODE_LIVES = timedelta(minutes=5)
CODES_A_DAY = 8  # of one phone
HANDED_LIVES = timedelta(days=7)
SHORTEST, LONGEST = 6, 12  # digits of a PIN
EASY = "01234567890123456789", "98765432109876543210"


class WrongPhone(Invalid):
    code = "wrong-phone"
    sentence = _l("手机号是 1 开头的 11 位数字。")


class WrongPhoneCode(Invalid):
    code = "wrong-phone-code"
    sentence = _l("验证码不对，或者已经过了 5 分钟。请核对短信，或者重新获取。")


class WrongPin(Invalid):
    code = "wrong-pin"
    sentence = _l("单位、工号和 PIN 对不上，或者发给您的 PIN 已经过期。忘了的，请找本单位培训管理员重发。")


class EasyPin(Invalid):
    code = "easy-pin"
    sentence = _l("请换一个：6 到 12 位数字，不能全是一样的，不能连着数，也不能用发给您的那个。")


def has_gateways(uow: UnitOfWork) -> bool:
    """Whether any firm here can send codes at all."""
    any_one = select(Channel.id).where(Channel.kind == ChannelKind.SMS, Channel.enabled)
    return uow.session.scalar(any_one.limit(1)) is not None


def ask_code(uow: UnitOfWork, typed: str) -> str:
    """Send a code to this phone, where it is on the roster of a firm that can; returns the hash the phone is known by.

    The same for a phone that nobody has. Raises WrongPhone, Wait.
    """
    phone = read_phone(typed)
    if isinstance(phone, Wrong):
        raise WrongPhone
    phone_hash = keyring().fingerprint(phone)
    check_tries(uow, f"sms:{phone_hash}")
    note_wrong_try(uow, f"sms:{phone_hash}")
    channels = select(Channel).where(Channel.kind == ChannelKind.SMS, Channel.enabled)
    firms = [person.enterprise_id for person in owners(uow, phone_hash)]
    channel = uow.session.scalars(channels.where(Channel.enterprise_id.in_(firms)).order_by(Channel.id).limit(1)).first()
    today = select(func.count(PhoneCode.id)).where(
        PhoneCode.phone_hash == phone_hash, PhoneCode.created_at > uow.now - timedelta(days=1)
    )
    if channel is not None and (uow.session.scalar(today) or 0) < CODES_A_DAY:
        uow.session.add(
            PhoneCode(
                enterprise_id=channel.enterprise_id, phone_hash=phone_hash, sealed_phone=phone, created_at=uow.now,
                sealed_code=f"{secrets.randbelow(10**6):06}",
            )
        )  # fmt: skip
        uow.after_commit(lambda: enqueue("send_phone_codes"))
    return phone_hash


def prove_code(uow: UnitOfWork, phone_hash: str, typed: str) -> Sequence[Person]:
    """Whose phone it is: one person of each firm. The newest code alone counts, once. Raises WrongPhoneCode, Wait."""
    subject = f"sms-code:{phone_hash}"
    check_tries(uow, subject)
    newest = select(PhoneCode).where(PhoneCode.phone_hash == phone_hash).order_by(PhoneCode.created_at.desc()).limit(1)
    row = uow.session.scalar(newest.with_for_update().execution_options(populate_existing=True))
    fresh = row is not None and row.used_at is None and row.created_at > uow.now - CODE_LIVES
    given = "".join(typed.split())
    if row is None or not fresh or not hmac.compare_digest(row.sealed_code.encode(), given.encode()):
        uow.if_refused(lambda after: note_wrong_try(after, subject))
        raise WrongPhoneCode
    row.used_at = uow.now
    forget_tries(uow, subject)
    return owners(uow, phone_hash)


def owners(uow: UnitOfWork, phone_hash: str) -> Sequence[Person]:
    """Who has this phone today, where nobody else of the firm has it too: then it says of nobody who they are."""
    found = uow.session.scalars(select(Person).where(Person.phone_hash == phone_hash, on_roster(uow.today)).order_by(Person.id))
    people = list(found)
    alone = Counter(person.enterprise_id for person in people)
    return [person for person in people if alone[person.enterprise_id] == 1]


def hand_out(uow: UnitOfWork, person: Person) -> str:
    """A PIN for paper, shown this once, in place of any earlier one. The person is told, and the chain says who did it."""
    pin = f"{secrets.randbelow(10**6):06}"
    _set(uow, person, pin, own=False)
    append(uow, person.enterprise_id, "sign-in.pin", person.id, {"handed_out": True, "by": uow.actor.name})
    tell(
        uow, person.enterprise_id, [person.id], title="给您发了登录 PIN", kind="sign-in.pin", urgent=True,
        body=f"{uow.actor.name}给您发了一个登录 PIN，第一次用时要换成自己的。不是您要的，请告诉主要负责人。",
    )  # fmt: skip
    return pin


def open_by_pin(uow: UnitOfWork, place: str, work_no: str, typed: str) -> tuple[Person, bool]:
    """The person, and whether the PIN is their own; one that was handed out opens nothing yet. Raises WrongPin, Wait.

    place: the whole name or the code of the firm.
    """
    place, work_no = place.strip(), work_no.strip()
    subject = f"pin:{keyring().fingerprint(f'{place.casefold()}/{work_no.casefold()}')[:60]}"
    check_tries(uow, subject)
    firm = or_(Enterprise.name == place, Enterprise.uscc == place.upper())
    wanted = (
        select(Person, Pin)
        .join(Enterprise, Enterprise.id == Person.enterprise_id)
        .join(Pin, Pin.person_id == Person.id)
        .where(firm, Person.work_no == work_no, on_roster(uow.today))
    )
    found = uow.session.execute(wanted.limit(2)).all()
    person, pin = found[0] if len(found) == 1 else (None, None)
    alive = pin is not None and (pin.own or pin.set_at > uow.now - HANDED_LIVES)
    if not is_secret(pin.pin_hash if pin is not None and alive else None, typed.strip()) or person is None or pin is None:
        uow.if_refused(lambda after: note_wrong_try(after, subject))
        raise WrongPin
    forget_tries(uow, subject)
    return person, pin.own


def choose_pin(uow: UnitOfWork, person_id: UUID, chosen: str) -> Person:
    """Their own PIN in place of the one handed out, which is used up. Raises EasyPin, WrongPin when there is none any more."""
    row = uow.session.scalar(select(Pin).where(Pin.person_id == person_id).with_for_update())
    person = uow.session.scalar(select(Person).where(Person.id == person_id, on_roster(uow.today)))
    if row is None or person is None or row.own:
        raise WrongPin
    if not good(chosen) or is_secret(row.pin_hash, chosen):
        raise EasyPin
    _set(uow, person, chosen, own=True)
    append(uow, person.enterprise_id, "sign-in.pin", person.id, {"handed_out": False, "by": person.name})
    return person


def good(pin: str) -> bool:
    """Whether it may be a PIN: six to twelve digits, neither all the same nor in a row."""
    digits = SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()
    return digits and len(set(pin)) > 1 and not any(pin in row for row in EASY)


def _set(uow: UnitOfWork, person: Person, pin: str, *, own: bool) -> None:
    uow.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    row = uow.session.scalar(select(Pin).where(Pin.person_id == person.id))
    if row is None:
        row = Pin(enterprise_id=person.enterprise_id, person_id=person.id)
        uow.session.add(row)
    row.pin_hash, row.own, row.set_at = hash_of(pin), own, uow.now
    row.set_by = person.name if own else uow.actor.name
    uow.session.flush()
