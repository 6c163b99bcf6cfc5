"""The trainer's page about tablets and leaders' phones: invite, revoke, and decide what does not count by itself."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from lms.access.door import may
from lms.access.reach import find
from lms.attendance.forms import LeaderForm, SettleForm
from lms.attendance.models import AttendanceEvent, HeldMark, Station, StationKind
from lms.attendance.queries.stations import signature_of, stations_of, teams
from lms.attendance.service import arrivals, stations
from lms.attendance.service.presence import NotHeldYet
from lms.attendance.views import bp
from lms.attendance.words import WHY_WORDS
from lms.core.documents.drawing import qr_on_screen
from lms.core.downloads import signature_drawn
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting
from lms.lectures.rules import WrongSitting


@bp.route("/sittings/<uuid:sitting_id>/stations")
@may("attendance.enter")
def sitting_stations(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    return _page(uow, find(uow, Sitting, sitting_id))


@bp.route("/sittings/<uuid:sitting_id>/stations/kiosk", methods=["POST"])
@may("attendance.enter")
def add_kiosk(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    stations.add_station(uow, sitting, StationKind.KIOSK)
    return _back(sitting.id, _("配对码已生成，10 分钟内在平板上打开。"))


@bp.route("/sittings/<uuid:sitting_id>/stations/leader", methods=["POST"])
@may("attendance.enter")
def add_leader(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    form = _leader_form(uow, sitting)
    if not form.validate_on_submit():
        return _page(uow, sitting, form, 422)
    stations.add_station(uow, sitting, StationKind.LEADER, team=form.team.data or None, leader=form.leader.data)
    return _back(sitting.id, _("给%(name)s的链接已生成。", name=form.leader.data))


@bp.route("/stations/<uuid:station_id>/renew", methods=["POST"])
@may("attendance.enter")
def renew_station(uow: UnitOfWork, station_id: UUID) -> ResponseReturnValue:
    station = find(uow, Station, station_id)
    stations.renew(uow, station)
    return _back(station.sitting_id, _("已重新生成。原来那台设备不能再用，它存着没传的记录会转到“待确认”。"))


@bp.route("/stations/<uuid:station_id>/revoke", methods=["POST"])
@may("attendance.enter")
def revoke_station(uow: UnitOfWork, station_id: UUID) -> ResponseReturnValue:
    station = find(uow, Station, station_id)
    stations.revoke(uow, station)
    return _back(station.sitting_id, _("已停用。设备一联网就会删掉名单；之后传来的记录要您确认才算。"))


@bp.route("/held/<uuid:held_id>", methods=["POST"])
@may("attendance.enter")
def settle_held(uow: UnitOfWork, held_id: UUID) -> ResponseReturnValue:
    held = find(uow, HeldMark, held_id)
    form, sitting_id = SettleForm(), held.sitting_id
    if not form.validate_on_submit():
        return _page(uow, find(uow, Sitting, sitting_id), status=422)
    name = held.person.name
    if form.do.data == "count":
        try:
            arrivals.count_held(uow, held, form.note.data or None)
        except (arrivals.DeviceFar, NotHeldYet, WrongSitting) as problem:
            return _back(sitting_id, str(problem), "warn")
        return _back(sitting_id, _("%(name)s的记录已登记，写明是您确认的；人工登记超过一成的，还要第二个人确认。", name=name))
    arrivals.decline_held(uow, held, form.note.data or None)
    return _back(sitting_id, _("%(name)s的这一条不算，原记录留着。", name=name))


@bp.route("/signatures/<uuid:event_id>.svg")
@may("attendance.read")
def signature(uow: UnitOfWork, event_id: UUID) -> ResponseReturnValue:
    """What somebody signed with a finger, as a picture."""
    return _drawn(uow, find(uow, AttendanceEvent, event_id))


@bp.route("/me/signatures/<uuid:event_id>.svg")
@may("own.read")
def own_signature(uow: UnitOfWork, event_id: UUID) -> ResponseReturnValue:
    """One's own."""
    return _drawn(uow, find(uow, AttendanceEvent, event_id))


def _drawn(uow: UnitOfWork, event: AttendanceEvent) -> Response:
    return signature_drawn(signature_of(uow, event.enterprise_id, event.signature_sha256) if event.signature_sha256 else None)


def _page(uow: UnitOfWork, sitting: Sitting, form: LeaderForm | None = None, status: int = 200) -> ResponseReturnValue:
    found = stations_of(uow, sitting.lecture_id)
    links = {
        one.id: settings().origin + url_for(".open_station", invitation=one.invitation)
        for one in found.stations
        if one.invitation and one.invited_until >= uow.now
    }
    page = render_template(
        "attendance/stations.html",
        sitting=sitting,
        lecture=sitting.lecture,
        found=found,
        links=links,
        drawn={station_id: qr_on_screen(link) for station_id, link in links.items()},
        kiosk_address=settings().origin.split("://", 1)[-1] + url_for(".kiosk"),
        secure=settings().https or settings().base_url.startswith(("http://localhost", "http://127.")),
        form=form or _leader_form(uow, sitting),
        settle_form=SettleForm(formdata=None),
        why_words=WHY_WORDS,
        now=uow.now,
    )
    return page, status


def _leader_form(uow: UnitOfWork, sitting: Sitting) -> LeaderForm:
    counted = teams(uow, sitting.lecture_id)
    form = LeaderForm()
    form.team.choices = [("", _("全部应到人员（%(n)s 人）", n=counted.total()))] + [
        (name, _("%(name)s（%(n)s 人）", name=name, n=number)) for name, number in counted.items()
    ]
    return form


def _back(sitting_id: UUID, said: str, kind: str = "ok") -> Redirect:
    flash(said, kind)
    return redirect(url_for(".sitting_stations", sitting_id=sitting_id), 303)
