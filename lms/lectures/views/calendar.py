"""The calendar feed, and the page on which its address is had and revoked."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.access.door import may, public
from lms.access.models import Role
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.lectures.service import feeds
from lms.lectures.views import bp

OWN, ENTERPRISE = "own", "enterprise"


@bp.route("/calendar/<token>.ics")
@public("calendars have no sign-in: the address is the secret", write=True)  # notes which version they were given
def calendar_feed(uow: UnitOfWork, token: str) -> ResponseReturnValue:
    feed = feeds.feed_of(uow, token)
    if feed is None:
        raise NotFound
    response = make_response(feeds.written(uow, feed, settings().base_url))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="anke.ics"'
    response.headers["Cache-Control"] = "private, no-cache"  # kept, but asked for anew: 304 when nothing has changed
    response.add_etag()
    return response.make_conditional(request)


@bp.route("/calendar")
@may("calendar.subscribe")
def calendar(uow: UnitOfWork) -> ResponseReturnValue:
    return _page(uow, {})


@bp.route("/calendar/<which>", methods=["POST"])
@may("calendar.subscribe")
def subscribe(uow: UnitOfWork, which: str) -> ResponseReturnValue:
    """A new address, shown on this answer only; an earlier one stops working."""
    enterprise_id, person_id = _whose(uow, which)
    token = feeds.subscribe(uow, enterprise_id, person_id)
    return _page(uow, {which: settings().origin + url_for(".calendar_feed", token=token)})


@bp.route("/calendar/<which>/revoke", methods=["POST"])
@may("calendar.subscribe")
def revoke(uow: UnitOfWork, which: str) -> ResponseReturnValue:
    feeds.revoke(uow, *_whose(uow, which))
    flash(_("地址已停用，订阅了它的日历不会再更新。"), "ok")
    return redirect(url_for(".calendar"), 303)


def _whose(uow: UnitOfWork, which: str) -> tuple[UUID, UUID | None]:
    """Enterprise and person of a feed this actor may have; person None for the whole enterprise. Raises NotFound."""
    actor: Actor = uow.actor
    if which == OWN:
        held = next((held for held in actor.held if held.person_id and held.enterprise_id), None)
    elif which == ENTERPRISE:
        held = actor.held_as(Role.TRAINER, Role.HEAD)
    else:
        held = None
    if held is None or held.enterprise_id is None:
        raise NotFound
    return held.enterprise_id, held.person_id if which == OWN else None


def _page(uow: UnitOfWork, addresses: dict[str, str]) -> ResponseReturnValue:
    """addresses: those just made, by which."""
    offered = []
    for which, title in ((OWN, _("我要参加的课")), (ENTERPRISE, _("本单位的全部讲课"))):
        try:
            enterprise_id, person_id = _whose(uow, which)
        except NotFound:
            continue
        offered.append((which, title, feeds.running_feed(uow, enterprise_id, person_id), addresses.get(which)))
    office = uow.actor.holds(Role.TRAINER, Role.HEAD)
    return render_template("lectures/calendar.html", offered=offered, office=office)
