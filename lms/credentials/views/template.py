"""Certificate templates: one page to write and look at, saved as it is typed, put to use by a button."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.core.documents.apart import print_apart
from lms.core.errors import NotFound, Problem
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.credentials import badges, queries, service
from lms.credentials.documents import Look, values_of
from lms.credentials.frozen import CertificateData, fingerprint_of
from lms.credentials.models import CertificateDesign, CertificateTemplate
from lms.credentials.queries.templates import Owner
from lms.credentials.rules import FIELDS, NAMED, STANDARD, CertificateKind, Words, found_of, line_of, subject_of
from lms.credentials.template_forms import LINES, TemplateForm

bp = Blueprint("templates", __name__)
PIXELS = 1100  # of a preview's width
NAMED_SAMPLE = {"why": "讲满 6 次安全课，试讲评议合格", "by": "样张"}
SAMPLES: dict[CertificateKind, dict[str, Any]] = {
    CertificateKind.LECTURE: {},
    CertificateKind.HOURS: {
        "cycle": "yearly", "category": "其他从业人员", "from": "2026-01-01", "until": "2026-12-31",
        "required": "20", "earned": "20.5",
        "rule": "", "article": "安全生产培训管理办法", "lines": [],
    },
    CertificateKind.TRAINER: NAMED_SAMPLE,
    CertificateKind.REVIEWER: NAMED_SAMPLE,
}  # fmt: skip


class Pictures(NamedTuple):
    logo: str | None
    seal: str | None


@bp.route("/certificate-templates/<kind>", methods=["GET", "POST"])
@may("certificate.template")
def show(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    """The template in use, its versions, and for who may change it the draft beside how it will look."""
    wanted, owner = _kind(kind), _owner(uow)
    design = queries.design_of(uow, owner, wanted)
    versions = queries.versions_of(uow, owner, wanted)
    current = versions[0][0] if versions and versions[0][0].used else None
    words = Words.from_json(design.words) if design else Words.from_json(current.words) if current else STANDARD[wanted]
    return _page(uow, owner, wanted, TemplateForm.of(words), design or current)


@bp.route("/certificate-templates/<kind>/draft", methods=["POST"])
@may("certificate.template.change")
def change(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    """Save the draft as it is typed; put it to use; or go back to what was there before any of one's own."""
    wanted, owner, form = _kind(kind), _owner(uow), TemplateForm()
    do = request.form.get("do", "look")
    if do == "withdraw":
        service.withdraw(uow, owner, wanted)
        flash(_("已停用自己的模板。以后签发的证书用上级或标准的样式，已签发的不变。"), "ok")
        return redirect(url_for(".show", kind=kind), 303)
    form.validate()
    before = queries.design_of(uow, owner, wanted) or _current(uow, owner, wanted)
    pictures = _pictures(form, before)
    design = service.keep_design(uow, owner, wanted, form.words, *pictures)
    if not form.errors:
        _check(form, wanted)
    if do == "publish" and not form.errors:
        made = service.publish(uow, owner, design)
        flash(_("第 %(n)s 版已启用。以后签发的证书照它印，已签发的一个字节也不变。", n=made.version), "ok")
        return redirect(url_for(".show", kind=kind), 303)
    if "HX-Request" in request.headers:
        drawn = _drawing(owner, wanted, design) if not form.errors else None
        anew = any(file.filename for file in request.files.values()) or form.no_logo.data or form.no_seal.data
        return render_template("credentials/_template_preview.html", form=form, drawn=drawn, design=design, pictures_anew=anew)
    return _page(uow, owner, wanted, form, design), 200  # an answer of 422 would take the draft back that was just saved


@bp.route("/certificate-templates/<kind>/preview.png")
@may("certificate.template")
def preview(uow: UnitOfWork, kind: str) -> ResponseReturnValue:
    """The draft, else the template in use, as the press prints it."""
    wanted, owner = _kind(kind), _owner(uow)
    return _picture(owner, wanted, queries.design_of(uow, owner, wanted) or _current(uow, owner, wanted))


@bp.route("/certificate-templates/versions/<uuid:template_id>.png")
@may("certificate.template")
def version(uow: UnitOfWork, template_id: UUID) -> ResponseReturnValue:
    """A version as certificates were printed by it."""
    found = find(uow, CertificateTemplate, template_id)
    return _picture(_owner(uow), found.kind, found)


