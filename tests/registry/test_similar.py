"""A row whose name is like that of a known enterprise is shown beside it, and nobody but a person says that they are one."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.tables import read
from lms.core.uow import unit_of_work
from lms.registry.models import Enterprise, ImportBatch, ImportKind
from lms.registry.rules import read_enterprises
from lms.registry.rules.similar import Firm, Index, normal
from lms.registry.service import apply, look, open_batch, plan_enterprises
from lms.registry.service.enterprises import streets_of
from tests.compliance.scene import add_street

SYSTEM = Actor.system("test")
KNOWN, NEW_CODE = "91430699MA7UUP5Y9R", "91430699MA5JENF599"
HEAD = ("单位名称", "统一社会信用代码", "街道", "负责人")
WRITTEN = st.text(st.sampled_from("湖南省岳阳市有限责任股份分公司（）() ·洞庭粮油Ａa1一ﬁẞİ厂"), max_size=14)


@given(WRITTEN | st.text(max_size=10))
def test_normalising_a_name_again_changes_nothing(name):
    assert normal(normal(name)) == normal(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湘粮油脂有限公司", "湘粮油脂有限责任公司"),
        ("湘粮（岳阳）油脂有限公司", "湘粮(岳阳)油脂有限公司"),
        ("岳阳市湘粮油脂有限公司", "湘粮油脂有限公司"),
        ("湖南岳阳湘粮油脂股份有限公司", " 湘粮 油脂公司"),
        ("ＡＢ物流有限公司", "ab物流"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one, other):
    assert normal(one) == normal(other)


def like(one, other, **more):
    return bool(Index([Firm(0, one, "陈建国", "19921463076")]).like(Firm(1, other, **more)))


def test_one_character_more_is_a_slip_only_where_something_else_agrees():
    assert not like("湘粮油脂有限公司", "湘粮芳油脂有限公司")
    assert like("湘粮油脂有限公司", "湘粮芳油脂有限公司", head="陈建国")
    assert like("湘粮油脂有限公司", "湘粮芳油脂有限公司", phone="19921463076")
    assert like("洞庭丰琪职业培训学校", "洞庭丰其职业培训学校")  # a long name of which nothing else is told
    assert not like("洞庭丰琪职业培训学校", "洞庭丰其职业培训学校", head="段海")  # but another head is no slip
    assert not like("湘粮油脂有限公司", "湘粮油脂有限公司岳阳分公司", head="陈建国")  # a branch is not the firm


@pytest.mark.parametrize(("one", "other"), ["一二", "13", "AB", "东西", "甲乙"])
def test_what_tells_branches_of_one_owner_apart_is_no_slip(one, other):
    assert not like(f"湘粮油脂城{one}加油站点", f"湘粮油脂城{other}加油站点", head="陈建国", phone="19921463076")


def test_of_1284_names_each_is_found_however_it_is_written_and_no_other_is_told_beside_it():
    listed = json.loads(Path("tests/data/enterprises.expected.json").read_text())["enterprises"]
    index = Index(Firm(at, one["name"], one["head"], one["head_phone"]) for at, one in enumerate(listed))
    for at, one in enumerate(listed):
        written = "岳阳市" + one["name"].replace("有限责任公司", "有限公司")
        found = index.like(Firm(-1, written, one["head"], one["head_phone"]))
        assert [firm.at for firm in found] == [at], one


def test_where_neither_head_nor_phone_is_told_few_others_are_shown():
    listed = json.loads(Path("tests/data/enterprises.expected.json").read_text())["enterprises"]
    index = Index(Firm(at, one["name"]) for at, one in enumerate(listed))
    found = [index.like(Firm(at, one["name"])) for at, one in enumerate(listed)]
    assert all(at in {firm.at for firm in firms} for at, firms in enumerate(found))
    assert sum(len(firms) > 1 for firms in found) < len(listed) * 0.03, "more than somebody can look at"


@pytest.fixture
def district(world):
    return world.here.district_id


def batch_of(uow, district, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return open_batch(uow, ImportKind.ENTERPRISES, text.getvalue().encode(), "名单.csv", jurisdiction_id=district)


def firms(uow):
    return {firm.uscc: firm.name for firm in uow.session.scalars(select(Enterprise))}


SIMILAR = ("岳阳市湘粮油脂有限责任公司", NEW_CODE, "城陵矶街道", "孙婷")


def test_what_nobody_decided_is_not_imported_and_waits_in_the_rest(world, uow, district):
    before = firms(uow)
    batch = batch_of(uow, district, SIMILAR)

    apply(uow, batch)

    assert firms(uow) == before
    assert (batch.result["new"], batch.result["changed"], batch.result["similar"]) == (0, 0, 1)
    [rest] = uow.session.scalars(select(ImportBatch).where(ImportBatch.rest_of_id == batch.id))
    [one] = look(uow, rest).plan.similar
    assert one.told.name == SIMILAR[0] and [known.uscc for known in one.known] == [KNOWN]


@pytest.mark.parametrize(
    ("same", "expected"),
    [(False, {KNOWN: "湘粮油脂有限公司", NEW_CODE: SIMILAR[0]}), (True, {NEW_CODE: SIMILAR[0]})],
)
def test_the_same_one_is_updated_and_another_one_is_added_as_was_chosen_last(world, client_as, district, same, expected):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        batch_id = batch_of(uow, district, SIMILAR).id
    page = officer.get(f"/imports/{batch_id}").text
    assert 'value="">暂不导入' in page and "同一家（更新）" in page and "不是同一家（新增）" in page

    officer.post(f"/imports/{batch_id}/apply", data={"fix-2-meant": str(world.here.enterprise_id) if same else "new"})

    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert {uscc: name for uscc, name in firms(uow).items() if uscc in (KNOWN, NEW_CODE)} == expected


def test_a_row_without_a_code_may_be_the_same_one_but_no_new_one(world, client_as, district):
    officer = client_as(world.here.officer)
    with unit_of_work(SYSTEM, "system") as uow:
        batch_id = batch_of(uow, district, ("湘粮油脂有限责任公司", "", "城陵矶街道", "孙婷")).id
    page = officer.get(f"/imports/{batch_id}").text
    assert "同一家（更新）" in page and "不是同一家（新增）" not in page

    officer.post(f"/imports/{batch_id}", data={"fix-2-meant": "new"})
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        assert look(uow, uow.session.get_one(ImportBatch, batch_id)).plan.new == []
    officer.post(f"/imports/{batch_id}/apply", data={"fix-2-meant": str(world.here.enterprise_id)})
    with unit_of_work(SYSTEM, "system", write=False) as uow:
        firm = uow.session.get_one(Enterprise, world.here.enterprise_id)
        assert (firm.uscc, firm.name, firm.uscc_confirmed) == (KNOWN, "湘粮油脂有限责任公司", True)
        assert not uow.session.scalars(select(ImportBatch).where(ImportBatch.rest_of_id == batch_id)).all()


def test_two_rows_are_not_both_the_same_enterprise(world, uow, district):
    rows = (SIMILAR, ("湘粮油脂股份有限公司", "91430699MA7Q9F572F", "城陵矶街道", ""))
    text = "\n".join(",".join(row) for row in (HEAD, *rows))
    place = uow.session.get_one(Enterprise, world.here.enterprise_id).jurisdiction
    reading = read_enterprises(read(text.encode()), streets=streets_of(uow, place))
    said = dict.fromkeys((2, 3), str(world.here.enterprise_id))

    plan = plan_enterprises(uow, place, reading, chosen=said)

    assert [change.told.row for change in plan.changed] == [2] and [one.told.row for one in plan.waiting] == [3]


def test_a_street_that_changes_is_shown_with_both_names_and_the_day(world, client_as, uow, district):
    add_street(uow, district, "430602009", "三眼桥街道")
    batch_id = batch_of(uow, district, ("湘粮油脂有限公司", KNOWN, "三眼桥街道", "陈建国")).id
    today = uow.today
    uow.session.commit()

    page = client_as(world.here.officer).get(f"/imports/{batch_id}").text

    assert f"{today.isoformat()} 起从城陵矶街道归到三眼桥街道" in page
