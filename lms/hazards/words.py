"""What rungs, acts and choices are called, and whose signature is awaited: for pages and for lists to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.workdays import unarranged
from lms.hazards.models import Hazard
from lms.hazards.queries import Row
from lms.hazards.rules import NAMES, Act, Rung, Signatory, Stage, by_working_days, signatory_of
from lms.registry.words import listed

RUNGS = {
    Rung.STOP: _l("停产"), Rung.PLAN: _l("方案"), Rung.RECTIFY: _l("整改"), Rung.RECHECK: _l("复查"), Rung.CLOSE: _l("等关闭"),
    Rung.CLOSED: _l("已关闭"), Rung.TRANSFER: _l("移送"),
}  # fmt: skip
KINDS = {
    Rung.STOP: "bad", Rung.PLAN: "warn", Rung.RECTIFY: "warn", Rung.RECHECK: "far", Rung.CLOSE: "far", Rung.CLOSED: "ok",
    Rung.TRANSFER: "none",
}  # fmt: skip
NOTES = {  # what is said under the number of a rung
    Rung.STOP: _l("发现当天定：局部停、全部停，或写明不停的理由"),
    Rung.PLAN: _l("企业负责人签，监管人员批"),
    Rung.RECTIFY: _l("方案批准后计时"),
    Rung.RECHECK: _l("收到整改报告后 5 个工作日"),
    Rung.CLOSED: _l("两人复查、企业负责人签字；拒签的两人记录在案"),
    Rung.TRANSFER: _l("不归本局管，或拒不整改"),
}
CHOICES = {
    "part": _l("局部停产"), "whole": _l("全部停产"), "none": _l("不停产（能保证安全）"), "away": _l("不归本局管"),
    "refuses": _l("企业拒不整改"), "taken": _l("采取强制措施"), "lifted": _l("解除强制措施"),
}  # fmt: skip
CONFIDENCE = {"verified": _l("依据对照过来源"), "known": _l("凭专业知识，没有对照原文"), "check": _l("未核实，使用前必须核对")}
ASKED = {  # what the words of an act are to tell
    Act.STOP: _l("停哪条线、哪个车间；不停的，写明怎么保证安全"),
    Act.PLAN: _l("怎么整改、谁负责、多少钱、多久、整改期间怎么保证安全"),
    Act.RETURN: _l("差在哪里"),
    Act.APPROVE: _l("说明（改了整改期限的必填）"),
    Act.REPORT: _l("整改了什么，怎么验证的"),
    Act.RECHECK: _l("现场看到什么（选填）"),
    Act.FAIL: _l("哪里还没有整改好"),
    Act.CONFIRM: _l("想说的（选填）"),
    Act.REFUSE: _l("什么时候、在哪里请谁签，当时怎么说、为什么不签"),
    Act.CLOSE: _l("说明（选填）"),
    Act.ENFORCE: _l("局主要负责人哪天批准，书面通知了哪个单位停什么，几时提前告知了企业；解除的，写明哪天通知恢复、为什么"),
    Act.TRANSFER: _l("为什么移送"),
    Act.RECEIPT: _l("回执的文号、签收人（选填）"),
    Act.TAKE_BACK: _l("为什么退回"),
    Act.DEADLINE: _l("为什么改期限"),
    Act.AMEND: _l("更正哪一步的什么"),
    Act.EVIDENCE: _l("是什么证据（选填）"),
}
FIRM = {  # what is asked of the firm, in plain words
    Stage.FOUND: _l("等监管部门决定停不停产。危险的地方先停下来，人先撤出来。"),
    Stage.STOPPED: _l("请主要负责人写一份整改方案，在这一页签字上报。"),
    Stage.PLANNED: _l("方案已经报上去，等监管部门批。"),
    Stage.RECTIFYING: _l("请按批准的方案整改。改好以后，主要负责人在这一页附上证据，签字上报。"),
    Stage.REPORTED: _l("整改报告已经报上去，等监管部门两个人来复查。"),
    Stage.CHECKED_ONCE: _l("一名监管人员复查通过了，还差一名。"),
    Stage.CHECKED: _l("复查都通过了，请主要负责人签字。"),
    Stage.CONFIRMED: _l("都签好了，等监管部门关闭。"),
    Stage.REFUSED_ONCE: _l("复查都通过了。一名监管人员记下主要负责人拒绝签字，还差一名；现在仍可以签。"),
    Stage.REFUSED: _l("主要负责人拒绝签字，两名监管人员已记录在案，等监管部门关闭；现在仍可以签。"),
    Stage.CLOSED: _l("已经关闭，没有要做的了。"),
    Stage.TRANSFERRED: _l("已经移送别的部门，请等他们联系；危险的地方照样不能开工。"),
    Stage.HANDED_OVER: _l("已经由别的部门接手；危险的地方照样不能开工。"),
}


def waits_for_head(hazard: Hazard) -> bool:
    """Whether the next signature is that of the head of the enterprise."""
    act = hazard.where.proposed
    return act is not None and signatory_of(act) is Signatory.HEAD


def waits_for(row: Row) -> tuple[str, str]:
    """(whose signature is awaited, what for); two empty texts where nobody's is."""
    hazard = row.hazard
    act = hazard.where.proposed
    if act is None:
        return "", ""
    if hazard.stage is Stage.TRANSFERRED:
        return row.receiver, _("移送回执")
    if signatory_of(act) is Signatory.HEAD:
        return row.head or _("还不知道主要负责人"), _("企业主要负责人")
    twice = {Stage.REPORTED: _("两人复查"), Stage.CHECKED_ONCE: _("还差 1 个复查人"), Stage.REFUSED_ONCE: _("还差 1 人记录拒签")}
    return _("%(place)s监管人员", place=row.bureau), twice.get(hazard.stage) or str(NAMES[act])


def awaited(row: Row, *, beside: bool = False) -> str:
    """The same as a sentence, "" where nobody's signature is awaited. beside: the act stands beside it and is not named again."""
    who, what = waits_for(row)
    act = row.hazard.where.proposed
    if act is None:
        return ""
    if row.hazard.stage is Stage.TRANSFERRED:
        return _("等%(who)s的移送回执", who=who)
    if signatory_of(act) is Signatory.HEAD:
        return _("等%(who)s签字（企业主要负责人）", who=who)
    if beside and what == str(NAMES[act]):
        return _("等%(who)s签字", who=who)
    return _("等%(who)s签字：%(what)s", who=who, what=what)


def unreckoned(hazards: Sequence[Hazard]) -> str:
    """What is to be said of those whose deadline lies where public holidays are not known yet; "" of none."""
    return unarranged(*(one.due_on for one in hazards if by_working_days(one.stage)))


def clause_words(row: Any) -> str:
    """The sector and the article of the clause of a hazard."""
    return f"{listed(row.clause_sector)} {row.clause_article}"
