"""The shape of what is typed on the phone and by the trainer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp


def squeezed(text: str | None) -> str:
    """Without the blanks and hyphens people put between digits."""
    return "".join(sign for sign in text or "" if not sign.isspace() and sign != "-")


def stripped(text: str | None) -> str:
    return (text or "").strip()


class IdentifyForm(FlaskForm):
    phone = StringField(
        _l("手机号"),
        [InputRequired(_l("请填写手机号")), Regexp(r"^1\d{10}$", message=_l("手机号是 1 开头的 11 位数字"))],
        [squeezed],
    )
    tail = StringField(
        _l("身份证号后四位"),
        [InputRequired(_l("请填写身份证号后四位")), Regexp(r"^\d{3}[\dXx]$", message=_l("身份证号后四位，最后一位可能是 X"))],
        [squeezed],
    )


class CodeForm(FlaskForm):
    digits = StringField(
        _l("投影上的六位数字"),
        [InputRequired(_l("请输入六位数字")), Regexp(r"^\d{6}$", message=_l("是六位数字，看投影右下角"))],
        [squeezed],
    )


class EnterForm(FlaskForm):
    mark = RadioField(_l("登记什么"), [InputRequired(_l("请选择签到或签退"))], choices=[("in", _l("签到")), ("out", _l("签退"))])
    at = TimeField(_l("时间"), [Optional()])
    reason = StringField(
        _l("原因"),
        [DataRequired(_l("请写明原因，检查时会看到")), Length(max=200, message=_l("最多 200 字"))],
        [stripped],
    )


class ExcuseForm(FlaskForm):
    reason = StringField(
        _l("请假原因"),
        [DataRequired(_l("请写明请假原因，比如病假、出差")), Length(max=60, message=_l("最多 60 字"))],
        [stripped],
    )
