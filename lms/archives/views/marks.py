"""The marks of an enterprise, narrowed to how they are known: the names behind the numbers of its page."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.archives.listings import marks_listing
from lms.archives.queries import trust_of
from lms.archives.queries.marks import marks_page
from lms.archives.views import bp
from lms.attendance.models import Trust
from lms.attendance.words import STANDING_WORDS, TRUST_WORDS
from lms.core.exports import exported, file_asked, narrowed_by, page_asked
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise


@bp.route("/enterprises/<uuid:enterprise_id>/marks")
@may("enterprise.read")
def marks(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found, asked = find(uow, Enterprise, enterprise_id), request.args.get("trust", "")
    trust = Trust(asked) if asked in {one.value for one in Trust} else None
    numbers = trust_of(uow, found.id)
    page = marks_page(uow, found.id, trust, numbers.get(trust, 0) if trust else sum(numbers.values()), page_asked())
    if kind := file_asked():
        filters = narrowed_by({_("可信等级"): str(TRUST_WORDS[trust.value]) if trust else None})
        return exported(kind, marks_listing(uow.now, _("%(name)s签到记录", name=found.name), page.rows, filters))
    chips = [(_("全部"), sum(numbers.values()), url_for(".marks", enterprise_id=found.id), trust is None)] + [
        (TRUST_WORDS[one.value], number, url_for(".marks", enterprise_id=found.id, trust=one.value), one is trust)
        for one, number in numbers.items()
    ]
    return render_template(
        "archives/marks.html",
        enterprise=found,
        page=page,
        chips=chips,
        standing_words=STANDING_WORDS,
    )
