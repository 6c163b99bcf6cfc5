"""The pages between an uploaded file and the database."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.access import errands
from lms.access.actor import Actor
from lms.access.models import Errand
from lms.core.db import db
from lms.core.errands import STEPS
from lms.core.jobs import progress, tell_progress
from lms.core.tables import read
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Enterprise, ImportBatch, Person, PersonPost
from lms.registry.rules.identifiers import uscc_check
from lms.registry.service import Head, appoint, batches, long_files
from tests.data import content, expected
from tests.world import World

ROSTERS = ["roster.xlsx", "roster.xls", "roster-gb18030.csv", "roster-utf8bom.csv", "roster-pasted.txt"]
REFUSED = [
    name
    for name, told in expected("hostile/hostile.expected.json")["files"].items()
    if told["outcome"] == "refused" and not name.startswith(("moodle", "questions"))
]
TWO = ("姓名,工号,手机号\n张三十,A1,1990000\n", "姓名,工号,手机号\n李四十,A2,1990000\n")  # with a phone that is too short
Client = Callable[[str], FlaskClient]


def upload(client: FlaskClient, name: str, path: str = "/people/import") -> TestResponse:
    return client.post(path, data={"file": (io.BytesIO(content(name)), Path(name).name)})


def count(model: type) -> int:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(model)) or 0


def page_of(client: FlaskClient, response: TestResponse) -> tuple[str, str]:
    """The address of the preview and its text."""
    assert response.status_code == 303, response.text
    address = response.headers["Location"]
    return address, client.get(address).text


def test_nothing_is_written_before_somebody_says_so(world: World, client_as: Client) -> None:
    client, before = client_as(world.here.trainer), count(Person)
    with unit_of_work(Actor.system("test"), "home") as uow:
        appoint(uow, [Head(world.here.enterprise_id, "欧阳建国")], uow.today)

    _address, page = page_of(client, upload(client, "roster.xlsx"))

    assert count(Person) == before
    assert "由欧阳建国换成陈建国" in page
    assert "导入 103 人" in page and "第 3 行是表头" in page and "4 行要看一眼" in page
    assert "第 110 行并入第 16 行" in page and "只有 7 位，手机号要 11 位" in page


def test_a_second_click_changes_nothing_and_shows_the_result(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster.xlsx"))

    first = client.post(f"{address}/apply")
    people, lines = count(Person), count(PersonPost)
    second = client.post(f"{address}/apply", follow_redirects=True)

    assert first.status_code == 303
    assert "已经导入过了" in second.text and "导入完成" in second.text
    assert f"{address}?of=new#new" in second.text and f"{address}?of=merged#merged" in second.text
    new = re.search(r'id="new" open>.*?</details>', client.get(f"{address}?of=new").text, re.S)
    assert new and len(re.findall(r'href="/people/[0-9a-f-]{36}">[^<]+</a>', new.group())) == 98
    again = client.get(page_of(client, upload(client, "roster.xlsx"))[0]).text
    assert "没有变化，记为已导入" in again and "导入 103 人" not in again
    assert (count(Person), count(PersonPost)) == (people, lines)


def test_a_fixed_cell_lets_its_row_in(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster.xlsx"))

    asked = re.search(r'name="fix-111-phone"[^>]*', client.get(address).text)
    assert asked and 'placeholder="填 11 位"' in asked[0], "what the cell takes"
    client.post(address, data={"fix-111-phone": "19900001234", "fix-112-hired_on": "2023-02-31"})
    page = client.get(address).text

    assert "导入 104 人" in page and "3 行要看一眼" in page
    assert "2023-02-31" in page, "what was typed is kept, even when it is wrong again"


def test_what_stands_in_a_cell_counts_when_import_is_pressed_at_once(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, page = page_of(client, upload(client, "roster.xlsx"))

    done = client.post(f"{address}/apply", data={"fix-111-phone": "19900001234"}, follow_redirects=True).text

    assert "4 行要看一眼" in page and "接着改剩下的 3 行" in done


def test_rows_kept_out_wait_in_a_batch_of_their_own_on_their_old_rows(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster.xlsx"))
    done = client.post(f"{address}/apply", follow_redirects=True).text

    rest = re.search(r'href="(/imports/[^"]+)"[^>]*>接着改剩下的 4 行', done)
    assert rest
    page = client.get(rest[1]).text

    assert "4 行要看一眼" in page and "第 111 行手机号" in page and "这个文件里没有" not in page
    client.post(rest[1], data={"fix-111-phone": "19900001234"})
    before = count(Person)
    client.post(f"{rest[1]}/apply")
    assert count(Person) == before + 1


def skipped(page: str) -> str:
    """The number of rows that were left out, as the page of what was taken over has it."""
    return re.sub(r"<[^>]+>|\s", "", page).partition("跳过")[2][:1]


def test_a_row_that_is_skipped_waits_for_nobody_and_until_then_can_be_taken_up_again(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, page = page_of(client, upload(client, "roster.xlsx"))
    rows = re.findall(r'name="fix-(\d+)-skipped"', page)
    assert len(rows) == 4 and "111" in rows[1:]
    client.post(address, data={f"fix-{row}-skipped": "1" for row in rows} | {"fix-111-phone": "19900001234"})
    client.post(address, data={f"fix-{rows[0]}-skipped": ""})

    done = client.post(f"{address}/apply", follow_redirects=True).text
    rest = re.search(r'href="(/imports/[^"]+)"[^>]*>接着改剩下的 1 行', done)
    assert rest and skipped(done) == "3", "that of which the phone was typed as well among them"
    assert client.get(rest[1]).text.count("-skipped") == 1
    done = client.post(f"{rest[1]}/apply", data={f"fix-{rows[0]}-skipped": "1"}, follow_redirects=True).text
    assert "接着改剩下的" not in done and skipped(done) == "1"


def test_another_column_can_be_chosen(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    text = "姓名,工号,钉钉部门\n张三,A1,灌装车间\n"
    address, _page = page_of(client, client.post("/people/import", data={"text": text}))

    nowhere = "9" * 5_000
    typed = {"map-0": "name", "map-1": "work_no", "map-2": "department"}
    client.post(address, data=typed | {f"map-{nowhere}": "post", f"fix-{nowhere}-name": "张三"})
    assert client.get(address).status_code == 200, "a row and a column that no file has are passed over"
    client.post(f"{address}/apply")

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        person = uow.session.scalars(select(Person).where(Person.work_no == "A1")).one()
        assert person.posts[0].department and person.posts[0].department.name == "灌装车间"


def test_a_column_changed_at_the_last_moment_is_shown_first(world: World, client_as: Client) -> None:
    client, before = client_as(world.here.trainer), count(Person)
    address, _page = page_of(client, client.post("/people/import", data={"text": "姓名,工号,备注\n张三,A1,甲\n"}))

    page = client.post(
        f"{address}/apply", data={"map-0": "name", "map-1": "work_no", "map-2": "department"}, follow_redirects=True
    )

    assert "列改过了，请再看一眼" in page.text and count(Person) == before


def test_a_table_without_a_header_can_be_told_its_columns(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, page = page_of(client, upload(client, "hostile/no-header.csv"))
    assert "没有找到表头" in page

    client.post(address, data={"header_row": "0", "map-1": "name", "map-0": "work_no"})

    assert re.search(r"导入 \d+ 人", client.get(address).text)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(name: str, world: World, client_as: Client) -> None:
    client, before = client_as(world.here.trainer), count(Person)

    response = upload(client, f"hostile/{name}")

    if expected("hostile/hostile.expected.json")["files"][name]["code"] == "NO_HEADER":
        response = client.get(response.headers["Location"])
        assert "没有找到表头" in response.text and "导入 0 人" not in response.text
    elif response.status_code == 303:  # it is so long that nobody waits for it
        page = followed(client, client.get(response.headers["Location"]))
        assert "请分成几个文件上传" in page and "回到刚才那一页" in page and count(ImportBatch) == 0
    else:
        assert response.status_code == 422 and "field-error" in response.text
        assert count(ImportBatch) == 0
    assert count(Person) == before
    assert client.get("/health").status_code == 200


def test_what_was_pasted_is_kept_when_it_cannot_be_read(world: World, client_as: Client) -> None:
    response = client_as(world.here.trainer).post("/people/import", data={"text": "姓名,工号\n"})

    assert response.status_code == 422
    assert "表头下面没有数据" in response.text and "姓名,工号" in response.text


def test_somebody_elses_batch_does_not_exist(world: World, client_as: Client) -> None:
    address, _page = page_of(client_as(world.here.trainer), upload(client_as(world.here.trainer), "roster.xlsx"))

    for key in (world.there.trainer, world.here.officer, world.here.head, world.here.employee):
        stranger = client_as(key)
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}/apply").status_code == 404
        assert stranger.get(f"{address}/faulty.xlsx").status_code == 404


def test_faulty_rows_come_as_a_sheet_that_can_be_mended_and_uploaded_again(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster.xlsx"))

    sheet = client.get(f"{address}/faulty.xlsx")

    table = read(sheet.data)[0]
    assert len(table.rows) == 5 and table.rows[3][-1] == "只有 7 位，手机号要 11 位"
    again = client.post("/people/import", data={"file": (io.BytesIO(sheet.data), "faulty.xlsx")})
    assert "4 行要看一眼" in page_of(client, again)[1]


def test_no_phone_or_id_number_is_readable_in_the_database(app: Flask, world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster.xlsx"))
    client.post(address, data={"fix-111-phone": "19900001234", "fix-108-id_number": "430699199408128921"})
    page = client.get(address).text
    client.post(f"{address}/apply")
    db.engine.dispose()

    stored = b"".join(path.read_bytes() for path in Path(app.extensions["settings"].data_dir).rglob("*") if path.is_file())

    people = expected("roster.expected.json")["people"]
    numbers = [person[field] for person in people for field in ("phone", "id_number")]
    for number in [*numbers, "19900001234", "430699199408128921"]:
        assert number.encode() not in stored
        if number != "19900001234" and number != "430699199408128921":
            assert number not in page


def test_enterprises_come_in_by_the_page_of_their_district(world: World, client_as: Client) -> None:
    client = client_as(world.here.officer)
    with unit_of_work(Actor.system("test"), "home") as uow:
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        firm.officer_name = "王敏"
    text = (
        "单位名称,统一社会信用代码,街道,行业,负责人,人数\n"
        "湘粮油脂有限公司,91430699MA7UUP5Y9R,城陵矶,工贸,陈建国,103\n"
        "巴陵机械有限公司,91430699MA8TNUL330,城陵矶街道,工贸,王强,20\n"
        "异地有限公司,91430699MACHHLH61E,城陵矶街道,工贸,李四,20\n"
    )
    sent = client.post("/enterprises/import", data={"text": text, "jurisdiction": str(world.here.district_id)})
    address, page = page_of(client, sent)

    assert "导入 2 家" in page and "1 家已登记在其他辖区" in page
    client.post(f"{address}/apply")

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        rows = {row.name: row for row in uow.session.scalars(select(Enterprise))}
        assert rows["湘粮油脂有限公司"].declared_headcount == 103
        assert rows["湘粮油脂有限公司"].officer_name == "王敏", "what the list does not tell stays"
        assert not rows["巴陵机械有限公司"].uscc_confirmed
        assert "异地有限公司" not in rows


def test_a_city_chooses_the_district(world: World, client_as: Client) -> None:
    page = client_as(world.city_officer).get("/enterprises/import").text

    assert "岳阳楼区</option>" in page and "云溪区</option>" in page


def test_pages_of_an_unknown_batch_are_404(world: World, client_as: Client) -> None:
    assert client_as(world.here.trainer).get(f"/imports/{UUID(int=1)}").status_code == 404


def test_a_file_over_the_limit_is_refused_before_it_is_read(world: World, client_as: Client) -> None:
    big = io.BytesIO(b"x" * (20 * 1024 * 1024 + 1))

    response = client_as(world.here.trainer).post("/people/import", data={"file": (big, "big.csv")})

    assert response.status_code == 422 and "文件超过 20 MB" in response.text


def test_nothing_chosen_is_said_at_the_field(world: World, client_as: Client) -> None:
    response = client_as(world.here.trainer).post("/people/import", data={"text": " "})

    assert response.status_code == 422 and "请选择一个文件，或者在下面粘贴表格内容" in response.text


def test_a_mend_after_the_import_shows_the_result_and_changes_nothing(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    address, _page = page_of(client, upload(client, "roster-utf8bom.csv"))
    client.post(f"{address}/apply")

    assert "导入完成" in client.post(address, data={"fix-3-phone": "19900001234"}).text
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        batch = uow.session.scalars(select(ImportBatch)).one()
        assert batch.content is None and not batch.fixes


def test_markup_in_a_file_is_shown_as_text(world: World, client_as: Client) -> None:
    client = client_as(world.here.trainer)
    text = "姓名,工号,部门\n<script>alert(1)</script>,A1,<b>甲</b>\n李四,A2,<img src=x>\n"

    _address, page = page_of(client, client.post("/people/import", data={"text": text}))

    assert "<script>alert" not in page and "<b>甲" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_of_a_long_list_the_wrong_rows_come_with_their_reasons_and_the_others_are_taken(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `anke bench enterprises20000` does with 20,000 rows of which 300 are wrong. Nobody waits for the pages of it."""
    monkeypatch.setattr(long_files, "LONG", 5_000)
    client, before, rows, wrong = client_as(world.here.officer), count(Enterprise), 600, (10, 200, 599)
    lines = [[f"底数企业 {number}", code_of(number), "城陵矶街道", "工贸", "王强", "20"] for number in range(rows)]
    lines[wrong[0]][1], lines[wrong[1]][1], lines[wrong[2]][2] = "", "9143069", "没有这条街道"
    sheet = "单位名称,统一社会信用代码,街道,行业,负责人,人数\n" + "\n".join(",".join(line) for line in lines)
    sent = client.post("/enterprises/import", data={"text": sheet, "jurisdiction": str(world.here.district_id)})

    address = sent.headers["Location"]
    page = followed(client, client.get(address))
    told = read(client.get(f"{address}/faulty.xlsx").data)[0].rows
    with monkeypatch.context() as broken:
        broken.setattr(batches, "_rest", lambda *_: 1 / 0)
        failed = followed(client, client.post(f"{address}/apply"))
    assert "没有做成" in failed and f'href="{address}"' in failed and count(Enterprise) == before, "nothing is half-written"
    seen: list[tuple[int, int] | None] = []
    on_the_way = batches._take_over

    def watched(uow: UnitOfWork, *given: Any) -> dict[str, int]:
        counts = on_the_way(uow, *given)
        seen.extend(progress(str(one)) for one in uow.session.scalars(select(Errand.id)))
        return counts

    told_on: list[float] = []

    def heard(key: str, done: int, total: int) -> None:
        told_on.append(done / total)
        tell_progress(key, done, total)

    monkeypatch.setattr(errands, "tell_progress", heard)
    monkeypatch.setattr(batches, "_take_over", watched)
    done = followed(client, client.post(f"{address}/apply"))

    assert "导入 597 家" in page and "3 行要看一眼" in page and "正在处理，请稍候" in page
    assert [row[0] for row in told[1:]] == [str(number + 2) for number in wrong], "by the rows of the sheet"
    assert ["没有填" in told[1][-1], "位" in told[2][-1], "没有这个街道" in told[3][-1]] == [True, True, True], told
    assert (4 * STEPS, 5 * STEPS) in seen, "how far it is is told while nothing of it is written yet"
    assert told_on == sorted(told_on) and len(set(told_on)) > 100, "the bar moves with the rows, and never back"
    assert count(Enterprise) - before == rows - len(wrong) and "接着改剩下的 3 行" in done

    mended = [lines[number] for number in wrong]
    for line, number in zip(mended, wrong, strict=True):
        line[1], line[2] = code_of(number), "城陵矶街道"
    again = "单位名称,统一社会信用代码,街道,行业,负责人,人数\n" + "\n".join(",".join(line) for line in mended)
    sent = client.post("/enterprises/import", data={"text": again, "jurisdiction": str(world.here.district_id)})
    client.post(f"{page_of(client, sent)[0]}/apply")
    assert count(Enterprise) - before == rows


