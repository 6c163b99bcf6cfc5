"""Documents of a lecture that plug-ins bring, laid out and printed like the forms of inspections."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lms.archives.official.facts import LectureFacts
from lms.archives.official.forms import Filled, Form, Value
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture

log = logging.getLogger(__name__)
Values = Mapping[str, Value]


class DocumentBroke(Problem):
    status = 502
    code = "document-broke"
    sentence = _l("插件“%(name)s”生成这份文件时出错。请告诉管理员，日志里有原因。")


@dataclass(frozen=True, slots=True)
class Document:
    """fill: what is known of a lecture → what stands once, by the name of its column, and a row for each line of the list."""

    form: Form
    fill: Callable[[LectureFacts], tuple[Values, Sequence[Values]]]


BROUGHT: dict[str, Document] = {}  # by the name of the entry point


def brought_form(uow: UnitOfWork, lecture: Lecture, name: str) -> Filled:
    """The document of a plug-in, filled. Raises NotFound where there is none of this name, DocumentBroke."""
    if name not in BROUGHT:
        raise NotFound
    document, facts = BROUGHT[name], LectureFacts(uow, lecture)
    about = f"{facts.firm.name} · {lecture.year} 年第 {lecture.number} 期 · {lecture.title}"
    try:
        values, rows = document.fill(facts)
        filled = Filled(document.form, about, dict(values), [dict(row) for row in rows])
        if any(not isinstance(one, str | int | float | None) for line in (filled.values, *filled.rows) for one in line.values()):
            raise TypeError("a value that is neither a text nor a number")
        return filled
    except Exception as fault:  # somebody else's code
        log.exception("the document of a plug-in broke", extra={"document": name})
        raise DocumentBroke(name=document.form.name) from fault
