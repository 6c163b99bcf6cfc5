"""Plug-ins: the sample works like what the product has itself; a broken one is named and left out, and the product starts."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.app import plug_in
from lms.cli import cli
from lms.compliance.signals.rules import RULES, Elsewhere, Lecture, evaluate
from lms.compliance.signals.rules.facts import Span
from lms.compliance.signals.rules.words import WORDS, sentence
from lms.core import plugins
from lms.core.uow import unit_of_work
from lms.notices.channels import ADAPTERS, ADDRESS_OF
from lms.notices.channels.fields import FIELDS, LABELS, NEEDS
from lms.notices.models import Channel, ChannelKind
from lms.notices.sending import try_channel
from lms.sign_in.models import Rule
from lms.sign_in.ways import ADAPTERS as WAYS
from tests.notices.conftest import gateway  # noqa: F401  # a fixture
from tests.sign_in.conftest import set_up
from tests.world import Actor

SAMPLE = Path(__file__).parents[2] / "examples" / "anke-plugin-sample"
TABLES = (RULES, WORDS, ADAPTERS, ADDRESS_OF, FIELDS, LABELS, NEEDS, WAYS, plugins._loaded)


def install(folder: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    """What an installer writes beside a package, as far as entry points go."""
    told = folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    lines = [f"[{group}]\n" + "".join(f"{one} = {what}\n" for one, what in points.items()) for group, points in groups.items()]
    (told / "entry_points.txt").write_text("\n".join(lines))


@pytest.fixture
def site(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder of packages; what was plugged in from it is gone afterwards."""
    before = [dict(table) for table in TABLES]
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield tmp_path / "site"
    for table, kept in zip(TABLES, before, strict=True):
        table.clear()
        table.update(kept)


@pytest.fixture
def sample(site, monkeypatch) -> None:
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]
    install(site, project["name"], project["entry-points"])
    monkeypatch.syspath_prepend(str(SAMPLE))
    assert {one.name: one.fault for one in plug_in()} == {"robot": "", "weekend": "", "cas": ""}


def test_a_signal_of_a_plug_in_is_raised_with_its_words(sample):
    saturday = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    lecture = Lecture(**usual(), actual=Span(saturday, saturday + timedelta(hours=1)))

    found = [one for one in evaluate(lecture, Elsewhere()) if one.code == "weekend"]

    assert [sentence(one) for one in found] == ["这堂课在星期六讲的"]


def usual() -> dict[str, object]:
    """What a lecture cannot be without."""
    return {
        one.name: "x"
        for one in dataclasses.fields(Lecture)
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING and one.name != "actual"
    }


def test_a_signal_that_breaks_has_found_nothing(site):
    site.mkdir()
    (site / "broken_signal.py").write_text(
        "from lms.compliance.signals.rules.words import Words\nWORDS = Words('a', 'b', 'c')\n"
        "def rule(lecture, elsewhere, limit):\n    return 1 / 0\n"
    )
    install(site, "breaks", {"anke.signals": {"breaks": "broken_signal"}})
    assert [one.fault for one in plug_in()] == [""]

    assert RULES["breaks"](Lecture(**usual()), Elsewhere(), {}) == []


def test_a_channel_of_a_plug_in_is_set_up_and_sends(app, world, client_as, sample, gateway):  # noqa: F811

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    trainer = client_as(world.here.trainer)
    assert '/channels/robot"' in trainer.get("/channels").text

    saved = trainer.post("/channels/robot", data={"webhook": f"{gateway.url}/robot", "enabled": "y"})
    assert saved.status_code == 303
    assert trainer.get("/channels/robot").status_code == 200
    trainer.post("/channels/robot/try", data={"to": ""})
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        (channel_id,) = uow.session.scalars(select(Channel.id))
    if not gateway.heard:
        try_channel.call_local(str(channel_id))
    assert "安课测试消息" in gateway.heard[0].json()["text"]

    for table in (ADAPTERS, FIELDS, LABELS, NEEDS):  # uninstalled: its row stays, and nothing breaks
        del table[ChannelKind("robot")]
    assert '/channels/robot"' not in trainer.get("/channels").text
    assert trainer.get("/channels/robot").status_code == 404


def test_somebody_comes_in_by_the_way_of_a_plug_in(app, world, sample, gateway):  # noqa: F811

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    way = set_up(world.here, "cas", {"base": gateway.url}, Rule.WORK_NO)
    answers = {"good": {"authenticationSuccess": {"user": "0003"}}, "bad": {"authenticationFailure": {"code": "INVALID_TICKET"}}}
    gateway.answer = lambda heard, _before: (200, {"serviceResponse": answers[heard.query["ticket"]]})

    def come(ticket):
        client = app.test_client()
        service = parse_qs(urlsplit(client.get(f"/sign-in/with/{way}").location).query)["service"][0]
        back = client.get(f"{service.removeprefix('http://anke.test')}&ticket={ticket}")
        with client.session_transaction() as session:
            return back.status_code, session.get("_user_id")

    assert come("good") == (303, f"person:{world.here.person_ids[2]}")
    assert come("bad") == (502, None)
    del WAYS["cas"]
    assert app.test_client().get(f"/sign-in/with/{way}").status_code == 404
    assert "用单位账号登录" not in app.test_client().get("/sign-in").text


def test_a_broken_plug_in_is_named_and_the_others_work(site, caplog):
    site.mkdir()
    (site / "half.py").write_text("LABEL = 'half'\n")
    (site / "bang.py").write_text("raise RuntimeError('no licence key')\n")
    install(
        site, "half-done",
        {
            "anke.channels": {"half": "half", "email": "half", "Big-Name": "half"},
            "anke.signals": {"bang": "bang", "burst": "half"},
            "anke.sign_in": {"gone": "not_there"},
        },
    )  # fmt: skip

    told = {one.name: one.fault for one in plug_in()}

    assert told["half"] == "has no NEED, FIELDS, ADDRESS, send"
    assert told["bang"] == "RuntimeError: no licence key"
    assert "not_there" in told["gone"] and "name" in told["Big-Name"] and all(told.values())
    assert sum("left out a broken plug-in: half-done" in record.getMessage() for record in caplog.records) == 6
    assert set(ADAPTERS) == set(ChannelKind) and "bang" not in RULES and "gone" not in WAYS
    doctor = CliRunner().invoke(cli, ["doctor"])
    assert doctor.exit_code == 1
    assert "half-done: bang (anke.signals): RuntimeError: no licence key" in doctor.output
