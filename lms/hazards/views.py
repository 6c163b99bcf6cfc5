"""Major hazards: where each stands, one with all that was signed, registering on site, and signing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, holds_over, may_at_all
from lms.access.service import hands_of
from lms.core import clock
from lms.core.downloads import drawn_anew, handed_out
from lms.core.errors import NotFound, Problem
from lms.core.exports import exported, file_asked, narrowed_by, page_asked
from lms.core.given import asked_day, uploads
from lms.core.uow import UnitOfWork
from lms.hazards import queries, rules, service, words
from lms.hazards.forms import RegisterForm, StepForm
from lms.hazards.listings import hazards_listing
from lms.hazards.models import Hazard, HazardFile
from lms.hazards.rules import Act, Rung, Signatory
from lms.registry.models import Enterprise
from lms.registry.queries import EnterpriseFilter, enterprises_page, own_jurisdiction
from lms.registry.words import AS_THEY_LAY, listed

bp = Blueprint("hazards", __name__)
FIRMS = 20
AT_ONCE = (Act.DEADLINE, Act.TRANSFER)  # what an officer is led to from the list, besides what is proposed


@bp.route("/hazards")
@may("hazard.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    asked = {name: (request.args.get(name) or "").strip() for name in ("rung", "q", "sector")}
    if asked["rung"] not in ("", queries.LATE, queries.DUE, *Rung):
        raise NotFound
    wanted, day = queries.Wanted(**asked), asked_day(uow)
    past = day != uow.today
    if past:
        found, counts = queries.page_on(uow, wanted, day, page_asked())
    else:
        found, counts = queries.page(uow, wanted, page_asked()), None
    told_as = {queries.LATE: _("逾期"), queries.DUE: _("逾期或 %(n)s 天内到期", n=rules.SOON)} | words.RUNGS
    if kind := file_asked():
        rung = str(told_as.get(wanted.rung, _("没关闭的")))
        told = narrowed_by({_("走到哪一步"): rung, _("企业"): wanted.q, _("行业"): listed(wanted.sector)})
        told += [str(AS_THEY_LAY), _("企业、部门的名称按现在的")] if past else []
        return exported(kind, hazards_listing(clock.cut_off(day, uow.now), found.rows, told))
    opened = next((row for row in found.rows if str(row.hazard.id) == request.args.get("open")), None)
    opened = opened or next(iter(found.rows), None)
    kept = {name: value for name, value in asked.items() if value} | ({"as_of": f"{day}"} if past else {})
    may_write = may_at_all(uow.actor, "hazard.write") and not past
    acts = rules.also(opened.hazard.where, Signatory.OFFICER, ()) if opened and may_write else ()
    return render_template(
        "hazards/index.html",
        wanted=wanted,
        found=found,
        counts=counts or queries.counts(uow),
        day=day,
        past=past,
        as_they_lay=AS_THEY_LAY,
        unreckoned=words.unreckoned([row.hazard for row in found.rows]),
        sectors=queries.sectors(uow, day),
        told_as=told_as,
        opened=opened,
        also=[act for act in acts if act in AT_ONCE],
        detail=queries.detail(uow, opened.hazard, day) if opened else None,
        url_of=lambda **other: url_for(".index", **(kept | {"page": request.args.get("page")} | other)),
        may_write=may_write,
        of_bureau=uow.actor.holds(Role.OFFICER),
        **_words(uow),
    )


@bp.route("/hazards/new")
@may("hazard.write")
def choose(uow: UnitOfWork) -> ResponseReturnValue:
    """At which enterprise."""
    name = (request.args.get("q") or "").strip()
    firms = enterprises_page(uow, EnterpriseFilter(q=name), 1) if name else None
    return render_template("hazards/choose.html", name=name, firms=firms, most=FIRMS)


@bp.route("/enterprises/<uuid:enterprise_id>/hazards/new", methods=["GET", "POST"])
@may("hazard.write")
def new(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """On a phone, on site: which clause, where, a photo, by when."""
    enterprise = find(uow, Enterprise, enterprise_id)
    form = RegisterForm(data={"rectify_by": uow.today + timedelta(days=rules.RECTIFY_DAYS)})
    form.industry, fault = enterprise.industry, ""
    if request.method == "GET":
        form.sent_id.data = str(uuid4())
    if form.validate_on_submit():
        clause = rules.clauses()[form.clause.data]
        try:
            hazard, faults = service.register(
                uow, enterprise, own_jurisdiction(uow), clause, place=form.place.data, text=form.text.data,
                rectify_by=form.rectify_by.data, sent_id=UUID(form.sent_id.data), files=_files(),
                other_sector="" if clause.is_of(enterprise.industry) else form.other_sector.data,
            )  # fmt: skip
        except rules.PastDate as problem:
            form.rectify_by.errors = [str(problem)]
        except Problem as problem:
            fault = str(problem)
        else:
            flash(_("已登记，企业现在就看得到。下面是接着要做的。"), "ok")
            for fault in faults:
                flash(fault, "bad")
            there = url_for(".show", hazard_id=hazard.id)
            if "X-Later" in request.headers:  # js/later.js, which goes there by itself
                return Response(status=201, headers={"Content-Location": there})
            return redirect(there, 303)
    own, chosen = rules.of_sector(enterprise.industry), rules.clause_of(form.clause.data or "")
    everything = "all" in request.args or not own or (chosen is not None and chosen not in own)
    page = render_template(
        "hazards/new.html",
        enterprise=enterprise,
        form=form,
        own=rules.grouped(own),
        others=rules.grouped(rules.others(enterprise.industry)) if everything else {},
        confidence=words.CONFIDENCE,
        fault=fault,
    )
    return page, 422 if form.errors or fault else 200


@bp.route("/hazards/<uuid:hazard_id>")
@may("hazard.read")
def show(uow: UnitOfWork, hazard_id: UUID) -> ResponseReturnValue:
    return _page(uow, find(uow, Hazard, hazard_id))


@bp.route("/hazards/<uuid:hazard_id>/act", methods=["POST"])
@may("hazard.write")
def act(uow: UnitOfWork, hazard_id: UUID) -> ResponseReturnValue:
    """An officer signs, or enters what the head signed on paper."""
    return _signed(uow, find(uow, Hazard, hazard_id))


@bp.route("/hazards/<uuid:hazard_id>/sign", methods=["POST"])
@may("hazard.sign")
def sign(uow: UnitOfWork, hazard_id: UUID) -> ResponseReturnValue:
    """The head of the enterprise signs."""
    return _signed(uow, find(uow, Hazard, hazard_id))


@bp.route("/hazards/<uuid:hazard_id>/ask", methods=["POST"])
@may("hazard.write")
def ask(uow: UnitOfWork, hazard_id: UUID) -> ResponseReturnValue:
    """Ask whoever has to sign next."""
    hazard = find(uow, Hazard, hazard_id)
    told = service.ask(uow, hazard)
    if told:
        flash(_("已催，%(n)s 人收到。", n=told), "ok")
    else:
        flash(_("没有人收得到：对方还没有开通账号，请打电话。"), "warn")
    return redirect(url_for(".show", hazard_id=hazard.id), 303)


@bp.route("/hazard-files/<uuid:hazard_file_id>")
@may("hazard.read")
def file(uow: UnitOfWork, hazard_file_id: UUID) -> ResponseReturnValue:
    """The very bytes that came, as a download."""
    found = find(uow, HazardFile, hazard_file_id)
    return handed_out(found.sha256, found.media_type, found.size, download_name=found.file_name)


@bp.route("/hazard-files/<uuid:hazard_file_id>/<any(view, small):which>")
@may("hazard.read")
def picture(uow: UnitOfWork, hazard_file_id: UUID, which: str) -> ResponseReturnValue:
    """The photo to look at, or its thumbnail: without where it was taken."""
    found = find(uow, HazardFile, hazard_file_id)
    return drawn_anew(found, which)


def _signed(uow: UnitOfWork, hazard: Hazard) -> ResponseReturnValue:
    form, fault = StepForm(), ""
    if form.validate_on_submit():
        try:
            service.sign(
                uow, hazard, Act(form.act.data), choice=form.choice.data or "", words=form.words.data, due_on=form.due_on.data,
                receiver=form.receiver.data, document=form.document.data, on_paper=form.on_paper.data, files=_files(),
            )  # fmt: skip
        except Problem as problem:
            fault = str(problem)
        else:
            flash(_("已签字：%(act)s。", act=rules.NAMES[Act(form.act.data)]), "ok")
            return redirect(url_for(".show", hazard_id=hazard.id), 303)
    return _page(uow, hazard, form, fault or " ".join(str(error) for errors in form.errors.values() for error in errors)), 422


def _page(uow: UnitOfWork, hazard: Hazard, typed: StepForm | None = None, fault: str = "") -> str:
    """typed: what somebody meant to sign, and fault: why it was not."""
    [row] = queries.rows_of(uow, [hazard])
    as_head = holds_over(uow, hazard, Role.HEAD)
    officer = not as_head and holds_over(uow, hazard, Role.OFFICER)
    proposed = hazard.where.proposed
    by_head = words.waits_for_head(hazard)
    detail = queries.detail(uow, hazard)
    measures = rules.measures(hazard.where, [(step.act, step.choice) for step in detail.steps])
    signatory = Signatory.HEAD if as_head else Signatory.OFFICER
    also = rules.also(hazard.where, signatory, measures) if officer or as_head else ()
    signed_once = officer and hazard.stage in rules.TWICE and rules.signed_already(hazard.where, proposed, hands_of(uow))
    drawn = {*also, *([proposed] if (officer and not signed_once) or (as_head and by_head) else [])}
    return render_template(
        "hazards/show.html",
        row=row,
        hazard=hazard,
        detail=detail,
        term=_term(hazard, detail),
        unreckoned=words.unreckoned([hazard]),
        officer=officer,
        as_head=as_head,
        by_head=by_head,
        signs=proposed in drawn,
        signed_once=signed_once,
        own_turn=officer and not by_head and hazard.stage not in rules.TWICE and _sees_to_it(uow, hazard),
        proposed=proposed,
        also=also,
        heads=rules.BY_HEAD,
        to_come=rules.to_come(hazard.stage),
        typed=typed,
        meant=request.args.get("act"),
        fault=fault,
        homeless=fault if typed is not None and typed.act.data not in drawn else "",
        department=rules.department_for(hazard.clause_code),
        **_words(uow) | {"choices": {**rules.CHOICES, Act.ENFORCE: measures}},
    )


def _sees_to_it(uow: UnitOfWork, hazard: Hazard) -> bool:
    """Whether the officer's own bureau does, not one of the same name."""
    return own_jurisdiction(uow).id == queries.bureau_of(uow, hazard).id


def _term(hazard: Hazard, detail: queries.Detail) -> str:
    """Why it is due when it is: by the act that set its deadline. The first of two signatures leaves the second one its own."""
    sets = [step for step in detail.steps if step.act not in (*rules.ASIDE, rules.TWICE.get(hazard.stage))]
    return rules.basis_of(sets[-1].act, sets[-1].choice).term_basis if sets else ""


def _words(uow: UnitOfWork) -> dict[str, Any]:
    """What the pages of hazards call things."""
    return {
        "acts": rules.NAMES, "rungs": words.RUNGS, "kinds": words.KINDS, "notes": words.NOTES, "asked": words.ASKED,
        "choices": rules.CHOICES, "choice_words": words.CHOICES, "confidence": words.CONFIDENCE, "firm": words.FIRM,
        "waits_for": words.waits_for, "waits_for_head": words.waits_for_head, "awaited": words.awaited,
        "clause_words": words.clause_words, "basis_of": rules.basis_of, "today": uow.today,
        "to_come_of": rules.to_come, "escalates_after": rules.ESCALATES_AFTER,
    }  # fmt: skip


def _files() -> list[service.Came]:
    return [service.Came(name, file) for name, file in uploads("files")]
