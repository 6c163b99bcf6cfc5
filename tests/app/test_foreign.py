"""Whoever opens all that is theirs finds nothing of a district that is not, whatever they ask with: no name and no id."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import Enum, event, inspect, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict

from lms.access.actor import Actor
from lms.access.models import User
from lms.core.uow import unit_of_work
from lms.registry.models import ChangeKind, Department, Enterprise, HeadAppointment, Jurisdiction, Person
from lms.registry.service import jurisdictions
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate
from tests.app.test_policy import PUBLIC, ROLES, is_api, rule_url, rules
from tests.compliance.scene import add_street, officer_over
from tests.world import Side, World

SYSTEM = Actor.system("test")
MARK = "彼处"  # before each text of the other side
CHINESE = re.compile("[\u4e00-\u9fff]")
ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHOSEN = {"industry", "category", "level", "post", "occasion", "sex", "kind", "topic"}  # texts out of a list of the product's
OF_A_BUREAU = {"campaign_id", "bulletin_id", "jurisdiction_id"}
ON_PAPER = re.compile(r"\.(pdf|png)|/print|any\(xlsx,pdf\)")  # takes a second, and says what a page says
NO_CODE = re.compile(r"page|as|as_of|.*-\d+.*")  # what turns over, chooses a file or a day; the fields of a form
ASKING = ("trainer", "employee", "officer")  # the others read by the same queries
MAY_NAME_WHO_LEFT = {  # pages that go on naming a firm of a street that has left, each with the reason
    "jurisdictions.index": "it is asked into this district just now",
    "api.transfers_seen": "the same",
    "bulletins.show": "what was frozen stays",
    "bulletins.firms": "the same",
    "replies.json": "the same",
}


class Sides(NamedTuple):
    ids: dict[str, Any]  # of what is opened, by route parameter
    foreign: dict[str, str]  # what a parameter of that name may be given of the other side
    codes: tuple[str, ...]  # and what any other may be given
    theirs: set[str]  # the ids of the rows of that side


def apart(world: World) -> Sides:
    users = {getattr(world.there, role) for role in ROLES}
    return Sides(populate(world.here), *marked(world.there, {world.there.district_id, *ids_of(users)}, lambda _row: True))


def ids_of(keys: Collection[str]) -> set[UUID]:
    return {UUID(key.partition(":")[2]) for key in keys}


def marked(side: Side, own: set[UUID], is_theirs: Callable[[Any], bool]) -> tuple[dict[str, str], tuple[str, ...], set[str]]:
    """Populates a side with texts that can be told from all others; what Sides keeps of it."""
    own |= {side.street_id, side.enterprise_id}
    theirs: set[str] = set()

    def mark(row: Any) -> None:
        mapper = inspect(type(row))
        for column in mapper.columns:
            key = mapper.get_property_by_column(column).key
            text = getattr(row, key)
            told = type(text) is str and CHINESE.search(text) and not text.startswith(MARK)
            if told and column.name not in CHOSEN and not isinstance(column.type, Enum):
                setattr(row, key, f"{MARK}{text}")

    def before(session: Session, *_more: object) -> None:
        for row in filter(is_theirs, session.new):
            mark(row)

    def after(session: Session, *_more: object) -> None:
        for row in filter(is_theirs, session.new):
            theirs.update(str(key) for key in inspect(type(row)).primary_key_from_instance(row) if isinstance(key, UUID))

    with unit_of_work(SYSTEM, "home") as uow:
        for model in (Jurisdiction, Enterprise, Person, User, HeadAppointment, Department):
            for row in uow.session.scalars(select(model)):
                if row.id in own or getattr(row, "enterprise_id", None) == side.enterprise_id:
                    mark(row)
                    theirs.add(str(row.id))
        codes = [uow.session.get_one(Jurisdiction, place).code for place in (side.district_id, side.street_id)]
    event.listen(Session, "before_flush", before)
    event.listen(Session, "after_flush", after)
    try:
        ids = populate(side)
    finally:
        event.remove(Session, "before_flush", before)
        event.remove(Session, "after_flush", after)
    foreign = {name.removesuffix("_id"): str(ident) for name, ident in ids.items()} | {"officer": f"{MARK}李强"}
    return foreign, (*codes, str(side.enterprise_id)), theirs


class Parameters(ImmutableMultiDict[str, str]):
    """What an address asks with; notes what the product looks for."""

    looked_for: set[str] = set()  # noqa: RUF012

    def getlist(self, key: str, *more: Any) -> Any:
        self.looked_for.add(key)
        return super().getlist(key, *more)

    def __getitem__(self, key: str) -> str:
        self.looked_for.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.looked_for.add(str(key))
        return super().__contains__(key)


def leaks(app: Flask, client_as: Callable[[str], FlaskClient], key: str, sides: Sides, *, lists: bool, asks: bool) -> list[str]:
    """What this user is shown of the other side. lists: only what is of no firm. asks: also with what is of the other side in
    every parameter that a page looks for."""
    page_client, program = client_as(key), bearing(app, token_of(key)[1])
    found, opened = [], 0
    for rule in rules(app):
        if "GET" not in rule.methods or rule.endpoint in PUBLIC or not rule.arguments <= sides.ids.keys():
            continue
        of_a_bureau, on_paper = rule.arguments <= OF_A_BUREAU, ON_PAPER.search(rule.rule)
        if (lists or on_paper) and not (of_a_bureau and (rule.arguments or not on_paper)):
            continue
        client = program if is_api(rule) else page_client
        path = rule_url(app, rule, {name: sides.ids[name] for name in rule.arguments})
        Parameters.looked_for = set()
        answer = client.get(path)
        found += seen(sides, rule.endpoint, path, answer.data)
        if answer.status_code != 200 or on_paper:
            continue
        opened += 1
        as_file = ["as=json"] if "as" in Parameters.looked_for else []
        for more in [*as_file, *(asking(sides, Parameters.looked_for, as_file) if asks else ())]:
            answer = client.get(f"{path}?{more}")
            found += seen(sides, rule.endpoint, f"{path}?{more}", answer.data)
            found += [f"{path}?{more} says {answer.status_code}"] if answer.status_code >= 500 else []
    assert opened > 20, opened
    return found


def asking(sides: Sides, names: Collection[str], as_file: list[str]) -> Iterator[str]:
    for name in sorted(names):
        if not NO_CODE.fullmatch(name):
            for value in dict.fromkeys([sides.foreign.get(name, sides.codes[0]), *sides.codes]):
                yield "&".join([f"{name}={quote(value)}", *as_file])


def seen(sides: Sides, endpoint: str, address: str, answer: bytes) -> list[str]:
    text = words(answer)
    for given in ID.findall(address) + re.findall("=([^&]+)", address):
        text = text.replace(given, "").replace(unquote(given), "")
    if endpoint == "jurisdictions.transfer":  # where a firm may go: every division, but none of its firms or people
        text = re.sub("<option.*?</option>", "", text, flags=re.S)
    named = [text[max(0, at.start() - 60) : at.end() + 40] for at in re.finditer(MARK, text)]
    return [f"{endpoint} {address}: {one}" for one in [*named[:1], *sorted(sides.theirs & set(ID.findall(text)))[:1]]]


def words(answer: bytes) -> str:
    """All that is said in a page, a workbook, a document, a PDF or a package of these."""
    if answer.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer)) as package:
            return "\n".join(f"{name}\n{words(package.read(name))}" for name in package.namelist())
    if answer.startswith(b"%PDF-1.7"):
        return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(answer))
    return answer.decode("utf-8", "replace")


@pytest.fixture(autouse=True)
def noted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Parameters)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_district_is_named_on_any_page_or_list_of_any_role_and_no_parameter_opens_it(
    app: Flask, world: World, client_as: Callable[[str], FlaskClient], kept: Callable[..., Sides], role: str
) -> None:
    sides = kept(apart, world)

    assert not leaks(app, client_as, getattr(world.here, role), sides, lists=role == "street_officer", asks=role in ASKING)


def test_the_area_that_answers_for_a_street_sees_no_other_district(
    app: Flask, world: World, client_as: Callable[[str], FlaskClient], kept: Callable[..., Sides]
) -> None:
    sides = kept(apart, world)
    with unit_of_work(SYSTEM, "home") as uow:
        port = uow.session.get_one(Jurisdiction, add_street(uow, world.city_id, "YY-T", "新港区", "县级"))
        street = uow.session.get_one(Jurisdiction, world.here.street_id)
        jurisdictions.change(uow, street, ChangeKind.ASSIGN, uow.today, target=port, basis="三定方案")
        officer = officer_over(port.id, "port", "王平")
        uow.session.add(officer)
        uow.session.flush()
        key = f"user:{officer.id}"

    assert "湘粮油脂" in client_as(key).get("/enterprises").text
    assert not leaks(app, client_as, key, sides, lists=True, asks=False)


def test_a_district_names_no_firm_of_a_street_that_went_to_another_today_but_where_it_is_told_of_the_past(
    app: Flask, world: World, client_as: Callable[[str], FlaskClient]
) -> None:
    firm = world.here.enterprise_id
    users = {getattr(world.here, role) for role in ROLES} - {world.here.officer}
    of_the_firm = marked(
        world.here,
        ids_of(users),
        lambda row: getattr(row, "enterprise_id", None) == firm and getattr(row, "jurisdiction_id", None) is None,
    )
    sides = Sides(of_the_firm[0] | {"number": 1}, *of_the_firm)
    with unit_of_work(SYSTEM, "home") as uow:
        street, there = (uow.session.get_one(Jurisdiction, place) for place in (world.here.street_id, world.there.district_id))
        jurisdictions.change(uow, street, ChangeKind.MOVE, uow.today, target=there, basis="市政府文件")

    found = leaks(app, client_as, world.here.officer, sides, lists=True, asks=False)

    assert {one.partition(" ")[0] for one in found} <= MAY_NAME_WHO_LEFT.keys(), found
