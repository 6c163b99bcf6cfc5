"""The same questions come out of every way people keep them in."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.tables import TableFault
from lms.quizzes.rules import Body, grade
from lms.quizzes.rules.exporting import export
from lms.quizzes.rules.importing import QuestionsReading, read_questions, shipped_bank
from lms.registry.rules import Overrides
from tests.data import content, expected

EXPECTED = expected("questions.expected.json")
BANK = {question["id"]: question for question in EXPECTED["questions"]}
HOSTILE = expected("hostile/hostile.expected.json")["files"]
COMPARED = ("type", "stem", "options", "answer")
HEADER = "题型,题干,选项A,选项B,选项C,答案"


def bank_of(name: str) -> list[dict[str, Any]]:
    """What a file must give. The sheet holds the number 119 alone, as the data's README says."""
    ids = [entry["id"] if isinstance(entry, dict) else entry for entry in EXPECTED["files"][name]["accepted"]]
    questions = [dict(BANK[number]) for number in ids]
    for question in questions:
        if name == "questions.xlsx" and question["id"] == 29:
            question["answer"] = ["119"]
    return questions


def pasted(text: str, overrides: Overrides | None = None) -> QuestionsReading:
    return read_questions(text.encode(), overrides or Overrides())


def one(text: str) -> dict[str, Any]:
    report = pasted(text).as_dict()
    assert not report["faults"], report["faults"]
    return report["questions"][0]


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_every_way_gives_the_same_questions(name):
    told = EXPECTED["files"][name]

    report = read_questions(content(name)).as_dict()

    assert [{key: q[key] for key in COMPARED} for q in report["questions"]] == [
        {key: q[key] for key in COMPARED} for q in bank_of(name)
    ]
    assert [{key: f[key] for key in ("row", "column", "code")} for f in report["faults"]] == told["faults"]
    assert report["category"] == told.get("category")


@pytest.mark.parametrize("name", [name for name, told in EXPECTED["files"].items() if "with_explanation" in told])
def test_explanations_come_along(name):
    told = EXPECTED["files"][name]["with_explanation"]
    wanted = [q["explanation"] if told == "all" or q["id"] in told else None for q in bank_of(name)]

    assert [question.explanation for question in read_questions(content(name)).questions] == wanted


def test_a_sheet_of_questions_in_full():
    told = EXPECTED["files"]["questions.xlsx"]

    report = read_questions(content("questions.xlsx")).as_dict()

    assert (report["sheet"], report["header_row"]) == (told["sheet"], told["header_row"])
    assert report["total_points"] == told["total_points"]
    assert [question["row"] for question in report["questions"]] == [entry["row"] for entry in told["accepted"]]
    for question, bank in zip(report["questions"], bank_of("questions.xlsx"), strict=True):
        assert {key: question[key] for key in ("explanation", "points", "topic")} == {
            key: bank[key] for key in ("explanation", "points", "topic")
        }


def test_points_of_pasted_text_come_from_its_headings():
    assert [q.points for q in read_questions(content("questions-pasted.txt")).questions] == [3] * 6 + [4] * 3 + [3] * 3


def test_markup_in_a_cell_stays_text():
    told = HOSTILE["questions-script.xlsx"]

    report = read_questions(content("hostile/questions-script.xlsx")).as_dict()

    assert report["outcome"] == told["outcome"]
    assert [{key: q[key] for key in COMPARED} for q in report["questions"]] == told["questions"]


def test_an_outside_entity_is_never_read():
    with pytest.raises(TableFault) as caught:
        read_questions(content("hostile/moodle-xxe.xml"))

    assert caught.value.code == HOSTILE["moodle-xxe.xml"]["code"]


def test_the_shipped_bank_is_whole():
    bank = shipped_bank()

    counts = {kind: sum(question.type == kind for question in bank) for kind in ("single", "multiple", "judge", "fill")}
    assert counts == {"single": 27, "multiple": 11, "judge": 17, "fill": 8}
    assert all(question.law_ref and question.topic and question.difficulty and question.explanation for question in bank)


