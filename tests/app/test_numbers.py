"""Every number of a supervising page opens its names; whoever is new finds on every page what to do next, and no dead end."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.access.models import Role
from lms.access.service import add_user
from lms.core.uow import unit_of_work
from tests.app.test_demo import ACCOUNTS, signed_in
from tests.app.test_lists import files_of
from tests.compliance.scene import SYSTEM, add_enterprises, add_street
from tests.world import World

BUREAUS = ("demo-district",)
SUPERVISING = {
    "compliance",
    "seeing",
    "bulletins",
    "situation",
    "patch",
    "signals",
    "chasing",
    "supervision",
    "campaigns",
    "hazards",
}
FIGURE = re.compile(r"([\d,]+)(?:\.\d+)?\s*(?:%|家|起|人|件|条|次|堂)?")
SHARE = re.compile(r"([\d,]+) / ([\d,]+)(?!.*[\d,]+ / )", re.S)
PEOPLE = {"attended": ("实到", "应到"), "passed": ("合格", "参考")}  # rates of people open the firms they are summed up over
OF_EACH_SHAPE = 3  # a matrix has hundreds of cells of one kind
NOT_OPENED = {  # figures that lead nowhere, each with the reason
    **{
        ("bulletins.behind", how): "of one firm, whose marks are opened by its name in the same row"
        for how in ("现场", "离线", "代签", "纸质", "补录", "导入")
    },
    ("bulletins.show", "开讲进度"): "a curve over days, as it was frozen",
    ("bulletins.show", "冻结的数据"): "how much was frozen: the whole is in the snapshot beside it",
    ("campaigns.show", "企业负担"): "fields filled in and minutes at forms, which are kept by week and by nobody's name",
    ("chasing.firm", "催办记录"): "how long the list below it is",
    ("compliance.enterprises", ""): "the rate of people of the firms that are listed below it",
    ("compliance.enterprises", "参训"): "of one firm, whose lecture is opened by the button of its row",
    ("compliance.enterprises", "考核合格"): "of one firm, whose lecture is opened by the button of its row",
    ("seeing.index", "开讲进度"): "a curve over days: any day is seen by choosing it above",
    ("situation.index", "十三个月的事故"): "a drawing: each month is opened by the arrows above",
    ("situation.index", "本月登记的"): "how long the list below it is",
}
OF_PEOPLE = "死亡|重伤"  # people: what is opened are the accidents in which it happened to them
TYPED = ("select", "form", "button")


@pytest.mark.parametrize("username", BUREAUS)
def test_every_number_of_a_bureau_opens_a_list_as_long_as_it_says_and_every_percentage_says_of_what(
    demo_app: Flask, username: str
) -> None:
    client, seen, compared = signed_in(demo_app, username), set(), 0
    leading_nowhere, wrong = set(), []

    for endpoint, path, main in supervising(demo_app, client):
        seen.add(endpoint)
        wrong += [f"{path}: {alone} says not of what" for alone in bare(main)]
        shapes: dict[tuple[str, ...], int] = {}
        for figure, text in figures(main):
            link = next((one for one in (figure, *figure.iterancestors()) if one.tag == "a"), None)
            if link is None:
                if number(text):
                    leading_nowhere.add((endpoint, told_of(figure)))
                continue
            address = urlsplit(link.get("href"))
            shape = (address.path.rpartition("/")[2], *sorted(part.partition("=")[0] for part in address.query.split("&")))
            shapes[shape] = shapes.get(shape, 0) + 1
            if shapes[shape] <= OF_EACH_SHAPE and re.search(OF_PEOPLE, told_of(figure) + row_of(figure)) is None:
                compared += differs(client, link, text, f"{path}: {told_of(figure)} {text}", wrong)

    assert seen >= {"compliance.summary", "seeing.index", "bulletins.show", "situation.index", "supervision.index"}, seen
    assert leading_nowhere <= NOT_OPENED.keys(), leading_nowhere - NOT_OPENED.keys()
    assert not wrong, "\n".join(wrong)
    assert compared > 20, compared


PERCENT = re.compile(r"\d+(?:\.\d+)?%")
OF_HOW_MANY = re.compile(r"\d[\d,]*\s*/\s*\d|应开讲 [\d,]+")
ITSELF = ("td", "li", "p", "svg")  # a share stands in one of these, or in a box with its numbers
ASKED = re.compile("要求|至少|不少于|达到|% 以上|[≥<] ?\\d|%–")  # what a rule asks for and how a drawing is shaded: no findings


def bare(main: Any) -> Iterator[str]:
    """Percentages without what they are of, each with what stands around it."""
    for one in main.iter():
        if not isinstance(one.tag, str) or one.tag in ("script", "style", "option"):
            continue
        said = " ".join(text for text in (one.text, *(child.tail for child in one)) if text)
        if not PERCENT.search(said):
            continue
        around = [one, *one.iterancestors()]
        cell = next((each for each in around if each.tag == "td"), None)
        box = next((each for each in around if each.tag in ITSELF or {"card", "number"} & set(each.classes)), main)
        if box.tag == "p" and cell is not None:  # on paper a cell is what a card is on a page
            box = cell
        beside = box.xpath(
            "following-sibling::td[1][contains(@class, 'right')]"
        )  # where the numbers of a bar have their own cell
        seen = ".//text()[not(ancestor::progress)]"  # a bar's own share is read out, not seen
        shown = "".join(text for each in (box, *beside) for text in each.xpath(seen))
        near = " ".join([shown, *(each.get("aria-label") or "" for each in around)])
        if not OF_HOW_MANY.search(near) and not ASKED.search(said):
            yield " ".join(near.split())[:80]


NO_FINDING = {"bank.index": "what a question says"}


@pytest.mark.parametrize("username", [one for one in ACCOUNTS if one not in BUREAUS])
def test_on_no_page_of_any_account_stands_a_percentage_that_says_not_of_what(demo_app: Flask, username: str) -> None:
    client, waiting, seen, wrong = signed_in(demo_app, username), deque(["/home"]), set(), []
    while waiting:
        path = waiting.popleft()
        endpoint = endpoint_of(demo_app, path)
        if endpoint is None or endpoint in {*seen, "web.sign_out"} or "." in path:
            continue
        seen.add(endpoint)
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype == "text/html":
            page = html.fromstring(answer.text)
            waiting.extend(link for link in page.xpath("//a/@href") if link.startswith("/"))
            wrong += [f"{path}: {alone}" for main in page.xpath("//main") for alone in bare(main) if endpoint not in NO_FINDING]

    assert len(seen) > 15, seen
    assert not wrong, "\n".join(wrong)


def supervising(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, Any]]:
    """One page of each kind that a bureau supervises on, found by its links: endpoint, path, main part."""
    waiting, seen = deque(["/home", "/overview"]), set()
    while waiting:
        path = waiting.popleft()
        endpoint = endpoint_of(app, path)
        if endpoint is None or endpoint in seen or endpoint.split(".")[0] not in {*SUPERVISING, "web"}:
            continue
        seen.add(endpoint)
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype == "text/html":
            assert answer.status_code == 200, path
            page = html.fromstring(answer.text)
            waiting.extend(link for link in page.xpath("//a/@href") if link.startswith("/"))
            for main in page.xpath("//main")[:1]:
                yield endpoint_of(app, answer.request.path) or endpoint, answer.request.path, main


def endpoint_of(app: Flask, path: str) -> str | None:
    try:
        return str(app.url_map.bind("anke.test").match(urlsplit(path).path, method="GET")[0])
    except (HTTPException, RequestRedirect):
        return None


def figures(main: Any) -> Iterator[tuple[Any, str]]:
    """What stands alone as a number, or as a share, with the element it stands in; but for what is typed or turned over."""
    for one in main.iter():
        if not isinstance(one.tag, str) or one.tag in ("script", "option", "progress", "time"):
            continue
        if any(above.tag in TYPED or "pagination" in (above.get("class") or "") for above in one.iterancestors()):
            continue
        for text in (one.text, *(child.tail for child in one)):
            if text and FIGURE.fullmatch(text.strip()):
                yield one, text.strip()


def number(text: str) -> int:
    found = FIGURE.match(text)
    assert found
    return int(found[1].replace(",", ""))


def told_of(figure: Any) -> str:
    """What a figure is about: its column, or the title of its card."""
    for one in (figure, *figure.iterancestors()):
        if one.get("data-label"):
            return str(one.get("data-label"))
        if one.tag in ("section", "form") and (title := one.xpath(".//h2")):
            return str(title[0].text or "").strip()
    return ""


def row_of(figure: Any) -> str:
    return next((" ".join(one.xpath("./th//text()")) for one in figure.iterancestors() if one.tag == "tr"), "")


def differs(client: FlaskClient, link: Any, text: str, where: str, wrong: list[str]) -> int:
    """1 when the list a figure opens could be counted; what is wrong with it goes into `wrong`."""
    page = client.get(link.get("href"))
    files = files_of(page.text)
    if len(files) != 1:
        return 0
    rows = client.get(files[0]).get_json()["rows"]
    card = next((one for one in link.iterancestors() if "number" in (one.get("class") or "").split()), None)
    share = SHARE.search(link.get("aria-label") or "") or SHARE.search(link.text_content())
    share = share or ("%" in text and card is not None and SHARE.search(card.text_content()))
    if not share:
        expected, found = [number(text)], [len(rows)]
    else:
        expected = [int(part.replace(",", "")) for part in share.groups()]
        metric = next((key for key in PEOPLE if f"={key}" in link.get("href")), "")
        if metric:
            found = [sum(row[column] or 0 for row in rows) for column in PEOPLE[metric]]
        else:  # a card opens those that did, a cell all that were asked
            done, asked = expected
            missing = "gap=" in link.get("href")  # how much of a patch is in order opens what is not
            expected = [asked - done if missing else done if "lectured" in link.get("href") else asked]
            found = [len(rows)]
    if expected != found:
        wrong.append(f"{where} says {expected}, its list {link.get('href')} {found}")
    return 1


NO_WAY_FORWARD = {  # lists of somebody new that say that they are empty and lead nowhere, each with the reason
    "lectures.library": "what its bureau publishes; a firm waits for it",
}


@pytest.mark.parametrize("who", ["officer", "trainer"])
def test_who_begins_with_nothing_is_told_so_on_every_page_and_where_to_go(
    world: World, client_as: Callable[[str], FlaskClient], app: Flask, who: str
) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        street = add_street(uow, world.here.district_id, "430602077", "新街道")
        over = {"jurisdiction_id": street}
        if who == "trainer":
            elsewhere = add_street(uow, world.here.district_id, "430602078", "别的街道")
            over = {"enterprise_id": add_enterprises(uow, elsewhere, 1)[0]}
        user = add_user(uow, username="new", name="新来的", password="a password for new people", role=Role(who), **over)
        key = f"user:{user.id}"
    client, told = client_as(key), {}

    home = html.fromstring(client.get("/home", follow_redirects=True).text)
    for path in dict.fromkeys(home.xpath("//nav[not(ancestor::main)]//a/@href")):
        endpoint = endpoint_of(app, path)
        page = html.fromstring(client.get(path, follow_redirects=True).text)
        [main] = page.xpath("//main")
        if endpoint and main.xpath(".//*[contains(@class, 'state') or contains(@class, 'empty')]"):
            told[endpoint] = bool(main.xpath(".//a[starts-with(@href, '/')] | .//form"))

    assert len(told) >= 4, told
    assert {endpoint for endpoint, leads in told.items() if not leads} <= NO_WAY_FORWARD.keys(), told
