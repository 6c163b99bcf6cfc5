"""The trail of an enterprise (操作记录): read by the firm and by the bureau, narrowed down, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.archives.packing import columns
from lms.archives.queries.trail import TrailFilter, trail_page, whole_trail
from lms.archives.trail_words import GROUPS, KINDS, kind_said, said
from lms.archives.views import bp
from lms.core.sheets import MEDIA_TYPE, Cell, Sheet, xlsx
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise

MOST_WORDS = 40


@bp.route("/enterprises/<uuid:enterprise_id>/trail")
@may("trail.read")
def trail(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found, wanted, group = find(uow, Enterprise, enterprise_id), _wanted(), request.args.get("group", "")
    url_of = _url_of(found.id)
    groups = {"": _("全部")} | {name: words for name, (words, _kinds) in GROUPS.items()}
    chips = [(words, None, url_of(1, group=name), name == group) for name, words in groups.items()]
    return render_template(
        "archives/trail.html",
        enterprise=found,
        page=trail_page(uow, found.id, wanted, request.args.get("page", 1, int)),
        wanted=wanted,
        group=group if group in GROUPS else "",
        chips=chips,
        kinds=KINDS,
        said=said,
        url_of=url_of,
    )


@bp.route("/enterprises/<uuid:enterprise_id>/trail.xlsx")
@may("trail.read")
def trail_file(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """What the page lists, all of it, with the hash of each entry."""
    found = find(uow, Enterprise, enterprise_id)
    rows: Iterator[list[Cell]] = (
        [one.seq, one.at, kind_said(one.kind), one.about, one.lecture, one.by, said(one.facts, one.kind), one.hash]
        for one in whole_trail(uow, found.id, _wanted())
    )
    title = f"{found.name}操作记录"
    sheet = Sheet("操作记录", columns("序号 时间 事项 涉及的人 标题 经手 依据 哈希"), rows, (title,))
    answer = Response(xlsx([sheet], title=title, author="安课", created_at=uow.now), mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="trail-{found.uscc}.xlsx"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _wanted() -> TrailFilter:
    _words, kinds = GROUPS.get(request.args.get("group", ""), ("", {}))
    q = request.args.get("q", "").strip()[:MOST_WORDS]
    return TrailFilter(tuple(kinds), _day("from"), _day("until"), q)


def _day(name: str) -> date | None:
    """A day that was asked for; None for none, and for one no record can be of."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def _url_of(enterprise_id: UUID) -> Callable[..., str]:
    def url(page: int = 1, **other: str) -> str:
        chosen = {name: request.args.get(name, "") for name in ("group", "from", "until", "q")} | other
        if page > 1:
            chosen["page"] = str(page)
        return url_for("archives.trail", enterprise_id=enterprise_id, **{name: value for name, value in chosen.items() if value})  # type: ignore[arg-type]

    return url
