"""The certificate on paper."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lms.core.documents import MissingCharacters
from lms.credentials.documents import certificate_pdf, certificate_pdfs, english
from lms.credentials.frozen import CertificateData, fingerprint, short
from lms.credentials.rules import CertificateKind
from lms.credentials.statements import said_of, signed_address

DATA = CertificateData(
    serial="AK-430602-2026-018834",
    issuer_name="湘粮油脂有限公司",
    holder_name="刘洋",
    masked_id="4306**********0217",
    lecture_title="总经理讲安全课：粉尘防爆与有限空间",
    presence="全程到课",
    score=90,
    hours=Decimal("1.00"),
    lecturer_name="陈建国",
    lecturer_is_head=True,
    issued_on=date(2026, 11, 23),
    valid_until=date(2027, 11, 22),
    verify_url="https://anke.test/verify/8f3kq2m9x7c4v5b1AbCdEf",
)
DATA = replace(
    DATA, verify_url=signed_address(DATA.verify_url, said_of(DATA, "欧阳*"), b"s" * 32), fingerprint=""
)  # as long as they get
LONG = {
    "issuer_name": "岳阳市城陵矶新港区湘北粮油食品加工产业园综合物流管理服务有限责任公司",
    "holder_name": "买买提·阿卜杜热合曼·努尔麦麦提",
    "lecture_title": ("粉尘防爆与有限空间作业审批" * 10)[:120],
    "presence": "到课 45 分钟",
    "lecturer_name": "买买提·阿卜杜热合曼·努尔麦麦提",
}


def changed(**facts) -> CertificateData:
    return replace(DATA, fingerprint="", **facts)


def seen(pdf: bytes, tmp_path: Path, *order: str) -> str:
    (tmp_path / "a.pdf").write_bytes(pdf)
    return subprocess.run(
        [order[0], *order[1:-1], tmp_path / "a.pdf", order[-1]], capture_output=True, text=True, check=True
    ).stdout


def test_every_fact_can_be_read_in_the_pdf(tmp_path):
    text = seen(certificate_pdf(DATA), tmp_path, "pdftotext", "-layout", "-")

    for fact in ("湘粮油脂有限公司", "安全培训合格证书", "刘洋", "4306**********0217", "全程到课，考核 90 分，合格，记 1 学时。"):
        assert fact in text
    for fact in (
        "AK-430602-2026-018834",
        "陈建国（主要负责人）",
        "2026 年 11 月 23 日",
        "2027 年 11 月 22 日",
        short(DATA.fingerprint),
    ):
        assert fact in text
    assert "passed its test with 90 out of 100" in text


@pytest.mark.parametrize("facts", [{}, LONG], ids=["usual", "long"])
def test_the_qr_code_is_read_from_a_print_at_150_dpi(tmp_path, facts):
    (tmp_path / "a.pdf").write_bytes(certificate_pdf(changed(**facts)))
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", tmp_path / "a.pdf", tmp_path / "a"], check=True)

    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "a.png"], capture_output=True, text=True, check=True).stdout

    assert read.strip() == DATA.verify_url


def test_the_pdf_is_one_landscape_page_with_our_fonts_only(tmp_path):
    (tmp_path / "a.pdf").write_bytes(certificate_pdf(DATA))

    lines = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    info = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout

    assert {line.split()[0].split("+")[1] for line in lines} == {"Anke-Sans", "Anke-Sans-Bold", "Anke-Serif-Bold", "Anke-Mono"}
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)
    assert re.search(r"Pages: +1\n", info)
    assert "841.89 x 595.276 pts (A4)" in info
    assert "Author:          湘粮油脂有限公司" in info


def test_the_same_data_give_the_same_bytes():
    assert certificate_pdf(DATA) == certificate_pdf(changed())


def test_a_batch_prints_each_in_order(tmp_path):
    names = ["赵一", "𠮷二", "买买提·艾力"]

    pdfs = list(certificate_pdfs(changed(holder_name=name) for name in names))

    for name, pdf in zip(names, pdfs, strict=True):
        assert name in seen(pdf, tmp_path, "pdftotext", "-")
        assert len(pdf) < 80_000


def test_a_batch_with_a_name_that_cannot_be_drawn_prints_nothing():
    batch = certificate_pdfs([DATA, changed(holder_name="刘\U0001f600")])

    with pytest.raises(MissingCharacters) as raised:
        next(batch)

    assert "U+1F600" in str(raised.value)


def test_long_names_and_titles_stay_on_the_page(tmp_path):
    pdf = certificate_pdf(changed(**LONG, masked_id=None, score=None, valid_until=None))

    boxes = seen(pdf, tmp_path, "pdftotext", "-bbox", "-")
    places = [tuple(map(float, found)) for found in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', boxes)]
    inner = 17 / 25.4 * 72  # the frame's inner line is 15.8 mm from the edge
    assert places
    assert all(left > inner and right < 841.89 - inner and bottom < 595.28 - inner for left, _, right, bottom in places)
    assert boxes.count("<page ") == 1
    text = seen(pdf, tmp_path, "pdftotext", "-layout", "-")
    assert "长期有效" in text
    assert "考核" not in text


def test_the_statement_never_reaches_the_line_below_it(tmp_path):
    boxes = seen(certificate_pdf(changed(**LONG)), tmp_path, "pdftotext", "-bbox", "-")

    bottom = max(float(y) for y in re.findall(r'yMax="(.*?)">(?:Attended|training\.)<', boxes))
    assert bottom < 127 / 25.4 * 72


def test_a_name_with_markup_in_it_is_a_name(tmp_path):
    text = seen(certificate_pdf(changed(holder_name="<b>刘&洋</b>")), tmp_path, "pdftotext", "-layout", "-")

    assert "<b>刘&洋</b>" in text


def test_any_changed_fact_changes_the_fingerprint():
    changes = {
        "serial": "AK-430602-2026-018835",
        "issuer_name": "甲",
        "holder_name": "乙",
        "masked_id": None,
        "lecture_title": "丙",
        "presence": "丁",
        "score": None,
        "hours": Decimal(2),
        "lecturer_name": "戊",
        "lecturer_is_head": False,
        "issued_on": date(2026, 1, 1),
        "valid_until": None,
        "verify_url": "https://anke.test/verify/x",
        "kind": CertificateKind.HOURS,
        "basis": {"rule": "TH-01"},
    }
    assert changes.keys() | {"fingerprint"} == set(CertificateData.__dataclass_fields__)

    prints = {changed(**{name: value}).fingerprint for name, value in changes.items()}

    assert len(prints) == len(changes)
    assert DATA.fingerprint not in prints


def test_the_fingerprint_is_that_of_canonical_json():
    assert fingerprint(DATA) == DATA.fingerprint == changed(hours=Decimal(1)).fingerprint
    assert len(DATA.fingerprint) == 64
    assert short("9f3c71ab" + "0" * 48 + "04deb2c8") == "9f3c 71ab … 04de b2c8"


def test_stored_facts_make_the_same_certificate_again():
    again = CertificateData.from_json(DATA.as_json(), DATA.fingerprint)

    assert again == DATA
    assert CertificateData.from_json(changed(valid_until=None, score=None).as_json()).valid_until is None


def test_stored_facts_that_were_altered_are_not_printed():
    with pytest.raises(ValueError):
        CertificateData.from_json(DATA.as_json() | {"score": 100}, DATA.fingerprint)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "Attended this safety lecture, passed its test with 90 out of 100 and was credited 1 hour of training."),
        ({"score": None, "hours": Decimal("1.50")}, "Attended this safety lecture and was credited 1.5 hours of training."),
    ],
)
def test_english(facts, line):
    assert english(changed(**facts)) == line
