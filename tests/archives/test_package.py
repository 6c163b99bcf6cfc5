"""一期一档 as a file: a script without the product finds whatever was changed in it."""

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner
from flask_babel import force_locale
from openpyxl import load_workbook
from sqlalchemy import select

from lms.access.service import load_actor
from lms.archives.copies import FACTS, copy_of
from lms.archives.firm_package import enterprise_book, enterprise_print
from lms.archives.lecture_book import lecture_book
from lms.archives.package import lecture_package
from lms.archives.person_book import person_book
from lms.archives.verifier import check, signed
from lms.attendance import queries as attendance
from lms.attendance import service as attending
from lms.attendance.models import AttendanceEvent, Mark
from lms.attendance.service import strike
from lms.cli import cli
from lms.core.crypto import keyring
from lms.core.db import new_id
from lms.core.uow import unit_of_work
from lms.credentials.service import revoke
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, LectureState
from lms.ledger.receipts import public_key, seal
from lms.ledger.service import append
from lms.registry.anchoring import anchor_chains, countersign_receipts
from lms.registry.models import Enterprise, Person
from lms.registry.privacy.service import ask_copy
from tests.archives.test_orders import ordered
from tests.credentials.scenes import SYSTEM, certificates, held, hold, take_quiz
from tests.lectures.builders import make_lecture
from tests.lectures.files import photo as picture
from tests.world import acting

FULL = (0, 60)


def held_and_signed(world):
    """A lecture of three, beside another lecture of the enterprise; with a receipt."""
    held(world.here, {4: FULL}, title="别的课")
    lecture_id = held(world.here, {2: FULL, 3: FULL, 4: (0, 10)})
    anchor_chains()
    countersign_receipts()
    return lecture_id


@pytest.fixture
def archive(world, client_as, kept, tmp_path):
    """The lecture and its archive."""
    lecture_id = kept(held_and_signed, world)
    answer = client_as(world.here.officer).get(f"/lectures/{lecture_id}/archive.zip")
    assert answer.status_code == 200
    path = tmp_path / "lecture.zip"
    path.write_bytes(answer.data)
    return lecture_id, path


def changed(path, name, content):
    """The same archive with another content of one file; None: without it."""
    with zipfile.ZipFile(path) as old:
        files = {entry: old.read(entry) for entry in old.namelist()}
    files[name] = content(files.get(name)) if content else None
    with zipfile.ZipFile(path, "w") as new:
        for entry, data in files.items():
            if data is not None:
                new.writestr(entry, data)


def reasoned(data):
    lines = data.decode().splitlines()
    at = next(number for number, line in enumerate(lines) if '"fact"' in line)
    return "\n".join([*lines[:at], lines[at].replace('\\"', "'", 1), *lines[at + 1 :], ""]).encode()


def test_the_index_of_a_lecture_lists_leave_that_was_given_and_taken_back_with_who_signed(world, uow):
    here = world.here
    lecture = hold(uow, here, {2: FULL})
    attendee = attendance.attendee_of(uow, lecture.id, here.person_ids[3])
    trainer, head = (acting(uow, load_actor(uow, key), "attendance.enter") for key in (here.trainer, here.head))
    assert not attending.excuse(trainer, lecture, attendee, "事假")
    attending.drop_leave(head, lecture, attendee, "没有请过假")
    assert not attending.excuse(trainer, lecture, attendee, "病假")
    attending.agree_to_leave(head, lecture, attendee)
    attending.take_back_leave(trainer, lecture, attendee, "登记错了人")

    leave = next(sheet for sheet in lecture_book(uow, lecture).chapters if sheet.name == "请假")

    said = [row[:4] for row in leave.rows]
    assert said == [
        ["孙丽", "没有确认", "赵倩登记的“事假”没有算：没有请过假", "陈建国"], ["孙丽", "登记", "病假", "赵倩、陈建国"],
        ["孙丽", "取消", "登记错了人", "赵倩"],
    ]  # fmt: skip


