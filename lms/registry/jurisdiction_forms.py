"""The shape of what is decided about jurisdictions, and of an enterprise on its way into another."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from lms.core.given import at_most, believable, printable, stripped
from lms.registry.models import ChangeKind

KINDS = {
    ChangeKind.MOVE: _l("改隶属：归到另一个上级"),
    ChangeKind.ASSIGN: _l("改责任：由功能区负责（选「无」为收回）"),
    ChangeKind.RENAME: _l("改名"),
    ChangeKind.MERGE: _l("并入另一个同级辖区"),
}


class ChangeForm(FlaskForm):
    kind = RadioField(_l("变更什么"), choices=list(KINDS.items()), default=ChangeKind.MOVE)
    target = SelectField(_l("新的上级、负责的功能区或并入的辖区"), validate_choice=False)
    name = StringField(_l("新的名称"), [at_most(60), printable])
    on = DateField(_l("从哪天起"), [InputRequired(_l("请选日期")), believable])
    basis = StringField(_l("依据"), [DataRequired(_l("请写明依据，例如文号")), at_most(200)])
    sure = BooleanField(_l("知道了，照此变更"))  # asked only where the change takes something from somebody

    def validate_name(self, field: StringField) -> None:
        if self.kind.data == ChangeKind.RENAME and not (field.data or "").strip():
            raise ValidationError(_l("请填写新的名称"))

    def validate_target(self, field: SelectField) -> None:
        if self.kind.data in (ChangeKind.MOVE, ChangeKind.MERGE) and not field.data:
            raise ValidationError(_l("请选一个辖区"))


class BureauForm(FlaskForm):
    bureau = StringField(_l("监管部门的全称"), [at_most(60), printable], filters=[stripped])


class TransferForm(FlaskForm):
    target = SelectField(_l("转到哪个辖区"), validate_choice=False)
    reason = StringField(_l("理由"), [DataRequired(_l("请写明理由")), at_most(200)])

    def validate_target(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(_l("请选一个辖区"))


class TakeForm(FlaskForm):
    """accepted: the button that was pressed."""

    answer = StringField(_l("退回的理由"), [at_most(200)])
    accepted = SubmitField(_l("接收"))

    def validate_answer(self, field: StringField) -> None:
        if not self.accepted.data and not (field.data or "").strip():
            raise ValidationError(_l("退回要写明理由"))
