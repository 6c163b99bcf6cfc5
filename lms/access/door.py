"""The only way from HTTP to a unit of work. A route that names no verb and is not public does not start."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_login.utils import decode_cookie

from lms.access import errands
from lms.access.actor import Actor, Held
from lms.access.grants import GRANTS
from lms.access.models import Role
from lms.access.reach import may_at_all
from lms.core.errands import Later
from lms.core.errors import NotFound, Problem, SignInNeeded
from lms.core.uow import UnitOfWork, unit_of_work

READING_METHODS = {"GET", "HEAD", "OPTIONS"}
CAME_AS = "anke.actor"  # no header can set it: those are HTTP_… there
PASSWORD = "password"  # in a session: of which time the password is with which somebody signed in, as password_of() has it
UNTIL = "until"  # in a session: the second since 1970 up to which it is good, of whoever was let in for a time
ANYONE = Actor(key="anyone", name="", held=())


class NothingHeld(Problem):
    """Of an account all of whose roles have ended: that nothing is found would not tell them why."""

    status = 403
    code = "nothing-held"
    sentence = _l(
        "这个账号已经没有权限：离开本单位、不再是主要负责人或者不再管这个辖区的，权限到那天为止，以前的记录都在。"
        "认为不对的，请联系本单位的培训管理员或监管部门。"
    )


@dataclass(frozen=True, slots=True)
class ReadBack:
    """An answer that a view gives only once its facts are safe: `page` gets a transaction of its own after the commit."""

    page: Callable[[UnitOfWork], ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a view that only read found to be written: `act` gets a transaction of its own that may, once the reading is over.

    Meanwhile others may have written, so it asks anew for what could have changed.
    """

    act: Callable[[UnitOfWork], ResponseReturnValue | ReadBack]


def come_as(actor: Actor | None) -> None:
    """This request is this actor's (None: nobody's), whatever cookies came with it: a token says so."""
    request.environ[CAME_AS] = actor


def current_actor() -> Actor | None:
    """Who is asking, or None when signed out."""
    if CAME_AS in request.environ:
        actor: Actor | None = request.environ[CAME_AS]
        return actor
    return current_user._get_current_object() if current_user.is_authenticated else None


def is_over() -> bool:
    """Whether this browser was let in for a time, and that has passed; then nobody is signed in by it any more."""
    if session.get(UNTIL, time.time() + 1) >= time.time():
        return False
    for one in (UNTIL, "_user_id"):
        session.pop(one, None)
    return True


def is_out(actor: Actor) -> bool:
    """Whether the password is another one than when this browser signed in."""
    return actor.password_at is not None and session.get(PASSWORD) != password_of(actor)


def password_of(actor: Actor) -> float | None:
    """Which password an account has, as sessions keep it: not the time of signing in, for a password that is being changed
    meanwhile was right by the clock and yet the old one. None for a first password, and for whoever has none.
    """
    return actor.password_at.timestamp() if actor.password_at else None


def signed_in_key() -> str | None:
    """The key of whoever this browser was signed in as, by our signature alone: whether there still is such a one is for the
    database to say, and whether the password is still the same; the view asks both (is_out).
    """
    key = None if is_over() else session.get("_user_id")
    if key is None and session.get("_remember") != "clear":
        key = _remembered()
    return key


def _remembered() -> str | None:
    """The key in the cookie that outlives a session. Its signature is looked at once for each request."""
    if "remembered" not in g:
        g.remembered = decode_cookie(request.cookies.get(current_app.config["REMEMBER_COOKIE_NAME"], ""))
    key: str | None = g.remembered
    return key


def signed_in_person() -> UUID | None:
    """The person this phone is signed in as, by our signature alone; None for an account, or nobody."""
    kind, _colon, row_id = (signed_in_key() or "").partition(":")
    return UUID(row_id) if kind == "person" else None


