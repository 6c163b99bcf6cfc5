"""Whoever chooses English reads English: no Chinese is left on the pages but names and titles, and no word is untranslated."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment
from jinja2.nodes import TemplateData

from lms.campaigns.rules import USUAL
from lms.campaigns.themes import themes
from lms.compliance import service
from lms.core.uow import unit_of_work
from lms.lectures.rules.levels import FACTORY, SPECIAL, TEAM, WORKSHOP
from lms.web.locale import COOKIE
from tests.compliance.scene import INDUSTRIES, SYSTEM, hold, launch
from tests.english import CATALOGUE
from tests.world import PEOPLE, World

TEMPLATES = Path("lms/templates")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+")
UNSEEN = re.compile(r'<(script|style)\b.*?</\1>|<span class="avatar-name[^>]*>.</span>', re.S)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
FILLED = re.compile(r"%%|%\(\w+\)[sd]")
# What stays Chinese in English: the other language's own name, and whatever somebody named, with the brackets round it.
DATA = (
    *(text for theme in themes() for text in (theme.title, theme.basis) if text),  # they become titles of lectures
    *(text for usual in USUAL.values() for text in (usual.title, usual.basis) if text),  # and these of campaigns
    "中文", "「", "」", "湘粮油脂有限公司", "城陵矶街道", "岳阳楼区", "松杨湖街道", "云溪区", "岳阳市", "压榨车间", "操作工", "会议室", "粉尘防爆", "病假", "王敏", "特种作业人员",
    *(FACTORY, WORKSHOP, TEAM, SPECIAL),  # stored, as values of the choices that are shown in English
    "企业主要负责人讲安全课", *INDUSTRIES, *(name for name, _ in PEOPLE), *(category for _, category in PEOPLE),
)  # fmt: skip


@pytest.fixture
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


@pytest.fixture
def english(app: Flask, world: World, client_as: Callable[[str], FlaskClient]) -> Callable[..., str]:
    """The page at a path as one in a role reads it in English; signed out without a role."""

    def read(path: str, role: str | None = None, status: int = 200) -> str:
        client = client_as(getattr(world.here, role)) if role else app.test_client()
        client.set_cookie(COOKIE, "en")
        answer = client.get(path)
        assert answer.status_code == status, path
        return unescape(UNSEEN.sub("", answer.text))

    return read


PAGES = (
    ("/sign-in", None, 200, "Sign in"),
    ("/verify/nothing", None, 404, "No such certificate"),
    ("/code", None, 200, "six digits"),
    ("/lectures", "trainer", 200, "New lecture"),
    ("/lectures/new", "trainer", 200, "Who gives it"),
    ("/people", "trainer", 200, "Import roster"),
    ("/people/import", "trainer", 200, "Import"),
    ("/certificates", "trainer", 200, "Certificates"),
    ("/campaigns", "officer", 200, "New campaign"),
    ("/campaigns/new", "officer", 200, "Due date"),
    ("/enterprises", "officer", 200, "Name of enterprise"),
    ("/overview", "officer", 200, "Overview"),
    ("/me", "employee", 200, "Notices"),
    ("/me/hours", "employee", 200, "Hours"),
    ("/claim", None, 200, "Claim an enterprise"),
    ("/claim/state", None, 200, "Receipt number"),
    ("/claims", "officer", 200, "Claims to confirm"),
    ("/no-such-page", "trainer", 404, "Page not found"),
)


@pytest.mark.parametrize(("path", "role", "status", "said"), PAGES)
def test_page_is_english(english: Callable[..., str], path: str, role: str | None, status: int, said: str) -> None:
    page = english(path, role, status)
    assert said in page
    assert chinese_in(page) == []


def test_summary_and_lecture_are_english(english: Callable[..., str], world: World) -> None:
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, world.here)
        lecture = hold(uow, world.here, campaign, people=("passed", "passed", "passed", "passed", "excused"))
        service.settle(uow, campaign.id, [world.here.enterprise_id])
        paths = f"/campaigns/{campaign.id}/summary", f"/campaigns/{campaign.id}", f"/lectures/{lecture.id}"
    for path, said in zip(paths, ("Lecture rate", "Head of enterprise", "Attendees"), strict=True):
        page = english(path, "officer")
        assert said.lower() in page.lower()
        assert chinese_in(page) == [], path


def test_a_role_is_what_one_person_is_called_and_a_column_counts_many(english: Callable[..., str]) -> None:
    roles = re.findall(r"Who may: [^<]*", english("/api"))
    assert any("Employee" in one for one in roles) and not any("Employees" in one for one in roles)
    assert "Number of employees" in english("/enterprises", "officer")


def test_chinese_stays_chinese(app: Flask, world: World) -> None:
    assert "登录" in app.test_client().get("/sign-in").text


def test_no_chinese_of_a_page_stands_where_no_other_language_reaches_it() -> None:
    """But on paper, which is Chinese, the name of the language itself, and brackets round a title."""
    env, pages = Environment(), [one for one in TEMPLATES.rglob("*.html") if "documents" not in one.parts]
    bare = [
        f"{page}:{text.lineno}: {text.data.strip()}"
        for page in pages
        for text in env.parse(page.read_text()).find_all(TemplateData)
        if CHINESE.search(re.sub("中文|[「」]", "", text.data))
    ]
    assert len(pages) > 100 and bare == []


def test_catalogue_is_complete(catalogue: Catalog) -> None:
    """Nothing fuzzy, nothing left out, and each translation fills in what its source fills in."""
    faults = []
    for message in catalogue:
        if not message.id:
            continue
        source, text = str(message.id), str(message.string)
        if message.fuzzy or not text.strip() or message.pluralizable:
            faults.append(source)
        if sorted(set(PLACEHOLDER.findall(source))) != sorted(set(PLACEHOLDER.findall(text))) or "%" in FILLED.sub("", text):
            faults.append(source)
    assert not faults
    assert len(catalogue) > 900


def test_what_people_take_has_one_name_in_each_language(catalogue: Catalog) -> None:
    """考核, as the law, the official forms and the certificates have it, and quiz."""
    texts = [path for path in Path("lms").rglob("*") if path.suffix in (".py", ".html", ".js", ".po")] + list(
        Path("docs").glob("*.md")
    )
    columns = Path("lms/archives/official")  # of official forms, which call it as they like
    others = [str(path) for path in texts if columns not in path.parents and re.search("测验|考试", path.read_text())]
    assert len(texts) > 900 and others == []

    asked = [message for message in catalogue if re.search("考核|补考", str(message.id)) and "测试" not in str(message.id)]
    other = re.compile(r"\b(tests?|exams?|examin\w*|resits?|assessments?)\b", re.I)
    assert len(asked) > 60 and [str(message.id) for message in asked if other.search(str(message.string))] == []


def test_a_trainer_has_one_name_in_english(catalogue: Catalog) -> None:
    called = {str(message.string) for message in catalogue if "培训管理员" in str(message.id)}
    assert len(called) > 20 and [text for text in called if re.search("training (manager|admin)", text, re.I)] == []


def chinese_in(page: str) -> list[str]:
    for known in sorted(DATA, key=len, reverse=True):
        page = page.replace(known, "")
    return CHINESE.findall(page)
