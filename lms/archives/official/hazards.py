"""The forms about hazards (隐患排查治理台账, 重大隐患整改通知书), from the major hazards that the bureau put on record."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale

from lms.archives.official.forms import BLANK_ROWS, Filled, Value, forms
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.hazards.models import Hazard, HazardStep
from lms.hazards.queries import OVER, Detail, bureau_of, detail, of_enterprise
from lms.hazards.rules import Act, Stage
from lms.hazards.words import CHOICES, RUNGS
from lms.registry.models import Enterprise

REGISTER, NOTICE = 12, 13
ONLY_MAJOR = "只列监管部门登记的重大隐患；一般隐患系统不记录，请手写。"
NONE = "系统里没有监管部门登记的重大隐患；一般隐患系统不记录，请手写。"
ENDS = {Act.RECHECK: "通过", Act.FAIL: "不通过"}


def hazard_form(uow: UnitOfWork, enterprise: Enterprise, number: int) -> Filled:
    """REGISTER with a row for each hazard, or NOTICE of the one whose deadline is the nearest."""
    found = of_enterprise(uow, enterprise.id)
    if number == REGISTER:
        rows = [_row(line, one, detail(uow, one)) for line, one in enumerate(found, 1)]
        more: list[dict[str, Value]] = [{"序号": line} for line in range(len(rows) + 1, BLANK_ROWS + 1)]
        lines = [row | {"企业名称": enterprise.name} for row in (*rows, *more)]
        return Filled(forms()[number], enterprise.name, {}, lines, ONLY_MAJOR if found else NONE)
    pending = [one for one in found if one.stage not in OVER]
    told: dict[str, Value] = {"被检查/督办单位": enterprise.name}
    if not pending:
        return Filled(forms()[number], enterprise.name, told, (), "系统里没有这家企业还没关闭的重大隐患。")
    first = pending[0]
    others = f"没关闭的重大隐患有 {len(pending)} 条，这张是期限最近的一条，其余见“重大隐患”。" if len(pending) > 1 else ""
    return Filled(forms()[number], enterprise.name, told | _notice(uow, first, detail(uow, first)), (), others)


def _row(line: int, one: Hazard, signed: Detail) -> dict[str, Value]:
    found, plan, done = signed.steps[0], _last(signed, Act.PLAN), _last(signed, Act.REPORT)
    judged = _rechecks(signed)
    return {
        "序号": line, "检查时间": clock.moment(one.found_at), "检查人": one.found_by,
        "隐患部位": one.place, "隐患描述": one.text, "隐患照片": _files(signed, found), "隐患类别": one.clause_sector,
        "隐患等级": "重大", "判定依据": _basis(one), "整改措施": plan.words if plan else None, "期限": one.rectify_by.isoformat(),
        "整改完成时间": _day(done), "整改照片": _files(signed, done),
        "复查人": "、".join(dict.fromkeys(step.signed_by for step in judged)) or None,
        "复查时间": "、".join(dict.fromkeys(filter(None, map(_day, judged)))) or None,
        "复查结论": "；".join(filter(None, ("、".join(ENDS[step.act] for step in judged), *_refusals(signed)))) or None,
        "是否销号": f"是，{one.closed_on}" if one.closed_on else "已移送" if one.stage is Stage.HANDED_OVER else "否",
    }  # fmt: skip


def _notice(uow: UnitOfWork, one: Hazard, signed: Detail) -> dict[str, Value]:
    stop, plan = _last(signed, Act.STOP), _last(signed, Act.APPROVE) and _last(signed, Act.PLAN)
    moved = [step for step in signed.steps if step.act is Act.DEADLINE]
    opinions = [f"{step.signed_by} {ENDS[step.act]} {step.words}".strip() for step in _rechecks(signed)]
    with force_locale("zh"):
        stopped = "：".join(filter(None, (str(CHOICES[stop.choice]), stop.words))) if stop else None
        rung = str(RUNGS[one.rung])
    return {
        "文号": stop.document or None if stop else None, "隐患名称": one.clause_text, "发现日期": one.found_on.isoformat(),
        "判定依据条款": _basis(one), "隐患现状及危害": f"{one.place}：{one.text}", "整改要求与措施": plan.words if plan else None,
        "整改期限": one.rectify_by.isoformat(), "是否停产停业/停用/撤人": stopped, "督办单位": bureau_of(uow, one).name,
        "整改进展": rung, "延期申请": "；".join(f"{_day(step)} 改到 {step.due_on}：{step.words}" for step in moved) or None,
        "验收申请日期": _day(_last(signed, Act.REPORT)),
        "验收意见": "；".join((*opinions, *_refusals(signed))) or None,
    }  # fmt: skip


def _basis(one: Hazard) -> str:
    """The clause as it read the day the hazard was found, with what is to be checked about it."""
    note = f"（{one.clause_note}）" if one.clause_note else ""
    return f"{one.clause_standard}{one.clause_article}：{one.clause_text}{note}"


def _last(signed: Detail, act: Act) -> HazardStep | None:
    return next((step for step in reversed(signed.steps) if step.act is act), None)


def _rechecks(signed: Detail) -> Sequence[HazardStep]:
    """Those of the latest report that the firm made."""
    return [step for step in _since_report(signed) if step.act in ENDS]


def _refusals(signed: Detail) -> list[str]:
    """That the head was asked to sign these and refused, as two officers put on record (安全生产法 68), or signed later."""
    told: list[str] = []
    for step in _since_report(signed):
        if step.act is Act.REFUSE:
            told.append(f"{step.signed_by} 拒签记录在案：{step.words}")
        elif step.act is Act.CONFIRM and told:
            told.append(f"{_day(step)} {step.signed_by} 签字")
    return told


def _since_report(signed: Detail) -> Sequence[HazardStep]:
    done = _last(signed, Act.REPORT)
    return [step for step in signed.steps if done is not None and step.number > done.number]


def _day(step: HazardStep | None) -> str | None:
    return clock.local_date(step.signed_at).isoformat() if step else None


def _files(signed: Detail, step: HazardStep | None) -> str | None:
    number = len(signed.files.get(step.id, ())) if step else 0
    return f"系统里有 {number} 份" if number else None
