"""The shape of what is typed on the phone and by the trainer."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, MultipleFileField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp, ValidationError

from lms.core import clock
from lms.core.given import at_most, believable, can_be_meant, printable, stripped
from lms.lectures.forms import end_of, in_order
from lms.lectures.models import Sitting
from lms.lectures.rules.leave import OTHER, kind_of

# The kinds of lms.lectures.rules.leave as the page calls them.
LEAVE = {
    "病假": _l("病假"), "事假": _l("事假"), "公假": _l("公假（出差、外出）"), "轮休": _l("轮休"), "年休假": _l("年休假"),
    "产假": _l("产假"), "工伤": _l("工伤"), OTHER: _l("其他"),
}  # fmt: skip


def leave_said(reason: str) -> str:
    """A reason of leave in the reader's language where it is a kind alone; as it was written otherwise."""
    return reason if str(get_locale()) == "zh" else str(LEAVE.get(reason, reason))


def squeezed(text: str | None) -> str:
    """Without the blanks and hyphens people put between digits."""
    return "".join(sign for sign in text or "" if not sign.isspace() and sign != "-")


class IdentifyForm(FlaskForm):
    class Meta:
        csrf = False  # the claim beside it is signed for this one phone

    phone = StringField(
        _l("手机号"),
        [DataRequired(_l("请填写手机号")), Regexp(r"^1\d{10}$", message=_l("手机号是 1 开头的 11 位数字"))],
        [squeezed],
    )
    tail = StringField(
        _l("身份证号后四位"),
        [DataRequired(_l("请填写身份证号后四位")), Regexp(r"^\d{3}[\dXx]$", message=_l("身份证号后四位，最后一位可能是 X"))],
        [squeezed],
    )


class CodeForm(FlaskForm):
    digits = StringField(
        _l("投影上的六位数字"),
        [DataRequired(_l("请输入六位数字")), Regexp(r"^\d{6}$", message=_l("是六位数字，看投影右下角"))],
        [squeezed],
    )


class EnterForm(FlaskForm):
    mark = RadioField(_l("登记什么"), [InputRequired(_l("请选择签到或签退"))], choices=[("in", _l("签到")), ("out", _l("签退"))])
    at = TimeField(_l("时间"), [Optional()])
    reason = StringField(
        _l("原因"),
        [DataRequired(_l("请写明原因，检查时会看到")), at_most(200)],
        [stripped],
    )


class WitnessForm(FlaskForm):
    """Who speaks, as somebody in the room sees it."""

    step = RadioField(
        _l("登记什么"),
        [InputRequired(_l("请选择开讲或讲完"))],
        choices=[("start", _l("开讲，现在正在讲")), ("end", _l("讲完，这堂课已经结束"))],
    )
    sure = BooleanField(_l("确定已经讲完"))  # asked only where an end is far from the plan
    person_id = SelectField(_l("实际讲课人"))
    other = StringField(_l("其他人"), [Optional(), at_most(50)], [stripped])
    digits = StringField(
        _l("投影上的六位数字"), [Optional(), Regexp(r"^\d{6}$", message=_l("是六位数字，看投影右下角"))], [squeezed]
    )
    without_code = BooleanField(_l("现场没有投影或看不到码，只作为我的说明"))
    reason = StringField(_l("为什么换人"), [Optional(), at_most(200)], [stripped])


class ExcuseForm(FlaskForm):
    kind = SelectField(_l("假别"), choices=list(LEAVE.items()), default=OTHER)
    reason = StringField(_l("说明"), [at_most(50)], [stripped], id="leave-reason")  # beside EnterForm

    def told(self) -> str:
        """The kind, and what is said beside it; just what is said where it names a kind itself."""
        said = self.reason.data or ""
        if not said or said == self.kind.data:
            return str(self.kind.data)
        return said if self.kind.data == OTHER or kind_of(said) == self.kind.data else f"{self.kind.data}：{said}"

    def validate_reason(self, field: StringField) -> None:
        if self.kind.data == OTHER and not field.data:
            raise ValidationError(_l("选“其他”的，请写明请假原因"))


