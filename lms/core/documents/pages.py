"""Templates of documents: Jinja with autoescape, outside any request, the same in every language.

A document is evidence: its wording, its dates and its bytes do not depend on who presses the button or in which language
they read the pages. So there is no gettext here; where a document is bilingual, both languages are in its template.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of all documents: every value is escaped, an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def fill(template: str, /, **values: Any) -> str:
    """The HTML of a document. template: file name under templates/documents."""
    return environment().get_template(template).render(**values)


@lru_cache
def style(name: str) -> str:
    """A style sheet under templates/documents, as text."""
    return (FOLDER / name).read_text(encoding="utf-8")
