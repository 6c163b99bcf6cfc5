"""The shape of a new enterprise or construction project."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from lms.core.given import at_most, printable
from lms.registry.models import LONGEST_CODE, EnterpriseKind
from lms.registry.rules.synonyms import INDUSTRIES
from lms.registry.service.openings import Opening
from lms.registry.words import LISTED

BUILDING = "建筑施工"


class OpeningForm(FlaskForm):
    kind = RadioField(
        _l("登记什么"),
        choices=[(EnterpriseKind.PROJECT, _l("建设项目")), (EnterpriseKind.FIRM, _l("新引进的企业"))],
        default=EnterpriseKind.PROJECT,
    )
    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), at_most(120), printable])
    code = StringField(_l("统一社会信用代码，或项目代码"), [DataRequired(_l("请填写代码")), at_most(LONGEST_CODE)])
    street = SelectField(_l("所在街道、乡镇"), validate_choice=False)
    industry = SelectField(_l("行业"), choices=[(name, LISTED[name]) for name in INDUSTRIES], default=BUILDING)
    headcount = IntegerField(_l("从业人员数"), [Optional(), NumberRange(1, 1_000_000, _l("请填写人数"))])
    trade_authority = StringField(_l("行业主管部门"), [at_most(60)])
    officer = StringField(_l("监管责任人"), [at_most(50)])
    head = StringField(_l("主要负责人，或项目负责人"), [at_most(50)])
    opens_on = DateField(_l("开工、开业日期"), [Optional()])
    ends_on = DateField(_l("竣工日期"), [Optional()])

    def validate_street(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_l("请选所在的街道、乡镇"))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.kind.data == EnterpriseKind.PROJECT and not self.opens_on.data and not self.opens_on.errors:
            self.opens_on.errors = [_l("建设项目要填开工日期")]
            return False
        return fine


def opening_of(form: OpeningForm) -> Opening:
    """What was typed, as values. Only after the form is valid."""
    kind = EnterpriseKind(form.kind.data)
    return Opening(
        kind=kind, name=form.name.data.strip(), code=form.code.data, industry=form.industry.data,
        headcount=form.headcount.data,
        trade_authority=(form.trade_authority.data or "").strip() or None, officer=(form.officer.data or "").strip() or None,
        head=(form.head.data or "").strip() or None, opens_on=form.opens_on.data,
        ends_on=form.ends_on.data if kind is EnterpriseKind.PROJECT else None,
    )  # fmt: skip
