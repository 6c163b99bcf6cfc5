"""Why something is done: what is sent, and that it says something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.api.shapes import Unfit, told


@dataclass(frozen=True, slots=True)
class ReasonIn:
    reason: Annotated[str, told(_l("别人会看到的原因"), minLength=1, maxLength=200)]


def said(reason: str, at: str = "/reason") -> str:
    """A reason that says something. Raises Unfit, pointing to it."""
    if not reason.strip():
        raise Unfit([{"pointer": at, "detail": _("请写明原因")}])
    return reason.strip()
