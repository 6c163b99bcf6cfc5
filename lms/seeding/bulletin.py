"""What the district made known of the round that is over: a bulletin that was sent to those it names, signed twice, published."""

from __future__ import annotations

from sqlalchemy import select

from lms.access.models import User
from lms.access.service import actor_of
from lms.campaigns.models import Campaign
from lms.compliance.bulletins import calling, queries, service, signing
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.rules import to_text
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.seeding.house import Mill
from lms.seeding.stage import acting, before


def of_the_first_round(uow: UnitOfWork, mill: Mill, campaign: Campaign) -> None:
    """Counted on the day after the due day, with praise for the mill, replied to by nobody, signed by the district and by the
    city; printed by print_bulletins().
    """
    district = uow.session.get_one(Jurisdiction, mill.district_id)
    days = (uow.today - campaign.due_on).days
    with acting(uow, before(uow, days - 1, 10), mill.district):
        made = service.begin(uow, district, campaign, district, uow.today)
    with acting(uow, before(uow, days - 1, 10, 1)):
        frozen = gather(uow, made)
        service.froze(uow, made.id, frozen, storage().put(to_text(frozen).encode()))
        uow.session.flush()  # each of these steps is a transaction of its own, and looks at the row anew
    with acting(uow, before(uow, days - 1, 11), mill.district):
        service.name(uow, made, frozen, made.lists, [str(mill.enterprise_id)])
        uow.session.flush()
        service.send(uow, made, frozen, service.first_reply_day(uow.today))
        service.tell_named(uow, made, queries.mentions_of(uow, made))
        silent = [one.key for one in calling.to_call(calling.everybody(uow, made))]
    with acting(uow, before(uow, days - 2, 9), mill.district):
        service.call(uow, made, silent, "电话告知主要负责人，没有意见")
    city = actor_of(uow, uow.session.scalars(select(User).where(User.username == "demo-city")).one())
    for hour, signer in ((15, mill.district), (16, city)):
        with acting(uow, before(uow, days - 8, hour), signer):
            signing.sign(uow, made, frozen)
    with acting(uow, before(uow, days - 8, 17), mill.district):
        service.tell_named(uow, made, queries.mentions_of(uow, made))