class AskLeaveForm(ExcuseForm):
    """As somebody asks for themselves, with one of the kinds: whatever else it is stands beside it."""

    kind = SelectField(_l("假别"), choices=[one for one in LEAVE.items() if one[0] != OTHER])


class SheetForm(FlaskForm):
    """Rows of a paper sheet; the boxes of the page itself are read beside it, as in_ and out_ numbers."""

    typed_in = StringField(_l("签到的行号"), [Optional()])
    typed_out = StringField(_l("签退的行号"), [Optional()])
    day = DateField(_l("日期"), [InputRequired(_l("请填写日期")), believable])
    in_at = TimeField(_l("签到时间"), [Optional()])
    out_at = TimeField(_l("签退时间"), [Optional()])

    sitting: Sitting  # whose sheet it is

    @property
    def starts(self) -> datetime:
        """When the sitting did, on the wall; its day is the one the form proposes."""
        return clock.local(self.sitting.started_at or self.sitting.planned_starts_at)

    def came_at(self) -> datetime | None:
        """When those who came did."""
        if not self.in_at.data:
            return None
        return self._at(self.in_at.data) or clock.at(self.day.data, self.in_at.data)

    def left_at(self) -> datetime | None:
        """When those who left did: of another day than the sitting's, on the next where they came later on the wall."""
        if not self.out_at.data:
            return None
        came = clock.at(self.day.data, self.in_at.data or self.starts.time())
        return self._at(self.out_at.data) or end_of(came, self.out_at.data)

    def _at(self, hour: time) -> datetime | None:
        """On the day of the sitting, over midnight with it; None where another day was typed."""
        return self.sitting.at(hour) if self.day.data == self.starts.date() else None

    def validate_out_at(self, field: TimeField) -> None:
        if not self.day.data or not can_be_meant(self.day.data) or not field.data:
            return
        begins = self.in_at.data or self.starts.time()
        left = self._at(field.data)
        if not (in_order(begins, field.data) if left is None else (self.came_at() or self.starts) < left):
            raise ValidationError(_("签退时间应晚于签到时间"))


class SheetPhotoForm(FlaskForm):
    photos = MultipleFileField(_l("签到表照片"), [InputRequired(_l("请选择照片或扫描件"))])


class CorrectForm(FlaskForm):
    what = RadioField(
        _l("怎么更正"),
        [InputRequired(_l("请选择怎么更正"))],
        choices=[("time", _l("时间不对，实际时间是")), ("void", _l("这一条作废，没有发生过"))],
    )
    at = TimeField(_l("实际时间"))
    reason = StringField(
        _l("更正原因"),
        [DataRequired(_l("请写明更正原因，检查时会看到")), at_most(200)],
        [stripped],
    )

    def validate_at(self, field: TimeField) -> None:
        if self.what.data == "time" and field.data is None:
            raise ValidationError(_l("请填写实际时间"))


class VisitorForm(FlaskForm):
    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名")), at_most(50), printable], [stripped])
    company = StringField(_l("单位"), [DataRequired(_l("请填写单位")), at_most(80), printable], [stripped])


class PairForm(FlaskForm):
    code = StringField(
        _l("配对码"),
        [
            DataRequired(_l("请输入 8 位配对码")),
            Regexp(r"^\d{8}$", message=_l("配对码是 8 位数字，在培训管理员的“签到设备”页上")),
        ],
        [squeezed],
    )


class LeaderForm(FlaskForm):
    leader = StringField(
        _l("谁拿手机"),
        [DataRequired(_l("请写拿手机的人的姓名，记录里会写明是谁代签的")), at_most(50)],
        [stripped],
    )
    team = SelectField(_l("签哪些人"))


class SettleForm(FlaskForm):
    do = RadioField(choices=[("count", "count"), ("decline", "decline")], validators=[InputRequired()])
    note = StringField(_l("说明"), [Optional(), at_most(200)], [stripped])
