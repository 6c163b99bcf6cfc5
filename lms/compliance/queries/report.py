"""The summary of a campaign as it is handed on: the same figures as the page, with the cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns.models import CampaignVersion, Terms
from lms.compliance.documents import Cell, EnterpriseLine, GapLine, MatrixRow, Rate, SummaryData
from lms.compliance.models import Standing
from lms.compliance.queries.figures import matrix
from lms.compliance.queries.lists import listed
from lms.compliance.queries.reasons import reasons_of
from lms.compliance.queries.scope import Scope
from lms.compliance.queries.words import rule_lines, state_words
from lms.compliance.rules import place_word
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.queries import own_jurisdiction


def cut_off(uow: UnitOfWork, scope: Scope) -> datetime:
    """Up to when facts are in the figures: now, or the last minute of a day that is over."""
    return clock.cut_off(scope.day, uow.now)


def terms_of(uow: UnitOfWork, scope: Scope) -> Terms:
    """What the campaign asked at the end of the day of a scope, by which its figures were judged; before its launch, as then."""
    if scope.day >= uow.today:
        return scope.campaign
    versions = uow.session.scalars(
        select(CampaignVersion).where(CampaignVersion.campaign_id == scope.campaign.id).order_by(CampaignVersion.version)
    ).all()
    then = [one for one in versions if one.set_at < clock.end_of(scope.day)]
    return then[-1] if then else next(iter(versions), scope.campaign)


def summary(uow: UnitOfWork, scope: Scope) -> SummaryData:
    """Everything the PDF and the workbook say."""
    found, asked, place = matrix(uow, scope), terms_of(uow, scope), scope.place or scope.jurisdiction
    sums, behind = found.headline, listed(uow, scope, "not_lectured")
    reasons = reasons_of(uow, behind)
    return SummaryData(
        campaign_title=scope.campaign.title,
        jurisdiction_name=place.name,
        bureau=bureau_of(uow, place),
        as_of=cut_off(uow, scope),
        due_on=asked.due_on,
        rule_lines=rule_lines(asked),
        rates=(
            Rate(_("开讲率"), sums.lectured, sums.asked, _("家")),
            Rate(_("参训率"), sums.people_attended, sums.people_expected, _("人次")),
            Rate(_("考核合格率"), sums.people_passed, sums.people_examined, _("人")),
        ),
        places=place_word(row.code for row in found.rows),
        columns=tuple(column.name for column in found.columns),
        rows=tuple(MatrixRow(row.name, tuple(Cell(*cell) for cell in row.cells)) for row in found.rows),
        gaps=tuple(
            GapLine(
                enterprise=line.enterprise.name,
                street=line.street_name,
                industry=line.industry,
                officer=line.officer_name or "—",
                state_text=" · ".join(filter(None, (state_words(line, scope.day)[0], reasons.get(line.id)))),
                late=line.due_on < scope.day,
            )
            for line in behind
        ),
    )


def bureau_of(uow: UnitOfWork, place: Jurisdiction) -> str:
    """On whose paper it is: of the officer's bureau, of that of the place for whoever is no officer."""
    actor: Actor = uow.actor
    speaks = own_jurisdiction(uow) if actor.held_as(Role.OFFICER) else place
    return speaks.bureau_name or place.name


def enterprise_lines(uow: UnitOfWork, scope: Scope) -> Iterator[EnterpriseLine]:
    """Every enterprise of a scope as it stood, for the workbook."""
    lines = [*listed(uow, scope, "asked"), *listed(uow, scope, "exempt")]
    reasons = reasons_of(uow, lines)
    for line in lines:
        yield EnterpriseLine(
            name=line.enterprise.name,
            credit_code=line.enterprise.uscc,
            street=line.street_name,
            industry=line.industry,
            officer=line.officer_name or "—",
            state_text=state_words(line, scope.day)[0],
            lectured_on=line.lectured_on,
            minutes=line.minutes,
            expected=line.expected,
            attended=line.attended,
            examined=line.examined,
            passed=line.passed,
            note="；".join(filter(None, (reasons.get(line.id), exempt_words(line, scope)))),
        )


def exempt_words(line: Standing, scope: Scope) -> str:
    """Why an enterprise is not asked, and by whom it was decided; "" where it is asked."""
    return f"免除理由：{line.exempt_reason}（{line.exempt_by}批准）" if line.is_exempt(scope.day) else ""
