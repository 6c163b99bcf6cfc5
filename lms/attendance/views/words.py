"""What became of a mark and what can be done about it, in one sentence each."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.attendance.models import Why


def why_words(why: Why) -> str:
    """Why a mark waits for the trainer."""
    return {
        Why.TAIL: _("后四位和花名册对不上"),
        Why.TRIES: _("连续输错太多次，没有再核对"),
        Why.UNPROVEN: _("花名册里没有手机号和身份证号，无法核对"),
        Why.SIGNATURE: _("没有签名，或者签名看不清"),
        Why.FUTURE: _("设备记的时间比现在还晚，设备的时钟不对"),
        Why.BEFORE: _("设备记的时间在签到开放以前"),
        Why.AFTER: _("设备记的时间在这一场结束以后"),
        Why.OLD: _("这一场结束 7 天以后才传来"),
        Why.LEFT: _("花名册上已经离职"),
        Why.NOT_LISTED: _("不在应到名单上，或者不是这台设备那个班组的人"),
        Why.LATE_SCAN: _("扫码时手机没有网络，码的时间对，人要您确认"),
        Why.REVOKED: _("设备停用以后才传来"),
        Why.CALLED_OFF: _("这堂课已取消或作废，没有记录"),
    }[why]
