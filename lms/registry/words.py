"""How the fields of an import are called on a page, and how much of a number is shown there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.registry.models import ChangeKind, ImportKind
from lms.registry.rules import Fault

LONG_NUMBER = re.compile(r"[\dXx]{11,}")
# Said on every page, file and answer that tells of a day that is over by queries.past.
AS_THEY_LAY = _l("企业按那天归谁管来列，街道按那天的。")
# What was decided about a jurisdiction, as its page and what is refused name it.
ON_RECORD = {
    ChangeKind.MOVE: _l("改隶属"), ChangeKind.ASSIGN: _l("改责任"), ChangeKind.RENAME: _l("改名"), ChangeKind.MERGE: _l("并入"),
    ChangeKind.BUREAU: _l("监管部门改称"),
}  # fmt: skip
# Categories and relations of people, industries, levels of jurisdictions, kinds of accidents: kept as rosters and lists have
# them, in the source language.
LISTED = {
    "主要负责人": _l("主要负责人"), "安全生产管理人员": _l("安全生产管理人员"), "特种作业人员": _l("特种作业人员"),
    "其他从业人员": _l("其他从业人员"), "新上岗从业人员": _l("新上岗从业人员"),
    "工贸": _l("工贸"), "烟花爆竹": _l("烟花爆竹"), "危险化学品": _l("危险化学品"), "建筑施工": _l("建筑施工"),
    "人员密集场所": _l("人员密集场所"), "交通运输": _l("交通运输"), "非煤矿山": _l("非煤矿山"), "其他": _l("其他"),
    "本单位": _l("本单位"), "劳务派遣": _l("劳务派遣"), "相关方": _l("相关方"), "实习生": _l("实习生"),
    "省": _l("省"), "市": _l("市"), "县级": _l("县级"), "乡级": _l("乡级"), "村级": _l("村级"), "园区": _l("园区"),
    "男": _l("男"), "女": _l("女"),
    "物体打击": _l("物体打击"), "车辆伤害": _l("车辆伤害"), "机械伤害": _l("机械伤害"), "起重伤害": _l("起重伤害"),
    "触电": _l("触电"), "淹溺": _l("淹溺"), "灼烫": _l("灼烫"), "火灾": _l("火灾"),
    "高处坠落": _l("高处坠落"), "坍塌": _l("坍塌"), "容器爆炸": _l("容器爆炸"), "其他爆炸": _l("其他爆炸"),
    "中毒和窒息": _l("中毒和窒息"), "道路交通": _l("道路交通"), "燃气": _l("燃气"),
}  # fmt: skip
# Why somebody stays on the roster though the import they came with is taken back: the tables that tell of them, in one word each.
_STAYS = (
    (_l("导入后又改过"), ("changed",)),
    (_l("现在是主要负责人"), ("heads",)),
    (_l("已列入讲课的应到名单"), ("attendee",)),
    (_l("已有签到或到课记录"), (
        "attendance_event", "presence", "held_mark", "hand_mark", "correction", "recheck_ask", "dispute", "flag_resolution",
        "refused_claim", "sheet_image",
    )),
    (_l("请过假"), ("leave_line",)),
    (_l("讲过课或排了课"), ("lecture", "lecturer_mark")),
    (_l("看过课件"), ("reading",)),
    (_l("已有考核记录"), ("attempt", "quiz_sheet", "quiz_support", "retest_person")),
    (_l("已有学时、证书或证件"), (
        "completion", "completion_change", "hours_line", "certificate", "award", "carried_record", "entered_training",
        "work_permit",
    )),
    (_l("已要求重新培训"), ("training_demand",)),
    (_l("已开通账号或绑定登录"), ("membership", "external_account", "pin", "lti_link", "lti_member", "lti_score")),
    (_l("已收到通知"), ("notice", "delivery", "calendar_feed")),
    (_l("完整号码被查看过，或有个人信息申请"), ("personal_data_view", "data_request", "retention_hold")),
)  # fmt: skip
WHY_STAYS = {table: words for words, tables in _STAYS for table in tables}
HIDDEN = frozenset(("phone", "id_number", "head_phone", "email", "wecom_id", "dingtalk_id"))


def field_label(kind: ImportKind, field: str) -> str:
    """The product's own word for a column."""
    if kind is ImportKind.PEOPLE:
        words = {
            "name": _("姓名"), "work_no": _("工号"), "sex": _("性别"), "department": _("部门"), "post": _("岗位"),
            "phone": _("手机号"), "id_number": _("身份证号"), "hired_on": _("入职日期"), "category": _("人员类别"),
            "relation": _("用工形式"),
            "shift": _("班次"), "email": _("邮箱"), "wecom_id": _("企业微信账号"), "dingtalk_id": _("钉钉 userid"),
        }  # fmt: skip
    else:
        words = {
            "name": _("企业名称"), "uscc": _("统一社会信用代码"), "street": _("街道"), "industry": _("行业"),
            "head": _("主要负责人"), "head_phone": _("负责人电话"), "employees": _("从业人员数"),
            "trade_authority": _("行业主管部门"), "officer": _("监管责任人"), "status": _("经营状态"),
        }  # fmt: skip
    return words.get(field, field)


def listed(word: str | None) -> str:
    """A word that is LISTED in the reader's language; what is not known of old, as it is written; "" without one."""
    return str(LISTED.get(word or "", word or ""))


def no_record(why: str) -> str:
    """Why a row holds no record."""
    return {"blank": _("空行"), "total": _("合计行"), "note": _("说明"), "header": _("重复的表头")}.get(why, why)


def why_stays(why: Iterable[str]) -> str:
    """Why somebody stays though an import is taken back. why: as service.Touched has it."""
    return str(_("、")).join(dict.fromkeys(str(WHY_STAYS.get(one, _("已有别的记录"))) for one in why))


def hide(number: str, head: int, tail: int) -> str:
    """A number with its middle hidden; short ones stay as they are, they identify nobody."""
    return number if len(number) <= head + tail else number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def masked_cell(field: str | None, text: str) -> str:
    """A cell as a page may show it: phones and ID numbers hidden, also where the column is not known."""
    if field in HIDDEN:
        return hide(text, 4, 4) if len(text) > 12 else hide(text, 3, 4)
    return LONG_NUMBER.sub(lambda found: hide(found[0], 3, 4), text) if field != "uscc" else text


def masked_fault(fault: Fault) -> str:
    """What stands in a faulty cell. A phone that is none is shown, so that it can be mended; an ID number is hidden."""
    if fault.value is None:
        return "—"
    return hide(fault.value, 4, 3) if fault.field == "id_number" else fault.value


def masked_name(name: str) -> str:
    """刘*; a two-character surname stays whole: 欧阳*."""
    return name[: 2 if name[:2] in _DOUBLE_SURNAMES and len(name) > 2 else 1] + "*"


# The two-character surnames in common use today.
_DOUBLE_SURNAMES = {
    "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "司徒", "令狐", "夏侯", "东方", "慕容", "公孙", "轩辕", "长孙", "宇文",
}  # fmt: skip
