"""The shape of a token."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired

from lms.core.given import at_most


class TokenForm(FlaskForm):
    name = StringField(_l("用途"), [DataRequired(_l("请写明用在哪里，比如 门禁系统")), at_most(60)])
    role = SelectField(_l("身份"))
    days = SelectField(_l("有效期"), coerce=int, default=90, choices=[(30, _l("30 天")), (90, _l("90 天")), (365, _l("365 天"))])
    writes = BooleanField(_l("可以写入：导入人员，安排讲课，送签到，结束和取消讲课"))
