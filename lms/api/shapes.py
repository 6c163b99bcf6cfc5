"""One declaration of what goes over the wire: a dataclass is read from JSON or a query, written as JSON, and described.

Types understood: str, int, bool, UUID, date, datetime, enums of texts, dataclasses of these, `tuple[X, ...]`, and each `| None`.
A field says more of itself by `Annotated[…, told(…)]`.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.given import UNSEEN

S = TypeVar("S")
Path = tuple[str | int, ...]
MISSING = dataclasses.MISSING
NAMES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


class Unfit(Invalid):
    """errors: what is wrong where, each {"pointer", "detail"} with a JSON pointer (RFC 6901) into what was sent."""

    code = "unfit"
    sentence = _l("发来的内容有 %(n)s 处不对，见 errors。")

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(n=len(errors))
        self.errors = errors


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a field says of itself. limits: minimum, maximum, minLength, maxLength, minItems, maxItems as in JSON Schema."""

    says: Any
    limits: Mapping[str, Any]


def told(says: Any = "", **limits: Any) -> Told:
    """What the document of the interface says of a field, with its limits in the words of JSON Schema."""
    return Told(says, limits)


NOTHING = told()


def shown(kind: type[S], row: Any, **more: Any) -> S:
    """A row as `kind`, by the names of its columns. more: what the row does not say itself."""
    given = {one.name: more[one.name] if one.name in more else getattr(row, one.name) for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


def read(kind: type[S], raw: Any, *, words: bool = False) -> S:
    """What was sent, as `kind`. words: numbers and flags come as words, as in a query. Raises Unfit with everything wrong."""
    errors: list[dict[str, str]] = []
    made = _read_object(kind, raw, (), words, errors)
    if errors:
        raise Unfit(errors)
    return made


def write(value: Any) -> Any:
    """A value of a declared kind as what json.dumps takes; instants in UTC, ending in Z."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: write(getattr(value, name)) for name in hints(type(value))}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return clock.utc(value)
    if isinstance(value, (UUID, date)):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [write(one) for one in value]
    return value


def schema(kind: Any, limits: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind; dataclasses by reference into the components of an OpenAPI document."""
    inner, nullable = _apart(kind)
    if get_origin(inner) is tuple:
        found = {"type": "array", "items": schema(get_args(inner)[0]), **(limits or {})}
    elif dataclasses.is_dataclass(inner):
        found = {"$ref": f"#/components/schemas/{inner.__name__}"}  # type: ignore[union-attr]
    elif isinstance(inner, type) and issubclass(inner, enum.Enum):
        found = {"type": "string", "enum": [one.value for one in inner]}
    else:
        found = NAMES[inner] | dict(limits or {})
    return {"anyOf": [found, {"type": "null"}]} if nullable else found


def object_schema(kind: type, *, answers: bool) -> dict[str, Any]:
    """The schema of a dataclass. answers: it goes out, so that every field is there; else defaults may be left out."""
    properties, required = {}, []
    for one in _fields(kind):
        properties[one.name] = field_schema(kind, one)
        if answers or one.default is MISSING:
            required.append(one.name)
    closed = {} if answers else {"additionalProperties": False}
    return {"type": "object", "properties": properties, **({"required": required} if required else {}), **closed}


def field_schema(kind: type, one: dataclasses.Field[Any]) -> dict[str, Any]:
    """The schema of a field, with its description and default."""
    more = notes(kind)[one.name]
    found = schema(hints(kind)[one.name], more.limits)
    if more.says:
        found = found | {"description": str(more.says)}
    if one.default is not MISSING and one.default is not None:
        found = found | {"default": write(one.default)}
    return found


def inside(kind: Any) -> set[Any]:
    """The dataclasses a kind is made of, itself among them."""
    inner, _nullable = _apart(kind)
    if get_origin(inner) is tuple:
        return inside(get_args(inner)[0])
    if not dataclasses.is_dataclass(inner):
        return set()
    kinds: set[Any] = {inner}
    return kinds.union(*(inside(one) for one in get_type_hints(inner).values()))


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields, by name."""
    return get_type_hints(kind)


@cache
def notes(kind: Any) -> dict[str, Told]:
    """What the fields of a dataclass say of themselves, by name."""
    full = get_type_hints(kind, include_extras=True)
    return {
        name: next((one for one in getattr(of, "__metadata__", ()) if isinstance(one, Told)), NOTHING)
        for name, of in full.items()
    }


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _apart(kind: Any) -> tuple[Any, bool]:
    """A kind without its `| None`, and whether it had one."""
    if get_origin(kind) in (Union, types.UnionType):
        rest = [one for one in get_args(kind) if one is not type(None)]
        return rest[0], len(rest) < len(get_args(kind))
    return kind, False


def _read_object(kind: Any, raw: Any, at: Path, words: bool, errors: list[dict[str, str]]) -> Any:
    if not isinstance(raw, Mapping):
        return _wrong(errors, at, _("这里要一个对象"))
    known = {one.name: one for one in _fields(kind)}
    for name in raw.keys() - known.keys():
        _wrong(errors, (*at, name), _("没有这一项，可能是拼写不对"))
    given: dict[str, Any] = {}
    for name, one in known.items():
        if name in raw:
            given[name] = _read(hints(kind)[name], raw[name], (*at, name), words, errors, notes(kind)[name].limits)
        elif one.default is MISSING:
            _wrong(errors, (*at, name), _("缺少这一项"))
    return None if errors else kind(**given)


def _read(kind: Any, raw: Any, at: Path, words: bool, errors: list[dict[str, str]], limits: Mapping[str, Any]) -> Any:
    inner, nullable = _apart(kind)
    if raw is None and nullable:
        return None
    if dataclasses.is_dataclass(inner):
        return _read_object(inner, raw, at, words, errors)
    if get_origin(inner) is tuple:
        if not isinstance(raw, list):
            return _wrong(errors, at, _("这里要一个列表"))
        if not limits.get("minItems", 0) <= len(raw) <= limits.get("maxItems", len(raw)):
            return _wrong(errors, at, _("要 %(least)s 到 %(most)s 项", least=limits.get("minItems", 0), most=limits["maxItems"]))
        return tuple(_read(get_args(inner)[0], one, (*at, n), words, errors, {}) for n, one in enumerate(raw))
    try:
        value = _value(inner, raw, words)
    except (ValueError, TypeError, OverflowError):
        return _wrong(errors, at, _("这里要：%(what)s", what=_named(inner)))
    size = len(value) if isinstance(value, str) else value if type(value) is int else None
    least = limits.get("minLength", limits.get("minimum"))
    most = limits.get("maxLength", limits.get("maximum"))
    if size is not None and ((least is not None and size < least) or (most is not None and size > most)):
        unit = _("个字") if isinstance(value, str) else ""
        return _wrong(errors, at, _("要 %(least)s 到 %(most)s%(unit)s", least=least or 0, most=most, unit=unit))
    return value


def _value(kind: Any, raw: Any, words: bool) -> Any:
    """A single value; raises ValueError or TypeError."""
    if kind is bool:
        return {"true": True, "false": False}[raw] if words and raw in ("true", "false") else _exactly(bool, raw)
    if kind is int:
        if words and not (raw.removeprefix("-").isascii() and raw.removeprefix("-").isdigit() and len(raw) < 16):
            raise ValueError
        return int(raw) if words else _exactly(int, raw)
    text = _exactly(str, raw)
    text.encode()  # half a surrogate pair is no text: UnicodeEncodeError, a ValueError
    if UNSEEN.search(text):
        raise ValueError
    if kind is datetime:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None or not date.min.year < instant.year < date.max.year:  # every zone has a day to spare
            raise ValueError
        return instant.astimezone(UTC)
    value = date.fromisoformat(text) if kind is date else kind(text)
    if kind in (date, UUID) and str(value) != text.lower():  # one way to write it, that of the document
        raise ValueError
    return value


def _exactly(kind: type, raw: Any) -> Any:
    if type(raw) is not kind:
        raise TypeError
    return raw


def _named(kind: Any) -> str:
    if issubclass(kind, enum.Enum):
        return " / ".join(one.value for one in kind)
    return {
        str: _("文字"), int: _("整数"), bool: "true / false", UUID: "UUID", date: _("日期，如 2026-11-26"),
        datetime: _("带时区的时间，如 2026-11-26T14:00:00+08:00"),
    }[kind]  # fmt: skip


def _wrong(errors: list[dict[str, str]], at: Path, detail: str) -> None:
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in at)
    errors.append({"pointer": pointer.encode(errors="replace").decode(), "detail": detail})