def _page(
    uow: UnitOfWork,
    owner: Owner,
    kind: CertificateKind,
    form: TemplateForm,
    shown: CertificateDesign | CertificateTemplate | None,
) -> str:
    if not form.errors and request.method == "GET":
        _check(form, kind)
    return render_template(
        "credentials/template.html",
        kind=kind,
        kinds=tuple(CertificateKind),
        owner=owner,
        form=form,
        design=shown,
        drawn=_drawing(owner, kind, shown) if not form.errors else None,
        fields=FIELDS[kind],
        versions=queries.versions_of(uow, owner, kind),
        above=_above(uow, owner, kind),
        may_change=may_at_all(uow.actor, "certificate.template.change"),
    )


def _check(form: TemplateForm, kind: CertificateKind) -> None:
    """Say a fault of the words beside the line it is in."""
    try:
        service.check_design(form.words, kind)
    except Problem as problem:
        text = str(problem.params.get("text", "")) or f"{{{problem.params.get('field', '')}}}"
        named = next((name for name in ("title", "note", *LINES) if text in (form[name].data or "")), LINES[0])
        form[named].errors = [*form[named].errors, str(problem)]


def _pictures(form: TemplateForm, before: CertificateDesign | CertificateTemplate | None) -> Pictures:
    """The pictures that hold from now on: those that came, else those of before; a fault is said beside its field."""
    made = []
    for name in Pictures._fields:
        sha256 = getattr(before, name) if before else None
        file: FileStorage | None = form[name].data
        if form[f"no_{name}"].data:
            sha256 = None
        elif file and file.filename:
            try:
                sha256 = service.picture(file)
            except Problem as problem:
                form[name].errors = [str(problem)]
        made.append(sha256)
    return Pictures(*made)


def _drawing(owner: Owner, kind: CertificateKind, row: CertificateDesign | CertificateTemplate | None) -> dict[str, str]:
    """What stands for the preview: an address that changes with every stroke, and what the picture says in words."""
    sample = _sample(owner, kind)
    words = Words.from_json(row.words) if row else STANDARD[kind]
    mark = fingerprint_of({"words": words.as_json(), "logo": row and row.logo, "seal": row and row.seal, "of": owner.name})[:16]
    said = [words.title, *(line_of(line, values_of(sample)) for line in words.lines)]
    return {"url": url_for(".preview", kind=kind.value, v=mark), "said": "，".join(said)}


def _picture(owner: Owner, kind: CertificateKind, row: CertificateDesign | CertificateTemplate | None) -> Response:
    look = service.look_of(row) if row else Look(STANDARD[kind])
    service.check_design(look.words, kind)
    answer = Response(print_apart(badges.drawn_sample, (_sample(owner, kind), look, PIXELS)), mimetype="image/png")
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


def _sample(owner: Owner, kind: CertificateKind) -> CertificateData:
    """A certificate of nobody: what is printed on it cannot be taken for one."""
    basis = SAMPLES[kind]
    named, of_lecture = kind in NAMED, kind is CertificateKind.LECTURE
    return CertificateData(
        serial="AK-000000-2026-000000", issuer_name=owner.name, holder_name="样张", masked_id="4306**********0000",
        lecture_title="有限空间作业安全" if of_lecture else subject_of(kind, basis),
        presence="全程到课" if of_lecture else found_of(kind, basis), score=90 if of_lecture else None,
        hours=Decimal(0) if named else Decimal(basis.get("earned", 1)), lecturer_name="样张", lecturer_is_head=of_lecture,
        issued_on=date(2026, 11, 23), valid_until=date(2027, 11, 22), verify_url=f"{settings().base_url}/verify/sample",
        kind=kind, basis=basis or None,
    )  # fmt: skip


def _above(uow: UnitOfWork, owner: Owner, kind: CertificateKind) -> CertificateTemplate | None:
    """The template of a bureau that an enterprise without its own has."""
    if owner.enterprise_id is None:
        return None
    found = queries.templates_for(uow, kind, [owner.enterprise_id]).get(owner.enterprise_id)
    return found if found and found.jurisdiction_id else None


def _current(uow: UnitOfWork, owner: Owner, kind: CertificateKind) -> CertificateTemplate | None:
    versions = queries.versions_of(uow, owner, kind)
    return versions[0][0] if versions and versions[0][0].used else None


def _kind(text: str) -> CertificateKind:
    try:
        return CertificateKind(text)
    except ValueError:
        raise NotFound from None


def _owner(uow: UnitOfWork) -> Owner:
    found = queries.own_scope(uow)
    if found is None:
        raise NotFound
    return found
