"""What every form of the product keeps to, whoever wrote it."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired

import lms


def forms() -> Iterator[type[Form]]:
    """Every form of ours, read from the modules that may hold one."""
    for module in walk_packages(lms.__path__, "lms."):
        if "form" in module.name or "views" in module.name or module.name.endswith("proving"):
            for form in vars(import_module(module.name)).values():
                if isinstance(form, type) and issubclass(form, Form) and form.__module__ == module.name:
                    yield form


def needed_texts() -> Iterator[tuple[str, UnboundField]]:
    """Every field into which something has to be typed, with where it is."""
    for form in forms():
        for name, field in vars(form).items():
            if isinstance(field, UnboundField) and _is_needed_text(field):
                yield f"{form.__module__}.{form.__qualname__}.{name}", field


def _is_needed_text(field: UnboundField) -> bool:
    typed = issubclass(field.field_class, StringField) and not issubclass(field.field_class, PasswordField | HiddenField)
    checks = [*field.kwargs.get("validators", ()), *(one for given in field.args if isinstance(given, list) for one in given)]
    return typed and any(isinstance(check, DataRequired | InputRequired) for check in checks)


def test_what_a_form_asks_is_changed_in_a_file_of_forms():
    assert {form.__qualname__ for form in forms() if "views" in form.__module__} == set()


def test_blanks_alone_are_no_reason_no_name_and_no_title(app):
    found = dict(needed_texts())
    assert len(found) > 60
    with app.test_request_context():
        taken = [
            where for where, field in found.items() if type("One", (Form,), {"it": field})(MultiDict({"it": "   "})).validate()
        ]
    assert taken == []
