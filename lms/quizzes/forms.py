"""The shape of what is typed about questions."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from lms.core.storage import storage
from lms.quizzes.models import Question
from lms.quizzes.rules import BROUGHT, KINDS, Body, Picture, Place
from lms.quizzes.rules.importing.question import Draft, ParsedQuestion, judge
from lms.quizzes.rules.importing.writing import written
from lms.quizzes.rules.pictures import NotAPicture, fit


class ImportForm(FlaskForm):
    """A file of questions, or their text."""

    file = FileField(_l("题目文件"))
    text = TextAreaField(_l("或者粘贴题目"), [Length(max=500_000, message=_l("文字太长了，请存成文件再上传"))])

    def validate_text(self, field: Any) -> None:
        if not self.file.data and not (field.data or "").strip():
            raise ValidationError(_l("请选择文件，或者把题目粘贴到这里"))


SEAL = "question-picture"
PLACE = re.compile(r"(?P<name>[^：:]*)[：:](?P<points>.*)")


class QuestionForm(FlaskForm):
    """The wording of a question, as in a row of a file: the same words are understood and the same faults told.

    What the fields A … H hold depends on the kind: options, steps in their right order, or pairs "left => right".
    kept: a picture uploaded before, sealed, so that a mistake elsewhere does not lose it.
    """

    kind = HiddenField()
    stem = TextAreaField(_l("题干"), [DataRequired(_l("请填写题干"))])
    A = StringField(_l("选项A"))
    B = StringField(_l("选项B"))
    C = StringField(_l("选项C"))
    D = StringField(_l("选项D"))
    E = StringField(_l("选项E"))
    F = StringField(_l("选项F"))
    G = StringField(_l("选项G"))
    H = StringField(_l("选项H"))
    answer = TextAreaField(_l("答案"))
    image = FileField(_l("图片"))
    kept = HiddenField()
    alt = StringField(_l("图里是什么"), [Length(max=200)])
    places = TextAreaField(_l("隐患的位置"))
    topic = StringField(_l("知识点"), [DataRequired(_l("请填写知识点")), Length(max=60)])
    difficulty = SelectField(
        _l("难度"),
        choices=[("", _l("不写")), ("1", _l("易")), ("2", _l("中")), ("3", _l("难"))],
        validate_choice=False,  # anything else is no difficulty
    )
    points = StringField(_l("分值"), [Regexp(r"^\d{0,3}$", message=_l("请写 0 到 999 的整数"))])
    explanation = TextAreaField(_l("解析"), [Length(max=2000)])
    law_ref = StringField(_l("依据"), [Length(max=200)])

    @classmethod
    def of(cls, question: Question) -> QuestionForm:
        """Filled in with the newest wording."""
        newest = question.versions[-1]
        told = {
            "kind": newest.body.by if newest.body.by in BROUGHT else newest.kind.value,
            "stem": newest.stem,
            "topic": question.topic,
            "explanation": newest.explanation or "",
            "law_ref": newest.law_ref or "",
            "difficulty": str(newest.difficulty or ""),
            "points": str(newest.points or ""),
        }
        return cls(data=written(newest.body) | told | _picture_fields(newest.body))

    @property
    def asked_kind(self) -> str:
        return self.kind.data if self.kind.data in KINDS or self.kind.data in BROUGHT else "single"

    @property
    def picture(self) -> Picture | None:
        """The picture chosen now or before, with what is said to be in it."""
        values = _unsealed(self.kept.data or "")
        return Picture(**values, alt=(self.alt.data or "").strip()) if values else None

    def keep_picture(self) -> bool:
        """Put a picture that was chosen into the store; False, with the fault at its field, when it is none. After validating."""
        if not self.image.data:
            return True
        try:
            content, width, height = fit(self.image.data.read())
        except NotAPicture:
            self.image.errors = [*self.image.errors, _("这个文件不是能用的图片，请选 JPG 或 PNG，4000 万像素以内")]
            return False
        self.kept.data = sealed({"sha256": storage().put(content), "width": width, "height": height})
        return True

    def wording(self) -> ParsedQuestion | None:
        """What was typed as a question; None, with the fault at its field, when it cannot be asked."""
        texts = {name: str(text or "") for name, text in self.data.items() if name not in ("csrf_token", "image", "kept")}
        texts["kind"] = self.asked_kind
        body = (
            Body("picture", picture=self.picture, places=read_places(texts["places"])) if self.asked_kind == "picture" else None
        )
        judged = judge(Draft(0, texts, body=body, exact=True))
        if isinstance(judged, ParsedQuestion):
            return judged
        name, wrong = judged
        self[name].errors = [*self[name].errors, wrong.reason]
        return None


def _picture_fields(body: Body) -> dict[str, str]:
    if body.picture is None:
        return {}
    size = {"sha256": body.picture.sha256, "width": body.picture.width, "height": body.picture.height}
    return {"kept": sealed(size), "alt": body.picture.alt, "places": "\n".join(map(place_text, body.places))}


def place_text(place: Place) -> str:
    """A hazard as a line: its name and its corners in percent of the picture."""
    return f"{place.name}：" + " ".join(f"{x * 100:.4g},{y * 100:.4g}" for x, y in place.points)


def read_places(written: str) -> tuple[Place, ...]:
    """place_text() the other way round, of all lines; a line that is none becomes a place without corners."""
    places = []
    for line in written.splitlines():
        if not line.strip():
            continue
        found = PLACE.fullmatch(line.strip())
        pairs = [pair.partition(",") for pair in found["points"].replace("，", ",").split()] if found else []
        try:
            points = tuple((round(float(x) / 100, 4), round(float(y) / 100, 4)) for x, _comma, y in pairs)
        except ValueError:
            points = ()
        places.append(Place(found["name"].strip() if found else "", points))
    return tuple(places)


def sealed(picture: dict[str, Any]) -> str:
    """A picture of the store as text for a hidden field, signed so that nobody can name another file."""
    return str(_seal().dumps(picture))


def _unsealed(token: str) -> dict[str, Any] | None:
    try:
        values: dict[str, Any] = _seal().loads(token)
    except BadSignature:
        return None
    return values


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SEAL)


class MarkForm(FlaskForm):
    """What a person gives for a text."""

    question = HiddenField(validators=[InputRequired()])
    percent = SelectField(
        _l("给多少"),
        choices=[("", _l("请选择")), ("100", _l("全对")), ("75", "75%"), ("50", _l("一半")), ("25", "25%"), ("0", _l("不得分"))],
        validators=[InputRequired(_l("请选择给多少"))],
    )
    note = StringField(_l("评语"), [Length(max=200, message=_l("评语最多 200 个字"))])


class CorrectMarkForm(MarkForm):
    """What a text is given instead, and why: whoever wrote it reads that."""

    note = StringField(
        _l("更正原因"),
        [
            DataRequired(_l("请写明原因，成绩有变动的人会看到")),
            Length(min=2, max=60, message=_l("请用 2 到 60 个字写明原因")),
        ],
        filters=[lambda text: text.strip() if text else text],
    )


class RegradeForm(FlaskForm):
    """Why a question is decided about anew; everybody whose score changes reads it. seen: the digest of what was looked at."""

    seen = HiddenField()
    reason = StringField(
        _l("原因"),
        [
            DataRequired(_l("请写明原因，成绩有变动的人会看到")),
            Length(min=2, max=60, message=_l("请用 2 到 60 个字写明原因")),
        ],
        filters=[lambda text: text.strip() if text else text],
    )
