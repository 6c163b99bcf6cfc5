"""Guessing is slowed down: five wrong tries, then a wait. Counted in the database, so in every process alike."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from lms.access.actor import Actor
from lms.access.models import WrongTry
from lms.core.crypto import keyring
from lms.core.errors import TooMany
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, unit_of_work

MINUTE = timedelta(minutes=1)
KEPT = 10 * MINUTE
# By the kind of subject: how many wrong tries within how long.
LIMITS = {
    "account": (30, 10 * MINUTE),  # wrong passwords of one account, from all addresses and browsers that were never in with it
    "certificate": (5, 10 * MINUTE),  # the end of an ID number on the public page of one certificate, from anywhere
    "claim": (5, 10 * MINUTE),  # claims of one credit code, from anywhere
    "claim-number": (20, 10 * MINUTE),  # one address, receipts that nobody has
    "claims": (30, 10 * MINUTE),  # claims from one address, which may be a bureau helping firms
    "code": (5, MINUTE),  # a device trying spoken codes
    "crowd": (600, MINUTE),  # one address, spoken codes from phones that keep their cookie: a hall of 2,000 mistypes far less
    "device": (5, MINUTE),  # a device trying to be somebody
    "doors": (60, 10 * MINUTE),  # one address, wrong passwords, PINs and codes, of many accounts or phones: no spraying
    "known": (5, 10 * MINUTE),  # a browser that was in with the account before: no stranger's tries close it
    "lti": (5, MINUTE),  # an account of a teaching platform trying to be somebody
    "opening": (5, 10 * MINUTE),  # the words that open the account of one claim, from anywhere
    "pair": (20, MINUTE),  # one address typing the code that opens a check-in tablet
    "password": (5, 10 * MINUTE),  # the password asked for once more, by whoever sits at an open session
    "phone": (10, 10 * MINUTE),  # one phone number, from any device: four characters cannot be tried through
    "pin": (5, 10 * MINUTE),  # a work number with its PIN, from anywhere
    "second": (5, 10 * MINUTE),  # the second step of one account, from anywhere
    "sign-in": (5, 10 * MINUTE),  # the password of one account, from one address
    "sms": (3, 10 * MINUTE),  # codes asked for by one phone number, whoever asks and whether anybody has it
    "sms-code": (5, 10 * MINUTE),  # codes typed for one phone number
    "station": (8, MINUTE),  # a check-in tablet on which many numbers in a row belong to nobody
    "tail": (8, 10 * MINUTE),  # the last four of one person, from any tablet or leader's phone
    "net": (60, MINUTE),  # one address, for those who throw their cookies away; a whole hall may have it, see has_tried
}
AT_ONCE = {"crowd"}  # counted side by side: a whole hall would wait for each other, and a few beyond the limit are no matter


class Wait(TooMany):
    code = "wait"
    sentence = _l("连续输错太多次，请过 %(seconds)s 秒再试。")


def account_of(username: str) -> str:
    """As what an account is counted, by the name that is typed and whether or not there is one."""
    return keyring().fingerprint(username.strip().casefold())


def check_tries(uow: UnitOfWork, subject: str) -> None:
    """Raises Wait when the last wrong tries of this subject ("<kind of LIMITS>:…") are too many and too fresh.

    Tries of one subject that arrive together are judged one after the other, each with the count of those before it; those of
    AT_ONCE are not. Who asks about several subjects asks about their own before shared ones: else two could wait for each other.
    """
    kind = subject.partition(":")[0]
    if kind not in AT_ONCE and uow.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
    most, wait = LIMITS[kind]
    number, latest = uow.session.execute(
        select(func.count(WrongTry.id), func.max(WrongTry.tried_at)).where(
            WrongTry.subject == subject, WrongTry.tried_at > uow.now - wait
        )
    ).one()
    if number >= most:
        raise Wait(seconds=max(int((latest + wait - uow.now).total_seconds()), 1))


def has_tried(uow: UnitOfWork, subject: str) -> bool:
    """Whether this subject was wrong lately. Who was not need not wait for what a neighbour at the same address tried."""
    _most, wait = LIMITS[subject.partition(":")[0]]
    latest = select(WrongTry.id).where(WrongTry.subject == subject, WrongTry.tried_at > uow.now - wait).limit(1)
    return uow.session.scalar(latest) is not None


def check_door(uow: UnitOfWork, *subjects: str) -> None:
    """One door is not tried through, nor are many doors with a few words each. Raises Wait.

    subjects: of the door, and of where it is typed, in that order.
    """
    for subject in subjects:
        check_tries(uow, subject)


def refuse_at_door(uow: UnitOfWork, *subjects: str) -> None:
    """Remember a wrong word at a door, once it is refused."""

    def count(after: UnitOfWork) -> None:
        for subject in subjects:
            note_wrong_try(after, subject)

    uow.if_refused(count)


def note_wrong_try(uow: UnitOfWork, subject: str) -> None:
    """Count a wrong try."""
    uow.session.add(WrongTry(subject=subject, tried_at=uow.now))


@sweep
def forget_old_tries() -> None:
    """Forget tries that no longer matter, whoever's they were: most subjects are named by strangers, and only once."""
    with unit_of_work(Actor.system("access.tries"), "system") as uow:
        uow.session.execute(delete(WrongTry).where(WrongTry.tried_at <= uow.now - KEPT))


def forget_tries(uow: UnitOfWork, subject: str) -> None:
    """A right try ends the row of wrong ones."""
    uow.session.execute(delete(WrongTry).where(WrongTry.subject == subject))
