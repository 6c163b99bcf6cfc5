"""The trail of an enterprise (操作记录): read by the firm and by the bureau, narrowed down, written out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.archives.listings import trail_listing
from lms.archives.queries.trail import Happened, TrailFilter, trail_page
from lms.archives.trail_words import GROUPS, KINDS, said
from lms.archives.views import bp
from lms.core.exports import Listing, exported, file_asked, narrowed_by, page_asked
from lms.core.given import day_named
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise

MOST_WORDS = 40


@bp.route("/enterprises/<uuid:enterprise_id>/trail")
@may("trail.read")
def trail(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found, wanted, group = find(uow, Enterprise, enterprise_id), _wanted(), request.args.get("group", "")
    page = trail_page(uow, found.id, wanted, page_asked())
    if kind := file_asked():
        return exported(kind, _file(uow, found, page.rows, wanted, group))
    groups = {"": _("全部")} | {name: words for name, (words, _kinds) in GROUPS.items()}
    kept = {name: request.args.get(name) or None for name in ("from", "until", "q")}
    chips = [
        (words, None, url_for(".trail", enterprise_id=found.id, group=name or None, **kept), name == group)  # type: ignore[arg-type]
        for name, words in groups.items()
    ]
    return render_template(
        "archives/trail.html",
        enterprise=found,
        page=page,
        wanted=wanted,
        group=group if group in GROUPS else "",
        chips=chips,
        kinds=KINDS,
        said=said,
    )


def _file(uow: UnitOfWork, enterprise: Enterprise, rows: Sequence[Happened], wanted: TrailFilter, group: str) -> Listing:
    filters = {
        _("事项"): str(GROUPS[group][0]) if group in GROUPS else None, _("姓名、经手人或原因"): wanted.q,
        _("从"): wanted.from_on.isoformat() if wanted.from_on else None,
        _("到"): wanted.until_on.isoformat() if wanted.until_on else None,
    }  # fmt: skip
    title = _("%(name)s操作记录", name=enterprise.name)
    return trail_listing(uow.now, title, rows, narrowed_by(filters))


def _wanted() -> TrailFilter:
    _words, kinds = GROUPS.get(request.args.get("group", ""), ("", {}))
    q = request.args.get("q", "").strip()[:MOST_WORDS]
    return TrailFilter(tuple(kinds), day_named("from"), day_named("until"), q)
