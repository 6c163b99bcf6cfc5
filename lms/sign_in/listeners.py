"""What the sign-in page asks."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.uow import UnitOfWork, answers
from lms.sign_in.models import SignInWay
from lms.sign_in.ways import ADAPTERS
from lms.web.entering import WaysElsewhere


@answers(WaysElsewhere)
def any_way(uow: UnitOfWork, _asked: WaysElsewhere) -> bool:
    return uow.session.scalar(select(SignInWay.id).where(SignInWay.enabled, SignInWay.kind.in_(ADAPTERS)).limit(1)) is not None
