"""What was found and signed about a hazard: kept as it read that day, in the chain, and told to whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import event, select

from lms.core.errors import Invalid
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing import shots
from lms.hazards import alerting, listings, queries, rules, service
from lms.hazards.models import Hazard, HazardAlert, HazardFile, HazardStep
from lms.hazards.rules import Act, Rung, Stage
from lms.ledger.service import append, verify
from lms.notices.models import Notice
from lms.registry.models import Enterprise
from lms.registry.queries import own_jurisdiction
from tests.compliance.scene import SYSTEM
from tests.conftest import on_either
from tests.hazards import scene
from tests.lectures.files import photo
from tests.world import World

GPS = 0x8825  # EXIF: the sub-directory of where it was taken


@on_either
def test_a_hazard_goes_up_the_whole_ladder_and_every_act_is_in_the_chain(world: World) -> None:
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        second = scene.second_officer(uow, here)
        hazard = scene.found(uow, here)
        scene.climb(uow, here, hazard, second, Act.CLOSE)
        scene.found(uow, here, sent_id=hazard.sent_id)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        hazard = uow.session.scalars(select(Hazard)).one()
        steps = queries.detail(uow, hazard).steps
        assert (hazard.stage, hazard.closed_on, hazard.due_on) == (Stage.CLOSED, uow.today, None)
        assert [step.act for step in steps] == [Act.FOUND, *scene.UP]
        assert [step.signed_by for step in steps if step.as_head] == ["陈建国"] * 3
        assert len({step.signed_key for step in steps if step.act is Act.RECHECK}) == 2
        assert (hazard.clause_article, hazard.clause_confidence) == ("第十一条（三）", "known")
        assert "泄爆" in hazard.clause_text and "10号" in hazard.clause_standard
        assert verify(uow, here.enterprise_id).whole
        titles = uow.session.scalars(select(Notice.title)).all()
        assert any("发现重大事故隐患" in one for one in titles) and any("重大事故隐患已关闭" in one for one in titles)
        assert not any("企业报来" in one for one in titles), "what was asked of the bureau is out of its inboxes once done"


def test_a_clause_that_is_rewritten_behind_the_chain_is_found(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        hazard = scene.found(uow, world.here)
        uow.session.flush()
        hazard.clause_text = "别的"
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert [(one.what, one.kind) for one in verify(uow, world.here.enterprise_id).unlike] == [("changed", "hazard.found")]


def test_what_was_said_of_a_clause_is_in_the_chain_and_an_entry_made_before_it_was_is_still_whole(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        clause = rules.clauses()["JZ08"]
        officer = scene.of(uow, world.here.officer)
        enterprise = uow.session.get_one(Enterprise, world.here.enterprise_id)
        values = {"place": "1 号塔机", "text": "没有验收", "rectify_by": uow.today, "other_sector": "自建厂房"}
        one = service.register(officer, enterprise, own_jurisdiction(officer), clause, sent_id=uuid4(), **values)[0]
        assert "2024版" in one.clause_note and service._found_fact(one)["note"] == one.clause_note
        [row] = queries.rows_of(uow, [one])
        file = listings.hazards_listing(uow.now, [row], [])
        assert one.clause_note in file.rows[0]
        before = scene.found(uow, world.here)
        uow.session.flush()
        shorter = {name: value for name, value in service._found_fact(before).items() if name != "note"}
        append(uow, world.here.enterprise_id, service.FOUND, before.id, shorter)
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def test_a_deadline_moves_by_another_step_alone_and_the_old_one_stays_readable(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        hazard = scene.found(uow, world.here)
        scene.climb(uow, world.here, hazard, "", Act.APPROVE)
        first, later = hazard.due_on, uow.today + timedelta(days=45)
        officer = scene.of(uow, world.here.officer)
        with pytest.raises(rules.NoReason):
            service.sign(officer, hazard, Act.DEADLINE, due_on=later, words=" \n")  # blanks are no reason
        service.sign(officer, hazard, Act.DEADLINE, due_on=later, words="设备要定做")
        service.sign(officer, hazard, Act.AMEND, words="第 1 步的地点是 3 号线")
        steps = queries.detail(uow, hazard).steps
        assert first == hazard.rectify_first and (hazard.due_on, hazard.rectify_by) == (later, later)
        assert [(one.due_before, one.due_on) for one in steps[-2:]] == [(first, later), (later, later)]
        assert steps[0].words == "没有泄爆片"


def test_what_the_head_signed_on_paper_is_entered_with_its_photo_and_says_so(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        hazard = scene.found(uow, world.here)
        scene.climb(uow, world.here, hazard, "", Act.STOP)
        officer = scene.of(uow, world.here.officer)
        with pytest.raises(rules.NoEvidence):
            service.sign(officer, hazard, Act.PLAN, words="装泄爆片", on_paper=True)
        files = [service.Came("签字页.jpg", BytesIO(photo(1, (40, 30))))]
        step = service.sign(officer, hazard, Act.PLAN, words="装泄爆片", on_paper=True, files=files)
        assert (step.signed_by, step.entered_by, step.as_head) == ("陈建国", "王敏", True)


def test_a_file_is_judged_by_what_it_holds_and_its_picture_has_no_place(world: World) -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (29.0, 22.0, 0.0), 3: "E", 4: (113.0, 6.0, 0.0)})
    taken = photo(1, (40, 30), exif=exif)
    with unit_of_work(SYSTEM, "system") as uow:
        officer = scene.of(uow, world.here.officer)
        came = [service.Came("现场.pdf", BytesIO(taken)), service.Came("木马.jpg", BytesIO(b"MZ"))]
        hazard = scene.found(uow, world.here, files=came)
        with pytest.raises(Invalid, match="木马"):
            service.sign(officer, hazard, Act.EVIDENCE, files=[service.Came("木马.jpg", BytesIO(b"MZ"))])
        kept = uow.session.scalars(select(HazardFile)).one()
        assert kept.media_type == "image/jpeg"
    service.look_at_evidence()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        kept = uow.session.scalars(select(HazardFile)).one()
        assert kept.view_sha256 and kept.small_sha256 and not kept.fault
    for sha256, told in ((kept.sha256, True), (kept.view_sha256, False), (kept.small_sha256, False)):
        with Image.open(BytesIO(storage().get(sha256))) as shown:
            assert bool(shown.getexif().get_ifd(GPS)) is told, "only the file as it came tells where it was taken"


def test_a_fault_of_the_store_is_none_of_the_photo_and_the_quicker_of_two_workers_has_said_it(world: World, monkeypatch) -> None:
    monkeypatch.setattr(service, "enqueue", lambda *_: None)
    with unit_of_work(SYSTEM, "system") as uow:
        scene.found(uow, world.here, files=[service.Came("现场.jpg", BytesIO(photo(1, (40, 30))))])

    def full(*_: object) -> str:
        raise ValueError("the store is full")

    with monkeypatch.context() as broken, pytest.raises(ValueError, match="full"):
        broken.setattr(type(storage()), "put", full)
        service.look_at_evidence()
    assert looked_at().looked_at is None

    quickly = shots.look_at

    def slowly(*_: object) -> object:
        monkeypatch.setattr(shots, "look_at", quickly)
        service.look_at_evidence()  # another worker
        raise shots.CannotShow("damaged")

    monkeypatch.setattr(shots, "look_at", slowly)
    service.look_at_evidence()
    assert looked_at().view_sha256 and not looked_at().fault


def looked_at() -> HazardFile:
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        return uow.session.scalars(select(HazardFile)).one()


def test_what_is_late_is_told_and_three_days_later_it_stands_with_the_level_above_without_a_click(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        then = uow.now - timedelta(days=1)
        hazard = scene.found(uow, world.here, then)  # the decision was due the same day
        for days, told in ((0, 0), (1, 1), (2, 0), (3, 0), (4, 1), (5, 0)):
            uow.now = then + timedelta(days=days)
            assert (days, alerting.alert(uow)) == (days, told)
            assert queries.rows_of(uow, [hazard])[0].raised == (days >= 4), "said only of what was raised"
        service.sign(scene.of(uow, world.here.officer, uow.now), hazard, Act.EVIDENCE, files=[scene.report()])
        assert uow.session.scalars(select(Notice.kind).where(Notice.kind == "hazard.raised")).all(), "and a file silences nobody"
        by_clock = uow.session.scalars(select(HazardAlert).order_by(HazardAlert.alerted_at)).all()
        assert [one.to_id for one in by_clock] == [None, world.city_id]
        city = scene.of(uow, world.city_officer, uow.now)
        [row] = queries.due(city, 5)
        assert row.raised and row.hazard.id == hazard.id
        assert uow.session.scalars(select(Notice.title).where(Notice.kind == "hazard.raised")).one().startswith("逾期没有签字")
        service.sign(scene.of(uow, world.here.officer, uow.now), hazard, Act.STOP, choice="none", words="单独停用除尘器")
        assert not queries.due(scene.of(uow, world.city_officer, uow.now), 5), "signed, and the next deadline is days away"


def test_a_hazard_is_seen_to_by_the_bureau_its_enterprise_has_come_to(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        hazard = scene.found(uow, world.here, uow.now - timedelta(days=1))
        assert queries.bureau_of(uow, hazard).id == world.here.district_id
        uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction_id = world.there.street_id
        uow.session.flush()
        uow.session.expire_all()
        assert alerting.alert(uow) == 1
        told = uow.session.scalars(select(Notice).where(Notice.kind == "hazard.asked")).all()
        assert [f"user:{one.user_id}" for one in told] == [world.there.officer]
        uow.now += timedelta(days=4)
        assert alerting.alert(uow) == 1
        [raised] = uow.session.scalars(select(HazardAlert.to_id).where(HazardAlert.to_id.is_not(None)))
        assert raised == world.city_id
        assert queries.rows_of(uow, [hazard])[0].bureau == "云溪区"


def test_how_hazards_stood_on_a_day_that_is_over_is_told_from_what_was_signed_by_then(world: World) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        began = uow.now - timedelta(days=20)
        second = scene.second_officer(uow, world.here)
        hazard = scene.found(uow, world.here, began)
        scene.climb(uow, world.here, hazard, second, Act.APPROVE, began + timedelta(days=2))
        scene.climb(uow, world.here, hazard, second, Act.CLOSE, began + timedelta(days=10))
        day = scene.of(uow, world.here.officer, began).today
        here = select(Enterprise.id).where(Enterprise.id == world.here.enterprise_id)
        then = {days: queries.stood(uow, here, day, day + timedelta(days=days)) for days in (0, 5, 19)}
        assert [(line.rung, line.closed_on) for [line] in then.values()] == [
            (Rung.STOP, None), (Rung.RECTIFY, None), (Rung.CLOSED, day + timedelta(days=10)),
        ]  # fmt: skip
        assert not queries.stood(uow, here, uow.today, uow.today)
    with unit_of_work(SYSTEM, "system") as uow:
        scene.found(uow, world.there, place="别的区的地方")
    read: list[UUID] = []
    listen = lambda one, _context: read.append(one.enterprise_id)  # noqa: E731 - removed again below, so it needs a name
    for model in (Hazard, HazardStep):
        event.listen(model, "load", listen)
    try:
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            assert len(queries.stood(uow, here, day, uow.today)) == 1
    finally:
        for model in (Hazard, HazardStep):
            event.remove(model, "load", listen)
    assert read == [world.here.enterprise_id], "what is another bureau's is not read, and no step as a whole"


def test_a_measure_that_was_lifted_is_told_as_lifted_also_after_the_hazard_is_closed_and_none_is_taken_without_a_stop(
    world: World,
) -> None:
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        second, officer = scene.second_officer(uow, here), scene.of(uow, here.officer)
        hazard, other = scene.found(uow, here), scene.found(uow, here, place="不停的地方")
        scene.sign(uow, here, hazard, second)
        service.sign(officer, hazard, Act.ENFORCE, choice="taken", words="通知供电公司停电")
        scene.climb(uow, here, hazard, second, Act.CLOSE)
        step = service.sign(officer, hazard, Act.ENFORCE, choice="lifted", words="通知恢复供电")
        assert (hazard.stage, step.choice) == (Stage.CLOSED, "lifted")
        service.sign(officer, other, Act.STOP, choice="none", words="能保证安全")
        with pytest.raises(rules.NothingToEnforce):
            service.sign(officer, other, Act.ENFORCE, choice="taken", words="停电")
        titles = uow.session.scalars(select(Notice.title).where(Notice.title.contains("强制措施")).order_by(Notice.id)).all()
        assert [one.partition("：")[0] for one in dict.fromkeys(titles)] == ["采取了强制措施", "解除了强制措施"]