@pytest.mark.parametrize(
    ("written", "answer"),
    [("A", ["A"]), ("ac", ["A", "C"]), ("Ａ、Ｃ", ["A", "C"]), ("C,A", ["A", "C"]), ("A和C", ["A", "C"]), ("AAC", ["A", "C"])],
)
def test_letters_of_an_answer_are_set_apart_in_many_ways(written, answer):
    assert one(f'{HEADER}\n多选,哪些对？,甲,乙,丙,"{written}"\n')["answer"] == answer


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("对", True),
        ("√", True),
        ("TRUE", True),
        ("A", True),
        ("正确", True),
        ("×", False),
        ("f", False),
        ("B", False),
        ("错误", False),
    ],
)
def test_a_judge_question_is_answered_in_many_ways(written, answer):
    assert one(f"{HEADER}\n判断,水能灭火。,,,,{written}\n")["answer"] is answer


def test_a_judge_question_by_letter_means_the_option_of_that_letter():
    assert one(f"{HEADER}\n判断,水能灭火。,错误,正确,,A\n")["answer"] is False


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("单选,,甲,乙,,A", "题干", "STEM_EMPTY"),
        ("单选,哪项？,甲,乙,,C", "答案", "ANSWER_NO_OPTION"),
        ("单选,哪项？,甲,乙,,", "答案", "ANSWER_MISSING"),
        ("单选,哪项？,甲,乙,,AB", "答案", "ANSWER_MANY"),
        ("单选,哪项？,甲,,,A", "选项B", "OPTIONS_MISSING"),
        ("连环画,谈谈。,,,,略", "题型", "KIND_UNKNOWN"),
        ("看图,哪里不对？,,,,A", "题型", "PICTURE_HERE"),
        ("排序,先后？,甲,乙,丙,BA", "答案", "ANSWER_SHORT"),
        ("排序,先后？,甲,乙,,AC", "答案", "ANSWER_NO_OPTION"),
        ("排序,先后？,甲,,,", "选项A", "STEPS_MISSING"),
        ("匹配,配对？,甲 => 乙,丙 =>,,", "选项B", "PAIR_HALF"),
        ("匹配,配对？,甲 => 乙,,,", "选项A", "PAIRS_MISSING"),
        ("填空,____和____。,,,,119", "答案", "BLANKS_DIFFER"),
        ("判断,水能灭火。,,,,也许", "答案", "ANSWER_UNCLEAR"),
        ("单选,哪项？,甲,乙,,甲或乙", "答案", "ANSWER_UNCLEAR"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named_by_its_cell(row, field, code):
    reading = pasted(f"{HEADER}\n{row}\n单选,另一题？,甲,乙,,A\n")

    assert [(fault.row, fault.column, fault.code) for fault in reading.faults] == [(2, field, code)]
    assert [question.row for question in reading.questions] == [3]
    assert reading.faults[0].reason


def test_steps_stand_in_the_order_the_answer_says():
    question = one(f'{HEADER}\n排序,有限空间作业的先后？,检测,作业,通风,"C、A、B"\n')

    assert (question["type"], question["options"], question["answer"]) == (
        "order", {"A": "通风", "B": "检测", "C": "作业"}, ["A", "B", "C"]
    )  # fmt: skip


def test_pairs_are_written_with_an_arrow_and_may_have_something_left_over():
    question = one(f"{HEADER}\n匹配,什么颜色？,禁止 => 红,警告→黄,绿,\n")

    assert (question["prompts"], question["options"]) == (["禁止", "警告"], {"A": "红", "B": "黄", "C": "绿"})
    assert question["answer"] == ["A", "B"]


def test_several_blanks_are_set_apart_by_semicolons_and_take_several_texts_each():
    question = one(f"{HEADER}\n填空,火警____，急救____。,,,,119|一一九；120\n")

    assert question["answer"] == [["119", "一一九"], ["120"]]


def test_a_short_answer_keeps_what_a_good_one_says():
    question = one(f"{HEADER}\n简答,发现有人晕倒怎么办？,,,,呼救；不盲目施救\n")

    assert (question["type"], question["guide"]) == ("text", "呼救；不盲目施救")


def test_a_broken_gift_question_does_not_swallow_the_next_ones():
    reading = pasted("::一::坏的{=甲 ~乙\n\n::二::水能灭火。{T}\n\n三{\n=甲\n\n~乙\n}\n")

    assert [(fault.row, fault.code) for fault in reading.faults] == [(1, "KIND_UNKNOWN")]
    assert "大括号" in reading.faults[0].reason and "坏的" in reading.faulty[0].texts["stem"]
    assert [question.row for question in reading.questions] == [3, 5]


def test_gift_pairs_and_essays():
    pairs, essay = pasted("配对{=禁止 -> 红 =警告 -> 黄}\n\n谈谈{}\n").as_dict()["questions"]

    assert (pairs["prompts"], pairs["options"]) == (["禁止", "警告"], {"A": "红", "B": "黄"})
    assert essay["type"] == "text"


def test_an_answer_may_be_the_text_of_its_option():
    assert one(f"{HEADER}\n单选,哪项？,甲,乙,,乙\n")["answer"] == ["B"]


def test_a_kind_is_guessed_when_no_column_says_it():
    text = "题干,选项A,选项B,答案\n哪项？,甲,乙,A\n哪些？,甲,乙,AB\n水能灭火。,,,错\n火警电话是____。,,,119\n"

    assert [question.type for question in pasted(text).questions] == ["single", "multiple", "judge", "fill"]


def test_options_may_share_one_cell():
    assert one('题干,选项,答案\n哪项？,"A.甲 B.乙\nC.丙",C\n')["options"] == {"A": "甲", "B": "乙", "C": "丙"}


def test_a_letter_that_belongs_to_the_option_stays():
    assert one(f"{HEADER}\n单选,用哪种？,A类灭火器,B类灭火器,,A\n")["options"] == {"A": "A类灭火器", "B": "B类灭火器"}


def test_a_question_that_is_there_twice_counts_once():
    row = "单选,哪项？,甲,乙,,A"

    assert [(d.row, d.same_as_row) for d in pasted(f"{HEADER}\n{row}\n{row}\n").duplicates] == [(3, 2)]


def test_a_fix_makes_a_question_whole():
    in_a_sheet = read_questions(content("questions.xlsx"), Overrides(fixes={(18, "answer"): "A", (28, "stem"): "水能灭火。"}))
    in_text = pasted("1. 哪项？\nA. 甲\nB. 乙\n", Overrides(fixes={(1, "answer"): "B"}))

    assert not in_a_sheet.faults
    assert in_text.questions[0].body.answer == ("B",)


def test_pasted_text_over_several_lines():
    text = "1. 下列说法中，\n正确的是（B）。\nA. 甲\n  接着甲\nB. 乙\n解析：因为乙。\n也因为丙。\n难度：难\n"

    question = one(text)

    assert question["stem"] == "下列说法中，正确的是（ ）。"
    assert question["options"] == {"A": "甲接着甲", "B": "乙"}
    assert (question["explanation"], question["difficulty"]) == ("因为乙。也因为丙。", 3)


def test_a_bracket_that_is_no_answer_stays():
    assert one("1. 氧含量（体积分数）不低于（A）。\nA. 19.5%\nB. 10%\n")["stem"] == "氧含量（体积分数）不低于（ ）。"


def test_a_number_with_a_point_does_not_begin_a_question():
    reading = pasted("1. 高处作业指（A）\n2.5米以上不算\nA. 2米\nB. 3米\n")

    assert [question.stem for question in reading.questions] == ["高处作业指（ ）2.5米以上不算"]


def test_gift_with_escapes_formats_and_feedback():
    text = "::一::[html]<p>A\\=B 对吗？</p>{=对的#好 ~%0%不\\~对#坏 ~也许}\n\n// 说明\n水的分子式{=H2O}是这个\n"

    first, second = pasted(text).as_dict()["questions"]

    assert (first["stem"], first["options"]) == ("A=B 对吗？", {"A": "对的", "B": "不~对", "C": "也许"})
    assert first["explanation"] == "「对的」好 「不~对」坏"
    assert (second["stem"], second["answer"]) == ("水的分子式____是这个", ["H2O"])


@pytest.mark.parametrize("answer", ["{#3:1}", "{#}", "", "{=甲 ~乙", "=甲 ~乙}", "{=甲 {~乙}}"])
def test_a_gift_question_of_another_kind_is_a_fault(answer):
    reading = pasted(f"::一::水能灭火。{{T}}\n\n::二::问{answer}\n")

    assert [(fault.row, fault.code) for fault in reading.faults] == [(3, "KIND_UNKNOWN")]


def test_a_moodle_question_of_another_kind_is_a_fault():
    question = '<question type="numerical"><questiontext format="html"><text>多少</text></questiontext></question>'

    assert [fault.code for fault in pasted(f"<quiz>{question}</quiz>").faults] == ["KIND_UNKNOWN"]


ASKED = '<questiontext format="html"><text>问</text></questiontext>'


def moodle(kind: str, *answers: tuple[str, int | str], single: str = "true") -> str:
    told = "".join(f'<answer fraction="{weight}"><text>{text}</text></answer>' for text, weight in answers)
    return f'<quiz><question type="{kind}">{ASKED}<single>{single}</single>{told}</question></quiz>'


@pytest.mark.parametrize(
    "text",
    [
        moodle("shortanswer", ("甲", 100), ("乙", 50)),
        '<quiz><question type="cloze"><questiontext><text>要{1:SA:=甲~%50%乙}</text></questiontext></question></quiz>',
        "::一::问{=甲 =%50%乙}",
    ],
)
def test_a_question_with_answers_that_are_worth_a_part_is_named_with_the_reason_and_not_made_another(text):
    reading = pasted(text)

    assert [(fault.row, fault.code) for fault in reading.faults] == [(1, "KIND_UNKNOWN")] and not reading.questions
    assert "只给部分分" in str(reading.faults[0])


@pytest.mark.parametrize(
    "text",
    [
        *(moodle("multichoice", ("甲", weight), ("乙", 0)) for weight in ("inf", "nan", "1e400", "-inf", "250")),
        moodle("shortanswer", ("甲", "inf")),
        f'<quiz><question type="cloze"><questiontext><text>要{{1:SA:%{"9" * 400}%甲}}</text></questiontext></question></quiz>',
        f"::一::问{{~%{'9' * 400}%甲 ~乙}}",
    ],
)
def test_a_weight_beyond_all_of_the_mark_is_named(text):
    reading = pasted(text)

    assert not reading.questions and "不在 −100 到 100 之间" in str(reading.faults[0])


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (moodle("multichoice", ("甲", 100), ("乙", 50), ("丙", -25)), [100, 50, -25]),
        (moodle("multichoice", ("甲", 50), ("乙", 50), ("丙", -25), single="false"), [50, 50, -25]),
        ("::一::问{=甲 ~%50%乙 ~%-50%丙}", [100, 50, -50]),
        ("::一::问{~%70%甲 ~%30%乙 ~%-100%丙}", [70, 30, -100]),
    ],
)
def test_what_each_option_is_worth_comes_in_goes_out_and_counts(text, weights):
    [question] = pasted(text).questions

    assert list(question.body.weights.values()) == weights
    told = export("moodle", [question], {}).content.decode()
    assert [float(weight) for weight in re.findall(r'fraction="(.*?)"', told)] == weights
    for code in ("moodle", "gift"):
        assert read_questions(export(code, [question], {}).content).questions[0].body == question.body
    assert [one.question.stem for one in export("xlsx", [question], {}).left] == ["问"]
    assert Body.from_json(question.body.as_json()) == question.body
    assert grade(question.body, question.body.answer).share == 1
    assert grade(question.body, ["B"]).share == Fraction(weights[1], 100)
    assert grade(question.body, ["C"]).share == 0


