"""The browsers inside 微信, 企业微信 and 钉钉: check-in, quiz and certificate work in each, on a phone of 390 points."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.quizzes import queries, service
from tests.attendance.conftest import PHONES, TAILS, events
from tests.browser import PHONE, overflow, window
from tests.credentials.scenes import certificates, held
from tests.quizzes.scenes import TOPIC, held_lecture, questions

ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; M2003J15SC) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/{} Mobile Safari/537.36 "
)
WEB_VIEWS = {
    "微信": ANDROID.format("86.0.4240.99") + "XWEB/4317 MMWEBSDK/20220805 MicroMessenger/8.0.27 Language/zh_CN",
    "企业微信": ANDROID.format("78.0.3904.62") + "wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh ColorScheme/Light",
    "钉钉": ANDROID.format("76.0.3809.111") + "AliApp(DingTalk/7.0.40) com.alibaba.android.rimet Language/zh-CN",
}


def deny(page, *wanted):
    """Answer for whoever holds the phone, wherever it asks: no."""
    session = page.context.new_cdp_session(page)
    context = session.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    for name in wanted:
        answer = {"permission": {"name": name}, "setting": "denied", "browserContextId": context}
        session.send("Browser.setPermission", answer)


@pytest.mark.parametrize("name", WEB_VIEWS)
def test_check_in_quiz_and_certificate_work_inside_other_apps_that_deny_camera_and_place(world, wall, hall, host, browser, name):
    (certificate,) = certificates(held(world.here, {2: (0, 60)}))
    with unit_of_work(Actor.system("test"), "system") as uow:
        service.add_questions(uow, world.here.enterprise_id, questions(1))
        quiz = queries.quiz_of(uow, held_lecture(uow, world.here, QuizPlan((TOPIC,), 1, 60)).id)
    there = len(events())
    wall.forward(minutes=1)
    with window(browser, PHONE | {"user_agent": WEB_VIEWS[name]}) as context:
        page = context.new_page()
        deny(page, "camera", "geolocation")
        page.goto(f"{host}/s/{hall.token()}")
        page.get_by_label("手机号").fill(PHONES[2])
        page.get_by_label("身份证号后四位").fill(TAILS[2])
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_role("heading", name="已签到")).to_be_visible()
        assert len(events()) == there + 1 and overflow(page) == 0

        page.goto(f"{host}/quizzes/{quiz.id}")
        page.get_by_role("button", name="开始作答").click()
        page.locator("form[data-page]:not([hidden]) label", has_text=re.compile("对的")).click()
        expect(page.locator(".save-status")).to_contain_text("已保存")
        page.get_by_role("button", name="检查并交卷").click()
        page.get_by_role("button", name="交卷", exact=True).click()
        expect(page.get_by_role("heading", name="100 分")).to_be_visible()
        assert overflow(page) == 0

        page.goto(f"{host}/me/certificates")
        page.get_by_role("link", name=f"看图 {certificate.serial}").click()
        kept = page.get_by_role("img", name=certificate.serial)
        expect(page.get_by_text("长按图片可以保存或转发")).to_be_visible()
        assert kept.evaluate("one => one.decode().then(() => one.naturalWidth > innerWidth)"), "whole, and sharp enough to print"
        assert overflow(page) == 0

        page.goto(f"{host}/verify/{certificate.public_code}")
        expect(page.get_by_text(certificate.serial).first).to_be_visible()
        assert overflow(page) == 0
