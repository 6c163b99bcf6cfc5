"""What an officer fills in when chasing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from lms.compliance.chasing.rules import DeferralKind, Wording
from lms.compliance.models import ChaseWay


class ChaseForm(FlaskForm):
    """Which words are sent to all that were ticked."""

    wording = SelectField(
        _l("话术"),
        choices=[
            (Wording.AUTO, _l("按情况提醒或催促")),
            (Wording.HEAD, _l("提醒主要负责人本人讲")),
            (Wording.EXPLAIN, _l("请说明原因")),
        ],
        default=Wording.AUTO,
    )
    more = StringField(_l("补充一句"), [Length(max=200, message=_l("最多 200 个字"))])


class ContactNoteForm(FlaskForm):
    """A call or a visit."""

    way = RadioField(
        _l("怎么联系的"),
        choices=[(ChaseWay.CALL, _l("电话")), (ChaseWay.VISIT, _l("上门"))],
        default=ChaseWay.CALL,
    )
    text = TextAreaField(_l("结果"), [DataRequired(_l("请写一句联系的结果")), Length(max=500, message=_l("最多 500 个字"))])


class AskForm(FlaskForm):
    """What an enterprise asks for."""

    kind = RadioField(
        _l("申请什么"),
        choices=[(DeferralKind.EXTENSION, _l("改期：到这一天讲完")), (DeferralKind.EXEMPTION, _l("免除：到这一天之前不用讲"))],
        default=DeferralKind.EXTENSION,
    )
    until_on = DateField(_l("到哪一天"), [InputRequired(_l("请选日期"))])
    reason = TextAreaField(_l("理由"), [DataRequired(_l("请写明理由")), Length(max=200, message=_l("最多 200 个字"))])


class DecideForm(FlaskForm):
    """An officer's answer; `granted` is the button that was pressed."""

    until_on = DateField(_l("到哪一天"), [Optional()])
    answer = StringField(_l("答复"), [Length(max=200, message=_l("最多 200 个字"))])
    granted = SubmitField(_l("同意"))

    def validate_answer(self, field: StringField) -> None:
        if not self.granted.data and not (field.data or "").strip():
            raise ValidationError(_l("不同意要写明原因"))
