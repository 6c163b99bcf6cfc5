"""What is typed to sign in without a user name, at the second step, and of a passkey."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from lms.access.fields import new_password, typed_again
from lms.access.service import LONGEST_PASSWORD
from lms.core.given import at_most
from lms.sign_in.proving import PasswordForm


class PhoneForm(FlaskForm):
    place = StringField(_l("单位"), [DataRequired(_l("请填写单位")), Length(max=100)], id="phone-place")
    phone = StringField(_l("手机号"), [DataRequired(_l("请填写手机号")), Length(max=20)])
    next = HiddenField(id="phone-next")


class CodeForm(FlaskForm):
    code = StringField(_l("短信验证码"), [DataRequired(_l("请填写")), Length(max=12)])
    next = HiddenField()


class NumberForm(FlaskForm):
    place = StringField(_l("单位"), [DataRequired(_l("请填写单位")), Length(max=100)])
    work_no = StringField(_l("工号"), [DataRequired(_l("请填写工号")), Length(max=40)])
    pin = PasswordField(_l("PIN"), [InputRequired(_l("请填写 PIN")), Length(max=40)])
    next = HiddenField()


class NewPinForm(FlaskForm):
    pin = PasswordField(_l("自己的 PIN"), [InputRequired(_l("请填写 PIN")), Length(max=40)])
    again = typed_again("pin")
    next = HiddenField()


class NewPasswordForm(PasswordForm):
    """The password of now, and the one that is to be."""

    password = PasswordField(_l("现在的密码"), [InputRequired(_l("请填写密码")), Length(max=LONGEST_PASSWORD)])
    new = new_password(_l("新密码"))
    again = typed_again("new")


class StepForm(FlaskForm):
    code = StringField(_l("验证码"), [DataRequired(_l("请填写")), Length(max=40)])


class PasskeyForm(PasswordForm):
    name = StringField(_l("名称"), [DataRequired(_l("请给它起个名")), at_most(40)])