def may(
    verb: str, *, write: bool = False, reads_first: bool = False, by_signature: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """A view for those granted `verb`; it gets the unit of work first.

    Commits when the answer is below 400, rolls back above. A GET cannot write unless write=True says why not. reads_first: as of
    public(). by_signature: a whole hall asks for this at once, so nobody asks for a person's phone first who it is. The view asks
    the database what it answers by itself together with whether that person is on the roster, and answers with Writing
    whatever is more; then they are let in as everybody. Raises SignInNeeded, NothingHeld, and NotFound for who may not.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def enter(**values: Any) -> Response:
            writes = not reads_first and (write or request.method not in READING_METHODS)
            signed = _signed(verb) if by_signature else None
            return _answer(view, partial(_granted, verb), verb, writes, values, signed)

        enter.verb = verb  # type: ignore[attr-defined]  # read by the start-up check and the sweep over all routes
        return enter

    return wrap


def public(
    reason: str, *, write: bool = False, unasked: bool = False, reads_first: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """A view where no sign-in is meant, with the reason why. It gets a unit of work of whoever is asking.

    unasked: of anyone; the view finds out by itself who it is, in the same transaction. reads_first: a POST too begins with a
    transaction that cannot write, and takes no turn of a writer unless it answers with Writing.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def enter(**values: Any) -> Response:
            writes = not reads_first and (write or request.method not in READING_METHODS)
            return _answer(view, lambda: (None if unasked else current_actor()) or ANYONE, "public", writes, values)

        enter.public = reason  # type: ignore[attr-defined]  # read by the start-up check and the sweep over all routes
        return enter

    return wrap


def _granted(verb: str) -> Actor:
    """Whoever is asking, if they may."""
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    if not actor.held:
        raise NothingHeld
    if not may_at_all(actor, verb):
        raise NotFound
    return actor


def _signed(verb: str) -> Actor | None:
    """The person of a phone, as signed_in_person() tells it; of an account only the database knows what it holds."""
    person_id = signed_in_person() if Role.EMPLOYEE in GRANTS[verb] else None
    return Actor(f"person:{person_id}", "", (Held(Role.EMPLOYEE, person_id=person_id),)) if person_id else None


def _answer(
    view: Callable[..., Any], who: Callable[[], Actor], verb: str, write: bool, values: dict[str, Any],
    signed: Actor | None = None,
) -> Response:  # fmt: skip
    """who: tells whoever is asking. A page that only reads asks for it in its own transaction, which is lent to whoever knows
    what a session stands for; one that may write is let in first. signed: stands for them until something is to be written.
    """
    reads = not write and request.method in READING_METHODS
    with unit_of_work(signed or (ANYONE if reads else who()), verb, write=write) as uow:
        if reads and not signed:
            g.lent = uow
            try:
                uow.actor = who()
            finally:
                g.pop("lent", None)
        try:
            answer = view(uow, **values)
        except Later as later:
            answer = Writing(partial(_begun, later, uow.now))
        if not isinstance(answer, ReadBack | Writing):
            response = make_response(answer)
            if response.status_code >= 400:
                uow.refuse()
            return response
    if isinstance(answer, Writing):
        return _answer(answer.act, who if signed else lambda: uow.actor, verb, True, {})
    with unit_of_work(uow.actor, verb, write=False) as reading:
        return make_response(answer.page(reading))


def _begun(later: Later, read_at: datetime, uow: UnitOfWork) -> ResponseReturnValue:
    """The page on which its progress is seen."""
    asked = errands.begin(uow, later, read_at)
    return redirect(url_for("errands.show", errand_id=asked.id), 303)


def refuse_silent_routes(app: Flask) -> None:
    """Raise RuntimeError naming the routes that declare neither a known verb nor a reason to be public."""
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and getattr(app.view_functions[rule.endpoint], "verb", None) not in GRANTS
        and not getattr(app.view_functions[rule.endpoint], "public", None)
    ]
    if silent:
        raise RuntimeError(f"routes without a permission: {', '.join(sorted(silent))}")
