"""The shape of what is typed about certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp


def _tidy(text: str | None) -> str | None:
    return text.strip().upper() if text else text


class HolderForm(FlaskForm):
    """Whoever stands in front of the verifier says the end of their ID number."""

    tail = StringField(
        _l("身份证号后四位"),
        [InputRequired(_l("请填写身份证号后四位")), Regexp(r"^\d{3}[\dX]$", message=_l("应是 4 位数字，最后一位可以是 X"))],
        filters=[_tidy],
    )


class ReasonForm(FlaskForm):
    """Why a certificate ends; anybody who verifies it will read it."""

    reason = StringField(
        _l("原因"),
        [InputRequired(_l("请写明原因，查验证书的人会看到")), Length(min=2, max=100, message=_l("请用 2 到 100 个字写明原因"))],
        filters=[lambda text: text.strip() if text else text],
    )
