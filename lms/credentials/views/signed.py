"""The signed statement in a certificate's QR code: the keys it is checked with, and the page that checks it with no network."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.access.door import public
from lms.core.documents.sealing import identity
from lms.core.service_workers import OF_EVERY_PAGE, worker
from lms.core.uow import UnitOfWork
from lms.credentials import statements
from lms.ledger.jose import jwk
from lms.ledger.keys import known_keys, own_key

bp = Blueprint("signed", __name__)
PAGE = "credentials/signed.html"
KEPT = (*OF_EVERY_PAGE, "js/signed.js")
LONGEST = 1000  # characters of a QR code's text


@bp.route("/verify/signed", methods=["GET", "POST"])
@public("anybody may check what the QR code of a certificate says; the phone keeps the page for when there is no network")
def check(uow: UnitOfWork) -> ResponseReturnValue:
    text = request.form.get("text", "")[:LONGEST]
    said = statements.read_by_any(text, known_keys()) if text else None
    return render_template(PAGE, text=text, said=said, keys=known_keys())


@bp.route("/verify/worker.js")
@public("what keeps that page on the phone; the same for everybody")
def page_worker(uow: UnitOfWork) -> ResponseReturnValue:
    files = [url_for(".check"), *(url_for("static", filename=name) for name in KEPT)]
    return worker(f"verify-{own_key()[:8]}", "js/page-worker.js", files, (PAGE, "credentials/_signed.html"), KEPT)


@bp.route("/.well-known/jwks.json")
@public("the public keys of this installation: who checks a certificate elsewhere needs it")
def keys(uow: UnitOfWork) -> ResponseReturnValue:
    return jsonify(keys=[jwk(key) for key in known_keys()])


@bp.route("/.well-known/anke-ca.pem")
@public("the authority that certified whoever signs the PDF files: who wants to rely on it installs it")
def authority(uow: UnitOfWork) -> ResponseReturnValue:
    who = identity()
    return Response((who.chain or (who.certificate,))[-1].public_bytes(Encoding.PEM), mimetype="application/x-pem-file")
