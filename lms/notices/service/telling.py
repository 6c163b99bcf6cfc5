"""Telling people something: into the inbox at once, and onto the way out in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SelectBase, delete, func, insert, or_, select, update

from lms.access.models import Role
from lms.core.db import new_id
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.notices import queries, rules
from lms.notices.channels import ADDRESS_OF
from lms.notices.channels.parcels import kept_fault
from lms.notices.events import ReachableAsked
from lms.notices.models import Channel, ChannelKind, Delivery, DeliveryState, Notice

LONGEST_TITLE, LONGEST_BODY = 120, 500


def tell(
    uow: UnitOfWork,
    enterprise_id: UUID | None,
    person_ids: Iterable[UUID],
    *,
    title: str,
    body: str,
    link: str | None = None,
    kind: str = "general",
    urgent: bool = False,
    about_id: UUID | None = None,
    group: bool = False,
    user_ids: Iterable[UUID] = (),
    by: ChannelKind | None = None,
    inbox_only: bool = False,
) -> int:
    """Put a message into the inbox of each person, and onto the channels of the enterprise; returns to how many.

    enterprise_id: None for people of a bureau. user_ids: readers who are on no roster. link: a path of this product.
    kind: a short code. urgent: leaves at once instead of with the digest of the next morning. about_id: the lecture, quiz
    or campaign it is about. group: the group chats of the enterprise hear it too. by: the channel that is tried first, whatever
    the enterprise's own order is. inbox_only: it leaves the product on no channel. Four statements, however many people.
    """
    said = _said(uow, title=title, body=body, link=link, kind=kind, urgent=urgent, about_id=about_id)
    rows = _rows(said | {"enterprise_id": enterprise_id}, person_ids, user_ids)
    if not rows:
        return 0
    _write(uow, rows)
    if enterprise_id is not None and not inbox_only:
        _put_on_the_way(uow, enterprise_id, rows, group=group, by=by, due_at=rules.ripe_at(uow.now, urgent=urgent))
    return len(rows)


def tell_staff(uow: UnitOfWork, enterprise_id: UUID, *roles: Role, **words: Any) -> int:
    """The same to the trainers or heads of an enterprise today; 0 where there are none. words: as tell() takes them."""
    staff = queries.readers(uow, [enterprise_id], *roles).get(enterprise_id)
    return tell(uow, enterprise_id, staff.person_ids, user_ids=staff.user_ids, **words) if staff else 0


def tell_firms(
    uow: UnitOfWork,
    told: Mapping[UUID, queries.Readers],
    *,
    title: str,
    body: str,
    link: str,
    kind: str,
    urgent: bool,
    about_id: UUID,
) -> None:
    """The same to readers of many enterprises, as tell() does for one. Two statements, and four for each of these enterprises
    that has set up a channel.
    """
    said = _said(uow, title=title, body=body, link=link, kind=kind, urgent=urgent, about_id=about_id)
    rows = {firm: _rows(said | {"enterprise_id": firm}, one.person_ids, one.user_ids) for firm, one in told.items()}
    if not rows:
        return
    _write(uow, [row for those in rows.values() for row in those])
    for firm in uow.session.scalars(select(Channel.enterprise_id).where(Channel.enabled).distinct()):
        if firm in rows:
            due_at = rules.ripe_at(uow.now, urgent=urgent)
            _put_on_the_way(uow, firm, rows[firm], group=False, by=None, due_at=due_at)


def _said(
    uow: UnitOfWork, *, title: str, body: str, link: str | None, kind: str, urgent: bool, about_id: UUID | None
) -> dict[str, Any]:
    return {
        "kind": kind, "urgent": urgent, "about_id": about_id, "title": _cut(title, LONGEST_TITLE),
        "body": _cut(body, LONGEST_BODY), "link": link, "sent_at": uow.now,
        "told_by": "" if uow.actor.holds(Role.SYSTEM) else uow.actor.name,
    }  # fmt: skip


def _rows(said: dict[str, Any], person_ids: Iterable[UUID], user_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return [said | {"id": new_id(), "person_id": person_id, "user_id": None} for person_id in dict.fromkeys(person_ids)] + [
        said | {"id": new_id(), "person_id": None, "user_id": user_id} for user_id in dict.fromkeys(user_ids)
    ]


def _write(uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    uow.session.flush()
    uow.session.execute(insert(Notice).execution_options(render_nulls=True), rows)


def withdraw(uow: UnitOfWork, about_id: UUID, kinds: Collection[str]) -> None:
    """Take back what has not left yet: a reminder of what is over or called off."""
    of_it = select(Notice.id).where(Notice.about_id == about_id, Notice.kind.in_(kinds))
    uow.session.execute(
        update(Delivery)
        .where(Delivery.notice_id.in_(of_it), Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.DROPPED)
        .execution_options(synchronize_session=False)
    )


def note_read(uow: UnitOfWork, person_id: UUID, link: str) -> None:
    """Somebody did what a message asked of them: they have read it, whether or not they came by its link."""
    told = update(Notice).where(Notice.person_id == person_id, Notice.link == link, Notice.read_at.is_(None))
    uow.session.execute(told.values(read_at=uow.now).execution_options(synchronize_session=False))


def take_out(uow: UnitOfWork, about_id: UUID, kinds: Collection[str], user_id: UUID | None = None) -> None:
    """Take what a bureau was asked to do out of its inboxes, once it is done or over; user_id: of one reader alone."""
    asked = delete(Notice).where(Notice.about_id == about_id, Notice.kind.in_(kinds), Notice.enterprise_id.is_(None))
    if user_id is not None:
        asked = asked.where(Notice.user_id == user_id)
    uow.session.execute(asked.execution_options(synchronize_session=False))


def forget_notices(uow: UnitOfWork, *which: ColumnElement[bool]) -> None:
    """Delete the notices of which all this is so, and what of them has not left."""
    own = select(Notice.id).where(*which)
    for statement in (delete(Delivery).where(Delivery.notice_id.in_(own)), delete(Notice).where(*which)):
        uow.session.execute(statement, execution_options={"synchronize_session": False})


def forget_name(uow: UnitOfWork, name: str, instead: str, about: SelectBase, but: Sequence[str]) -> None:
    """Somebody is named no more in what others were told about these.

    about: ids of what the notices are about. but: names of others in which this one is a part; they stay.
    """
    says = or_(*(text.contains(name, autoescape=True) for text in (Notice.title, Notice.body)))
    title, body = (_without(text, name, instead, but) for text in (Notice.title, Notice.body))
    uow.session.execute(
        update(Notice)
        .where(Notice.about_id.in_(about), says)
        .values(title=func.substr(title, 1, LONGEST_TITLE), body=func.substr(body, 1, LONGEST_BODY))
        .execution_options(synchronize_session=False)
    )


def _without(text: Any, name: str, instead: str, but: Sequence[str]) -> Any:
    """A text in which a name is replaced, the longest of the other names being set aside first for a sign nobody writes."""
    aside = [(one, chr(0xE000 + n)) for n, one in enumerate(sorted(but, key=len, reverse=True))]
    for longer, sign in aside:
        text = func.replace(text, longer, sign)
    text = func.replace(text, name, instead)
    for longer, sign in aside:
        text = func.replace(text, sign, longer)
    return text


def _cut(text: str, most: int) -> str:
    """What is too long ends with a sign that it goes on."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _put_on_the_way(
    uow: UnitOfWork, enterprise_id: UUID, rows: list[dict[str, Any]], *, group: bool, by: ChannelKind | None, due_at: datetime
) -> None:
    channels = sorted(queries.channels_in_use(uow, enterprise_id), key=lambda channel: channel.kind is not by)
    if not channels:
        return
    to_one = [channel for channel in channels if not channel.kind.group]
    people = [row for row in rows if row["person_id"] is not None]
    reachable = (uow.ask(ReachableAsked(tuple(row["person_id"] for row in people))) or {}) if to_one and people else {}
    deliveries = [
        _delivery(uow, row, *_first_channel(to_one, reachable.get(row["person_id"], set())), due_at) for row in people if to_one
    ]
    if group:
        deliveries += [
            _delivery(uow, rows[0] | {"person_id": None}, channel, None, due_at) for channel in channels if channel.kind.group
        ]
    if deliveries:
        uow.session.execute(insert(Delivery).execution_options(render_nulls=True), deliveries)
        if due_at <= uow.now:
            uow.after_commit(lambda: enqueue("deliver"))


def _first_channel(channels: list[Channel], names: Collection[str]) -> tuple[Channel, str | None]:
    """The first channel on which somebody can be reached; else the first of all, with why it is in vain."""
    for channel in channels:
        if ADDRESS_OF[channel.kind] in names:
            return channel, None
    return channels[0], kept_fault("no-contact")


def _delivery(uow: UnitOfWork, row: dict[str, Any], channel: Channel, fault: str | None, due_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "enterprise_id": channel.enterprise_id, "notice_id": row["id"], "channel_id": channel.id,
        "person_id": row["person_id"], "urgent": row["urgent"], "created_at": uow.now, "due_at": due_at, "tries": 0,
        "state": DeliveryState.FAILED if fault else DeliveryState.QUEUED, "why": fault,
    }  # fmt: skip
