"""SCIM 2.0 for rosters of big firms: their directory adds people, changes them, and takes them off the roster.

With a token of the firm's trainer. Nobody is ever deleted: who is taken off has left, with everything that is on record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from lms.access.door import may, public
from lms.access.reach import find, own_enterprise, reach
from lms.api import queries, scim
from lms.api.operations import RATE, NotJson, recognise, whose_rate
from lms.api.repeats import once
from lms.api.shapes import Unfit
from lms.api.views.roster import RosterPersonIn, take_in
from lms.core.errors import NotFound
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.registry import service
from lms.registry.holding import hold_firm
from lms.registry.models import Person, PersonPost
from lms.web.problems import SCIM
from lms.web.security import limiter

bp = Blueprint("scim", __name__, url_prefix="/scim/v2")
limiter.limit(RATE, key_func=whose_rate)(bp)
bp.before_request(recognise)


@bp.route("/ServiceProviderConfig")
@public("what of SCIM there is")
def config(uow: UnitOfWork) -> ResponseReturnValue:
    return _answer(scim.config(_base()))


@bp.route("/ResourceTypes")
@public("what of SCIM there is")
def types(uow: UnitOfWork) -> ResponseReturnValue:
    return _list(scim.types(_base()))


@bp.route("/ResourceTypes/<name>")
@public("what of SCIM there is")
def one_type(uow: UnitOfWork, name: str) -> ResponseReturnValue:
    return _one(scim.types(_base()), name)


@bp.route("/Schemas")
@public("what of SCIM there is")
def schemas(uow: UnitOfWork) -> ResponseReturnValue:
    return _list(scim.schemas(_base()))


@bp.route("/Schemas/<name>")
@public("what of SCIM there is")
def one_schema(uow: UnitOfWork, name: str) -> ResponseReturnValue:
    return _one(scim.schemas(_base()), name)


@bp.route("/Users")
@may("person.read")
def users(uow: UnitOfWork) -> ResponseReturnValue:
    start, count = max(_number("startIndex", 1), 1), min(max(_number("count", scim.MOST), 0), scim.MOST)
    which = _which(scim.wanted(request.args.get("filter", "")))
    total = uow.session.scalar(select(func.count(Person.id)).where(reach(uow, Person), which)) or 0
    rows = queries.person_rows(uow.today).where(reach(uow, Person), which).order_by(Person.id).offset(start - 1).limit(count)
    found = uow.session.execute(rows).all()
    return _list([_user(*row) for row in found], total, start)


@bp.route("/Users/<uuid:person_id>")
@may("person.read")
def user(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    return _answer(_shown(uow, find(uow, Person, person_id)))


@bp.route("/Users", methods=["POST"])
@may("person.import")
def create(uow: UnitOfWork) -> ResponseReturnValue:
    told = scim.told(_sent())

    def add() -> dict[str, Any]:
        if not told.user_name or not told.name:
            raise scim.Unfit("invalidValue", _("要有 userName（工号）和 displayName（姓名）"))
        firm = _my_turn(uow, own_enterprise(uow))
        if _named(uow, firm, told.user_name) is not None:
            raise scim.AlreadyThere(_("花名册上已经有这个工号，请改那一个人，不要新建"))
        _take_in(uow, firm, told)
        person = _named(uow, firm, told.user_name)
        if person is None:
            raise NotFound
        _reach_by(person, told)
        if told.active is False:
            _leave(uow, person)
        return _shown(uow, person)

    made, _again = once(uow, add)
    return _answer(made, 201, made["meta"]["location"])


@bp.route("/Users/<uuid:person_id>", methods=["PATCH"])
@may("person.change")
def patch(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    return _changed(uow, find(uow, Person, person_id), scim.patched)


@bp.route("/Users/<uuid:person_id>", methods=["PUT"])
@may("person.change")
def put(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    """What is left out stays: most of a roster is not the directory's to know."""
    return _changed(uow, find(uow, Person, person_id), scim.told)


