"""ID number, unified social credit code and phone: tidied, checked, and told in a sentence what is wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

BLANKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
EXCEL_TEXT = re.compile(r'="(.*)"')  # how some systems keep the zeros of a number in a CSV
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
ID_SHAPE = re.compile(r"\d{17}[\dX]")
PHONE_SHAPE = re.compile(r"1[3-9]\d{9}")
LANDLINE_SHAPE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}|400\d{7}")
NOT_IN_PHONES = re.compile(r"[-‐‑‒–—―－﹣−()（）.·_]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell cannot be taken. code: a row code of the import; reason: for a clerk."""

    code: str
    reason: str


def compact(text: str) -> str:
    """Without blanks of any kind, invisible marks and the apostrophe or ="…" that keeps zeros; narrow letters."""
    text = BLANKS.sub("", unicodedata.normalize("NFKC", text))
    if wrapped := EXCEL_TEXT.fullmatch(text):
        text = wrapped[1]
    return text.lstrip("'’`")


def id_check(first17: str) -> str:
    """The 18th character for 17 digits. Source: GB 11643-1999, ISO 7064 MOD 11-2."""
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def read_id_number(text: str) -> str | Wrong:
    """18 characters, the last one upper case, or what is wrong: ID_DIGITS_LOST, ID_CHECK."""
    number = compact(text).upper()
    number = number.removesuffix(".0")
    if SCIENTIFIC.fullmatch(number):
        return id_digits_lost()
    if len(number) != 18 and number.rstrip("X").isdecimal():
        if len(number) == 15:
            return Wrong("ID_CHECK", _("是 15 位的旧号码，请填二代身份证上的 18 位号码"))
        return Wrong(
            "ID_CHECK",
            _("只有 %(n)s 位，身份证号要 18 位", n=len(number))
            if len(number) < 18
            else _("有 %(n)s 位，多了 %(more)s 位，身份证号要 18 位", n=len(number), more=len(number) - 18),
        )
    if not number.isascii() or not ID_SHAPE.fullmatch(number):
        return Wrong("ID_CHECK", _("身份证号只能是 17 位数字加 1 位数字或 X"))
    if born_on(number) is None:
        return id_digits_lost() if number.endswith("000") else Wrong("ID_CHECK", _("第 7 至 14 位不是一个日期，请对照身份证核对"))
    if number[17] != id_check(number[:17]):
        if number.endswith("000"):
            return id_digits_lost()
        return Wrong("ID_CHECK", _("最后一位校验不对，号码中有数字填错，请对照身份证核对"))
    return number


def id_digits_lost() -> Wrong:
    """A spreadsheet number holds 15 digits: the rest cannot be recovered."""
    return Wrong("ID_DIGITS_LOST", _("后几位已被表格软件变成 0，找不回来，请先把这一列设为文本格式，再重新填写"))


def born_on(id_number: str) -> date | None:
    """The day of birth in an 18-character ID number, None when its digits are no day."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def sex_of(id_number: str) -> str:
    """男 for an odd 17th digit, 女 for an even one. Source: GB 11643-1999."""
    return "男" if int(id_number[16]) % 2 else "女"


def read_phone(text: str, landline: bool = False) -> str | Wrong:
    """A mobile number of 11 digits, or what is wrong: PHONE_INVALID. landline: also 0730-8888888, as 07308888888.

    Dashes, blanks, brackets and +86 are taken off. Reading its own answer again gives the same.
    """
    number = NOT_IN_PHONES.sub("", compact(text).removesuffix(".0"))
    if SCIENTIFIC.fullmatch(compact(text)):
        return Wrong("PHONE_INVALID", _("号码已被表格软件变成科学计数，请把这一列设为文本格式，再重新填写"))
    number = number.removeprefix("+")
    for prefix in ("0086", "86"):
        if number.startswith(prefix) and PHONE_SHAPE.fullmatch(number[len(prefix) :]):
            number = number[len(prefix) :]
    if number.isascii() and (PHONE_SHAPE.fullmatch(number) or (landline and LANDLINE_SHAPE.fullmatch(number))):
        return number
    return Wrong("PHONE_INVALID", str(_phone_reason(number)))


def _phone_reason(number: str) -> object:
    if not number.isdecimal():
        if re.search(r"[/、,，;；]", number):
            return _("一格里有两个号码，请只留一个手机号")
        return _("手机号只能是数字")
    if len(number) < 11:
        return _("只有 %(n)s 位，手机号要 11 位", n=len(number))
    if len(number) > 11:
        return _("有 %(n)s 位，多了 %(more)s 位，手机号要 11 位", n=len(number), more=len(number) - 11)
    if number.startswith("0"):
        return _("这是座机号，请填能收到通知的手机号")
    return _("手机号要以 13 至 19 开头，请核对")


def uscc_check(first17: str) -> str:
    """The 18th character for 17 of the alphabet. Source: GB 32100-2015, ISO 7064 MOD 31-3 with its own weights."""
    total = sum(USCC_ALPHABET.index(letter) * weight for letter, weight in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def read_uscc(text: str) -> tuple[str, Wrong | None]:
    """The code as 18 upper-case characters and what is wrong with it: USCC_INVALID (no such code), USCC_CHECK (mistyped)."""
    code = compact(text).upper().replace("-", "")
    if len(code) != 18:
        return code, Wrong("USCC_INVALID", _("有 %(n)s 位，统一社会信用代码要 18 位", n=len(code)))
    if any(letter not in USCC_ALPHABET for letter in code):
        return code, Wrong("USCC_INVALID", _("统一社会信用代码里不会有 I、O、S、V、Z 和数字、大写字母以外的字符，请核对"))
    right = uscc_check(code[:17])
    if code[17] != right:
        return code, Wrong(
            "USCC_CHECK", _("最后一位校验不对；如果前 17 位没有错，最后一位应是 %(right)s，请对照营业执照核对", right=right)
        )
    return code, None
