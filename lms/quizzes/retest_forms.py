"""The shape of a retest: how many, of how much, within how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from lms.core.given import at_most


class RetestForm(FlaskForm):
    people = IntegerField(
        _l("抽几个人"), [InputRequired(_l("请填写抽几个人")), NumberRange(1, 200, message=_l("1 到 200 人"))], default=10
    )
    questions = IntegerField(
        _l("每人几题"), [InputRequired(_l("请填写每人几题")), NumberRange(1, 20, message=_l("1 到 20 题"))], default=5
    )
    days = IntegerField(
        _l("几天内答完"), [InputRequired(_l("请填写几天")), NumberRange(1, 14, message=_l("1 到 14 天"))], default=3
    )
    reason = StringField(_l("为什么抽考"), [at_most(200)])