@bp.route("/Users/<uuid:person_id>", methods=["DELETE"])
@may("person.change")
def remove(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    _leave(uow, find(uow, Person, person_id))
    return Response(status=204)


def _changed(uow: UnitOfWork, person: Person, read: Callable[[Any], scim.Told]) -> Response:
    told = read(_sent())
    firm = _my_turn(uow, person.enterprise_id)
    if told.active:
        service.come_back(uow, person, service.Way.DIRECTORY)
    if told.user_name and told.user_name not in (person.work_no, str(person.id)):
        if _named(uow, firm, told.user_name) is not None:
            raise scim.AlreadyThere(_("花名册上已经有这个工号，请改那一个人，不要新建"))
        person.work_no = told.user_name
    person.name = told.name or person.name
    if told.phone:
        service.change_phone(uow, person, told.phone)
    _reach_by(person, told)
    uow.session.flush()
    if told.department or told.post or told.category:
        if not person.work_no:
            raise scim.Unfit("invalidValue", _("先给这个人填 userName（工号），再改部门、岗位"))
        _take_in(uow, firm, replace(told, name=person.name, user_name=person.work_no, phone=None))
    if told.active is False:
        _leave(uow, person)
    return _answer(_shown(uow, person))


def _take_in(uow: UnitOfWork, firm: UUID, told: scim.Told) -> None:
    """As a roster of one line. Raises scim.Unfit with what is wrong about it."""
    line = RosterPersonIn(
        told.name or "", told.user_name or "", told.department or "", told.post or "", told.category or "", told.phone or ""
    )
    try:
        take_in(uow, firm, (line,), service.Way.DIRECTORY)
    except Unfit as fault:
        raise scim.Unfit("invalidValue", "；".join(str(one["detail"]) for one in fault.errors)) from fault


def _leave(uow: UnitOfWork, person: Person) -> None:
    """Today is the last day on the roster; whoever has left has left."""
    if person.left_on is None:
        service.leave(uow, person, uow.today, service.Way.DIRECTORY)
        uow.session.flush()


def _reach_by(person: Person, told: scim.Told) -> None:
    if told.email is not None:
        person.email = told.email or None


def _my_turn(uow: UnitOfWork, firm: UUID) -> UUID:
    """The firm; two at a time would both find that a number is free."""
    hold_firm(uow, firm)
    return firm


def _named(uow: UnitOfWork, firm: UUID, user_name: str) -> Person | None:
    """Whoever has this number; of several, from before numbers were one's own, who is on the roster."""
    wanted = select(Person).where(Person.enterprise_id == firm, _which(("username", user_name)))
    return uow.session.scalars(wanted.order_by(Person.left_on.is_not(None), Person.id)).first()


def _which(wanted: tuple[str, str] | None) -> ColumnElement[bool]:
    if wanted is None:
        return Person.id.is_not(None)
    attribute, value = wanted
    by_id = Person.id == (_uuid(value) or UUID(int=0))
    if attribute == "username":
        return or_(func.lower(Person.work_no) == value.lower(), Person.work_no.is_(None) & by_id)
    return by_id if attribute == "id" else Person.id.is_(None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _shown(uow: UnitOfWork, person: Person) -> dict[str, Any]:
    row = uow.session.execute(queries.person_rows(uow.today).where(Person.id == person.id)).one()
    return _user(*row)


def _user(person: Person, post: PersonPost | None, department: str | None) -> dict[str, Any]:
    return scim.as_user(person, post, department, _location(person))


def _base() -> str:
    return settings().origin + url_for("scim.users").removesuffix("/Users")


def _location(person: Person) -> str:
    return f"{_base()}/Users/{person.id}"


def _sent() -> Any:
    try:
        return json.loads(request.get_data().decode())
    except (ValueError, RecursionError) as fault:
        raise NotJson from fault


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name, "")
    return int(given) if given.lstrip("-").isdecimal() and len(given) < 8 else otherwise


def _one(known: list[dict[str, Any]], name: str) -> Response:
    found = next((one for one in known if one["id"] == name), None)
    if found is None:
        raise NotFound
    return _answer(found)


def _list(found: list[dict[str, Any]], total: int | None = None, start: int = 1) -> Response:
    number = len(found) if total is None else total
    return _answer({
        "schemas": [scim.LIST], "totalResults": number, "startIndex": start, "itemsPerPage": len(found), "Resources": found,
    })  # fmt: skip


def _answer(document: dict[str, Any], status: int = 200, location: str | None = None) -> Response:
    response = current_app.response_class(json.dumps(document, ensure_ascii=False), status, mimetype=SCIM)
    if location:
        response.headers["Location"] = location
    return response