def test_some_right_and_some_wrong_options_give_what_the_other_platform_gives():
    [question] = pasted(moodle("multichoice", ("甲", 50), ("乙", 50), ("丙", -25), single="false")).questions

    assert grade(question.body, ["A", "B", "C"]).share == Fraction(3, 4)
    assert grade(question.body, ["A", "C"]).share == Fraction(1, 4)


def test_a_choice_of_which_nobody_gets_all_is_named():
    assert "最多 70%" in str(pasted("::一::问{~%50%甲 ~%20%乙 ~丙}").faults[0])


def test_a_long_number_of_a_spreadsheet_is_named_and_not_taken_for_the_answer():
    book = openpyxl.Workbook()
    for line in (
        ["题型", "题干", "答案"],
        ["填空", "证号是____。", 430602199001011234],
        ["填空", "电话是____。", "430602199001011234"],
    ):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)

    reading = read_questions(out.getvalue())

    assert [(fault.row, fault.column, fault.code) for fault in reading.faults] == [(2, "答案", "ID_DIGITS_LOST")]
    assert [question.body.blanks for question in reading.questions] == [(("430602199001011234",),)]


def test_gift_that_names_the_markup_of_its_parts_and_explains_true_and_false():
    choice, judge, match = pasted(
        "问{=[plain]蓝#[html]<b>对</b> ~%0%[markdown]红#[moodle]不对}\n\n"
        "真的{FALSE#想一想#很好}\n\n连线{=[html]<i>甲</i> -> 一 =[plain]乙 -> 二}"
    ).questions

    assert (choice.body.options, choice.explanation) == ({"A": "蓝", "B": "红"}, "「蓝」对 「红」不对")
    assert (judge.body.answer, judge.explanation) == (("false",), "「答错时」想一想 「答对时」很好")
    assert match.body.prompts == ("甲", "乙")


