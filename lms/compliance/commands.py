"""The summary of a campaign from the command line, and its standings worked out anew."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import click
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance import queries
from lms.compliance.documents import SummaryData, summary_pdf, summary_xlsx
from lms.compliance.service import settle
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.options import NewFile
from lms.core.shares import share
from lms.core.uow import UnitOfWork, unit_of_work


class NoSuchCampaign(NotFound):
    code = "no-such-campaign"
    sentence = _l("没有已启动的专项活动「%(name)s」。请写全名称或编号。")


class SeveralCampaigns(Conflict):
    code = "several-campaigns"
    sentence = _l("名称「%(name)s」的专项活动有 %(n)s 个，请改用编号：%(ids)s")


class NoSuchJurisdiction(NotFound):
    code = "no-such-jurisdiction"
    sentence = _l("没有代码为 %(code)s 的辖区。")


@click.command()
@click.argument("campaign")
@click.option("--jurisdiction", metavar="CODE", help="Division code, for example 430602. Default: the campaign's own.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As it was at the end of this day. Default: now.")
@click.option("--pdf", type=NewFile(), help="Write the summary as a PDF.")
@click.option("--xlsx", type=NewFile(), help="Write it as a workbook.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def summary(
    campaign: str, jurisdiction: str | None, as_of: datetime | None, pdf: Path | None, xlsx: Path | None, as_json: bool
) -> None:
    """Sum up CAMPAIGN (its title or id): rates, the matrix, the enterprises that have not lectured."""
    with unit_of_work(Actor.system("summary"), "summary.read", write=False) as uow:
        day = min(as_of.date(), uow.today) if as_of else uow.today
        scope = _scope(uow, campaign, jurisdiction, day)
        data = queries.summary(uow, scope)
        if pdf:
            pdf.write_bytes(summary_pdf(data))
            click.echo(str(pdf), err=True)
        if xlsx:
            xlsx.write_bytes(summary_xlsx(data, queries.enterprise_lines(uow, scope)))
            click.echo(str(xlsx), err=True)
    if as_json:
        json.dump(asdict(data), sys.stdout, ensure_ascii=False, default=_text)
        click.echo()
    else:
        for line in _lines(data):
            click.echo(line)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def rebuild(as_json: bool) -> None:
    """Work out anew from the facts where every enterprise stands today in every campaign; days that are over stay as they are.

    Where nothing went wrong nothing changes. Each campaign is a transaction of its own.
    """
    with unit_of_work(Actor.system("rebuild"), "summary.read", write=False) as uow:
        launched = select(Campaign.id, Campaign.title).where(Campaign.state == CampaignState.LAUNCHED).order_by(Campaign.id)
        found = uow.session.execute(launched).all()
    mended = 0
    for campaign_id, title in found:
        click.echo(title, err=True)
        with unit_of_work(Actor.system("rebuild"), "system") as uow:
            mended += settle(uow, campaign_id)
    if as_json:
        click.echo(json.dumps({"campaigns": len(found), "mended": mended}))
    else:
        click.echo(f"专项活动 {len(found)} 个，改正 {mended} 家的情况")


def _scope(uow: UnitOfWork, campaign: str, jurisdiction: str | None, day: date) -> queries.Scope:
    found = find_campaign(uow, campaign)
    try:
        return queries.scope_for(uow, found, day, jurisdiction_code=jurisdiction)
    except NotFound:
        raise NoSuchJurisdiction(code=jurisdiction) from None


def find_campaign(uow: UnitOfWork, name: str) -> Campaign:
    """The launched campaign with this id or title. Raises NoSuchCampaign, SeveralCampaigns."""
    wanted = select(Campaign).where(Campaign.state == CampaignState.LAUNCHED)
    try:
        wanted = wanted.where(Campaign.id == UUID(name))
    except ValueError:
        wanted = wanted.where(Campaign.title == name)
    found = uow.session.scalars(wanted.order_by(Campaign.id)).all()
    if not found:
        raise NoSuchCampaign(name=name)
    if len(found) > 1:
        raise SeveralCampaigns(name=name, n=len(found), ids=", ".join(str(row.id) for row in found))
    return found[0]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _lines(data: SummaryData) -> list[str]:
    lines = [f"{data.jurisdiction_name} · {data.campaign_title} · 数据截至 {clock.moment(data.as_of)}"]
    for rate in data.rates:
        lines.append(f"{rate.label}\t{share(rate.numerator, rate.denominator)}\t{rate.numerator}/{rate.denominator} {rate.note}")
    lines.append("\t".join((data.places, *data.columns)))
    for row in data.rows:
        lines.append("\t".join((row.label, *(f"{c.numerator}/{c.denominator}" if c.denominator else "—" for c in row.cells))))
    lines.append(f"未开讲 {len(data.gaps)} 家")
    return lines
