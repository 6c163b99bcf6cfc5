"""A page, a PDF, a document and a workbook of one bulletin tell the same figures, all of them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from random import Random
from uuid import UUID
from xml.etree import ElementTree

import openpyxl
from lxml import html

from lms.compliance.bulletins import printing, queries, service
from lms.compliance.bulletins.models import Bulletin
from lms.compliance.bulletins.rules import NAMING, Paper, paper, to_text
from lms.compliance.bulletins.workbook import workbook
from lms.core.shares import share
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.registry.models import Jurisdiction
from tests.compliance.bulletins.test_rules import DAY, besides, by_chance, frozen_of
from tests.compliance.scene import SYSTEM

NOTHING = "[^0-9/]*?"  # between a name and its figures: neither another figure nor a share


def test_page_paper_document_and_workbook_tell_every_figure_alike(world, campaign, client_as, tmp_path):
    firms = [by_chance(Random(f"same {at}"), at) for at in range(60)]
    frozen = frozen_of(*firms, **besides(Random("same"), firms))
    with unit_of_work(SYSTEM, "home") as uow:
        district = uow.session.get_one(Jurisdiction, world.here.district_id)
        made = service.begin(uow, district, campaign, district, DAY)
        bulletin_id: UUID = made.id
    with unit_of_work(SYSTEM, "home") as uow:
        made = uow.session.get_one(Bulletin, bulletin_id)
        made.data_sha256, made.as_of, made.lists = storage().put(to_text(frozen).encode()), frozen.as_of, list(NAMING)
        made.praised = [one.id for one in firms if one.state == "completed"][:4]
        printed = paper(frozen, queries.setting_of(uow, made, frozen))

    (tmp_path / "a.pdf").write_bytes(printing.bulletin_pdf(printed))
    on_paper = subprocess.run(["pdftotext", "-raw", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    [page] = html.fromstring(client_as(world.here.officer).get(f"/bulletins/{bulletin_id}").text).xpath("//main")
    for bar in page.xpath(".//progress"):  # read out, not seen: beside it stands the same
        bar.drop_tree()
    with zipfile.ZipFile(BytesIO(printing.document(printed))) as package:
        document = ElementTree.fromstring(package.read("word/document.xml"))
    texts = {
        "page": "\n".join(page.itertext()),
        "pdf": re.sub(r"岳阳楼区 · 数据截至.*\n|第 \d+ 页，共 \d+ 页\n|\f", "", on_paper),
        "docx": "\n".join(node.text or "" for node in document.iter() if node.tag.endswith("}t")),
    }
    told = list(figures(printed))
    assert len(told) > 60
    for where, text in texts.items():
        apart = re.sub(r"(?<=\d)\s+(?=\d)", "|", text.replace(",", ""))  # two numbers stay two
        squeezed = re.sub(r"\s", "", apart)
        lacking = [pattern for pattern in told if not re.search(pattern, squeezed)]
        assert not lacking, f"{where} lacks {lacking}"

    in_the_workbook(printed)


def exact(text: str) -> str:
    return re.escape(text.replace(" ", ""))


def figures(printed: Paper) -> Iterator[str]:
    """What is to be found of every figure once blanks and commas are taken out: its name, and itself."""

    def of(name: str, n: int, d: int) -> str:
        percent = re.escape(share(n, d)) if d else "—"
        return rf"{exact(name)}(?:\D*?{percent})?{NOTHING}(?<!\d){n}/{d}(?!\d)"

    for _key, name, n, d, _unit in printed.rates:
        yield of(name, n, d)
    for name, n, d in printed.bars:
        yield of(name, n, d)
    for _code, name, cells in printed.grid.rows:
        yield exact(name) + "".join(rf"[^/]*?(?<!\d){n}/{d}(?!\d)" if d else "" for n, d in cells)
    for day, number in printed.trend:
        yield rf"{day:%m-%d}"
        yield rf"(?<!\d){number}(?!\d)"
    for part in (printed.praised, *printed.lists):
        yield rf"{exact(part.title)}{NOTHING}{part.number}家" if part.number else ""
        for firm, _said in part.rows[:10]:
            yield exact(firm.name)
    for _key, title, number in (*printed.hazards, *printed.signals):
        yield rf"{title.replace('没关闭', '没关闭的?')}{NOTHING}(?<!\d){number}(?!\d)"
    marks = sum(number for _code, _how, number in printed.known)
    for _code, how, number in printed.known:
        yield rf"{how}{NOTHING}(?<!\d){number}(?!\d)(?:/{marks})?\D*?{re.escape(share(number, marks))}"
    sat = printed.sat
    assert sat is not None
    yield rf"(?<!\d){sat.lectures}堂课、{sat.firms}家企业"
    for _key, name, number in sat.officers:
        yield rf"{name}{NOTHING}{number}次"
    for _at, _title, number, facts in sat.dimensions:
        yield rf"(?<!\d){number}/{sat.number}(?!\d)"
        for _code, words, times in facts:
            yield of(words, times, sat.number)
    yield rf"待点评[^0-9]*?{len(sat.owed)}(?!\d)"


def in_the_workbook(printed: Paper) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(printed)))
    summary = {row[0]: row[1:3] for row in book["汇总"].iter_rows(min_row=4, values_only=True)}
    sat = printed.sat
    assert sat is not None
    expected = {name: (n, d) for _key, name, n, d, _unit in printed.rates}
    expected |= {f"{name} 开讲率": (n, d) for name, n, d in printed.bars}
    expected |= {part.title: (part.number, None) for part in printed.lists}
    expected |= {f"重大隐患 {title}": (number, None) for _key, title, number in printed.hazards}
    expected |= {f"信号 {title}": (number, None) for _key, title, number in printed.signals}
    marks = sum(number for _code, _how, number in printed.known)
    expected |= {f"签到记录 {how}": (number, marks) for _code, how, number in printed.known}
    expected |= {"旁听的课": (sat.lectures, None), "旁听的企业": (sat.firms, None), "旁听点评": (sat.number, None)}
    expected |= {"待点评": (len(sat.owed), None)} | {f"旁听点评 {name}": (number, None) for _id, name, number in sat.officers}
    for _at, title, number, facts in sat.dimensions:
        expected |= {f"{title} 有符合的": (number, sat.number)}
        expected |= {f"{title} {words}": (times, sat.number) for _code, words, times in facts}
    assert {name: summary.get(name) for name in expected} == expected

    def rows(sheet: str) -> list[tuple[object, ...]]:
        return list(book[sheet].iter_rows(min_row=4, values_only=True))

    assert rows("覆盖矩阵") == [(name, *(one for cell in cells for one in cell)) for _code, name, cells in printed.grid.rows]
    assert [(day.date(), number) for day, number in rows("开讲进度")] == list(printed.trend)
    assert all(len(rows(part.title)) == len(part.rows) for part in (printed.praised, *printed.lists) if part.number)
    frozen = printed.frozen
    assert [len(rows(name)) for name in ("重大隐患", "信号", "旁听点评", "企业名单")] == [
        len(frozen.hazards or ()), len(frozen.signals or ()), len(frozen.sat_in or ()), len(frozen.firms),
    ]  # fmt: skip
