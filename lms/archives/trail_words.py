"""Words for what a chain tells: kinds of entries in groups to filter by, and the names of facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from lms.archives.stored import FIELD_WORDS
from lms.attendance.words import MARK_WORDS, METHOD_WORDS, TRUST_WORDS
from lms.credentials.words import HOURS_WORDS
from lms.hazards.rules import NAMES
from lms.hazards.words import CHOICES
from lms.lectures.words import LEVEL_WORDS
from lms.notices.channels.fields import LABELS
from lms.registry.claims.words import POSTS

GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "attendance": (
        _l("签到"),
        {
            "attendance.recorded": _l("签到记录"),
            "attendance.visited": _l("来访"),
        },
    ),
    "corrected": (
        _l("更正和确认"),
        {
            "attendance.corrected": _l("签到更正"),
            "lecture.time-corrected": _l("更正讲课时间"),
            "lecture.time-dropped": _l("讲课时间没有更正"),
            "lecture.void-dropped": _l("讲课没有作废"),
            "leave.given": _l("请假"),
            "leave.taken-back": _l("取消请假"),
            "leave.refused": _l("请假没有确认"),
            "attendance.confirmed": _l("人工登记第二人确认"),
            "attendance.flag-resolved": _l("提示已核实"),
            "quiz.regraded": _l("考核重新评分"),
            "quiz.sheet-corrected": _l("纸质答卷更正"),
            "quiz.mark-corrected": _l("简答评分更正"),
        },
    ),
    "lecture": (
        _l("讲课"),
        {
            "lecture.opened": _l("开放签到"),
            "lecture.started": _l("开讲"),
            "lecture.sitting_closed": _l("一场结束"),
            "lecture.closed": _l("讲课结束"),
            "lecture.cancelled": _l("取消讲课"),
            "lecture.archived": _l("讲课归档"),
            "lecture.voided": _l("讲课作废"),
            "lecture.lecturer": _l("讲课确认"),
            "lecture.lecturer-said": _l("讲课确认：培训管理员说明"),
            "photo.added": _l("现场照片"),
            "photo.withdrawn": _l("撤下照片"),
            "photo.restored": _l("恢复照片"),
            "photo.explained": _l("说明照片"),
            "observation.submitted": _l("旁听点评"),
        },
    ),
    "hazard": (_l("重大隐患"), {"hazard.found": _l("发现重大隐患"), "hazard.signed": _l("重大隐患签一步")}),
    "quiz": (_l("考核"), {"quiz.graded": _l("考核成绩")}),
    "hours": (_l("学时"), {"hours.recorded": _l("学时"), "training.checked": _l("审核登记的培训")}),
    "asked": (
        _l("培训要求和证件"),
        {
            "training.asked": _l("要求重新培训"),
            "training.waived": _l("不用重新培训"),
            "permit.entered": _l("登记作业证件"),
            "permit.ended": _l("作业证件停用"),
        },
    ),
    "certificate": (
        _l("证书"),
        {
            "award.given": _l("认定发证"),
            "certificate.issued": _l("签发证书"),
            "certificate.ended": _l("撤销或换发证书"),
            "certificate.not-revoked": _l("证书没有撤销"),
            "template.published": _l("启用证书模板"),
        },
    ),
    "roster": (
        _l("花名册"),
        {
            "person.joined": _l("登记入册"),
            "person.moved": _l("部门、岗位变动"),
            "person.left": _l("离开本单位"),
            "person.returned": _l("恢复在册"),
            "person.import-taken-back": _l("撤回导入"),
        },
    ),
    "sign-in": (
        _l("登录和联系方式"),
        {
            "sign-in.changed": _l("设置外部登录"),
            "sign-in.removed": _l("删除外部登录"),
            "sign-in.pin": _l("登录 PIN"),
            "sign-in.sms": _l("短信验证码登录"),
            "person.phone-changed": _l("更改手机号"),
            "claim.confirmed": _l("确认企业认领"),
            "claim.refused": _l("退回企业认领"),
            "claim.opened": _l("企业认领开通账号"),
            "head.account-ended": _l("主要负责人换人，原账号停权"),
            "head.account-resumed": _l("主要负责人账号恢复权限"),
            "trainer.named": _l("指定培训管理员"),
            "trainer.opened": _l("培训管理员开通账号"),
            "trainer.ended": _l("停止培训管理员权限"),
            "enterprise.recoded": _l("补全项目代码"),
            "channel.set-up": _l("设置通知渠道"),
            "sign-in.tied": _l("绑定外部账号"),
            "sign-in.untied": _l("解除绑定外部账号"),
        },
    ),
    "privacy": (
        _l("个人信息"),
        {
            "person.viewed": _l("查看完整号码"),
            "person.erased": _l("删除个人信息"),
            "record.shown": _l("出示培训记录"),
        },
    ),
}
KINDS = {kind: words for _group, kinds in GROUPS.values() for kind, words in kinds.items()}
FACTS = {
    "hours": _l("学时"), "kind": _l("种类"), "reason": _l("原因"), "trust": _l("可信等级"), "serial": _l("编号"),
    "score": _l("成绩"), "mark": _l("标记"), "method": _l("方式"), "explanation": _l("说明"),
    "revoked_reason": _l("撤销原因"), "superseded_reason": _l("换发原因"), "field": _l("看了什么"), "version": _l("版本"),
    "before": _l("原来"), "after": _l("现在"), "remark": _l("意见"), "note": _l("说明"), "category": _l("人员类别"),
    "earned_on": _l("日期"), "said": _l("事由"), "work": _l("作业"), "review_due_on": _l("复审期限"),
    "rule": _l("依据规则"), "channel": _l("渠道"), "level": _l("三级教育、四新"), "post": _l("身份"),
    "act": _l("哪一步"), "words": _l("说明"), "receiver": _l("移送给哪个部门"), "choice": _l("哪一种"), "seen": _l("看到什么"),
    "first_on": _l("从哪天算起"),
    "last_on": _l("最后一天"), "way": _l("怎么登记的"), "due_on": _l("期限"), "on_paper": _l("签名"), "basis": _l("依据"),
}  # fmt: skip
OTHERWISE = {("sign-in.changed", "rule"): _l("认人办法")}  # kind of entry and fact: what it means there alone


VALUES: dict[str, dict[Any, Any]] = {
    "trust": TRUST_WORDS,
    "mark": MARK_WORDS,
    "channel": LABELS,
    "act": {str(act): name for act, name in NAMES.items()},
    "choice": CHOICES,
    "on_paper": {True: _l("签在纸上，由监管人员代录")},
    "rule": {"own": _l("本人绑定"), "roster": _l("花名册上的账号"), "work_no": _l("工号"), "phone": _l("手机号")},
    "kind": {
        **HOURS_WORDS, "outside": _l("外部培训"), "backfill": _l("补录"),
        "hours": _l("学时证书"), "trainer": _l("讲师证书"), "reviewer": _l("评审员证书"),
    },
    "level": LEVEL_WORDS,
    "way": {"hand": _l("逐人登记"), "import": _l("导入花名册"), "directory": _l("企业的人员目录自动同步")},
    "post": POSTS,
    "field": {**FIELD_WORDS, "document": _l("认领时交的材料")},
    "method": METHOD_WORDS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The words above in one language: a file of ten thousand entries asks for each of them ten thousand times."""

    kinds: dict[str, str]
    facts: dict[str, str]
    otherwise: dict[tuple[str, str], str]
    values: dict[str, dict[Any, str]]


@lru_cache(maxsize=8)
def _words(_language: str) -> Words:
    """Of the language that is spoken now."""
    return Words(
        {kind: str(words) for kind, words in KINDS.items()},
        {name: str(words) for name, words in FACTS.items()},
        {place: str(words) for place, words in OTHERWISE.items()},
        {name: {value: str(words) for value, words in values.items()} for name, values in VALUES.items()},
    )


def kind_said(kind: str) -> str:
    """What an entry of a kind is about."""
    return _words(str(get_locale())).kinds.get(kind, kind)


def said(facts: dict[str, Any] | None, kind: str = "") -> str:
    """What else an entry of a kind tells, as one line: the facts that have a name here and are plain."""
    if facts is None:
        return str(_l("内容已按规定删除"))
    words = _words(str(get_locale()))
    there = {name: facts.get(name) for name in FACTS}
    plain = {name: value for name, value in there.items() if isinstance(value, (str, int)) and value != "" and value is not False}
    return "，".join(
        f"{words.otherwise.get((kind, name), words.facts[name])} {words.values.get(name, {}).get(value, value)}"
        for name, value in plain.items()
    )
