"""The shape of what is typed about certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, DecimalField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from lms.core.given import at_most, printable, stripped
from lms.lectures.forms import LEVEL_CHOICES
from lms.registry.models import LONGEST_CODE


def _tidy(text: str | None) -> str:
    return stripped(text).upper()


class HolderForm(FlaskForm):
    """Whoever stands in front of the verifier says the end of their ID number."""

    tail = StringField(
        _l("身份证号后四位"),
        [DataRequired(_l("请填写身份证号后四位")), Regexp(r"^\d{3}[\dX]$", message=_l("应是 4 位数字，最后一位可以是 X"))],
        filters=[_tidy],
    )


class ReasonForm(FlaskForm):
    """Why a certificate ends; anybody who verifies it will read it."""

    reason = StringField(
        _l("原因"),
        [DataRequired(_l("请写明原因，查验证书的人会看到")), Length(min=2, max=100, message=_l("请用 2 到 100 个字写明原因"))],
        filters=[stripped],
    )


class TrainingForm(FlaskForm):
    """A training that was not held here."""

    kind = RadioField(
        _l("来源"),
        [InputRequired(_l("请选来源"))],
        choices=[("outside", _l("外部培训：别处发的证书或证明")), ("backfill", _l("旧纸质记录：用本系统以前的签到表、教育卡"))],
    )
    title = StringField(_l("培训内容"), [DataRequired(_l("请填写培训内容")), at_most(120), printable], [stripped])
    organizer = StringField(_l("培训单位"), [DataRequired(_l("请填写是谁组织的")), at_most(120), printable], [stripped])
    starts_on = DateField(_l("开始日期"), [InputRequired(_l("请填写开始日期"))])
    ends_on = DateField(_l("结束日期"), [InputRequired(_l("请填写结束日期"))])
    hours = DecimalField(
        _l("学时"), [InputRequired(_l("请填写学时")), NumberRange(min=0.5, max=500, message=_l("学时在 0.5 到 500 之间"))]
    )
    level = SelectField(_l("三级教育、四新"), choices=LEVEL_CHOICES)
    scan = FileField(_l("扫描件"), [FileRequired(_l("请传扫描件"))])


class AwardForm(FlaskForm):
    """Somebody is named lecturer or reviewer."""

    kind = RadioField(
        _l("证书种类"),
        [InputRequired(_l("请选证书"))],
        choices=[("reviewer", _l("评审员证书：可以旁听和点评企业安全课")), ("trainer", _l("讲师证书：可以讲企业安全课"))],
    )
    uscc = StringField(_l("所在企业的统一社会信用代码，或项目代码"), [at_most(LONGEST_CODE)], [_tidy])
    who = StringField(_l("姓名或工号"), [DataRequired(_l("请填写姓名或工号")), at_most(50)], [stripped])
    why = StringField(
        _l("认定依据"),
        [DataRequired(_l("请写明凭什么认定，会印在证书上")), Length(min=4, max=40, message=_l("请用 4 到 40 个字写明"))],
        [stripped],
    )
    valid_until = DateField(_l("有效期至"), [InputRequired(_l("请填写有效期"))])