def test_an_archive_holds_people_scores_and_certificates_and_is_checked_by_its_own_script(archive, world, client_as, tmp_path):
    lecture_id, path = archive
    with zipfile.ZipFile(path) as package:
        package.extract("verify.py", tmp_path)
        names = set(package.namelist())
        book = load_workbook(io.BytesIO(package.read("index.xlsx")))
        chain, receipts = package.read("chain.jsonl").decode(), package.read("receipts.jsonl").decode()
    files = {f"certificates/压榨车间/{one.serial}.pdf" for one in certificates(lecture_id)}
    assert files <= names, "a folder for each department"
    assert files == {row[8].value for row in list(book["证书"].iter_rows())[1:]}, "and the index says where each is"
    people = [[cell.value for cell in row] for row in book["应到与合格"].iter_rows()]
    assert any("刘洋" in row and "合格" in row and 1 in row for row in people)
    assert any("何军" in row and "未合格" in row for row in people)
    assert "别的课" not in chain and "刘洋" not in chain
    [receipt] = [json.loads(line) for line in receipts.splitlines()]
    assert receipt["countersignature"] and "BEGIN CERTIFICATE" in receipt["certificate"], "the bureau signed it too"

    told = subprocess.run(
        [sys.executable, "-I", "verify.py", str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stdout.strip()) == (0, "完整：清单、文件、记录链、收据都对得上")
    assert CliRunner().invoke(cli, ["archive", "verify", str(path)]).exit_code == 0
    assert client_as(world.here.employee).get(f"/lectures/{lecture_id}/archive.zip").status_code == 404
    assert client_as(world.there.trainer).get(f"/lectures/{lecture_id}/archive.zip").status_code == 404


def test_the_file_of_an_enterprise_matches_its_index_and_is_checked_by_the_same_script(archive, world, client_as, tmp_path):
    lecture_id, _path = archive
    answer = ordered(client_as(world.here.officer), f"/enterprises/{world.here.enterprise_id}/archives", "zip")
    path = tmp_path / "firm.zip"
    path.write_bytes(answer.data)

    assert check(str(path)) == []
    with zipfile.ZipFile(path) as package:
        book = load_workbook(io.BytesIO(package.read("index.xlsx")))
        assert '"fact"' not in package.read("chain.jsonl").decode()
    rows = {name: [[cell.value for cell in row] for row in book[name].iter_rows()] for name in book.sheetnames}
    assert sum("别的课" in row for row in rows["讲课"]) == 1
    assert {one.serial for one in certificates(lecture_id)} <= {row[0] for row in rows["证书"]}
    assert any("刘洋" in row and 1 in row for row in rows["学时明细"])
    changed(path, "index.xlsx", lambda data: data + b"x")
    assert check(str(path)) == ["文件被改过：index.xlsx"]


def test_what_was_corrected_of_a_lecture_is_told_in_its_chain_and_of_another_lecture_nothing(world):
    here = world.here
    other, lecture_id = (
        held(here, {3: (0, 10)}, title="别的课"),
        held(here, {2: FULL, 3: (0, 10)}, quiz=True, visitor=("郑工", "安评机构")),
    )
    with unit_of_work(SYSTEM, "home") as uow:
        by_trainer = acting(uow, load_actor(uow, here.trainer), "home")
        for event in uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.person_id == here.person_ids[3])).all():
            lecture = uow.session.get_one(Lecture, event.lecture_id)
            if event.mark is Mark.IN:
                strike(by_trainer, lecture, event, reason="认错了人")
        lecture = uow.session.get_one(Lecture, lecture_id)
        lectures.withdraw_photo(uow, lectures.add_photo(uow, lecture, "hall.jpg", io.BytesIO(picture(size=(40, 30)))))
        lectures.add_photo(uow, lecture, "door.JPG", io.BytesIO(picture(1, size=(40, 30))))
        attempt = take_quiz(uow, lecture, here.person_ids[2], 4)
        append(uow, lecture.enterprise_id, "quiz.mark-corrected", new_id(), {"attempt": attempt.id, "reason": "评错"})
    with unit_of_work(SYSTEM, "home") as uow:
        revoke(uow, uow.session.merge(certificates(lecture_id)[0]), "查实为他人代签")

    with unit_of_work(SYSTEM, "home", write=False) as uow, lecture_package(uow, uow.session.get_one(Lecture, lecture_id)) as made:
        package = zipfile.ZipFile(made)
        chain = [json.loads(line) for line in package.read("chain.jsonl").splitlines()]
        shots = list(load_workbook(io.BytesIO(package.read("index.xlsx")))["课件和照片"].values)[1:]
        there = [name for name in package.namelist() if name.startswith("photos/")]
        assert [row[-1] for row in shots] == there == ["photos/01.jpg"], "the index says where each is"

    told = {kind: ["fact" in line for line in chain if line["kind"] == kind] for kind in (line["kind"] for line in chain)}
    assert told["attendance.corrected"] == [False, True] and not any(str(other) in line.get("fact", "") for line in chain)
    for kind in ("attendance.visited", "photo.withdrawn", "certificate.ended", "quiz.mark-corrected"):
        assert told[kind] == [True], kind


