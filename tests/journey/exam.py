"""The quiz on two phones, the certificate and what the public sees of it."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect

from lms.core.storage import storage
from lms.credentials.models import Certificate
from lms.quizzes import rules
from lms.quizzes.models import Attempt, QuestionVersion
from lms.registry.models import Person
from tests.journey.conftest import Live
from tests.journey.counting import Hand
from tests.journey.hall import FIRST, SECOND, TITLE
from tests.journey.pages import look, scan, until
from tests.pictures import keep

LETTERS = "ABCDEFGH"


def pass_quiz(hand: Hand, live: Live) -> int:
    """Every tap is kept: a reload in the middle loses nothing. Returns how many questions there were and choices in them."""
    phone = hand.page
    right = right_answers(live, phone.url)
    for number, answers in enumerate(right, 1):
        with hand.step("answer"):
            answer(hand, answers)
        if number == 2:
            look(phone, "journey-61-phone-quiz")
            keep(phone, "employee-question")
            phone.reload()
            expect(phone.locator(".dot.done")).to_have_count(2)
            expect(phone.locator("form[data-page]:visible")).to_have_count(1)
            assert chosen(phone) == answers
        with hand.step("next question"):
            hand.click(phone.get_by_role("button", name="下一题"))
    expect(phone.get_by_role("heading", name="交卷后不能再改")).to_be_visible()
    look(phone, "journey-62-phone-hand-in")
    with hand.step("hand in"):
        hand.click(phone.get_by_role("button", name="交卷", exact=True))
    expect(phone.get_by_role("heading", name="100 分")).to_be_visible()
    look(phone, "journey-63-phone-passed")
    keep(phone, "employee-passed")
    return len(right) + sum(map(len, right))


def fail_quiz_twice(hand: Hand) -> None:
    """Everything left open is no pass; there is one retake, and then none."""
    phone = hand.page
    begin(hand)
    hand_in(hand)
    expect(phone.get_by_text("未合格，合格线 80 分")).to_be_visible()
    look(phone, "journey-64-phone-failed")
    keep(phone, "employee-failed")
    with hand.step("retake"):
        hand.click(phone.get_by_role("button", name="再考一次"))
    hand_in(hand)
    expect(phone.get_by_text("没有再考的机会了")).to_be_visible()
    expect(phone.get_by_role("button", name="再考一次")).to_have_count(0)


def begin(hand: Hand) -> None:
    """From the page that the last scan ended on to the first question."""
    phone = hand.page
    with hand.step("open the quiz"):
        hand.click(phone.get_by_role("link", name="看我的记录"))
        expect(phone.get_by_role("link", name="开始考核")).to_be_visible()
        look(phone, "journey-60-phone-me")
        keep(phone, "employee-due")
        hand.click(phone.get_by_role("link", name="开始考核"))
        expect(phone.get_by_role("button", name="开始作答")).to_be_visible()
        look(phone, "journey-60-phone-quiz-entry")
        hand.click(phone.get_by_role("button", name="开始作答"))
    expect(phone.locator("form[data-page]:visible")).to_have_count(1)  # all of them until the script has come


def hand_in(hand: Hand) -> None:
    """From the first question, with all of them open."""
    phone = hand.page
    expect(phone.locator("form[data-page]:visible")).to_have_count(1)  # all of them until the script has come
    with hand.step("hand in from the first question"):
        hand.click(phone.get_by_role("button", name="检查并交卷"))
        hand.click(phone.get_by_role("button", name="交卷", exact=True))
    phone.wait_for_url("**/result")


def right_answers(live: Live, address: str) -> list[list[str]]:
    """For each question in the order asked, the choices as this phone shows them; a text to fill in is one choice."""
    with live.unit() as uow:
        attempt = uow.session.get_one(Attempt, UUID(address.rpartition("/quiz/")[2].partition("#")[0]))
        found = []
        for entry in attempt.paper:
            version = uow.session.get_one(QuestionVersion, UUID(entry["version"]))
            found.append(rules.shown_of(version.body, entry["options"], rules.key_of(version.body)))
        return found


def answer(hand: Hand, answers: list[str]) -> None:
    phone = hand.page
    form = phone.locator("form[data-page]:visible")
    for value in answers:
        if form.locator("input[type=text]").count():
            hand.fill(form.locator("input[type=text]"), value)
            form.locator("input[type=text]").blur()
        else:
            hand.click(form.locator(f"input[value='{value}']"))
    expect(phone.locator("[data-quiz-status]")).to_have_attribute("data-state", "saved")


def chosen(phone: Page) -> list[str]:
    """What the question now on the screen has as its answer."""
    return phone.locator("form[data-page]:visible").evaluate(
        "form => [...form.elements.choice.length ? form.elements.choice : [form.elements.choice]]"
        ".filter(one => one.type == 'text' || one.checked).map(one => one.value).sort()"
    )


def certificate_of(live: Live, name: str) -> Certificate | None:
    with live.unit() as uow:
        return uow.session.query(Certificate).join(Person).filter(Person.name == name).one_or_none()


def hold_certificate(hand: Hand, live: Live, folder: Path) -> Path:
    """The worker issues it; the phone opens it; its bytes are those that were frozen. Returns the PDF."""
    phone = hand.page
    certificate = until(lambda: certificate_of(live, FIRST), "the certificate of " + FIRST)
    assert certificate_of(live, SECOND) is None
    phone.goto(f"{live.url}/me")
    expect(phone.locator("main")).to_contain_text(f"培训合格证书已发：{TITLE}")
    look(phone, "journey-70-phone-me-certificate")
    keep(phone, "employee-certificate")
    with hand.step("certificate"):
        hand.click(phone.get_by_role("link", name="证书", exact=True))
        address = hand.open_beside(phone.get_by_role("link", name=f"下载 {certificate.serial}"))
    content = phone.request.get(address).body()
    assert hashlib.sha256(content).hexdigest() == certificate.pdf_sha256
    with live.app.app_context():
        assert storage().get(certificate.pdf_sha256) == content
    pdf = folder / "certificate.pdf"
    pdf.write_bytes(content)
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    for words in (FIRST, TITLE, certificate.serial):
        assert words in text.replace("\u2f00", ""), text
    return pdf


def verify(phone: Page, live: Live, pdf: Path) -> None:
    """Anybody's phone reads the code on the paper and sees whether it is good, and no full name."""
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(pdf), str(pdf.with_suffix(""))], check=True)
    address = scan(pdf.with_suffix(".png"))
    assert address.startswith(f"{live.url}/verify/"), address
    phone.goto(address)
    expect(phone.get_by_text("有效").first).to_be_visible()
    expect(phone.locator("main")).to_contain_text(f"{FIRST[0]}*")
    expect(phone.locator("main")).not_to_contain_text(FIRST)
    look(phone, "journey-72-phone-verify")
    keep(phone, "employee-verified")
