"""A filled form on paper."""

from __future__ import annotations

from lms.archives.official.forms import Filled
from lms.archives.official.workbook import laid_out
from lms.core.documents import fill, render_pdf, style
from lms.core.documents.fonts import with_boxes


def form_pdf(filled: Filled) -> bytes:
    """A4, on its side where the list has many columns. □ for a sign that no font has."""
    html = fill(
        "form.html",
        filled=filled,
        head=list(laid_out(list(filled.pairs(filled.form.head)))),
        foot=list(laid_out(list(filled.pairs(filled.form.foot)))),
        shown=lambda value: "" if value is None else f"{value:g}" if isinstance(value, float) else str(value),
    )
    return render_pdf(with_boxes(html), style("form.css"))
