"""一人一档, as its owner sees it on a phone: what is due, hours, certificates, messages."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import update

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.archives import queries
from lms.archives.views import bp
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate
from lms.credentials.queries import certificates_of, hours_lines_of, lectures_without_hours
from lms.credentials.queries.retraining import demands_of
from lms.credentials.rules import CertificateState, counting_on
from lms.notices.models import Notice
from lms.notices.queries import latest, own_unread, unread
from lms.quizzes.queries import due_for
from lms.registry.models import Person

MOST_NOTICES = 100


class Tab(NamedTuple):
    url: str
    label: str
    icon: str
    active: bool


def tabs(here: str) -> list[Tab]:
    """The bar at the bottom of an employee's pages."""
    wanted = [
        ("archives.me", _("我的"), "user"),
        ("archives.own_hours", _("学时"), "clock"),
        ("attendance.code", _("签到"), "scan"),
        ("archives.own_certificates", _("证书"), "certificate"),
    ]
    return [Tab(url_for(endpoint), label, icon, endpoint == here) for endpoint, label, icon in wanted]


@bp.route("/me")
@may("own.read")
def me(uow: UnitOfWork) -> ResponseReturnValue:
    person = own_person(uow)
    certificates = certificates_of(uow, person.id)
    return render_template(
        "archives/me.html",
        person=person,
        place=queries.place_of(uow, person),
        due=due_for(uow, person.id),
        hours=queries.year_of(uow, person),
        following=queries.next_lecture(uow, person.id),
        certificates=[(row, *validity(uow, row)) for row in certificates[: queries.FEW]],
        certificate_count=len(certificates),
        without_hours=lectures_without_hours(uow, person.id)[1],
        notices=latest(uow, queries.FEW),
        unread=unread(uow),
        now=uow.now,
        tabs=tabs("archives.me"),
    )


@bp.route("/me/certificates")
@may("own.read")
def own_certificates(uow: UnitOfWork) -> ResponseReturnValue:
    rows = certificates_of(uow, own_person(uow).id)
    return render_template(
        "archives/own_certificates.html",
        certificates=[(row, *validity(uow, row)) for row in rows],
        tabs=tabs("archives.own_certificates"),
    )


@bp.route("/me/hours")
@may("own.read")
def own_hours(uow: UnitOfWork) -> ResponseReturnValue:
    """Every line with the lecture it comes from. year: a calendar year, this one unless asked."""
    person = own_person(uow)
    year, years = request.args.get("year", uow.today.year, int), queries.years_with_hours(uow, person.id)
    if not 1990 < year < 2999:
        raise NotFound
    return render_template(
        "archives/own_hours.html",
        hours=queries.year_of(uow, person, year),
        years=years,
        counting=counting_on(uow.today),
        year_chips=[(str(one), None, url_for(".own_hours", year=one), one == year) for one in years],
        lines=hours_lines_of(uow, person.id, year),
        gap=queries.gap_of(uow, person),
        demands=demands_of(uow, person.enterprise_id, person.id),
        tabs=tabs("archives.own_hours"),
    )


@bp.route("/me/notices")
@may("own.read")
def own_notices(uow: UnitOfWork) -> ResponseReturnValue:
    own_person(uow)
    return render_template("archives/own_notices.html", notices=latest(uow, MOST_NOTICES), tabs=tabs("archives.me"))


@bp.route("/me/notices/read", methods=["POST"])
@may("own.read")
def read_notices(uow: UnitOfWork) -> ResponseReturnValue:
    uow.session.execute(update(Notice).where(*own_unread(uow)).values(read_at=uow.now))
    return redirect(url_for(".me"), 303)


def own_person(uow: UnitOfWork) -> Person:
    """Who the actor is on a roster. Raises NotFound for who is on none."""
    actor: Actor = uow.actor
    held = actor.held_as(Role.EMPLOYEE)
    person = uow.session.get(Person, held.person_id) if held and held.person_id else None
    if person is None:
        raise NotFound
    return person


def validity(uow: UnitOfWork, row: Certificate) -> tuple[CertificateState, int | None]:
    """A certificate's state today and the whole days it is still valid; None without an end."""
    return row.state_on(uow.today), (row.valid_until - uow.today).days if row.valid_until else None
