"""Every list a bureau or a firm looks at can be taken along as it is seen: the same rows, filters, order and hidden numbers."""

import csv
import html
import json
import re
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import openpyxl
from flask_babel import refresh
from sqlalchemy import select

from lms.core import paging
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture, LectureState
from lms.registry.words import LISTED
from lms.web.locale import COOKIE
from tests import english
from tests.app.populate import populate
from tests.app.test_query_counts import pages
from tests.compliance.scene import SYSTEM, add_enterprises

FILE = re.compile(r'<a href="([^"]*(?:\?|&amp;)as=json)">')
MOST_CHIPS = 4
ROLES = ("trainer", "officer")
LISTS = re.compile(r'<table class="table|class="list-group list-group-flush"')
FEWER = {  # pages with more to see than lists to take along, each with the reason
    "burden.firm": "how much each bureau asked, counted from the list below it",
    "jurisdictions.index": "firms that move, a form for each",
    "lectures.index": "the year's themes, with what is still to be planned",
    "patch.index": "how many firms each officer has, beside the form that hands them over",
    "registry.people": "who asks something about their own data, until it is answered on their page",
}
NO_LIST = {  # pages with a table or a list of things on them that are no list to take along, each with the reason
    "account": "one's own account",
    "archives.cartridge": "the parts of one file, which is itself the download",
    "archives.enterprise": "one firm: each of its lists has a page, and the whole is 一企一档",
    "archives.lecture": "one lecture: its lists are the official forms and 一期一档",
    "archives.official": "the official forms, which are the downloads",
    "archives.order_list": "a part of the page of downloads",
    "archives.orders": "downloads",
    "archives.person": "one person: the file is 一人一档",
    "archives.person_data": "one person's data, with a copy to take along",
    "attendance": "the hall while a lecture is held: what comes of it are the official forms of the lecture",
    "bank.show": "one question",
    "bulletins.names": "a form: whom to name",
    "bulletins.new": "a form",
    "bulletins.show": "one bulletin, with files of its own",
    "campaigns.show": "one campaign: its firms are a list of their own",
    "chasing.firm": "one firm in a campaign",
    "claims.show": "one claim beside the record of its firm",
    "compliance.home": "the matrix: a workbook, and lists behind each number",
    "compliance.summary": "the matrix: a workbook, and lists behind each number",
    "errands.index": "what one asked for within a day, each of them a download or a page",
    "exchange.choose": "a form, and itself the export",
    "hazards.choose": "a search for one firm, to begin a form",
    "hazards.show": "one hazard",
    "imports.show": "a file being looked at, with its wrong rows as a file",
    "jurisdictions.show": "one jurisdiction",
    "law.show": "one change of the law, worked off on its page",
    "lectures.calendar": "a subscription",
    "lectures.photos": "pictures of one lecture",
    "lti": "settings",
    "notices.channels": "settings",
    "passkeys": "one's own account",
    "quiz_sheets": "paper of one quiz, to print and to key in",
    "marking.index": "answers to mark, without names",
    "quiz_signals": "hints about the answers to one quiz",
    "regrading.regrade": "one question, marked again",
    "registry.person": "one person",
    "replies.own": "one bulletin, as one firm reads it",
    "retests": "the retests of one quiz, each on its page",
    "seeing.index": "a matrix of any two sides; each cell opens its list",
    "seeing.leader": "one page to print",
    "sign_in_ways": "settings",
    "situation.index": "figures; each opens its list",
    "states.show": "the states of one firm",
    "stores": "settings",
    "support.index": "a form for each person",
    "templates": "settings",
    "tokens": "settings",
    "webhooks": "settings",
}


