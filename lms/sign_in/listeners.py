"""What the sign-in page asks, and what is forgotten with a person."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import delete, or_, select

from lms.core.uow import UnitOfWork, answers, hears
from lms.registry.events import AccountElsewhere, AccountsElsewhere
from lms.registry.privacy.events import PersonErased
from lms.sign_in import service
from lms.sign_in.models import ExternalAccount, Pin, SignInWay
from lms.sign_in.ways import ADAPTERS
from lms.web.entering import WaysElsewhere


@answers(WaysElsewhere)
def any_way(uow: UnitOfWork, _asked: WaysElsewhere) -> bool:
    return uow.session.scalar(select(SignInWay.id).where(SignInWay.enabled, SignInWay.kind.in_(ADAPTERS)).limit(1)) is not None


@answers(AccountsElsewhere)
def accounts_elsewhere(uow: UnitOfWork, asked: AccountsElsewhere) -> list[AccountElsewhere]:
    return [
        AccountElsewhere(
            way.name, account.name, account.used_at, url_for("sign_in_ways.unlink", way_id=way.id, account_id=account.id)
        )
        for account, way in service.accounts_of_person(uow, asked.person_id)
    ]


@hears(PersonErased)
def erased(uow: UnitOfWork, event: PersonErased) -> None:
    uow.session.execute(delete(Pin).where(Pin.person_id == event.person_id))
    theirs = or_(ExternalAccount.person_id == event.person_id, ExternalAccount.user_id.in_(event.user_ids))
    uow.session.execute(delete(ExternalAccount).where(theirs))
