"""The forms that inspections ask for, filled, as workbook and on paper."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.archives.official.brought import BROUGHT, brought_form
from lms.archives.official.forms import OF_CAMPAIGN, OF_FIRM, OF_LECTURE, OF_PERSON, Filled, forms
from lms.archives.official.hazards import hazard_form
from lms.archives.official.lectures import lecture_form
from lms.archives.official.others import campaign_form
from lms.archives.official.people import person_form
from lms.archives.official.printing import form_pdf
from lms.archives.official.reporting import report
from lms.archives.official.workbook import form_xlsx
from lms.archives.views import bp
from lms.archives.views.hours import FIRST_YEAR
from lms.compliance.asked import asked_scope, launched
from lms.core.documents.apart import print_apart
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.exports import exported
from lms.core.sheets import MEDIA_TYPE
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Lecture, LectureState
from lms.registry.models import Enterprise, Person
from lms.registry.queries import roster_on

CHOICES = 200


@bp.route("/enterprises/<uuid:enterprise_id>/forms")
@may("enterprise.read")
def official(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """Every form, with the lecture or the person it is to be of: the lecture closed last, for one to come has nothing to show."""
    found = find(uow, Enterprise, enterprise_id)
    lectures = uow.session.scalars(
        select(Lecture)
        .where(Lecture.enterprise_id == found.id, Lecture.state.not_in([LectureState.DRAFT, LectureState.CANCELLED]))
        .order_by(Lecture.year.desc(), Lecture.number.desc())
        .limit(CHOICES)
    ).all()
    held = [one for one in lectures if one.state in HELD]
    last = max(held, key=lambda one: one.closed_at or one.created_at, default=None)
    people = roster_on(uow, found.id, uow.today)
    return render_template(
        "archives/forms.html",
        enterprise=found,
        forms=forms(),
        of_lecture=OF_LECTURE,
        brought=BROUGHT,
        year=uow.today.year,
        of_person=OF_PERSON,
        of_firm=OF_FIRM,
        of_campaign=OF_CAMPAIGN,
        lectures=lectures,
        people=people,
        lecture=_chosen(lectures, "lecture", lambda one: one.id) or last or next(iter(lectures), None),
        person=_chosen(people, "person", lambda one: one.person_id) or next(iter(people), None),
        may_sum=may_at_all(uow.actor, "summary.export"),
    )


@bp.route("/lectures/<uuid:lecture_id>/forms/<int:number>.<any(xlsx,pdf):ending>")
@may("lecture.list")
def form_of_lecture(uow: UnitOfWork, lecture_id: UUID, number: int, ending: str) -> ResponseReturnValue:
    found = find(uow, Lecture, lecture_id)
    _check(number, OF_LECTURE)
    return _sent(uow, lecture_form(uow, found, number), ending)


@bp.route("/lectures/<uuid:lecture_id>/documents/<document>.<any(xlsx,pdf):ending>")
@may("lecture.list")
def document_of_lecture(uow: UnitOfWork, lecture_id: UUID, document: str, ending: str) -> ResponseReturnValue:
    """A document that a plug-in brings."""
    return _sent(uow, brought_form(uow, find(uow, Lecture, lecture_id), document), ending)


@bp.route("/people/<uuid:person_id>/forms/<int:number>.<any(xlsx,pdf):ending>")
@may("enterprise.read")
def form_of_person(uow: UnitOfWork, person_id: UUID, number: int, ending: str) -> ResponseReturnValue:
    found = find(uow, Person, person_id)
    _check(number, OF_PERSON)
    return _sent(uow, person_form(uow, found, number), ending)


@bp.route("/enterprises/<uuid:enterprise_id>/forms/<int:number>.<any(xlsx,pdf):ending>")
@may("enterprise.read")
def form_of_firm(uow: UnitOfWork, enterprise_id: UUID, number: int, ending: str) -> ResponseReturnValue:
    found = find(uow, Enterprise, enterprise_id)
    _check(number, OF_FIRM)
    return _sent(uow, hazard_form(uow, found, number), ending)


@bp.route("/enterprises/<uuid:enterprise_id>/report.<any(xlsx,csv,json):ending>")
@may("enterprise.read")
def report_file(uow: UnitOfWork, enterprise_id: UUID, ending: str) -> ResponseReturnValue:
    """What a platform of the province takes in, of ?year= or of this one."""
    year = request.args.get("year", uow.today.year, int)
    if not FIRST_YEAR <= year <= uow.today.year:
        raise NotFound
    return exported(ending, report(uow, find(uow, Enterprise, enterprise_id), year))


@bp.route("/campaigns/<uuid:campaign_id>/forms/10.<any(xlsx,pdf):ending>")
@may("summary.export")
def form_of_campaign(uow: UnitOfWork, campaign_id: UUID, ending: str) -> ResponseReturnValue:
    return _sent(uow, campaign_form(uow, asked_scope(uow, launched(uow, campaign_id))), ending)


def _check(number: int, known: Collection[int]) -> None:
    if number not in known:
        raise NotFound


def _chosen(rows: Collection[Any], name: str, key: Callable[[Any], UUID]) -> Any:
    """The one asked for, None where it is not among them."""
    asked = request.args.get(name, type=UUID)
    return next((one for one in rows if key(one) == asked), None)


def _sent(uow: UnitOfWork, filled: Filled, ending: str) -> Response:
    made = (form_xlsx(filled, uow.now), MEDIA_TYPE) if ending == "xlsx" else (print_apart(form_pdf, filled), "application/pdf")
    answer = download(*made, f"{filled.form.name}-{filled.about}.{ending}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
