"""What pages can do, programs can: each writing page has an operation with the same permission, or a reason why not."""

import re
from pathlib import Path

from lms.access.door import READING_METHODS
from lms.api.operations import OPERATIONS

REASONS = re.compile(r"^\| ((?:`[\w.]+` ?)+)\| (\S.*) \|$", re.MULTILINE)


def writing_pages(app) -> dict[str, str | None]:
    """The endpoint of every page that changes something, with its verb."""
    return {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "verb", None)
        for rule in app.url_map.iter_rules()
        if rule.methods - READING_METHODS - {"OPTIONS"} and not rule.endpoint.startswith(("api.", "scim."))
    }


def told_in_the_guide() -> dict[str, str]:
    rows = REASONS.findall(Path("docs/api.md").read_text())
    return {page: why for pages, why in rows for page in re.findall(r"[\w.]+", pages)}


def test_no_page_that_changes_something_forgets_the_api(app):
    pages, reasons = writing_pages(app), told_in_the_guide()
    answered = {page for one in OPERATIONS for page in one.pages}

    assert pages.keys() - answered - reasons.keys() == set(), "declare an operation with pages=…, or give a reason in docs/api.md"
    assert (answered | reasons.keys()) - pages.keys() == set(), "no such page any more"
    assert answered & reasons.keys() == set()


def test_an_operation_asks_for_the_permission_of_its_page(app):
    pages = writing_pages(app)

    assert [(one.name, page) for one in OPERATIONS for page in one.pages if pages[page] != one.verb] == []
