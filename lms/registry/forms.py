"""The shape of an upload, of a person: who, where they work, how they are told, and of their leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from lms.core.clock import local_date, now
from lms.core.given import stripped
from lms.core.tables.limits import MAX_UPLOAD_BYTES
from lms.registry.rules import OTHER_STAFF
from lms.registry.rules.dates import FIRST
from lms.registry.rules.identifiers import Wrong, compact, read_id_number, read_phone
from lms.registry.rules.names import read_name, tidy
from lms.registry.rules.relations import OWN, RELATIONS
from lms.registry.rules.roster import LONGEST
from lms.registry.rules.synonyms import CATEGORIES
from lms.registry.words import LISTED

PASTED = "粘贴的文字"
EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$"
ACCOUNT = r"^[^\s|,]+$"


class UploadForm(FlaskForm):
    """A file, or text copied out of a table."""

    file = FileField(_l("表格文件"))
    text = TextAreaField(_l("或者从表格里复制，粘贴到这里"))

    def source(self) -> tuple[bytes, str] | None:
        """The content and its name; None with a sentence at the field when there is nothing to read."""
        content, name = b"", PASTED
        if self.file.data:
            content, name = self.file.data.read(MAX_UPLOAD_BYTES + 1), self.file.data.filename or ""
        elif self.text.data and self.text.data.strip():
            content = self.text.data.encode()
        if len(content) > MAX_UPLOAD_BYTES:
            self.file.errors = [_l("文件超过 20 MB。请只保留需要的那张表，另存后再上传。")]
        elif not self.file.data and not content:
            self.file.errors = [_l("请选择一个文件，或者在下面粘贴表格内容。")]
        return None if self.file.errors else (content, name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])


class EnterprisesUploadForm(UploadForm):
    jurisdiction = SelectField(_l("导入到哪个区县"))


class ContactForm(FlaskForm):
    """Where somebody is told something besides their phone. A field left empty stays as it was, unless `clear` is ticked."""

    email = StringField(_l("邮箱"), [Optional(), Length(max=120), Regexp(EMAIL, message=_l("这不是邮箱地址"))], [stripped])
    wecom_id = StringField(
        _l("企业微信账号"), [Optional(), Length(max=64), Regexp(ACCOUNT, message=_l("账号里不能有空格或 |"))], [stripped]
    )
    dingtalk_id = StringField(
        _l("钉钉 userid"), [Optional(), Length(max=64), Regexp(ACCOUNT, message=_l("账号里不能有空格或 |"))], [stripped]
    )
    clear = BooleanField(_l("没有填的，把原来的删掉"))


class PostForm(FlaskForm):
    """Where somebody works and as what."""

    department = StringField(_l("部门"), [Optional(), Length(max=LONGEST["department"])], [stripped, tidy])
    post = StringField(_l("岗位"), [Optional(), Length(max=LONGEST["post"])], [stripped, tidy])
    category = SelectField(_l("人员类别"), choices=[(name, LISTED[name]) for name in CATEGORIES], default=OTHER_STAFF)
    relation = SelectField(_l("用工形式"), choices=[(name, LISTED[name]) for name in RELATIONS], default=OWN)
    shift = StringField(_l("班次"), [Optional(), Length(max=LONGEST["shift"])], [stripped, tidy])


class JoinForm(PostForm):
    """Somebody new on the roster."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名"))], [stripped])
    work_no = StringField(_l("工号"), [Optional(), Length(max=LONGEST["work_no"])], [stripped, compact])
    phone = StringField(_l("手机号"), [Optional()], [stripped])
    id_number = StringField(_l("身份证号"), [Optional()], [stripped])
    hired_on = DateField(_l("入职日期"), [Optional()])

    def validate_name(self, field: StringField) -> None:
        _judge(field, read_name)

    def validate_phone(self, field: StringField) -> None:
        _judge(field, read_phone)

    def validate_id_number(self, field: StringField) -> None:
        _judge(field, read_id_number)

    def validate_hired_on(self, field: DateField) -> None:
        if field.data and not date(FIRST, 1, 1) <= field.data <= local_date(now()):
            raise ValidationError(_l("日期不对"))


def _judge(field: StringField, read: Callable[[str], str | Wrong]) -> None:
    """As a roster reads it. Raises ValidationError with what is wrong."""
    found = read(field.data or "")
    if isinstance(found, Wrong):
        raise ValidationError(found.reason)
    field.data = found


class LeaveForm(FlaskForm):
    on = DateField(_l("最后一天"), [InputRequired(_l("请填写在岗的最后一天"))])


class PhoneForm(FlaskForm):
    phone = StringField(
        _l("新手机号"), [DataRequired(_l("请填写手机号")), Length(max=30, message=_l("手机号是 1 开头的 11 位数字"))]
    )