PICTURE = '<questiontext format="html"><text>看图<![CDATA[<img src="@@PLUGINFILE@@/a.png">]]></text></questiontext>'
HALVES = "<defaultgrade>1.5</defaultgrade>"
FILE = '<questiontext format="html"><text>问</text><file name="a.mp3" encoding="base64">aGVq</file></questiontext>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((moodle("multichoice", ("甲", 100), ("乙", 0)).replace(ASKED, more), "图片、声音") for more in (PICTURE, FILE)),
        (
            moodle("multichoice", ("甲", 100), ("乙", 0)).replace(ASKED, f"{ASKED}{HALVES}"),
            "分值要写整数",
        ),
        (f"{HEADER},分值\n单选,问,甲,乙,,A,2.5", "分值要写整数"),
        (moodle("shortanswer", ("灭火*", 100)), "任意文字"),
        ("::一::问{=灭火*}", "任意文字"),
        ('<quiz><question type="cloze"><questiontext><text>要{1:SA:=灭*}</text></questiontext></question></quiz>', "任意文字"),
    ],
)
def test_what_cannot_be_brought_in_is_named_and_not_left_off_in_silence(text, said):
    reading = pasted(text)

    assert not reading.questions and said in str(reading.faults[0])


def test_points_are_mended_on_the_page_and_nothing_else_changes():
    text = moodle("multichoice", ("甲", 100), ("乙", -50)).replace(ASKED, f"{ASKED}{HALVES}")

    [question] = pasted(text, Overrides(fixes={(1, "points"): "2"})).questions

    assert (question.points, question.body.weights) == (2, {"A": 100, "B": -50})


