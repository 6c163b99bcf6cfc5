"""Taking questions out of the bank in a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.storage import storage
from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules.exporting import FORMATS, Export, export
from lms.quizzes.service.sharing import parsed

DETAILS = {
    "translations": _l("译文"),
    "explanation": _l("解析"),
    "points": _l("分值"),
    "topic": _l("知识点"),
    "law_ref": _l("依据"),
    "difficulty": _l("难度"),
}  # in the note


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    content: bytes
    name: str
    media_type: str


def taken_out(code: str, questions: Sequence[tuple[str, QuestionVersion]]) -> Export:
    """These questions, each with its topic, in a format of FORMATS; read back before anybody gets it."""
    pictures = {version.body.picture.sha256 for _topic, version in questions if version.body.picture}
    wanted = {sha256: storage().get(sha256) for sha256 in sorted(pictures)} if code == "qti" else {}
    return export(code, [parsed(topic, version, at) for at, (topic, version) in enumerate(questions, 1)], wanted)


def download(code: str, done: Export) -> Download:
    """The file; together with a note where something had to stay out."""
    wanted = FORMATS[code]
    name = f"题库.{wanted.extension}"
    if not done.left and not done.lost:
        return Download(done.content, name, wanted.media_type)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as both:
        if done.carried:
            both.writestr(name, done.content)
        both.writestr("说明.txt", "\ufeff" + note(code, done))
    return Download(out.getvalue(), "题库.zip", "application/zip")


def note(code: str, done: Export) -> str:
    """What is in the file and what is not, for whoever gets it."""
    lines = [
        _("题库导出说明：%(format)s", format=FORMATS[code].name),
        _("写入 %(n)s 道题，%(left)s 道没有写入。", n=done.carried, left=len(done.left)),
    ]
    if done.lost:
        lines.append(_("这种格式没有地方写：%(what)s。", what="、".join(str(DETAILS[name]) for name in done.lost)))
    lines += [f"{left.question.row}. {left.question.stem} —— {left.reason}" for left in done.left]
    return "\r\n".join(lines) + "\r\n"
