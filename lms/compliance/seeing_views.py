"""Other ways to look at a campaign: any two dimensions, tiles, growth, two days; and the leader's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import ceil, sqrt
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.access.door import may
from lms.compliance import queries
from lms.compliance.asked import asked_scope, launched, shared_by
from lms.compliance.leader import Group, LeaderData, Number, leader_pdf
from lms.compliance.situation import queries as situation
from lms.core.documents.apart import print_apart
from lms.core.given import asked_day, day_named
from lms.core.settings import settings
from lms.core.uow import UnitOfWork

bp = Blueprint("seeing", __name__)
# What the leader reads, in three groups: metrics of the standings; "accidents" are of the month.
READ = (
    ("变化", ("lectured", "fresh", "completed")),
    ("落后", ("overdue", "not_lectured", "not_head", "too_short", "unfinished")),
    ("请您定", ("asking", "no_officer", "doubtful", "accidents")),
)


@bp.route("/campaigns/<uuid:campaign_id>/views")
@may("summary.read")
def index(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """Everything one sees is in the address, so that it can be sent to somebody else."""
    campaign = launched(uow, campaign_id)
    scope = asked_scope(uow, campaign, narrowed=True)
    down, across = _dimension("rows", "street"), _dimension("columns", "industry")
    if across == down:
        across = next(name for name in queries.DIMENSIONS if name != down)
    found = queries.crossed(uow, scope, down, across)
    before = _before(uow, scope)
    shared = shared_by(uow, scope)
    narrowed = {name: getattr(scope, name) for name in queries.DIMENSIONS if name != "street"} | {
        "street": scope.place.code if scope.place else None
    }

    def url_of(row: str | None = None, column: str | None = None, **other: Any) -> str:
        cell = {name: code for name, code in ((down, row), (across, column)) if code is not None}
        return url_for("compliance.enterprises", campaign_id=campaign.id, **(shared | narrowed | cell | other))

    return render_template(
        "compliance/views.html",
        campaign=campaign,
        scope=scope,
        shared=shared,
        narrowed=queries.narrowed_words(scope),
        kept={name: value for name, value in narrowed.items() if value is not None},
        down=down,
        across=across,
        dimensions={
            "street": _("街道"),
            "industry": _("行业"),
            "trade_authority": _("行业主管部门"),
            "officer": _("责任人"),
            "size": _("企业规模"),
        },
        grid=found,
        tiles=_tiles(found.rows[:-1]),
        growth=queries.growth(uow, scope),
        before=before,
        compared=_compared(found.rows, queries.crossed(uow, _on(scope, before), down, across).rows) if before else [],
        cut_off=queries.cut_off(uow, scope),
        today=uow.today,
        url_of=url_of,
    )


@bp.route("/campaigns/<uuid:campaign_id>/leader")
@may("summary.read")
def leader(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = launched(uow, campaign_id)
    scope = asked_scope(uow, campaign)
    data, words = _leader(uow, scope, ""), queries.metric_words() | {"accidents": _("本月生产安全事故")}
    titles = (_("变化"), _("落后"), _("请您定"))
    return render_template(
        "compliance/leader.html",
        campaign=campaign,
        data=data,
        groups=[
            (title, [(words[name], one) for name, one in zip(names, group.numbers, strict=True)])
            for title, (_title, names), group in zip(titles, READ, data.groups, strict=True)
        ],
        shared=shared_by(uow, scope),
    )


@bp.route("/campaigns/<uuid:campaign_id>/leader.pdf")
@may("summary.export")
def leader_page(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    scope = asked_scope(uow, launched(uow, campaign_id))
    response = Response(print_apart(leader_pdf, _leader(uow, scope, settings().base_url)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename=leader.pdf"
    return response


def _leader(uow: UnitOfWork, scope: queries.Scope, base: str) -> LeaderData:
    """base: before each address, where it is printed."""
    sums = queries.figures(uow, scope)
    campaign, place = scope.campaign, scope.jurisdiction
    first = scope.day.replace(day=1)
    accidents = situation.whole(situation.tallies(uow, place, first, scope.day, scope.day)).production
    shared = shared_by(uow, scope)

    def number(name: str, label: str) -> Number:
        if name == "accidents":
            asked: dict[str, Any] = {
                "jurisdiction": place.code,
                "month": f"{first:%Y-%m}",
                "sphere": "production",
                "kind": "accident",
                "as_of": shared["as_of"],
            }
            return Number(label, accidents, 0, _unit(name), base + url_for("situation.events", **asked))
        path = url_for("compliance.enterprises", campaign_id=campaign.id, metric=name, **shared)
        return Number(
            label, getattr(sums, name), sums.asked if name in ("lectured", "completed") else 0, _unit(name), base + path
        )

    with force_locale("zh"):  # on paper as it is stored
        words = queries.metric_words() | {"accidents": "本月生产安全事故"}
    groups = tuple(Group(title, tuple(number(name, words[name]) for name in names)) for title, names in READ)
    return LeaderData(
        campaign_title=campaign.title, jurisdiction_name=place.name, bureau=queries.bureau_of(uow, place),
        as_of=queries.cut_off(uow, scope), due_on=queries.terms_of(uow, scope).due_on, day=scope.day, groups=groups,
    )  # fmt: skip


def _unit(name: str) -> str:
    return "起" if name == "accidents" else "家"


def _dimension(name: str, default: str) -> str:
    asked = request.args.get(name, default)
    return asked if asked in queries.DIMENSIONS else default


def _before(uow: UnitOfWork, scope: queries.Scope) -> date | None:
    """The other day to compare with; None when none is asked for or it is not an earlier one."""
    day = day_named("before")
    return day if day and day < scope.day and day <= asked_day(uow) else None


def _on(scope: queries.Scope, day: date) -> queries.Scope:
    return replace(scope, day=day)


def _compared(
    now: tuple[queries.Row, ...], then: tuple[queries.Row, ...]
) -> list[tuple[queries.Row, tuple[int, int], tuple[int, int]]]:
    """(row, lectured and asked then, and now) of each row of either day, the total last.

    What was merged or moved since is a row of its day only: left out, the columns would not add up.
    """
    of_then, of_now = ({row.code: row.cells[-1] for row in rows} for rows in (then, now))
    rows = {row.code: row for row in (*then[:-1], *now[:-1], now[-1])}
    return [(row, of_then.get(code, (0, 0)), of_now.get(code, (0, 0))) for code, row in rows.items()]


def _tiles(rows: tuple[queries.Row, ...]) -> list[tuple[queries.Row, int, int]]:
    """(row, column of the drawing, line of the drawing): as many across as make the whole about twice as wide as high."""
    across = max(ceil(sqrt(len(rows))), 1)
    return [(row, at % across, at // across) for at, row in enumerate(rows)]
