"""What the floors above tell of hazards: the worklist, the enterprise's file, a bulletin with its frozen names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from lms.compliance.bulletins import gathering
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.bulletins.rules import Setting, frozen_from, paper, perils, to_text
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.hazards import alerting, service
from lms.hazards.models import Hazard
from lms.hazards.rules import Act
from tests.compliance.scene import SYSTEM, flat, launch
from tests.hazards import scene
from tests.world import World

ClientAs = Callable[[str], FlaskClient]


def test_the_worklist_has_hazards_that_are_due_in_one_order_with_the_rest(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        launch(uow, world.here)
        late = scene.found(uow, world.here, uow.now - timedelta(days=5), place="迟了的地方")
        far = scene.found(uow, world.here, place="不急的地方")
        scene.climb(uow, world.here, far, "", Act.STOP)
        alerting.alert(uow)
    for who in (world.here.officer, world.here.street_officer, world.city_officer):
        page = flat(client_as(who).get("/overview"))
        first = page[page.index("先看这些") :]
        assert "到期的重大隐患" in page and "已交上一级" in first and "等岳阳楼区监管人员签字：停产决定" in first
        assert first.index("逾期 5 天") < first.index("截止 "), "a late hazard comes before a lecture that is due some day"
    rows = client_as(world.here.officer).get("/hazards?rung=due&as=json").json["rows"]
    assert [row["地点"] for row in rows] == ["迟了的地方"]
    assert "到期的重大隐患" not in flat(client_as(world.there.officer).get("/overview"))
    with unit_of_work(SYSTEM, "system") as uow:
        here = scene.of(uow, world.here.officer)
        service.sign(here, uow.session.get_one(Hazard, late.id), Act.STOP, choice="whole", words="停")
    assert "到期的重大隐患" not in flat(client_as(world.here.officer).get("/overview"))


def test_the_file_of_an_enterprise_shows_its_hazards_to_both_sides(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        second, closed = scene.second_officer(uow, world.here), scene.found(uow, world.here, place="关了的地方")
        scene.climb(uow, world.here, closed, second, Act.CLOSE)
        scene.found(uow, world.here, place="开着的地方")
    for who in (world.here.officer, world.here.head, world.here.trainer):
        page = flat(client_as(who).get(f"/enterprises/{world.here.enterprise_id}"))
        assert page.index("开着的地方") < page.index("关了的地方")
    assert "登记重大隐患" not in client_as(world.here.head).get(f"/enterprises/{world.here.enterprise_id}").text


def test_a_bulletin_freezes_the_hazards_of_its_day_and_every_number_opens_its_names(world: World, client_as: ClientAs) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        campaign, second = launch(uow, world.here), scene.second_officer(uow, world.here)
        closed, late = scene.found(uow, world.here, place="关了的地方"), scene.found(uow, world.here, place="迟了的地方")
        scene.climb(uow, world.here, closed, second, Act.CLOSE)
        late.due_on = uow.today - timedelta(days=1)
        bulletin = Bulletin(
            jurisdiction_id=world.here.district_id, area_id=world.here.district_id, campaign_id=campaign.id, day=uow.today,
            created_by="王敏", created_at=uow.now, changed_at=uow.now, lists=[], words={}, praised=[], state="draft",
        )  # fmt: skip
        uow.session.add(bulletin)
        uow.session.flush()
        frozen = gathering.gather(scene.of(uow, world.here.officer), bulletin)
        assert frozen_from(to_text(frozen)) == frozen
        bulletin.data_sha256 = storage().put(to_text(frozen).encode())
        bulletin.as_of = uow.now
    assert {key: len(perils(frozen, key)) for key in ("found", "closed", "open", "late")} == {
        "found": 2, "closed": 1, "open": 1, "late": 0,
    }, "how it stood is told from what was signed, not from a column"  # fmt: skip
    with unit_of_work(SYSTEM, "system") as uow:
        one = uow.session.scalars(select(Hazard).where(Hazard.place == "迟了的地方")).one()
        service.sign(scene.of(uow, world.here.officer), one, Act.TRANSFER, choice="away", words="不归我们", receiver="消防")
    officer = client_as(world.here.officer)
    page = flat(officer.get(f"/bulletins/{bulletin.id}"))
    assert "本期发现" in page and "其中逾期" in page
    for key, _title, number in paper(frozen, Setting(words={})).hazards:
        rows = officer.get(f"/bulletins/{bulletin.id}/hazards?list={key}&as=json").json["rows"]
        assert len(rows) == number and all(row["走到哪一步"] != "移送" for row in rows), "frozen: what came later is not in it"
    assert officer.get(f"/bulletins/{bulletin.id}/hazards?list=none").status_code == 404
    assert client_as(world.there.officer).get(f"/bulletins/{bulletin.id}/hazards").status_code == 404


def test_data_that_were_frozen_before_hazards_were_told_are_still_the_same_text(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        campaign = launch(uow, world.here)
        bulletin = Bulletin(
            jurisdiction_id=world.here.district_id, area_id=world.here.district_id, campaign_id=campaign.id, day=uow.today,
            created_by="王敏", created_at=uow.now, changed_at=uow.now,
        )  # fmt: skip
        uow.session.add(bulletin)
        uow.session.flush()
        told = to_text(gathering.gather(scene.of(uow, world.here.officer), bulletin))
    before = told.replace(',\n"hazards":[\n\n]', "")
    assert before != told and to_text(frozen_from(before)) == before and frozen_from(before).hazards is None
