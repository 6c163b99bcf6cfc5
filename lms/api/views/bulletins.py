"""Bulletins (通报): gathered, worded, sent for replies, signed; and what a named firm answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.shapes import shown, told
from lms.api.views.steps import Number
from lms.campaigns import queries as campaigns
from lms.compliance import queries as standings
from lms.compliance.asked import launched
from lms.compliance.bulletins import places, queries, service
from lms.compliance.bulletins.forms import BeginForm, CorrectForm, DecideForm, GatherForm, ReplyForm, SendForm, WordsForm
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinState
from lms.compliance.bulletins.reply_views import own_mention
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.queries import own_jurisdiction


@dataclass(frozen=True, slots=True)
class BulletinOut:
    """data_sha256: of the frozen data that it rests on; None while they are gathered."""

    id: UUID
    jurisdiction_id: UUID
    campaign_id: UUID
    state: BulletinState
    day: date
    as_of: datetime | None
    data_sha256: str | None
    version: int
    replaces_id: UUID | None
    correction: str | None
    created_by: str
    created_at: datetime
    reply_by: date | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class MentionOut:
    """A firm that is named, what it said, and what the bureau decided."""

    id: UUID
    bulletin_id: UUID
    enterprise_id: UUID
    agreed: bool
    reply: str | None
    replied_by: str | None
    replied_at: datetime | None
    answer: str | None
    struck: Annotated[str | None, told(_l("不列名的原因"))]


@dataclass(frozen=True, slots=True)
class PlaceOut:
    """A street or district that a bulletin names in words, and what its officers say to that."""

    id: UUID
    bulletin_id: UUID
    name: str
    said: Annotated[str, told(_l("通报里的话"))]
    agreed: bool
    reply: str | None
    replied_by: str | None
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallIn:
    enterprise_ids: Annotated[tuple[UUID, ...], told(minItems=1, maxItems=500)]
    text: Annotated[str, told(_l("跟谁说的，对方怎么说"), minLength=1, maxLength=500)]


@dataclass(frozen=True, slots=True)
class NamesIn:
    lists: Annotated[tuple[str, ...], told(_l("哪些名单列名"), maxItems=20)] = ()
    praised: Annotated[tuple[UUID, ...], told(_l("表扬哪些企业"), maxItems=100)] = ()


@operation("GET", "/bulletins", "bulletin.read", _l("通报"), answer=BulletinOut, query=Wanted, many=True)
def bulletins(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return within(uow, Bulletin, wanted, lambda row: shown(BulletinOut, row))


@operation("GET", "/bulletins/<uuid:bulletin_id>", "bulletin.read", _l("一份通报"), answer=BulletinOut)
def bulletin(uow: UnitOfWork, bulletin_id: UUID) -> BulletinOut:
    return shown(BulletinOut, find(uow, Bulletin, bulletin_id))


@operation(
    "POST", "/bulletins", "bulletin.change", _l("起一份通报，开始取数"),
    answer=BulletinOut, form=BeginForm, status=201, pages="bulletins.new",
)  # fmt: skip
def begin_bulletin(uow: UnitOfWork, given: Callable[..., Any]) -> BulletinOut:
    bureau = own_jurisdiction(uow)
    offered = [(str(one.id), one.title) for one in campaigns.launched(uow)]
    form = given(campaign=offered, area=standings.areas(uow, bureau))
    area = standings.find_jurisdiction(uow, form.area.data)
    return _now(uow, service.begin(uow, bureau, launched(uow, UUID(form.campaign.data)), area, form.day.data))


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/gather", "bulletin.change", _l("按另一天重新取数"),
    answer=BulletinOut, form=GatherForm, pages="bulletins.gather",
)  # fmt: skip
def gather_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[..., Any]) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    service.gather_again(uow, found, given().day.data)
    return _now(uow, found)


@operation(
    "PUT", "/bulletins/<uuid:bulletin_id>/words", "bulletin.change", _l("改通报里的话"),
    answer=BulletinOut, form=WordsForm, pages="bulletins.words",
)  # fmt: skip
def word_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[..., Any]) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    typed = {field.name: (field.data or "").replace("\r\n", "\n").strip() for field in given()}
    service.write(uow, found, queries.frozen_of(found), typed)
    return _now(uow, found)


@operation(
    "PUT", "/bulletins/<uuid:bulletin_id>/names", "bulletin.change", _l("列名哪些名单，表扬谁"),
    answer=BulletinOut, body=NamesIn, pages="bulletins.names",
)  # fmt: skip
def name_in_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[[], NamesIn]) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    frozen, typed = queries.frozen_of(found), given()
    service.name(uow, found, frozen, list(typed.lists), [str(one) for one in typed.praised])
    return _now(uow, found)


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/send", "bulletin.change", _l("定稿，向企业征求意见；文字按最后保存的"),
    answer=BulletinOut, form=SendForm, pages="bulletins.send",
)  # fmt: skip
def send_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[..., Any]) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    frozen = queries.frozen_of(found)
    service.send(uow, found, frozen, given().reply_by.data)
    return _now(uow, found)


@operation(
    "GET", "/bulletins/<uuid:bulletin_id>/mentions", "bulletin.change", _l("点到名的企业和它们的意见"),
    answer=MentionOut, query=Wanted, many=True,
)  # fmt: skip
def mentions(uow: UnitOfWork, bulletin_id: UUID, wanted: Wanted) -> Listed:
    found = queries.own(uow, bulletin_id)
    return within(uow, BulletinMention, wanted, lambda row: shown(MentionOut, row), BulletinMention.bulletin_id == found.id)


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/firms/<uuid:enterprise_id>", "bulletin.change",
    _l("答复一家企业的意见，或者不列它的名"), answer=MentionOut, form=DecideForm, pages="bulletins.decide",
)  # fmt: skip
def decide_mention(uow: UnitOfWork, bulletin_id: UUID, enterprise_id: UUID, given: Callable[..., Any]) -> MentionOut:
    found = queries.own(uow, bulletin_id)
    mention, form = queries.mention_of(uow, found, enterprise_id), given()
    service.decide(uow, found, mention, (form.answer.data or "").strip(), (form.struck.data or "").strip())
    uow.session.flush()
    return shown(MentionOut, mention)


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/calls", "bulletin.change", _l("记下给通知不到的企业打的电话"),
    answer=Number, body=CallIn, pages="bulletins.called",
)  # fmt: skip
def note_calls(uow: UnitOfWork, bulletin_id: UUID, given: Callable[[], CallIn]) -> Number:
    """How many enterprises were noted as called."""
    found, typed = queries.own(uow, bulletin_id), given()
    return Number(service.call(uow, found, typed.enterprise_ids, typed.text.strip()))


@operation("GET", "/bulletins/<uuid:bulletin_id>/own", "bulletin.reply", _l("通报里怎么说本单位"), answer=MentionOut)
def mention(uow: UnitOfWork, bulletin_id: UUID) -> MentionOut:
    return shown(MentionOut, own_mention(uow, find(uow, Bulletin, bulletin_id)))


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/own", "bulletin.reply", _l("答复通报：属实，或者说明"),
    answer=MentionOut, form=ReplyForm, pages="replies.own",
)  # fmt: skip
def reply_to_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[..., Any]) -> MentionOut:
    mention, form = own_mention(uow, find(uow, Bulletin, bulletin_id)), given()
    service.reply(uow, mention, (form.text.data or "").strip() if form.kind.data == "reply" else "")
    uow.session.flush()
    return shown(MentionOut, mention)


@operation(
    "POST", "/bulletins/places/<uuid:place_id>", "bulletin.change", _l("街道、县区答复通报里的话：属实，或者说明"),
    answer=PlaceOut, form=ReplyForm, pages="replies.place",
)  # fmt: skip
def reply_of_place(uow: UnitOfWork, place_id: UUID, given: Callable[..., Any]) -> PlaceOut:
    named, form = find(uow, BulletinPlace, place_id), given()
    if not places.speaks_for(uow.actor, named):
        raise NotFound
    service.reply_of_place(uow, named, (form.text.data or "").strip() if form.kind.data == "reply" else "")
    return shown(PlaceOut, named)


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/correct", "bulletin.change", _l("更正已发布的通报：起新的一版"),
    answer=BulletinOut, form=CorrectForm, status=201, pages="bulletins.correct",
)  # fmt: skip
def correct_bulletin(uow: UnitOfWork, bulletin_id: UUID, given: Callable[..., Any]) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    return _now(uow, service.correct(uow, found, given().reason.data.strip()))


@operation(
    "POST", "/bulletins/<uuid:bulletin_id>/void", "bulletin.change", _l("作废草稿"), answer=BulletinOut, pages="bulletins.void"
)
def void_bulletin(uow: UnitOfWork, bulletin_id: UUID) -> BulletinOut:
    found = queries.own(uow, bulletin_id)
    service.throw_away(uow, found)
    return _now(uow, found)


def _now(uow: UnitOfWork, row: Bulletin) -> BulletinOut:
    uow.session.flush()
    return shown(BulletinOut, row)
