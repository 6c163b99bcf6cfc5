"""What an officer types about a hazard on site, and what comes with a signature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import UUID, DataRequired, InputRequired, Length, Optional, ValidationError

from lms.core.given import at_most, believable, stripped
from lms.hazards.rules import Act, clause_of


class RegisterForm(FlaskForm):
    """industry: of the enterprise; a clause of another sector takes a reason."""

    industry = ""
    clause = StringField(_l("哪一条"), [DataRequired(_l("还没有选是哪一条"))])
    other_sector = StringField(_l("为什么按别的行业判定"), [at_most(200)], filters=[stripped])
    place = StringField(_l("具体在哪里"), [DataRequired(_l("请写明在哪里")), at_most(120)], filters=[stripped])
    text = TextAreaField(_l("看到什么"), [DataRequired(_l("请写一句看到什么")), at_most(500)], filters=[stripped])
    rectify_by = DateField(_l("整改期限"), [InputRequired(_l("请选日期")), believable])
    sent_id = HiddenField(validators=[UUID(_l("这张表单不完整，请重新打开。"))])

    def validate_clause(self, field: StringField) -> None:
        if clause_of(field.data) is None:
            raise ValidationError(_l("没有这一条，请重新选"))

    def validate_other_sector(self, field: StringField) -> None:
        clause = clause_of(self.clause.data or "")
        if clause and not clause.is_of(self.industry) and not field.data:
            raise ValidationError(_l("选的是别的行业的条目，请写明为什么"))


class StepForm(FlaskForm):
    """One act; what it needs is for rules.take to say."""

    act = SelectField(_l("做什么"), choices=[(act, act) for act in Act if act is not Act.FOUND])
    choice = StringField(_l("哪一种"), [Length(max=20)])
    words = TextAreaField(_l("说明"), [at_most(1000)], filters=[stripped])
    receiver = StringField(_l("移送给哪个部门"), [at_most(80)], filters=[stripped])
    document = StringField(_l("文书编号"), [at_most(60)], filters=[stripped])
    due_on = DateField(_l("期限"), [Optional(), believable])
    on_paper = BooleanField(_l("负责人签在纸上，由我代录"))
