"""How many enterprises are drawn."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange


class FirmDrawForm(FlaskForm):
    number = IntegerField(
        _l("抽几家企业"), [InputRequired(_l("请填写抽几家企业")), NumberRange(1, 50, message=_l("1 到 50 家"))], default=5
    )
