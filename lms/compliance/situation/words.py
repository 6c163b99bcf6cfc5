"""The sentences of a month: what happened, and how much may be read from it."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.compliance.situation.rules import FEW, Tally, percent


def change(now: int, before: int) -> str:
    """How a number of events moved: by how many, and as a percentage only of many."""
    if now == before:
        return _("持平")
    share = percent(now, before)
    words = {"n": f"{abs(now - before):,}", "share": share}
    if now > before:
        return _("增加 %(n)s 起", **words) if share is None else _("增加 %(n)s 起（%(share)s%%）", **words)
    return _("减少 %(n)s 起", **words) if share is None else _("减少 %(n)s 起（%(share)s%%）", **words)


def told(area: str, month: Tally, before: Tally, year_ago: Tally) -> list[str]:
    """What happened in a month, beside the one before and the same one a year ago."""
    lines = [
        _(
            "%(area)s本月发生生产安全事故 %(n)s 起、死亡 %(dead)s 人、重伤 %(hurt)s 人；非生产事故 %(m)s 起、死亡 %(gone)s 人；"
            "登记险情 %(near)s 起。",
            area=area, n=month.production, dead=month.deaths_production, hurt=month.injured_production,
            m=month.other, gone=month.deaths_other, near=month.near,
        ),
        _(
            "生产安全事故比上月%(month)s，比去年同月%(year)s；非生产事故比上月%(other_month)s，比去年同月%(other_year)s。",
            month=change(month.production, before.production), year=change(month.production, year_ago.production),
            other_month=change(month.other, before.other), other_year=change(month.other, year_ago.other),
        ),
    ]  # fmt: skip
    if max(month.production, before.production, year_ago.production) < FEW:
        lines.append(_("起数不多，升降可能只是偶然，不能说明趋势。"))
    if not month.near:
        lines.append(_("本月没有登记险情：没有登记不等于没有发生。"))
    return lines
