"""Questions that leave in a format and come back are the same; what a format cannot carry is named."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core.tables import TableFault
from lms.quizzes.rules import Body, Picture, Place
from lms.quizzes.rules.exporting import FORMATS, export
from lms.quizzes.rules.importing import ParsedQuestion, read_questions, shipped_bank
from lms.quizzes.rules.importing.question import Draft, judge
from lms.registry.rules.names import visible
from tests.quizzes.kinds import every_kind, photograph

PHOTO = photograph(400, 300)
SHA256 = hashlib.sha256(PHOTO).hexdigest()
PICTURES = {SHA256: PHOTO}
TRICKY = "~=#{}:\\%->|；;/、，.AB1T对[]\"'&<>_（）()!？ 　*@+"
TAME = st.text(st.sampled_from("安全生产通风检测作业隐患消防电焊工甲乙丙丁"), min_size=2, max_size=12)
ANY = st.text(st.characters(exclude_categories=("C",)) | st.sampled_from(TRICKY), min_size=1, max_size=20)


def banks(texts, kinds=None):
    """Lists of questions of every kind, made of these texts and judged as an import judges them."""
    text = texts.map(visible).filter(bool)
    options = st.lists(text, min_size=2, max_size=6, unique=True).map(lambda found: dict(zip("ABCDEF", found, strict=False)))
    corners = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=5)

    def blanks(number: int):
        return st.lists(st.lists(text, min_size=1, max_size=3, unique=True).map(tuple), min_size=number, max_size=number)

    bodies = {
        "single": options.flatmap(lambda o: st.sampled_from(sorted(o)).map(lambda a: Body("single", o, (a,)))),
        "multiple": options.flatmap(
            lambda o: st.sets(st.sampled_from(sorted(o)), min_size=1).map(lambda a: Body("multiple", o, tuple(sorted(a))))
        ),
        "judge": st.sampled_from(["true", "false"]).map(lambda a: Body("judge", answer=(a,))),
        "fill": st.integers(1, 3).flatmap(blanks).map(lambda b: Body("fill", blanks=tuple(b))),
        "order": options.map(lambda o: Body("order", o, tuple(o))),
        "match": options.flatmap(
            lambda o: st.lists(text, min_size=2, max_size=4, unique=True).flatmap(
                lambda p: st.lists(st.sampled_from(sorted(o)), min_size=len(p), max_size=len(p)).map(
                    lambda a: Body("match", o, tuple(a), prompts=tuple(p))
                )
            )
        ),
        "text": st.one_of(st.just(""), text).map(lambda guide: Body("text", guide=guide)),
        "picture": st.lists(
            st.builds(lambda name, at: Place(name, tuple((x / 400, y / 400) for x, y in at)), text, corners),
            min_size=1,
            max_size=3,
        ).map(lambda places: Body("picture", picture=Picture(SHA256, 400, 300, "车间"), places=tuple(places))),
    }
    body = st.one_of(*(strategy for kind, strategy in bodies.items() if kinds is None or kind in kinds))

    @st.composite
    def question(draw) -> ParsedQuestion | None:
        asked = draw(body)
        stem = draw(text)
        if asked.kind == "fill":
            stem = "____".join([stem.replace("_", ""), *[draw(text).replace("_", "") for _ in asked.blanks]])
        told = {name: draw(st.just("") | text) for name in ("explanation", "topic", "law_ref")}
        told |= {"difficulty": draw(st.sampled_from(["", "1", "2", "3"])), "points": draw(st.sampled_from(["", "1", "5"]))}
        judged = judge(Draft(0, {"stem": stem} | told, body=asked, exact=True))
        return judged if isinstance(judged, ParsedQuestion) else None

    return st.lists(question().filter(lambda found: found is not None), min_size=1, max_size=5)


def bare(questions, lost=()):
    return [replace(question, row=0, **dict.fromkeys(lost)) for question in questions]


def too_long_for(code: str, question: ParsedQuestion) -> bool:
    """A sheet has eight columns for what is to be matched, a choice without a partner takes one too."""
    body = question.body
    return code == "xlsx" and body.kind == "match" and len(body.prompts) + len(set(body.options) - set(body.answer)) > 8


SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("code", FORMATS)
@SLOW
@given(data=st.data())
def test_plain_questions_of_every_kind_a_format_knows_come_back_the_same(code, data):
    kinds = FORMATS[code].kinds
    bank = data.draw(banks(TAME, kinds))
    carried = [
        question
        for question in bank
        if not (code == "gift" and len(question.body.blanks) > 1) and not too_long_for(code, question)
    ]

    done = export(code, bank, PICTURES)

    assert done.carried == len(carried) and len(done.left) == len(bank) - len(carried)
    if carried:
        lost = FORMATS[code].lost
        assert bare(read_questions(done.content).everything, lost) == bare(carried, lost)


@pytest.mark.parametrize("code", FORMATS)
@SLOW
@given(bank=banks(ANY))
def test_whatever_a_text_holds_a_question_comes_back_the_same_or_is_named(code, bank):
    done = export(code, bank, PICTURES)

    left = [told.question for told in done.left]
    assert done.carried + len(left) == len(bank)
    assert all(told.reason for told in done.left)
    back = read_questions(done.content).everything if done.carried else ()
    rest = list(bank)
    for question in left:
        rest.remove(question)
    assert bare(back, FORMATS[code].lost) == bare(rest, FORMATS[code].lost)


def test_the_shipped_bank_leaves_whole_in_every_format_that_has_its_kinds():
    bank = shipped_bank()

    for code in ("xlsx", "moodle", "gift", "qti"):
        done = export(code, bank, {})
        assert (done.carried, done.left, done.lost) == (len(bank), (), ())


def test_what_a_format_has_no_place_for_is_named():
    bank = every_kind(SHA256)
    bank[6] = replace(bank[6], body=replace(bank[6].body, picture=Picture(SHA256, 400, 300, "车间")))

    told = {code: [left.question.type for left in export(code, bank, PICTURES).left] for code in FORMATS}

    assert told["qti"] == []
    assert told["moodle"] == told["xlsx"] == ["picture"]
    assert told["gift"] == ["fill", "order", "picture"]  # two blanks in one question
    assert told["aiken"] == ["multiple", "judge", "fill", "order", "match", "picture", "text"]
    assert "topic" in export("aiken", bank, {}).lost


def test_a_picture_that_is_gone_keeps_its_question_out_and_the_others_in():
    done = export("qti", every_kind(SHA256), {})

    assert [left.question.type for left in done.left] == ["picture"] and done.carried == 7


# ---------- packages and documents of others ----------

ITEM_3 = (
    '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="t" adaptive="false">'
    '<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="identifier">'
    "<qti-correct-response>{right}</qti-correct-response></qti-response-declaration>"
    "<qti-item-body>{body}</qti-item-body></qti-assessment-item>"
)
BOTH = "<qti-value>x</qti-value><qti-value>y</qti-value>"
CHOICES_3 = (
    '<p>看图前先读</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="0"><qti-prompt>哪些对？</qti-prompt>'
    '<qti-simple-choice identifier="x">甲</qti-simple-choice><qti-simple-choice identifier="y">乙 &amp; 丙</qti-simple-choice>'
    "</qti-choice-interaction>"
)


def package(items: dict[str, str], more: dict[str, str] | None = None, kind: str = "imsqti_item_xmlv3p0") -> bytes:
    resources = "".join(f'<resource identifier="r{n}" type="{kind}" href="{href}"/>' for n, href in enumerate(items))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("imsmanifest.xml", f"<manifest><resources>{resources}</resources></manifest>")
        for name, text in ({**items, **(more or {})}).items():
            if text is not None:
                file.writestr(name, text)
    return out.getvalue()


def item(body: str = CHOICES_3, right: str = BOTH, cardinality: str = "multiple") -> str:
    return ITEM_3.format(body=body, right=right, cardinality=cardinality)


def test_a_qti_3_item_is_read_like_one_of_qti_2():
    two = re.sub(r"qti-([a-z]+)-?([a-z]*)-?([a-z]*)", lambda name: name[1] + name[2].title() + name[3].title(), item())
    two = two.replace("response-identifier", "responseIdentifier").replace("max-choices", "maxChoices")

    for text in (item(), two):
        (question,) = read_questions(package({"a.xml": text})).questions
        assert question.stem == "看图前先读 哪些对？"
        assert question.body == Body("multiple", {"A": "甲", "B": "乙 & 丙"}, ("A", "B"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(None, "没有这个文件", id="a file that is not there"),
        pytest.param("<qti-assessment-item><p>", "第 1 行", id="XML that ends early"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DOCTYPE", id="entities"),
        pytest.param('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "DOCTYPE", id="something outside"),
        pytest.param("<x/>", "没有题目", id="no item"),
        pytest.param(item(right="<qti-value>z</qti-value>"), "不存在的选项：z", id="an option that does not exist"),
        pytest.param(item(body='<qti-slider-interaction response-identifier="RESPONSE"/>'), "slider", id="a slider"),
        pytest.param(item(right=""), "没有写答案", id="no answer"),
        pytest.param("x" * 1_000_000, "第 1 行", id="a megabyte of text"),
    ],
)
def test_an_item_that_cannot_be_read_is_named_and_does_not_stop_the_others(text, reason):
    reading = read_questions(package({"items/bad.xml": text, "items/good.xml": item()}))

    assert [question.row for question in reading.questions] == [2]
    (faulty,) = reading.faulty
    assert faulty.row == 1 and faulty.texts["place"] == "items/bad.xml" and reason in faulty.faults[0].reason


@pytest.mark.parametrize("path", ["../../etc/cron.d/x", "/etc/passwd", "C:\\x", "a\\..\\..\\x", "%2e%2e/x"])
def test_a_path_that_leaves_the_package_is_refused(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for content in (
        package({"good.xml": item()}, {path: "x"}),
        package({path: "x"} if not path.startswith("%") else {path: None}),
    ):
        with pytest.raises(TableFault) as caught:
            read_questions(content)
        assert caught.value.code == "UNSAFE_PATH"
    assert not list(tmp_path.rglob("*"))


def test_a_package_that_unfolds_without_end_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("imsmanifest.xml", "<manifest/>")
        file.writestr("big.xml", b"<a>" + b" " * 110 * 1024 * 1024)

    with pytest.raises(TableFault) as caught:
        read_questions(out.getvalue())
    assert caught.value.code == "UNPACKED_TOO_BIG"


BILLION = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><quiz><question>&b;</question></quiz>'


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        pytest.param(BILLION.encode(), "FILE_DAMAGED", "DOCTYPE", id="a billion laughs"),
        pytest.param(b'<!DOCTYPE q SYSTEM "http://127.0.0.1/x"><quiz/>', "FILE_DAMAGED", "DOCTYPE", id="an external entity"),
        pytest.param(b"<quiz>\n<question>\n</quiz>", "FILE_DAMAGED", "第 3 行", id="a tag left open"),
        pytest.param(b'<?xml version="1.0" encoding="utf-77"?><quiz/>', "FILE_DAMAGED", "XML", id="an encoding nobody knows"),
        pytest.param("1. 哪项？\nA. 甲".encode("utf-32"), "NOT_A_TABLE", "", id="text in UTF-32"),
        pytest.param(bytes(range(128, 256)) * 20, "NOT_A_TABLE", "", id="bytes that are no text"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_place(content, code, told):
    with pytest.raises(TableFault) as caught:
        read_questions(content)

    assert caught.value.code == code and told in str(caught.value)


def test_a_megabyte_in_one_question_stays_out_and_the_next_comes_in():
    reading = read_questions(f"::一::{'长' * 1_000_000}{{T}}\n\n::二::水能灭火。{{F}}\n".encode())

    assert [fault.code for fault in reading.faults] == ["STEM_TOO_LONG"] and len(reading.questions) == 1
    assert len(reading.faulty[0].texts["stem"]) <= 500
