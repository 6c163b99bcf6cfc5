"""The lists of enterprises, people and jurisdictions as files: what their pages show, a column for each fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.registry.models import Enterprise, EnterpriseState
from lms.registry.queries import EnterpriseRow, PersonRow, Registered
from lms.registry.queries.trees import Row
from lms.registry.words import hide, listed


def enterprises_listing(now: datetime, rows: Sequence[EnterpriseRow], filters: Iterable[str]) -> Listing:
    """How many people are on the roster is told where the page tells it."""
    states = {EnterpriseState.ACTIVE: _("在营"), EnterpriseState.SUSPENDED: _("停业"), EnterpriseState.CLOSED: _("注销")}
    told = any(row.headcount is not None for row in rows)
    columns = (
        (_("企业名称"), 36, lambda row: row.name),
        (_("统一社会信用代码"), 22, lambda row: row.uscc),
        (_("代码核对"), 12, lambda row: _("已核对") if row.uscc_confirmed else _("代码待核对")),
        (_("经营状态"), 10, lambda row: states[row.state]),
        (_("街道"), 18, lambda row: row.street),
        (_("行业"), 14, lambda row: listed(row.industry)),
        (_("行业主管部门"), 20, lambda row: row.trade_authority or ""),
        (_("主要负责人"), 12, lambda row: row.head or ""),
        (_("从业人员数"), 10, lambda row: row.declared_headcount),
        *([(_("花名册人数"), 10, lambda row: row.headcount)] if told else []),
        (_("监管责任人"), 12, lambda row: row.officer or ""),
    )
    return listing_of(now, _("企业"), columns, rows, filters, _("企业名称"))


def people_listing(now: datetime, rows: Sequence[PersonRow], filters: Iterable[str]) -> Listing:
    """Numbers are hidden as on the page: a whole one is looked at one by one, and that is written down."""
    columns = (
        (_("姓名"), 12, lambda row: row.name),
        (_("工号"), 12, lambda row: row.work_no or ""),
        (_("部门"), 18, lambda row: row.department or ""),
        (_("岗位"), 16, lambda row: row.post or ""),
        (_("人员类别"), 20, lambda row: listed(row.category)),
        (_("用工形式"), 12, lambda row: listed(row.relation)),
        (_("手机号"), 14, lambda row: hide(row.phone, 3, 4) if row.phone else ""),
        (_("身份证号"), 22, lambda row: hide(row.id_number, 4, 4) if row.id_number else ""),
    )
    return listing_of(now, _("人员"), columns, rows, filters, _("工号"))


def jurisdictions_listing(now: datetime, rows: Sequence[Row]) -> Listing:
    """What lies where, and how many enterprises are in business there."""
    columns = (
        (_("辖区"), 24, lambda row: row.name),
        (_("代码"), 16, lambda row: row.jurisdiction.code),
        (_("级别"), 10, lambda row: listed(row.jurisdiction.level)),
        (_("负责的功能区"), 20, lambda row: row.manager or ""),
        (_("在营企业"), 10, lambda row: row.enterprises),
        (_("并入别处的日期"), 14, lambda row: row.ended_on),
    )
    return listing_of(now, _("辖区"), columns, rows, (), _("上下级"))


def patch_listing(
    now: datetime, what: str, title: str, rows: Sequence[Enterprise] | Sequence[Registered], narrowed: Sequence[str]
) -> Listing:
    """Enterprises of a patch with who answers for them. title: of what they are a list; what: of which patch or campaign."""
    columns = (
        (_("企业"), 36, lambda row: row.name),
        (_("统一社会信用代码"), 22, lambda row: row.uscc),
        (_("街道"), 18, lambda row: row.jurisdiction.name),
        (_("行业"), 14, lambda row: listed(row.industry)),
        (_("监管责任人"), 14, lambda row: row.officer_name or ""),
    )
    return listing_of(now, f"{what}-{title}", columns, rows, narrowed, _("企业名称"))
