"""A comment that could not be sent waits in the phone of whoever wrote it: what was typed is lost by no answer of the server."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.lectures.models import LectureState
from lms.supervision.models import Observation
from tests.compliance.scene import SYSTEM
from tests.keeping import WAITING
from tests.lectures.files import photo
from tests.quizzes import scenes
from tests.world import World

INK = """() => {
    const canvas = document.querySelector("canvas.signature");
    return canvas.getContext("2d").getImageData(0, 0, 320, 160).data.filter((value, at) => at % 4 === 3 && value).length;
}"""  # points of the pad that are drawn on
COUNTED = """
    const open = window.createImageBitmap;
    window.opened = 0;
    window.createImageBitmap = (...given) => { window.opened += 1; return open(...given); };
"""
KEPT, REFUSED, REMARK = "写的和照片都已存在这部手机里", "存下的没有通过", "讲得具体，现场问了三个人。"


def test_a_comment_stays_with_whoever_wrote_it_until_it_is_accepted(
    app: Flask, world: World, host: str, phone: BrowserContext
) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = scenes.planned_lecture(uow, world.here)
        lecture.state, lecture.sitting.opened_at = LectureState.OPEN, uow.now
        own_page = f"{host}/lectures/{lecture.id}/observe"
    too_big = [True]

    def answer(route: Route) -> None:
        if route.request.method == "POST" and too_big:
            route.fulfill(status=413, content_type="text/html", body="<main>文件太大了</main>")
        else:
            route.continue_()

    phone.route("**/observe", answer)
    page = phone.new_page()
    sign_in = signing_in(app, host, phone)
    sign_in(world.here.officer)
    page.goto(own_page)
    expect(page.locator("html.js")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    remark, button = page.get_by_label("一句话点评"), page.get_by_role("button", name="提交点评")
    remark.fill(REMARK)
    choose(page, "签到处.jpg", 2)
    sign(page)
    signed = page.locator("input[name=signature]").input_value()
    button.tap()
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(remark).to_have_value(REMARK)

    sign_in(world.there.officer)  # another district's, on the same phone
    page.goto(f"{host}/observations")
    expect(page.get_by_text("请写它的人登录后打开这一页")).to_be_visible()

    sign_in(world.here.officer)
    too_big.clear()
    for _ in range(2):  # no fact is ticked: refused, and said for as long as it is; opened and left again it is still there
        page.goto(f"{host}/observations")
        expect(page.get_by_text(REFUSED)).to_be_visible()
        page.get_by_role("link", name="去看看").tap()
        expect(remark).to_have_value(REMARK)
        expect(page.locator("input[name=signature]")).to_have_value(signed)
        page.wait_for_function(f"({INK})() > 100")  # what was signed is seen again

    too_big.append(True)
    button.tap()
    expect(page.get_by_text(KEPT)).to_be_visible()
    too_big.clear()
    expect(page.get_by_text(REFUSED)).to_be_visible(timeout=15_000)
    expect(button).to_be_enabled()
    button.tap()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(remark).to_have_value(REMARK)
    assert page.evaluate(INK) > 100
    expect(page.get_by_role("listitem")).to_contain_text(["签到处"])  # once, though the page and the phone both kept it
    for fact in ("讲够了要求的时间", "用了同行业事故案例", "随机问 3 名员工，至少 2 人答对"):
        page.get_by_text(fact).tap()
    expect(page.get_by_text(REFUSED)).to_be_visible()
    button.tap()
    expect(page.get_by_text("点评已提交")).to_be_visible()
    assert page.evaluate(WAITING) == 0

    page.add_init_script(COUNTED)
    page.goto(own_page)
    page.wait_for_load_state("networkidle")
    choose(page, "会场.jpg", 1)
    choose(page, "讲台.jpg", 3)
    expect(page.get_by_role("listitem")).to_contain_text(["会场", "讲台"])
    assert page.evaluate("opened") == 2, "each is opened once"
    page.get_by_text("以上都不符合").first.tap()
    button.tap()
    expect(page.get_by_role("alert").first).to_contain_text("请改一处")
    expect(page.get_by_role("listitem")).to_contain_text(["会场", "讲台"])  # refused, never kept: the photo is chosen still
    page.get_by_text("以上都不符合").first.tap()
    button.tap()
    expect(page.get_by_text("点评已提交")).to_be_visible()

    page.add_init_script("window.DataTransfer = function () { throw new TypeError('Illegal constructor') }")
    page.goto(own_page)
    page.wait_for_load_state("networkidle")
    choose(page, "后门.jpg", 4)
    choose(page, "黑板.jpg", 5, field=1)
    expect(page.get_by_role("listitem")).to_contain_text(["后门", "黑板"])  # an old phone shows and sends both as well
    button.tap()
    expect(page.get_by_text("点评已提交")).to_be_visible()
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert sorted(len(one.photo_ids) for one in uow.session.scalars(select(Observation))) == [1, 3, 5], (
            "each once, and again with what came before"
        )
        assert signed and [one.signature for one in uow.session.scalars(select(Observation).order_by(Observation.id))] == [
            signed, None, None,
        ], "each comment is signed by itself"  # fmt: skip


def sign(page: Page) -> None:
    pad = page.get_by_role("img", name="签名处")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 20 + 20 * step, box["y"] + (60 if step % 2 else 20))
    page.mouse.up()


def choose(page: Page, name: str, seed: int, field: int = 0) -> None:
    taken: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": photo(seed, (64, 48))}
    page.locator("input[name=photos]").nth(field).set_input_files(taken)


def signing_in(app: Flask, host: str, phone: BrowserContext) -> Callable[[str], None]:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)

    def sign_in(key: str) -> None:
        cookie = signer.dumps({"_user_id": key, "_fresh": True})
        phone.add_cookies([{"name": "anke_session", "value": cookie, "url": host}])

    return sign_in
