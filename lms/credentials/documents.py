"""The certificate (培训证明) on paper: its frozen data, their fingerprint, and the PDF."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self
from unicodedata import east_asian_width

from lms.core.documents import fill, press_for, style
from lms.core.documents.drawing import guilloche, qr, stroked
from lms.core.documents.fonts import characters_of, check_drawable
from lms.credentials.rules import plain

TEMPLATE, SHEET = "certificate.html", "certificate.css"
HEAD = "（主要负责人）"
NAME_SIZES = ((9, 30), (16, 24), (24, 18), (40, 13))  # up to so many ems, so many points: classes pt-30 … in the sheet
TITLE_SIZES = ((42, 14), (60, 13), (86, 12), (105, 11), (200, 10))
ISSUER_SIZES = ((36, 12), (60, 10))
LECTURER_SIZES = ((14, 12), (17, 10), (40, 9))
BATCH = 200  # certificates of one font cut: enough to share its cost, few enough that nobody carries much of others' fonts


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """Everything printed on a certificate, frozen at issue.

    masked_id: ID number with its middle hidden; None when the person has none on file. presence: how they were there, a
    clause without a full stop (全程到课, 到课 45 分钟). score: of 100; None when there was no quiz. hours: 学时.
    valid_until: the last valid day; None for no end. verify_url: where the QR code leads.
    fingerprint: filled in by itself; when given, ValueError unless it is that of the other fields.
    """

    serial: str
    issuer_name: str
    holder_name: str
    masked_id: str | None
    lecture_title: str
    presence: str
    score: int | None
    hours: Decimal
    lecturer_name: str
    lecturer_is_head: bool
    issued_on: date
    valid_until: date | None
    verify_url: str
    fingerprint: str = field(default="")

    def __post_init__(self) -> None:
        computed = fingerprint(self)
        if self.fingerprint not in ("", computed):
            raise ValueError(f"certificate {self.serial}: the fingerprint is not that of its data")
        object.__setattr__(self, "fingerprint", computed)

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON values, the fingerprint not among them: what is stored and what the fingerprint is taken of."""
        facts = asdict(self) | {
            "hours": plain(self.hours),
            "issued_on": self.issued_on.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
        }
        del facts["fingerprint"]
        return facts

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], fingerprint: str = "") -> Self:
        """The inverse of as_json. Raises ValueError when a fingerprint is given and does not fit."""
        until = facts["valid_until"]
        return cls(
            **dict(facts)
            | {
                "hours": Decimal(facts["hours"]),
                "issued_on": date.fromisoformat(facts["issued_on"]),
                "valid_until": date.fromisoformat(until) if until else None,
                "fingerprint": fingerprint,
            }
        )


def fingerprint(data: CertificateData) -> str:
    """SHA-256, 64 hex digits, of the facts as canonical JSON: sorted keys, no spaces, UTF-8. Source: RFC 8785, for our types."""
    return fingerprint_of(data.as_json())


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """The same of facts as they are stored."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as they are stored, as JSON that is always the same text: it lies in the PDF, and its SHA-256 is the fingerprint."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def short(digest: str) -> str:
    """A fingerprint as printed: its first and last eight digits in groups of four."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"


def certificate_pdf(data: CertificateData) -> bytes:
    """The PDF of one certificate, A4 landscape. The same data give the same bytes.

    Raises MissingCharacters, naming them, when a name cannot be drawn.
    """
    return next(certificate_pdfs([data]))


def certificate_pdfs(batch: Iterable[CertificateData]) -> Iterator[bytes]:
    """The PDFs of many certificates, in order, one at a time; quicker than one by one because they share their fonts.

    The bytes of a certificate depend on its batch (the fonts are cut for all of it), its looks do not: store them at issue.
    Raises MissingCharacters for the whole batch before anything is printed.
    """
    waiting = list(batch)
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        pages = (certificate_html(data) for data in part)
        with press_for(["".join(sorted(characters_of(pages)))], style(SHEET)) as press:
            for data in part:
                yield press.print(certificate_html(data), facts=canonical(data.as_json()).encode(), beneath=_border())


def check_printable(data: CertificateData) -> None:
    """Raises MissingCharacters, naming them, when something it is to say cannot be drawn."""
    check_drawable(characters_of(str(fact) for fact in data.as_json().values()))


def _border() -> bytes:
    lines = guilloche(273.8, 186.8, 7.0, 2.6, 14.0, 8)
    return stroked(lines, color="#3c8b7b", width=0.12, left=11.6, top=11.6, height=210)


def certificate_html(data: CertificateData) -> str:
    """The page of one certificate, to be printed with the sheet certificate.css."""
    lecturer = data.lecturer_name + (HEAD if data.lecturer_is_head else "")
    return fill(
        TEMPLATE,
        data=data,
        score=data.score,
        hours=plain(data.hours),
        english=english(data),
        issued_on=chinese_date(data.issued_on),
        valid_until=chinese_date(data.valid_until) if data.valid_until else "长期有效",
        fingerprint=short(data.fingerprint),
        qr=qr(data.verify_url, border=0),
        name_size=fitting(data.holder_name, NAME_SIZES),
        title_size=fitting(data.lecture_title, TITLE_SIZES),
        head=HEAD,
        lecturer_size=fitting(lecturer, LECTURER_SIZES),
        issuer_size=fitting(data.issuer_name, ISSUER_SIZES),
    )


def english(data: CertificateData) -> str:
    """The English line beneath the sentence. The title of the lecture is not translated."""
    hours = f"credited {plain(data.hours)} {'hour' if data.hours == 1 else 'hours'}"
    if data.score is None:
        return f"Attended this safety lecture and was {hours} of training."
    return f"Attended this safety lecture, passed its test with {data.score} out of 100 and was {hours} of training."


def chinese_date(day: date) -> str:
    """2026 年 11 月 23 日"""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def ems(text: str) -> float:
    """About how wide a text is, in ems: a Chinese character is 1, a Latin one 0.58."""
    return sum(1.0 if east_asian_width(char) in "WFA" else 0.58 for char in text)


def fitting(text: str, sizes: tuple[tuple[int, int], ...]) -> int:
    """The point size for a text. sizes: (widest in ems, points), largest first; the last one takes whatever is longer."""
    width = ems(text)
    return next((points for widest, points in sizes if width <= widest), sizes[-1][1])
