"""anke import people and anke import enterprises, as a program or a person would call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.registry import commands, divisions
from lms.registry.models import Enterprise, Person
from tests.data import content, expected
from tests.world import World

HOSTILE = {
    name: told
    for name, told in expected("hostile/hostile.expected.json")["files"].items()
    if not name.startswith(("moodle", "questions"))
}


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Any:
    def run(command: str, name: str, *options: str) -> Result:
        path = tmp_path / Path(name).name
        path.write_bytes(content(name))
        with force_locale("zh"):
            return CliRunner().invoke(getattr(commands, command), [str(path), *options])

    return run


def count(model: type) -> int:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(model)) or 0


def within(told: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether an answer says everything that was told; it may say more."""
    return all(answer.get(name) == value for name, value in told.items())


@pytest.mark.parametrize("name", expected("roster.expected.json")["files"])
def test_a_dry_run_says_what_would_come_out_and_writes_nothing(run: Any, name: str) -> None:
    done = run("people", name, "--dry-run", "--json")

    answer, told = json.loads(done.stdout), expected("roster.expected.json")
    assert done.exit_code == 0
    assert answer["outcome"] == ("accepted in part" if told["files"][name]["faults"] else "accepted")
    assert sorted(answer["people"], key=lambda p: p["work_no"]) == sorted(told["people"], key=lambda p: p["work_no"])
    assert within({k: v for k, v in told["files"][name].items() if k != "faults"}, answer)
    assert all(within(fault, found) for fault, found in zip(told["files"][name]["faults"], answer["faults"], strict=True))
    assert count(Person) == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_the_agreed_words(run: Any, name: str) -> None:
    done = run("people", f"hostile/{name}", "--dry-run", "--json")

    answer = json.loads(done.stdout)
    assert answer["outcome"] == HOSTILE[name]["outcome"]
    assert answer.get("code") == HOSTILE[name].get("code")
    assert done.exit_code == (1 if answer["outcome"] == "refused" else 0)


def test_people_go_to_the_enterprise_by_code_or_name_and_only_once(run: Any, world: World) -> None:
    before = count(Person)

    first = run("people", "roster.xlsx", "--enterprise", "91430699MACHHLH61E", "--json")
    second = run("people", "roster-utf8bom.csv", "--enterprise", "鸿和平机械有限责任公司", "--json")

    # Five people of this enterprise have the ID numbers of the first five of the roster.
    assert json.loads(first.stdout)["written"]["new"] + before == count(Person)
    assert json.loads(second.stdout)["written"] | {"left": 0} == {"new": 0, "changed": 0, "unchanged": 103, "left": 0}


def test_enterprises_go_to_their_district(run: Any, app: Flask) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        divisions.load(uow)

    dry = run("enterprises", "enterprises.xlsx", "--dry-run", "--json")
    assert count(Enterprise) == 0
    done = run("enterprises", "enterprises.xlsx", "--jurisdiction", "430602", "--json")

    told, answer = expected("enterprises.expected.json"), json.loads(dry.stdout)
    assert answer["enterprises"] == told["enterprises"] and answer["rows"] == 1284
    assert all(within(fault, found) for fault, found in zip(told["faults"], answer["faults"], strict=True))
    assert json.loads(done.stdout)["written"]["new"] == count(Enterprise) == 1284


def test_wrong_usage_is_told_from_wrong_data(run: Any, world: World) -> None:
    assert run("people", "roster.xlsx").exit_code == 2
    assert run("people", "roster.xlsx", "--enterprise", "没有这家").exit_code == 2
    assert run("enterprises", "enterprises.xlsx", "--jurisdiction", "999999").exit_code == 2
    assert run("people", "hostile/program.xlsx", "--enterprise", "鸿和平机械有限责任公司").exit_code == 1


def test_a_name_like_a_registered_one_is_told_and_not_imported_by_a_program(run: Any, world: World, tmp_path: Path) -> None:
    path, before = tmp_path / "similar.csv", count(Enterprise)
    path.write_text("单位名称,统一社会信用代码,街道\n岳阳市湘粮油脂有限责任公司,91430699MA5JENF599,城陵矶街道\n")
    with force_locale("zh"):
        done = CliRunner().invoke(commands.enterprises, [str(path), "--jurisdiction", "430602"])

    assert done.exit_code == 0 and "1 行和已登记的企业名称差不多，没有导入" in done.stdout
    assert count(Enterprise) == before
