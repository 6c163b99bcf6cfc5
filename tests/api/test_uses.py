"""What a program does beyond the main job, by the rules of the pages: library and bank, marks put right, what takes two."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.api.operations import OPERATIONS
from lms.core import clock
from tests.api.test_tokens import problem
from tests.api.test_writing import plan
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate

FILE = {"content_type": "application/octet-stream"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"  # noqa: E501


@pytest.fixture
def role(app, world):
    return lambda name: bearing(app, token_of(getattr(world.here, name))[1])


def test_a_lecture_is_postponed_given_again_and_void_by_two(role, world):
    trainer, head = role("trainer"), role("head")
    made = trainer.post("/api/v1/lectures", json=plan(world, notify=True)).json
    at = f"/api/v1/lectures/{made['id']}"
    later = plan(world)
    for end in ("starts_at", "ends_at"):
        moved = clock.local(clock.now() + timedelta(days=3)).replace(
            hour=9 + (end == "ends_at"), minute=0, second=0, microsecond=0
        )
        later["sittings"][0][end] = moved.isoformat()
    later["sittings"][0]["sitting_id"] = made["sittings"][0]["id"]

    refused = trainer.put(at, json=later)
    assert problem(refused) == (422, "unfit") and refused.json["errors"][0]["pointer"] == "/reason"
    moved = trainer.put(at, json=later | {"reason": "设备检修"})
    assert moved.json["sittings"][0]["id"] == made["sittings"][0]["id"]
    assert moved.json["sittings"][0]["planned_starts_at"] > made["sittings"][0]["planned_starts_at"]

    again = trainer.post("/api/v1/lectures", json=plan(world, after=made["id"], anyway=True))
    assert again.status_code == 201 and again.json["state"] == "draft"

    sitting = f"/api/v1/sittings/{made['sittings'][0]['id']}"
    trainer.post(f"{sitting}/open")
    assert trainer.post(f"{sitting}/start").json["sittings"][0]["started_at"]
    now = clock.now()
    trainer.post(f"{sitting}/close", json={"started_at": (now - timedelta(hours=1)).isoformat(), "ended_at": now.isoformat()})
    assert trainer.post(f"{at}/void", json={"reason": "讲错了人"}).json["state"] == "closed"
    assert problem(trainer.post(f"{at}/void/second", json={"agree": True}))[0] in (403, 409, 422)
    assert head.post(f"{at}/void/second", json={"agree": True}).json["state"] == "voided"


def test_a_token_puts_a_hazard_on_record_with_its_evidence_says_so_and_signs_nothing(role, world):
    officer, head = role("officer"), role("head")
    by = clock.local_date(clock.now()) + timedelta(days=30)
    seen = {"clause": "GM-FC03", "place": "2 号线", "text": "没有泄爆片", "rectify_by": f"{by}"}
    made = officer.post(f"/api/v1/enterprises/{world.here.enterprise_id}/hazards", json=seen)
    at = f"/api/v1/hazards/{made.json['id']}"
    added = officer.post(f"{at}/evidence?name=a.pdf&words=%E6%A3%80%E6%B5%8B", data=PDF, **FILE)

    assert (made.status_code, made.json["text"], added.status_code) == (201, "没有泄爆片", 201)
    told = [(step["act"], step["words"]) for step in head.get(f"{at}/steps").json["items"]]
    assert told == [("found", "没有泄爆片（接口令牌“测试”）"), ("evidence", "检测（接口令牌“测试”）")]
    for one, way in ((officer, "steps"), (head, "steps"), (head, "signatures")):
        assert one.post(f"{at}/{way}?name=a.pdf&act=plan", data=PDF, **FILE).status_code in (404, 405)
    assert head.post(f"{at}/evidence?name=a.pdf", data=PDF, **FILE).status_code == 404
    assert head.get(at).json["stage"] == "found"
    assert not [one.name for one in OPERATIONS if one.verb == "hazard.sign"], "what the head signs is signed in the own account"


def test_files_go_up_as_they_are_and_come_down_the_same(role, world):
    trainer, officer = role("trainer"), role("officer")
    lecture = trainer.post("/api/v1/lectures", json=plan(world)).json["id"]

    there = trainer.post(f"/api/v1/lectures/{lecture}/materials?name=%E7%B2%89%E5%B0%98.pdf", data=PDF, **FILE).json["items"]
    assert [one["file_name"] for one in there] == ["粉尘.pdf"]
    assert trainer.get(f"/api/v1/materials/{there[0]['id']}/file").data == PDF
    assert problem(trainer.post(f"/api/v1/lectures/{lecture}/materials?name=x", data=b"MZ", **FILE))[0] == 422
    assert problem(trainer.post(f"/api/v1/lectures/{lecture}/materials?name=x", json={}))[0] == 415
    assert trainer.delete(f"/api/v1/materials/{there[0]['id']}").json["items"] == []

    item = officer.post("/api/v1/library?name=a.pdf&title=%E5%8A%A8%E7%81%AB", data=PDF, **FILE).json
    adopted = trainer.post(f"/api/v1/library/versions/{item['versions'][0]['id']}/adopt", json={"lecture_id": lecture})
    assert adopted.json["items"][0]["library_version_id"] == item["versions"][0]["id"]


def test_a_question_is_written_changed_translated_and_a_file_of_them_taken_in(role, world):
    trainer = role("trainer")
    sent = {"kind": "single", "stem": "进入粉尘车间先做什么？", "A": "除静电", "B": "抽烟", "answer": "A", "topic": "粉尘"}
    made = trainer.post("/api/v1/questions", json=sent)
    at = f"/api/v1/questions/{made.json['id']}"
    assert (made.status_code, made.json["options"], made.json["answer"], made.json["owner"]) == (
        201,
        ["除静电", "抽烟"],
        "A",
        "own",
    )
    wrong = trainer.post("/api/v1/questions", json=sent | {"answer": "D"})
    assert problem(wrong) == (422, "unfit") and wrong.json["errors"][0]["pointer"] == "/answer"

    assert trainer.put(at, json=sent | {"B": "聊天"}).json["version"] == 2
    told = {"stem": "?", "options": [{"at": "A", "text": "x"}, {"at": "B", "text": "y"}]}
    assert trainer.put(f"{at}/translations/ug", json=told).status_code == 200
    assert trainer.post(f"{at}/retire").json["retired_at"] and trainer.post(f"{at}/restore").json["retired_at"] is None

    aiken = "动火作业前先做什么？\nA. 办票\nB. 点火\nANSWER: A\n\n没有答案的题\nA. 一\nB. 二\n"
    batch = trainer.post("/api/v1/questions/import?name=q.txt", data=aiken.encode(), **FILE).json
    assert {one["name"]: one["number"] for one in batch["counts"]}["added"] == 1 and batch["faults"][0]["field"] == "answer"
    fix = {"fixes": [{"row": batch["faults"][0]["row"], "field": "answer", "text": "B"}]}
    assert trainer.post(f"/api/v1/questions/imports/{batch['id']}", json=fix).json["faults"] == []
    assert trainer.post(f"/api/v1/questions/imports/{batch['id']}/apply").json["applied_at"]
    file = ZipFile(BytesIO(trainer.get("/api/v1/questions/export?format=gift&source=own").data))
    assert any("动火作业前先做什么" in file.read(name).decode() for name in file.namelist())
    assert len(trainer.get("/api/v1/questions?source=own&q=%E5%8A%A8%E7%81%AB").json["items"]) == 1


def test_marks_hours_and_people_are_put_right_with_a_reason_and_a_second_person(role, world):
    ids = populate(world.here)
    trainer, head, employee = role("trainer"), role("head"), role("employee")
    made = trainer.post("/api/v1/lectures", json=plan(world, notify=True, anyway=True)).json
    lecture, sitting = f"/api/v1/lectures/{made['id']}", f"/api/v1/sittings/{made['sittings'][0]['id']}"
    trainer.post(f"{sitting}/open")
    came, really = (clock.now() - timedelta(minutes=minutes) for minutes in (9, 5))
    mark = {"mark": "in", "at": came.isoformat(), "reason": "手机没电"}
    people = (world.here.person_ids[3], ids["person_id"])
    byhand = [trainer.post(f"{lecture}/attendance/{person}", json=mark).json for person in people][1]
    assert byhand["waits"] is True  # two of five are more than a tenth
    confirmed = head.post(f"/api/v1/hand-marks/{byhand['id']}", json={"agree": True})
    assert confirmed.json["confirmed_by"]
    put_right = {"reason": "看错了钟", "at": really.isoformat()}
    assert trainer.post(f"/api/v1/marks/{byhand['event_id']}/correct", json=put_right).json["reason"]
    marks = trainer.get(f"{lecture}/events?person_id={ids['person_id']}").json["items"]
    assert [one["scanned_at"][:16] for one in marks] == [f"{at:%Y-%m-%dT%H:%M}" for at in (came, really)]
    raised = employee.post(f"{lecture}/disputes", json={"text": "我到了"})
    assert raised.status_code == 201
    answered = trainer.post(f"/api/v1/disputes/{raised.json['id']}/answer", json={"text": "已补"})
    assert answered.json["answer"] == "已补"

    entered = trainer.post(
        f"/api/v1/people/{ids['person_id']}/trainings?name=a.pdf&title=x&organizer=y&starts_on=2026-01-05&ends_on=2026-01-05&hours=4",
        data=PDF, **FILE,
    ).json  # fmt: skip
    assert entered["accepted"] is None
    assert problem(trainer.post(f"/api/v1/trainings/{entered['id']}/check", json={"do": "accept"}))[0] >= 400
    assert head.post(f"/api/v1/trainings/{entered['id']}/check", json={"do": "accept"}).json["accepted"] is True
    lines = trainer.get(f"/api/v1/people/{ids['person_id']}/hours?year=2026").json["items"]
    assert [line["hours"] for line in lines if line["training_id"] == entered["id"]] == ["4.00"]

    held = trainer.post(f"/api/v1/people/{ids['person_id']}/holds", json={"reason": "事故调查"}).json["items"]
    assert head.post(f"/api/v1/retention-holds/{held[-1]['id']}/lift").json["lifted_at"]
    phone = trainer.post(f"/api/v1/people/{ids['person_id']}/phone", json={"phone": "13900001234"})
    assert phone.json["phone"] == "139****1234"
    typed = {"department": "新车间", "category": "特种作业人员"}
    trainer.post(f"/api/v1/people/{ids['person_id']}/post", json=typed)
    moved = trainer.post(f"/api/v1/people/{ids['person_id']}/post", json={"post": "焊工"})
    said = [moved.json[name] for name in ("department", "category", "post")]
    assert said == ["新车间", "特种作业人员", "焊工"], "what is left out stays"


def test_a_bureau_drafts_launches_amends_chases_and_enters(role, world):
    officer = role("officer")
    asked = {
        "title": "冬季安全课", "industries": ["工贸"], "starts_on": "2026-11-01", "due_on": "2027-12-31", "min_minutes": 30,
        "min_attendance": 80, "pass_mark": 80, "late_days": 30, "head_lectures": True,
    }  # fmt: skip
    drafted = officer.post("/api/v1/campaigns", json=asked)
    at = f"/api/v1/campaigns/{drafted.json['id']}"
    assert (drafted.status_code, drafted.json["state"]) == (201, "draft")
    refused = officer.post("/api/v1/campaigns", json=asked | {"industries": ["不存在"]})
    assert refused.json["errors"][0]["pointer"] == "/industries"
    assert officer.post(f"{at}/launch").json["enterprises"] >= 1

    change = asked | {"min_minutes": 20, "revision": str(officer.get(at).json["revision"])}
    assert problem(officer.put(at, json=change))[0] >= 400  # a launched one is amended with a reason
    assert officer.put(at, json=change | {"reason": "企业反映"}).json["min_minutes"] == 20
    chased = officer.post(f"{at}/chase", json={"enterprise_ids": [str(world.here.enterprise_id)]}).json
    assert chased["sent"] or chased["refused"]
    other = {"enterprise_ids": [str(world.here.enterprise_id)], "channel": "sms"}
    assert officer.post(f"{at}/chase", json=other).json["sent"] == []  # chased a moment ago, or no such channel: named, not told
    assert [one["channel"] for one in officer.get(f"{at}/contacts").json["items"]] == [None] * len(chased["sent"])

    incident = {"happened_on": "2026-11-01", "street": "430602008", "text": "叉车侧翻", "injured": 1}
    entered = officer.post("/api/v1/incidents", json=incident)
    assert entered.status_code == 201, entered.json
    assert officer.post(f"/api/v1/incidents/{entered.json['id']}/void", json={"reason": "重复"}).json["void_reason"] == "重复"


def test_what_a_lecture_must_be_about_is_asked_by_a_program_as_on_the_page(role):
    officer = role("officer")
    content = {"themes": ["LT08"], "evidence": ["photo", "quiz"], "cascade": True}
    asked = {
        "title": "冬季安全课", "industries": ["工贸"], "starts_on": "2026-11-01", "due_on": "2027-12-31", "min_minutes": 30,
        "min_attendance": 80, "pass_mark": 80, "late_days": 30,
    }  # fmt: skip
    wrong = officer.post("/api/v1/campaigns", json=asked | {"themes": ["LT99"]})
    assert problem(wrong) == (422, "unfit") and wrong.json["errors"][0]["pointer"] == "/themes"
    drafted = officer.post("/api/v1/campaigns", json=asked | content)
    assert drafted.status_code == 201 and {name: drafted.json[name] for name in content} == content
    at = f"/api/v1/campaigns/{drafted.json['id']}"
    assert officer.post(f"{at}/launch").json["enterprises"] >= 1

    def amend(**more):
        revision = str(officer.get(at).json["revision"])
        told = officer.put(at, json=asked | {"revision": revision, "reason": "企业反映"} | more)
        assert told.status_code == 200, told.json
        return [told.json[name] for name in ("themes", "evidence", "cascade")]

    assert amend(min_minutes=20) == [["LT08"], ["photo", "quiz"], True]  # what is left out stays
    assert amend(themes=[], evidence=["photo"], cascade=False) == [[], ["photo"], False]


def test_a_permit_and_a_visit_are_answered_as_they_were_made(role, world):
    today, person = clock.local_date(clock.now()).isoformat(), world.here.person_ids[2]
    card = {"authority": "emergency", "work": "低压电工作业", "card_no": "T430699198612078441", "issued_on": today}
    permit = role("trainer").post(f"/api/v1/people/{person}/permits", json=card)
    listed = role("trainer").get(f"/api/v1/enterprises/{world.here.enterprise_id}/permits").json["items"]
    assert permit.status_code == 201 and listed == [permit.json] and card["card_no"] not in permit.text

    lecture = role("trainer").post("/api/v1/lectures", json=plan(world, notify=True)).json["id"]
    officer, visit = role("officer"), f"/api/v1/lectures/{lecture}/visit"
    silent, told = (officer.post(visit, json={"announced": announced}).json for announced in (False, True))
    assert silent["id"] == told["id"] and (silent["announced"], told["announced"], told["officer"]) == (False, True, "王敏")
    assert silent["missed_at"] is None and officer.post(f"{visit}/missed").status_code == 409, "the lecture is not over"


def test_the_bank_is_read_a_page_at_a_time_as_narrowed(role, world):
    trainer = role("trainer")
    for stem in ("进入粉尘车间先做什么？", "离开粉尘车间先做什么？"):
        sent = {"kind": "single", "stem": stem, "A": "除静电", "B": "抽烟", "answer": "A", "topic": "粉尘"}
        assert trainer.post("/api/v1/questions", json=sent).status_code == 201
    asked, found, cursor = "/api/v1/questions?source=own&limit=1", [], ""
    while cursor is not None:
        page = trainer.get(asked + (f"&cursor={cursor}" if cursor else "")).json
        found, cursor = [*found, *page["items"]], page["next_cursor"]

    assert len(found) == len({one["id"] for one in found}) > 1 and {one["owner"] for one in found} == {"own"}
    first = found[0]
    narrowed = trainer.get("/api/v1/questions", query_string={"source": "own", "topic": first["topic"], "q": first["stem"]})
    like = [one["id"] for one in found if first["stem"] in one["stem"] and one["topic"] == first["topic"]]
    assert [one["id"] for one in narrowed.json["items"]] == like


def test_a_certificate_ends_by_two(role, world):
    ids = populate(world.here)
    trainer, head = role("trainer"), role("head")
    at = f"/api/v1/certificates/{ids['certificate_id']}"

    assert trainer.post(f"{at}/revoke", json={"reason": "补考作弊"}).json["state"] != "revoked"
    assert problem(trainer.post(f"{at}/revocation", json={"agree": True}))[0] >= 400
    gone = head.post(f"{at}/revocation", json={"agree": True}).json
    assert (gone["state"], gone["revoked_reason"]) == ("revoked", "补考作弊")
    assert problem(trainer.post(f"{at}/revoke", json={"reason": "补考作弊"}))[0] == 409
