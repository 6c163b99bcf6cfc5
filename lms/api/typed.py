"""The form of a page as the body of an operation: the same fields, limits and sentences, so that the two cannot differ."""

from __future__ import annotations

import enum
from dataclasses import field, fields, make_dataclass
from datetime import date
from typing import Annotated, Any, cast

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from lms.api.shapes import Unfit, told

MOST = 5000  # of what may be chosen at once
LONGEST = 20_000
REQUIRED = (DataRequired, InputRequired)


def body_of(form: type[FlaskForm], name: str) -> type:
    """The dataclass with the fields of a form, files left out; what is chosen from a list made for the page is a text here.

    Raises TypeError for a field that no JSON value stands for.
    """
    unbound = ((one, getattr(form, one)) for one in dir(form))
    found = sorted(((one, it) for one, it in unbound if isinstance(it, UnboundField)), key=lambda pair: pair[1].creation_counter)
    shapes = [
        (one, *_shape(it, name + one.title()))
        for one, it in found
        if not issubclass(it.field_class, (FileField, MultipleFileField))
    ]
    made = [
        (one, kind, field(kw_only=True) if default is ... else field(default=default, kw_only=True))
        for one, kind, default in shapes
    ]
    return make_dataclass(name, made, frozen=True, slots=True, namespace={"__doc__": None})


def judged(form: type[FlaskForm], sent: Any, given: dict[str, Any]) -> Any:
    """The form filled in with what was sent, valid. given: choices by field, and attributes its rules look at. Raises Unfit."""
    made = form(formdata=_as_typed(sent), meta={"csrf": False})
    for name, value in given.items():
        if name in made:
            made[name].choices = value
        else:
            setattr(made, name, value)
    if not made.validate():
        raise unfit(made.errors)
    return made


def unfit(errors: dict[Any, Any], names: dict[str, str] | None = None) -> Unfit:
    """The faults of a form by where they stand in what was sent. names: pointers of fields that are called otherwise there."""
    known = names or {}
    return Unfit(
        [{"pointer": known.get(str(name), f"/{name or ''}"), "detail": " ".join(_flat(found))} for name, found in errors.items()]
    )


def _shape(it: UnboundField[Any], name: str) -> tuple[Any, Any]:
    """The type of a field, with what it says of itself, and its default; `...` where it has to be sent."""
    kind, options = it.field_class, dict(zip(("label", "validators"), it.args, strict=False)) | it.kwargs
    rules = options.get("validators") or ()
    default: Any = options.get("default")
    wanted: Any = ... if any(isinstance(rule, REQUIRED) for rule in rules) and default is None else None
    limits: dict[str, Any] = {}
    for rule in rules:
        if isinstance(rule, Length) and rule.max > 0:
            limits["maxLength"] = rule.max
        if isinstance(rule, NumberRange) and not issubclass(kind, DecimalField):
            limits |= {"minimum": rule.min, "maximum": rule.max}
    says = options.get("label", "")
    if issubclass(kind, (BooleanField, SubmitField)):
        return Annotated[bool, told(says)], False
    if issubclass(kind, IntegerField):
        return Annotated[
            int if wanted is ... or default is not None else int | None, told(says, **limits)
        ], wanted if default is None else default
    if issubclass(kind, DateField):
        return Annotated[date if wanted is ... else date | None, told(says)], wanted
    if issubclass(kind, SelectMultipleField):
        return Annotated[tuple[str, ...], told(says, maxItems=MOST)], wanted or ()
    choices = options.get("choices")
    if issubclass(kind, SelectField) and choices:
        chosen = enum.StrEnum(name, [(f"c{n}", str(value)) for n, (value, _label) in enumerate(choices)])  # type: ignore[misc]
        first = chosen(str(default)) if default is not None else chosen("") if any(not value for value, _ in choices) else ...
        return Annotated[chosen, told(says)], first
    if issubclass(kind, (StringField, DecimalField, SelectField)):
        limits.setdefault("maxLength", LONGEST)
        return Annotated[str, told(says, **limits)], wanted or ""
    raise TypeError(f"{name}: {kind.__name__}")


def _as_typed(sent: Any) -> MultiDict[str, str]:
    """What was sent as a browser would send it."""
    typed: MultiDict[str, str] = MultiDict()
    for one in fields(sent):
        value = getattr(sent, one.name)
        if isinstance(value, tuple):
            typed.setlist(one.name, list(value))
        elif isinstance(value, bool):
            if value:
                typed[one.name] = "y"
        elif value is not None:
            typed[one.name] = str(value)
    return typed


def _flat(errors: Any) -> list[str]:
    """The sentences of a field, of a list of rows too."""
    if isinstance(errors, dict):
        return [sentence for inner in errors.values() for sentence in _flat(inner)]
    if isinstance(errors, (list, tuple)):
        return [sentence for inner in errors for sentence in _flat(inner)]
    return [str(cast(object, errors))]
