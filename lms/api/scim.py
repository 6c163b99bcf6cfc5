"""A person of the roster in the words of SCIM 2.0, and back (RFC 7643, RFC 7644).

userName is the number on the roster (工号); who has none goes by the id. Phone and e-mail are taken and never given back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.core import clock
from lms.core.errors import Problem
from lms.registry.models import Person, PersonPost

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
FIRM = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MOST = 200
LONGEST = {"user_name": 30, "name": 50, "post": 60, "category": 30, "department": 60, "phone": 30, "email": 120}
_FILTER = re.compile(r'\s*(\w+)\s+eq\s+"((?:[^"\\]|\\["\\])*)"\s*', re.IGNORECASE)


class Unfit(Problem):
    """What was sent cannot be taken. scim_type: as in RFC 7644, table 9."""

    def __init__(self, scim_type: str, sentence: str) -> None:
        super().__init__(sentence)
        self.scim_type = scim_type


class AlreadyThere(Problem):
    status = 409
    code = "user-name-taken"
    scim_type = "uniqueness"


@dataclass(slots=True)
class Told:
    """What was told of a person; None: nothing."""

    user_name: str | None = None
    name: str | None = None
    active: bool | None = None
    post: str | None = None
    category: str | None = None
    department: str | None = None
    phone: str | None = None
    email: str | None = None


def as_user(person: Person, post: PersonPost | None, department: str | None, location: str) -> dict[str, Any]:
    """location: the whole address of this user."""
    firm = {"employeeNumber": person.work_no, "department": department}
    user = {
        "schemas": [USER, FIRM], "id": str(person.id), "userName": person.work_no or str(person.id),
        "name": {"formatted": person.name}, "displayName": person.name, "active": person.left_on is None,
        "title": post.post if post else None, "userType": post.category if post else None,
        FIRM: {name: value for name, value in firm.items() if value},
        "meta": {"resourceType": "User", "created": clock.utc(person.created_at), "location": location},
    }  # fmt: skip
    return {name: value for name, value in user.items() if value not in (None, {})}


def wanted(text: str) -> tuple[str, str] | None:
    """The attribute and value of a filter, of which one kind is known: `userName eq "0002"`. Raises Unfit."""
    if not text:
        return None
    found = _FILTER.fullmatch(text)
    if found is None or found[1].lower() not in ("username", "id", "externalid"):
        raise Unfit("invalidFilter", _('只支持 userName eq "工号" 和 id eq "…" 这样的筛选'))
    return found[1].lower(), re.sub(r'\\(["\\])', r"\1", found[2])


def told(resource: Any) -> Told:
    """A whole user. What is unknown here is passed over (RFC 7644, 3.3). Raises Unfit."""
    found = Told()
    if not isinstance(resource, Mapping):
        raise Unfit("invalidSyntax", _("这里要一个对象"))
    for name, value in resource.items():
        if name.lower() != "schemas":
            _take(found, name, value, strict=False)
    return found


def patched(request: Any) -> Told:
    """What a patch changes, the last word counting. Raises Unfit."""
    operations = request.get("Operations") if isinstance(request, Mapping) else None
    if not isinstance(operations, list) or not 1 <= len(operations) <= MOST:
        raise Unfit("invalidSyntax", _("要有 Operations，至少一项"))
    found = Told()
    for one in operations:
        kind = str(one.get("op", "")).lower() if isinstance(one, Mapping) else ""
        if kind not in ("add", "replace", "remove"):
            raise Unfit("invalidSyntax", _("op 只能是 add、replace、remove"))
        path = one.get("path")
        if kind == "remove":
            _take(found, str(path or ""), "", strict=True)
        elif path is not None:
            _take(found, str(path), one.get("value"), strict=True)
        elif isinstance(one.get("value"), Mapping):
            for name, value in one["value"].items():
                _take(found, name, value, strict=False)
        else:
            raise Unfit("invalidValue", _("没有 path 时，value 要是一个对象"))
    return found


def _take(found: Told, path: str, value: Any, *, strict: bool) -> None:
    """Take one attribute over. strict: one that is not known is at fault. Raises Unfit."""
    plain = re.sub(r"\[[^\]]*\]", "", path).removeprefix(f"{USER}:").lower()
    if plain in _GROUPS and isinstance(value, Mapping):
        for name, inner in value.items():
            _take(found, _GROUPS[plain] + name, inner, strict=strict and plain != "name")
        return
    if plain == "active":
        found.active = _flag(value)
        return
    name = _TEXTS.get(plain)
    if name is None:
        if strict and plain not in _PASSED_OVER:
            raise Unfit("invalidPath", _("没有 %(path)s 这一项", path=path[:60]))
        return
    if plain in ("phonenumbers", "emails"):
        value = _main(value)
    if value is None:
        return
    text = value.strip() if isinstance(value, str) else None
    if text is None or len(text) > LONGEST[name] or not text.isprintable():
        raise Unfit("invalidValue", _("%(path)s 要是 %(most)s 字以内的文字", path=path[:60], most=LONGEST[name]))
    if not text and name in ("user_name", "name"):
        raise Unfit("invalidValue", _("%(path)s 不能空着", path=path[:60]))
    setattr(found, name, text)


def _main(values: Any) -> Any:
    """The primary one of several, else the first; several that are none say that there is none."""
    if isinstance(values, str):
        return values
    known = [one for one in values if isinstance(one, Mapping)] if isinstance(values, list) else []
    known.sort(key=lambda one: one.get("primary") is not True)
    return known[0].get("value") if known else ""


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):  # as Entra ID sends it
        return value.lower() == "true"
    raise Unfit("invalidValue", _("active 要是 true 或 false"))


_TEXTS = {
    "username": "user_name", "displayname": "name", "name.formatted": "name", "title": "post", "usertype": "category",
    "phonenumbers": "phone", "phonenumbers.value": "phone", "emails": "email", "emails.value": "email",
    f"{FIRM}:department".lower(): "department",
}  # fmt: skip
_GROUPS = {"name": "name.", FIRM.lower(): f"{FIRM}:"}
_PASSED_OVER = {"externalid", "name.givenname", "name.familyname", "nickname", "locale", f"{FIRM}:employeenumber".lower()}


def config(base: str) -> dict[str, Any]:
    """What of SCIM there is. base: the address of all this, without a trailing slash."""
    yes, no = {"supported": True}, {"supported": False}
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": yes,
        "bulk": no | {"maxOperations": 0, "maxPayloadSize": 0}, "filter": yes | {"maxResults": MOST}, "changePassword": no,
        "sort": no, "etag": no,
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "OAuth Bearer Token", "description": "Authorization: Bearer anke_…",
            "primary": True,
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }  # fmt: skip


def types(base: str) -> list[dict[str, Any]]:
    """The resource types that are served (RFC 7643, 6): users."""
    return [{
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User", "name": "User", "endpoint": "/Users",
        "schema": USER, "schemaExtensions": [{"schema": FIRM, "required": False}],
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
    }]  # fmt: skip


def schemas(base: str) -> list[dict[str, Any]]:
    """The attributes of a user that are read and written (RFC 7643, 7)."""

    def attribute(name: str, **more: Any) -> dict[str, Any]:
        usual = {
            "name": name, "type": "string", "multiValued": False, "required": False, "caseExact": False,
            "mutability": "readWrite", "returned": "default", "uniqueness": "none",
        }  # fmt: skip
        return usual | more

    def schema(urn: str, name: str, *attributes: dict[str, Any]) -> dict[str, Any]:
        return {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": urn, "name": name,
            "attributes": list(attributes), "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{urn}"},
        }  # fmt: skip

    hidden: dict[str, Any] = {"mutability": "writeOnly", "returned": "never"}
    several = hidden | {"type": "complex", "multiValued": True, "subAttributes": [attribute("value", **hidden)]}
    return [
        schema(
            USER, "User", attribute("userName", required=True, uniqueness="server"), attribute("displayName"),
            attribute("active", type="boolean"), attribute("title"), attribute("userType"),
            attribute("name", type="complex", subAttributes=[attribute("formatted")]),
            attribute("phoneNumbers", **several), attribute("emails", **several),
        ),
        schema(FIRM, "EnterpriseUser", attribute("employeeNumber", mutability="readOnly"), attribute("department")),
    ]  # fmt: skip
