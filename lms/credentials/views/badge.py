"""A certificate as a picture to keep, and as a credential that programs elsewhere check."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from lms.access.door import may, public
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials import badges, baking, queries
from lms.credentials.models import Certificate
from lms.ledger.keys import signing_seed

bp = Blueprint("badges", __name__)
SERIES = re.compile(r"[A-Za-z0-9-]{1,20}-\d{4}")


@bp.route("/certificates/<uuid:certificate_id>/picture")
@may("certificate.read")
def picture_page(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """The certificate to be looked at, and kept by a long press."""
    certificate = find(uow, Certificate, certificate_id)
    state = certificate.state_on(uow.today)
    return render_template("credentials/picture.html", certificate=certificate, state=state)


@bp.route("/certificates/<uuid:certificate_id>.png")
@may("certificate.read")
def picture(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """The frozen page as a picture, with the credential inside (Open Badges 3.0 "baked")."""
    certificate = find(uow, Certificate, certificate_id)
    answer = Response(mimetype="image/png")
    answer.set_etag(certificate.pdf_sha256)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = f'inline; filename="{certificate.serial}.png"'
    if certificate.pdf_sha256 not in request.if_none_match:
        answer.set_data(baking.picture_of(certificate, _token(certificate)))
    return answer.make_conditional(request)


@bp.route("/certificates/<uuid:certificate_id>.svg")
@may("certificate.read")
def vector(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """The same as an SVG with the credential inside, for what reads badges from those; always a download."""
    certificate = find(uow, Certificate, certificate_id)
    picture, token = baking.picture_of(certificate, ""), _token(certificate)
    said = f"{certificate.serial} {certificate.data['holder_name']} {certificate.data['lecture_title']}"
    answer = Response(badges.baked_svg(picture, token, said), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.serial}.svg"'
    return answer


@bp.route("/certificates/<uuid:certificate_id>.json")
@may("certificate.read")
def credential(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    certificate = find(uow, Certificate, certificate_id)
    answer = current_app.json.response(badges.enveloped(_token(certificate)))
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.serial}.json"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.route("/status-lists/<series>")
@public("who checks a credential elsewhere asks here whether it was revoked; it names nobody")
def status(uow: UnitOfWork, series: str) -> ResponseReturnValue:
    """series: district and year, as in the number of a certificate."""
    last = queries.last_of(uow, series) if SERIES.fullmatch(series) else 0
    if not last:
        raise NotFound
    places = (badges.place_of(serial)[1] for serial in queries.ended_of(uow, series))
    today = uow.now.replace(hour=0, minute=0, second=0, microsecond=0)
    told = badges.status_list(series, places, last, settings().base_url, today)
    answer = Response(badges.signed(signing_seed(), told), mimetype=f"application/{badges.KIND}")
    answer.add_etag()
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer.make_conditional(request)


def _token(certificate: Certificate) -> str:
    return baking.token_of(certificate, settings().base_url)
