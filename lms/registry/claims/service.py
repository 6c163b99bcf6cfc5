"""To claim, to confirm, to refuse, to open the account, to forget."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.access.service import add_user, hash_of, is_secret, set_password
from lms.access.tries import check_tries, forget_tries, note_wrong_try
from lms.core import clock
from lms.core.crypto import keyring
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.ledger.service import Fact, append, witnesses
from lms.notices.service import tell
from lms.registry.claims import queries
from lms.registry.claims.models import ClaimPost, ClaimState, EnterpriseClaim
from lms.registry.models import Enterprise, EnterpriseKind, Jurisdiction
from lms.registry.queries.trees import officers_over
from lms.registry.service import openings

KIND, CONFIRMED, REFUSED, OPENED = "enterprise.claim", "claim.confirmed", "claim.refused", "claim.opened"
TRAINER_OPENED = "trainer.opened"
VIEWED = "person.viewed"
OPENS_FOR = timedelta(days=7)
KEPT = timedelta(days=7)  # as copies of personal data are kept, once it is decided and used
WAITS = timedelta(days=90)  # for an answer, or for its account to be opened: then nobody needs what was told any more
UNANSWERED = "90 天没有答复，填报的资料已经删除。还要认领的，请重新提交。"  # kept with the claim, so in the source language
ROLES = {ClaimPost.HEAD: (Role.HEAD, Role.TRAINER), ClaimPost.MANAGER: (Role.TRAINER,)}


class AlreadyDecided(Conflict):
    code = "claim-decided"
    sentence = _l("这份认领已经有人答复过了，请刷新后看结果。")


class HasAccount(Conflict):
    code = "claim-has-account"
    sentence = _l(
        "这家企业已经登记并且有账号，不能再确认认领。请写明原因退回，让对方找本单位管这个账号的人；密码忘了的，找维护本系统的人员重设。"
    )


class UnknownReceipt(Invalid):
    code = "claim-unknown-receipt"
    sentence = _l("没有这个回执号，请核对。回执号是 12 位数字。")


class WrongWords(Invalid):
    code = "claim-wrong-words"
    sentence = _l("开户口令不对，或者已经过了 7 天。请向告诉您口令的人重新要一个。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says who claims a firm. uscc: read and right. document: its bytes and media type."""

    uscc: str
    name: str
    street: Jurisdiction
    person_name: str
    post: ClaimPost
    phone: str
    document: tuple[bytes, str] | None = None


def file(uow: UnitOfWork, told: Told, address: str) -> EnterpriseClaim:
    """Keep a claim and tell whoever is responsible. The same is done and answered whether or not the firm is known.

    address: a fingerprint of where it comes from. Raises Wait.
    """
    for subject in (f"claim:{keyring().fingerprint(told.uscc)}", f"claims:{address}"):
        check_tries(uow, subject)
        note_wrong_try(uow, subject)
    record = queries.record_without_account(uow, told.uscc)
    content, media_type = told.document or (None, None)
    claim = EnterpriseClaim(
        number=f"{secrets.randbelow(10**12):012}", uscc=told.uscc, name=told.name, jurisdiction_id=told.street.id,
        enterprise_id=record.id if record else None, person_name=told.person_name, post=told.post, phone=told.phone,
        document=content, media_type=media_type, filed_at=uow.now,
    )  # fmt: skip
    uow.session.add(claim)
    uow.session.flush()
    place, named = (record.jurisdiction, record.officer_name) if record else (told.street, None)
    tell(
        uow, None, (), user_ids=officers_over(uow, place, named), title=f"有企业待确认认领：{told.name}"[:120],
        body="请打电话核实，再确认或者退回。", kind=KIND, about_id=claim.id, link=f"/claims/{claim.id}",
    )  # fmt: skip
    return claim


def asked_for(uow: UnitOfWork, number: str, address: str) -> EnterpriseClaim:
    """The claim of a receipt. Raises UnknownReceipt, Wait."""
    subject = f"claim-number:{address}"
    check_tries(uow, subject)
    claim = queries.by_number(uow, "".join(number.split()))
    if claim is None:
        uow.if_refused(lambda after: note_wrong_try(after, subject))
        raise UnknownReceipt
    return claim


def record_of(uow: UnitOfWork, claim: EnterpriseClaim) -> Enterprise | None:
    """The record a claim is beside: what it was told to have, or a firm of this code that has come within reach since."""
    if claim.enterprise is not None:
        return claim.enterprise
    return uow.session.scalar(select(Enterprise).where(Enterprise.uscc == claim.uscc, reach(uow, Enterprise)))


def confirm(uow: UnitOfWork, claim: EnterpriseClaim, how: str, industry: str = "其他") -> str:
    """It is theirs: the firm gets its account, a firm that was not known is taken into the patch. Returns the words that open
    it the first time, to be said on the telephone and nowhere else. how: how the officer made sure.

    Raises AlreadyDecided, HasAccount, CodeKnown. Says EnterprisesAdded.
    """
    _hold(uow, claim)
    record = record_of(uow, claim)
    if record is None:
        head = claim.person_name if claim.post is ClaimPost.HEAD else None
        record = openings.register(
            uow, claim.jurisdiction,
            openings.Opening(
                kind=EnterpriseKind.FIRM, name=claim.name, code=claim.uscc, industry=industry, head=head,
                head_phone=claim.phone if head else None, officer=uow.actor.name[:50],
            ),
        )  # fmt: skip
    uow.session.execute(select(Enterprise.id).where(Enterprise.id == record.id).with_for_update())  # two claims of one firm
    if uow.session.scalar(select(Enterprise.id).where(Enterprise.id == record.id, queries.has_account(uow))):
        raise HasAccount
    _decide(uow, claim, ClaimState.CONFIRMED, how)
    claim.enterprise_id = record.id
    first, *more = ROLES[claim.post]
    user = add_user(
        uow, username=queries.name_of_account(uow, claim.uscc), name=claim.person_name or "", password=secrets.token_urlsafe(),
        role=first, enterprise_id=record.id,
    )  # fmt: skip
    user.memberships += [Membership(role=role, enterprise_id=record.id, starts_on=uow.today) for role in more]
    claim.user_id = user.id
    append(uow, record.id, CONFIRMED, claim.id, _decided(claim) | {"actor": uow.actor.key})
    return _words(uow, claim)


