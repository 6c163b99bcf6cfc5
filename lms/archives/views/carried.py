"""A worker shows their record to another firm, and that firm reads it."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.archives.views import bp
from lms.archives.views.own import own_person, tabs
from lms.core.documents.drawing import qr
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials.models import CarriedRecord
from lms.credentials.service import carrying
from lms.ledger.keys import known_keys
from lms.ledger.receipts import is_sealed
from lms.registry.models import Enterprise, Person


@bp.route("/me/record", methods=["GET", "POST"])
@may("own.read")
def own_record(uow: UnitOfWork) -> ResponseReturnValue:
    """Offer it; and while it is offered, the code, who asks, and the tap without which nobody sees anything."""
    person = own_person(uow)
    if request.method == "POST":
        carrying.offer(uow, person)
        return redirect(url_for(".own_record"), 303)
    return render_template("archives/own_record.html", person=person, tabs=tabs("archives.me"), **_offered(uow, person))


@bp.route("/me/record/state")
@may("own.read")
def own_record_state(uow: UnitOfWork) -> ResponseReturnValue:
    """The fragment that waits for somebody to ask."""
    return render_template("archives/_offered.html", **_offered(uow, own_person(uow)))


@bp.route("/me/record/<uuid:record_id>", methods=["POST"])
@may("own.read")
def decide_record(uow: UnitOfWork, record_id: UUID) -> ResponseReturnValue:
    """The worker lets that firm see it, or ends it."""
    offered = find(uow, CarriedRecord, record_id)
    if offered.person_id != own_person(uow).id:
        raise NotFound
    if request.form.get("do") == "agree":
        carrying.agree(uow, offered)
        flash(_("对方现在看得到了，三十天后自动看不到。想提前结束，点“不再给看”。"), "ok")
    else:
        carrying.end(uow, offered)
        flash(_("已结束，谁也看不到了。"), "ok")
    return redirect(url_for(".own_record"), 303)


@bp.route("/records/<code>", methods=["GET", "POST"])
@may("record.ask")
def record(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    """The next employer's side: ask, wait for the worker's tap, read."""
    offered, firm = _by_code(uow, code), _own_firm(uow)
    if request.method == "POST":
        carrying.ask(uow, offered, firm)
        return redirect(url_for(".record", code=code), 303)
    page = "archives/_record.html" if "HX-Request" in request.headers else "archives/record.html"
    return render_template(page, **_shown(offered, firm))


@bp.route("/records/<code>.json")
@may("record.ask")
def record_file(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    """What was shown, with its signature, to be kept: checked with the published keys of this installation."""
    offered, firm = _by_code(uow, code), _own_firm(uow)
    if offered.firm_id != firm.id or offered.agreed_at is None or not offered.runs(uow.now):
        raise NotFound
    body = json.dumps({"statement": offered.statement, "signature": offered.signature, "key": offered.key}, ensure_ascii=False)
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="record.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _offered(uow: UnitOfWork, person: Person) -> dict[str, object]:
    wanted = select(CarriedRecord).where(CarriedRecord.person_id == person.id).order_by(CarriedRecord.offered_at.desc())
    rows = [one for one in uow.session.scalars(wanted.limit(20)) if one.runs(uow.now)]
    open_one = next((one for one in rows if one.agreed_at is None), None)
    firms = {one.firm_id: uow.session.get_one(Enterprise, one.firm_id).name for one in rows if one.firm_id}
    return {
        "offered": open_one,
        "code": qr(f"{settings().base_url}/records/{open_one.code}", border=4) if open_one else "",
        "agreed": [one for one in rows if one.agreed_at],
        "firms": firms,
    }


def _shown(offered: CarriedRecord, firm: Enterprise) -> dict[str, object]:
    """What this firm may see of it now."""
    mine = offered.firm_id == firm.id
    told = json.loads(offered.statement) if mine and offered.statement and offered.agreed_at else None
    sealed = told and is_sealed((offered.statement or "").encode(), offered.signature or "", offered.key or "")
    known = bool(sealed and offered.key in known_keys())
    return {"offered": offered, "mine": mine, "told": told, "known": known, "own": offered.enterprise_id == firm.id}


def _by_code(uow: UnitOfWork, code: str) -> CarriedRecord:
    found = uow.session.scalar(select(CarriedRecord).where(CarriedRecord.code == code))
    if found is None or not found.runs(uow.now):
        raise NotFound
    return found


def _own_firm(uow: UnitOfWork) -> Enterprise:
    held = next((one for one in uow.actor.held if one.role in (Role.TRAINER, Role.HEAD) and one.enterprise_id), None)
    if held is None:
        raise NotFound
    return uow.session.get_one(Enterprise, held.enterprise_id)
