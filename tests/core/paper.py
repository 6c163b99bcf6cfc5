"""A page for tests, importable by a process of its own."""

from lms.core.documents import render_pdf


def print_page(text: str) -> bytes:
    """One line on paper."""
    return render_pdf(f"<p>{text}</p>", "* { font-family: 'Anke Sans' }")
