import hashlib
import io
import os
import re
from datetime import timedelta

import pytest
from flask_babel import refresh
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.core import clock
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.lectures import service
from lms.lectures.models import Material, Rendition, RenditionPage, RenditionState, Upload, UploadState
from lms.lectures.service import uploads
from tests.app.populate import populate
from tests.lectures.builders import make_lecture
from tests.lectures.files import film, zip_of
from tests.lectures.test_pages import topics, typed  # noqa: F401

SYSTEM = Actor.system("test")
FILM = film(300_000)


def announce(client, size, name="警示片.mp4", modified="1764000000000"):
    return client.post("/uploads", data={"name": name, "size": str(size), "modified": modified})


def begun(client, size=300_000, **how):
    return announce(client, size, **how).headers["Location"]


def send(client, url, offset, content):
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(url, data=content, headers=headers)


def offset_of(client, url):
    return int(client.head(url).headers["Upload-Offset"])


def rows():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Upload).order_by(Upload.id)))


def pieces(app):
    return [path for path in (app.extensions["settings"].data_dir / "files" / "pieces").rglob("*") if path.is_file()]


def test_a_file_in_pieces_becomes_a_material_of_the_same_bytes(app, world, trainer, topics):  # noqa: F811
    url = begun(trainer)
    for start in range(0, len(FILM), 100_000):
        answer = send(trainer, url, start, FILM[start : start + 100_000])
        assert answer.status_code == 204
        assert answer.headers["Upload-Offset"] == str(min(start + 100_000, len(FILM)))

    kept = re.search(r'name="kept" value="([^"]+)"', trainer.get(url).text).group(1)
    trainer.post("/lectures/new", data=typed(world.here, kept=kept))

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        material = uow.session.scalars(select(Material)).one()
    assert (material.sha256, material.size) == (hashlib.sha256(FILM).hexdigest(), len(FILM))
    assert storage().get(material.sha256) == FILM
    assert pieces(app) == [] and rows() == []


def test_after_a_reload_the_same_file_goes_on_where_it_was(trainer, topics):  # noqa: F811
    url = begun(trainer)
    send(trainer, url, 0, FILM[:120_000])
    assert "传了 40%，再选一次这个文件就接着传" in trainer.get("/lectures/new").text

    again = announce(trainer, len(FILM))

    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (url, "120000")
    send(trainer, url, 120_000, FILM[120_000:])
    assert rows()[0].state == UploadState.DONE


def test_another_file_of_that_name_is_another_upload(trainer):
    first = begun(trainer)

    assert begun(trainer, size=len(FILM) - 1) != first
    assert begun(trainer, modified="1764000000001") != first


@pytest.mark.parametrize("offset", [-1, 0, 99_999, 100_001, 10**20])
def test_a_piece_that_does_not_fit_is_refused_with_the_place_where_it_is(trainer, offset):
    url = begun(trainer)
    send(trainer, url, 0, FILM[:100_000])

    answer = send(trainer, url, offset, FILM[100_000:150_000])

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "100000")
    assert "100000" in answer.text
    assert offset_of(trainer, url) == 100_000


def test_a_piece_without_an_offset_is_refused(trainer):
    url = begun(trainer)

    assert trainer.patch(url, data=b"x").status_code == 409


def test_two_pages_sending_the_same_file_get_one_whole_file(trainer):
    url = begun(trainer)

    assert send(trainer, url, 0, FILM[:200_000]).status_code == 204
    assert send(trainer, url, 0, FILM[:150_000]).status_code == 409
    assert send(trainer, url, offset_of(trainer, url), FILM[200_000:]).status_code == 204

    assert rows()[0].sha256 == hashlib.sha256(FILM).hexdigest()
    assert send(trainer, url, len(FILM), b"").status_code == 409


def test_more_bytes_than_announced_are_refused_and_nothing_is_kept_of_them(app, trainer):
    url = begun(trainer, size=1000)

    assert send(trainer, url, 0, FILM[:1001]).status_code == 413
    assert offset_of(trainer, url) == 0
    assert pieces(app) == []


