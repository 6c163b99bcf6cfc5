"""Imports and lists on both storage columns."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import Client

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.registry import divisions, queries
from lms.registry.models import Enterprise, ImportBatch, Person
from tests.data import content
from tests.world import build_world


@pytest.fixture
def stored(app_on_either: Flask) -> Flask:
    return app_on_either


def signed_in(app: Flask, key: str) -> Client:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    return client


def test_a_roster_and_a_list_come_in_by_the_pages(stored: Flask) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        world = build_world(uow)
        divisions.load(uow)
    trainer, officer = signed_in(stored, world.here.trainer), signed_in(stored, world.here.officer)

    came = []
    for client, path, name in ((trainer, "/people/import", "roster.xlsx"), (officer, "/enterprises/import", "enterprises.xlsx")):
        form = {"file": (io.BytesIO(content(name)), name), "jurisdiction": str(world.here.district_id)}
        address = client.post(path, data=form).headers["Location"]
        assert client.get(address).status_code == 200
        for typed, kept in (("王小明", {"3:name": "王小明"}), ("", {})):  # each takes hold of the file, and reads it anew
            assert client.post(address, data={"fix-3-name": typed}).status_code == 303
            with unit_of_work(Actor.system("test"), "home", write=False) as uow:
                assert uow.session.get_one(ImportBatch, UUID(address.rpartition("/")[2])).fixes == kept
        assert client.post(f"{address}/apply").status_code == 303
        assert "导入完成" in client.get(address).text
        assert "已经导入过了" in client.post(f"{address}/apply", follow_redirects=True).text
        came.append(address)

    assert trainer.get("/people?q=孙丽&category=其他从业人员").status_code == 200
    assert officer.get("/enterprises?q=湘粮&industry=工贸").status_code == 200
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        # One firm of the list is on the books of the other district already.
        assert uow.session.scalar(select(func.count()).select_from(Enterprise)) == 1284
        roster = queries.roster_on(uow, world.here.enterprise_id, uow.today)
        headcount = sum(number for _department, number in queries.departments_on(uow, world.here.enterprise_id, uow.today))
        assert len(roster) == headcount >= 103
        assert uow.session.scalar(select(func.count()).select_from(Person)) == len(roster) + len(world.there.person_ids)
    assert "移出花名册 98 人" in trainer.post(f"{came[0]}/take-back", follow_redirects=True).text
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        here, there = world.here.person_ids, world.there.person_ids
        assert set(uow.session.scalars(select(Person.id))) == {*here, *there}
