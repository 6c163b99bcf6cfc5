"""Documents that plug-ins bring (entry points of the group anke.documents)."""

from __future__ import annotations

from typing import Any

from lms.archives.official.brought import BROUGHT, Document
from lms.archives.official.forms import Column, Form
from lms.core.plugins import Unfit, needs, takes


@takes("anke.documents")
def take(name: str, brought: Any) -> None:
    """brought: NAME (its title), SOURCE (where the template is from), ONCE (names of what is told once), LISTED (names of the
    columns of its list, none for no list), fill(facts) → values of ONCE by name, and rows of LISTED by name; facts:
    lms.archives.official.facts.LectureFacts. What is left out is left blank, to be written by hand. Raises Unfit.
    """
    needs(brought, "NAME", "SOURCE", "ONCE", "LISTED", "fill")
    names = (*brought.ONCE, *brought.LISTED)
    if not names or not all(isinstance(one, str) and one for one in names) or len(set(names)) < len(names):
        raise Unfit("ONCE and LISTED are to be names of columns, each another one")
    columns = tuple(Column(one, False, "") for one in names)
    listed = (len(brought.ONCE) + 1, len(names))
    BROUGHT[name] = Document(Form(0, str(brought.NAME), columns, str(brought.SOURCE), listed), brought.fill)
