"""A lecture with its quiz as a Common Cartridge 1.3, for a course on a teaching platform.

Source: 1EdTech, "Common Cartridge Profile" 1.3 with Content Packaging 1.2; resources are web content, a web link, an assessment
and a question bank, and every one of them names its files.
"""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy import select

from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Material
from lms.quizzes import queries
from lms.quizzes.models import QuestionVersion, Quiz
from lms.quizzes.rules.exporting import Left
from lms.quizzes.rules.exporting.cartridge import lacks, write_assessment, write_bank
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service.papers import drawn
from lms.quizzes.service.sharing import parsed

PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
ASSESSMENT, BANK = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", "imsqti_xmlv1p2/imscc_xmlv1p3/question-bank"
SINCE = (2026, 1, 1, 0, 0, 0)  # of every member, so that the same lecture gives the same bytes


@dataclass(frozen=True, slots=True)
class Cartridge:
    """What goes into the file. paper: one paper, drawn as the quiz draws; pool: what it is drawn from; left: what of the pool has
    no place in the format, and why.
    """

    lecture: Lecture
    quiz: Quiz | None
    materials: tuple[Material, ...]
    paper: tuple[ParsedQuestion, ...]
    pool: tuple[ParsedQuestion, ...]
    left: tuple[Left, ...]


def cartridge_of(uow: UnitOfWork, lecture: Lecture) -> Cartridge:
    """The same each time it is asked, as long as lecture and bank are the same."""
    quiz = queries.quiz_of(uow, lecture.id)
    if quiz is None:
        return Cartridge(lecture, None, tuple(lecture.materials), (), (), ())
    candidates = queries.drawable(uow, quiz.enterprise_id, quiz.topics, [UUID(one) for one in quiz.fixed])
    wordings = select(QuestionVersion).where(QuestionVersion.id.in_([one.version for one in candidates]))
    versions = {row.id: row for row in uow.session.scalars(wordings)}
    questions = {one.version: parsed(one.topic, versions[one.version], at) for at, one in enumerate(candidates, 1)}
    left = tuple(Left(one, reason) for one in questions.values() if (reason := lacks(one)))
    fit = [one for one in candidates if not lacks(questions[one.version])]
    chosen = drawn(quiz, Random(lecture.id.int), fit)
    paper = tuple(questions[one.version] for one in chosen)
    return Cartridge(lecture, quiz, tuple(lecture.materials), paper, tuple(questions[one.version] for one in fit), left)


def write_cartridge(made: Cartridge, address: str) -> BinaryIO:
    """The file, open on disk, for materials may be films. address: of the lecture's page."""
    lecture, members = made.lecture, dict[str, bytes | Material]()
    manifest = Element("manifest", {"xmlns": PACKAGE, "xmlns:lomimscc": LOM, "identifier": f"anke-{lecture.id}"})
    _about(SubElement(manifest, "metadata"), lecture.title)
    organization = SubElement(
        SubElement(manifest, "organizations"), "organization", identifier="org", structure="rooted-hierarchy"
    )
    top = SubElement(SubElement(organization, "item", identifier="root"), "item", identifier="lecture")
    SubElement(top, "title").text = lecture.title
    resources = SubElement(manifest, "resources")

    def add(name: str, kind: str, path: str, content: bytes | Material, title: str = "") -> None:
        members[path] = content
        web = {"href": path} if kind == "webcontent" else {}
        SubElement(SubElement(resources, "resource", {"identifier": name, "type": kind} | web), "file", href=path)
        if title:
            item = SubElement(top, "item", identifier=f"i-{name}", identifierref=name)
            SubElement(item, "title").text = title

    add("link", "imswl_xmlv1p3", "link.xml", _link(lecture.title, address), f"{lecture.title} · 安课")
    for number, material in enumerate(made.materials, 1):
        ending = PurePosixPath(material.file_name).suffix.lower()
        path = f"materials/{number:02}{ending if ending.isascii() else ''}"
        add(f"material{number:02}", "webcontent", path, material, material.file_name)
    if made.quiz and made.paper:
        limits = {"minutes": made.quiz.minutes, "attempts": made.quiz.max_attempts}
        paper = write_assessment("assessment", lecture.title, made.paper, **limits)
        add("quiz", ASSESSMENT, "quiz/assessment.xml", paper, f"{lecture.title} · 考核")
        add("bank", BANK, "bank/questions.xml", write_bank("bank", made.pool))
    out = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    with zipfile.ZipFile(out, "w") as package:
        for path, content in ({"imsmanifest.xml": _document(manifest)} | members).items():
            member = zipfile.ZipInfo(path, SINCE)
            if isinstance(content, bytes):
                package.writestr(member, content, zipfile.ZIP_DEFLATED)
                continue
            member.file_size = content.size  # stored as it is: films and slides are small already
            with storage().open(content.sha256) as source, package.open(member, "w") as copy:
                shutil.copyfileobj(source, copy)
    out.seek(0)
    return cast(BinaryIO, out)


def _about(metadata: Element, title: str) -> None:
    SubElement(metadata, "schema").text = "IMS Common Cartridge"
    SubElement(metadata, "schemaversion").text = "1.3.0"
    general = SubElement(SubElement(metadata, "lomimscc:lom"), "lomimscc:general")
    SubElement(SubElement(general, "lomimscc:title"), "lomimscc:string", language="zh-CN").text = title


def _link(title: str, address: str) -> bytes:
    link = Element("webLink", {"xmlns": LINK})
    SubElement(link, "title").text = title
    SubElement(link, "url", href=address, target="_blank")
    return _document(link)


def _document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
