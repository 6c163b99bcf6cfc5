"""What a bureau sees: the summary of a campaign, and the enterprises behind every number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import may_at_all
from lms.campaigns import queries as campaign_queries
from lms.campaigns.models import Campaign
from lms.compliance import queries
from lms.compliance.asked import EVERY, asked_list, asked_scope, launched, shared_by
from lms.compliance.chasing.forms import chase_form
from lms.compliance.chasing.queries import history, refused, steps
from lms.compliance.chasing.words import refusal_words
from lms.compliance.documents import summary_pdf, summary_xlsx
from lms.compliance.listings import enterprises_listing
from lms.compliance.patch.queries import measured
from lms.compliance.patch.words import VERBS, WORDS
from lms.compliance.rules import by_district
from lms.compliance.worklist import first_to_see
from lms.core.beside import beside
from lms.core.documents.apart import print_apart
from lms.core.downloads import download
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import asked_day
from lms.core.sheets import MEDIA_TYPE
from lms.core.uow import UnitOfWork
from lms.hazards.queries import DUE, due_number
from lms.notices.queries import kinds_in_use, readers
from lms.registry.claims import queries as claims

bp = Blueprint("compliance", __name__)
CHIPS = (
    "asked",
    "lectured",
    "not_lectured",
    "overdue",
    "attention",
    "not_head",
    "too_short",
    "unfinished",
    "no_theme",
    "no_evidence",
    "not_passed_on",
    "no_officer",
    "asking",
    "waiting",
    "escalated",
    "doubtful",
    "unanswered",
    "exempt",
    "stopped",
)


@bp.route("/overview")
@may("summary.read")
def home(uow: UnitOfWork) -> ResponseReturnValue:
    day = asked_day(uow)
    gaps = partial(_gaps, uow, beside(uow, partial(measured, day=day)), day)
    campaigns = campaign_queries.launched(uow)
    if not campaigns:
        return render_template("compliance/empty.html", gaps=gaps())
    return _summary_page(uow, campaigns[0], campaigns, gaps)


@bp.route("/campaigns/<uuid:campaign_id>/summary")
@may("summary.read")
def summary(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    return _summary_page(uow, launched(uow, campaign_id), campaign_queries.launched(uow))


@bp.route("/campaigns/<uuid:campaign_id>/summary.pdf")
@may("summary.export")
def pdf(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    scope = asked_scope(uow, launched(uow, campaign_id))
    with force_locale("zh"):  # a paper does not depend on who prints it
        data = queries.summary(uow, scope)
    return _file(print_apart(summary_pdf, data), "application/pdf", scope, "pdf")


@bp.route("/campaigns/<uuid:campaign_id>/summary.xlsx")
@may("summary.export")
def xlsx(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    scope = asked_scope(uow, launched(uow, campaign_id))
    with force_locale("zh"):
        book = summary_xlsx(queries.summary(uow, scope), queries.enterprise_lines(uow, scope))
    return _file(book, MEDIA_TYPE, scope, "xlsx")


@bp.route("/campaigns/<uuid:campaign_id>/enterprises")
@may("summary.read")
def enterprises(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = launched(uow, campaign_id)
    scope, metric, name = asked_list(uow, campaign)
    if kind := file_asked():
        whole = queries.page(uow, scope, metric, page_asked(), name)
        return exported(kind, enterprises_listing(uow, scope, metric, whole.rows, name))
    figures = beside(uow, partial(queries.chips if metric in CHIPS else queries.figures, scope=scope))
    choices = beside(uow, partial(queries.choices, scope=asked_scope(uow, campaign)))
    found = queries.page(uow, scope, metric, page_asked(), name, None if name else lambda: getattr(figures(), metric))
    here = figures()
    streets, industries, officers = choices()
    shared = shared_by(uow, scope) | {
        "industry": scope.industry, "street": scope.place.code if scope.place else None, "officer": scope.officer,
        "size": scope.size, "trade_authority": scope.trade_authority, "q": name or None,
    }  # fmt: skip

    def url_of(**other: Any) -> str:
        return url_for(".enterprises", campaign_id=campaign.id, **(shared | {"metric": metric} | other))

    marked = queries.marked(uow, scope, found.rows)
    chasing = scope.day == uow.today and may_at_all(uow.actor, "campaign.chase")
    lines = {line.enterprise_id: line for line in found.rows} if chasing else {}
    words = queries.metric_words()
    shown = [key for key in CHIPS if key in ("asked", metric) or getattr(here, key)]
    if metric not in CHIPS:
        shown.append(metric)
    return render_template(
        "compliance/enterprises.html",
        campaign=campaign,
        scope=scope,
        metric=metric,
        words=words,
        figures=here,
        found=found,
        name=name,
        streets=streets,
        industries=industries,
        officers=officers,
        every=EVERY,
        chips=[(words[key], getattr(here, key), url_of(metric=key), key == metric) for key in shown],
        rows=[(line, *queries.state_words(line, scope.day)) for line in found.rows],
        reasons=queries.reasons_of(uow, found.rows),
        marked=marked,
        steps=steps(uow, campaign, found.rows, scope.day, marked),
        refused=refused(uow, campaign, lines, readers(uow, list(lines), Role.TRAINER, Role.HEAD)) if lines else {},
        refusals=refusal_words(),
        told=history(uow, campaign.id, [line.enterprise_id for line in found.rows]),
        chase_form=chase_form(kinds_in_use(uow, [line.enterprise_id for line in found.rows]), listed=True)
        if chasing and found.rows
        else None,
        chase_url=url_for("chasing.chase", campaign_id=campaign.id, **(shared | {"metric": metric, "page": found.number})),
        kept={name: value for name, value in (shared | {"metric": metric}).items() if value is not None},
        narrowed=queries.narrowed_words(scope),
        shared=shared,
        summary_url=url_for(".summary", campaign_id=campaign.id, **shared_by(uow, scope)),
    )


class Gap(NamedTuple):
    """What is not as it should be in the officer's patch: in words, of how many enterprises, where their names are.

    verb: what it measures (底子清、情况明、有人管、管到位), with `fine` of `every` enterprises that are as they should be; ""
    where it measures nothing and only waits.
    """

    words: str
    number: int
    url: str
    verb: str
    fine_words: str
    fine: int
    every: int


def _gaps(uow: UnitOfWork, measure: Callable[[], tuple[int, dict[str, int]]], day: date) -> list[Gap]:
    """What waits to be done is told of today alone."""
    every, found = measure()
    past = day < uow.today
    patch = partial(url_for, "patch.index", as_of=day.isoformat() if past else None)
    measures = [
        Gap(str(WORDS[gap]), found[gap], patch(gap=gap), str(verb), str(said), every - found[gap], every)
        for gap, (verb, said) in VERBS.items()
    ]
    ended = Gap(str(WORDS["ended"]), found["ended"], patch(gap="ended"), "", "", 0, every)
    if past:
        return [*measures, ended]
    hazards = Gap(_("到期的重大隐患"), due_number(uow), url_for("hazards.index", rung=DUE), "", "", 0, every)
    return [*measures, ended, hazards, Gap(_("待确认的认领"), claims.waiting(uow), url_for("claims.index"), "", "", 0, every)]


def _summary_page(
    uow: UnitOfWork,
    campaign: Campaign,
    campaigns: list[Campaign],
    gaps: Callable[[], list[Gap]] = list,
) -> ResponseReturnValue:
    scope = asked_scope(uow, campaign)
    shared = shared_by(uow, scope)
    found, asked = queries.matrix(uow, scope), queries.terms_of(uow, scope)

    lists = url_for(".enterprises", campaign_id=campaign.id, **shared)  # made once: a matrix has hundreds of cells

    def url_of(street: str | None = None, industry: str | None = None, metric: str = "asked") -> str:
        return lists + _narrowed("street", street) + _narrowed("industry", industry) + _narrowed("metric", metric)

    return render_template(
        "compliance/summary.html",
        campaign=campaign,
        campaigns=campaigns,
        scope=scope,
        shared=shared,
        crumbs=queries.crumbs(uow, scope.jurisdiction),
        places=queries.places(uow, scope, found),
        matrix_=found,
        by_district=by_district(row.code for row in found.rows),
        figures=found.headline,
        first=first_to_see(uow, scope),
        rule_lines=queries.rule_lines(asked),
        due_on=asked.due_on,
        cut_off=queries.cut_off(uow, scope),
        today=uow.today,
        url_of=url_of,
        gaps=gaps(),
    )


@lru_cache(maxsize=1000)  # a matrix names each of its rows and columns many times
def _narrowed(name: str, value: str | None) -> str:
    return "" if value is None else f"&{urlencode({name: value})}"


def _file(content: bytes, media_type: str, scope: queries.Scope, ending: str) -> Response:
    name = f"{scope.campaign.title}-{scope.jurisdiction.name}-{scope.day.isoformat()}.{ending}"
    return download(content, media_type, name)
