"""A lecture with its quiz as a Common Cartridge: whole by the rules of the profile; what has no place is named first."""

import io
import posixpath
import tracemalloc
import zipfile
from xml.etree.ElementTree import fromstring

import pytest

from lms.archives.cartridge import cartridge_of, write_cartridge
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.quizzes import service as quizzes
from lms.quizzes.rules import Body
from lms.quizzes.rules.importing import ParsedQuestion
from tests.api.tokens import bearing, token_of
from tests.credentials.scenes import SYSTEM
from tests.lectures.builders import make_lecture

CP, QTI = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}", "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
LINK = "{http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3}"
TYPES = {
    "webcontent", "imswl_xmlv1p3", "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", "imsqti_xmlv1p2/imscc_xmlv1p3/question-bank",
}  # fmt: skip
OPTIONS = {"A": "断电", "B": "泼水 <b>", "C": "上报"}
BODIES = [
    Body("single", OPTIONS, ("A",)), Body("multiple", OPTIONS, ("A", "C")), Body("judge", answer=("false",)),
    Body("fill", blanks=(("25", "二十五"),)), Body("text", guide="先断电"),
    Body("order", OPTIONS, ("A", "C", "B")), Body("fill", blanks=(("1",), ("2",))),
]  # fmt: skip


@pytest.fixture
def lecture_id(world):
    with unit_of_work(SYSTEM, "home") as uow:
        stems = [f"第{n}题" + "____" * len(body.blanks[1:] and body.blanks) for n, body in enumerate(BODIES)]
        asked = [ParsedQuestion(0, stem, body, "因为", topic="动火") for stem, body in zip(stems, BODIES, strict=True)]
        quizzes.add_questions(uow, world.here.enterprise_id, asked)
        lecture = make_lecture(uow, world.here)
        quizzes.plan(uow, lecture.id, world.here.enterprise_id, QuizPlan(("动火",), 4, 80, 2))
        return lecture.id


def cartridge(client, lecture_id):
    return zipfile.ZipFile(io.BytesIO(client.get(f"/lectures/{lecture_id}/cartridge.imscc").data))


def resources(package):
    return {one.get("identifier"): one for one in fromstring(package.read("imsmanifest.xml")).iter(f"{CP}resource")}


def test_every_name_and_file_of_the_package_leads_somewhere(client_as, world, lecture_id):
    trainer = client_as(world.here.trainer)
    package = cartridge(trainer, lecture_id)
    manifest, there = fromstring(package.read("imsmanifest.xml")), resources(package)

    told = manifest.find(f"{CP}metadata")
    assert (told.findtext(f"{CP}schema"), told.findtext(f"{CP}schemaversion")) == ("IMS Common Cartridge", "1.3.0")
    names = [one.get("identifier") for one in manifest.iter() if one.get("identifier")]
    assert len(set(names)) == len(names)
    (organization,) = manifest.iter(f"{CP}organization")
    assert organization.get("structure") == "rooted-hierarchy" and len(organization.findall(f"{CP}item")) == 1
    pointed = {one.get("identifierref") for one in organization.iter(f"{CP}item") if one.get("identifierref")}
    assert pointed == there.keys() - {"bank"}  # a question bank has no place of its own in the course
    files = {one.get("href") for one in manifest.iter(f"{CP}file")}
    assert files == set(package.namelist()) - {"imsmanifest.xml"}
    assert all(path == posixpath.normpath(path) and not path.startswith(("/", "..")) and path.isascii() for path in files)
    for one in there.values():
        assert one.get("type") in TYPES
        assert (one.get("href") is not None) == (one.get("type") == "webcontent")
        assert len(one.findall(f"{CP}file")) == 1
    link = fromstring(package.read("link.xml")).find(f"{LINK}url")
    assert link.get("href") == f"http://anke.test/lectures/{lecture_id}"
    assert package.read("imsmanifest.xml") == cartridge(trainer, lecture_id).read("imsmanifest.xml")


