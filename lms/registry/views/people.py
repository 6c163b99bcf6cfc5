"""Enterprises and people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all, own_enterprise, reached
from lms.core import clock, naming
from lms.core.errors import NotFound, Problem
from lms.core.exports import exported, file_asked, narrowed_by, page_asked
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry import queries, service
from lms.registry.claims import trainers
from lms.registry.events import AccountsElsewhere
from lms.registry.forms import ContactForm, JoinForm, LeaveForm, PhoneForm, PostForm
from lms.registry.listings import enterprises_listing, people_listing
from lms.registry.models import Enterprise, Person
from lms.registry.privacy.queries import waiting_for_answer
from lms.registry.privacy.service import note_view
from lms.registry.queries import EnterpriseFilter, PeopleFilter, trees
from lms.registry.rules import RosterPerson, sex_of
from lms.registry.rules.relations import OWN
from lms.registry.rules.roster import WAYS
from lms.registry.rules.synonyms import CATEGORIES
from lms.registry.service import change_contact
from lms.registry.words import LONG_NUMBER, listed

bp = Blueprint("registry", __name__)
bp.add_app_template_filter(listed)
REVEALED = ("phone", "id_number")


@bp.route("/enterprises")
@may("enterprise.read")
def enterprises(uow: UnitOfWork) -> ResponseReturnValue:
    if not uow.actor.holds(Role.OFFICER) and (own := _file_of(uow.actor.enterprise_id)):
        return redirect(own, 303)
    day = asked_day(uow)
    past = day < uow.today
    place = trees.place_on(uow, place_id, day) if (place_id := request.args.get("place", type=UUID)) else None
    place_name = queries.lines_on(uow, {place.code}, day)[place.code].name if place else None
    wanted = EnterpriseFilter(
        place=place,
        q=request.args.get("q", "").strip(),
        street_id=request.args.get("street", type=UUID),
        industry=request.args.get("industry", ""),
        unconfirmed=request.args.get("unconfirmed") == "1",
        short=request.args.get("short") == "1",
    )
    page = queries.enterprises_page(uow, wanted, page_asked(), day)
    streets, industries, unconfirmed = queries.enterprise_choices(uow, day)
    if kind := file_asked():
        filters = {
            _("由哪里负责"): place_name,
            _("企业名称或信用代码"): wanted.q, _("街道"): dict(streets).get(wanted.street_id) if wanted.street_id else None,
            _("行业"): listed(wanted.industry), _("信用代码"): _("代码待核对") if wanted.unconfirmed else None,
            _("花名册"): _("花名册比申报少一成以上") if wanted.short else None,
        }  # fmt: skip
        return exported(kind, enterprises_listing(clock.cut_off(day, uow.now), page.rows, narrowed_by(filters)))
    return render_template(
        "registry/enterprises.html",
        page=page,
        wanted=wanted,
        place_name=place_name,
        streets=streets,
        industries=industries,
        unconfirmed=unconfirmed,
        day=day,
        today=uow.today,
        past=past,
        kept={"as_of": day.isoformat()} if past else {},
        within=reached(uow, Enterprise, [firm.id for firm in page.rows]),
        file_of=_file_of,
        may_import=may_at_all(uow.actor, "enterprise.import"),
    )


@bp.route("/people")
@may("person.read")
def people(uow: UnitOfWork) -> ResponseReturnValue:
    wanted = PeopleFilter(
        q=request.args.get("q", "").strip(),
        department_id=request.args.get("department", type=UUID),
        category=request.args.get("category", ""),
        relation=request.args.get("relation", ""),
    )
    page, departments = queries.people_page(uow, wanted, page_asked(), uow.today), queries.departments_within(uow)
    if kind := file_asked():
        filters = {
            _("姓名、工号或手机号"): "***" if LONG_NUMBER.search(wanted.q) else wanted.q,
            _("部门"): next((one.name for one in departments if one.id == wanted.department_id), None),
            _("人员类别"): listed(wanted.category), _("用工形式"): listed(wanted.relation),
        }  # fmt: skip
        return exported(kind, people_listing(uow.now, page.rows, narrowed_by(filters)))
    relations = queries.relation_counts(uow, uow.today)
    return render_template(
        "registry/people.html",
        page=page,
        wanted=wanted,
        departments=departments,
        categories=list(CATEGORIES),
        relations=[
            (listed(name), number, url_for(".people", relation=name), name == wanted.relation)
            for name, number in relations.items()
        ],
        everybody=(sum(relations.values()), url_for(".people")),
        may_import=may_at_all(uow.actor, "person.import"),
        asked=waiting_for_answer(uow) if may_at_all(uow.actor, "person.data.answer") else [],
    )


@bp.route("/people/new", methods=["GET", "POST"])
@may("person.import")
def join(uow: UnitOfWork) -> ResponseReturnValue:
    """One person who is new, without a file."""
    form, known = JoinForm(), None
    if form.validate_on_submit():
        typed: dict[str, Any] = {
            name: value or None for name, value in form.data.items() if name not in ("csrf_token", "hired_on")
        }
        told = RosterPerson(
            row=1, hired_on=form.hired_on.data, sex=sex_of(typed["id_number"]) if typed["id_number"] else None, **typed
        )
        try:
            new = service.join(uow, uow.session.get_one(Enterprise, own_enterprise(uow)), told)
        except service.AlreadyThere as problem:
            form.name.errors, known = [str(problem)], problem.params["person_id"]
        except service.WorkNumberTaken as problem:
            form.work_no.errors = [str(problem)]
        else:
            flash(_("%(name)s已加到花名册上。", name=new.name), "ok")
            return redirect(url_for(".person", person_id=new.id), 303)
    page = render_template("registry/join.html", form=form, known=known, departments=queries.departments_within(uow))
    return page, 422 if form.errors else 200


@bp.route("/people/<uuid:person_id>")
@may("person.read")
def person(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    return _person_page(uow, find(uow, Person, person_id))


@bp.route("/people/<uuid:person_id>/reveal", methods=["POST"])
@may("person.reveal")
def reveal(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """Show a full number once and write down who looked; it is on this answer only and never in an address."""
    found = find(uow, Person, person_id)
    field = request.form.get("field", "")
    if field not in REVEALED:
        raise NotFound
    note_view(uow, found.enterprise_id, found.id, field)
    uow.session.flush()
    return _person_page(uow, found, field)


@bp.route("/people/<uuid:person_id>/contact", methods=["GET", "POST"])
@may("person.contact")
def contact(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    found = find(uow, Person, person_id)
    form = ContactForm()
    if form.validate_on_submit():
        told = {way: form[way].data or "" for way in WAYS}
        change_contact(uow, found, told, clear=form.clear.data)
        flash(_("联系方式已保存。"), "ok")
        return redirect(url_for(".person", person_id=found.id), 303)
    return render_template("registry/contact.html", person=found, form=form), 422 if form.errors else 200


@bp.route("/people/<uuid:person_id>/post", methods=["GET", "POST"])
@may("person.change")
def move(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """Where somebody works and as what, from today."""
    found = find(uow, Person, person_id)
    form = PostForm(data=queries.line_now(uow, found))
    if form.validate_on_submit():
        losing = service.losing(uow, {found.enterprise_id: service.Head(found.enterprise_id, found.name, person_id=found.id)})
        try:
            changed = service.move(uow, found, form.data)
        except service.HeadsStill as problem:
            form.category.errors = [str(problem)]
        else:
            saved = _("已保存，从今天起算。到昨天为止的部门和岗位不变。")
            flash(saved if changed else _("和现在的一样，没有改动。"), "ok" if changed else "warn")
            if changed and form.category.data == service.HEAD and losing:
                who = naming.people(losing[found.enterprise_id])
                flash(_("%(who)s的账号从今天起不再有主要负责人的权限。", who=who), "warn")
            return redirect(url_for(".person", person_id=found.id), 303)
    page = render_template("registry/move.html", person=found, form=form, departments=queries.departments_within(uow))
    return page, 422 if form.errors else 200


@bp.route("/people/<uuid:person_id>/leave", methods=["POST"])
@may("person.change")
def leave(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    found, form = find(uow, Person, person_id), LeaveForm()
    if form.validate_on_submit():
        try:
            service.leave(uow, found, form.on.data)
        except Problem as problem:
            form.on.errors = [str(problem)]
        else:
            flash(_("已登记%(name)s离开本单位，记录都保留。", name=found.name), "ok")
            return redirect(url_for(".person", person_id=found.id), 303)
    return _person_page(uow, found, leave_form=form), 422


@bp.route("/people/<uuid:person_id>/return", methods=["POST"])
@may("person.change")
def come_back(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    found = find(uow, Person, person_id)
    service.come_back(uow, found)
    flash(_("%(name)s已恢复在册。", name=found.name), "ok")
    return redirect(url_for(".person", person_id=found.id), 303)


@bp.route("/people/<uuid:person_id>/phone", methods=["POST"])
@may("person.change")
def phone(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    found, form = find(uow, Person, person_id), PhoneForm()
    if form.validate_on_submit():
        try:
            service.change_phone(uow, found, form.phone.data or "")
        except service.NotAPhone as problem:
            form.phone.errors = [str(problem)]
        else:
            flash(_("手机号已改，下次签到用新号码。"), "ok")
            return redirect(url_for(".person", person_id=found.id), 303)
    return _person_page(uow, found, phone_form=form), 422


def _person_page(
    uow: UnitOfWork,
    found: Person,
    revealed: str = "",
    *,
    leave_form: LeaveForm | None = None,
    phone_form: PhoneForm | None = None,
) -> Response:
    response = make_response(
        render_template(
            "registry/person.html",
            person=found,
            lines=queries.posts_of_person(uow, found),
            own=OWN,
            heads=queries.heads_of_person(uow, found),
            views=queries.views_of_person(uow, found),
            may_name=may_at_all(uow.actor, "trainer.change"),
            is_trainer=any(
                one.held.person_id == found.id for one in trainers.of_enterprise(uow, found.enterprise_id)[0] if not one.waits
            ),
            accounts=uow.ask(AccountsElsewhere(found.id)) or [],
            revealed=revealed,
            may_reveal=may_at_all(uow.actor, "person.reveal"),
            may_change=may_at_all(uow.actor, "person.change"),
            leave_form=leave_form or LeaveForm(formdata=None, data={"on": uow.today}),
            phone_form=phone_form or PhoneForm(formdata=None),
            may_contact=may_at_all(uow.actor, "person.contact"),
            file_url=_above("archives.person", person_id=found.id),
            data_url=_above("archives.person_data", person_id=found.id),
            signatures_url=_above("attendance.signatures", person_id=found.id),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_of(enterprise_id: UUID | None) -> str | None:
    """The page that gathers everything of an enterprise, a room further up; None in an application without it."""
    return _above("archives.enterprise", enterprise_id=enterprise_id) if enterprise_id else None


def _above(endpoint: str, **values: Any) -> str | None:
    """The address of a page in a room further up; None in an application without it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
