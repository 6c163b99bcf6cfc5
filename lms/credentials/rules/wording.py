"""The words of a certificate: text with fields in braces, and in brackets what is left out where its fields say nothing."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid


class CertificateKind(enum.StrEnum):
    """Values are stored; never renamed."""

    LECTURE = "lecture"  # 培训合格
    HOURS = "hours"  # 学时
    TRAINER = "trainer"  # 讲师
    REVIEWER = "reviewer"  # 评审员


KIND_NAMES = {
    CertificateKind.LECTURE: "培训合格证书",
    CertificateKind.HOURS: "学时证书",
    CertificateKind.TRAINER: "讲师证书",
    CertificateKind.REVIEWER: "评审员证书",
}  # as notices say and keep them


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says. title: the big line; subtitle: the English one beneath it. lines: the sentences, with fields.

    english: whether the English line follows them. caption: inside the ring for the seal, where there is no picture of one.
    note: at the foot. accent: a name of ACCENTS.
    """

    title: str
    subtitle: str
    lines: tuple[str, ...]
    english: bool
    caption: str
    note: str
    accent: str = "green"

    def as_json(self) -> dict[str, Any]:
        """As a template keeps them."""
        return asdict(self) | {"lines": list(self.lines)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**dict(stored) | {"lines": tuple(stored["lines"])})


class Piece(NamedTuple):
    """A part of a line. strong: a number that is to be seen at once."""

    text: str
    strong: bool


class BrokenField(Invalid):
    code = "certificate-template-broken-field"
    sentence = _l(
        "「%(text)s」里的 %(part)s 写得不对：栏目要写成 {栏目名}，可选的段落要写成 [ … ]，都要成对，方括号里不能再套方括号。"
    )


class UnknownField(Invalid):
    code = "certificate-template-unknown-field"
    sentence = _l("没有「%(field)s」这个栏目。能用的有：%(known)s。")


class NameMissing(Invalid):
    code = "certificate-template-without-facts"
    sentence = _l("正文里没有 %(fields)s，证书就说不清证明了什么，请加上。")


ACCENTS = ("green", "blue", "red", "ink")  # the tokens accent-… of templates/documents
FIELDS: dict[CertificateKind, tuple[str, ...]] = {
    CertificateKind.LECTURE: ("姓名", "单位", "课程", "到课", "成绩", "学时", "主讲", "发证日期", "有效期"),
    CertificateKind.HOURS: ("姓名", "单位", "培训", "周期", "人员类别", "应修学时", "学时", "依据", "发证日期", "有效期"),
    CertificateKind.TRAINER: ("姓名", "单位", "资格", "理由", "批准人", "发证日期", "有效期"),
    CertificateKind.REVIEWER: ("姓名", "单位", "资格", "理由", "批准人", "发证日期", "有效期"),
}
NEEDED: dict[CertificateKind, tuple[str, ...]] = {
    CertificateKind.LECTURE: ("课程", "学时"),
    CertificateKind.HOURS: ("周期", "学时"),
    CertificateKind.TRAINER: ("资格",),
    CertificateKind.REVIEWER: ("资格",),
}
STRONG = frozenset({"成绩", "学时", "资格"})
STANDARD: dict[CertificateKind, Words] = {
    CertificateKind.LECTURE: Words(
        title="安全培训合格证书",
        subtitle="CERTIFICATE OF SAFETY TRAINING",
        lines=("参加「{课程}」", "{到课}，[考核 {成绩} 分，合格，]记 {学时} 学时。"),
        english=True,
        caption="培训专用章",
        note="企业安全培训证明，不能代替特种作业操作证",
    ),
    CertificateKind.HOURS: Words(
        title="安全培训学时证书",
        subtitle="CERTIFICATE OF TRAINING HOURS",
        lines=("{周期}，{人员类别}", "完成{培训} {学时} 学时，达到应修 {应修学时} 学时。"),
        english=True,
        caption="培训专用章",
        note="企业安全培训证明，不能代替特种作业操作证",
        accent="blue",
    ),
    CertificateKind.TRAINER: Words(
        title="安全培训讲师证书",
        subtitle="CERTIFICATE OF SAFETY LECTURER",
        lines=("{理由}，", "认定为{资格}。"),
        english=True,
        caption="培训专用章",
        note="认定依据可扫码查验",
        accent="red",
    ),
    CertificateKind.REVIEWER: Words(
        title="安全培训评审员证书",
        subtitle="CERTIFICATE OF SAFETY TRAINING REVIEWER",
        lines=("{理由}，", "认定为{资格}，可以旁听和点评企业安全课。"),
        english=True,
        caption="培训专用章",
        note="认定依据可扫码查验",
        accent="red",
    ),
}
CLAUSE = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
PART = re.compile(r"\{([^{}]*)\}|([^{}]+)")


def check_words(words: Words, kind: CertificateKind) -> None:
    """Raises BrokenField, UnknownField or NameMissing for the first line that would not print as it is meant."""
    known = FIELDS[kind]
    said: set[str] = set()
    for text in (words.title, words.note, *words.lines):
        for clause in _clauses(text):
            for field in fields_of(clause.text):
                if field not in known:
                    raise UnknownField(field=field, known="、".join(known))
                said.add(field)
    if missing := [field for field in NEEDED[kind] if field not in said]:
        raise NameMissing(fields="、".join(f"{{{field}}}" for field in missing))


def fields_of(text: str) -> list[str]:
    """The names in braces. Raises BrokenField where a brace has no partner."""
    return [found[1] for found in _whole(PART, text) if found[2] is None]


def pieces(text: str, values: Mapping[str, str]) -> list[Piece]:
    """A line with its fields filled in. A clause in brackets is left out when a field in it says nothing.

    values: of every field; "" where there is nothing to say. Raises BrokenField, and KeyError for a field that there is not.
    """
    made: list[Piece] = []
    for clause in _clauses(text):
        parts = [(found[1], found[2]) for found in _whole(PART, clause.text)]
        if clause.optional and any(plain is None and not values[field] for field, plain in parts):
            continue
        for field, plain in parts:
            made.append(Piece(plain, False) if plain is not None else Piece(values[field], field in STRONG))
    return made


def line_of(text: str, values: Mapping[str, str]) -> str:
    """The same as plain text."""
    return "".join(piece.text for piece in pieces(text, values))


class _Clause(NamedTuple):
    text: str
    optional: bool


def _clauses(text: str) -> list[_Clause]:
    return [_Clause(found[1] if found[2] is None else found[2], found[2] is None) for found in _whole(CLAUSE, text)]


def _whole(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The matches that make up all of a text. Raises BrokenField with the place where none begins."""
    found, at = [], 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise BrokenField(text=text, part=text[at : at + 8])
        found.append(match)
        at = match.end()
    return found
