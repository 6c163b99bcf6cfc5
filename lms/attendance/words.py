"""What the stored words of attendance are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TRUST_WORDS = {
    "live": _l("现场"), "offline": _l("离线"), "leader": _l("代签"), "paper": _l("纸质"), "backfill": _l("补录"),
    "imported": _l("导入"),
}  # fmt: skip
MARK_WORDS = {"in": _l("签到"), "out": _l("签退"), "recheck": _l("复核")}
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
