"""What an officer and a city's leader do in the demo, step by step: walked and counted by tests, photographed for docs/."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pypdfium2
import zxingcpp
from playwright.sync_api import Locator, expect

from lms.core import clock
from tests.browser import keep_picture
from tests.journey.counting import Hand
from tests.journey.desk import above_the_bar, at_a_desk, on_sheets
from tests.journey.pages import until
from tests.pictures import keep

PAGE = 50  # names on a page of a list
KINDS = ("Word", "PDF")
LECTURED = ("已开讲，未达标", "已完成")
LEAD = "本月开讲面上推进较快，夜班和外包队伍还要补上。"
PATIENCE = 60_000  # a job freezes the data of a district and tells its firms; a page on a busy machine comes when it comes


def seen(what: Locator) -> None:
    expect(what).to_be_visible(timeout=PATIENCE)


def morning(hand: Hand, url: str) -> None:
    """Find the twenty worst, chase them all, open one of them, call its head and note it, choose a lecture to sit in."""
    page = hand.page
    page.goto(f"{url}/overview")
    keep(page, "officer-overview", height=1320)  # with the matrix: the README begins with it
    with hand.step("find the worst"):
        hand.click(page.get_by_role("link", name=re.compile("需要处理")))
    seen(page.locator("tbody tr").nth(19))
    keep(page, "officer-worst")
    above_the_bar(page, 45)
    with hand.step("chase them"):
        hand.click(page.get_by_label(re.compile("全选本页")))
        expect(page.locator("[data-ticks] output")).to_contain_text("已选")
        button = page.get_by_role("button", name=re.compile("^催办 \\d+ 家$"))
        promised = button.inner_text()
        hand.click(button)
    seen(page.get_by_text(re.compile(r"已催办 \d\d 家")))
    seen(page.get_by_text(f"已{promised}，"))
    keep(page, "officer-chased")
    with hand.step("open one firm"):
        hand.click(page.locator("tbody a").first)
    seen(page.get_by_role("heading", name="要求"))
    keep(page, "officer-firm")
    faults = at_a_desk(page)
    assert not faults, "\n".join(faults)
    with hand.step("call and note what came of it"):
        hand.click(page.get_by_role("button", name="看完整号码"))
        seen(page.locator("#head a[href^='tel:']"))
        hand.fill(page.get_by_label("结果"), "主要负责人接的，说下周一补讲。")
        hand.click(page.get_by_role("button", name="记下"))
    seen(page.get_by_text("说下周一补讲"))
    with hand.step("choose a lecture to sit in"):
        hand.click(page.get_by_role("link", name="旁听点评"))
        hand.click(page.get_by_role("button", name=re.compile("^不告知，去旁听")).first)
    seen(page.get_by_text("已记下，企业看不到。"))
    keep(page, "officer-visits")


def go_there(hand: Hand, url: str) -> None:
    """From a low cell of the matrix to its firms, and all of them go into this week; then a draw from the same list."""
    page = hand.page
    page.goto(f"{url}/overview")
    low = page.locator(".matrix tbody td a").filter(has=page.locator("small", has_text=re.compile(r"^\s*0 */"))).first
    with hand.step("visit the firms of a low cell this week"):
        hand.click(low)
        cell = page.url
        hand.click(page.get_by_label(re.compile("全选本页")))
        hand.click(page.get_by_role("button", name="本周上门"))
    seen(page.get_by_role("link", name="记下结果").first)
    keep_picture(page, "officer-this-week")
    page.goto(cell)
    with hand.step("draw some of them by chance"):
        hand.click(page.get_by_role("button", name="随机抽", exact=True))
    seen(page.get_by_role("heading", name="怎么核对"))
    keep_picture(page, "officer-drawn")


def answer_explanation(hand: Hand, url: str, said: str) -> None:
    """A firm has explained a signal: read it on the list, keep it open with a reason, and at last take it off."""
    page = hand.page
    for button in ("不采纳，继续列着", "看过，不再列"):
        page.goto(f"{url}/signals")
        item = page.locator("tbody tr", has_text=said)
        seen(item.get_by_text(said))
        listed = page.locator("tbody tr").count()
        with hand.step(button):
            hand.click(item.locator("summary", has_text="写看过的结果"))
            hand.fill(item.get_by_placeholder("看了什么，怎么回事"), f"问过了。{button}")
            hand.click(item.get_by_role("button", name=button))
    expect(page.locator("tbody tr")).to_have_count(listed - 1)  # where the action led back to
    expect(page.get_by_text(said)).to_have_count(0)


def sit_in(hand: Hand, url: str) -> None:
    """On the phone, in the hall: a fact in each dimension and a sentence."""
    page = hand.page
    page.goto(f"{url}/observations")
    with hand.step("sit in"):
        hand.click(page.get_by_role("link", name="写点评").first)
        for fact in ("主要负责人本人讲，全程在场", "讲了本企业的真实风险点", "随机问 3 名员工，至少 2 人答对"):
            hand.click(page.get_by_text(fact))
        hand.fill(page.get_by_label("一句话点评"), "结合本厂的风险讲，随机问的三名员工都答得上来。")
        keep(page, "officer-observe")
        hand.click(page.get_by_role("button", name="提交点评"))
    seen(page.get_by_text("点评已提交"))


def hazard(hand: Hand, url: str, photo: Path) -> None:
    """On site: from the page of hazards to the firm, its clause, a photo, where it is; the deadline is there already."""
    page = hand.page
    page.goto(f"{url}/hazards")
    with hand.step("register a major hazard"):
        hand.click(page.get_by_role("link", name="登记重大隐患"))
        hand.fill(page.get_by_role("searchbox"), "湘粮油脂")
        hand.enter(page.get_by_role("searchbox"))
        hand.click(page.get_by_role("link", name="湘粮油脂有限公司"))
        hand.click(page.locator("summary", has_text="有限空间"))
        hand.click(page.get_by_text(re.compile("^未审批")))
        hand.attach(page.get_by_label(re.compile("照片")), [photo])
        hand.fill(page.get_by_label("具体在哪里"), "3 号油罐人孔")
        hand.fill(page.get_by_label("看到什么"), "没有审批，也没有人监护")
        keep(page, "officer-hazard-new")
        hand.click(page.get_by_role("button", name="登记", exact=True))
    seen(page.get_by_role("heading", name=re.compile("下一步：停产决定")))
    keep(page, "officer-hazard")


def accident(hand: Hand, url: str) -> None:
    """What happened in a firm is entered; beside it stands whether the firm had lectured before."""
    page = hand.page
    page.goto(f"{url}/situation/enter")
    with hand.step("enter an accident"):
        hand.choose(page.get_by_label("事故类别"), "高处坠落")
        hand.fill(page.get_by_label("企业名称或统一社会信用代码"), "湘粮油脂有限公司")
        hand.fill(page.get_by_label("死亡人数"), "1")
        hand.fill(page.get_by_label("经过"), "检修平台的护栏拆除后没有恢复，一人坠落。")
        hand.click(page.get_by_role("button", name="登记"))
    seen(page.get_by_text("护栏拆除后没有恢复"))
    keep(page, "officer-situation")


def other_view(hand: Hand, url: str) -> None:
    """The campaign by other rows and columns, beside how it stood ten days before."""
    page = hand.page
    page.goto(f"{url}/overview")
    before = clock.local_date(clock.now()) - timedelta(days=10)
    with hand.step("look from elsewhere"):
        hand.click(page.get_by_role("link", name="换个角度看"))
        hand.choose(page.get_by_label("列", exact=True), "size")
        hand.fill(page.get_by_label("和哪一天比"), before.isoformat())
        hand.click(page.get_by_role("button", name="查看"))
    expect(page.locator("main")).to_contain_text(f"{before:%Y-%m-%d} 和")
    keep(page, "officer-views", at=".tiles")
    faults = at_a_desk(page) + on_sheets(page)
    assert not faults, "\n".join(faults)


def draft(hand: Hand, url: str) -> str:
    """Freeze the data, take the draft as it was written, ask those who are named; returns the address of the bulletin."""
    freeze(hand, url)
    return ask_the_named(hand)


def freeze(hand: Hand, url: str) -> None:
    page = hand.page
    page.goto(f"{url}/overview")
    with hand.step("freeze the data"):
        hand.click(page.get_by_role("link", name="写通报"))
        hand.click(page.get_by_role("button", name="冻结数据，开始写"))
    expect(page.locator("#words")).to_be_attached(timeout=PATIENCE)
    keep(page, "officer-draft")


def praise(hand: Hand) -> None:
    """One of those that have finished is praised by name."""
    page = hand.page
    with hand.step("praise a firm"):
        hand.click(page.get_by_role("link", name="点名和表扬"))
        hand.click(page.locator("[name=praised]").first)
        keep(page, "officer-names")
        hand.click(page.get_by_role("button", name="保存"))
    expect(page.locator("#words")).to_be_attached(timeout=PATIENCE)


def ask_the_named(hand: Hand) -> str:
    """Returns the address of the bulletin."""
    page = hand.page
    with hand.step("ask those who are named"):
        hand.click(page.get_by_role("button", name=re.compile("^定稿，征求意见")))
    seen(page.locator("#replies"))
    expect(page.locator("#replies .pill.far")).to_have_count(0, timeout=PATIENCE)
    keep(page, "officer-replies", at="#replies")
    return page.url.partition("#")[0]


def check_five(hand: Hand, seed: int) -> None:
    """Staff picks five cells of the bulletin's matrix by chance: behind each are as many names as it says, and as many of them
    have lectured.

    seed: is printed, so that whoever sees it fail can have the same five again.
    """
    page = hand.page
    cells = page.locator(".matrix tbody td a")
    print(f"cells of the matrix by check_five(…, {seed})")
    for at in Random(seed).sample(range(cells.count()), 5):
        cell = cells.nth(at)
        lectured, asked = map(int, cell.locator("small").inner_text().replace(",", "").split("/"))
        with hand.step(f"check cell {at}"):
            hand.click(cell)
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{asked:,} 家")
        names = page.request.get(page.locator("details .menu a", has_text="JSON").evaluate("link => link.href")).json()["rows"]
        assert (len(names), sum(one["情况"] in LECTURED for one in names)) == (asked, lectured)
        expect(page.locator("tbody tr")).to_have_count(min(asked, PAGE))
        page.go_back()


def call_and_sign(hand: Hand, days_pass: Callable[[], None]) -> None:
    """On the page of a bulletin that was sent: those no message reaches were called; once nobody may reply any more, sign."""
    page = hand.page
    with hand.step("note the calls"):
        hand.click(page.locator("#calls").get_by_label(re.compile("全选")))
        hand.fill(page.get_by_label("电话的结果"), "电话告知主要负责人，没有意见")
        keep(page, "officer-calls", at="#calls")
        hand.click(page.get_by_role("button", name="记下电话"))
    seen(page.get_by_text("已记下。"))
    days_pass()
    page.reload()
    with hand.step("sign"):
        hand.click(page.get_by_role("button", name="签发", exact=True))
    seen(page.get_by_text("已签，还差另一位签发。"))


def lead(hand: Hand, url: str) -> None:
    """What waits for the leader is in a message: read one page, open a number to its names, go back, change a word, sign."""
    page = hand.page
    page.goto(f"{url}/inbox")
    with hand.step("open what waits"):
        hand.click(page.get_by_role("link", name=re.compile("等您签发")).first)
    seen(page.locator("#last-time"))
    keep(page, "leader-bulletin")
    with hand.step("read one page"):
        hand.click(page.get_by_role("link", name="一页看清"))
    seen(page.get_by_role("heading", name="落后"))
    keep(page, "leader-one-page")
    with hand.step("open a number to its names"):
        hand.click(page.get_by_role("link", name=re.compile("讲课人不符")))
    seen(page.locator("tbody tr").first)
    keep(page, "leader-names-behind")
    page.go_back()
    page.go_back()
    with hand.step("change a word"):
        hand.fill(page.locator("textarea[form=words]").first, LEAD)
        hand.click(page.get_by_role("button", name="保存文字"))
    seen(page.get_by_text("内容改过，不算"))
    with hand.step("sign"):
        hand.click(page.get_by_role("button", name="签发", exact=True))
    seen(page.get_by_text("已签，还差另一位签发。"))


def sign_again(hand: Hand, url: str) -> None:
    """Whoever signed another text is told, and signs what it is now; it is out, as Word and PDF with the code to check it by."""
    page = hand.page
    page.goto(f"{url}/inbox")
    with hand.step("sign what was changed"):
        hand.click(page.get_by_role("link", name=re.compile("等您签发")).first)
        seen(page.get_by_text(LEAD))
        hand.click(page.get_by_role("button", name="签发", exact=True))
    seen(page.get_by_text("已签发，通报已发布。"))
    keep_picture(page, "officer-published")
    told = page.get_by_text(re.compile("发布以后通知了 [1-9]"))
    until(lambda: told.count() or (page.reload() and None), "the firms in it to be told")
    files = {name: page.request.get(hand.open_beside(page.get_by_role("link", name=name, exact=True))).body() for name in KINDS}
    with zipfile.ZipFile(io.BytesIO(files["Word"])) as word:
        assert LEAD in word.read("word/document.xml").decode()
    printed = pypdfium2.PdfDocument(files["PDF"])
    codes = {code.text for one in printed for code in zxingcpp.read_barcodes(one.render(scale=2).to_pil())}
    assert codes == {page.url.partition("?")[0].partition("#")[0] + "/check"}


def draw_ten(hand: Hand) -> None:
    """On the page of a lecture that is long over, in the firm: ten of those who passed are asked again, each on the own phone."""
    page = hand.page
    with hand.step("draw ten"):
        hand.click(page.get_by_role("link", name="抽考"))
        hand.fill(page.get_by_label("抽几个人"), "10")
        hand.click(page.get_by_role("button", name="随机抽人并通知"))
    seen(page.get_by_text("已抽出 10 人，通知已发出。"))
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("main")).to_contain_text("还没答")
