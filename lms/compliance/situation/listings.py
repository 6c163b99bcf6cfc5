"""The events of a month as a list to hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.core.exports import Listing, listing_of
from lms.registry.models import Jurisdiction
from lms.registry.words import listed


def events_listing(
    now: datetime, area: Jurisdiction, first: date, narrowed: Mapping[str, str], rows: Sequence[Incident]
) -> Listing:
    """narrowed: by sphere, kind or industry, as the page is."""
    kinds: dict[str, str] = {IncidentKind.NEAR_MISS: _("险情"), IncidentKind.ACCIDENT: _("事故")}
    spheres: dict[str, str] = {Sphere.PRODUCTION: _("生产安全"), Sphere.OTHER: _("非生产")}
    columns = (
        (_("哪天发生"), 13, lambda row: row.happened_on),
        (_("事故还是险情"), 13, lambda row: kinds[row.kind]),
        (_("哪一类"), 12, lambda row: spheres[row.sphere]),
        (_("事故等级"), 14, lambda row: row.grade),
        (_("事故类别"), 14, lambda row: listed(row.category)),
        (_("街道"), 18, lambda row: row.jurisdiction.name),
        (_("企业"), 36, lambda row: row.enterprise.name if row.enterprise else ""),
        (_("行业"), 14, lambda row: listed(row.industry)),
        (_("死亡人数"), 9, lambda row: row.deaths),
        (_("重伤人数（含急性工业中毒）"), 12, lambda row: row.injured),
        (_("直接经济损失（万元）"), 12, lambda row: row.loss),
        (_("经过"), 60, lambda row: row.text),
        (_("登记人"), 16, lambda row: row.entered_by),
    )
    filters = [words[narrowed[key]] for key, words in (("sphere", spheres), ("kind", kinds)) if narrowed.get(key) in words]
    if "industry" in narrowed:
        filters.append(listed(narrowed["industry"]) or _("没有登记行业"))
    title = f"{area.name}-{first:%Y-%m}-{_('事故和险情')}"
    return listing_of(now, title, columns, rows, filters, _("新的在前"), author=area.name)