def test_a_star_that_is_meant_goes_out_as_one():
    [question] = pasted("题型,题干,答案\n填空,密码是____。,1*2").questions

    for code in ("moodle", "gift"):
        content = export(code, [question], {}).content
        assert b"1\\*2" in content.replace(b"\\\\", b"\\")
        assert read_questions(content).questions[0].body == question.body


def test_weights_that_share_one_mark_evenly_are_taken_over():
    even = moodle("multichoice", ("甲", 50), ("乙", 50), ("丙", -100), single="false")

    [question] = pasted(even).questions

    assert (question.type, question.body.answer) == ("multiple", ("A", "B"))


@pytest.mark.parametrize(
    ("text", "code"), [("", "FILE_EMPTY"), ("今天开会，没有题目。", "NO_HEADER"), ("题干,答案\n", "NO_ROWS")]
)
def test_what_holds_no_question_is_refused(text, code):
    with pytest.raises(TableFault) as caught:
        pasted(text)

    assert caught.value.code == code


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text("1.、AB（）()答案：\n\t ={}~#:$%水对<quiz>/", max_size=80).map(str.encode)))
def test_any_bytes_give_questions_or_a_refusal(data):
    try:
        reading = read_questions(data)
    except TableFault:
        return

    assert all(question.stem and question.answer for question in reading.questions)


def test_an_empty_bracket_is_written_one_way():
    assert {one(f"{HEADER}\n单选,哪项{bracket}。,甲,乙,,A\n")["stem"] for bracket in ("()", "（　）", "( )")} == {"哪项（ ）。"}


def test_a_doctype_is_refused_even_when_it_reads_nothing_from_outside():
    question = '<question type="truefalse"><questiontext><text>&x;</text></questiontext></question>'

    with pytest.raises(TableFault) as caught:
        pasted(f'<!DOCTYPE quiz [<!ENTITY x "水">]><quiz>{question}</quiz>')

    assert caught.value.code == "FILE_DAMAGED"


