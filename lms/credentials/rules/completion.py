"""Who completed a lecture (合格认定): plain facts in, a decision with its reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

NOT_CHECKED_OUT = "未签退，在场时长待确认"
ON_LEAVE = "请假（"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person in one closed lecture.

    came: whether there is any mark of them. minutes: whole minutes there; None while not known. length: whole minutes the
    lecture really took. score: of the best attempt, 0–100; None when there is none. excused: why they were on leave. at_least:
    the minutes are those proven, and nobody saw the person leave. quiz_over: nobody can take
    the quiz any more.
    """

    came: bool
    minutes: int | None
    length: int
    score: int | None = None
    excused: str | None = None
    at_least: bool = False
    quiz_over: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """min_presence: percent of the length. pass_mark: points of 100; None when the lecture has no quiz."""

    min_presence: int
    pass_mark: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """attended: there long enough. examined: took the quiz. passed: reached its mark. completed: all that was asked.

    reasons: clauses in the order they were weighed; kept with the record, so in the source language.
    """

    completed: bool
    attended: bool
    examined: bool
    passed: bool
    reasons: tuple[str, ...]


def decide(facts: Facts, rule: Rule) -> Decision:
    """Whether a person completed a lecture. What is not known is not enough, and not nothing either: the reasons say so."""
    attended, presence = _presence(facts, rule)
    examined = rule.pass_mark is not None and facts.score is not None
    passed = examined and facts.score is not None and rule.pass_mark is not None and facts.score >= rule.pass_mark
    completed = attended and (rule.pass_mark is None or passed)
    verdict = "合格" if completed else "未合格" if examined and not passed else "未完成"
    return Decision(completed, attended, examined, passed, (*presence, *_quiz(facts, rule, passed), verdict))


def void(decision: Decision, reason: str) -> Decision:
    """The decision once its lecture was declared void: not completed, with what was found of the person before it."""
    return replace(decision, completed=False, reasons=(*decision.reasons[:-1], f"本次讲课已作废（{reason}）", "未完成"))


def was_on_leave(reasons: Iterable[str]) -> bool:
    """Whether these are the reasons of somebody who was on leave."""
    return any(clause.startswith(ON_LEAVE) for clause in reasons)


def counted_once(decision: Decision, minutes: int, titles: Iterable[str]) -> Decision:
    """The decision of somebody who was in other lectures at the same time: those minutes count there, and not again here."""
    named = "".join(f"《{title}》" for title in titles)
    return replace(
        decision, reasons=(*decision.reasons[:-1], f"其中 {minutes} 分钟与{named}同时，只计一次", decision.reasons[-1])
    )


def presence_words(minutes: int, length: int, made_up: Iterable[str] = ()) -> str:
    """How somebody was there, as printed on a certificate. made_up: what make_up_words says of the lecture, if it is one."""
    return "，".join([*made_up, "全程到课" if minutes >= length else f"到课 {minutes} 分钟"])


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """What is different between two decisions, a clause each; kept with the record, so in the source language.

    before, after: minutes, score, completed and reasons, as a completion keeps them. Empty only when they are alike.
    """
    said = []
    if before["minutes"] != after["minutes"]:
        said.append(f"在场 {_known(before['minutes'])} → {_known(after['minutes'])} 分钟")
    if before["score"] != after["score"]:
        said.append(f"考核 {_known(before['score'])} → {_known(after['score'])} 分")
    if before["completed"] != after["completed"]:
        said.append("未合格 → 合格" if after["completed"] else "合格 → 未合格")
    if not said and before["reasons"] != after["reasons"]:
        gone = [clause for clause in before["reasons"] if clause not in after["reasons"]]
        new = [clause for clause in after["reasons"] if clause not in before["reasons"]]
        said.append(f"{'、'.join(gone) or '—'} → {'、'.join(new) or '—'}")
    return tuple(said)


def ordinary(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a decision only went on as it was meant to: somebody not there yet took the quiz, or let it end."""
    return not before["completed"] and before["score"] is None and before["minutes"] == after["minutes"]


def _known(number: int | None) -> str:
    return "—" if number is None else str(number)


def _presence(facts: Facts, rule: Rule) -> tuple[bool, list[str]]:
    if not facts.came:
        return False, [f"{ON_LEAVE}{facts.excused}）" if facts.excused else "未到课"]
    if facts.minutes is None:
        return False, [NOT_CHECKED_OUT]
    there = f"在场{'至少' if facts.at_least else ''} {facts.minutes}/{facts.length} 分钟"
    # Compared as whole numbers, so that 80 percent of 60 minutes is 48 and not 48.000000000000004.
    if facts.minutes > 0 and facts.length > 0 and facts.minutes * 100 >= facts.length * rule.min_presence:
        return True, [there]
    return False, [there, NOT_CHECKED_OUT if facts.at_least else f"不足 {rule.min_presence}%"]


def _quiz(facts: Facts, rule: Rule, passed: bool) -> list[str]:
    if rule.pass_mark is None:
        return ["不设考核"]
    if passed:
        return [f"考核 {facts.score} 分"]
    if facts.score is None:
        return ["没有参加考核，考核已截止"] if facts.quiz_over else ["还没有考核成绩"]
    short = [f"考核 {facts.score} 分", f"不到 {rule.pass_mark} 分"]
    return [*short, "考核已截止"] if facts.quiz_over else short
