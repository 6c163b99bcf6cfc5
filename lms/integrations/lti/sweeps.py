"""What is looked after once a minute: our keys, and what was used once."""

from __future__ import annotations

from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.integrations.lti import keys, service
from lms.integrations.lti.models import LtiPlatform, LtiUsed

KEEPER = Actor.system("lti.keep")


@sweep
def keep_lti() -> None:
    """Make the next key when it is time, and forget launches that can no longer be repeated."""
    with unit_of_work(KEEPER, "system", write=False) as uow:
        any_platform = uow.session.scalar(select(LtiPlatform.id).limit(1)) is not None
        renew = any_platform and not keys.are_current(uow)
        old = uow.session.scalar(select(LtiUsed.id).where(LtiUsed.until < uow.now).limit(1)) is not None
    if renew or old:
        with unit_of_work(KEEPER, "system") as uow:
            service.forget_used(uow)
            if renew:
                keys.keep_current(uow)
