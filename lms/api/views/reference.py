"""What the API can do, as a page for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.access.door import public
from lms.access.grants import GRANTS
from lms.access.words import ROLES
from lms.api.openapi import parameters, path_of
from lms.api.operations import OPERATIONS, Operation
from lms.api.operations import bp as api
from lms.api.shapes import notes
from lms.core.settings import settings
from lms.core.uow import UnitOfWork

bp = Blueprint("reference", __name__)


@bp.route("/api")
@public("what the API can do is no secret")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return render_template(
        "api/reference.html",
        operations=OPERATIONS,
        path_of=path_of,
        parameters=parameters,
        fields_of=lambda kind: [(name, note.says) for name, note in notes(kind).items()],
        roles_of=_roles,
        prefix=api.url_prefix,
        base=f"{settings().base_url}{api.url_prefix}",
    )


def _roles(one: Operation) -> list[Any]:
    return [label for role, label in ROLES.items() if one.verb and role in GRANTS[one.verb]]
