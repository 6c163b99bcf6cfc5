"""The shape of what is typed about a certificate template."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import DataRequired

from lms.core.given import at_most, stripped
from lms.credentials.rules import ACCENTS, Words

COLOURS = {"green": _l("绿"), "blue": _l("蓝"), "red": _l("红"), "ink": _l("墨")}
LINES = ("line_1", "line_2", "line_3")


class TemplateForm(FlaskForm):
    """What a certificate says and looks like."""

    title = StringField(_l("标题"), [DataRequired(_l("请填写标题")), at_most(20)], [stripped])
    subtitle = StringField(_l("英文标题"), [at_most(60)], [stripped])
    line_1 = StringField(_l("正文第一行"), [DataRequired(_l("请填写正文")), at_most(80)], [stripped])
    line_2 = StringField(_l("正文第二行"), [at_most(80)], [stripped])
    line_3 = StringField(_l("正文第三行"), [at_most(80)], [stripped])
    english = BooleanField(_l("正文下面印一行英文"))
    caption = StringField(_l("盖章处的字"), [at_most(8)], [stripped])
    note = StringField(_l("页脚"), [at_most(60)], [stripped])
    accent = RadioField(_l("颜色"), choices=[(name, COLOURS[name]) for name in ACCENTS], default="green")
    logo = FileField(_l("标志"))
    seal = FileField(_l("印章图样"))
    no_logo = BooleanField(_l("不要标志"))
    no_seal = BooleanField(_l("不要印章图样，印出来手工盖章"))

    @property
    def words(self) -> Words:
        """As it was typed, right or wrong."""
        lines = tuple(text for name in LINES if (text := self[name].data))
        accent = self.accent.data if self.accent.data in ACCENTS else "green"
        return Words(
            title=self.title.data or "", subtitle=self.subtitle.data or "", lines=lines, english=bool(self.english.data),
            caption=self.caption.data or "", note=self.note.data or "", accent=accent,
        )  # fmt: skip

    @classmethod
    def of(cls, words: Words) -> TemplateForm:
        lines: dict[str, Any] = dict(zip(LINES, [*words.lines, "", "", ""], strict=False))
        told = {name: getattr(words, name) for name in ("title", "subtitle", "english", "caption", "note", "accent")}
        return cls(data=told | lines)
