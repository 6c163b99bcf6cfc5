"""What people may ask: a copy, a correction, to be forgotten. Nobody is forgotten before the time, or by one person alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from lms.access.models import Membership, Passkey, Role, SecondStep, User
from lms.access.service import hands_of, keys_of, log_view
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.ledger.service import Fact, append, witnesses
from lms.notices.models import CalendarFeed, Delivery, Notice
from lms.notices.service import forget_name, forget_notices, tell, tell_staff
from lms.registry.models import Enterprise, HeadAppointment, Person
from lms.registry.privacy import queries, rules
from lms.registry.privacy.events import CopyAsked, PersonErased
from lms.registry.privacy.models import Asked, DataRequest, RetentionHold
from lms.registry.queries import names_with

ERASED, VIEWED = "person.erased", "person.viewed"
NOBODY = "已删除"  # what stands where a name was
ASKED, ANSWERED = "data.asked", "data.answered"


class AlreadyAsked(Conflict):
    code = "data-already-asked"
    sentence = _l("已经提过同样的申请，还在处理，请等结果。")


class AlreadyAnswered(Conflict):
    code = "data-already-answered"
    sentence = _l("这条申请已经处理过了。")


class Oneself(Conflict):
    code = "data-same-person"
    sentence = _l("提出删除的人不能自己执行，请另一位培训管理员或主要负责人来确认。")


class TooEarly(Conflict):
    code = "data-too-early"
    sentence = "%(why)s"


def ask_copy(uow: UnitOfWork, person: Person) -> DataRequest:
    """A copy of everything that is kept about a person; the worker makes it. Raises AlreadyAsked. Says CopyAsked."""
    asked = _ask(uow, person, Asked.COPY)
    uow.say(CopyAsked(asked.id))
    return asked


def ask_correction(uow: UnitOfWork, person: Person, text: str) -> DataRequest:
    """Something is wrong; the trainer, who is told, mends it or says why not. Raises AlreadyAsked."""
    asked = _ask(uow, person, Asked.CORRECTION, text)
    words = _told_of(person, asked, "申请更正个人信息", "请核对，改好了或者不改，都答复本人。")
    if not tell_staff(uow, person.enterprise_id, Role.TRAINER, **words):
        tell_staff(uow, person.enterprise_id, Role.HEAD, **words)
    return asked


def ask_erasure(uow: UnitOfWork, person: Person) -> DataRequest:
    """Somebody wants to be forgotten, or is to be. What must be kept is refused at once, with the rule and the day; how to
    reach somebody who has left goes at once too. Otherwise a second person decides. Raises AlreadyAsked.
    """
    asked = _ask(uow, person, Asked.ERASURE)
    why = _why_not(uow, person)
    if why:
        contact = rules.retention()[0]
        if contact.due(person.left_on, uow.today) and not queries.holds_of(uow, person.id):
            forget_contact(person)
            why += f"联系方式已经删除，依据：{contact.basis}。"
        settle(uow, asked, granted=False, text=why)
    else:
        words = _told_of(person, asked, "的个人信息申请删除", "留存期已满，要提出的人以外的另一个人确认或者不办。")
        tell_staff(uow, person.enterprise_id, Role.TRAINER, Role.HEAD, **words)
    return asked


def answer(uow: UnitOfWork, asked: DataRequest, *, granted: bool, text: str) -> None:
    """The firm says what became of it, and its owner is told. Raises AlreadyAnswered."""
    settle(uow, asked, granted=granted, text=text)
    what = "更正" if asked.kind == Asked.CORRECTION else "删除"
    title = f"您申请的{what}{'已办' if granted else '没有办'}"
    tell(
        uow, asked.enterprise_id, [asked.person_id], kind=ANSWERED, about_id=asked.id, title=title, body=asked.answer or "",
        link="/me/data#asked",
    )  # fmt: skip


def settle(uow: UnitOfWork, asked: DataRequest, *, granted: bool, text: str) -> None:
    """Write down what became of it. Raises AlreadyAnswered."""
    uow.session.flush()
    uow.session.refresh(asked, with_for_update=True)
    if asked.granted is not None:
        raise AlreadyAnswered
    asked.granted, asked.answer = granted, text[:500]
    asked.answered_by, asked.answered_at = uow.actor.name, uow.now


def confirm_erasure(uow: UnitOfWork, asked: DataRequest) -> None:
    """A second person agrees: the person is forgotten. Raises Oneself, AlreadyAnswered, TooEarly."""
    if asked.asked_key in hands_of(uow):
        raise Oneself
    firm = select(Enterprise.id).where(Enterprise.id == asked.enterprise_id)
    uow.session.execute(firm.with_for_update(key_share=True))  # before its people, as whoever else holds both does
    person = uow.session.get_one(Person, asked.person_id, with_for_update=True)
    if why := _why_not(uow, person):
        raise TooEarly(why=why)
    settle(uow, asked, granted=True, text="已删除：姓名、号码、联系方式、签名图片和证书文件。记录和统计还在，认不出是谁。")
    erase(uow, person)


def place_hold(uow: UnitOfWork, person: Person, reason: str) -> None:
    """Nothing of this person is erased before the hold is lifted."""
    uow.session.add(
        RetentionHold(
            enterprise_id=person.enterprise_id, person_id=person.id, reason=reason, placed_by=uow.actor.name, placed_at=uow.now
        )
    )
    uow.session.flush()


def lift_hold(uow: UnitOfWork, hold: RetentionHold) -> None:
    """The reason is gone. Once lifted it stays so."""
    if hold.lifted_at is None:
        hold.lifted_by, hold.lifted_at = uow.actor.name, uow.now


def forget_contact(person: Person) -> None:
    """Nobody can reach this person any more, or know them by their phone."""
    person.phone = person.phone_hash = person.email = person.wecom_id = person.dingtalk_id = None


def erase(uow: UnitOfWork, person: Person) -> None:
    """Forget who a person was. Rows stay, so sums and the chain stay right; who they were is nowhere. Says PersonErased."""
    forget_contact(person)
    name = person.name
    person.name, person.work_no, person.sex = NOBODY, None, None
    person.id_number = person.id_number_hash = None
    person.erased_at = uow.now
    session = uow.session
    session.execute(update(HeadAppointment).where(HeadAppointment.person_id == person.id).values(name=NOBODY, phone=None))
    session.execute(delete(Delivery).where(Delivery.person_id == person.id))
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person.id))
    own_keys = keys_of(uow, [person.id])
    requests = select(DataRequest.id).where(DataRequest.person_id == person.id)
    forget_name(uow, name, NOBODY, requests, names_with(uow, person.enterprise_id, name))
    event = PersonErased(person.id, person.enterprise_id, uow.now, name, _close_accounts(uow, person))
    for asked in session.scalars(select(DataRequest).where(DataRequest.person_id == person.id)):
        asked.text = None
        if asked.asked_key in own_keys:
            asked.asked_by = NOBODY
        event.files.extend([asked.sha256] if asked.sha256 else [])
        asked.sha256 = None
    uow.say(event)
    forget_notices(uow, Notice.person_id == person.id)  # last: by what they were told others know of what they were named in
    append(uow, person.enterprise_id, ERASED, person.id, {"erased_at": uow.now})
    uow.after_commit(lambda: drop(event.files))


def drop(files: list[str]) -> None:
    """Take files from the store; what came within the last hours the sweep of the store takes later."""
    for sha256 in files:
        storage().drop(sha256)


@witnesses(ERASED)
def people_erased(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Everybody of an enterprise who was forgotten."""
    wanted = select(Person.id, Person.erased_at).where(Person.enterprise_id == enterprise_id, Person.erased_at.is_not(None))
    for person_id, erased_at in uow.session.execute(wanted):
        yield person_id, {"erased_at": erased_at}