def test_a_line_that_says_questions_is_no_header_of_a_table():
    assert pasted("题目\n1. 哪项（A）？\nA. 甲\nB. 乙\n").format == "pasted"


def test_braces_in_a_table_do_not_make_it_gift():
    assert pasted(f"{HEADER}\n单选,集合{{=甲}}是？,甲,乙,,A\n").format == "sheet"


@pytest.mark.parametrize("text", ["{}. 哪项（A）？\nA. 甲\nB. 乙\nC. 丙{}\n\n", "::{}::哪项{}？{{\n=甲\n~乙\n~丙\n}}\n\n"])
def test_many_questions_of_several_lines_each_are_not_too_many_rows(text):
    reading = pasted("".join(text.format(n % 900 + 1, n) for n in range(4_200)))

    assert len(reading.questions) == 4_200


@pytest.mark.parametrize("text", ["1. 哪项（A）？\nA. 甲\nB. 乙\n", "哪项？\nA. 甲\nB. 乙\nANSWER: A\n\n", "::一::水{T}\n\n"])
def test_more_questions_than_a_file_may_hold_are_refused(text):
    with pytest.raises(TableFault) as caught:
        pasted(text * 20_001)

    assert caught.value.code == "TOO_MANY_ROWS"


def a_hundred_items_as_word_gives_them() -> tuple[str, list[tuple[str, list[str]]]]:
    """Text of a hundred items in the manners of writing that trainers have, and of each the kind and the answer meant."""
    numbers = ("{n}. ", "{n}、", "{n}．", "（{n}）", "{n}．\u3000")
    marks = ("{a}. ", "{a}、", "({a})", "（{a}）", "{a}．", "{a}:")
    brackets = ("（{key}）", "( {key} )", "（ {key} ）。", "({key})。")
    meant, lines = [], []
    for n in range(1, 101):
        number = numbers[n % len(numbers)].format(n=n)
        if n % 5 == 0:
            truth = n % 2 == 0
            sign = ("√", "对", "正确") if truth else ("×", "错", "错误")
            lines.append(f"{number}第{n}条安全规定要求停机断电后检修（{sign[n % 3]}）")
            meant.append(("judge", ["true" if truth else "false"]))
            continue
        key = ("A", "B", "C", "D", "AC", "ABD", "BCD")[n % 7]
        options = [marks[n % len(marks)].format(a=letter) + f"第{n}题的做法{letter}" for letter in "ABCD"]
        if n % 3:
            lines.append(f"{number}第{n}项作业正确的做法是{brackets[n % len(brackets)].format(key=key)}")
            tail = []
        else:
            lines.append(f"{number}第{n}项作业正确的做法是（ ）。")
            tail = [("答案：{}", "参考答案：{}", "正确答案: {}")[n % 3 if n % 2 else 1].format("、".join(key) if n % 2 else key)]
        joined = ("\n", "\t", "    ", "\n")[n % 4]
        lines += [joined.join(options), *tail]
        if n % 4 == 0:
            lines.append(f"解析：见操作规程第{n}条。")
        if n % 6 == 0:
            lines.append("")
        meant.append(("multiple" if len(key) > 1 else "single", list(key)))
    return "\r\n".join(lines), meant


def test_of_a_hundred_items_pasted_from_word_at_least_ninety_five_come_in_as_meant():
    text, meant = a_hundred_items_as_word_gives_them()

    reading = pasted(text)

    found = {int(re.search(r"第(\d+)", one.stem)[1]): (one.body.kind, list(one.body.answer)) for one in reading.questions}
    assert sum(found.get(n) == said for n, said in enumerate(meant, 1)) >= 95
    assert len(reading.questions) + len(reading.faulty) == 100, "whatever was not understood is there to be mended"


def test_a_pasted_bank_is_numbered_past_a_thousand():
    text = "".join(f"{n}、第{n}题怎么做？（A）\nA. 对的\nB. 错的\n" for n in (9, 999, 1000, 1001, 2500))

    assert [one.stem[:6] for one in pasted(text).questions] == ["第9题怎么做", "第999题怎", "第1000题", "第1001题", "第2500题"]
