import io

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture, LibraryItem, LibraryVersion, Material, Reading
from lms.notices.models import Notice
from tests.conftest import on_either
from tests.lectures.builders import make_lecture
from tests.lectures.files import docx

SYSTEM = Actor.system("test")
FIRST, SECOND = docx("动火作业安全"), docx("动火作业安全，增加受限空间")


def publish(client, content=FIRST, **more):
    form = {"title": "冬季动火作业安全", "note": "", "materials": [(io.BytesIO(content), "动火.docx")]} | more
    return client.post("/library/new", data=form, content_type="multipart/form-data")


def newer(client, item_id, content=SECOND):
    form = {"note": "增加受限空间", "materials": [(io.BytesIO(content), "动火.docx")]}
    return client.post(f"/library/{item_id}/new-version", data=form, content_type="multipart/form-data")


def everything(model):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(model).order_by(model.id)))


def planned(side, **how):
    with unit_of_work(SYSTEM, "home") as uow:
        return make_lecture(uow, side, **how).id


def test_a_firm_adopts_what_its_bureau_published_and_adds_its_own(world, officer, trainer):
    assert publish(officer).status_code == 303
    lecture_id = planned(world.here)
    [version] = everything(LibraryVersion)
    assert "冬季动火作业安全" in trainer.get("/library").text

    trainer.post(f"/library/versions/{version.id}/adopt", data={"lecture_id": str(lecture_id)})
    with unit_of_work(SYSTEM, "home") as uow:
        local = Material(
            enterprise_id=world.here.enterprise_id, lecture_id=lecture_id, file_name="本厂案例.jpg", media_type="image/jpeg",
            size=1, sha256="1" * 64, added_at=uow.now,
        )  # fmt: skip
        uow.session.add(local)

    page = trainer.get(f"/lectures/{lecture_id}").text
    assert "来自岳阳楼区资料库「冬季动火作业安全」第 1 版" in page
    assert "本单位的课件" in page
    adopted = everything(Material)[0]
    assert (adopted.sha256, adopted.library_version_id) == (version.sha256, version.id)
    assert "1 家企业用过" in officer.get("/library").text


@on_either
def test_a_newer_version_is_announced_to_those_whose_lecture_is_still_to_come_and_taken_with_one_tap(world, officer, trainer):
    publish(officer)
    [version] = everything(LibraryVersion)
    coming, held = planned(world.here), planned(world.here, title="已经讲过的课")
    for lecture_id in (coming, held):
        trainer.post(f"/library/versions/{version.id}/adopt", data={"lecture_id": str(lecture_id)})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        sitting_id = uow.session.get_one(Lecture, held).sitting.id
    trainer.post(f"/sittings/{sitting_id}/open")
    before = len(everything(Notice))

    newer(officer, version.item_id)

    [notice] = everything(Notice)[before:]
    assert (notice.person_id, notice.link) == (world.here.person_ids[1], f"/lectures/{coming}")
    assert "资料有新版：冬季动火作业安全" in notice.title
    [material] = [row for row in everything(Material) if row.lecture_id == coming]
    assert "换成新版" in trainer.get(f"/lectures/{coming}").text
    assert "换成新版" not in trainer.get(f"/lectures/{held}").text

    with unit_of_work(SYSTEM, "home") as uow:  # somebody has looked at the older one
        own = {"enterprise_id": world.here.enterprise_id, "lecture_id": coming, "person_id": world.here.person_ids[2]}
        uow.session.add(Reading(**own, material_id=material.id, page=1, opened_at=uow.now))
    trainer.post(f"/materials/{material.id}/renew")

    assert {row.lecture_id: row.library_version.number for row in with_versions()} == {coming: 2, held: 1}
    assert trainer.post(f"/materials/{next(r.id for r in everything(Material) if r.lecture_id == held)}/renew").status_code == 409


def with_versions():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        rows = list(uow.session.scalars(select(Material)))
        for row in rows:
            assert row.library_version is not None
        return rows


def test_the_same_file_again_is_no_new_version(officer):
    publish(officer)

    newer(officer, everything(LibraryItem)[0].id, FIRST)

    assert len(everything(LibraryVersion)) == 1


def test_an_old_version_is_still_the_same_bytes(officer, trainer):
    publish(officer)
    newer(officer, everything(LibraryItem)[0].id)

    assert [trainer.get(f"/library/versions/{row.id}").data for row in everything(LibraryVersion)] == [FIRST, SECOND]


def test_who_sees_what_is_a_matter_of_where_one_is(world, client_as, officer):
    publish(officer)
    [version] = everything(LibraryVersion)
    item_id = version.item_id

    for key in (world.here.trainer, world.here.head, world.here.street_officer, world.city_officer):
        assert "冬季动火作业安全" in client_as(key).get("/library").text, key
    for key in (world.there.trainer, world.there.head, world.there.officer):
        assert "冬季动火作业安全" not in client_as(key).get("/library").text, key
        assert client_as(key).get(f"/library/versions/{version.id}").status_code == 404
    for key in (world.here.street_officer, world.city_officer, world.there.officer, world.here.trainer):
        assert newer(client_as(key), item_id).status_code == 404, key
        assert client_as(key).post(f"/library/{item_id}/withdraw").status_code == 404, key


def test_a_foreign_lecture_adopts_nothing(world, officer, trainer):
    publish(officer)
    theirs = planned(world.there)

    answer = trainer.post(f"/library/versions/{everything(LibraryVersion)[0].id}/adopt", data={"lecture_id": str(theirs)})

    assert answer.status_code == 404
    assert everything(Material) == []


def test_what_is_withdrawn_is_offered_to_nobody_and_kept_by_who_has_it(world, officer, trainer):
    publish(officer)
    lecture_id = planned(world.here)
    trainer.post(f"/library/versions/{everything(LibraryVersion)[0].id}/adopt", data={"lecture_id": str(lecture_id)})

    officer.post(f"/library/{everything(LibraryItem)[0].id}/withdraw")

    assert "冬季动火作业安全" not in trainer.get("/library").text
    assert trainer.get(f"/materials/{everything(Material)[0].id}").data == FIRST


@pytest.mark.parametrize(("form", "words"), [
    ({"title": ""}, "请写资料名称"),
    ({"materials": []}, "请选一个文件"), ({"materials": [(io.BytesIO(b"MZ"), "a.exe")]}, "不是能用的课件"),
])  # fmt: skip
def test_what_is_missing_is_said(officer, form, words):
    answer = publish(officer, **form)

    assert answer.status_code == 422
    assert words in answer.text
    assert everything(LibraryItem) == []
