"""Workers have no account and no password: a code to the phone on the roster, or the work number with a PIN.

Either opens nothing but one's own record, of the one firm that was asked for. What is answered never tells whether somebody is on
a roster.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from lms.access.service import hash_of, is_secret
from lms.access.tries import check_door, check_tries, forget_tries, note_wrong_try, refuse_at_door
from lms.core import clock
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
EASY = (  # and every part of them that is long enough: counted, walked over the keys of a telephone, said in words
    "01234567890123456789", "98765432109876543210", "147258369147", "369258147369", "741852963741", "963852741963",
    "789456123", "321654987", "159357159", "357159357", "951753951", "753951753", "5201314", "1314520",
)  # fmt: skip
PATTERNS = re.compile(r"(\d{1,6})\1+|(?:(\d)\2+)+")  # 123123, 112233
DAYS = re.compile(r"(?:(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d\d(?:0[1-9]|1[0-2]))")  # and months


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
    sentence = _l("请换一个：6 到 12 位数字，不能有规律（123456、123123、112233），不能是日期，也不能用发给您的那个。")


def ask_code(uow: UnitOfWork, place: str, typed: str) -> str:
    """Send a code to this phone by the gateway of this firm, where both are known; returns the hash the phone is known by.

    place: as of firm_of(). The same for a firm or a phone that nobody has. Raises WrongPhone, Wait.
    """
    phone = read_phone(typed)
    if isinstance(phone, Wrong):
        raise WrongPhone
    phone_hash = keyring().fingerprint(phone)
    check_tries(uow, f"sms:{phone_hash}")
    note_wrong_try(uow, f"sms:{phone_hash}")
    person = owner(uow, firm_of(uow, place), phone_hash)
    today = select(func.count(PhoneCode.id)).where(
        PhoneCode.phone_hash == phone_hash, PhoneCode.created_at > uow.now - timedelta(days=1)
    )
    if person is not None and _has_gateway(uow, person.enterprise_id) and (uow.session.scalar(today) or 0) < CODES_A_DAY:
        uow.session.add(
            PhoneCode(
                enterprise_id=person.enterprise_id, phone_hash=phone_hash, sealed_phone=phone, created_at=uow.now,
                sealed_code=f"{secrets.randbelow(10**6):06}",
            )
        )  # fmt: skip
        uow.after_commit(lambda: enqueue("send_phone_codes"))
    return phone_hash


def prove_code(uow: UnitOfWork, place: str, phone_hash: str, typed: str, address: str) -> Person:
    """Whose phone it is in this firm, and in no other: whoever runs the gateway of one can read what it carries.

    Their newest code alone counts, once. They are told, and the chain says it, because a trainer can change the phone and the
    gateway. address: a fingerprint of where it is typed. Raises WrongPhoneCode, Wait.
    """
    firm_id = firm_of(uow, place)
    own = f"sms-code:{keyring().fingerprint(f'{firm_id or place}/{phone_hash}')}"
    check_door(uow, own, f"doors:{address}")
    mine = PhoneCode.phone_hash == phone_hash, PhoneCode.enterprise_id == firm_id
    newest = select(PhoneCode).where(*mine).order_by(PhoneCode.created_at.desc()).limit(1)
    row = uow.session.scalar(newest.with_for_update().execution_options(populate_existing=True))
    fresh = row is not None and row.used_at is None and row.created_at > uow.now - CODE_LIVES
    given, person = "".join(typed.split()), owner(uow, firm_id, phone_hash)
    right = row is not None and hmac.compare_digest(row.sealed_code.encode(), given.encode())
    if row is None or person is None or not fresh or not right:
        refuse_at_door(uow, own, f"doors:{address}")
        raise WrongPhoneCode
    row.used_at = uow.now
    forget_tries(uow, own)
    append(uow, person.enterprise_id, "sign-in.sms", person.id, {"code": row.id})
    tell(
        uow, person.enterprise_id, [person.id], title="有人用短信验证码登录了您的记录", kind="sign-in.sms",
        body=f"{clock.local(uow.now):%-m 月 %-d 日 %H:%M} 用您花名册上的手机号登录。不是您本人，请告诉主要负责人。",
    )  # fmt: skip
    return person


def firm_of(uow: UnitOfWork, place: str) -> UUID | None:
    """The firm of this whole name or code, where there is just one."""
    wanted = select(Enterprise.id).where(or_(Enterprise.name == place.strip(), Enterprise.uscc == place.strip().upper()))
    found = uow.session.scalars(wanted.limit(2)).all()
    return found[0] if len(found) == 1 else None


def owner(uow: UnitOfWork, firm_id: UUID | None, phone_hash: str) -> Person | None:
    """Who of the firm has this phone today, where nobody else there has it too: then it says of nobody who they are."""
    wanted = select(Person).where(Person.enterprise_id == firm_id, Person.phone_hash == phone_hash, on_roster(uow.today))
    people = uow.session.scalars(wanted.limit(2)).all()
    return people[0] if len(people) == 1 else None


def hand_out(uow: UnitOfWork, person: Person) -> str:
    """A PIN for paper, shown this once, in place of any earlier one. The person is told, and the chain says who did it."""
    pin = f"{secrets.randbelow(10**6):06}"
    _set(uow, person, pin, own=False)
    append(uow, person.enterprise_id, "sign-in.pin", person.id, {"handed_out": True, "actor": uow.actor.key})
    tell(
        uow, person.enterprise_id, [person.id], title="给您发了登录 PIN", kind="sign-in.pin", urgent=True,
        body=f"{uow.actor.name}给您发了一个登录 PIN，第一次用时要换成自己的。不是您要的，请告诉主要负责人。",
    )  # fmt: skip
    return pin


def open_by_pin(uow: UnitOfWork, place: str, work_no: str, typed: str, address: str) -> tuple[Person, Pin]:
    """The person and their PIN; one that is not their own, but was handed out, opens nothing yet. Raises WrongPin, Wait.

    place: as of firm_of(). address: a fingerprint of where it is typed.
    """
    firm_id, work_no = firm_of(uow, place), work_no.strip()
    # By the firm and not by what was typed: its name and its code are two words for one door.
    own = f"pin:{keyring().fingerprint(f'{firm_id or place.strip().casefold()}/{work_no.casefold()}')}"
    check_door(uow, own, f"doors:{address}")
    wanted = (
        select(Person, Pin)
        .join(Pin, Pin.person_id == Person.id)
        .where(Person.enterprise_id == firm_id, Person.work_no == work_no, on_roster(uow.today))
    )
    found = uow.session.execute(wanted.limit(2)).all()
    person, pin = found[0] if len(found) == 1 else (None, None)
    alive = pin is not None and (pin.own or pin.set_at > uow.now - HANDED_LIVES)
    if not is_secret(pin.pin_hash if pin is not None and alive else None, typed.strip()) or person is None or pin is None:
        refuse_at_door(uow, own, f"doors:{address}")
        raise WrongPin
    forget_tries(uow, own)
    return person, pin


def choose_pin(uow: UnitOfWork, person_id: UUID, set_at: datetime, chosen: str) -> Person:
    """Their own PIN in place of the one handed out at set_at, which is used up. Raises EasyPin, WrongPin when that one is not
    there any more.
    """
    _hold(uow, person_id)
    row = uow.session.scalar(select(Pin).where(Pin.person_id == person_id))
    person = uow.session.scalar(select(Person).where(Person.id == person_id, on_roster(uow.today)))
    if row is None or person is None or row.own or row.set_at != set_at:
        raise WrongPin
    if not good(chosen) or is_secret(row.pin_hash, chosen):
        raise EasyPin
    _set(uow, person, chosen, own=True)
    append(uow, person.enterprise_id, "sign-in.pin", person.id, {"handed_out": False})
    return person


def good(pin: str) -> bool:
    """Whether it may be a PIN: six to twelve digits that are not among the first to be tried."""
    digits = SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()
    return digits and not any(pin in row for row in EASY) and not PATTERNS.fullmatch(pin) and not DAYS.fullmatch(pin)


def _has_gateway(uow: UnitOfWork, enterprise_id: UUID) -> bool:
    own = select(Channel.id).where(Channel.enterprise_id == enterprise_id, Channel.kind == ChannelKind.SMS, Channel.enabled)
    return uow.session.scalar(own.limit(1)) is not None


def _hold(uow: UnitOfWork, person_id: UUID) -> None:
    """Whoever changes a PIN holds its person first, there being a PIN or none: two who do wait for one another in one order."""
    uow.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _set(uow: UnitOfWork, person: Person, pin: str, *, own: bool) -> None:
    _hold(uow, person.id)
    row = uow.session.scalar(select(Pin).where(Pin.person_id == person.id))
    if row is None:
        row = Pin(enterprise_id=person.enterprise_id, person_id=person.id)
        uow.session.add(row)
    row.pin_hash, row.own, row.set_at = hash_of(pin), own, uow.now
    row.set_by = person.name if own else uow.actor.name
    uow.session.flush()
