"""Nobody skips a rung, whatever is tried in whatever order; and what is stored leads to where a hazard is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.core.errors import Problem
from lms.hazards import rules
from lms.hazards.rules import Act, Given, Rung, Signatory, Stage

TODAY = date(2026, 11, 24)
OFFICERS, HEAD = ("user:1", "user:2", "user:3"), "user:9"
tries = some.builds(
    Given,
    act=some.sampled_from([act for act in Act if act is not Act.FOUND]),
    by=some.sampled_from(Signatory),
    key=some.sampled_from((*OFFICERS, HEAD)),
    today=some.just(TODAY),
    choice=some.sampled_from(("", "part", "whole", "none", "away", "refuses", "taken", "lifted")),
    words=some.sampled_from(("", "写明了")),
    receiver=some.sampled_from(("", "消防救援大队")),
    due_on=some.one_of(some.none(), some.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=40))),
    term=some.one_of(some.none(), some.just(TODAY + timedelta(days=5))),
    files=some.integers(0, 1),
    on_paper=some.booleans(),
    measures=some.sampled_from(((), ("taken",), ("taken", "lifted"), ("lifted",))),
)


def whole(act: Act, key: str = OFFICERS[0], **more: object) -> Given:
    """An act with everything it needs, by whom it takes."""
    by = rules.signatory_of(act)
    values = {
        "by": by, "key": HEAD if by is Signatory.HEAD else key, "words": "写明了", "receiver": "消防救援大队", "files": 1,
        "choice": rules.CHOICES.get(act, ("",))[0], "due_on": TODAY + timedelta(days=9) if act is Act.FAIL else None,
        "term": TODAY + timedelta(days=5),
    }  # fmt: skip
    return Given(act=act, today=TODAY, **values | more)


UP = [whole(act) for act in (Act.STOP, Act.PLAN, Act.APPROVE, Act.REPORT, Act.RECHECK)]
UP += [whole(Act.RECHECK, OFFICERS[1]), whole(Act.CONFIRM), whole(Act.CLOSE)]
BEGUN = rules.found(TODAY, TODAY + timedelta(days=30))


def climbed(*acts: Given) -> rules.Where:
    where = BEGUN
    for one in acts:
        where = rules.take(where, one)
    return where


@given(some.lists(some.one_of(some.sampled_from(OFFICERS), tries), min_size=10, max_size=60))
def test_no_sequence_of_acts_skips_a_rung(sequence: list[Given | str]) -> None:
    """A name alone: that officer sees to it that what is proposed gets done."""
    where, done = BEGUN, []
    for tried in sequence:
        one = whole(where.proposed or Act.TAKE_BACK, tried) if isinstance(tried, str) else tried
        try:
            after = rules.take(where, one)
        except Problem:
            continue
        assert rules.again(where, one.act, after.due_on, one.key) == after, "what is stored leads to the same place"
        where = after
        done.append(one)
    if where.stage is not Stage.CLOSED:
        return
    way = [one for one in done if one.act not in (Act.DEADLINE, *rules.ASIDE)]
    last = {act: max(at for at, one in enumerate(way) if one.act is act) for act in (Act.STOP, Act.PLAN, Act.APPROVE, Act.REPORT)}
    closes = next(at for at, one in enumerate(way) if one.act is Act.CLOSE)
    signs = [one for one in way[last[Act.REPORT] : closes] if one.act is Act.RECHECK]
    confirms = [at for at, one in enumerate(way) if one.act is Act.CONFIRM and at > last[Act.REPORT]]
    refusals = [one for one in way[last[Act.REPORT] : closes] if one.act is Act.REFUSE]
    assert last[Act.STOP] < last[Act.PLAN] < last[Act.APPROVE] < last[Act.REPORT] < closes
    assert confirms or len({one.key for one in refusals}) == len(refusals) == 2, (
        "signed by the head, or refused before two officers"
    )
    assert len(signs) == 2 and signs[0].key != signs[1].key
    head_signed = [one for one in way if rules.signatory_of(one.act) is Signatory.HEAD]
    assert all(one.by is Signatory.HEAD or (one.on_paper and one.files) for one in head_signed)
    assert all(one.by is Signatory.OFFICER for one in way if rules.signatory_of(one.act) is Signatory.OFFICER)


@pytest.mark.parametrize("at", range(len(UP)), ids=[f"{number} {one.act}" for number, one in enumerate(UP)])
def test_whoever_skips_a_step_is_told_which_one_is_missing(at: int) -> None:
    where = climbed(*UP[:at])
    for later in UP[at + 1 :]:
        if later.act is not UP[at].act:
            with pytest.raises(rules.Skipped) as refused:
                rules.take(where, later)
            assert str(rules.ladder.NAMES[UP[at].act]) in str(refused.value)
    assert rules.to_come(where.stage) == tuple(one.act for one in UP[at:])


def test_a_recheck_takes_two_officers_and_other_accounts_of_one_are_one() -> None:
    once = climbed(*UP[:5])
    with pytest.raises(rules.SameOfficer):
        rules.take(once, whole(Act.RECHECK, OFFICERS[0]))
    with pytest.raises(rules.SameOfficer):
        rules.take(once, whole(Act.RECHECK, OFFICERS[1], hands=frozenset(OFFICERS[:2])))
    with pytest.raises(rules.WrongSignatory):
        rules.take(once, whole(Act.RECHECK, by=Signatory.HEAD))
    failed = rules.take(once, whole(Act.FAIL))
    assert (failed.rung, failed.checked_by) == (Rung.RECTIFY, ""), "after a failure both check again"


def test_a_head_who_refuses_to_sign_holds_nothing_up_once_two_officers_have_said_so() -> None:
    checked = climbed(*UP[:6])
    once = rules.take(checked, whole(Act.REFUSE, OFFICERS[1]))
    with pytest.raises(rules.SameOfficer):
        rules.take(once, whole(Act.REFUSE, OFFICERS[1]))
    with pytest.raises(rules.Skipped):
        rules.take(once, whole(Act.CLOSE))
    with pytest.raises(rules.WrongSignatory):
        rules.take(checked, whole(Act.REFUSE, by=Signatory.HEAD))
    refused = rules.take(once, whole(Act.REFUSE, OFFICERS[2]))
    assert rules.take(refused, whole(Act.CLOSE)).stage is Stage.CLOSED
    for one in (once, refused):
        assert Act.CONFIRM in rules.also(one, Signatory.HEAD, ()), "and the head may think better of it"
        assert rules.take(one, whole(Act.CONFIRM)).stage is Stage.CONFIRMED


@pytest.mark.parametrize(("chosen", "goes"), [("part", True), ("whole", True), ("none", False)])
def test_enforcing_moves_nothing_takes_a_decision_to_stop_and_is_lifted_wherever_the_hazard_is(chosen: str, goes: bool) -> None:
    signed = [(one.act, one.choice) for one in UP]
    signed[0] = (Act.STOP, chosen)

    def enforce(at: int, choice: str, *more: tuple[Act, str]) -> rules.Where:
        there = climbed(*UP[:at])
        open_now = rules.measures(there, [*signed[:at], *more])
        assert (Act.ENFORCE in rules.also(there, Signatory.OFFICER, open_now)) is bool(open_now)
        return rules.take(there, whole(Act.ENFORCE, choice=choice, measures=open_now))

    with pytest.raises(rules.Skipped):
        enforce(0, "taken")
    with pytest.raises(rules.HazardClosed):
        enforce(len(UP), "taken")
    with pytest.raises(rules.NoChoice):
        enforce(3, "")
    for at in (1, 3):
        if goes:
            assert enforce(at, "taken") == climbed(*UP[:at])
        else:
            with pytest.raises(rules.NothingToEnforce):
                enforce(at, "taken")
    for at in (0, 3, len(UP)):
        with pytest.raises(rules.NothingToLift):
            enforce(at, "lifted")
        with pytest.raises(rules.NothingToLift):
            enforce(at, "lifted", (Act.ENFORCE, "taken"), (Act.ENFORCE, "lifted"))
        assert enforce(at, "lifted", (Act.ENFORCE, "taken")) == climbed(*UP[:at])


def test_each_act_says_what_it_lacks() -> None:
    lacks = [
        (BEGUN, whole(Act.STOP, choice=""), rules.NoChoice),
        (BEGUN, whole(Act.STOP, choice="none", words=""), rules.NoReason),
        (BEGUN, whole(Act.TRANSFER, receiver=""), rules.NoReceiver),
        (climbed(*UP[:3]), whole(Act.REPORT, files=0), rules.NoEvidence),
        (climbed(*UP[:2]), whole(Act.APPROVE, due_on=TODAY + timedelta(days=50), words=""), rules.NoReason),
        (climbed(*UP[:4]), whole(Act.FAIL, due_on=None), rules.NoDate),
        (climbed(*UP[:3]), whole(Act.DEADLINE, due_on=TODAY - timedelta(days=1)), rules.PastDate),
        (replace(climbed(*UP[:2]), rectify_by=TODAY - timedelta(days=1)), whole(Act.APPROVE), rules.PastDate),
        (climbed(UP[0]), whole(Act.PLAN, by=Signatory.OFFICER), rules.WrongSignatory),
        (climbed(UP[0]), whole(Act.PLAN, by=Signatory.OFFICER, on_paper=True, files=0), rules.NoEvidence),
        (climbed(*UP[:6]), whole(Act.REFUSE, words=""), rules.NoReason),
        (climbed(*UP), whole(Act.TRANSFER), rules.HazardClosed),
    ]
    for where, one, problem in lacks:
        with pytest.raises(problem):
            rules.take(where, one)


def test_what_was_handed_over_and_comes_back_stands_where_it_stood() -> None:
    there = climbed(*UP[:4])
    away = rules.take(there, whole(Act.TRANSFER))
    assert (away.rung, away.before) == (Rung.TRANSFER, Stage.REPORTED)
    received = rules.take(away, whole(Act.RECEIPT, term=None))
    for one in (away, received):
        back = rules.take(one, whole(Act.TAKE_BACK))
        assert (back.stage, back.before) == (Stage.REPORTED, None)


def test_every_act_has_its_law_and_says_what_was_not_verified() -> None:
    told = [(act, choice) for act in Act for choice in rules.CHOICES.get(act, ("",))]
    for act, choice in told:
        basis = rules.basis_of(act, choice)
        assert basis.law and basis.article and basis.duty
        assert basis.confidence == "verified" or basis.note, act
    articles = [rules.basis_of(act, choice).article for act, choice in (
        (Act.TRANSFER, "away"), (Act.TRANSFER, "refuses"), (Act.ENFORCE, ""), (Act.REFUSE, ""),
    )]  # fmt: skip
    assert articles == ["第六十九条", "第一百一十三条", "第七十条", "第六十八条"]


def test_a_clause_whose_edition_was_replaced_is_told_under_that_edition_and_as_not_verified() -> None:
    replaced = [one for one in rules.clauses().values() if "替代" in one.note]
    assert {one.sector for one in replaced} == {"建筑施工", "消防/人员密集场所"}
    assert {one.standard for one in replaced if one.code.startswith("XF")} == {"重大火灾隐患判定方法（GB 35181-2017）"}
    for one in replaced:
        edition = one.note.partition("版")[0][-4:]
        assert (one.confidence, edition in one.standard, "2024" in one.standard or "2025" in one.standard) == (
            "check",
            True,
            False,
        )
        assert edition in one.effective_from and "对照" in one.note


def test_an_officer_finds_a_clause_in_its_sector_alone_and_all_of_them_somewhere() -> None:
    everything = set(rules.clauses())
    for industry in ("工贸", "危险化学品", "烟花爆竹", "建筑施工", "人员密集场所", "非煤矿山", "其他"):
        own, rest = rules.of_sector(industry), rules.others(industry)
        assert {one.code for one in own} | {one.code for one in rest} == everything
        assert not {one.code for one in own} & {one.code for one in rest}
        assert {one.sector for one in own} <= {industry, "消防/人员密集场所"}
    assert len(rules.of_sector("工贸")) == 65 and not rules.of_sector("其他")
    assert rules.department_for("XF05").startswith("消防") and rules.department_for("KS01") == "应急管理局（矿山安监派出机构）"
