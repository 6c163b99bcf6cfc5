"""Every component drawn once, with hostile words in it, by the templates alone: no application, no database."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lms.attendance.words import TRUST_WORDS
from lms.core.shares import shade, share

ROOT = Path(__file__).parents[2] / "lms"
TEMPLATES = ROOT / "templates"
MINE = [*sorted((TEMPLATES / "components").glob("*.html")), *sorted((TEMPLATES / "layouts").glob("*.html"))]
EVIL = '<b onclick="x">&"\''


class Sample(Form):
    title = StringField("标题", [InputRequired("请填写标题")])
    remark = TextAreaField("备注")
    place = SelectField("地点", choices=[("a", "3 号会议室"), ("b", EVIL)])
    head_only = BooleanField("主要负责人本人讲")
    kind = RadioField("方式", [InputRequired("请选一项")], choices=[("live", "现场"), ("paper", "纸质")])
    departments = SelectMultipleField("谁来听", choices=[("1", "压榨车间"), ("2", "灌装车间"), ("3", EVIL)])
    topics = SelectMultipleField("考核内容", choices=[("fire", "动火作业"), ("power", "用电安全")])
    materials = MultipleFileField("课件")
    password = PasswordField("密码")


def environment(extra: dict[str, str] | None = None) -> Environment:
    env = Environment(
        loader=ChoiceLoader([DictLoader(extra or {}), FileSystemLoader(TEMPLATES)]),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    env.install_gettext_callables(lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.filters["day"] = env.filters["moment"] = env.filters["listed"] = str
    env.globals.update(
        url_for=lambda endpoint, **values: "/".join(["", endpoint, *map(str, values.values())]),
        csrf_token=lambda: "token", get_flashed_messages=lambda with_categories: [("bad", EVIL), ("ok", "已保存")],
        here=lambda: "/here?a=1", request=SimpleNamespace(full_path="/here?a=1", path="/here"), share=share, shade=shade,
        fixed=lambda name, **said: Markup(env.get_template(name).render(said)), may_programs=lambda: True,
        list_as=lambda kind, name: f"/here?as={kind}&table={name}",
        page_at=lambda number: f"/here?page={number}", trust_words=TRUST_WORDS,
    )  # fmt: skip
    return env


def draw(source: str, **values: object) -> str:
    return environment({"page": source}).get_template("page").render(**values)


class Reader(HTMLParser):
    """Collects the start tags of a page and complains of those that do not close."""

    VOID = frozenset(("meta", "link", "input", "br", "img", "path", "circle", "rect"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"

    def ids(self) -> set[str | None]:
        return {attrs["id"] for _, attrs in self.tags if "id" in attrs}


GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")


def gallery_values(data: MultiDict[str, str] | None = None) -> dict[str, object]:
    form = Sample(data if data is not None else MultiDict({"place": "a", "topics": "fire"}))
    form.validate()
    return {
        "form": form, "evil": EVIL, "locale": "zh", "demo_mode": True, "role_label": lambda: "培训管理员",
        "actor": SimpleNamespace(name="赵倩", place="湘粮油脂有限公司", user_id="1"),
        "nav": lambda: [SimpleNamespace(label="讲课", url="/l", active=True), SimpleNamespace(label="人员", url="/p", active=False)],
        "columns": [SimpleNamespace(code="gm", name="工贸"), SimpleNamespace(code="yh", name="烟花爆竹"), SimpleNamespace(code=None, name="合计")],
        "rows": [
            SimpleNamespace(code="1", name="城陵矶街道", cells=[(41, 42), (0, 0), (41, 42)]),
            SimpleNamespace(code="2", name=EVIL, cells=[(5, 11), (3, 4), (8, 15)]),
            SimpleNamespace(code=None, name="合计", cells=[(46, 53), (3, 4), (49, 57)]),
        ],
        "url_of": lambda row, column: f"/firms?street={row}&industry={column}",
        "people": [SimpleNamespace(name="刘洋", number="0217", department="压榨车间", at="14:21", trust="live"),
                   SimpleNamespace(name=EVIL, number="0102", department="品控部", at="14:41", trust="leader")],
    }  # fmt: skip


@pytest.fixture(scope="module")
def gallery() -> str:
    return draw(GALLERY, **gallery_values())


def test_the_gallery_shows_every_macro():
    macros = {
        name
        for path in (TEMPLATES / "components").glob("*.html")
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
    }
    used = set(re.findall(r"\b([a-z_]+)\(", GALLERY)) | {"share", "as_of_field"}  # which as_of draws

    assert macros - used == set()


def test_tags_close_and_ids_are_unique(gallery):
    reader = Reader(gallery)

    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_words_are_escaped(gallery):
    assert EVIL not in gallery
    assert "<b onclick" not in gallery


def test_nothing_inline(gallery):
    for tag, attrs in Reader(gallery).tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
        assert tag != "style"
        assert tag != "script" or attrs.get("src")


def test_nothing_comes_from_another_host(gallery):
    for tag, attrs in Reader(gallery).tags:
        for name in ("src", "href", "action"):
            assert not re.match(r"(https?:)?//", attrs.get(name) or ""), (tag, attrs)


def test_every_control_has_a_label(gallery):
    reader = Reader(gallery)
    labelled = {attrs.get("for") for tag, attrs in reader.tags if tag == "label"}

    for tag, attrs in reader.tags:
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            assert attrs.get("id") in labelled or attrs.get("aria-label"), (tag, attrs)


def test_descriptions_point_at_something(gallery):
    reader = Reader(gallery)
    ids = reader.ids()

    described = [attrs["aria-describedby"] for _, attrs in reader.tags if "aria-describedby" in attrs]
    assert described
    assert {word for words in described for word in (words or "").split()} <= ids


def test_an_error_is_read_with_its_field():
    html = draw(
        '{% from "components/forms.html" import field, form_errors %}{{ form_errors(form) }}{{ field(form.title, hint="写清楚主题") }}',
        **gallery_values(MultiDict({"place": "a", "title": "", "kind": "live"})),
    )

    (title,) = [attrs for tag, attrs in Reader(html).tags if tag == "input" and attrs.get("name") == "title"]
    assert title["aria-describedby"] == "title-hint title-error"
    assert title["aria-invalid"] == "true"
    assert '<a href="#title">标题</a>' in html
    assert "请填写标题" in html


def test_what_was_typed_is_kept():
    html = draw(
        '{% from "components/forms.html" import field, chips %}{{ field(form.title) }}{{ field(form.kind) }}{{ chips(form.topics, {"fire": 42}) }}',
        **gallery_values(MultiDict([("title", EVIL), ("kind", "paper"), ("topics", "power")])),
    )

    inputs = {(attrs["name"], attrs.get("value")): attrs for tag, attrs in Reader(html).tags if tag == "input"}
    assert ("title", EVIL) in inputs
    assert "checked" in inputs["kind", "paper"]
    assert "checked" in inputs["topics", "power"]
    assert "checked" not in inputs["topics", "fire"]


def test_only_what_may_be_left_empty_is_called_optional():
    form = Sample(MultiDict())
    told = {name: "（选填）" in draw('{% from "components/forms.html" import field %}{{ field(one) }}', one=form[name])
            for name in ("title", "remark", "place")}  # fmt: skip
    form.place.choices = [("", "都行"), *form.place.choices]
    told["anywhere"] = "（选填）" in draw('{% from "components/forms.html" import field %}{{ field(one) }}', one=form.place)

    assert told == {"title": False, "remark": True, "place": False, "anywhere": True}


def test_every_cell_of_the_matrix_opens_its_enterprises():
    html = draw(
        '{% from "components/matrix.html" import matrix %}{{ matrix("覆盖", "街道", columns, rows, url_of) }}', **gallery_values()
    )

    links = [attrs for tag, attrs in Reader(html).tags if tag == "a"]
    assert len(links) == 8  # nine cells, one of them of no enterprise
    assert links[0]["href"] == "/firms?street=1&industry=gm"
    assert links[0]["aria-label"] == "城陵矶街道 工贸 98%，41 / 42"


@pytest.mark.parametrize("layout", ["office", "phone", "projector", "plain"])
def test_a_layout_has_its_landmarks(layout):
    html = draw(f'{{% extends "layouts/{layout}.html" %}}{{% block title %}}讲课{{% endblock %}}', **gallery_values())

    reader = Reader(html)
    assert (reader.tags[0][0], reader.tags[0][1]["lang"]) == ("html", "zh-CN")
    assert [attrs["id"] for tag, attrs in reader.tags if tag == "main"] == ["main"]
    assert any(tag == "a" and attrs.get("href") == "#main" for tag, attrs in reader.tags)
    assert "<title>讲课 · 安课</title>" in html
    assert html.count('name="csrf-token"') == 1
    assert EVIL not in html


def test_the_first_page_names_the_demo_accounts():
    form = SimpleNamespace(username=Sample(MultiDict()).title, password=Sample(MultiDict()).password, next=None)
    accounts = [SimpleNamespace(username="demo-trainer", password="x", role="培训管理员", sees=EVIL)]
    page = environment().get_template("web/sign_in.html")

    with_demo = page.render(
        **gallery_values()
        | {"form": form, "elsewhere": True, "with_passkey": False, "with_codes": False, "demo_accounts": accounts}
    )
    without = page.render(
        **gallery_values()
        | {"form": form, "elsewhere": False, "with_passkey": False, "with_codes": False, "demo_accounts": [], "demo_mode": False}
    )

    Reader(with_demo)
    assert "demo-trainer" in with_demo and EVIL not in with_demo
    assert "演示" not in without
    assert "工号和 PIN" in without and "手机验证码" not in without, "no code where none can be sent"


def test_an_error_page_says_what_happened_and_the_number_to_quote():
    class Gone(Exception):
        status, code = 404, "gone"

        def __str__(self) -> str:
            return f"没有找到{EVIL}"

    html = environment().get_template("web/error.html").render(**gallery_values() | {"problem": Gone(), "request_id": "a1b2c3"})

    assert "没有找到&lt;b" in html
    assert "a1b2c3" in html
    assert 'href="/web.landing"' in html


def test_templates_hold_no_style_and_no_code():
    for path in MINE:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on", text), path.name


def test_what_a_list_is_narrowed_by_is_written_in_one_way(gallery):
    chosen = re.findall(r'<option value="([^"]*)" selected', gallery[gallery.index('id="state"') :])
    assert chosen[:2] == ["left", "2"], "the option that is asked for, of pairs and of rows"
    filters = [path for path in TEMPLATES.rglob("*.html") if 'class="filters' in path.read_text(encoding="utf-8")]
    assert len(filters) > 10
    assert [path.name for path in filters if "<select" in path.read_text(encoding="utf-8")] == []


COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|(?<![\w-])(?:white|black)(?![\w-])", re.I)


def test_every_colour_that_is_used_has_been_chosen_and_is_written_once():
    """On screen in the first block of anke.css, on paper in tokens.css; a name of both is the same colour."""
    style = (ROOT / "static" / "css" / "anke.css").read_text(encoding="utf-8")
    screen, pages = re.fullmatch(r"(.*?:root \{.*?\n\})(.*)", style, re.S).groups()
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (TEMPLATES / "documents").glob("*.css")}
    paper = sheets.pop("tokens.css")

    for tokens, text in ((screen, pages), (paper, "".join(sheets.values()))):
        assert set(re.findall(r"var\((--[\w-]+)\)", tokens + text)) <= set(re.findall(r"(--[\w-]+):", tokens + text))
        values = re.findall(r":([^;{}]+)[;}]", re.sub(r"/\*.*?\*/", "", text, flags=re.S))
        assert [value for value in values if COLOUR.search(value)] == [], "a colour has a name, among the tokens"
    drawn = {
        path.name: re.findall(r'(?:fill|stroke)="([^"]+)"', path.read_text(encoding="utf-8"))
        for path in TEMPLATES.rglob("*.html")
    }
    assert [name for name, values in drawn.items() if COLOUR.search(" ".join(values))] == []
    on_screen, on_paper = (dict(re.findall(r"(--[\w-]+): (#\w+);", tokens)) for tokens in (screen, paper))
    assert {name: on_screen[name] for name in on_screen.keys() & on_paper.keys()}.items() <= on_paper.items()


def test_scripts_stay_small_and_ask_nobody_else():
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").glob("*.js")}

    for name, text in scripts.items():  # a page fetches only the behaviours it asks for
        assert len(text.encode()) <= {"main.js": 2, "upload.js": 6}.get(name, 5) * 1024, name
        named = text.replace("http://www.w3.org/2000/svg", "")  # the name of a kind of element, which nobody fetches
        assert not re.search(r"https?://|eval\(|innerHTML|\.style\b", named), name


STATION = ROOT / "static" / "js" / "station"


def test_the_scripts_of_a_station_stay_small_and_run_in_an_old_web_view():
    """They are fetched on a station's own page alone, and once: its worker keeps them on the device."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in STATION.glob("*.js")}
    code = {
        name: "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
        for name, text in scripts.items()
    }

    assert sum(len(text.encode()) for text in code.values()) <= 32 * 1024
    for name, text in code.items():
        assert not re.search(r"https?://|eval\(|innerHTML|\.style\b", text), name
        assert not re.search(r"=>|\?\.|\?\?|`|\b(let|const|class|async|await|import|export) ", text), f"{name} is newer than ES5"


def test_the_scripts_of_a_station_are_on_no_other_page():
    asked = {
        path.name for path in TEMPLATES.rglob("*.html") if re.search("js/station|in scripts", path.read_text(encoding="utf-8"))
    }

    assert asked == {"station.html", "station_paired.html"}
