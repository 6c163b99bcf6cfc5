"""Signing in with an account elsewhere: choose, go there, come back."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lms.access.door import Writing, current_actor, public
from lms.core.errors import NotFound, Problem
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.notices.channels.parcels import Unreachable
from lms.notices.sending import network
from lms.sign_in import service, trips
from lms.sign_in.models import SignInWay, WayKind
from lms.sign_in.ways import ADAPTERS, NotSignedIn
from lms.web.entering import enter
from lms.web.places import inside
from lms.web.security import A_HALL, limiter

bp = Blueprint("ways", __name__)
log = logging.getLogger(__name__)


class LateTrip(Problem):
    code = "late-trip"
    sentence = _l("这次登录没有完成：可能放得太久，或者已经用过。请回到登录页再来一次。")


class NotThere(Problem):
    status = 502
    code = "not-signed-in-elsewhere"
    sentence = _l("没有用“%(name)s”登录成。请再试一次；还是不行，把这句话告诉管理员：%(why)s")


@bp.route("/sign-in/with")
@public("choosing where to sign in")
def choose(uow: UnitOfWork) -> ResponseReturnValue:
    place = request.args.get("place", "").strip()[:100]
    ways, many = service.offered(uow, place)
    target = inside(request.args.get("next"))
    return render_template("sign_in/choose.html", ways=ways, many=many, place=place, target=target)


@bp.route("/sign-in/with/<uuid:way_id>")
@limiter.limit(A_HALL)
@public("going to sign in elsewhere")
def start(uow: UnitOfWork, way_id: UUID) -> ResponseReturnValue:
    """A GET, so that an app elsewhere can open it; it changes nothing but this browser's own cookie."""
    way, actor = service.open_way(uow, way_id), current_actor()
    tying = "tie" in request.args
    if tying and (actor is None or not service.may_tie(uow, way, actor)):
        raise NotFound
    in_app = way.kind == WayKind.WECOM and "wxwork" in request.user_agent.string
    trip = trips.begin(
        way.id, back_to(way), inside=in_app, target=inside(request.args.get("next")), tying=actor.key if tying and actor else None
    )
    try:
        return redirect(ADAPTERS[way.kind].start(way.settings, trip, network()), 303)
    except (NotSignedIn, Unreachable) as fault:
        raise _failed(way, fault) from fault


@bp.route("/sign-in/with/<uuid:way_id>/back")
@limiter.limit(A_HALL)
@public("coming back: the state proves that this browser went", reads_first=True)
def back(uow: UnitOfWork, way_id: UUID) -> ResponseReturnValue | Writing:
    way = service.open_way(uow, way_id)
    ended = trips.end(way.id, request.args.get("state", ""))
    if ended is None:
        raise LateTrip
    trip, target, tying = ended
    try:
        outsider = ADAPTERS[way.kind].finish(way.settings, trip, request.args, network())
    except (NotSignedIn, Unreachable) as fault:
        raise _failed(way, fault) from fault
    if tying:
        actor = current_actor()
        if actor is None or actor.key != tying:
            raise LateTrip
        trips.keep_for_tying(tying, way.id, outsider)
        return redirect(url_for("account.tie"), 303)

    def act(after: UnitOfWork) -> ResponseReturnValue:
        still = service.open_way(after, way_id)
        try:
            actor = service.enter(after, still, outsider)
        except Problem as problem:
            log.info("sign-in refused", extra={"way_id": way_id.hex, "code": problem.code})
            raise
        return enter(after, actor, by=f"{still.kind}:{way_id.hex}", target=target, outside=True)

    return Writing(act)


def back_to(way: SignInWay) -> str:
    """The address that the other side sends people back to, as it is entered there."""
    return settings().origin + url_for("ways.back", way_id=way.id)


def _failed(way: SignInWay, fault: NotSignedIn | Unreachable) -> NotThere:
    log.warning("sign-in elsewhere failed", extra={"way_id": way.id.hex, "why": fault.code, "said": fault.said})
    return NotThere(name=way.name, why=str(fault))
