"""The shape of an upload, of a person's contacts, and of their leaving."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from lms.core.given import stripped
from lms.core.tables.limits import MAX_UPLOAD_BYTES

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


class LeaveForm(FlaskForm):
    on = DateField(_l("最后一天"), [InputRequired(_l("请填写在岗的最后一天"))])


class PhoneForm(FlaskForm):
    phone = StringField(
        _l("新手机号"), [DataRequired(_l("请填写手机号")), Length(max=30, message=_l("手机号是 1 开头的 11 位数字"))]
    )