def test_every_list_has_its_files_with_the_same_rows_and_filters(app, world, client_as):
    ids = populate(world.here)
    populate(world.here)
    lacking, found, narrowed = set(), set(), set()
    for client, path, endpoint, text in lists(app, ids, {role: client_as(getattr(world.here, role)) for role in ROLES}):
        files = files_of(text)
        if files and endpoint not in FEWER:
            assert len(filled(text)) <= len(files), f"a list without export on {endpoint}"
        lacking |= {endpoint} if not files and LISTS.search(main(text)) else set()
        found |= {endpoint} if files else set()
        if 'type="search"' in main(text) and files:
            nothing = client.get(f"{path}?q=没有这样的&as=json").get_json()
            assert nothing["rows"] == [] and any("没有这样的" in line for line in nothing["about"]), endpoint
        wholes = {table_of(file): same(client, text, file) for file in files}
        for choice in choices_of(text, path) if files else []:
            about = in_english(client, choice).get_json()["about"]
            assert not in_chinese(about), f"{choice} says in Chinese: {about}"
        for chip in chips_of(text, path)[:MOST_CHIPS] if files else []:
            page = client.get(chip).text
            for file in files_of(page):
                part, whole = same(client, page, file, kinds=False), wholes.get(table_of(file))
                if whole is not None and part["rows"] != whole["rows"]:
                    narrowed.add(endpoint)
                    assert filters(part) != filters(whole), (chip, filters(part))

    assert not lacking, f"no export on {lacking}"
    assert len(found) > 15, found
    assert narrowed >= {"registry.enterprises", "credentials.index"}, "filters did narrow these"


def test_a_file_has_all_rows_of_a_list_of_several_pages_or_says_that_it_is_too_long(world, client_as, monkeypatch):
    with unit_of_work(SYSTEM, "home") as uow:
        add_enterprises(uow, world.here.street_id, paging.SIZE)
    officer = client_as(world.here.officer)
    page, whole = officer.get("/enterprises").text, officer.get("/enterprises?page=2&as=json").get_json()
    assert len(whole["rows"]) == paging.SIZE + 1 and f"共 {paging.SIZE + 1} 行" in whole["about"]
    assert len([row for row in whole["rows"] if row["企业名称"] in page]) == paging.SIZE

    monkeypatch.setattr(paging, "WHOLE", paging.SIZE)
    refused = officer.get("/enterprises?as=json")
    assert refused.status_code == 422 and f"名单有 {paging.SIZE + 1} 行，一次最多导出 {paging.SIZE} 行" in refused.text


def test_past_lectures_are_narrowed_by_year_and_street_and_so_is_their_file(world, client_as):
    populate(world.here)
    officer, other = client_as(world.here.officer), uuid4()
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.scalars(select(Lecture).where(Lecture.enterprise_id == world.here.enterprise_id)).first()
        lecture.state, lecture.title, year = LectureState.CLOSED, "已经讲完的课", lecture.year
    for asked, met in (
        (f"year={year}", True),
        ("year=2001", False),
        (f"street={world.here.street_id}", True),
        (f"street={other}", False),
    ):
        page, file = officer.get(f"/lectures?{asked}").text, officer.get(f"/lectures?{asked}&as=json").get_json()
        assert ("已经讲完的课" in page, "已经讲完的课" in [row["讲课"] for row in file["rows"]]) == (met, met), asked
    assert "筛选：已结束；年份：2001" in officer.get("/lectures?year=2001&as=json").get_json()["about"]


def test_a_file_of_an_unknown_kind_or_list_is_not_found(world, client_as):
    trainer, officer = client_as(world.here.trainer), client_as(world.here.officer)
    for odd in ("as=", "as=exe", "as=json&table=x", "as=&table=coming"):
        assert trainer.get(f"/people?{odd}").status_code == 404, odd
        assert trainer.get(f"/lectures?{odd}").status_code == 404, odd
        assert officer.get(f"/observations?{odd}").status_code == 404, odd


def lists(app, ids, clients):
    """Every page with a list on it that somebody of the two can open: client, path, endpoint, text."""
    for client in clients.values():
        for path in pages(app, ids):
            endpoint = app.url_map.bind("anke.test").match(urlsplit(path).path)[0]
            if {endpoint, endpoint.split(".")[0]} & NO_LIST.keys():
                continue
            answer = client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield client, path, endpoint, answer.text


def filled(page: str) -> list[str]:
    """The lists of a page that have a line."""
    found = re.findall(r"<table class=\"table.*?</table>", main(page), re.S)
    found += re.findall(r'class="list-group list-group-flush".*?</section>', main(page), re.S)
    return [each for each in found if "empty-row" not in each]