def test_no_book_says_a_word_of_the_database_whoever_asks_for_it(world, kept):
    lecture_id = kept(held_and_signed, world)
    with force_locale("en"), unit_of_work(SYSTEM, "home") as uow:
        lecture, person = uow.session.get_one(Lecture, lecture_id), uow.session.get_one(Person, world.here.person_ids[2])
        make_lecture(uow, world.here).state = LectureState.CANCELLED
        ask_copy(acting(uow, load_actor(uow, world.here.employee), "home"), person)
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        books = (lecture_book(uow, lecture), person_book(uow, person), enterprise_book(uow, firm), enterprise_print(uow, firm))
        cells = {str(cell) for book in books for chapter in book.chapters for row in chapter.rows for cell in row}
        copy = json.loads(zipfile.ZipFile(io.BytesIO(copy_of(uow, person))).read(FACTS))
        cells |= {str(cell) for rows in copy.values() for row in rows for cell in row.values()}

    assert {"现场", "签到", "扫码", "记入", "已取消", "要副本"} <= cells
    assert not [cell for cell in cells - {SYSTEM.name} if re.fullmatch("[a-z_]+", cell)]


@pytest.mark.parametrize(("name", "content", "said"), [
    ("index.xlsx", lambda data: data + b"x", "文件被改过：index.xlsx"),
    ("index.xlsx", None, "缺少文件：index.xlsx"),
    ("photos/99.jpg", lambda data: b"x", "多出清单里没有的文件：photos/99.jpg"),
    ("manifest.json", lambda data: data.replace("湘粮".encode(), "湘油".encode()), "清单的签名不对：清单被改过"),
    ("manifest.json", lambda data: b"{", "不是完整的档案包"),
    ("chain.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[:-1]), "记录链的结尾和清单不符"),
    ("chain.jsonl", lambda data: b"".join(data.splitlines(keepends=True)[1:]), "记录链从第 1 条起对不上"),
    ("chain.jsonl", reasoned, "内容被改过"),
    ("receipts.jsonl", lambda data: data.replace(b'\\"seq\\":', b'\\"seq\\":1'), "收据签名不对"),
])  # fmt: skip
def test_whatever_was_changed_in_an_archive_is_found_and_named(archive, name, content, said):
    _lecture_id, path = archive
    assert check(str(path)) == []

    changed(path, name, content)

    assert any(said in sentence for sentence in check(str(path)))
    assert CliRunner().invoke(cli, ["archive", "verify", str(path)]).exit_code == 1


def test_of_a_broken_file_and_of_none_of_ours_a_plain_sentence_is_said_and_nothing_of_a_library(tmp_path):
    path, whole = tmp_path / "archive.zip", io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}" * 200)
    at = whole.getvalue().index(b"manifest.json") + len("manifest.json")

    for content in (b"{", whole.getvalue()[:at] + b"\xff" + whole.getvalue()[at + 1 :]):
        path.write_bytes(content)
        told = CliRunner().invoke(cli, ["archive", "verify", str(path)])
        assert (told.exit_code, told.output) == (1, "不是完整的档案包：文件坏了，或者不是导出的档案\n")
    assert check(str(tmp_path / "nothing.zip")) == ["没有这个文件"], "as the script that lies in an archive says it"


def test_the_script_knows_a_signature_as_the_library_does(app):
    seed, message = keyring().derive("test"), json.dumps({"n": 1}).encode()
    signature, key = seal(seed, message)

    assert key == public_key(seed)
    assert signed(message, signature, key)
    assert not signed(message + b" ", signature, key)
    assert not signed(message, signature[:-4] + "0000", key)
    assert not signed(message, signature, public_key(b"1" * 32))
    assert not signed(message, "zz", key)
