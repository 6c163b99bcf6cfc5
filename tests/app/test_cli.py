"""The `anke` command itself: what it imports, what it offers, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import pkgutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import bench
from bench import quiz
from bench.check_in import losses
from bench.harness.figures import Report, headline, percentile
from lms.cli import cli, import_
from lms.quizzes.commands import questions
from lms.registry import commands
from lms.registry.commands import enterprises, people


def test_the_process_that_watches_over_the_server_holds_no_application() -> None:
    """anke serve imports lms.cli and granian only; what it watches over costs 80 MB a process."""
    heavy = "{'flask', 'sqlalchemy', 'weasyprint', 'huey', 'lms.app'}"

    told = subprocess.run(
        [sys.executable, "-c", f"import sys, lms.cli; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert told.stdout.strip() == "[]"


def test_a_serving_process_does_without_what_it_never_uses(tmp_path: Path) -> None:
    unused = "{'alembic', 'redis', 'psycopg', 'weasyprint', 'xlsxwriter', 'lxml', 'python_calamine', 'pyhanko'}"
    env = os.environ | {"ANKE_ENV": "demo", "ANKE_DATA_DIR": str(tmp_path)}
    code = f"import sys; from lms.app import serving; serving(); print(sorted({unused} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)

    assert told.stdout.strip() == "[]"


def test_commands_of_the_rooms_are_offered() -> None:
    runner = CliRunner()

    offered = runner.invoke(cli, ["--help"]).output
    imports = runner.invoke(cli, ["import", "--help"]).output

    assert all(name in offered for name in ("init", "serve", "worker", "summary", "bench", "doctor", "import", "certificate"))
    assert all(name in imports for name in ("enterprises", "people", "questions"))


def test_every_benchmark_can_begin() -> None:
    """What they import is there: a measurement is asked for long after what it measures was changed."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.ispkg]
    assert len(names) > 20
    assert [name for name in names if not callable(import_module(f"bench.{name}").run)] == []


def test_an_unknown_benchmark_is_wrong_usage() -> None:
    ended = CliRunner().invoke(cli, ["bench", "nothing"])

    assert ended.exit_code == 2
    assert "check-in" in ended.output


def test_figures_are_told_to_machines_and_a_missed_bar_is_seen() -> None:
    report = Report("sample")
    report.add_times("a request", [0.01] * 95 + [0.2] * 5, 100)
    report.add("lost", 1, "check-ins", 0)

    told = json.loads(json.dumps(report.as_dict()))

    assert percentile([1, 2, 3, 4], 50) == 2
    assert [figure["holds"] for figure in told["figures"]] == [True, True, True, False]
    assert not told["holds"]
    assert "MISSED" in report.as_text()


BY_NAME = {"per_s", "p50_ms", "p95_ms", "share_of_floor", "cpu_ms", "memory_mb"}


def test_the_figures_of_check_ins_are_asked_for_by_name() -> None:
    told = headline([0.1] * 90 + [0.3] * 10, 200, 500, 0.005, 250) | losses([(300, 300), (298, 301)])

    assert told == {
        "per_s": 200, "p50_ms": 100, "p95_ms": 300, "share_of_floor": 0.4, "cpu_ms": 5, "memory_mb": 250, "lost": 2,
        "doubled": 3,
    }  # fmt: skip
    assert told.keys() - {"lost", "doubled"} == BY_NAME


def test_the_figures_of_a_quiz_are_asked_for_by_step_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Taking:
        def __init__(self) -> None:
            self.seconds: dict[str, list[float]] = {"start": [], "save": [], "submit": []}

        async def prepare(self) -> None:
            pass

        async def start(self) -> None:
            self.seconds["start"].append(0.1)

        async def tap(self) -> None:
            self.seconds["save"].append(0.1)

        async def submit(self) -> None:
            self.seconds["submit"].append(0.1)

    def rates(report: Report, *_others: object) -> None:
        takers = quiz._rate(os.getpid(), [Taking(), Taking()])  # type: ignore[list-item]
        with ThreadPoolExecutor(1) as apart:  # a browser of this process keeps a loop of its own running
            quiz._tell_rates(report, 500.0, apart.submit(asyncio.run, takers).result())

    nothing = {step: quiz.examinees.Counted(0, 0) for step in ("start", "save", "submit")}

    monkeypatch.setattr(quiz, "PARTS", ["rates"])
    monkeypatch.setattr(quiz, "_rates", rates)
    monkeypatch.setattr(quiz.scene, "installation", lambda port: nullcontext((None, {}, None)))
    monkeypatch.setattr(quiz.scene, "enterprise", lambda people: (None, []))
    monkeypatch.setattr(quiz.examinees, "open_quiz", lambda enterprise_id: (None, []))
    monkeypatch.setattr(quiz.examinees, "signed_in", lambda app, people: [])
    monkeypatch.setattr(quiz.examinees, "counts_of_steps", lambda quiz_id, taking: nothing)

    told = json.loads(json.dumps(quiz.run().as_dict()))

    assert all(told[step].keys() == {*BY_NAME, "lost", "doubled"} for step in nothing)
    assert (told["lost"], told["doubled"]) == (0, 0)


def test_finding_a_command_leaves_the_rooms_own_as_it_was():
    before = commands.people.callback

    found = import_.get_command(None, "people")

    assert found.callback is not before
    assert commands.people.callback is before


@pytest.mark.parametrize("command", ["serve", "worker", "chain verify"])
def test_what_has_no_database_yet_says_so_and_how_to_make_one(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANKE_ENV", "demo")
    monkeypatch.setenv("ANKE_DATA_DIR", str(tmp_path))

    ended = CliRunner().invoke(cli, command.split())

    assert ended.exit_code == 1
    assert "anke init" in ended.output


def test_where_another_program_serves_already_nobody_serves_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKE_ENV", "demo")
    monkeypatch.setenv("ANKE_DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        ended = CliRunner().invoke(cli, ["serve", "--port", str(port)])

    assert ended.exit_code == 1 and f"端口 {port} 已经有程序在用" in ended.output
    for wrong in ("99999", "abc"):
        monkeypatch.setenv("PORT", wrong)
        told = CliRunner().invoke(cli, ["serve"])
        assert told.exit_code == 2 and "--port" in told.output


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (enterprises, "企业名称,统一社会信用代码\n湘粮,1\n"),
        (people, "姓名,手机号\n刘洋,1\n"),
        (questions, "题干,题型,A,B,答案\n动火前？,单选,办票,点火,C\n"),
    ],
)
@pytest.mark.usefixtures("app")
def test_every_import_reports_of_a_file_alike(tmp_path: Path, command: click.Command, rows: str) -> None:
    file, empty = tmp_path / "表.csv", tmp_path / "空.csv"
    file.write_text(rows)
    empty.write_text("")

    told, refused = (CliRunner().invoke(command, [str(one), "--dry-run", "--json"]) for one in (file, empty))

    report = json.loads(told.stdout)
    assert report["outcome"] == "accepted in part" and report["header_row"] == 1
    assert [fault["row"] for fault in report["faults"]] == [2] and report["ignored_rows"] == report["duplicates"] == []
    assert refused.exit_code == 1 and json.loads(refused.stdout)["outcome"] == "refused"
    assert json.loads(refused.stdout).keys() == {"outcome", "code", "reason"}
