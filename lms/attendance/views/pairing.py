"""Where a tablet or a leader's phone is opened, and the page that stays on it. Nothing here is a sign-in."""

from __future__ import annotations

import json

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from lms.access.door import public
from lms.access.tries import check_tries, note_wrong_try
from lms.attendance.forms import PairForm
from lms.attendance.models import Station, StationKind
from lms.attendance.service import stations
from lms.attendance.views import bp
from lms.core.crypto import keyring
from lms.core.errors import Problem
from lms.core.service_workers import worker
from lms.core.uow import UnitOfWork

SCRIPTS = ("store", "link", "seal", "sign", "people", "kiosk", "leader", "main")
STYLES = ("vendor/tabler.css", "css/anke.css", "css/mark.svg")


@bp.route("/kiosk", methods=["GET", "POST"])
@public("a tablet is opened with the code on the trainer's page")
def kiosk(uow: UnitOfWork) -> ResponseReturnValue:
    form = PairForm()
    if form.validate_on_submit():
        try:
            check_tries(uow, _typist())
            return _paired(uow, stations.invited(uow, code=form.code.data or ""))
        except stations.InvitationGone as problem:
            note_wrong_try(uow, _typist())
            form.code.errors = [str(problem)]
        except Problem as problem:
            form.code.errors = [str(problem)]
    # 200 also when it was wrong: a status of 400 or more would take back the count of wrong tries.
    return render_template("attendance/kiosk.html", form=form)


@bp.route("/station/open/<invitation>", methods=["GET", "POST"])
@public("whoever holds the link to a leader's phone or a tablet; it opens one device, once")
def open_station(uow: UnitOfWork, invitation: str) -> ResponseReturnValue:
    """A GET opens nothing: the previews that chats make of a link must not use it up."""
    try:
        station = stations.invited(uow, invitation=invitation)
    except Problem as problem:
        return render_template("attendance/station_gone.html", problem=problem), problem.status
    if request.method == "POST":
        return _paired(uow, station)
    return render_template("attendance/station_open.html", station=station, invitation=invitation)


@bp.route("/station/")
@public("the page of a tablet or a leader's phone; what it shows comes with the key of the device")
def station(uow: UnitOfWork) -> ResponseReturnValue:
    return render_template("attendance/station.html", scripts=_scripts())


@bp.route("/station/worker.js")
@public("what keeps a station's page on the device; the same for everybody")
def station_worker(uow: UnitOfWork) -> ResponseReturnValue:
    files = [url_for(".station"), *(url_for("static", filename=name) for name in STYLES), *_scripts()]
    statics = (*STYLES, *(f"js/station/{name}.js" for name in SCRIPTS))
    return worker("station", "js/station/worker.js", files, ("attendance/station.html",), statics)


@bp.route("/station/app.webmanifest")
@public("how a station's page is put on the home screen; the same for everybody")
def station_manifest(uow: UnitOfWork) -> ResponseReturnValue:
    manifest = {
        "name": _("安课签到"), "short_name": _("安课签到"), "start_url": url_for(".station"), "scope": url_for(".station"),
        "display": "fullscreen", "background_color": "#f4f6f5", "theme_color": "#0b6e5a",
        "icons": [{"src": url_for("static", filename="css/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }  # fmt: skip
    return Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")


def _paired(uow: UnitOfWork, station: Station) -> Response:
    """The page that keeps the key on the device. Whoever was signed in here is signed out: the device goes from hand to hand."""
    key = stations.pair(uow, station)
    if station.kind is StationKind.KIOSK or uow.actor.user_id is not None:
        logout_user()
    return make_response(render_template("attendance/station_paired.html", station=station, key=key))


def _typist() -> str:
    return f"pair:{keyring().fingerprint(request.remote_addr or '')}"


def _scripts() -> list[str]:
    return [url_for("static", filename=f"js/station/{name}.js") for name in SCRIPTS]
