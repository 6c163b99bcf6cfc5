"""QTI 2.2 packages, the version that most platforms read. Source: 1EdTech, QTI 2.2 and Content Packaging 1.1.

A text has notes for whoever marks, a picture names for its hazards: both stand in a rubric for scorers, which no candidate sees.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from lms.quizzes.rules.body import GAP, Body
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.importing.tags import write_tags
from lms.quizzes.rules.importing.translated import write_translations

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
SINCE = (2026, 1, 1, 0, 0, 0)  # of every member, so that the same questions give the same bytes
TYPES = {"order": ("ordered", "identifier"), "multiple": ("multiple", "identifier"), "match": ("multiple", "directedPair")}


def write_qti(questions: Sequence[ParsedQuestion], pictures: Mapping[str, bytes]) -> bytes:
    """pictures: by their hash. Raises ValueError when one of them is missing."""
    manifest = Element("manifest", {"xmlns": PACKAGE, "identifier": "ANKE"})
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.2 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    members: dict[str, bytes] = {}
    for number, question in enumerate(questions, 1):
        name = f"q{number:05}"
        members[f"items/{name}.xml"] = _document(_item(name, question))
        resource = SubElement(resources, "resource", identifier=name, type="imsqti_item_xmlv2p2", href=f"items/{name}.xml")
        _keywords(resource, question)
        SubElement(resource, "file", href=f"items/{name}.xml")
        if picture := question.body.picture:
            if picture.sha256 not in pictures:
                raise ValueError(f"no picture {picture.sha256}")
            members[f"images/{picture.sha256}.jpg"] = pictures[picture.sha256]
            SubElement(resource, "file", href=f"images/{picture.sha256}.jpg")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, content in ({"imsmanifest.xml": _document(manifest)} | members).items():
            package.writestr(zipfile.ZipInfo(path, SINCE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _keywords(resource: Element, question: ParsedQuestion) -> None:
    fields = {name: getattr(question, name) for name in ("topic", "law_ref", "difficulty")}
    fields["translations"] = write_translations(question.translations)
    if tags := write_tags(fields, fields):
        general = SubElement(SubElement(SubElement(resource, "metadata"), "lom", xmlns=LOM), "general")
        for tag in tags:
            SubElement(SubElement(general, "keyword"), "string", language="zh-CN").text = tag


def _item(name: str, question: ParsedQuestion) -> Element:
    body = question.body
    item = Element(
        "assessmentItem",
        {"xmlns": QTI, "identifier": name, "title": question.stem[:80], "adaptive": "false", "timeDependent": "false"},
    )
    _declare(item, body)
    SubElement(item, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if question.points:
        most = SubElement(item, "outcomeDeclaration", identifier="MAXSCORE", cardinality="single", baseType="float")
        SubElement(SubElement(most, "defaultValue"), "value").text = str(question.points)
    if question.explanation:
        SubElement(item, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")
    _ask(SubElement(item, "itemBody"), question)
    if body.kind in ("single", "judge", "multiple", "order", "match"):
        SubElement(item, "responseProcessing", template=f"{QTI.replace('imsqti_v2p2', 'qti/qtiv2p2')}/rptemplates/match_correct")
    if question.explanation:
        told = SubElement(item, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="explanation", showHide="show")
        told.text = question.explanation
    return item


def _declare(item: Element, body: Body) -> None:
    """What is right."""
    if body.kind == "text":
        SubElement(item, "responseDeclaration", identifier="RESPONSE", cardinality="single", baseType="string")
        return
    if body.kind == "fill":
        for number, texts in enumerate(body.blanks, 1):
            blank = _declaration(item, f"RESPONSE{number}", "single", "string", texts[:1])
            mapping = SubElement(blank, "mapping", defaultValue="0")
            for text in texts:
                SubElement(mapping, "mapEntry", mapKey=text, mappedValue="1", caseSensitive="false")
        return
    if body.kind == "picture":
        assert body.picture is not None
        area = SubElement(_declaration(item, "RESPONSE", "multiple", "point", ()), "areaMapping", defaultValue="-1")
        for place in body.places:
            pixels = [(round(x * body.picture.width), round(y * body.picture.height)) for x, y in place.points]
            shape = "rect" if len(place.points) == 2 else "poly"
            SubElement(area, "areaMapEntry", shape=shape, coords=",".join(f"{x},{y}" for x, y in pixels), mappedValue="1")
        return
    cardinality, base = TYPES.get(body.kind, ("single", "identifier"))
    right = [f"P{at} {letter}" for at, letter in enumerate(body.answer, 1)] if body.kind == "match" else list(body.answer)
    _declaration(item, "RESPONSE", cardinality, base, right)


def _declaration(item: Element, name: str, cardinality: str, base: str, right: Sequence[str]) -> Element:
    declared = SubElement(item, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
    if right:
        correct = SubElement(declared, "correctResponse")
        for value in right:
            SubElement(correct, "value").text = value
    return declared


def _ask(into: Element, question: ParsedQuestion) -> None:
    body = question.body
    match body.kind:
        case "fill":
            _gaps(into, question)
        case "order":
            _choices(_prompted(into, "orderInteraction", question, shuffle="true"), body.options)
        case "match":
            matching = _prompted(into, "matchInteraction", question, shuffle="true", maxAssociations=str(len(body.prompts)))
            left, right = SubElement(matching, "simpleMatchSet"), SubElement(matching, "simpleMatchSet")
            for at, prompt in enumerate(body.prompts, 1):
                SubElement(left, "simpleAssociableChoice", identifier=f"P{at}", matchMax="1").text = prompt
            for letter, text in body.options.items():
                SubElement(right, "simpleAssociableChoice", identifier=letter, matchMax="0").text = text
        case "picture":
            assert body.picture is not None
            pointing = _prompted(into, "selectPointInteraction", question, maxChoices="0")
            size = {"width": str(body.picture.width), "height": str(body.picture.height)}
            data = f"../images/{body.picture.sha256}.jpg"
            SubElement(pointing, "object", {"type": "image/jpeg", "data": data} | size).text = body.picture.alt
            named = SubElement(SubElement(into, "rubricBlock", view="scorer"), "ol")
            for place in body.places:
                SubElement(named, "li").text = place.name
        case "text":
            _prompted(into, "extendedTextInteraction", question)
            if body.guide:
                SubElement(SubElement(into, "rubricBlock", view="scorer"), "p").text = body.guide
        case "judge":
            _choices(_prompted(into, "choiceInteraction", question, maxChoices="1"), {"true": "对", "false": "错"})
        case _:
            most = "1" if body.kind == "single" else "0"
            _choices(_prompted(into, "choiceInteraction", question, shuffle="true", maxChoices=most), body.options)


def _prompted(into: Element, name: str, question: ParsedQuestion, **attributes: str) -> Element:
    element = SubElement(into, name, {"responseIdentifier": "RESPONSE", **attributes})
    SubElement(element, "prompt").text = question.stem
    return element


def _choices(into: Element, options: Mapping[str, str]) -> None:
    for name, text in options.items():
        SubElement(into, "simpleChoice", identifier=name).text = text


def _gaps(into: Element, question: ParsedQuestion) -> None:
    """The stem with a field in each gap; without a gap the field stands on a line of its own."""
    pieces = question.stem.split(GAP)
    line = SubElement(into, "p")
    line.text = pieces[0]
    if len(pieces) == 1:
        line = SubElement(into, "p")
    for number, after in enumerate(pieces[1:] or [""], 1):
        field = SubElement(line, "textEntryInteraction", responseIdentifier=f"RESPONSE{number}")
        field.tail = after
