"""What became of the last issue: of the enterprises that were named, who has lectured since."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinState
from lms.compliance.bulletins.queries import previous_of
from lms.compliance.models import Standing
from lms.compliance.rules import LECTURED
from lms.core.uow import UnitOfWork

NOT_BLAMED = {"praised", "doubtful"}  # neither asks for a lecture


@dataclass(frozen=True, slots=True)
class Followed:
    """issue: the last one before. The lines of today of those it named in blame, by name: done: they have lectured since;
    spared: they need not, being exempt, out of business or so when it was due; open: they have not.
    """

    issue: Bulletin
    done: tuple[Standing, ...]
    open: tuple[Standing, ...]
    spared: tuple[Standing, ...]


def last_time(uow: UnitOfWork, bulletin: Bulletin) -> Followed | None:
    """What became of the issue of the same bureau and area before this one; None where there is none. Versions of one issue
    are one.
    """
    first = previous_of(uow, bulletin) or bulletin
    before = (
        or_(Bulletin.year < first.year, and_(Bulletin.year == first.year, Bulletin.number < first.number))
        if first.number
        else true()
    )
    issue = uow.session.scalar(
        select(Bulletin)
        .where(
            Bulletin.jurisdiction_id == bulletin.jurisdiction_id,
            Bulletin.area_id == bulletin.area_id,
            Bulletin.state == BulletinState.PUBLISHED,
            Bulletin.published_at < (bulletin.published_at or uow.now),
            before,
        )
        .options(joinedload(Bulletin.campaign))
        .order_by(Bulletin.published_at.desc())
        .limit(1)
    )
    if issue is None:
        return None
    rows = uow.session.execute(
        select(BulletinMention, Standing)
        .join(Standing, Standing.enterprise_id == BulletinMention.enterprise_id)
        .where(
            BulletinMention.bulletin_id == issue.id,
            BulletinMention.struck.is_(None),
            Standing.campaign_id == issue.campaign_id,
            Standing.until_on.is_(None),
            reach(uow, Standing),
        )
        .options(joinedload(Standing.enterprise))
    ).all()
    lines = sorted((line for mention, line in rows if set(mention.said) - NOT_BLAMED), key=lambda line: line.enterprise.name)
    spared = [line for line in lines if line.is_stopped or line.is_exempt(uow.today)]
    return Followed(
        issue,
        done=tuple(line for line in lines if line.state in LECTURED),
        open=tuple(line for line in lines if line.state not in LECTURED and line not in spared),
        spared=tuple(spared),
    )
