"""Templates of documents: Jinja with autoescape, outside any request, the same in every language.

A document is evidence: its wording, its dates and its bytes do not depend on who presses the button or in which language
they read the pages. So there is no gettext here; where a document is bilingual, both languages are in its template.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of all documents: every value is escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["colour"] = colour
    return made


def fill(template: str, /, **values: Any) -> str:
    """The HTML of a document. template: file name under templates/documents."""
    return environment().get_template(template).render(**values)


@lru_cache
def style(*names: str) -> str:
    """Style sheets under templates/documents, as one text, with the tokens they name before them."""
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("tokens.css", *names))


@lru_cache
def colour(name: str) -> str:
    """A token of the sheets as it is written there, #0b6e5a: for what is drawn, which the printer gives no style of the page.

    Raises KeyError when there is none of this name.
    """
    return dict(re.findall(r"--([\w-]+): (#\w+);", style()))[name]
