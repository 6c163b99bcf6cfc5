"""What a scan becomes, as pages, and the people of the board: of what stands there for a whole hall only a few words and numbers
are a person's own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app, request
from markupsafe import Markup

from lms.attendance import queries, service
from lms.attendance.models import Mark
from lms.attendance.rules.claims import Claim
from lms.core import letters
from lms.core.drawn import Drawn, drawn, form_token, shelf
from lms.core.settings import settings


def confirm(here: queries.Arrival, claim: Claim, who: queries.Who, offer: service.Offer | None) -> Markup:
    """One button: this is me."""
    mark = Mark(claim.mark)
    own = {
        "name": who.name,
        "initial": who.name[:1],
        "department": who.department_name,
        "work_no": who.work_no,
        "sealed": service.sealed(claim),
        "scanned_at": _clock(claim.scanned_at),
    }
    said = {"hall": here.hall, "mark": mark, "offer": offer, "on_list": who.on_list}
    return _page("attendance/confirm.html", own, here.crowd(mark), said)


def done(claim: Claim, done: queries.Done, offer: service.Offer | None) -> Markup:
    """The event as it was read back from the database."""
    first = done.first_in_at if done.mark is Mark.IN and done.first_in_at and done.first_in_at < done.scanned_at else None
    own = {
        "name": done.name,
        "department": done.department_name,
        "sealed": service.sealed(claim) if offer else "",
        "scanned_at": _written("seconds", done.scanned_at),
        "scanned_clock": _clock(done.scanned_at),
        "recorded_at": _written("seconds", done.recorded_at),
        "first": _written("hour", first) if first else None,
        "late_minutes": done.late_minutes or None,
        "minutes": done.minutes,
    }
    only_out = done.mark is Mark.OUT and done.first_in_at is None
    said = {
        "hall": done.hall, "mark": done.mark, "trust_level": done.trust, "offer": offer, "is_extra": done.is_extra,
        "only_out": only_out,
    }  # fmt: skip
    return _page("attendance/done.html", own, done.crowd, said)


def people(board: queries.Board) -> Callable[[Iterable[queries.Row]], Markup]:
    """What writes people of this board one after another: the items of missing ones, anybody else's lines of a table."""
    kept, lecture, hour = shelf(), Markup(board.lecture_id), current_app.jinja_env.filters["hour"]
    page = current_app.jinja_env.get_template("attendance/_board_person.html")

    def person(row: queries.Row) -> Markup | Drawn:
        sitting = board.shifts and (row.sitting_id or board.sitting_id)
        own = {
            "id": Markup(row.person_id), "lecture": lecture, "sitting": Markup(sitting) if sitting else None,
            "name": row.name, "work_no": row.work_no,
            "department": row.department_name, "phone": row.phone, "reason": row.excused_reason,
            "late": row.late_minutes or None, "minutes": row.minutes,
            "came": Markup(hour(row.first_in_at)) if row.first_in_at else None,
            "went": Markup(hour(row.last_out_at)) if row.last_out_at else None,
        }  # fmt: skip
        there = {gap: value for gap, value in own.items() if value is not None and value != ""}

        def draw(words: Mapping[str, Any]) -> str:
            told = replace(
                row, name=words["name"], work_no=words.get("work_no"), department_name=words.get("department", ""),
                phone=words.get("phone"), excused_reason=words.get("reason"), late_minutes=words.get("late", 0),
                minutes=words.get("minutes"), first_in_at=words.get("came"), last_out_at=words.get("went"),
            )  # fmt: skip
            return page.render(
                row=told, id=words["id"], lecture_id=words["lecture"], sitting=words.get("sitting"), live=board.live,
                editable=board.editable,
            )  # fmt: skip

        if row.shares_phone_with:  # by name, and with a form that has the token of this session
            return drawn(("token",), lambda marks: draw(there).replace(form_token(), marks["token"]))
        gaps = tuple(there)
        key = (page.name, gaps, row.status, row.method, row.trust, row.is_extra, board.live, board.editable)
        return kept.part(key, gaps, draw).filled(**there)

    name = ("board", board.lecture_id, board.sitting_id, bool(board.shifts), board.live, board.editable)
    found = kept.lines(name, board.rows, person)
    lines = {row: line if isinstance(line, Markup) else line.filled(token=form_token()) for row, line in found.items()}
    return lambda rows: Markup("".join(map(lines.__getitem__, rows)))  # each was escaped as it was drawn


def _page(template: str, own: Mapping[str, Any], crowd: queries.Crowd, said: Mapping[str, Hashable]) -> Markup:
    """own: what is filled in; where there is nothing, the template sees that there is not. said: what many have in common."""
    around = {"demo_mode": settings().demo, "large_type": "1" if letters.large(needed=False) else ""}
    own = {**own, "counted": crowd.done or None, "expected": crowd.expected or None}
    gaps = tuple(gap for gap, value in own.items() if value not in (None, ""))
    empty = dict.fromkeys(own.keys() - set(gaps))

    def draw(marks: Mapping[str, str]) -> str:
        there = {**empty, **marks}
        numbers = {"done": there["counted"] or 0, "expected": there["expected"] or 0}
        return current_app.jinja_env.get_template(template).render(**said, **around, **there, crowd=numbers)

    key = (template, "X-Part" in request.headers, gaps, *said.values(), *around.values())
    return shelf().part(key, gaps, draw).filled(**{gap: own[gap] for gap in gaps})


def _written(how: str, value: datetime) -> str:
    """how: one of the ways in which lms.web.formats writes values."""
    said: str = current_app.jinja_env.filters[how](value)
    return said


def _clock(value: datetime) -> str:
    """14:30:08"""
    return _written("seconds", value)[11:]
