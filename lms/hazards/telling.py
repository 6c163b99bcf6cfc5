"""Who is told of what was signed: the firm in plain words, or the officers who answer for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import force_locale

from lms.access.models import Role
from lms.core.uow import UnitOfWork
from lms.hazards.models import Hazard
from lms.hazards.queries import bureau_of
from lms.hazards.rules import LIFTED, PROPOSED, Act, Signatory, Stage, signatory_of
from lms.hazards.words import unreckoned
from lms.notices.queries import officers_of
from lms.notices.rules import quiet
from lms.notices.service import take_out, tell, tell_staff

SAID, ASKED, RAISED = "hazard.signed", "hazard.asked", "hazard.raised"
# What is sent is written in Chinese whatever language whoever signs reads the pages in.
WORDS = {
    Act.FOUND: "发现重大事故隐患", Act.STOP: "停产决定", Act.PLAN: "企业报来整改方案", Act.RETURN: "整改方案退回",
    Act.APPROVE: "整改方案已批准", Act.REPORT: "企业报来整改完成", Act.RECHECK: "复查通过", Act.FAIL: "复查没有通过",
    Act.CONFIRM: "企业负责人已签字", Act.REFUSE: "企业负责人拒绝签字，已记录",
    Act.ENFORCE: "采取了强制措施", Act.CLOSE: "重大事故隐患已关闭", Act.TRANSFER: "重大事故隐患已移送",
    Act.RECEIPT: "收到移送回执", Act.TAKE_BACK: "移送退回，接着办", Act.DEADLINE: "期限改了", Act.AMEND: "有一条更正",
    Act.EVIDENCE: "补了证据",
}  # fmt: skip
LIFTING = "解除了强制措施"
WAITS = {
    Stage.FOUND: "等监管部门作停产决定", Stage.STOPPED: "请主要负责人报整改方案", Stage.PLANNED: "等监管部门批方案",
    Stage.RECTIFYING: "请主要负责人报整改完成", Stage.REPORTED: "等监管部门复查", Stage.CHECKED_ONCE: "还差一名监管人员复查",
    Stage.CHECKED: "请主要负责人签字", Stage.CONFIRMED: "等监管部门关闭",
    Stage.REFUSED_ONCE: "还差一名监管人员记录拒签", Stage.REFUSED: "等监管部门关闭",
    Stage.TRANSFERRED: "等接收部门的回执",
}  # fmt: skip


def tell_of(uow: UnitOfWork, hazard: Hazard, act: Act, by: Signatory, *, moved: bool, choice: str = "") -> None:
    """Tell the other side of an act, and the bureau of what its own act asks of it next.

    by: as whom somebody acted. moved: another signature, or one by another day, is waited for now: what was asked of a bureau
    before is out of its inboxes.
    """
    title = f"{LIFTING if choice == LIFTED else WORDS[act]}：{hazard.clause_text}"
    if moved:
        take_out(uow, hazard.id, (ASKED, RAISED))
    if by is Signatory.OFFICER:
        _tell_firm(uow, hazard, SAID, title)
        following = PROPOSED.get(hazard.stage)
        if moved and act is not Act.FOUND and following and signatory_of(following) is Signatory.OFFICER:
            ask_next(uow, hazard)
    else:
        _tell_bureau(uow, hazard, bureau_of(uow, hazard).id, ASKED, f"{hazard.enterprise.name}：{title}")


def ask_next(uow: UnitOfWork, hazard: Hazard) -> int:
    """Tell whoever has to sign next that it is due; to how many."""
    act = PROPOSED.get(hazard.stage)
    if act is None:
        return 0
    title = f"{WAITS[hazard.stage]}：{hazard.clause_text}"
    if signatory_of(act) is Signatory.HEAD:
        return _tell_firm(uow, hazard, ASKED, title)
    return _tell_bureau(uow, hazard, bureau_of(uow, hazard).id, ASKED, f"{hazard.enterprise.name}：{title}")


def raise_to(uow: UnitOfWork, hazard: Hazard, jurisdiction_id: UUID) -> int:
    """Tell the officers of the level above that nothing came of it."""
    title = f"逾期没有签字，交到您这里：{hazard.enterprise.name} {hazard.clause_text}"
    return _tell_bureau(uow, hazard, jurisdiction_id, RAISED, title)


def _tell_firm(uow: UnitOfWork, hazard: Hazard, kind: str, title: str) -> int:
    words = _about(hazard, kind)
    return tell_staff(uow, hazard.enterprise_id, Role.TRAINER, Role.HEAD, title=title, urgent=not quiet(uow.now), **words)


def _tell_bureau(uow: UnitOfWork, hazard: Hazard, jurisdiction_id: UUID, kind: str, title: str) -> int:
    return tell(uow, None, (), user_ids=officers_of(uow, jurisdiction_id), title=title, **_about(hazard, kind))


def _about(hazard: Hazard, kind: str) -> dict[str, Any]:
    by = f"，期限 {hazard.due_on}" if hazard.due_on else ""
    waits = WAITS.get(hazard.stage, "")
    with force_locale("zh"):
        hint = unreckoned([hazard])
    body = f"地点：{hazard.place}。{waits}{by}。{hint}" if waits else f"地点：{hazard.place}。"
    return {"kind": kind, "about_id": hazard.id, "body": body, "link": f"/hazards/{hazard.id}"}
