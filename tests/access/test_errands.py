"""What takes long is done beside the page: its progress is seen, and what comes of it is for whoever asked alone, for a day."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from time import sleep

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, refresh
from sqlalchemy import select, update

from lms.access import errands
from lms.access.actor import Actor
from lms.access.models import Errand
from lms.core import exports
from lms.core.errands import STEPS, Later
from lms.core.errors import TooMany
from lms.core.jobs import progress, tell_progress
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Person
from lms.registry.privacy.service import erase
from lms.web.locale import COOKIE
from tests.conftest import on_either
from tests.waiting import written_at_once
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
    before = officer.get(LIST.replace("xlsx", "json")).get_json()
    here = asked(officer)
    page, whole = officer.get(here).text, officer.get(LIST.replace("xlsx", "json")).get_json()

    assert "做好了" in page and f'href="{here}/file"' in page and 'href="/enterprises?q=%E6%B9%98"' in page
    book = openpyxl.load_workbook(BytesIO(officer.get(f"{here}/file").data)).active
    told = [[cell.value for cell in row] for row in book.iter_rows()]
    about = [row[0] for row in told[: len(whole["about"])]]
    assert about in (before["about"], whole["about"]), "with its filters and cut-off, which is a minute"
    assert [row[0] for row in told[len(whole["about"]) + 1 :]] == [row["企业名称"] for row in whole["rows"]] != []
    mine = officer.get("/errands").text
    assert 'href="/errands"' in officer.get("/account").text and f'href="{here}/file"' in mine and "已做好" in mine
    for other in (world.here.trainer, world.here.street_officer, world.there.officer):
        assert [client_as(other).get(address).status_code for address in (here, f"{here}/file")] == [404, 404]
        assert here not in client_as(other).get("/errands").text

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
    assert f'href="{here}">看进度' in officer.get("/errands").text

    def watched(key: str, done: int, total: int) -> None:
        tell_progress(key, done, total)
        told.append(progress(key))

    monkeypatch.setattr(errands, "tell_progress", watched)
    errands.do_errands()
    assert (0, STEPS) in told and progress(here.rpartition("/")[2]) is None and "做好了" in officer.get(here).text


def test_it_is_taken_up_again_after_a_worker_was_killed_and_not_by_two_at_once_and_given_up_after_three(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = client_as(world.here.officer)
    monkeypatch.setattr(errands, "enqueue", lambda *_, **__: None)
    here, deadly = asked(officer), asked(officer, "/enterprises?as=xlsx")
    for ago, done in ((timedelta(minutes=1), False), (timedelta(minutes=11), True)):
        with unit_of_work(SYSTEM, "system") as uow:
            uow.session.execute(update(Errand).where(Errand.done_at.is_(None)).values(begun_at=uow.now - ago))
        errands.do_errands()
        assert ("做好了" in officer.get(here).text) is done
    assert "<progress" in officer.get(deadly).text, "one at a time, so that the other sweeps have their turn"

    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.execute(update(Errand).where(Errand.done_at.is_(None)).values(tries=errands.TRIES))
    errands.do_errands()
    assert "没有做成，请再做一次" in officer.get(deadly).text


def test_why_it_could_not_be_done_is_said_and_a_file_with_somebody_forgotten_is_gone(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = client_as(world.here.trainer)
    here = asked(trainer, "/people?as=xlsx")
    assert trainer.get(f"{here}/file").status_code == 200
    with unit_of_work(SYSTEM, "system") as uow:
        erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))
    assert "有人的资料依法删除，请重新导出" in trainer.get(here).text and trainer.get(f"{here}/file").status_code == 404

    for fault, said in ((TooMany(), "请等一分钟再试"), (ZeroDivisionError(), "没有做成，请再做一次")):

        def fails(*_: object, fault: Exception = fault) -> bytes:
            raise fault

        monkeypatch.setattr(errands, "work_of", lambda _name, fails=fails: fails)
        here = asked(trainer, "/people?as=xlsx")
        assert said in trainer.get(here).text and trainer.get(f"{here}/file").status_code == 404
        assert said in trainer.get("/errands").text
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            last = select(Errand.given).order_by(Errand.asked_at.desc()).limit(1)
            assert uow.session.scalars(last).one() is None, "what it was to be made of is not kept"
    trainer.set_cookie(COOKIE, "en")
    refresh()
    assert "try once more" in trainer.get(asked(trainer, "/people?as=xlsx")).text, "in the language of whoever asked"


def test_what_was_read_before_somebody_was_forgotten_is_kept_by_no_worker_after_it(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = client_as(world.here.trainer)

    def forgotten_meanwhile(*_: object) -> bytes:
        with unit_of_work(SYSTEM, "system") as uow:
            erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))
        return b"a name"

    with monkeypatch.context() as slow:
        slow.setattr(errands, "work_of", lambda _name: forgotten_meanwhile)
        here = asked(trainer, "/people?as=xlsx")
    assert "有人的资料依法删除" in trainer.get(here).text and trainer.get(f"{here}/file").status_code == 404

    told: list[dict[str, str]] = []
    monkeypatch.setattr(errands, "enqueue", lambda _name, **values: told.append(values))
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        read_at = uow.now
    with unit_of_work(SYSTEM, "system") as uow:
        erase(uow, uow.session.get_one(Person, world.here.person_ids[1]))
    with unit_of_work(SYSTEM, "system") as uow:
        late = errands.begin(uow, Later(exports.workbook, "人员.xlsx", b"a name", back="/people"), read_at).id
        new = errands.begin(uow, Later(exports.workbook, "企业.xlsx", b"no name", back="/people"), uow.now).id
    errands.forget_read_before(told[0]["moment"])
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        kept = {one.id: one.given for one in uow.session.scalars(select(Errand))}
    assert (kept[late], kept[new]) == (None, b"no name"), "a page that had read before and asked after"


@on_either
def test_two_clicks_at_once_ask_for_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(errands, "enqueue", lambda _name, **values: woken.append(values["errand_id"]))
    later, led_to = Later(exports.workbook, "人员.xlsx", b"", back="/people"), []

    def click(uow: UnitOfWork) -> None:
        with force_locale("zh"):
            led_to.append(str(errands.begin(uow, later, uow.now).id))
        sleep(0.05)  # so that the others ask while nothing of it is to be seen

    assert written_at_once(app, [click] * 4) == []
    assert len(led_to) == 4 and set(led_to) == set(woken) and len(woken) == 1
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [str(one) for one in uow.session.scalars(select(Errand.id))] == woken
