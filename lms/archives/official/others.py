"""讲安全课统计汇总表, the form of a bureau."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.archives.official.forms import Filled, Value, forms
from lms.compliance.models import Standing
from lms.compliance.queries import Scope, figures, listed
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.supervision.models import Observation

MOST_NAMED = 200


def campaign_form(uow: UnitOfWork, scope: Scope) -> Filled:
    """讲安全课统计汇总表 of a campaign as it stood on a day, by the same sums as the bureau's page."""
    sums, place = figures(uow, scope), (scope.place or scope.jurisdiction).name
    held = select(Lecture.id).join(Standing, Standing.enterprise_id == Lecture.enterprise_id).where(scope.clause(uow))
    until = clock.end_of(scope.day)
    stood = Lecture.voided_at.is_(None) | (Lecture.voided_at >= until)
    held = held.where(Lecture.campaign_id == scope.campaign.id, Lecture.closed_at < until, stood)
    lectures = uow.session.execute(
        select(func.count(Lecture.id), func.count(Lecture.id).filter(Lecture.lecturer_is_head)).where(Lecture.id.in_(held))
    ).one()
    seen = select(func.count(func.distinct(Observation.lecture_id))).where(Observation.lecture_id.in_(held))
    sat_in = uow.session.scalar(seen.where(Observation.submitted_at < until))
    left_out = [line.enterprise.name for line in listed(uow, scope, "not_lectured")]
    named = "、".join(left_out[:MOST_NAMED]) + (f" 等 {len(left_out)} 家" if len(left_out) > MOST_NAMED else "")
    told: dict[str, Value] = {
        "统计区域/行业": "，".join(filter(None, (place, scope.industry))), "统计截止时间": scope.day.isoformat(),
        "企业总数": sums.asked + sums.exempt + sums.stopped, "应开展企业数": sums.asked, "已开展企业数": sums.lectured,
        "开展率": _share(sums.lectured, sums.asked), "未开展企业名单": named or "无", "开展场次": lectures[0],
        "主要负责人亲自讲授场次": lectures[1], "覆盖员工人数": sums.people_attended, "应参加人数": sums.people_expected,
        "参加率": _share(sums.people_attended, sums.people_expected),
        "测验合格率": _share(sums.people_passed, sums.people_examined), "监管部门旁听场次": sat_in or 0,
        "旁听率": _share(sat_in or 0, lectures[0]), "填报单位": scope.campaign.jurisdiction.bureau, "填报人": uow.actor.name,
    }  # fmt: skip
    return Filled(forms()[10], f"{scope.campaign.title} · {place}", told)


def _share(numerator: int, denominator: int) -> str | None:
    return f"{numerator / denominator:.1%}（{numerator:,}/{denominator:,}）" if denominator else None