def refuse(uow: UnitOfWork, claim: EnterpriseClaim, reason: str) -> None:
    """It is not, or cannot be told; the claimant reads why. Raises AlreadyDecided."""
    _hold(uow, claim)
    _decide(uow, claim, ClaimState.REFUSED, reason)
    if claim.enterprise_id:
        append(uow, claim.enterprise_id, REFUSED, claim.id, _decided(claim) | {"actor": uow.actor.key})


def say_again(uow: UnitOfWork, claim: EnterpriseClaim) -> str:
    """New words in place of those that were lost or are over. Raises NotFound once the account is open, or before it is made."""
    uow.session.refresh(claim, with_for_update=True)
    if claim.user_id is None or claim.opened_at is not None:
        raise NotFound
    return _words(uow, claim)


def open_account(uow: UnitOfWork, claim: EnterpriseClaim, words: str, password: str) -> User:
    """Whoever was told the words chooses the password, once. Raises WrongWords, Wait."""
    subject = f"opening:{claim.id}"
    check_tries(uow, subject)
    uow.session.refresh(claim, with_for_update=True)
    alive = claim.opening_until is not None and claim.opening_until > uow.now
    if not is_secret(claim.opening_hash if alive else None, "".join(words.split())) or claim.user_id is None:
        uow.if_refused(lambda after: note_wrong_try(after, subject))
        raise WrongWords
    forget_tries(uow, subject)
    user = uow.session.get_one(User, claim.user_id)
    set_password(uow, user, password)
    claim.opening_hash, claim.opening_until, claim.opened_at = None, None, uow.now
    assert claim.enterprise_id is not None
    opened = TRAINER_OPENED if claim.state is ClaimState.NAMED else OPENED
    append(uow, claim.enterprise_id, opened, claim.id, {"user": user.id})
    return user


def note_view(uow: UnitOfWork, claim: EnterpriseClaim, what: str) -> None:
    """Write down that whoever acts looked at the whole number or the document: in the claim, and in the chain of a known firm."""
    claim.viewed = [*claim.viewed, {"by": uow.actor.name, "what": what, "at": clock.moment(uow.now)}]
    if claim.enterprise_id:
        append(uow, claim.enterprise_id, VIEWED, claim.id, {"actor": uow.actor.key, "field": what})


def forget_used(uow: UnitOfWork) -> int:
    """Who claimed, their number and their document go when they were refused, have their account, or were not answered and have
    not opened it for so long; returns of how many. A claim that nobody answered is refused, and may be made again.
    """
    used = or_(
        (EnterpriseClaim.state == ClaimState.REFUSED) & (EnterpriseClaim.decided_at < uow.now - KEPT),
        EnterpriseClaim.opened_at < uow.now - KEPT,
        (EnterpriseClaim.state == ClaimState.WAITING) & (EnterpriseClaim.filed_at < uow.now - WAITS),
        EnterpriseClaim.state.in_((ClaimState.CONFIRMED, ClaimState.NAMED))
        & EnterpriseClaim.opened_at.is_(None)
        & (EnterpriseClaim.decided_at < uow.now - WAITS),
    )
    wanted = select(EnterpriseClaim).where(used, EnterpriseClaim.phone.is_not(None))
    found = uow.session.scalars(wanted.with_for_update(skip_locked=True)).all()  # one that is being decided is for the next run
    for claim in found:
        if claim.state is ClaimState.WAITING:
            refuse(uow, claim, UNANSWERED)
        claim.person_name = claim.phone = claim.document = claim.media_type = None
    return len(found)


@witnesses(CONFIRMED, in_part=True)
def claims_confirmed(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Claims of an enterprise that were confirmed."""
    return _told(uow, enterprise_id, ClaimState.CONFIRMED)


@witnesses(REFUSED, in_part=True)
def claims_refused(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Claims of an enterprise that were refused."""
    return _told(uow, enterprise_id, ClaimState.REFUSED)


def _told(uow: UnitOfWork, enterprise_id: UUID, state: ClaimState) -> Iterator[tuple[UUID, Fact]]:
    wanted = select(EnterpriseClaim).where(EnterpriseClaim.enterprise_id == enterprise_id, EnterpriseClaim.state == state)
    for claim in uow.session.scalars(wanted):
        yield claim.id, _decided(claim)


def _decided(claim: EnterpriseClaim) -> Fact:
    return {"post": claim.post.value, "filed_at": claim.filed_at, "decided_at": claim.decided_at}


def _hold(uow: UnitOfWork, claim: EnterpriseClaim) -> None:
    uow.session.refresh(claim, ["state"], with_for_update=True)
    if claim.state is not ClaimState.WAITING:
        raise AlreadyDecided


def _decide(uow: UnitOfWork, claim: EnterpriseClaim, state: ClaimState, answer: str) -> None:
    claim.state, claim.answer, claim.decided_by, claim.decided_at = state, answer, uow.actor.name, uow.now


def _words(uow: UnitOfWork, claim: EnterpriseClaim) -> str:
    words = f"{secrets.randbelow(10**8):08}"
    claim.opening_hash, claim.opening_until = hash_of(words), uow.now + OPENS_FOR
    uow.session.flush()
    return words
