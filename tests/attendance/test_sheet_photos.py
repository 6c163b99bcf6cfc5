"""The real PDF, signed, photographed from all sides and read back."""

import io
import pickle

import pytest
from PIL import Image

from lms.attendance.paper import NotAPicture, Order, read_photo, sheet_pdf
from lms.attendance.rules.sheets import signed as looks_signed
from tests.attendance import photos

SHEET = "019214b4-5f64-71c4-afbc-b30da666f6ad"
NAMES = ("买买提·艾力·吾买尔江", "欧阳娜", *(f"彭建{n}" for n in range(26)))
CAME, LEFT = {1, 2, 3, 7, 9, 12, 25}, {1, 2, 9, 24}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    order = Order(
        number=4, title="总经理讲安全课：粉尘防爆与有限空间", enterprise="湘粮油脂有限公司", lecturer="陈建国（主要负责人）",
        when="2026-11-23 14:30–15:30", place="3 号会议室", address=f"http://192.168.100.100:8000/sheets/{SHEET}",
        rows=tuple((name, f"{at:04}", "设备动力与安全环保管理部" if at == 5 else "压榨车间") for at, name in enumerate(NAMES)),
    )  # fmt: skip
    return photos.pages(sheet_pdf(order), tmp_path_factory.mktemp("sheet"))


def read(content):
    [reading] = pickle.loads(read_photo(content))
    came = {line for line, row in enumerate(reading.rows, 1) if looks_signed(row.ink_in)}
    left = {line for line, row in enumerate(reading.rows, 1) if looks_signed(row.ink_out)}
    return reading, came, left


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param({}, id="straight"),
        pytest.param({"turned": 7, "skew": 0.05}, id="a little slanted"),
        pytest.param({"turned": -12, "skew": 0.09, "light": 0.45}, id="slanted and dark"),
        pytest.param({"turned": 90, "skew": 0.04}, id="on its side"),
        pytest.param({"turned": 181, "skew": 0.06, "light": 0.35}, id="upside down and very dark"),
        pytest.param({"turned": 33, "skew": 0.08}, id="askew"),
        pytest.param({"turned": 3, "skew": 0.1, "blur": 1.2}, id="not quite sharp"),
        pytest.param({"turned": 2, "skew": 0.03, "side": 1400}, id="as small as a chat makes it"),
    ],
)
def test_a_photo_from_any_side_gives_the_rows_that_were_signed(printed, seen):
    reading, came, left = read(photos.photo(photos.signed(printed[0], CAME, LEFT), **seen))

    assert (str(reading.sheet_id), reading.page) == (SHEET, 1)
    assert (came, left) == (CAME, LEFT)


def test_each_row_is_cut_out_by_itself(printed):
    reading, _came, _left = read(photos.photo(photos.signed(printed[0], {7}), turned=9, skew=0.06))
    dark = {}
    for line, row in enumerate(reading.rows, 1):
        picture = Image.open(io.BytesIO(row.picture))
        box = picture.crop((picture.width * 92 // 180, 12, picture.width * 134 // 180, picture.height - 12))
        dark[line] = sum(box.histogram()[:110])

    assert max(dark, key=dark.get) == 7 and sorted(dark.values())[-2] < dark[7] / 4


def test_the_second_page_knows_that_it_is_the_second(printed):
    reading, came, _left = read(photos.photo(photos.signed(printed[1], {26, 28}), turned=4, skew=0.03))

    assert reading.page == 2
    assert came == {1, 3}


def test_a_scan_of_all_pages_in_one_pdf_is_read_page_by_page(printed):
    scan = io.BytesIO()
    photos.signed(printed[0], {5}).save(
        scan, "PDF", save_all=True, append_images=[photos.signed(printed[1], {26})], resolution=150
    )

    first, second = pickle.loads(read_photo(scan.getvalue()))

    assert (first.page, second.page) == (1, 2)
    assert looks_signed(first.rows[4].ink_in) and looks_signed(second.rows[0].ink_in)


def test_a_photo_without_a_corner_is_known_but_not_cut(printed):
    paper = photos.signed(printed[0], CAME)
    paper.paste(photos.TABLE, (0, paper.height * 19 // 20, paper.width // 5, paper.height))  # a thumb

    reading, _came, _left = read(photos.photo(paper, turned=3))

    assert str(reading.sheet_id) == SHEET and reading.rows == ()


@pytest.mark.parametrize("seen", [{"blur": 9}, {"side": 300}])
def test_a_photo_that_shows_no_code_is_no_sheet(printed, seen):
    reading, _came, _left = read(photos.photo(printed[0], **seen))

    assert reading.sheet_id is None


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 broken", b"\xff\xd8\xff\xe0 broken", b"GIF89a"])
def test_what_is_no_picture_is_refused_in_a_sentence(content):
    with pytest.raises(NotAPicture, match="请上传照片"):
        read_photo(content)
