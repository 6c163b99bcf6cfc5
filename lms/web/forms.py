"""The shape of a sign-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length


class SignInForm(FlaskForm):
    username = StringField(_l("用户名"), [DataRequired(_l("请填写用户名")), Length(max=60)])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写密码")), Length(max=200)])
    next = HiddenField()
