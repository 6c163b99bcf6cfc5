"""Files in the shape in which Moodle and QTI tools write them: everything comes in and goes round, what cannot is named."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lms.quizzes.rules import Body
from lms.quizzes.rules.exporting import export
from lms.quizzes.rules.importing import read_questions

HERE = Path(__file__).parent / "samples"


def moodle() -> bytes:
    return (HERE / "moodle.xml").read_bytes()


def qti(**words: str) -> bytes:
    """words: in its multiple choice, each with what stands there instead."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path in sorted((HERE / "qti21").rglob("*.xml")):
            text = path.read_text(encoding="utf-8")
            for word, instead in words.items() if path.name == "multiple.xml" else ():
                text = text.replace(word, instead)
            package.writestr(path.relative_to(HERE / "qti21").as_posix(), text)
    return out.getvalue()


CHOICES = [
    Body("single", {"A": "作业", "B": "通风", "C": "吸烟"}, ("B",)),
    Body("multiple", {"A": "气味", "B": "氧含量", "C": "可燃气体"}, ("B", "C")),
    Body("judge", answer=("false",)),
    Body("order", {"A": "通风", "B": "检测", "C": "作业"}, ("A", "B", "C")),
]


def test_a_package_of_qti_2_1_comes_in_with_every_kind_of_choice_and_the_others_are_named():
    reading = read_questions(qti())

    assert [question.body for question in reading.questions[:4]] == CHOICES
    match = reading.questions[4].body
    assert [(prompt, match.options[answer]) for prompt, answer in zip(match.prompts, match.answer, strict=True)] == [
        ("红色", "禁止"), ("黄色", "警告"),
    ]  # fmt: skip
    assert [(one.texts["place"], one.faults[0].code) for one in reading.faulty] == [
        ("items/slider.xml", "KIND_UNKNOWN"), ("items/hottext.xml", "KIND_UNKNOWN"),
    ]  # fmt: skip
    assert [name in one.faults[0].reason for name, one in zip(("slider", "hottext"), reading.faulty, strict=True)] == [True] * 2


def test_a_file_of_moodle_comes_in_with_answers_points_and_feedback_and_a_number_question_is_named():
    reading = read_questions(moodle())

    single, multiple, judge, fill, match, text = reading.questions
    assert reading.category == "安全培训/有限空间" and {question.topic for question in reading.questions} == {"有限空间"}
    assert (single.stem, single.explanation, single.points) == ("进入有限空间前，先做什么？", "先通风、再检测、后作业。", 2)
    assert single.body == Body("single", {"A": "通风", "B": "作业", "C": "吸烟"}, ("A",), weights={"A": 100, "B": 0, "C": -50})
    assert multiple.body == Body("multiple", {"A": "氧含量", "B": "可燃气体", "C": "气味"}, ("A", "B"))
    assert (judge.body.answer, judge.explanation) == (("false",), "监护人员全程在岗。")
    assert fill.body.blanks == (("119", "一一九"),)
    assert dict(zip(match.body.prompts, (match.body.options[one] for one in match.body.answer), strict=True)) == {
        "红色": "禁止", "黄色": "警告",
    }  # fmt: skip
    assert "提示" in match.body.options.values()
    assert (text.body.guide, text.points) == ("写明时间、地点、原因", 5)
    (number,) = reading.faulty
    assert (number.row, number.faults[0].code) == (7, "KIND_UNKNOWN") and "numerical" in number.faults[0].reason


def test_what_moodle_says_of_each_answer_is_kept_in_the_explanation_and_comes_back():
    said = moodle().replace(
        '<text><![CDATA[<p>作业</p>]]></text><feedback format="html"><text></text></feedback>'.encode(),
        '<text><![CDATA[<p>作业</p>]]></text><feedback format="html"><text>会中毒。</text></feedback>'.encode(),
    )
    (single, *_others) = read_questions(said).questions

    assert single.explanation == "先通风、再检测、后作业。 「作业」会中毒。"
    assert read_questions(export("moodle", [single], {}).content).questions[0].explanation == single.explanation


def test_what_each_answer_of_moodle_is_worth_goes_out_as_it_came_in():
    bank = read_questions(moodle()).questions

    out = export("moodle", bank, {}).content

    assert fractions(out) == fractions(moodle())


def fractions(content: bytes) -> list[list[float]]:
    """Of each choice, of a file of Moodle."""
    choices = (one for one in ElementTree.fromstring(content).iter("question") if one.get("type") == "multichoice")
    return [[float(answer.get("fraction", "")) for answer in choice.iter("answer")] for choice in choices]


def test_a_mapping_of_qti_counts_where_it_decides():
    weights = {
        processing: next(
            question.body.weights
            for question in read_questions(qti(**{"match_correct": processing, "-2": "-1"})).questions
            if question.type == "multiple"
        )
        for processing in ("match_correct", "map_response")
    }

    assert weights == {"match_correct": {}, "map_response": {"A": -50, "B": 50, "C": 50}}


def test_a_picture_in_a_question_of_qti_is_named():
    named = read_questions(qti(**{"<prompt>": "<prompt><img src='a.png' alt='罐'/>"})).faulty

    assert "图片、声音" in named[0].faults[0].reason and named[0].texts["place"] == "items/multiple.xml"


@pytest.mark.parametrize(("content", "code"), [(moodle, "moodle"), (qti, "qti"), (qti, "moodle"), (moodle, "qti")])
def test_what_came_in_goes_out_and_comes_back_the_same(content, code):
    bank = [question for question in read_questions(content()).questions if code == "moodle" or not question.body.weights]

    back = read_questions(export(code, bank, {}).content)

    assert not back.faulty
    assert [replace(question, row=0) for question in back.questions] == [replace(question, row=0) for question in bank]
