"""The shell around pages: who is signed in, and where they can go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Flask, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.local import LocalProxy

from lms.access.actor import Actor
from lms.access.door import current_actor, signed_in_key
from lms.access.models import Role
from lms.access.words import ROLES
from lms.core.settings import settings
from lms.core.uow import unit_of_work
from lms.notices.queries import unread
from lms.registry.models import Enterprise, Jurisdiction


class Entry(NamedTuple):
    url: str
    label: str
    active: bool


def entries(actor: Actor) -> list[Entry]:
    """The way through the product for this actor, in the order of their work."""
    if actor.holds(Role.OFFICER):
        wanted = [
            ("compliance.home", _("总览")),
            ("campaigns.index", _("专项活动")),
            ("signals.index", _("可信信号")),
            ("supervision.index", _("旁听点评")),
            ("hazards.index", _("重大隐患")),
            ("bulletins.index", _("通报")),
            ("registry.enterprises", _("企业")),
            ("bank.index", _("题库")),
            ("lectures.library", _("资料库")),
        ]
    elif actor.holds(Role.TRAINER, Role.HEAD):
        wanted = [
            ("lectures.index", _("讲课")),
            ("campaigns.index", _("专项活动")),
            ("hazards.index", _("重大隐患")),
            ("registry.people", _("人员")),
            ("bank.index", _("题库")),
            ("credentials.index", _("证书")),
            ("lectures.library", _("资料库")),
        ]
    else:
        wanted = [("archives.me", _("我的"))]
    here = section(request.endpoint or "")
    return [Entry(url_for(endpoint), label, section(endpoint) == here) for endpoint, label in wanted]


def section(endpoint: str) -> str:
    """Which entry of the navigation a page belongs to."""
    return _SECTIONS.get(endpoint) or _SECTIONS.get(endpoint.split(".")[0]) or endpoint.split(".")[0]


_ROOMS = {  # entry → the rooms and pages that lie behind it, where they are called otherwise
    "lectures": ("analysis", "archives.cartridge", "archives.lecture", "attendance", "papers", "quiz_sheets",
                 "quiz_signals", "retests", "support"),
    "campaigns": ("burden", "chasing", "deferrals"),
    "registry": ("archives.enterprise", "archives.hours", "archives.marks", "archives.official", "archives.order_list",
                 "archives.orders", "archives.person", "archives.person_data", "archives.record", "archives.trail", "imports",
                 "openings", "retraining", "states", "trainers", "trainings"),
    "bank": ("exchange", "law", "marking", "regrading", "sharing", "translations"),
    "credentials": ("awards", "templates"),
    "compliance": ("claims", "jurisdictions", "patch", "seeing", "visiting"),
    "bulletins": ("replies", "situation"),
    "library": ("lectures.library", "lectures.publish", "lectures.publish_version"),
}  # fmt: skip
_SECTIONS = {place: entry for entry, places in _ROOMS.items() for place in places}


def home_of(actor: Actor) -> str:
    """Where an actor starts."""
    if actor.holds(Role.OFFICER):
        return url_for("compliance.home")
    if actor.holds(Role.TRAINER, Role.HEAD):
        return url_for("lectures.index")
    return url_for("archives.me")


def place_of(actor: Actor) -> str:
    """The enterprise or jurisdiction an actor works for, as shown in the header."""
    with unit_of_work(actor, "home", write=False) as uow:
        if actor.jurisdiction_id:
            return uow.session.scalar(select(Jurisdiction.name).where(Jurisdiction.id == actor.jurisdiction_id)) or ""
        return uow.session.scalar(select(Enterprise.name).where(Enterprise.id == actor.enterprise_id)) or ""


def unread_of(actor: Actor) -> int:
    """How many messages this actor has not read; one query, and only on pages that show it."""
    with unit_of_work(actor, "inbox.read", write=False) as uow:
        return unread(uow)


def role_of(actor: Actor) -> str:
    """What an actor is called in the header."""
    return str(ROLES.get(actor.held[0].role, "")) if actor.held else ""


def lends_tokens(actor: Actor) -> bool:
    """Whether the header offers to lend this actor's rights to a program: to whoever runs something, by an account."""
    return actor.user_id is not None and actor.holds(Role.TRAINER, Role.HEAD, Role.OFFICER)


def init(app: Flask) -> None:
    @app.context_processor
    def shell() -> dict[str, object]:
        # Each is found out when a page asks for it: a phone in the hall shows nothing of this.

        def of_actor(what: Callable[[Actor], Any], nothing: object) -> Callable[[], Any]:
            def ask() -> Any:
                actor = current_actor()
                return what(actor) if actor else nothing

            return ask

        return {
            "actor": LocalProxy(current_actor),
            "whose": signed_in_key,
            "nav": of_actor(entries, []),
            "demo_mode": settings().demo,
            "role_label": of_actor(role_of, ""),
            "unread_notices": of_actor(unread_of, 0),
            "may_programs": of_actor(lends_tokens, False),
            "place": of_actor(place_of, ""),
        }
