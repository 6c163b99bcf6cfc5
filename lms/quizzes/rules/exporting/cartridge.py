"""Questions as QTI 1.2 in the profile of Common Cartridge. Source: 1EdTech, "Common Cartridge Profile" 1.3, 7 and 8, and
"QTI ASI" 1.2.1: single and several choices, true or false, one blank, essays; nothing else fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from flask_babel import gettext as _

from lms.quizzes.rules.body import Body
from lms.quizzes.rules.importing import ParsedQuestion

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PROFILES = {
    "single": "cc.multiple_choice.v0p1", "multiple": "cc.multiple_response.v0p1", "judge": "cc.true_false.v0p1",
    "fill": "cc.fib.v0p1", "text": "cc.essay.v0p1",
}  # fmt: skip
TRUTHS = {"true": "正确", "false": "错误"}  # in files, and the same for everybody


def lacks(question: ParsedQuestion) -> str | None:
    """Why a cartridge has no place for a question; None when it has."""
    if question.body.kind not in PROFILES or question.body.by:
        return _("这种格式没有这种题型")
    if len(question.body.blanks) > 1:
        return _("这种格式一道题只能有一个空")
    return None


def write_assessment(ident: str, title: str, questions: Sequence[ParsedQuestion], *, minutes: int, attempts: int) -> bytes:
    """One paper of a quiz. Every question is one that nothing lacks()."""
    root = Element("questestinterop", {"xmlns": QTI})
    paper = SubElement(root, "assessment", ident=ident, title=title)
    told = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"}
    most = {"cc_maxattempts": str(attempts), "qmd_timelimit": str(minutes)}
    _fields(SubElement(paper, "qtimetadata"), told | most)
    section = SubElement(paper, "section", ident="root_section")
    for number, question in enumerate(questions, 1):
        section.append(_item(f"q{number:05}", question))
    return _document(root)


def write_bank(ident: str, questions: Sequence[ParsedQuestion]) -> bytes:
    """All the questions a paper may be drawn from."""
    root = Element("questestinterop", {"xmlns": QTI})
    bank = SubElement(root, "objectbank", ident=ident)
    for number, question in enumerate(questions, 1):
        bank.append(_item(f"b{number:05}", question))
    return _document(root)


def _item(ident: str, question: ParsedQuestion) -> Element:
    body = question.body
    item = Element("item", ident=ident, title=question.stem[:80])
    told = {"cc_profile": PROFILES[body.kind]} | ({"cc_weighting": str(question.points)} if question.points else {})
    if body.kind == "text":
        told["qmd_computerscored"] = "No"
    _fields(SubElement(SubElement(item, "itemmetadata"), "qtimetadata"), told)
    asked = SubElement(item, "presentation")
    _words(asked, question.stem)
    if body.kind in ("fill", "text"):
        answered = SubElement(asked, "response_str", ident="response", rcardinality="Single")
        SubElement(answered, "render_fib", prompt="Box" if body.kind == "text" else "Dashline")
    else:
        many = body.kind == "multiple"
        chosen = SubElement(asked, "response_lid", ident="response", rcardinality="Multiple" if many else "Single")
        options = SubElement(chosen, "render_choice")
        for name, text in _options(body).items():
            _words(SubElement(options, "response_label", ident=name), text)
    if body.kind != "text":
        _scored(item, body)
    if said := question.explanation or body.guide:
        _words(SubElement(SubElement(item, "itemfeedback", ident="general_fb"), "flow_mat"), said)
    return item


def _scored(item: Element, body: Body) -> None:
    scored = SubElement(item, "resprocessing")
    limits = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    SubElement(SubElement(scored, "outcomes"), "decvar", limits)
    right = SubElement(scored, "respcondition", {"continue": "No"})
    when = SubElement(right, "conditionvar")
    if body.kind == "multiple":
        both = SubElement(when, "and")
        for name in body.options:
            within = both if name in body.answer else SubElement(both, "not")
            SubElement(within, "varequal", respident="response").text = name
    else:
        for text in body.blanks[0] if body.kind == "fill" else body.answer:
            one = SubElement(when, "varequal", {"respident": "response"} | ({"case": "No"} if body.kind == "fill" else {}))
            one.text = text
    SubElement(right, "setvar", varname="SCORE", action="Set").text = "100"


def _options(body: Body) -> Mapping[str, str]:
    return TRUTHS if body.kind == "judge" else body.options


def _words(parent: Element, text: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/plain").text = text


def _fields(parent: Element, told: Mapping[str, str]) -> None:
    for label, entry in told.items():
        field = SubElement(parent, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
