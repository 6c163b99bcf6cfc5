"""What somebody has who gets hold of the database, or of a copy of it: no ID number, no phone, no number of a permit."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.credentials.models import Authority
from lms.credentials.service import retraining
from lms.registry.models import Person
from tests.credentials.scenes import SYSTEM, held
from tests.services import postgres_programs
from tests.world import ID_NUMBERS, PHONES


@pytest.fixture
def app(app_on_either):
    return app_on_either


def dumped(app) -> bytes:
    """Everything: the file of the database, its journal and the queue; or what pg_dump writes."""
    if db.engine.dialect.name == "postgresql":
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return subprocess.run([postgres_programs() / "pg_dump", "--inserts", url], check=True, capture_output=True).stdout
    folder = app.extensions["settings"].data_dir
    return b"".join(file.read_bytes() for file in folder.iterdir() if ".sqlite3" in file.name)


def test_a_dump_of_the_database_and_of_the_queue_holds_no_number_and_search_still_finds(app, world, client_as):
    here, trainer = world.here, client_as(world.here.trainer)
    number, phone = ID_NUMBERS[2], PHONES[2]
    with unit_of_work(SYSTEM, "system") as uow:
        person = uow.session.get_one(Person, here.person_ids[2])
        issued = uow.today - timedelta(days=30)
        retraining.enter_permit(uow, person, Authority.EMERGENCY, "焊接", f"T{number}", issued, None, None)
    held(here, {2: (0, 60), 3: (0, 60)})
    trainer.post(f"/people/{here.person_ids[2]}/reveal", data={"field": "id_number"})
    trainer.post(f"/people/{here.person_ids[2]}/archive", data={"format": "xlsx"})

    whole = dumped(app)
    hexed = whole.lower()
    for secret in (*ID_NUMBERS, *PHONES):
        assert secret.encode() not in whole and secret.encode().hex().encode() not in hexed, secret
    assert "刘洋".encode() in whole, "it is a dump of these people"

    for words in (number, number.lower(), phone):
        page = trainer.get(f"/people?q={words}").text
        assert "刘洋" in page and "何军" not in page
    assert "刘洋" not in client_as(world.there.trainer).get(f"/people?q={phone}").text
