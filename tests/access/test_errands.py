"""What takes long is done beside the page: its progress is seen, and what comes of it is for whoever asked alone, for a day."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.access import errands
from lms.access.actor import Actor
from lms.access.models import Errand
from lms.core import exports
from lms.core.errors import Invalid
from lms.core.jobs import progress, tell_progress
from lms.core.uow import unit_of_work
from lms.registry.models import Person
from lms.registry.privacy.service import erase
from tests.world import World

SYSTEM = Actor.system("test")
LIST = "/enterprises?q=湘&as=xlsx"
Client = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _every_workbook_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "QUICK", 0)


def asked(client: FlaskClient, path: str = LIST) -> str:
    """The address of the page that follows it."""
    answer = client.get(path)
    assert answer.status_code == 303 and answer.location.startswith("/errands/"), answer.text
    return answer.location


def test_a_long_list_is_made_beside_its_page_and_handed_to_whoever_asked_for_a_day(world: World, client_as: Client) -> None:
    officer = client_as(world.here.officer)
    here = asked(officer)
    page, whole = officer.get(here).text, officer.get(LIST.replace("xlsx", "json")).get_json()

    assert "做好了" in page and f'href="{here}/file"' in page and 'href="/enterprises?q=%E6%B9%98"' in page
    book = openpyxl.load_workbook(BytesIO(officer.get(f"{here}/file").data)).active
    told = [[cell.value for cell in row] for row in book.iter_rows()]
    assert [row[0] for row in told[: len(whole["about"])]] == whole["about"], "with its filters and cut-off"
    assert [row[0] for row in told[len(whole["about"]) + 1 :]] == [row["企业名称"] for row in whole["rows"]] != []
    for other in (world.here.trainer, world.here.street_officer, world.there.officer):
        assert [client_as(other).get(address).status_code for address in (here, f"{here}/file")] == [404, 404]

    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(update(Errand).values(asked_at=uow.now - timedelta(hours=23)))
    errands.drop_errands()
    assert officer.get(f"{here}/file").status_code == 200
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(update(Errand).values(asked_at=uow.now - timedelta(hours=25)))
    errands.drop_errands()
    assert officer.get(f"{here}/file").status_code == 404


def test_how_far_it_is_is_on_its_page_and_a_second_click_asks_for_no_second_one(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int] | None] = []
    officer = client_as(world.here.officer)
    monkeypatch.setattr(errands, "enqueue", lambda *_, **__: None)
    here = asked(officer)
    assert asked(officer) == here and asked(officer, "/enterprises?as=xlsx") != here
    assert "<progress" in officer.get(here).text and officer.get(f"{here}/file").status_code == 404
    tell_progress(here.rpartition("/")[2], 3, 8)

    assert '<progress class="bar " value="3" max="8"' in officer.get(here).text

    def watched(key: str, done: int, total: int) -> None:
        tell_progress(key, done, total)
        told.append(progress(key))

    monkeypatch.setattr(errands, "tell_progress", watched)
    errands.do_errands()
    assert (0, 1) in told and progress(here.rpartition("/")[2]) is None and "做好了" in officer.get(here).text


def test_it_is_taken_up_again_after_a_worker_was_killed_and_not_by_two_at_once(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = client_as(world.here.officer)
    monkeypatch.setattr(errands, "enqueue", lambda *_, **__: None)
    here = asked(officer)
    for ago, done in ((timedelta(minutes=1), False), (timedelta(minutes=11), True)):
        with unit_of_work(SYSTEM, "system") as uow:
            uow.session.execute(update(Errand).values(begun_at=uow.now - ago))
        errands.do_errands()
        assert ("做好了" in officer.get(here).text) is done


def test_why_it_could_not_be_done_is_said_and_a_file_with_somebody_forgotten_is_gone(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = client_as(world.here.trainer)
    here = asked(trainer, "/people?as=xlsx")
    assert trainer.get(f"{here}/file").status_code == 200
    with unit_of_work(SYSTEM, "system") as uow:
        erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))
    assert trainer.get(here).status_code == 404

    for fault, said in ((Invalid("这一行太长。"), "这一行太长。"), (ZeroDivisionError(), "没有做成，请再做一次")):

        def fails(*_: object, fault: Exception = fault) -> bytes:
            raise fault

        monkeypatch.setattr(errands, "work_of", lambda _name, fails=fails: fails)
        here = asked(trainer, "/people?as=xlsx")
        assert said in trainer.get(here).text and trainer.get(f"{here}/file").status_code == 404
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            assert uow.session.scalars(select(Errand.given)).all()[-1] is None, "what it was to be made of is not kept"
