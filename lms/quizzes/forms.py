"""The shape of what is typed about questions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.quizzes.models import Question, QuestionKind
from lms.quizzes.rules.importing.question import Draft, ParsedQuestion, judge


class ImportForm(FlaskForm):
    """A file of questions, or their text."""

    file = FileField(_l("题目文件"))
    text = TextAreaField(_l("或者粘贴题目"), [Length(max=500_000, message=_l("文字太长了，请存成文件再上传"))])

    def validate_text(self, field: Any) -> None:
        if not self.file.data and not (field.data or "").strip():
            raise ValidationError(_l("请选择文件，或者把题目粘贴到这里"))


class QuestionForm(FlaskForm):
    """The wording of a question, as in a row of a file: the same words are understood and the same faults told."""

    kind = SelectField(
        _l("题型"),
        choices=[
            (QuestionKind.SINGLE.value, _l("单选")),
            (QuestionKind.MULTIPLE.value, _l("多选")),
            (QuestionKind.JUDGE.value, _l("判断")),
            (QuestionKind.FILL.value, _l("填空")),
        ],
    )
    stem = TextAreaField(_l("题干"), [InputRequired(_l("请填写题干"))])
    A = StringField(_l("选项A"))
    B = StringField(_l("选项B"))
    C = StringField(_l("选项C"))
    D = StringField(_l("选项D"))
    E = StringField(_l("选项E"))
    F = StringField(_l("选项F"))
    answer = StringField(_l("答案"), [InputRequired(_l("请填写答案"))])
    topic = StringField(_l("知识点"), [InputRequired(_l("请填写知识点")), Length(max=60)])
    explanation = TextAreaField(_l("解析"), [Length(max=2000)])
    law_ref = StringField(_l("依据"), [Length(max=200)])

    @classmethod
    def of(cls, question: Question) -> QuestionForm:
        """Filled in with the newest wording."""
        newest = question.versions[-1]
        answer = "、".join(newest.answer)
        if newest.kind is QuestionKind.JUDGE:
            answer = "对" if newest.answer == ["true"] else "错"
        elif newest.kind is QuestionKind.FILL:
            answer = "|".join(newest.answer)
        told = {"kind": newest.kind.value, "stem": newest.stem, "answer": answer, "topic": question.topic}
        more = {"explanation": newest.explanation or "", "law_ref": newest.law_ref or ""}
        return cls(data=told | more | newest.options)

    def wording(self, question: Question) -> ParsedQuestion | None:
        """What was typed as a question; None, with the fault at its field, when it cannot be asked.

        Points and difficulty stay as they are.
        """
        newest = question.versions[-1]
        texts = {name: str(text or "") for name, text in self.data.items() if name != "csrf_token"}
        texts["points"] = str(newest.points or "")
        texts["difficulty"] = str(newest.difficulty or "")
        judged = judge(Draft(0, texts))
        if isinstance(judged, ParsedQuestion):
            return judged
        name, wrong = judged
        self[name].errors = [*self[name].errors, wrong.reason]
        return None
