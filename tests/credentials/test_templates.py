"""Certificate templates: what is typed, what is printed, and what stays as it was issued."""

import io
import subprocess
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core.documents import MissingCharacters
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing.emblems import NotAnEmblem, emblem
from lms.credentials import issuing, queries, rules, service
from lms.credentials.documents import Look, certificate_pdf
from lms.credentials.models import CertificateTemplate
from lms.credentials.queries.templates import Owner
from lms.credentials.rules import STANDARD, CertificateKind, Words, line_of, pieces
from lms.credentials.rules.wording import BrokenField, NameMissing, UnknownField
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.credentials.test_documents import LONG, changed, seen

LECTURE = CertificateKind.LECTURE
STAYED = {2: (0, 60), 3: (0, 60)}
URL = "/certificate-templates/lecture"
TYPED = {"title": "讲安全课合格证", "line_1": "听了「{课程}」", "line_2": "记 {学时} 学时", "accent": "blue", "do": "publish"}


def a_picture(width: int = 300, height: int = 300) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (width, height), (180, 35, 24, 128)).save(made, "PNG")
    return made.getvalue()


def owner(side) -> Owner:
    return Owner(side.enterprise_id, None, "湘粮油脂有限公司")


def publish(of: Owner, **words) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        service.publish(uow, of, service.keep_design(uow, of, LECTURE, replace(STANDARD[LECTURE], **words), None, None))


def text_of(certificate, tmp_path) -> str:
    return seen(storage().get(certificate.pdf_sha256), tmp_path, "pdftotext", "-layout", "-")


def test_a_clause_is_left_out_where_its_field_says_nothing():
    line, values = "{到课}，[考核 {成绩} 分，合格，]记 {学时} 学时。", {"到课": "全程到课", "成绩": "", "学时": "1"}

    assert line_of(line, values) == "全程到课，记 1 学时。"
    assert line_of(line, values | {"成绩": "90"}) == "全程到课，考核 90 分，合格，记 1 学时。"
    assert [piece.text for piece in pieces(line, values | {"成绩": "90"}) if piece.strong] == ["90", "1"]


@pytest.mark.parametrize(
    ("line", "fault", "named"),
    [
        ("参加「{课程」", BrokenField, "{课程」"),
        ("参加「课程}」", BrokenField, "}」"),
        ("[考核 {成绩} 分", BrokenField, "[考核"),
        ("[考核 [{成绩}] 分]", BrokenField, "[考核"),
        ("{课程}，{性别}", UnknownField, "性别"),
        ("{}{课程}", UnknownField, ""),
        ("{课程.__class__}", UnknownField, "课程.__class__"),
        ("{课程}", NameMissing, "{学时}"),
    ],
)
def test_a_broken_field_is_named(line, fault, named):
    with pytest.raises(fault) as raised:
        rules.check_words(replace(STANDARD[LECTURE], lines=(line,)), LECTURE)

    assert named in str(raised.value)


def test_the_standard_says_what_certificates_always_said():
    rules.check_words(STANDARD[LECTURE], LECTURE)

    assert Words.from_json(STANDARD[LECTURE].as_json()) == STANDARD[LECTURE]


