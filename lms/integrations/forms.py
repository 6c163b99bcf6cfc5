"""Where an enterprise wants events sent."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from lms.core.given import at_most
from lms.core.settings import settings
from lms.integrations import rules
from lms.integrations.xapi import rules as xapi

LABELS = {
    rules.LECTURE_NOTIFIED: _l("讲课已通知"),
    rules.LECTURE_OPENED: _l("签到已开放"),
    rules.LECTURE_CLOSED: _l("讲课已结束"),
    rules.LECTURE_CANCELLED: _l("讲课已取消"),
    rules.LECTURE_VOIDED: _l("讲课已作废"),
    rules.QUIZ_GRADED: _l("答卷有了成绩"),
    rules.COMPLETION_DECIDED: _l("合格认定"),
    rules.CERTIFICATE_ISSUED: _l("证明已签发"),
    rules.CERTIFICATE_ENDED: _l("证明已撤销或换发"),
    rules.TRIAL: _l("测试"),
    xapi.ATTENDED: _l("到课"),
    xapi.GRADED: _l("答卷有了成绩"),
    xapi.COMPLETED: _l("合格认定"),
    xapi.EARNED: _l("证明已签发"),
    xapi.VOIDED: _l("作废先前的一条"),
}


class WebhookForm(FlaskForm):
    name = StringField(_l("用途"), [DataRequired(_l("请写明是哪个系统")), at_most(60)])
    url = StringField(_l("推送地址"), [DataRequired(_l("请填对方系统给的地址")), at_most(500)])
    kinds = SelectMultipleField(_l("推送哪些事"), choices=[(kind, LABELS[kind]) for kind in rules.KINDS])

    def validate_url(self, field: Field) -> None:
        _check_address(field.data)

    def validate_kinds(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("请至少选一件事"))


class KeyForm(FlaskForm):
    """What a learning record store knows us by."""

    key = StringField(_l("Key（用户名）"), [DataRequired(_l("请填学习记录库给的 key")), Length(max=200)])
    secret = PasswordField(_l("Secret（密码）"), [InputRequired(_l("请填学习记录库给的 secret")), Length(max=200)])

    def validate_key(self, field: Field) -> None:
        if ":" in field.data:
            raise ValidationError(_("key 里不能有冒号"))

    @property
    def pair(self) -> str:
        return f"{(self.key.data or '').strip()}:{(self.secret.data or '').strip()}"


class StoreForm(KeyForm):
    name = StringField(_l("用途"), [DataRequired(_l("请写明是哪个系统")), at_most(60)])
    url = StringField(_l("接口地址"), [DataRequired(_l("请填学习记录库的 endpoint")), Length(max=500)])

    def validate_url(self, field: Field) -> None:
        _check_address(field.data)
        if "?" in field.data or "#" in field.data:
            raise ValidationError(_("地址里不要带问号和井号"))


def _check_address(typed: str) -> None:
    if not rules.is_address(typed.strip(), plain_too=settings().private_gateways):
        raise ValidationError(_("要一个 https:// 开头的完整地址，里面不带用户名和密码"))
