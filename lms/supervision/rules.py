"""What an officer who sits in comments on (旁听点评): three dimensions, facts to tick in each, and no score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.core.errors import Conflict, Invalid

NOTHING = "none"
INSISTED = "attendance_insisted"  # beside the fact: ticked once more after it was told what the product had counted
MOST_CAME = 80  # percent, as the fact says it


class NotYetHeld(Conflict):
    code = "observation-state"
    sentence = _l("签到开放以后才能写点评。")


class SentBefore(Conflict):
    code = "observation-sent-before"
    sentence = _l("这个编号的点评已经交过，是另一堂讲课的，或者是别人交的。请重新打开这一页，或者换一个编号再交。")


class NotOwed(Conflict):
    code = "comment-not-owed"
    sentence = _l("这堂课您没有安排旁听、还没讲完，或者已经点评过。")


class Doubted(Conflict):
    code = "observation-doubted"
    sentence = _l("系统统计 %(here)s / %(all)s 人，不到八成。看过了仍是八成以上的，确认以后再交。")


class DimensionEmpty(Invalid):
    code = "observation-dimension"
    sentence = _l("「%(what)s」还没有勾。符合哪条勾哪条，都不符合就勾最后一条。")


class Contradiction(Invalid):
    code = "observation-contradiction"
    sentence = _l("「%(what)s」既勾了符合的，又勾了都不符合，请改一处。")


@dataclass(frozen=True, slots=True)
class Dimension:
    """title: its name. facts: what can be ticked, by code."""

    title: LazyString
    facts: Mapping[str, LazyString]

    def ticked(self, facts: Collection[str]) -> int:
        """How many of its facts were ticked."""
        return sum(code in facts for code in self.facts)


DIMENSIONS: Mapping[str, Dimension] = {
    "organised": Dimension(
        _l("组织好"),
        {
            "head_whole": _l("主要负责人本人讲，全程在场"),
            "attendance": _l("应到的人八成以上到了"),
            "own_marks": _l("签到是本人，没见冒名签到"),
            "long_enough": _l("讲够了要求的时间"),
        },
    ),
    "taught": Dimension(
        _l("讲得好"),
        {
            "real_risks": _l("讲了本企业的真实风险点"),
            "cases": _l("用了同行业事故案例"),
            "own_duties": _l("讲了本人承担的责任和下一步措施"),
            "demonstration": _l("有现场演示或实物"),
        },
    ),
    "effect": Dimension(
        _l("效果好"),
        {
            "asked_three": _l("随机问 3 名员工，至少 2 人答对"),
            "hazards_raised": _l("当场收到员工提的隐患或建议"),
            "knows_key": _l("员工说得出本岗位最要紧的一条要求"),
        },
    ),
}


def nothing_of(dimension: str) -> str:
    """The code for: none of these."""
    return f"{dimension}_{NOTHING}"


KNOWN = {code for name, one in DIMENSIONS.items() for code in (*one.facts, nothing_of(name))}


def facts_kept(facts: Collection[str], here: int, expected: int, *, sure: bool) -> list[str]:
    """What was ticked as it is kept: where most came, and the product counted fewer, with INSISTED. expected: those asked to
    come, 0 where nobody was. Raises Doubted unless whoever ticked it is sure: it stands as the bureau's fact.
    """
    if "attendance" not in facts or expected == 0 or here * 100 >= expected * MOST_CAME:
        return list(facts)
    if not sure:
        raise Doubted(here=here, all=expected)
    return [*facts, INSISTED]


def check_facts(facts: Collection[str]) -> None:
    """Each dimension needs a fact, or that there is none. Raises DimensionEmpty, Contradiction."""
    for name, dimension in DIMENSIONS.items():
        some, none = dimension.ticked(facts) > 0, nothing_of(name) in facts
        if not some and not none:
            raise DimensionEmpty(what=dimension.title)
        if some and none:
            raise Contradiction(what=dimension.title)
