"""What somebody types who claims a firm, and who decides about it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, RadioField, SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from lms.access.fields import new_password, typed_again
from lms.core.given import at_most, printable, scan_of
from lms.registry.claims.models import ClaimPost
from lms.registry.claims.words import POSTS
from lms.registry.rules.identifiers import Wrong, read_phone, read_uscc
from lms.registry.rules.names import FORMULA_STARTS, read_name, tidy
from lms.registry.rules.synonyms import INDUSTRIES
from lms.registry.words import LISTED

MOST_BYTES = 5 * 1024 * 1024


class ClaimForm(FlaskForm):
    """uscc_read, phone_read, document_read: what was typed and handed in, once the form is valid."""

    uscc = StringField(_l("统一社会信用代码"), [DataRequired(_l("请填写统一社会信用代码")), Length(max=40)])
    name = StringField(_l("企业名称（和营业执照一样）"), [DataRequired(_l("请填写企业名称")), at_most(120), printable])
    street = SelectField(_l("所在街道、乡镇"), validate_choice=False)
    person_name = StringField(_l("您的姓名"), [DataRequired(_l("请填写姓名")), at_most(50)])
    post = RadioField(_l("您是"), [InputRequired(_l("请选一项"))], choices=list(POSTS.items()), validate_choice=False)
    phone = StringField(_l("您的手机号"), [DataRequired(_l("请填写手机号")), Length(max=20)])
    document = FileField(_l("营业执照或者盖章的说明（可以不传）"))
    uscc_read = phone_read = person_read = ""
    document_read: tuple[bytes, str] | None = None

    def validate_uscc(self, field: Field) -> None:
        self.uscc_read, wrong = read_uscc(field.data or "")
        if wrong:
            raise ValidationError(wrong.reason)

    def validate_name(self, field: Field) -> None:
        name = tidy(field.data or "")
        if not name or name[0] in FORMULA_STARTS or "<" in name or ">" in name:
            raise ValidationError(_l("企业名称里有不该有的字符，请核对"))

    def validate_street(self, field: Field) -> None:
        if field.data not in {value for value, _label in field.choices if value}:
            raise ValidationError(_l("请选所在的街道、乡镇"))

    def validate_post(self, field: Field) -> None:
        if field.data not in set(ClaimPost):
            raise ValidationError(_l("请选一项"))

    def validate_person_name(self, field: Field) -> None:
        name = read_name(field.data or "")
        if isinstance(name, Wrong):
            raise ValidationError(name.reason)
        self.person_read = name

    def validate_phone(self, field: Field) -> None:
        phone = read_phone(field.data or "")
        if isinstance(phone, Wrong):
            raise ValidationError(phone.reason)
        self.phone_read = phone

    def validate_document(self, field: Field) -> None:
        if not field.data:
            return
        self.document_read = scan_of(field.data.stream, MOST_BYTES)
        if self.document_read is None:
            raise ValidationError(_l("请传 PDF、JPG 或 PNG，5 MB 以内"))

    @property
    def claimed_as(self) -> ClaimPost:
        return ClaimPost(self.post.data)


class ReceiptForm(FlaskForm):
    number = StringField(_l("回执号"), [DataRequired(_l("请填写回执号")), Length(max=30)])


class OpenForm(FlaskForm):
    words = StringField(_l("开户口令"), [DataRequired(_l("请填写开户口令")), Length(max=30)])
    password = new_password(_l("设一个密码"))
    again = typed_again("password")


class DecideClaimForm(FlaskForm):
    """confirmed: the button that was pressed."""

    answer = StringField(_l("怎么核实的，或者退回的原因"), [at_most(200)])
    industry = SelectField(_l("行业"), choices=[(name, LISTED[name]) for name in INDUSTRIES], default="其他")
    confirmed = SubmitField(_l("确认，开通账号"))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not (self.answer.data or "").strip():
            missing = _l("请写明打了哪个电话、谁接的") if self.confirmed.data else _l("退回要写明原因，对方看得到")
            self.answer.errors = [missing]
            return False
        return fine
