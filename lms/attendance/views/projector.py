"""The screen in the room."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.reach import find
from lms.attendance import queries, rules, service
from lms.attendance.models import Mark
from lms.attendance.rules.codes import SCREENS
from lms.attendance.views import bp
from lms.core.documents.drawing import qr_on_screen
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting


@bp.route("/sittings/<uuid:sitting_id>/projector")
@may("attendance.project")
def projector(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    return render_template("attendance/projector.html", **_stage(uow, sitting_id))


@bp.route("/sittings/<uuid:sitting_id>/projector/stage")
@may("attendance.project")
def stage(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    return render_template("attendance/_stage.html", **_stage(uow, sitting_id))


def _stage(uow: UnitOfWork, sitting_id: UUID) -> dict[str, object]:
    find(uow, Sitting, sitting_id)
    sitting = queries.sitting_with_lecture(uow, sitting_id)
    mark = Mark.OUT if request.args.get("mark") == "out" else Mark.IN
    screen = request.args.get("screen", 1, type=int)
    screen = screen if screen in SCREENS else 1
    values: dict[str, object] = {
        "sitting": sitting,
        "lecture": sitting.lecture,
        "mark": mark,
        "screen": screen,
        "open": sitting.takes_check_in,
        "recheck": queries.open_recheck(uow, sitting.id),
        "tally": queries.tally(uow, sitting, mark, names=True),
    }
    if values["open"]:
        secret, step = service.secret_of(sitting.id), rules.step_of(uow.now)
        digits = rules.spoken_code(secret, mark, step)
        values |= {
            "qr": qr_on_screen(settings().origin + url_for(".scan", token=rules.token(secret, sitting.id, mark, step, screen))),
            "digits": f"{digits[:3]} {digits[3:]}",
            "seconds_left": round(rules.seconds_left(uow.now), 2),
            "step_seconds": rules.STEP_SECONDS,
            "code_address": settings().origin.split("://", 1)[-1] + url_for(".code"),
        }
    return values
