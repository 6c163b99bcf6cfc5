"""From a list of firms to their doors: ticked or drawn by chance, this week, done once it is noted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from lms.compliance.visiting.models import FirmDraw, FirmVisit
from lms.core.chance import picked
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise
from lms.registry.queries import rows_picked
from tests.compliance.scene import SYSTEM, add_enterprises, flat, launch


def test_firms_of_a_list_are_drawn_so_that_anybody_can_check_it_and_leave_the_week_once_somebody_was_there(world, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        added = {str(one) for one in add_enterprises(uow, world.here.street_id, 6)}
        campaign = launch(uow, world.here)
    officer, lists = client_as(world.here.officer), f"/campaigns/{campaign.id}"
    page = officer.get(f"{lists}/enterprises?metric=not_lectured").text
    assert "随机抽" in page and "本周上门" in page

    answer = officer.post(f"{lists}/firm-draws?metric=not_lectured", data={"number": "3"}, follow_redirects=True)

    assert "随机抽到的 3 家企业" in flat(answer) and "从 7 家里抽" in flat(answer)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        drawn = uow.session.scalars(select(FirmDraw)).one()
        again = picked(drawn.seed, [UUID(each) for each in reversed(drawn.pool)], 3)
        assert set(drawn.pool) == added | {str(world.here.enterprise_id)}
        assert [one.id for one in rows_picked(uow, drawn, Enterprise)] == again
    go = {"enterprise_id": [str(one) for one in again], "firm_draw_id": str(drawn.id)}
    for _twice in range(2):
        answer = officer.post(f"{lists}/firm-visits", data=go, follow_redirects=True)
    assert flat(answer).count("记下结果") == 3 and "本周去 3 家" in flat(answer)
    assert len(officer.get("/firm-visits?as=json").json["rows"]) == 3
    noted = {"way": "visit", "text": "去过了，车间正常"}
    officer.post(f"{lists}/enterprises/{again[0]}/contact", data=noted)
    assert flat(officer.get("/firm-visits")).count("记下结果") == 2

    neighbour = client_as(world.there.officer)
    assert neighbour.get(f"/firm-draws/{drawn.id}").status_code == 404
    assert "记下结果" not in neighbour.get("/firm-visits").text
    assert neighbour.post(f"{lists}/firm-visits", data=go).status_code == 404
    assert neighbour.post(f"{lists}/firm-draws", data={"number": "3"}).status_code == 404


def test_what_was_not_gone_to_last_week_is_planned_anew_and_a_neighbours_firm_is_never(world, client_as):
    with unit_of_work(SYSTEM, "system") as uow:
        campaign = launch(uow, world.here)
    officer, lists = client_as(world.here.officer), f"/campaigns/{campaign.id}"
    theirs = {"enterprise_id": [str(world.there.enterprise_id), "x"]}
    assert "还没有选企业" in flat(officer.post(f"{lists}/firm-visits", data=theirs, follow_redirects=True))
    officer.post(f"{lists}/firm-visits", data={"enterprise_id": [str(world.here.enterprise_id)]})
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.scalars(select(FirmVisit)).one().week_on -= timedelta(days=7)

    assert "本周还没有安排" in flat(officer.get("/firm-visits"))
    for number in ("0", "51", "x", ""):
        answer = officer.post(f"{lists}/firm-draws?street=430602008", data={"number": number}, follow_redirects=True)
        assert answer.status_code == 200 and answer.request.args["street"] == "430602008"
    assert "没有这样的企业" not in flat(officer.get(f"{lists}/enterprises"))