def test_questions_are_of_the_profile_with_their_keys(client_as, world, lecture_id):
    package = cartridge(client_as(world.here.trainer), lecture_id)
    bank = fromstring(package.read("bank/questions.xml"))
    items = {item.get("title"): item for item in bank.iter(f"{QTI}item")}
    profiles = {title: item.findtext(f".//{QTI}fieldentry") for title, item in items.items()}

    assert profiles == {
        "第0题": "cc.multiple_choice.v0p1", "第1题": "cc.multiple_response.v0p1", "第2题": "cc.true_false.v0p1",
        "第3题": "cc.fib.v0p1", "第4题": "cc.essay.v0p1",
    }  # fmt: skip
    for title, item in items.items():
        names = {one.get("ident") for one in item.iter(f"{QTI}response_label")}
        said = {one.text for one in item.iter(f"{QTI}varequal")}
        assert said <= names if names else title in ("第3题", "第4题")
        assert {one.get("respident") for one in item.iter(f"{QTI}varequal")} <= {"response"}
    assert [one.text for one in items["第3题"].iter(f"{QTI}varequal")] == ["25", "二十五"]
    both = items["第1题"].find(f".//{QTI}and")
    assert [one.text for one in both.findall(f"{QTI}varequal")] == ["A", "C"]
    assert [one.text for one in both.findall(f"{QTI}not/{QTI}varequal")] == ["B"]
    paper = fromstring(package.read("quiz/assessment.xml")).find(f"{QTI}assessment")
    fields = {one.findtext(f"{QTI}fieldlabel"): one.findtext(f"{QTI}fieldentry") for one in paper.iter(f"{QTI}qtimetadatafield")}
    assert fields["cc_maxattempts"] == "2" and len(list(paper.iter(f"{QTI}item"))) == 4
    assert len(paper.findall(f"{QTI}section")) == 1


def test_what_has_no_place_is_named_before_the_download(app, client_as, world, lecture_id):
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/lectures/{lecture_id}/cartridge").text
    assert "这种格式没有这种题型" in page and "这种格式一道题只能有一个空" in page and "第5题" in page
    assert f"/lectures/{lecture_id}/cartridge" in trainer.get(f"/lectures/{lecture_id}").text

    program = bearing(app, token_of(world.here.trainer)[1])
    left = program.get(f"/api/v1/lectures/{lecture_id}/cartridge/left").json["items"]
    assert {one["stem"][:3] for one in left} == {"第5题", "第6题"}
    same = trainer.get(f"/lectures/{lecture_id}/cartridge.imscc").data
    answer = program.get(f"/api/v1/lectures/{lecture_id}/cartridge")
    assert answer.data == same
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert program.get(f"/api/v1/lectures/{lecture_id}/cartridge", headers=tag).status_code == 304
    assert client_as(world.here.officer).get(f"/lectures/{lecture_id}/cartridge.imscc").status_code == 404


def test_materials_go_along_byte_for_byte(client_as, world, lecture_id):
    content = b"%PDF-1.4\ncourse" + bytes(16_000_000)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        file = lectures.Stored("粉尘 防爆.PDF", "application/pdf", len(content), storage().put(content), 1)
        lectures.add_materials(uow, lecture, [file])

    package = cartridge(client_as(world.here.trainer), lecture_id)

    (path,) = [one.get("href") for one in resources(package).values() if one.get("type") == "webcontent"]
    assert path == "materials/01.pdf" and package.read(path) == content
    with unit_of_work(SYSTEM, "home", write=False) as uow:  # a film of a gigabyte goes along as well
        made = cartridge_of(uow, uow.session.get_one(Lecture, lecture_id))
        tracemalloc.start()
        write_cartridge(made, "").close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < len(content) / 4, "materials are copied in pieces"
    titles = [one.text for one in fromstring(package.read("imsmanifest.xml")).iter(f"{CP}title")]
    assert "粉尘 防爆.PDF" in titles
