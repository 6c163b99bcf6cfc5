"""What the stored words of attendance are called; every page has mark_words, method_words and trust_words at hand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TRUST_WORDS = {
    "live": _l("现场"), "offline": _l("离线"), "leader": _l("代签"), "paper": _l("纸质"), "backfill": _l("补录"),
    "imported": _l("导入"),
}  # fmt: skip
MARK_WORDS = {"in": _l("签到"), "out": _l("签退"), "recheck": _l("在场复核")}
METHOD_WORDS = {
    "scan": _l("扫码"), "code": _l("六位数字"), "tap": _l("点“我在”"), "kiosk": _l("签到机"), "leader": _l("班组长手机"),
    "trainer": _l("培训管理员登记"), "officer": _l("监管责任人登记"), "paper": _l("纸质签到表"), "backfill": _l("补录"),
    "import": _l("导入"),
}  # fmt: skip
STATUS_WORDS = {
    "present": _l("已到"), "late": _l("迟到"), "left_early": _l("早退"), "excused": _l("请假"), "absent": _l("未到"),
}  # fmt: skip
STANDING_WORDS = {
    "counts": _l("算数"), "struck": _l("已划掉"), "waits": _l("待第二人确认"), "stands": _l("更正待第二人确认，先按这条算"),
}  # fmt: skip
WHY_WORDS = {
    "tail": _l("后四位和花名册对不上"), "tries": _l("连续输错太多次，没有再核对"),
    "unproven": _l("花名册里没有手机号和身份证号，无法核对"), "signature": _l("没有签名，或者签名看不清"),
    "future": _l("设备记的时间比现在还晚，设备的时钟不对"), "before": _l("设备记的时间在签到开放以前"),
    "after": _l("设备记的时间在这一场结束以后"), "old": _l("这一场结束 7 天以后才传来"), "left": _l("花名册上已经离职"),
    "not_listed": _l("不在应到名单上，或者不是这台设备那个班组的人"),
    "late_scan": _l("扫码时手机没有网络，码的时间对，人要您确认"), "revoked": _l("设备停用以后才传来"),
    "called_off": _l("这堂课已取消或作废，没有记录"),
}  # fmt: skip
