"""Certificates, trainings from elsewhere, what is asked anew, and permits, as lists to hand out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.credentials.models import Authority, Certificate, EnteredTraining, Occasion, TrainingKind, WorkPermit
from lms.credentials.queries.retraining import Demanded
from lms.credentials.rules import CertificateKind, CertificateState
from lms.lectures.words import level_name
from lms.registry.models import Enterprise
from lms.registry.words import hide


def kind_words() -> dict[str, str]:
    """What each kind of certificate is called."""
    return {
        CertificateKind.LECTURE: _("培训合格证书"), CertificateKind.HOURS: _("学时证书"), CertificateKind.TRAINER: _("讲师证书"),
        CertificateKind.REVIEWER: _("评审员证书"),
    }  # fmt: skip


def state_words() -> dict[str, str]:
    """What each state of a certificate is called."""
    return {
        CertificateState.VALID: _("有效"), CertificateState.EXPIRED: _("已过期"), CertificateState.REVOKED: _("已撤销"),
        CertificateState.SUPERSEDED: _("已换发"),
    }  # fmt: skip


def certificates_listing(
    now: datetime, today: date, rows: Sequence[Certificate], filters: Iterable[str], *, across: bool
) -> Listing:
    """across: of several enterprises."""
    kinds, states = kind_words(), state_words()
    with_hours = (CertificateKind.LECTURE, CertificateKind.HOURS)
    columns = (
        (_("姓名"), 12, lambda row: row.data.get("holder_name", "")),
        (_("种类"), 16, lambda row: kinds[row.kind]),
        (_("内容"), 36, lambda row: row.data.get("lecture_title", "")),
        *([(_("企业"), 36, lambda row: row.data.get("issuer_name", ""))] if across else []),
        (_("编号"), 26, lambda row: row.serial),
        (_("学时"), 8, lambda row: _hours(row.data.get("hours")) if row.kind in with_hours else None),
        (_("发证日期"), 18, lambda row: row.issued_at),
        (_("有效期至"), 13, lambda row: row.valid_until),
        (_("状态"), 10, lambda row: states[row.state_on(today)]),
        (_("原因"), 36, lambda row: row.revoked_reason or row.superseded_reason or ""),
    )
    return listing_of(now, _("证书"), columns, rows, filters, _("新的在前"))


def trainings_listing(now: datetime, enterprise: Enterprise, rows: Sequence[EnteredTraining]) -> Listing:
    """What was entered, and whether a second person accepted it."""
    kinds = {TrainingKind.OUTSIDE: _("外部培训"), TrainingKind.BACKFILL: _("补录")}
    columns = (
        (_("人员"), 12, lambda row: row.person.name),
        (_("工号"), 12, lambda row: row.person.work_no or ""),
        (_("培训"), 36, lambda row: row.title),
        (_("举办单位"), 24, lambda row: row.organizer),
        (_("来源"), 12, lambda row: kinds[row.kind]),
        (_("三级教育"), 12, lambda row: level_name(row.level)),
        (_("开始日期"), 13, lambda row: row.starts_on),
        (_("结束日期"), 13, lambda row: row.ends_on),
        (_("学时"), 8, lambda row: row.hours),
        (_("登记人"), 12, lambda row: row.entered_by),
        (_("登记时间"), 18, lambda row: row.entered_at),
        (_("审核"), 10, _checked),
        (_("审核人"), 12, lambda row: row.checked_by or ""),
        (_("审核时间"), 18, lambda row: row.checked_at),
        (_("原因"), 36, lambda row: row.reason or ""),
    )
    return listing_of(now, _("外部培训和补录"), columns, rows, (enterprise.name,), _("待审核的在前，再按登记时间"))


def demands_listing(now: datetime, enterprise: Enterprise, rows: Sequence[Demanded]) -> Listing:
    """What was asked anew of whom, and what is missing."""
    occasions = {Occasion.TRANSFER: _("转岗"), Occasion.RETURN: _("重新上岗"), Occasion.NOVELTY: _("四新")}
    columns = (
        (_("人员"), 12, lambda row: row.demand.person.name),
        (_("工号"), 12, lambda row: row.demand.person.work_no or ""),
        (_("事由"), 12, lambda row: occasions[row.demand.occasion]),
        (_("说明"), 36, lambda row: row.demand.said),
        (_("从哪天起"), 13, lambda row: row.demand.since_on),
        (_("要求"), 24, lambda row: _("、").join(map(level_name, row.demand.levels))),
        (_("要求学时"), 10, lambda row: row.demand.required),
        (_("还缺"), 24, lambda row: _("、").join(map(level_name, row.progress.missing))),
        (_("还缺学时"), 10, lambda row: row.progress.short or None),
        (_("依据"), 36, lambda row: row.demand.article),
    )
    return listing_of(now, _("要重新培训的人"), columns, rows, (enterprise.name,), _("日期"))


def permits_listing(now: datetime, today: date, enterprise: Enterprise, rows: Sequence[WorkPermit]) -> Listing:
    """Card numbers are hidden as on the page."""
    cards = {Authority.EMERGENCY: _("特种作业操作证")}
    columns = (
        (_("人员"), 12, lambda row: row.person.name),
        (_("工号"), 12, lambda row: row.person.work_no or ""),
        (_("作业类别"), 24, lambda row: row.work),
        (_("证件"), 24, lambda row: cards.get(row.authority, _("特种设备作业人员证"))),
        (_("证号"), 22, lambda row: hide(row.card_no, 4, 4) if row.card_no else ""),
        (_("下次复审"), 13, lambda row: row.review_due_on),
        (_("还有几天"), 10, lambda row: (row.review_due_on - today).days),
        (_("有效期至"), 13, lambda row: row.ends_on),
        (_("依据"), 36, lambda row: row.article or ""),
    )
    return listing_of(now, _("作业证件"), columns, rows, (enterprise.name,), _("下次复审"))


def _checked(row: EnteredTraining) -> str:
    if row.checked_at is None:
        return _("待审核")
    if row.voided_at:
        return _("已作废")
    return _("已计入") if row.accepted else _("已退回")


def _hours(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
