"""A filled form on paper."""

from __future__ import annotations

from lms.archives.official.forms import Filled
from lms.archives.official.workbook import laid_out
from lms.core.documents import fill, render_pdf, style


def form_pdf(filled: Filled) -> bytes:
    """A4, on its side where the list has many columns. Raises MissingCharacters when a name cannot be drawn."""
    html = fill(
        "form.html",
        filled=filled,
        head=list(laid_out(list(filled.pairs(filled.form.head)))),
        foot=list(laid_out(list(filled.pairs(filled.form.foot)))),
        shown=lambda value: "" if value is None else f"{value:g}" if isinstance(value, float) else str(value),
    )
    return render_pdf(html, style("form.css"))
