"""An archive as a book: what it is of, and chapters, each a table. Printed with a table of contents, or a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from lms.core import clock
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.fonts import with_boxes
from lms.core.sheets import Cell, Column, Share, Sheet, xlsx

WIDE = 7  # columns above which a chapter lies on its side


@dataclass(frozen=True, slots=True)
class Book:
    """title, about: of the first page; about: label and value each. chapters: in order; a name "A · B" is part B of chapter A."""

    title: str
    about: tuple[tuple[str, str], ...]
    chapters: tuple[Sheet, ...]
    made_at: datetime

    def frozen(self) -> Book:
        """With all rows read, so that it can be handed to another process."""
        return replace(
            self, chapters=tuple(replace(one, rows=[[_shown(cell) for cell in row] for row in one.rows]) for one in self.chapters)
        )


def book_pdf(book: Book) -> bytes:
    """The book on paper, A4: contents with page numbers, the same as bookmarks, page numbers at the foot. book: frozen. What
    people wrote in years stands in it and is never written anew: □ for a sign that no font has.
    """
    html = fill("archive.html", book=book, chapters=list(_parts(book.chapters)), made_at=_shown(book.made_at), WIDE=WIDE)
    return render_pdf(with_boxes(html), style("archive.css"))


def book_xlsx(book: Book) -> bytes:
    """The book as a workbook, a sheet for each chapter."""
    about = tuple(f"{label}：{value}" for label, value in book.about)
    first, *rest = book.chapters
    return xlsx([replace(first, preface=(book.title, *about)), *rest], title=book.title, author="安课", created_at=book.made_at)


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter, or a part of one, with its place. opens: the name of the chapter that begins with it, "" where none does."""

    anchor: str
    opens: str
    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def _parts(chapters: Iterable[Sheet]) -> Iterable[Part]:
    before = ""
    for number, one in enumerate(chapters, 1):
        chapter, _dot, part = one.name.partition(" · ")
        yield Part(f"c{number}", chapter if chapter != before else "", part, one.columns, list(one.rows))  # type: ignore[arg-type]
        before = chapter


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return clock.moment(cell)
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell.normalize():f}"
        case float():
            return f"{cell:g}"
        case Share(numerator, denominator):
            return f"{numerator / denominator:.1%}" if denominator else ""
        case _:
            return str(cell)
