"""What programs leave behind: answers kept for a day, and the tokens of somebody who is forgotten."""

from __future__ import annotations

from sqlalchemy import delete, select

from lms.access.actor import Actor
from lms.access.models import ApiToken
from lms.api.models import KEPT, KeptAnswer
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears, unit_of_work
from lms.registry.privacy.events import PersonErased

KEEPER = Actor.system("api.keep")


@sweep
def forget_answers() -> None:
    """What is kept longer than a day nobody may ask for again."""
    with unit_of_work(KEEPER, "system", write=False) as uow:
        old = uow.session.scalar(select(KeptAnswer.id).where(KeptAnswer.created_at <= uow.now - KEPT).limit(1)) is not None
    if old:
        with unit_of_work(KEEPER, "system") as uow:
            uow.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= uow.now - KEPT))


@hears(PersonErased)
def erased(uow: UnitOfWork, event: PersonErased) -> None:
    """The tokens of an account that is nobody's any more, with what was answered to them."""
    theirs = select(ApiToken.id).where(ApiToken.user_id.in_(event.user_ids))
    uow.execute(delete(KeptAnswer).where(KeptAnswer.token_id.in_(theirs)))
    uow.execute(delete(ApiToken).where(ApiToken.user_id.in_(event.user_ids)))