def test_three_lines_of_the_longest_facts_stay_above_the_proof(tmp_path):
    words = replace(
        STANDARD[LECTURE],
        title="企业主要负责人讲安全课培训合格证明书",
        lines=("参加「{课程}」", "{到课}，记 {学时} 学时，主讲{主讲}", "特此证明"),
    )
    look = Look(words, a_picture(400, 200), a_picture())

    boxes = seen(certificate_pdf(changed(**LONG), look), tmp_path, "pdftotext", "-bbox", "-")
    kinds = subprocess.run(["pdfimages", "-list", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout

    lowest = next(line for line in boxes.splitlines() if "Attended" in line).split('yMax="')[1].split('"')[0]
    assert float(lowest) < 127 / 25.4 * 72
    assert [line.split()[2] for line in kinds.splitlines()[2:]].count("image") == 2


def test_changing_a_template_changes_no_issued_byte(app, world, tmp_path):
    publish(owner(world.here), title="第一版合格证")
    first = certificates(held(world.here, STAYED))
    before = {one.serial: storage().get(one.pdf_sha256) for one in first}

    publish(owner(world.here), title="第二版合格证")
    second = certificates(held(world.here, STAYED, title="有限空间"))

    assert {one.serial: storage().get(one.pdf_sha256) for one in certificates(first[0].lecture_id)} == before
    assert "第一版合格证" in text_of(first[0], tmp_path) and "第二版合格证" in text_of(second[0], tmp_path)
    with unit_of_work(SYSTEM, "system") as uow:
        numbers = dict(uow.session.execute(select(CertificateTemplate.id, CertificateTemplate.version)).all())
        assert (numbers[first[0].template_id], numbers[second[0].template_id]) == (1, 2)
        with pytest.raises(IntegrityError), uow.session.begin_nested():
            uow.session.get_one(CertificateTemplate, first[0].template_id).words = {}
            uow.session.flush()


def test_an_enterprise_has_its_own_else_its_nearest_bureaus(app, world):
    here, there = world.here, world.there

    def used() -> list[str | None]:
        with unit_of_work(SYSTEM, "system") as uow:
            found = queries.templates_for(uow, LECTURE, [here.enterprise_id, there.enterprise_id])
            return [found[side.enterprise_id].words["title"] if side.enterprise_id in found else None for side in (here, there)]

    assert used() == [None, None]
    publish(Owner(None, world.city_id, "岳阳市"), title="市")
    assert used() == ["市", "市"]
    publish(Owner(None, here.district_id, "岳阳楼区"), title="区")
    publish(owner(there), title="厂")
    assert used() == ["区", "厂"]
    with unit_of_work(SYSTEM, "system") as uow:
        service.withdraw(uow, owner(there), LECTURE)
    assert used() == ["区", "市"]


def test_a_picture_that_is_gone_is_said_at_issue_and_holds_up_no_other_firm(app, world):
    with unit_of_work(SYSTEM, "system") as uow:
        seal = service.picture(io.BytesIO(a_picture()))
        service.publish(
            uow, owner(world.here), service.keep_design(uow, owner(world.here), LECTURE, STANDARD[LECTURE], None, seal)
        )
    (app.extensions["settings"].data_dir / "files" / seal[:2] / seal[2:4] / seal).unlink()

    lost, whole = held(world.here, STAYED), held(world.there, STAYED)

    assert len(certificates(whole)) == 2 and not certificates(lost)
    assert "图片读不出来" in issuing.issue_due(lost).problems[0]


def test_what_is_typed_is_kept_shown_and_put_to_use(app, world, client_as):
    trainer = client_as(world.here.trainer)

    broken = trainer.post(f"{URL}/draft", data=TYPED | {"line_2": "记 {学时 学时"})
    assert "要成对" in broken.text and "记 {学时 学时" in broken.text
    assert "记 {学时 学时" in trainer.get(URL).text  # nothing typed is lost
    live = trainer.post(f"{URL}/draft", data=TYPED | {"do": "look"}, headers={"HX-Request": "true"})
    assert "<html" not in live.text and "听了「有限空间作业安全」" in live.text

    assert trainer.post(f"{URL}/draft", data=TYPED).status_code == 303
    picture = trainer.get(f"{URL}/preview.png")
    assert picture.data.startswith(b"\x89PNG")
    page = trainer.get(URL).text
    assert "第 1 版在用" in page
    assert "第 1 版" not in client_as(world.there.trainer).get(URL).text
    assert "启用，以后照它印" not in client_as(world.here.head).get(URL).text


@pytest.mark.parametrize(
    ("field", "content", "said"),
    [
        ("seal", b"\x89PNG" + b"\0" * 40 * 1024 * 1024, "5 MB 以内"),
        ("seal", a_picture()[:200], "不是能用的图片"),
    ],
    ids=["40 MB", "cut off"],
)
def test_a_picture_that_cannot_be_used_is_a_plain_sentence(app, world, client_as, field, content, said):
    answer = client_as(world.here.trainer).post(f"{URL}/draft", data=TYPED | {field: (io.BytesIO(content), "a.png")})

    assert said in answer.text and "讲安全课合格证" in answer.text
    assert "第 1 版" not in client_as(world.here.trainer).get(URL).text


def test_a_character_that_no_font_has_is_named_when_it_is_saved(app, world, client_as):
    with pytest.raises(MissingCharacters):
        service.check_design(replace(STANDARD[LECTURE], note="安全第一\U0001f600"), LECTURE)

    assert "U+1F600" in client_as(world.here.trainer).post(f"{URL}/draft", data=TYPED | {"note": "安全\U0001f600"}).text


def test_a_picture_that_would_print_blurred_is_refused():
    with pytest.raises(NotAnEmblem) as raised:
        emblem(a_picture(30, 400))

    assert raised.value.why == "small"


def test_a_seal_keeps_what_is_see_through_and_loses_what_was_written_beside_it():
    big, beside = io.BytesIO(), PngInfo()
    beside.add_text("Author", "刘洋")
    Image.new("RGBA", (1500, 1500), (180, 35, 24, 0)).save(big, "PNG", pnginfo=beside)

    kept = Image.open(io.BytesIO(emblem(big.getvalue())))

    assert kept.size == (600, 600) and kept.convert("RGBA").getpixel((5, 5))[3] == 0
    assert "Author" not in kept.info
