"""A firm claims its record in public; the officer calls, and says yes or no."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may, public
from lms.access.reach import find
from lms.core.crypto import keyring
from lms.core.errors import NotFound, Problem, TooMany
from lms.core.exports import exported, file_asked, page_asked
from lms.core.uow import UnitOfWork
from lms.registry.claims import queries, service
from lms.registry.claims.forms import ClaimForm, DecideClaimForm, OpenForm, ReceiptForm
from lms.registry.claims.listings import claims_listing
from lms.registry.claims.models import ClaimState, EnterpriseClaim
from lms.registry.claims.words import BESIDE, POSTS, STATES
from lms.registry.models import Jurisdiction
from lms.registry.privacy.service import note_head_view
from lms.registry.rules.names import tidy

bp = Blueprint("claims", __name__)
NUMBER = "claim-number"  # in the session: of the receipt that was looked up, so that it stands in no address
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@bp.route("/claim", methods=["GET", "POST"])
@public("a firm without an account says who it is")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    before = _refused(uow) if "again" in request.args else None
    form = ClaimForm(data=_told_before(before))
    form.street.choices = [("", _("请选")), *((str(ident), label) for ident, label in queries.streets(uow))]
    if form.validate_on_submit():
        told = service.Told(
            uscc=form.uscc_read, name=tidy(form.name.data), street=uow.session.get_one(Jurisdiction, UUID(form.street.data)),
            person_name=form.person_read, post=form.claimed_as, phone=form.phone_read, document=form.document_read,
        )  # fmt: skip
        try:
            session[NUMBER] = service.file(uow, told, _address()).number
            return redirect(url_for(".state"), 303)
        except TooMany as problem:
            form.uscc.errors = [_("提交得太频繁了，请过十分钟再试。")]
            return _form(form, before, problem.status)
    return _form(form, before, 422 if form.errors else 200)


@bp.route("/claim/state", methods=["GET", "POST"])
@public("whoever has the number of a receipt asks what became of it")
def state(uow: UnitOfWork) -> ResponseReturnValue:
    form = ReceiptForm()
    if request.method == "POST":
        if form.validate():
            try:
                session[NUMBER] = service.asked_for(uow, form.number.data or "", _address()).number
                return redirect(url_for(".state"), 303)
            except Problem as problem:
                form.number.errors = [str(problem)]
                return _receipt(None, form), problem.status
        return _receipt(None, form), 422
    return _receipt(queries.by_number(uow, session.get(NUMBER, "")), form)


@bp.route("/claim/account", methods=["POST"])
@public("whoever was told the words on the telephone chooses a password")
def account(uow: UnitOfWork) -> ResponseReturnValue:
    claim = queries.by_number(uow, session.get(NUMBER, ""))
    if claim is None:
        return redirect(url_for(".state"), 303)
    form = OpenForm()
    if not form.validate():
        return _receipt(claim, ReceiptForm(formdata=None), form), 422
    try:
        user = service.open_account(uow, claim, form.words.data or "", form.password.data or "")
    except Problem as problem:
        form.words.errors = [str(problem)]
        return _receipt(claim, ReceiptForm(formdata=None), form), problem.status
    session.pop(NUMBER, None)
    flash(_("账号已开通。用户名是 %(name)s，用刚才设的密码登录。", name=user.username), "ok")
    return redirect(url_for("web.sign_in"), 303)


@bp.route("/claims")
@may("claim.decide")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    try:
        wanted = ClaimState(request.args.get("state", ClaimState.WAITING))
    except ValueError as none:
        raise NotFound from none
    if wanted not in STATES:
        raise NotFound
    page = queries.claims_page(uow, wanted, page_asked())
    if kind := file_asked():
        return exported(kind, claims_listing(uow.now, page.rows, str(STATES[wanted])))
    return render_template(
        "claims/index.html", page=page, wanted=wanted, states=STATES, posts=POSTS, waiting=queries.waiting(uow),
    )  # fmt: skip


@bp.route("/claims/<uuid:claim_id>", methods=["GET", "POST"])
@may("claim.decide")
def show(uow: UnitOfWork, claim_id: UUID) -> ResponseReturnValue:
    claim, form = find(uow, EnterpriseClaim, claim_id), DecideClaimForm()
    if form.validate_on_submit():
        answer = form.answer.data.strip()
        try:
            if form.confirmed.data:
                return _page(
                    uow, claim, DecideClaimForm(formdata=None), words=service.confirm(uow, claim, answer, form.industry.data)
                )
            service.refuse(uow, claim, answer)
            flash(_("已退回，对方凭回执号看得到原因。"), "ok")
            return redirect(url_for(".index"), 303)
        except Problem as problem:
            form.answer.errors = [str(problem)]
            return _page(uow, claim, form), problem.status
    return _page(uow, claim, form), 422 if form.errors else 200


@bp.route("/claims/<uuid:claim_id>/phone", methods=["POST"])
@may("claim.decide")
def reveal(uow: UnitOfWork, claim_id: UUID) -> ResponseReturnValue:
    """Both whole numbers once, the registered one to be called; who looked is written down."""
    claim = find(uow, EnterpriseClaim, claim_id)
    record = service.record_of(uow, claim)
    head = queries.head_of(uow, record.id) if record else None
    if head and head.phone:
        note_head_view(uow, head)
    service.note_view(uow, claim, "phone")
    return _page(uow, claim, DecideClaimForm(formdata=None), numbers=True)


@bp.route("/claims/<uuid:claim_id>/document", methods=["POST"])
@may("claim.decide")
def document(uow: UnitOfWork, claim_id: UUID) -> ResponseReturnValue:
    """The very bytes that were handed in, as a download; who took them is written down."""
    claim = find(uow, EnterpriseClaim, claim_id)
    if claim.document is None or claim.media_type is None:
        raise NotFound
    service.note_view(uow, claim, "document")
    answer = make_response(claim.document)
    answer.mimetype = claim.media_type
    answer.headers["Content-Disposition"] = f"attachment; filename=claim.{ENDINGS[claim.media_type]}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.route("/claims/<uuid:claim_id>/words", methods=["POST"])
@may("claim.decide")
def say_again(uow: UnitOfWork, claim_id: UUID) -> ResponseReturnValue:
    claim = find(uow, EnterpriseClaim, claim_id)
    return _page(uow, claim, DecideClaimForm(formdata=None), words=service.say_again(uow, claim))


def _page(uow: UnitOfWork, claim: EnterpriseClaim, form: DecideClaimForm, *, words: str = "", numbers: bool = False) -> Response:
    """words: what opens the account, shown on this answer only; so are whole numbers."""
    record = service.record_of(uow, claim)
    head = queries.head_of(uow, record.id) if record else None
    response = make_response(
        render_template(
            "claims/show.html", claim=claim, form=form, record=record, head=head, words=words, numbers=numbers, posts=POSTS,
            states=STATES, labels=BESIDE, lines=queries.beside(claim, record, head) if record else [],
        )
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _receipt(claim: EnterpriseClaim | None, form: ReceiptForm, opening: OpenForm | None = None) -> str:
    return render_template("claims/state.html", claim=claim, form=form, opening=opening or OpenForm(formdata=None), states=STATES)


def _refused(uow: UnitOfWork) -> EnterpriseClaim | None:
    """The claim that was not confirmed, for whoever has its number."""
    claim = queries.by_number(uow, session.get(NUMBER, ""))
    return claim if claim is not None and claim.state is ClaimState.REFUSED else None


def _told_before(claim: EnterpriseClaim | None) -> dict[str, str | None]:
    """What a claim said, but for its document; what is forgotten of it by now is asked anew."""
    if claim is None:
        return {}
    return {
        "uscc": claim.uscc, "name": claim.name, "street": str(claim.jurisdiction_id), "person_name": claim.person_name,
        "post": claim.post.value, "phone": claim.phone,
    }  # fmt: skip


def _form(form: ClaimForm, before: EnterpriseClaim | None, status: int) -> Response:
    response = make_response(render_template("claims/new.html", form=form, before=before), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _address() -> str:
    return keyring().fingerprint(request.remote_addr or "")
