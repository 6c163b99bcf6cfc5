"""What an officer types about an event."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from lms.compliance.situation.models import IncidentKind, Sphere
from lms.core import clock
from lms.core.given import at_most, believable
from lms.registry.words import LISTED

# 企业职工伤亡事故分类（GB 6441）里常见的，和大安全常报的
CATEGORIES = (
    "物体打击", "车辆伤害", "机械伤害", "起重伤害", "触电", "淹溺", "灼烫", "火灾", "高处坠落", "坍塌", "容器爆炸", "其他爆炸",
    "中毒和窒息", "道路交通", "燃气", "其他",
)  # fmt: skip
COUNT = NumberRange(0, 100_000, _l("请填 0 或更大的整数"))


class IncidentForm(FlaskForm):
    kind = RadioField(
        _l("事故还是险情"),
        choices=[(IncidentKind.ACCIDENT, _l("事故")), (IncidentKind.NEAR_MISS, _l("险情（没有人伤亡）"))],
        default=IncidentKind.ACCIDENT,
    )
    sphere = RadioField(
        _l("哪一类"),
        choices=[(Sphere.PRODUCTION, _l("生产安全")), (Sphere.OTHER, _l("非生产（道路交通、住宅火灾、溺水等）"))],
        default=Sphere.PRODUCTION,
    )
    happened_on = DateField(_l("哪天发生"), [InputRequired(_l("请选日期")), believable])
    category = SelectField(_l("事故类别"), choices=[(name, LISTED[name]) for name in CATEGORIES], default="其他")
    enterprise = StringField(_l("企业名称或统一社会信用代码"), [Length(max=120)])
    street = SelectField(_l("发生在哪里"))
    deaths = IntegerField(_l("死亡人数"), [InputRequired(_l("没有就填 0")), COUNT], default=0)
    injured = IntegerField(_l("重伤人数（含急性工业中毒）"), [InputRequired(_l("没有就填 0")), COUNT], default=0)
    loss = IntegerField(
        _l("直接经济损失（万元）"),
        [InputRequired(_l("没有就填 0")), NumberRange(0, 100_000_000, _l("请填 0 或更大的整数"))],
        default=0,
    )
    text = TextAreaField(_l("经过"), [DataRequired(_l("请写一句经过")), at_most(1000)])

    def validate_happened_on(self, field: DateField) -> None:
        if field.data and field.data > clock.local_date(clock.now()):
            raise ValidationError(_l("不能晚于今天"))

    def validate_deaths(self, field: IntegerField) -> None:
        if self.kind.data == IncidentKind.NEAR_MISS and ((field.data or 0) + (self.injured.data or 0)):
            raise ValidationError(_l("有人伤亡就是事故，不是险情"))


class VoidForm(FlaskForm):
    reason = StringField(_l("为什么作废"), [DataRequired(_l("请写明原因")), at_most(200)])
