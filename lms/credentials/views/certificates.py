"""Certificates and their public verification."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may, public
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.access.service import hands_of
from lms.access.tries import check_tries, forget_tries, note_wrong_try
from lms.core.errors import TooMany
from lms.core.exports import exported, file_asked, narrowed_by, page_asked
from lms.core.given import agreed, id_given
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials import queries, rules, service
from lms.credentials.forms import HolderForm, ReasonForm
from lms.credentials.frozen import short
from lms.credentials.listings import certificates_listing, kind_words, state_words
from lms.credentials.models import Certificate
from lms.credentials.words import decision_said, presence_said
from lms.lectures.models import Lecture
from lms.ledger.keys import known_keys
from lms.ledger.queries import dropped_of

bp = Blueprint("credentials", __name__)
WIDE = 18  # characters of a title, in a list to choose from
bp.add_app_template_filter(presence_said)
bp.add_app_template_filter(decision_said)


@bp.route("/certificates")
@may("certificate.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    wanted = queries.CertificateFilter(
        q=request.args.get("q", "").strip(),
        lecture_id=request.args.get("lecture", type=UUID),
        state=_one_of((*rules.CertificateState, queries.ENDING), request.args.get("state", "")),
        kind=_one_of((*rules.CertificateKind,), request.args.get("kind", "")),
    )
    page, across = queries.certificates_page(uow, wanted, page_asked()), uow.actor.holds(Role.OFFICER)
    lectures = queries.lectures_with_certificates(uow)
    chosen = next((row[1] for row in lectures if row[0] == wanted.lecture_id), None)
    unnamed = _("没有证书的一堂课") if wanted.lecture_id and chosen is None else None
    if kind := file_asked():
        filters = {
            _("状态"): (state_words() | {queries.ENDING: _("快到期")}).get(wanted.state),
            _("种类"): kind_words().get(wanted.kind), _("姓名或编号"): wanted.q,
            _("讲课"): chosen or unnamed,
        }  # fmt: skip
        told = certificates_listing(uow.now, uow.today, page.rows, narrowed_by(filters), across=across)
        return exported(kind, told)
    return render_template(
        "credentials/index.html",
        page=page,
        wanted=wanted,
        lectures=([(wanted.lecture_id, unnamed)] if unnamed else []) + _named(lectures),
        problems=queries.problems(uow),
        no_hours=(0, []) if across else queries.lectures_without_hours(uow),
        proposals=queries.proposals(uow),
        may_confirm=may_at_all(uow.actor, "certificate.confirm"),
        own_hands=hands_of(uow),
        today=uow.today,
        url_of=_url_of(wanted),
        kinds=tuple(rules.CertificateKind),
        end_url_of=lambda certificate: _end_url(uow, certificate),
        may_give=may_at_all(uow.actor, "award.give"),
        may_see_templates=may_at_all(uow.actor, "certificate.template"),
        across=across,
    )


@bp.route("/lectures/<uuid:lecture_id>/make-up/leave-out", methods=["POST"])
@may("lecture.change")
def leave_out(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Somebody need not hear the lecture again, says the trainer; while the make-up is a draft."""
    lecture = find(uow, Lecture, lecture_id)
    service.leave_out(uow, lecture, id_given("person_id"))
    flash(_("已从补训名单上拿掉。"), "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)


@bp.route("/certificates/<uuid:certificate_id>.pdf")
@may("certificate.read")
def pdf(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """The very bytes that were stored at issue."""
    certificate = find(uow, Certificate, certificate_id)
    answer = Response(queries.frozen(certificate), mimetype="application/pdf")
    answer.set_etag(certificate.pdf_sha256)
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.serial}.pdf"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@bp.route("/certificates/<uuid:certificate_id>", methods=["GET", "POST"])
@may("certificate.change")
def change(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """Propose to revoke a certificate, or replace it by a new one; both with a reason, neither deletes anything."""
    certificate = find(uow, Certificate, certificate_id)
    form = ReasonForm()
    if form.validate_on_submit():
        if request.form.get("do") == "supersede":
            service.supersede(uow, certificate, form.reason.data or "")
            uow.after_commit(lambda: enqueue("issue_certificates", lecture_id=_of_lecture(certificate)))
            flash(_("旧证已作废，新证马上签发。"), "ok")
        else:
            service.propose_revocation(uow, certificate, form.reason.data or "")
            flash(_("已提出撤销。另一位培训管理员或主要负责人在证书页确认后才生效，在此之前证书照常有效。"), "ok")
        return redirect(url_for(".index", q=certificate.serial), 303)
    page = render_template(
        "credentials/change.html", certificate=certificate, form=form, state=certificate.state_on(uow.today),
        dropped=dropped_of(uow, certificate.id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/certificates/<uuid:certificate_id>/revocation", methods=["POST"])
@may("certificate.confirm")
def revocation(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """The second person agrees that a certificate is revoked, or does not."""
    certificate = find(uow, Certificate, certificate_id)
    if agreed():
        service.confirm_revocation(uow, certificate)
        flash(_("已撤销。查验时会显示撤销日期和原因。"), "ok")
    else:
        service.drop_revocation(uow, certificate)
        flash(_("没有撤销，证书照常有效。"), "ok")
    return redirect(url_for(".index", q=certificate.serial), 303)


@bp.route("/lectures/<uuid:lecture_id>/certificates")
@may("certificate.list")
def progress(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The fragment of a lecture's page that follows its certificates."""
    lecture = find(uow, Lecture, lecture_id)
    return render_template(
        "credentials/_progress.html",
        lecture_id=lecture.id,
        issued=queries.issued_of(uow, lecture.id),
        problems=queries.problems(uow, lecture),
    )


@bp.route("/verify/<code>", methods=["GET", "POST"])
@public("anybody who holds a certificate may check it")
def verify(uow: UnitOfWork, code: str) -> ResponseReturnValue:
    certificate = queries.by_public_code(uow, code)
    if certificate is None:
        return _unindexed(render_template("credentials/unknown.html", checked_at=uow.now), 404)
    form, named = HolderForm(), False
    # A wrong answer is 200 too: a status of 400 or more would take back the count of wrong tries.
    if form.validate_on_submit():
        named = _is_holder(uow, certificate, form)
    data = certificate.data
    return _unindexed(
        render_template(
            "credentials/verify.html",
            certificate=certificate,
            data=data,
            state=certificate.state_on(uow.today),
            overdue=(uow.today - certificate.valid_until).days if certificate.valid_until else 0,
            fingerprint=short(certificate.fingerprint),
            held_at=_held_at(uow, certificate),
            form=form,
            named=named,
            issuer_keys=known_keys(),
            checked_at=uow.now,
        )
    )


def _held_at(uow: UnitOfWork, certificate: Certificate) -> datetime | None:
    """When the sitting began that its holder came to."""
    lecture = certificate.lecture
    sitting = queries.sitting_of(uow, lecture, certificate.person_id) if lecture and certificate.person_id else None
    return (sitting.started_at or sitting.planned_starts_at) if sitting else None


def _is_holder(uow: UnitOfWork, certificate: Certificate, form: HolderForm) -> bool:
    """Compare with what was frozen at issue, at most five wrong tries in ten minutes per certificate."""
    subject = f"certificate:{certificate.id}"
    try:
        check_tries(uow, subject)
    except TooMany as problem:
        form.tail.errors = [_("输错次数太多，请过 %(seconds)s 秒再试。", seconds=problem.params["seconds"])]
        return False
    if (certificate.data.get("masked_id") or "")[-4:] == form.tail.data:
        forget_tries(uow, subject)
        return True
    note_wrong_try(uow, subject)
    form.tail.errors = [_("与证书上的身份证号对不上。")]
    return False


def _unindexed(page: str, status: int = 200) -> ResponseReturnValue:
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _of_lecture(certificate: Certificate) -> str | None:
    return str(certificate.lecture_id) if certificate.lecture_id else None


def _end_url(uow: UnitOfWork, certificate: Certificate) -> str:
    """Where whoever acts can end a certificate; "" where they cannot."""
    by_bureau = certificate.award is not None and certificate.award.jurisdiction_id is not None
    verb, endpoint = ("award.end", "awards.end") if by_bureau else ("certificate.change", ".change")
    ends = certificate.in_force and may_at_all(uow.actor, verb) and service.may_end(uow, certificate)
    return url_for(endpoint, certificate_id=certificate.id) if ends else ""


def _url_of(wanted: queries.CertificateFilter) -> Callable[[str], str]:
    """The address of the same list in another state."""
    kept = {"q": wanted.q or None, "lecture": wanted.lecture_id, "kind": wanted.kind or None}
    return lambda state: url_for(".index", state=state or None, **kept)  # type: ignore[arg-type]


def _named(lectures: list[tuple[UUID, str, int, int]]) -> list[tuple[UUID | None, str]]:
    """What the list can be narrowed to, each lecture with its words."""
    return [
        (id, f"{_('%(year)s 年第 %(n)s 期', year=year, n=number)} {title if len(title) <= WIDE else title[: WIDE - 1] + '…'}")
        for id, title, year, number in lectures
    ]


def _one_of(known: Collection[str], text: str) -> str:
    return text if text in known else ""
