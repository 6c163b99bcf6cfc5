"""What an administrator copies from a platform."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from lms.core.given import at_most, stripped
from lms.core.settings import settings
from lms.integrations.lti.rules.launching import LONGEST, origin
from lms.integrations.lti.service import Details
from lms.integrations.rules import is_address

MOST_LINES = 50


def is_web_address(_form: FlaskForm, field: Field) -> None:
    if field.data and not is_address(field.data, plain_too=settings().private_gateways):
        raise ValidationError(_("要一个 https:// 开头的完整网址，从平台的设置页原样复制"))


def lines(text: str | None) -> list[str]:
    """What was typed one to a line."""
    return list(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


class NameForm(FlaskForm):
    name = StringField(_l("平台名称"), [DataRequired(_l("请填平台的名称")), at_most(60)], [stripped])


class PlatformForm(NameForm):
    issuer = StringField(_l("平台标识（issuer）"), [DataRequired(_l("请从平台复制")), at_most(300)], [stripped])
    client_id = StringField(_l("客户端编号（client ID）"), [DataRequired(_l("请从平台复制")), at_most(200)], [stripped])
    deployments = TextAreaField(_l("部署编号（deployment ID）"), [DataRequired(_l("请从平台复制"))])
    auth_url = StringField(_l("登录认证网址"), [DataRequired(_l("请从平台复制")), at_most(500), is_web_address], [stripped])
    keys_url = StringField(
        _l("公钥网址（JWKS）"),
        [DataRequired(_l("请从平台复制")), at_most(500), is_web_address],
        [stripped],
    )
    token_url = StringField(_l("令牌网址"), [at_most(500), is_web_address], [stripped])
    frames = TextAreaField(_l("还有哪些网址会嵌入安课的页面"))
    trusts_numbers = BooleanField(_l("平台里的工号和手机号由管理员维护，学员自己改不了"))

    def validate_deployments(self, field: Field) -> None:
        found = lines(field.data)
        if not found or len(found) > MOST_LINES or any(len(one) > LONGEST or not one.isprintable() for one in found):
            raise ValidationError(_("每行一个，最多 %(n)s 个", n=MOST_LINES))

    def validate_frames(self, field: Field) -> None:
        for one in lines(field.data):
            if origin(one) is None:
                raise ValidationError(_("“%(text)s”不是网址。每行一个，例如 https://learn.example.cn", text=one[:40]))

    def details(self) -> Details:
        return Details(
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            client_id=self.client_id.data or "",
            auth_url=self.auth_url.data or "",
            token_url=self.token_url.data or "",
            keys_url=self.keys_url.data or "",
            frames=[str(origin(one)) for one in lines(self.frames.data)][:MOST_LINES],
            deployments=lines(self.deployments.data),
            trusts_numbers=bool(self.trusts_numbers.data),
        )
