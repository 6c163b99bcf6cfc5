"""What an employee sees of oneself (一人一档), on a phone."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.archives.views import bp
from lms.core.uow import UnitOfWork


@bp.route("/me")
@may("own.read")
def me(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
