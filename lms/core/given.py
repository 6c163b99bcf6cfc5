"""What an address gives: the day a page tells of. What a form gives: what was typed into a field, the one line of a decision,
a reason, a second person's word; rows that were ticked; numbers; files, scans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

from flask import flash, request
from flask_babel import lazy_gettext as _l
from wtforms import FieldList
from wtforms.validators import Length, ValidationError

from lms.core.documents.fonts import FontsMissing, MissingCharacters, characters_of, check_drawable
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork

T = TypeVar("T")
MOST_CHARACTERS = 200
# PostgreSQL keeps no NUL in a text; SQLite would, and nobody would see it. The others turn around what stands behind them on the
# same line, the product's own figures too (Unicode: RLE, LRO, RLO, RLI).
UNSEEN = re.compile("[\0\u202b\u202d\u202e\u2067]")
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def stripped(text: str | None) -> str:
    """What was typed, without blanks around it; the filter of fields that hold words."""
    return (text or "").strip()


def at_most(characters: int) -> Length:
    """For the validators of a field that holds words: how many characters it takes."""
    return Length(max=characters, message=_l("最多 %(n)s 个字", n=characters))


def printable(_form: Any, field: Any) -> None:
    """Words that go on paper, such as a certificate; for the validators of a field. Raises ValidationError, naming what no font
    of ours draws. Where no font is installed nothing is printed, and whoever looks after the machine is told so.
    """
    try:
        check_drawable(characters_of([field.data or ""]))
    except MissingCharacters as missing:
        raise ValidationError(
            _l("这些字打印不出来，签到表和证书上用不了，请去掉或者换掉：%(characters)s", **missing.params)
        ) from None
    except FontsMissing:
        return


def can_be_meant(day: date) -> bool:
    """Whether somebody can have meant this day: at the very ends of the calendar nothing comes before or after."""
    return 1990 <= day.year <= 2100


def believable(_form: Any, field: Any) -> None:
    """A day somebody can have meant; for the validators of a date. Raises ValidationError."""
    if field.data is not None and not can_be_meant(field.data):
        raise ValidationError(_l("日期不对"))


def day_named(name: str) -> date | None:
    """The day an address names; None where it names none, or none that can be read and meant."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if can_be_meant(day) else None


def asked_day(uow: UnitOfWork, named: date | None = None) -> date:
    """The day a page is asked to tell of (as_of), or an answer to a program (named); today when none is, or when it has not come
    yet.
    """
    return min(named or day_named("as_of") or uow.today, uow.today)


def words_given(field: str, missing: str) -> str:
    """What the form says in this field, cut to MOST_CHARACTERS; "" where it says nothing, and then `missing` is told."""
    given = request.form.get(field, "").strip()[:MOST_CHARACTERS]
    if not given:
        flash(missing, "warn")
    return given


def agreed() -> bool:
    """Whether the second of two persons agrees to what the first one wants; the form they answer with says so by its button."""
    return request.form.get("do") == "confirm"


def id_given(field: str) -> UUID:
    """The one row a form is about besides that of its address. Raises NotFound where it names none."""
    found = request.form.get(field, type=UUID)
    if found is None:
        raise NotFound
    return found


def ids_given(texts: Iterable[str]) -> list[UUID]:
    """The ids among these, in their order; whatever is none is passed over."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def number_given(text: str) -> int | None:
    """The number that is written there; None where it is none, or longer than whatever is numbered."""
    return int(text) if text.isdecimal() and len(text) < 9 else None


def uploads(field: str) -> Iterator[tuple[str, BinaryIO]]:
    """The files a form brings under this name: what each was called, and the file, in memory while small, else on disk."""
    for upload in request.files.getlist(field):
        file: Any = upload.stream
        if upload.filename:
            yield upload.filename, file


def taken(field: str, take: Callable[[str, BinaryIO], T]) -> tuple[list[T], list[str]]:
    """What `take` makes of each of these files, and what is wrong with those which it refuses by a Problem."""
    kept, faults = [], []
    for name, file in uploads(field):
        try:
            kept.append(take(name, file))
        except Problem as problem:
            faults.append(str(problem))
    return kept, faults


class Rows(FieldList):
    """The same fields once a row. A name that counts its row by what is no number was forged: ² is a digit, and no int."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        try:
            yield from super()._extract_indices(prefix, formdata)
        except ValueError:
            raise Problem(_l("这个请求没法处理，请返回上一页重试。")) from None


def scan_of(file: BinaryIO, most_bytes: int) -> tuple[bytes, str] | None:
    """The bytes of a scan and its media type, judged by what it holds; None when it is no PDF, JPEG or PNG, or too big."""
    content = file.read(most_bytes + 1)
    media_type = next((kind for head, kind in SCANS.items() if content.startswith(head)), None)
    return None if media_type is None or len(content) > most_bytes else (content, media_type)
