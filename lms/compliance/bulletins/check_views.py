"""What anybody sees who scans the code on a printed bulletin: which one it is and whether it still holds, and no enterprise."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from lms.access.door import public
from lms.compliance.bulletins import queries
from lms.core.uow import UnitOfWork

bp = Blueprint("bulletin_check", __name__)


@bp.route("/bulletins/<uuid:bulletin_id>/check")
@public("anybody who holds a bulletin may check what its code says; it names no enterprise")
def show(uow: UnitOfWork, bulletin_id: UUID) -> ResponseReturnValue:
    bulletin = queries.published(uow, bulletin_id)
    page = render_template(
        "bulletins/check.html",
        bulletin=bulletin,
        latest=queries.latest_of(uow, bulletin) if bulletin else None,
        signers=queries.signers_of(uow, bulletin) if bulletin else [],
        checked_at=uow.now,
    )
    answer = make_response(page, 200 if bulletin else 404)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
