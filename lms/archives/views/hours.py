"""学时台账 of an enterprise, and 一人一档: what one person heard, with the evidence behind every hour."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.archives import queries
from lms.archives.listings import doubtful_listing, levels_listing, people_listing, together_listing
from lms.archives.views import bp
from lms.archives.views.own import validity
from lms.core.errors import NotFound
from lms.core.exports import exported, page_asked, table_asked
from lms.core.paging import paged
from lms.core.uow import UnitOfWork
from lms.credentials.queries import certificates_of, hours_lines_of, trainings_waiting
from lms.credentials.queries.retraining import demands_of, demands_open, permits_of
from lms.credentials.words import HOURS_WORDS
from lms.registry.models import Enterprise, Person

FIRST_YEAR = 2000
TABLES = ("categories", "departments", "levels", "doubtful")  # further lists of the page of hours


@bp.route("/enterprises/<uuid:enterprise_id>/hours")
@may("enterprise.read")
def hours(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found = find(uow, Enterprise, enterprise_id)
    year = request.args.get("year", uow.today.year, int)
    if not FIRST_YEAR <= year <= uow.today.year:
        raise NotFound
    told = queries.hours_of_enterprise(uow, found, year)
    show = request.args.get("show", "")
    people = {
        "missing": [one for one in told.people if one.missing],
        "enough": [one for one in told.people if one.enough],
    }.get(show, told.people)

    page = paged(len(people), page_asked(*TABLES), lambda limit, offset: people[offset : offset + limit])
    if asked := table_asked(*TABLES):
        kind, table = asked
        title = f"{found.name}{_('%(year)s 年学时台账', year=year)}"
        match table:
            case "categories":
                listing = together_listing(uow.now, title, _("人员类别"), told.categories)
            case "departments":
                listing = together_listing(uow.now, title, _("部门"), told.departments)
            case "levels":
                listing = levels_listing(uow.now, title, told.levels)
            case "doubtful":
                listing = doubtful_listing(uow.now, title, told.doubtful)
            case _:
                shown = {"missing": _("还差学时"), "enough": _("已达到")}.get(show)
                listing = people_listing(uow.now, title, page.rows, (shown,) if shown else ())
        return exported(kind, listing)

    def url_of(**other: Any) -> str:
        chosen = {"year": year if year != uow.today.year else None, "show": show or None} | other
        return url_for(".hours", enterprise_id=found.id, **chosen)

    return render_template(
        "archives/hours.html",
        enterprise=found,
        told=told,
        waiting=trainings_waiting(uow, found.id),
        demanded=demands_open(uow, found.id),
        page=page,
        url_of=url_of,
        chips=[
            (_("全部"), len(told.people), url_of(show=None), show not in ("missing", "enough")),
            (_("还差学时"), sum(bool(one.missing) for one in told.people), url_of(show="missing"), show == "missing"),
            (_("已达到"), told.total.enough, url_of(show="enough"), show == "enough"),
        ],
        years=[(str(one), None, url_of(year=one), one == year) for one in range(uow.today.year, uow.today.year - 3, -1)],
    )


@bp.route("/people/<uuid:person_id>/file")
@may("enterprise.read")
def person(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    found = find(uow, Person, person_id)
    lines = hours_lines_of(uow, found.id)
    own = found.enterprise_id == uow.actor.enterprise_id
    return render_template(
        "archives/person.html",
        person=found,
        works_at=queries.place_of(uow, found),
        cycles=queries.cycles_with_hours(uow, found),
        lines=lines,
        kinds=HOURS_WORDS,
        gap=queries.gap_of(uow, found),
        levels=queries.levels_of(uow, found, uow.session.get_one(Enterprise, found.enterprise_id).industry),
        demands=demands_of(uow, found.enterprise_id, found.id, only_open=False),
        permits=permits_of(uow, found.enterprise_id, found.id),
        today=uow.today,
        may_enter=may_at_all(uow.actor, "training.enter") and own,
        certificates=[(row, *validity(uow, row)) for row in certificates_of(uow, found.id)],
    )
