"""Reads of the inbox and of what became of a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from lms.access.reach import reach
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.notices.channels import ADAPTERS
from lms.notices.models import Channel, ChannelKind, Notice


def inbox(uow: UnitOfWork, page: int | None = 1, size: int = 50) -> Page[Notice]:
    """The actor's messages, the latest first. page None: all of them. Raises TooLong."""
    total = uow.session.scalar(select(func.count(Notice.id)).where(reach(uow, Notice))) or 0
    wanted = select(Notice).where(reach(uow, Notice)).order_by(Notice.sent_at.desc(), Notice.id.desc())
    return paged(total, page, lambda limit, offset: uow.session.scalars(wanted.limit(limit).offset(offset)), size)


def latest(uow: UnitOfWork, limit: int) -> list[Notice]:
    """The actor's messages of late, the latest first."""
    wanted = select(Notice).where(reach(uow, Notice)).order_by(Notice.sent_at.desc(), Notice.id.desc()).limit(limit)
    return list(uow.session.scalars(wanted))


def own_unread(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    """Which messages the actor has not read."""
    return reach(uow, Notice), Notice.read_at.is_(None)


def unread(uow: UnitOfWork) -> int:
    """How many messages the actor has not read."""
    return uow.session.scalar(select(func.count(Notice.id)).where(*own_unread(uow))) or 0


def sends_texts(uow: UnitOfWork) -> bool:
    """Whether any enterprise here has a gateway for text messages."""
    any_one = select(Channel.id).where(Channel.kind == ChannelKind.SMS, Channel.enabled)
    return uow.session.scalar(any_one.limit(1)) is not None


def channels_in_use(uow: UnitOfWork, enterprise_id: UUID) -> list[Channel]:
    """The channels of an enterprise that are switched on, in the order they are tried."""
    wanted = select(Channel).where(Channel.enterprise_id == enterprise_id, Channel.enabled).order_by(Channel.place, Channel.id)
    return [channel for channel in uow.session.scalars(wanted) if channel.kind in ADAPTERS]  # a plug-in may be gone


def kinds_in_use(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> defaultdict[UUID, list[ChannelKind]]:
    """On which kinds of channels each of these enterprises tells one person alone, in the order they are tried. One query."""
    wanted = select(Channel.enterprise_id, Channel.kind).where(Channel.enterprise_id.in_(enterprise_ids), Channel.enabled)
    found: defaultdict[UUID, list[ChannelKind]] = defaultdict(list)
    for enterprise_id, kind in uow.session.execute(wanted.order_by(Channel.place, Channel.id)):
        if kind in ADAPTERS and not kind.group:
            found[enterprise_id].append(kind)
    return found
