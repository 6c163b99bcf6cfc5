"""When an enterprise may be chased again, and in which words."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

PAUSE = timedelta(hours=24)  # between two messages of one campaign to one enterprise
WEEK = timedelta(days=7)
A_WEEK = 3  # messages to one enterprise in seven days, of all bureaus and campaigns together
ESCALATE_AFTER = 2  # messages that changed nothing, before the next level is told
ESCALATE_WAIT = timedelta(days=3)  # after the last of them
INBOX = "inbox"  # chosen in place of a channel: the inbox alone


class Step(enum.StrEnum):
    """The next thing an officer does about an enterprise in a list."""

    SIGNALS = "signals"  # 看信号
    ASKED = "asked"  # 看申请
    CHASE = "chase"  # 催办
    LECTURE = "lecture"  # 看讲课


class Wording(enum.StrEnum):
    """Which words are sent."""

    AUTO = "auto"  # 按情况：没到期的提醒，逾期的催促
    HEAD = "head"  # 提醒由主要负责人本人讲
    EXPLAIN = "explain"  # 请说明原因


class Refusal(enum.StrEnum):
    """Why an enterprise is not chased."""

    DONE = "done"  # 已完成
    TODAY = "today"  # 24 小时内催过
    WEEK = "week"  # 七天内已满次数
    EXEMPT = "exempt"  # 在免除期内
    STOPPED = "stopped"  # 停业、注销
    LAPSED = "lapsed"  # 停业期间截止，不再补
    ASKED = "asked"  # 有申请等答复
    NOBODY = "nobody"  # 没有可以通知的人
    ELSEWHERE = "elsewhere"  # 已经划出或者移交出去
    CHANNEL = "channel"  # 选的渠道没有接通，或者联系人没有登记那里的号码


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is sent and kept."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a message speaks of. bureau: who asks. lectured: one counts that does not complete it. note: what that lacks, or why
    one that was held does not count, or nothing.
    """

    campaign: str
    bureau: str
    due_on: date
    head_lectures: bool
    min_minutes: int
    deputy_counts: bool = False
    lectured: bool = False
    note: str | None = None


def may_chase(now: datetime, here: Iterable[datetime], anywhere: Iterable[datetime]) -> Refusal | None:
    """Whether one more message may be sent; None when it may.

    here: when this enterprise was sent messages about this campaign; anywhere: about any campaign, these among them. Aware.
    """
    if any(at > now - PAUSE for at in here):
        return Refusal.TODAY
    if sum(at > now - WEEK for at in anywhere) >= A_WEEK:
        return Refusal.WEEK
    return None


def escalates(now: datetime, messages: Iterable[datetime]) -> bool:
    """Whether the next level is to be told. messages: those since it was last told, to one enterprise about one campaign."""
    sent = list(messages)
    return len(sent) >= ESCALATE_AFTER and max(sent) <= now - ESCALATE_WAIT


def words(case: Case, wording: Wording, today: date, more: str = "") -> Words:
    """The message for one enterprise. more: what the officer adds in their own words."""
    late = (today - case.due_on).days
    lesson = asked_lesson(case.head_lectures, case.deputy_counts, case.min_minutes)
    if case.lectured and wording is not Wording.EXPLAIN:  # it is not late, and what it gave counts
        return _sent(case, "请补齐", f"已开讲，还差：{case.note}。请补齐", more)
    if wording is Wording.HEAD:
        must = "须" if case.head_lectures and not case.deputy_counts else "请"
        title, asked = "请主要负责人本人讲", f"这次安全课{must}由主要负责人本人讲，截止 {case.due_on}"
    elif wording is Wording.EXPLAIN:
        why = "请打电话向监管责任人说明原因和打算；要改期、免除的，也可以在本系统里申请"
        title, asked = "请说明原因", f"截止 {case.due_on}，本单位还没有完成，{why}"
    elif late > 0:
        title, asked = f"已逾期 {late} 天", f"{case.due_on} 已经截止，请尽快{lesson}"
    else:
        title, asked = "请抓紧安排", f"请在 {case.due_on} 前{lesson}"
    known = "已开讲，还差" if case.lectured else "已登记的那一次不算"
    return _sent(case, title, asked, f"{known}：{case.note}。{more}" if case.note else more)


def asked_lesson(head_lectures: bool, deputy_counts: bool, min_minutes: int) -> str:
    """The lecture that is asked for, as messages say it."""
    who = "由主要负责人讲一次安全课" if head_lectures else "讲一次安全课"
    return f"{who}{'（写明原因的代讲也算）' if head_lectures and deputy_counts else ''}，不少于 {min_minutes} 分钟"


def _sent(case: Case, title: str, asked: str, more: str) -> Words:
    return Words(f"{title}：{case.campaign}"[:120], f"{case.bureau}催办：{asked}。{more}"[:500])


class Outcome(enum.StrEnum):
    """What came of a chase, the most telling first."""

    COMPLETED = "completed"  # 已完成
    LECTURED = "lectured"  # 已开讲
    EXTENSION = "extension"  # 申请改期
    EXEMPTION = "exemption"  # 申请免除
    PLANNED = "planned"  # 已安排
    NOTHING = "nothing"  # 没有动静


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a chase. on: the day it did. days: until then, or how long nothing has come: until the next chase or today."""

    what: Outcome
    on: date | None
    days: int


def came_of(today: date, chased_on: Sequence[date], events: Iterable[tuple[date, Outcome]]) -> list[Came]:
    """What came of each of these chases of one enterprise. Both by day; chased_on: in order.

    What happened belongs to the last chase before it or on its day; of several things the most telling is said.
    """
    found: list[list[tuple[int, date, Outcome]]] = [[] for _on in chased_on]
    ranks = list(Outcome)
    for on, what in events:
        before = sum(day <= on for day in chased_on)
        if before:
            found[before - 1].append((ranks.index(what), on, what))
    came = []
    for at, on in enumerate(chased_on):
        if found[at]:
            _rank, day, what = min(found[at])
            came.append(Came(what, day, (day - on).days))
        else:
            until = chased_on[at + 1] if at + 1 < len(chased_on) else today
            came.append(Came(Outcome.NOTHING, None, (until - on).days))
    return came


class DeferralKind(enum.StrEnum):
    """What an enterprise asks for. Values are stored; never renamed."""

    EXTENSION = "extension"  # 改期
    EXEMPTION = "exemption"  # 免除


class DeferralFault(enum.StrEnum):
    """Why a day cannot be asked for or granted."""

    PAST = "past"  # 今天或以前
    NO_LATER = "no_later"  # 不比现在的截止日期晚


def deferral_fault(kind: DeferralKind, until_on: date, today: date, due_on: date) -> DeferralFault | None:
    """What is wrong with a day; None when nothing is. An extension moves the due date, so it must be later."""
    if until_on <= today:
        return DeferralFault.PAST
    if kind is DeferralKind.EXTENSION and until_on <= due_on:
        return DeferralFault.NO_LATER
    return None
