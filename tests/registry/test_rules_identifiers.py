"""Numbers, days and names as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.registry.rules import Wrong, born_on, read_date, read_id_number, read_name, read_phone, read_uscc, sex_of, uscc_check
from lms.registry.rules.identifiers import ID_CHECKS, USCC_ALPHABET, id_check

DIGITS = st.text("0123456789", min_size=3, max_size=3)
DAYS = st.dates(date(1930, 1, 1), date(2015, 12, 31))
WRITTEN_BY_PEOPLE = st.text("0123456789-+ ()（）８６－.　\u200b'abc", max_size=20)


@given(DAYS, DIGITS)
def test_an_id_number_with_its_check_character_is_right_and_no_other_is(born, serial):
    first17 = f"430699{born:%Y%m%d}{serial}"
    right = first17 + id_check(first17)

    assert read_id_number(right.lower()) == right
    assert born_on(right) == born
    assert sex_of(right) == ("男" if int(serial[2]) % 2 else "女")
    assert all(isinstance(read_id_number(first17 + other), Wrong) for other in ID_CHECKS if other != right[-1])


@given(DAYS, DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_mistyped_digit_of_an_id_number_is_found(born, serial, at, by):
    first17 = f"430699{born:%Y%m%d}{serial}"
    right = first17 + id_check(first17)
    mistyped = right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]

    assert isinstance(read_id_number(mistyped), Wrong)


@pytest.mark.parametrize(
    "text", ["４３０６９９１９７２０６１６８３７５", "\t430699197206168375", "430699 19720616 8375", "'430699197206168375"]
)
def test_an_id_number_may_be_written_loosely(text):
    assert read_id_number(text) == "430699197206168375"


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("43069919720616837", "ID_CHECK", "只有 17 位，身份证号要 18 位"),
        ("430699720616837", "ID_CHECK", "是 15 位的旧号码，请填二代身份证上的 18 位号码"),
        ("430699197213168375", "ID_CHECK", "第 7 至 14 位不是一个日期，请对照身份证核对"),
        ("4.30699E+17", "ID_DIGITS_LOST", "后几位已被表格软件变成 0，找不回来，请先把这一列设为文本格式，再重新填写"),
        ("430699199810221000", "ID_DIGITS_LOST", "后几位已被表格软件变成 0，找不回来，请先把这一列设为文本格式，再重新填写"),
    ],
)
def test_a_wrong_id_number_is_told_why(text, code, reason):
    assert read_id_number(text) == Wrong(code, reason)


@pytest.mark.parametrize(
    "text",
    [
        "199-2146-3076",
        "+86 19921463076",
        "8619921463076",
        "0086-199 2146 3076",
        "１９９２１４６３０７６",
        "19921463076.0",
        '="19921463076"',
    ],
)
def test_a_phone_may_be_written_loosely(text):
    assert read_phone(text) == "19921463076"


@given(WRITTEN_BY_PEOPLE)
def test_a_phone_read_twice_is_the_same(text):
    phone = read_phone(text)

    assert isinstance(phone, Wrong) or (len(phone) == 11 and read_phone(phone) == phone)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1990000", "只有 7 位，手机号要 11 位"),
        ("199214630761", "有 12 位，多了 1 位，手机号要 11 位"),
        ("12921463076", "手机号要以 13 至 19 开头，请核对"),
        ("19921463076/19921463077", "一格里有两个号码，请只留一个手机号"),
        ("073088888888"[:11], "这是座机号，请填能收到通知的手机号"),
        ("无", "手机号只能是数字"),
    ],
)
def test_a_wrong_phone_is_told_why(text, reason):
    assert read_phone(text) == Wrong("PHONE_INVALID", reason)


@given(st.text(USCC_ALPHABET, min_size=17, max_size=17))
def test_a_credit_code_with_its_check_character_is_right_and_no_other_is(first17):
    right = uscc_check(first17)

    assert read_uscc(first17.lower() + right) == (first17 + right, None)
    for other in set(USCC_ALPHABET) - {right}:
        wrong = read_uscc(first17 + other)[1]
        assert wrong is not None
        assert wrong.code == "USCC_CHECK"


@given(st.dates(date(1950, 1, 1), date(2050, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day):
    number = (day - date(1899, 12, 30)).days
    ways = [
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day.year}-{day.month}-{day.day} 8:00:00",
        f"{day:%Y-%m-%d}T00:00:00",
        str(number),
        f" {day.year} 年 {day.month} 月 {day.day} 日 ",
    ]

    assert {read_date(way) for way in ways} == {day}


@pytest.mark.parametrize("text", ["2023-02-30", "2023-13-01", "昨天", "19.8.4", "0", "8/4/2019", "9999-01-01", "2023-0-1"])
def test_what_is_no_day_is_told(text):
    told = read_date(text)

    assert isinstance(told, Wrong)
    assert told.code == "DATE_INVALID"
    assert told.reason


@given(st.text(max_size=60))
def test_a_name_read_twice_is_the_same(text):
    name = read_name(text)

    assert isinstance(name, Wrong) or read_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("宋　刚莹", "宋刚莹"),
        ("\u200f李娜\ufeff", "李娜"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("\U00031350\u3007", "\U00031350\u3007"),
    ],
)
def test_a_name_is_tidied(text, name):
    assert read_name(text) == name


@pytest.mark.parametrize("text", ["=王", "+王", "-王", "@王", "王<b>", "王\ue000", "王😀", "123", "王\x07"])
def test_what_is_no_name_is_told(text):
    told = read_name(text)

    assert isinstance(told, Wrong)
    assert told.code == "NAME_BAD_CHARS"
