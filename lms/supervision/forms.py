"""What an officer fills in on the phone, what a firm answers, and how many lectures are drawn."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import UUID, DataRequired, InputRequired, NumberRange

from lms.core.given import at_most
from lms.supervision.models import Replied
from lms.supervision.rules import KNOWN


class ObserveForm(FlaskForm):
    facts = SelectMultipleField(_l("符合哪几条"), choices=[(code, code) for code in sorted(KNOWN)])
    remark = TextAreaField(_l("一句话点评"), [DataRequired(_l("请写一句点评")), at_most(500)])
    signature = StringField(_l("签名"))
    sure = BooleanField(_l("看过了，应到的人八成以上到了"))
    sent_id = HiddenField(validators=[UUID(_l("这张表单不完整，请重新打开。"))])


class ReplyForm(FlaskForm):
    kind = RadioField(
        _l("是什么"), choices=[(Replied.ANSWERED, _l("答复")), (Replied.IMPROVED, _l("已改进"))], default=Replied.ANSWERED
    )
    text = TextAreaField(_l("写一句"), [DataRequired(_l("请写一句")), at_most(500)])


class DrawForm(FlaskForm):
    number = IntegerField(
        _l("抽几堂课"), [InputRequired(_l("请填写抽几堂课")), NumberRange(1, 50, message=_l("1 到 50 堂"))], default=5
    )
