"""What is typed about a bulletin."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from lms.core import clock
from lms.core.given import at_most

LONG = at_most(2000)


class BeginForm(FlaskForm):
    """Which campaign, which area, until when."""

    campaign = SelectField(_l("哪个专项活动"))
    area = SelectField(_l("区域"))
    day = DateField(_l("数据截至"), [InputRequired(_l("请选日期"))])

    def validate_day(self, field: DateField) -> None:
        if field.data and field.data > _today():
            raise ValidationError(_l("不能晚于今天"))


class WordsForm(FlaskForm):
    """The words between the tables."""

    lead = TextAreaField(_l("导语"), [LONG])
    praise = TextAreaField(_l("表扬"), [LONG])
    problems = TextAreaField(_l("问题"), [LONG])
    next = TextAreaField(_l("下一步工作"), [LONG])


class SendForm(FlaskForm):
    reply_by = DateField(_l("答复期限"), [InputRequired(_l("请选日期"))])


class ReplyForm(FlaskForm):
    """What the enterprise says."""

    kind = RadioField(
        _l("本单位的意见"), choices=[("agreed", _l("内容属实，没有意见")), ("reply", _l("有说明，附在通报里"))], default="reply"
    )
    text = TextAreaField(_l("说明"), [at_most(1000)])

    def validate_text(self, field: TextAreaField) -> None:
        if self.kind.data == "reply" and not (field.data or "").strip():
            raise ValidationError(_l("请写说明；没有意见就选“内容属实”"))


class DecideForm(FlaskForm):
    """The bureau's answer to a reply."""

    answer = StringField(_l("答复"), [at_most(500)])
    struck = StringField(_l("不列名的原因"), [at_most(200)])


class CallForm(FlaskForm):
    """What came of calling enterprises that no message reaches; which ones is what was ticked."""

    text = StringField(_l("电话的结果"), [DataRequired(_l("请写一句：跟谁说的，对方怎么说")), at_most(500)])


class CorrectForm(FlaskForm):
    reason = StringField(_l("更正说明"), [DataRequired(_l("请写清楚更正什么、为什么")), at_most(500)])


class GatherForm(FlaskForm):
    day = DateField(_l("数据截至"), [InputRequired(_l("请选日期"))])

    validate_day = BeginForm.validate_day


def _today() -> date:
    return clock.local_date(clock.now())