def files_of(page: str) -> list[str]:
    return [html.unescape(each) for each in FILE.findall(page)]


def table_of(file: str) -> str:
    return parse_qs(urlsplit(file).query).get("table", [""])[0]


def chips_of(page: str, path: str) -> list[str]:
    """The filters of a page that are links."""
    links = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', main(page))]
    return [each for each in dict.fromkeys(links) if each.startswith(f"{path}?") and "as=" not in each and "page=" not in each]


def choices_of(page: str, path: str) -> list[str]:
    """The file of a list narrowed by each of its filters that are a select, by the last word there."""
    found = []
    for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', main(page), re.S):
        values = re.findall(r'<option[^>]* value="([^"]+)"', inside)
        found += [f"{path}?{urlencode({name: html.unescape(values[-1]), 'as': 'json'})}"] if values else []
    return found


def in_english(client, file: str):
    client.set_cookie(COOKIE, "en")
    refresh()  # the language is kept as long as the application's context, which is the test's
    told = client.get(file)
    client.delete_cookie(COOKIE)
    refresh()
    return told


def in_chinese(lines: list[str]) -> set[str]:
    """What of these lines English says in other words, and our stops and brackets."""
    parts = {part.strip() for line in lines for part in re.split(r"[：；，、·「」（）—:;,()“”-]", line)}
    return parts & english.words() | {stop for line in lines for stop in "：；，「」（）、" if stop in line}


def filters(told: dict) -> list[str]:
    return [line for line in told["about"][1:] if not line.startswith("共")]


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", main(page)))


def same(client, page: str, file: str, kinds: bool = True) -> dict:
    """What a file says: the rows are those of the page and in its order, and nothing is in it that the page hides. kinds: whether
    the other two kinds are to say the same."""
    told = client.get(file).get_json()
    assert told["about"][0].startswith("数据截至 20")
    if kinds:
        rows = list(csv.reader(StringIO(client.get(file.replace("as=json", "as=csv")).data.decode("utf-8-sig"))))
        book = openpyxl.load_workbook(BytesIO(client.get(file.replace("as=json", "as=xlsx")).data)).active
        at = len(told["about"])
        above = [[row[0] for row in rows[:at]], told["about"], [book.cell(row=line + 1, column=1).value for line in range(at)]]
        assert all(lines[0].startswith("数据截至 20") for lines in above), "each file says the minute it was made in"
        assert above[0][1:] == above[1][1:] == above[2][1:]
        assert len(rows) - at - 1 == book.max_row - at - 1 == len(told["rows"])
        abroad = list(csv.reader(StringIO(in_english(client, file.replace("as=json", "as=csv")).data.decode("utf-8-sig"))))
        left = LISTED.keys() & {cell for row in abroad for cell in row} | in_chinese([row[0] for row in abroad[:at]])
        assert not left, f"{file} leaves words of ours in Chinese: {left}"
        headings = abroad[at]
        assert not re.search("[\u4e00-\u9fff]", "".join(headings)), f"{file} has headings in Chinese: {headings}"
        assert len(set(headings)) == len(headings) == len(rows[at]), (file, headings)
        if told["rows"]:
            assert rows[at] == list(told["rows"][0]) == [cell.value for cell in book[at + 1]][: len(rows[at])]
    leads = [str(next(iter(row.values()))) for row in told["rows"]]
    seen, where = words(page), 0
    for lead in leads:
        where = seen.find(lead, where)
        assert where >= 0, (file, lead, leads)
    counts = [body.count("<tr") for body in re.findall(r"<tbody>(.*?)</tbody>", main(page), re.S)]
    counts += [main(page).count('class="list-group-item'), main(page).count('<section class="card" aria-label')]
    groups = main(page).split('class="list-group list-group-flush"')[1:]
    counts += [each.partition("</section>")[0].count('class="list-group-item') for each in groups]
    assert len(set(leads)) < len(leads) or len(leads) in counts or where == 0, (file, len(leads), counts)
    assert [number for number in re.findall(r"\b1\d{10}\b|\b\d{17}[\dX]\b", json.dumps(told["rows"])) if number not in page] == []
    return told
