"""The ladder: 停产 → 方案 → 整改 → 复查 → 关闭, with 移送 as the branch. Nobody skips a rung, and nothing happens by itself.

`take` is all there is to it: where a hazard is, what somebody means to sign, where it is then, or a Problem that says what is
missing. What is stored are the acts alone; where a hazard is follows from them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, Invalid


class Act(enum.StrEnum):
    """What somebody signs. Values are stored; never renamed."""

    FOUND = "found"  # 登记
    STOP = "stop"  # 停产决定：全部、局部，或写明理由不停
    PLAN = "plan"  # 报整改方案
    RETURN = "return"  # 退回方案
    APPROVE = "approve"  # 批准方案
    REPORT = "report"  # 报整改完成
    RECHECK = "recheck"  # 复查通过
    FAIL = "fail"  # 复查不通过
    CONFIRM = "confirm"  # 企业负责人签字
    REFUSE = "refuse"  # 拒签：企业负责人拒绝签字，记录在案
    CLOSE = "close"  # 关闭
    ENFORCE = "enforce"  # 强制措施
    TRANSFER = "transfer"  # 移送
    RECEIPT = "receipt"  # 收到移送回执
    TAKE_BACK = "take_back"  # 移送退回
    DEADLINE = "deadline"  # 改期限
    AMEND = "amend"  # 更正
    EVIDENCE = "evidence"  # 补证据


class Stage(enum.StrEnum):
    """Where a hazard is, by what was signed last. Values are stored; never renamed."""

    FOUND = "found"
    STOPPED = "stopped"
    PLANNED = "planned"
    RECTIFYING = "rectifying"
    REPORTED = "reported"
    CHECKED_ONCE = "checked_once"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    REFUSED_ONCE = "refused_once"
    REFUSED = "refused"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    HANDED_OVER = "handed_over"  # with a receipt


class Rung(enum.StrEnum):
    """A rung as it is counted and shown: what is to be done next, or that all is done."""

    STOP = "stop"  # 停产
    PLAN = "plan"  # 方案
    RECTIFY = "rectify"  # 整改
    RECHECK = "recheck"  # 复查
    CLOSE = "close"  # 关闭：等签字
    CLOSED = "closed"  # 已关闭
    TRANSFER = "transfer"  # 移送


class Signatory(enum.StrEnum):
    OFFICER = "officer"  # 监管责任人
    HEAD = "head"  # 主要负责人


RUNG_OF: Mapping[Stage, Rung] = {
    Stage.FOUND: Rung.STOP, Stage.STOPPED: Rung.PLAN, Stage.PLANNED: Rung.PLAN, Stage.RECTIFYING: Rung.RECTIFY,
    Stage.REPORTED: Rung.RECHECK, Stage.CHECKED_ONCE: Rung.RECHECK, Stage.CHECKED: Rung.CLOSE, Stage.CONFIRMED: Rung.CLOSE,
    Stage.REFUSED_ONCE: Rung.CLOSE, Stage.REFUSED: Rung.CLOSE, Stage.CLOSED: Rung.CLOSED,
    Stage.TRANSFERRED: Rung.TRANSFER, Stage.HANDED_OVER: Rung.TRANSFER,
}  # fmt: skip
OPEN_RUNGS = (Rung.STOP, Rung.PLAN, Rung.RECTIFY, Rung.RECHECK, Rung.CLOSE)
MOVES: Mapping[tuple[Stage, Act], Stage] = {
    (Stage.FOUND, Act.STOP): Stage.STOPPED,
    (Stage.STOPPED, Act.PLAN): Stage.PLANNED,
    (Stage.PLANNED, Act.RETURN): Stage.STOPPED,
    (Stage.PLANNED, Act.APPROVE): Stage.RECTIFYING,
    (Stage.RECTIFYING, Act.REPORT): Stage.REPORTED,
    (Stage.REPORTED, Act.RECHECK): Stage.CHECKED_ONCE,
    (Stage.CHECKED_ONCE, Act.RECHECK): Stage.CHECKED,
    (Stage.REPORTED, Act.FAIL): Stage.RECTIFYING,
    (Stage.CHECKED_ONCE, Act.FAIL): Stage.RECTIFYING,
    (Stage.CHECKED, Act.FAIL): Stage.RECTIFYING,  # seen before it was closed
    (Stage.CONFIRMED, Act.FAIL): Stage.RECTIFYING,
    (Stage.REFUSED_ONCE, Act.FAIL): Stage.RECTIFYING,
    (Stage.REFUSED, Act.FAIL): Stage.RECTIFYING,
    (Stage.CHECKED, Act.CONFIRM): Stage.CONFIRMED,
    (Stage.CHECKED, Act.REFUSE): Stage.REFUSED_ONCE,
    (Stage.REFUSED_ONCE, Act.REFUSE): Stage.REFUSED,
    (Stage.REFUSED_ONCE, Act.CONFIRM): Stage.CONFIRMED,  # the head has thought better of it
    (Stage.REFUSED, Act.CONFIRM): Stage.CONFIRMED,
    (Stage.CONFIRMED, Act.CLOSE): Stage.CLOSED,
    (Stage.REFUSED, Act.CLOSE): Stage.CLOSED,
    (Stage.TRANSFERRED, Act.RECEIPT): Stage.HANDED_OVER,
} | {(stage, Act.TRANSFER): Stage.TRANSFERRED for stage, rung in RUNG_OF.items() if rung in OPEN_RUNGS}
TWICE = {Stage.CHECKED_ONCE: Act.RECHECK, Stage.REFUSED_ONCE: Act.REFUSE}  # one officer has signed, another one has to as well
BACK = (Stage.TRANSFERRED, Stage.HANDED_OVER)  # whence a hazard can come back to where it was
PROPOSED: Mapping[Stage, Act] = {  # the next act that is lawful; the way up
    Stage.FOUND: Act.STOP, Stage.STOPPED: Act.PLAN, Stage.PLANNED: Act.APPROVE, Stage.RECTIFYING: Act.REPORT,
    Stage.REPORTED: Act.RECHECK, Stage.CHECKED_ONCE: Act.RECHECK, Stage.CHECKED: Act.CONFIRM, Stage.CONFIRMED: Act.CLOSE,
    Stage.REFUSED_ONCE: Act.REFUSE, Stage.REFUSED: Act.CLOSE, Stage.TRANSFERRED: Act.RECEIPT,
}  # fmt: skip
BY_HEAD = (Act.PLAN, Act.REPORT, Act.CONFIRM)
BY_BOTH = (Act.AMEND, Act.EVIDENCE)
ASIDE = (Act.ENFORCE, *BY_BOTH)  # these move neither the hazard nor a deadline
TAKEN, LIFTED = "taken", "lifted"
CHOICES: Mapping[Act, tuple[str, ...]] = {
    Act.STOP: ("part", "whole", "none"), Act.ENFORCE: (TAKEN, LIFTED), Act.TRANSFER: ("away", "refuses"),
}  # fmt: skip
NEEDS_WORDS = (
    Act.STOP, Act.PLAN, Act.RETURN, Act.REPORT, Act.FAIL, Act.REFUSE, Act.ENFORCE, Act.TRANSFER, Act.TAKE_BACK,
    Act.DEADLINE, Act.AMEND,
)  # fmt: skip
NEEDS_FILES = (Act.REPORT, Act.EVIDENCE)
NEEDS_DATE = (Act.FAIL, Act.DEADLINE)
NAMES: Mapping[Act, Any] = {
    Act.FOUND: _l("登记"), Act.STOP: _l("停产决定"), Act.PLAN: _l("报整改方案"), Act.RETURN: _l("退回方案"),
    Act.APPROVE: _l("批准方案"), Act.REPORT: _l("报整改完成"), Act.RECHECK: _l("复查通过"), Act.FAIL: _l("复查不通过"),
    Act.CONFIRM: _l("企业负责人签字"), Act.REFUSE: _l("拒签记录在案"), Act.CLOSE: _l("关闭隐患"),
    Act.ENFORCE: _l("强制措施"), Act.TRANSFER: _l("移送"), Act.RECEIPT: _l("收到移送回执"),
    Act.TAKE_BACK: _l("移送退回"), Act.DEADLINE: _l("改期限"), Act.AMEND: _l("更正"), Act.EVIDENCE: _l("补证据"),
}  # fmt: skip


class Skipped(Conflict):
    code = "hazard-step-skipped"
    sentence = _l("还不能「%(act)s」：要先「%(next)s」。每一级都要走到，不能跳。")


class HazardClosed(Conflict):
    code = "hazard-closed"
    sentence = _l("这条隐患已经关闭，不能再「%(act)s」。要补充的，请用「更正」或「补证据」。")


class NotTransferred(Conflict):
    code = "hazard-not-transferred"
    sentence = _l("没有移送出去，不能「%(act)s」。")


class NothingToEnforce(Conflict):
    code = "hazard-nothing-to-enforce"
    sentence = _l("没有决定停产，没有什么要强制履行的。")


class NothingToLift(Conflict):
    code = "hazard-nothing-to-lift"
    sentence = _l("没有正在采取的强制措施，没有什么要解除的。")


class WrongSignatory(Conflict):
    code = "hazard-signatory"
    sentence = _l("「%(act)s」要由%(who)s签字。")


class SameOfficer(Conflict):
    code = "hazard-same-officer"
    sentence = _l("「%(act)s」要两名监管人员各签一次，您已经签过了，请另一位来签。")


class NoChoice(Invalid):
    code = "hazard-choice"
    sentence = _l("「%(act)s」还没有选是哪一种。")


class NoReason(Invalid):
    code = "hazard-words"
    sentence = _l("「%(act)s」要写明情况或理由。")


class NoEvidence(Invalid):
    code = "hazard-evidence"
    sentence = _l("「%(act)s」要附上证据：照片、检测报告或扫描件，PDF、JPG 或 PNG，每个 20 MB 以内。")


class NoReceiver(Invalid):
    code = "hazard-receiver"
    sentence = _l("请写明移送给哪个部门。")


class NoDate(Invalid):
    code = "hazard-date"
    sentence = _l("「%(act)s」要定新的期限。")


class PastDate(Invalid):
    code = "hazard-past-date"
    sentence = _l("期限不能早于今天。")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a hazard is. due_on: by when what follows is due; before: where it was when it was handed over.

    rectify_by: the deadline for rectifying it, as it was set last. checked_by: who signed first what two officers have to.
    """

    stage: Stage
    due_on: date | None
    rectify_by: date
    before: Stage | None = None
    checked_by: str = ""

    @property
    def rung(self) -> Rung:
        return RUNG_OF[self.stage]

    @property
    def proposed(self) -> Act | None:
        return PROPOSED.get(self.stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody means to sign. hands: the keys of all their accounts, key: of the one they act with.

    on_paper: an officer enters what the head signed on paper, with a photo of it. due_on: a deadline that they set; term: the
    one that the law or we give what follows. files: how many came with it. measures: as measures() has them.
    """

    act: Act
    by: Signatory
    key: str
    today: date
    hands: frozenset[str] = frozenset()
    choice: str = ""
    words: str = ""
    receiver: str = ""
    due_on: date | None = None
    term: date | None = None
    files: int = 0
    on_paper: bool = False
    measures: tuple[str, ...] = ()


def found(due_on: date | None, rectify_by: date) -> Where:
    """Where a hazard begins."""
    return Where(Stage.FOUND, due_on, rectify_by)


def take(where: Where, given: Given) -> Where:
    """Where a hazard is once this is signed.

    Raises Skipped, HazardClosed, NotTransferred, NothingToEnforce, NothingToLift, WrongSignatory, SameOfficer where it may not
    be; NoChoice, NoReason,
    NoEvidence, NoReceiver, NoDate, PastDate where something is missing.
    """
    act = given.act
    _may_follow(where, given)
    _may_sign(where, given)
    _is_whole(where, given)
    by = given.due_on or where.rectify_by
    if act is Act.DEADLINE or MOVES.get((where.stage, act)) is Stage.RECTIFYING:
        return again(where, act, by, given.key)
    # Where two sign, the deadline is for both.
    keeps = act in ASIDE or MOVES.get((where.stage, act)) in TWICE
    return again(where, act, where.due_on if keeps else given.term, given.key)


def again(where: Where, act: Act, due_on: date | None, key: str) -> Where:
    """Where a hazard was after an act that is on record. due_on: by when what followed was due; key: of whoever signed."""
    after = replace(where, due_on=due_on)
    if act in ASIDE:
        return after
    if act is Act.DEADLINE:
        return replace(after, rectify_by=due_on) if where.rung is Rung.RECTIFY and due_on else after
    if act is Act.TAKE_BACK:
        return replace(after, stage=where.before or where.stage, before=None)
    stage = MOVES[where.stage, act]
    if act is Act.TRANSFER:
        return replace(after, stage=stage, before=where.stage)
    if stage is Stage.RECTIFYING and due_on:
        return replace(after, stage=stage, rectify_by=due_on, checked_by="")
    return replace(after, stage=stage, checked_by=key if stage in TWICE else where.checked_by)


def measures(where: Where, signed: Iterable[tuple[Act, str]]) -> tuple[str, ...]:
    """What of enforcing may be signed after these acts and their choices, in their order.

    Taken, while it is open, where production was stopped, in part or as a whole; lifted, wherever it is by now, while one is in
    force: the law has it lifted once the firm complied, which may be after it is closed.
    """
    stopped = in_force = False
    for act, choice in signed:
        if act is Act.STOP:
            stopped = choice in ("part", "whole")
        elif act is Act.ENFORCE:
            in_force = choice != LIFTED
    taken = stopped and where.rung in OPEN_RUNGS and where.stage is not Stage.FOUND
    return tuple(choice for choice, may in ((TAKEN, taken), (LIFTED, in_force)) if may)


def also(where: Where, by: Signatory, measures: tuple[str, ...]) -> tuple[Act, ...]:
    """What an officer, or the head, may do besides what is proposed. measures: as measures() has them."""
    ways = [act for (stage, act) in MOVES if stage is where.stage and act is not where.proposed]
    if by is Signatory.HEAD:
        return (*(act for act in ways if act in BY_HEAD), *BY_BOTH)
    back = [Act.TAKE_BACK] if where.stage in BACK else []
    enforced = [Act.ENFORCE] if measures else []
    return (*ways, *back, *enforced, *([Act.DEADLINE] if where.due_on else []), *BY_BOTH)


def to_come(stage: Stage) -> tuple[Act, ...]:
    """What is still missing until it is closed, in its order."""
    way = []
    while stage in PROPOSED:
        way.append(PROPOSED[stage])
        stage = MOVES[stage, way[-1]]
    return tuple(way)


def signed_already(where: Where, act: Act | None, hands: frozenset[str]) -> bool:
    """Whether an act still takes another officer, and the one whose accounts these are has signed it."""
    return TWICE.get(where.stage) is act and where.checked_by in hands


def signatory_of(act: Act) -> Signatory:
    """Who has to sign it; corrections and evidence may come from both sides."""
    return Signatory.HEAD if act in BY_HEAD else Signatory.OFFICER


def _may_follow(where: Where, given: Given) -> None:
    act = given.act
    if act in BY_BOTH:
        return
    if act is Act.ENFORCE and given.choice == LIFTED:
        if LIFTED not in given.measures:
            raise NothingToLift
        return
    if act is Act.ENFORCE and where.rung in OPEN_RUNGS and where.stage is not Stage.FOUND:
        if given.choice == TAKEN and TAKEN not in given.measures:
            raise NothingToEnforce
        return
    if act in (Act.RECEIPT, Act.TAKE_BACK) and where.stage not in BACK:
        raise NotTransferred(act=NAMES[act])
    if act is Act.TAKE_BACK or (act is Act.DEADLINE and where.due_on):
        return
    if where.stage is Stage.CLOSED:
        raise HazardClosed(act=NAMES[act])
    if (where.stage, act) not in MOVES:
        raise Skipped(act=NAMES[act], next=NAMES[where.proposed or Act.TAKE_BACK])


def _may_sign(where: Where, given: Given) -> None:
    wanted = signatory_of(given.act)
    on_paper = given.on_paper and wanted is Signatory.HEAD and given.by is Signatory.OFFICER
    if given.act not in BY_BOTH and given.by is not wanted and not on_paper:
        who = _l("企业主要负责人") if wanted is Signatory.HEAD else _l("监管人员")
        raise WrongSignatory(act=NAMES[given.act], who=who)
    if signed_already(where, given.act, given.hands | {given.key}):
        raise SameOfficer(act=NAMES[given.act])


def _is_whole(where: Where, given: Given) -> None:
    act = given.act
    if act in CHOICES and given.choice not in CHOICES[act]:
        raise NoChoice(act=NAMES[act])
    other_day = act is Act.APPROVE and given.due_on is not None and given.due_on != where.rectify_by
    if not given.words and (act in NEEDS_WORDS or other_day):
        raise NoReason(act=NAMES[act])
    if act is Act.TRANSFER and not given.receiver:
        raise NoReceiver
    if act in NEEDS_DATE and given.due_on is None:
        raise NoDate(act=NAMES[act])
    by = (given.due_on or where.rectify_by) if act is Act.APPROVE else given.due_on if act in NEEDS_DATE else None
    if by is not None and by < given.today:
        raise PastDate
    if not given.files and (act in NEEDS_FILES or given.on_paper):
        raise NoEvidence(act=NAMES[act])