def followed(client: FlaskClient, answer: TestResponse) -> str:
    """The page that comes of what is done beside it."""
    assert answer.status_code == 303 and "/errands/" in answer.headers["Location"], answer.text
    return client.get(answer.headers["Location"], follow_redirects=True).text


def test_a_long_file_is_looked_at_anew_once_a_cell_is_mended_and_refused_where_it_is_no_table(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "LONG", 0)
    client, before = client_as(world.here.trainer), count(ImportBatch)
    refused = upload(client, "hostile/truncated.xlsx").headers["Location"]
    assert "回到刚才那一页" in followed(client, client.get(refused)) and count(ImportBatch) == before

    address = upload(client, "roster.xlsx").headers["Location"]
    first = followed(client, client.get(address))
    assert client.get(address).status_code == 200, "it was looked at"
    client.post(address, data={"fix-111-phone": "19900001234"})

    assert "4 行要看一眼" in first and "3 行要看一眼" in followed(client, client.get(address))


def test_of_two_long_files_of_one_name_each_is_seen_by_itself_until_it_is_taken_over(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "LONG", 0)
    client = client_as(world.here.trainer)
    one, two = (client.post("/people/import", data={"file": (io.BytesIO(text.encode()), "人.csv")}).location for text in TWO)
    with monkeypatch.context() as waiting:
        waiting.setattr(errands, "enqueue", lambda *_, **__: None)
        follows = [client.get(address).location for address in (one, two)]
    for _each in follows:
        errands.do_errands()
    first, second = (client.get(each, follow_redirects=True).text for each in follows)
    assert follows[0] != follows[1] and "张三十" in first and "李四十" in second

    officer = client_as(world.here.officer)
    sheet = f"单位名称,统一社会信用代码,街道,行业,负责人,人数\n底数企业,{code_of(1)},城陵矶街道,工贸,王强,20\n"
    sent = officer.post("/enterprises/import", data={"text": sheet, "jurisdiction": str(world.here.district_id)}).location
    followed(officer, officer.get(sent))
    assert "导入完成" in followed(officer, officer.post(f"{sent}/apply"))
    assert client.get(one).status_code == 200, "what others import elsewhere changes nothing of it"

    with unit_of_work(Actor.system("test"), "system") as uow:
        errands.forget_files(uow)
    sheet_of_faults = client.get(f"{one}/faulty.xlsx")
    assert "要改的行" in followed(client, sheet_of_faults)
    assert len(read(client.get(f"{sheet_of_faults.location}/file").data)[0].rows) == 2
    assert "张三十" in followed(client, client.get(one)), "looked at anew"

    followed(client, client.post(f"{one}/apply"))
    with unit_of_work(Actor.system("test"), "system", write=False) as uow:
        seen = uow.session.scalars(select(Errand.made).where(Errand.goal.contains(one))).all()
    assert set(seen) == {None}, "what was seen of it is not kept any longer"


def code_of(number: int) -> str:
    body = f"91430699MA{number:07}"
    return body + uscc_check(body)