def note_view(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID, field: str) -> None:
    """Write down that whoever acts opened a full phone or ID number: its owner sees it, and it is an entry of the chain."""
    log_view(uow, enterprise_id=enterprise_id, person_id=person_id, field=field)
    append(uow, enterprise_id, VIEWED, person_id, {"actor": uow.actor.key, "field": field})


def note_head_view(uow: UnitOfWork, head: HeadAppointment) -> None:
    """The same of the head's number as the bureau has it, who need not be on the roster: the enterprise sees it in its trail."""
    if head.person_id:
        note_view(uow, head.enterprise_id, head.person_id, "phone")
    else:
        append(uow, head.enterprise_id, VIEWED, head.id, {"actor": uow.actor.key, "field": "phone"})


def _ask(uow: UnitOfWork, person: Person, kind: Asked, text: str | None = None) -> DataRequest:
    uow.session.refresh(person, with_for_update=True)
    if queries.open_request(uow, person.id, kind):
        raise AlreadyAsked
    asked = DataRequest(
        enterprise_id=person.enterprise_id, person_id=person.id, kind=kind, text=text, asked_by=uow.actor.name,
        asked_key=uow.actor.key, asked_at=uow.now,
    )  # fmt: skip
    uow.session.add(asked)
    uow.session.flush()
    return asked


def _told_of(person: Person, asked: DataRequest, what: str, body: str) -> dict[str, Any]:
    """What was asked is not in the message: it may leave by channels that others read."""
    link = f"/people/{person.id}/data"
    return {"kind": ASKED, "about_id": asked.id, "title": f"{person.name}{what}", "body": body, "link": link}


def _why_not(uow: UnitOfWork, person: Person) -> str:
    holds = queries.holds_of(uow, person.id)
    if holds:
        return (
            f"现在不能删除：{holds[0].placed_by}于 {clock.local_date(holds[0].placed_at)} 暂停了删除，原因：{holds[0].reason}。"
        )
    kept = rules.still_kept(person.left_on, uow.today)
    return rules.refusal(kept, person.left_on) if kept else ""


def _close_accounts(uow: UnitOfWork, person: Person) -> tuple[UUID, ...]:
    """The rights of this person end at once; the accounts that have no others name nobody and open nothing. Their ids."""
    closed: list[UUID] = []
    held = select(Membership.user_id).where(Membership.person_id == person.id)
    for user in uow.session.scalars(select(User).where(User.id.in_(held))):
        standing = [one for one in user.memberships if one.ends_on is None or one.ends_on >= uow.today]
        for one in standing:
            if one.person_id == person.id:
                one.ends_on = uow.today - timedelta(days=1)  # its last day counts, and today is none any more
        if all(one.person_id == person.id for one in standing):
            user.name, user.username, user.password_hash = NOBODY, f"erased-{user.id}", "none"
            closed.append(user.id)
    for table in (Passkey, SecondStep):
        uow.session.execute(delete(table).where(table.user_id.in_(closed)))
    return tuple(closed)