def test_a_piece_too_big_for_one_request_is_refused(trainer):
    url = begun(trainer, size=40_000_000)

    assert send(trainer, url, 0, bytes(17 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize(("size", "status"), [("0", 422), ("-5", 422), ("x", 422), (str(1024**3 + 1), 413), (str(1024**3), 201)])
def test_a_size_that_cannot_be_is_refused_before_a_byte_is_sent(trainer, size, status):
    assert announce(trainer, size).status_code == status


def test_somebody_elses_upload_is_like_one_that_does_not_exist(world, client_as, trainer):
    ids = populate(world.there)
    url = begun(trainer)
    own_but_elsewhere = f"/uploads/{ids['upload_id']}"

    for key in (world.there.trainer, world.here.officer, world.here.head, world.here.employee):
        client = client_as(key)
        for answer in (client.get(url), client.head(url), send(client, url, 0, b"x"), client.delete(url)):
            assert answer.status_code == 404, key
    for answer in (trainer.head(own_but_elsewhere), send(trainer, own_but_elsewhere, 0, b"x"), trainer.delete(own_but_elsewhere)):
        assert answer.status_code == 404
    assert len(rows()) == 2


def test_a_colleagues_upload_is_not_reached_either(world, client_as, trainer):
    url = begun(trainer)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(update(Upload).values(owner="user:somebody else"))

    assert trainer.head(url).status_code == 404
    assert send(trainer, url, 0, b"x").status_code == 404


def test_a_program_called_slides_is_refused_when_it_is_complete(app, trainer, topics):  # noqa: F811
    content = b"MZ\x90\x00" + bytes(5000)
    url = begun(trainer, size=len(content), name="课件.pptx")

    send(trainer, url, 0, content)

    line = trainer.get(url).text
    assert "「课件.pptx」不是能用的课件" in line and 'name="kept"' not in line
    trainer.set_cookie("anke_locale", "en")
    refresh()
    assert "课件.pptx” is no material" in trainer.get(url).text, "a worker looked at it, whoever reads it speaks which language"
    assert pieces(app) == []


def test_a_zip_bomb_is_refused_when_it_is_complete(trainer):
    content = zip_of({"ppt/presentation.xml": "", "ppt/media/image1.bmp": bytes(50_000_000)})
    url = begun(trainer, size=len(content), name="课件.pptx")

    send(trainer, url, 0, content)

    assert "解开后大得不正常" in trainer.get(url).text


def test_what_nobody_went_on_with_for_a_day_is_swept(app, trainer):
    url = begun(trainer)
    send(trainer, url, 0, FILM[:1000])
    fresh = begun(trainer, name="另一个.mp4")
    with unit_of_work(SYSTEM, "home") as uow:
        old = uow.session.scalars(select(Upload).order_by(Upload.id)).first()
        old.touched_at = clock.now() - timedelta(hours=25)

    service.forget_uploads()

    assert trainer.head(url).status_code == 404
    assert trainer.head(fresh).status_code == 200
    assert pieces(app) == []


def test_cancelling_forgets_the_pieces(app, trainer):
    url = begun(trainer)
    send(trainer, url, 0, FILM[:1000])

    assert trainer.delete(url).status_code == 204

    assert rows() == [] and pieces(app) == []


def test_nobody_fills_the_disk_with_beginnings(trainer):
    for number in range(uploads.MOST_AT_ONCE):
        assert announce(trainer, 10, name=f"{number}.mp4").status_code == 201

    assert announce(trainer, 10, name="again.mp4").status_code == 429


def complete(trainer, name="警示片.mp4"):
    url = begun(trainer, name=name)
    send(trainer, url, 0, FILM)
    return url


def test_what_is_here_and_used_nowhere_counts_too(trainer, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 500_000)
    complete(trainer)
    assert [row.state for row in rows()] == [UploadState.DONE]

    assert announce(trainer, 300_000, name="again.mp4").status_code == 429


@pytest.mark.parametrize("used", [False, True])
def test_the_bytes_of_a_forgotten_upload_go_unless_something_else_names_them(app, world, trainer, used):
    complete(trainer)
    sha256 = hashlib.sha256(FILM).hexdigest()
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.scalars(select(Upload)).one().touched_at = clock.now() - timedelta(hours=25)
        if used:
            own = {"enterprise_id": world.there.enterprise_id, "lecture_id": make_lecture(uow, world.there).id}
            what = {"file_name": "同一部.mp4", "media_type": "video/mp4", "size": len(FILM), "sha256": sha256}
            uow.session.add(Material(**own, **what, added_at=uow.now))
    [kept] = [path for path in (app.extensions["settings"].data_dir / "files").rglob(sha256) if path.is_file()]
    long_ago = kept.stat().st_mtime - 3 * 3600
    os.utime(kept, (long_ago, long_ago))

    service.forget_uploads()

    assert kept.exists() is used


def test_the_pages_of_a_file_that_is_nowhere_any_more_are_forgotten(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        shown, gone = (
            Rendition(source_sha256=mark * 64, state=RenditionState.READY, started_at=uow.now, finished_at=long)
            for mark, long in (("a", uow.now), ("b", uow.now - timedelta(days=2)))
        )
        uow.session.add_all([shown, gone])
        uow.session.flush()
        page = {"number": 1, "width": 1, "height": 1, "sha256": "c" * 64, "small_sha256": "d" * 64}
        uow.session.add(RenditionPage(rendition_id=gone.id, **page))

    service.forget_renditions()

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Rendition.source_sha256)).all() == ["a" * 64]
        assert uow.session.scalars(select(RenditionPage.id)).all() == []


def test_a_worker_that_died_while_looking_at_a_file_loses_nothing(app, trainer, monkeypatch):
    url = begun(trainer)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "_finish", lambda _upload_id: None)
        send(trainer, url, 0, FILM)
    assert "正在核对" in trainer.get(url).text

    service.finish_uploads()

    assert rows()[0].sha256 == hashlib.sha256(FILM).hexdigest()


def test_a_small_file_needs_no_script(world, trainer, topics):  # noqa: F811
    form = typed(world.here, materials=[(io.BytesIO(b"%PDF-1.4 x"), "通知.pdf")])

    assert trainer.post("/lectures/new", data=form).status_code == 303
