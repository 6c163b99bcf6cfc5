"""The patch of an officer: nobody in charge, no head, no activity, each with its names; and handed over in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from lms.campaigns.models import Campaign
from lms.compliance.models import Standing
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, HeadAppointment
from tests.compliance.scene import SYSTEM, add_enterprises, flat, hold
from tests.world import World


def test_each_gap_is_counted_on_the_home_page_and_opens_its_names(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        (lonely,) = add_enterprises(uow, world.here.street_id, 1, officer=None)
        own, other = (uow.session.get_one(Enterprise, each) for each in (world.here.enterprise_id, lonely))
        own.created_at = other.created_at = uow.now - timedelta(days=400)
        hold(uow, world.here, campaign)
        name = other.name
        with_head = set(uow.session.scalars(select(HeadAppointment.enterprise_id)))
        without = set(uow.session.scalars(select(Enterprise.name).where(Enterprise.id.not_in(with_head))))
    officer = client_as(world.here.officer)
    home = flat(officer.get("/overview"))
    assert f"不知道主要负责人 {len(without)}" in home and "12 个月没有活动 1" in home
    for verb, fine, said in (
        ("底子清", 4, "家归到了街道、乡镇"), ("情况明", 4 - len(without), "家知道主要负责人"), ("有人管", 2, "家有监管责任人"),
        ("管到位", 3, "家 12 个月里有活动"),
    ):  # fmt: skip
        assert re.search(rf"{verb} [\d.]+% .*?{fine} / 4 {said}", home), home[home.index(verb) :][:80]
    assert name in flat(officer.get("/patch?gap=nobody")) and name in flat(officer.get("/patch?gap=idle"))
    listed = flat(officer.get("/patch?gap=no_head"))
    assert all(each in listed for each in without) and "湘粮油脂有限公司" not in listed
    assert name not in flat(client_as(world.there.officer).get("/patch?gap=nobody"))
    assert officer.get("/patch?gap=other").status_code == 404
    told = officer.get("/patch?gap=nobody&as=csv").data.decode("utf-8-sig")
    assert "筛选：没有责任人" in told and "共 2 行" in told and name in told


def test_a_firm_in_no_street_is_shown_until_it_has_one(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.here.district_id
    officer = client_as(world.here.officer)
    home, listed = flat(officer.get("/overview")), flat(officer.get("/patch?gap=no_street"))
    assert "没有归到街道、乡镇 1" in home and "湘粮油脂有限公司" in listed
    assert "湘粮油脂有限公司" in officer.get("/patch?gap=no_street&as=json").get_data(as_text=True)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.here.street_id
    assert "没有归到街道、乡镇" not in flat(officer.get("/overview"))


def test_a_patch_is_handed_over_in_one_step_and_past_days_keep_their_officer(
    world: World, campaign: Campaign, client_as: Callable[[str], FlaskClient]
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        before = uow.session.scalars(select(Standing).where(Standing.officer_name == "李强")).all()
        ids = [line.enterprise_id for line in before]
        for line in before:
            line.since_on -= timedelta(days=3)
    officer = client_as(world.here.officer)
    assert "交给的还是同一个人" in officer.post("/patch", data={"name": "李强", "successor": "李强"}).text
    assert "没有要移交的" in officer.post("/patch", data={"name": "没有这人", "successor": "周凯"}).text
    answer = flat(officer.post("/patch", data={"name": "李强", "successor": "周凯"}, follow_redirects=True))
    assert f"{len(ids)} 家企业从今天起由周凯负责" in answer
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lines = uow.session.scalars(select(Standing).where(Standing.enterprise_id.in_(ids)).order_by(Standing.since_on)).all()
        assert ids and {line.officer_name for line in lines if line.until_on} == {"李强"}
        assert {line.officer_name for line in lines if not line.until_on} == {"周凯"}
        assert set(uow.session.scalars(select(Enterprise.officer_name).where(Enterprise.id.in_(ids)))) == {"周凯"}
