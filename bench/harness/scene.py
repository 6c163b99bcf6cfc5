"""A hall to act in: an enterprise with as many people as asked, and a lecture, made by the use cases of the product."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from bench.harness import databases, server
from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.service import add_user
from lms.app import serving
from lms.attendance import rules, service
from lms.core import clock
from lms.core.db import db
from lms.core.settings import read_settings
from lms.core.tables import read
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures import service as lectures
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.lectures.rules.plans import Audience
from lms.registry.models import Enterprise, Jurisdiction, Person
from lms.registry.queries import departments_on
from lms.registry.rules import read_roster
from lms.registry.service import import_people

BENCH = Actor.system("bench")
DEPARTMENTS = ("压榨车间", "精炼车间", "灌装车间", "仓储部", "品控部", "设备部")
POSTS = ("操作工", "装卸工", "化验员", "电工")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国玉梅"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of an ID number's digits, GB 11643
CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class Worker:
    """A made-up person: the region 430699 is assigned to nobody."""

    name: str
    work_no: str
    phone: str
    id_number: str
    department: str
    post: str


def workers(number: int) -> list[Worker]:
    """The same people every time; names repeat, numbers do not."""
    found = []
    for at in range(number):
        body = f"430699{1965 + at % 40}{1 + at % 12:02}{1 + at % 28:02}{at // 28 % 1000:03}"
        found.append(
            Worker(
                SURNAMES[at % len(SURNAMES)] + GIVEN[at // 7 % len(GIVEN)] + GIVEN[at // 3 % len(GIVEN)],
                f"{at + 1:05}", f"199{at + 10_000_000:08}", body + check_character(body),
                DEPARTMENTS[at % len(DEPARTMENTS)], POSTS[at % len(POSTS)],
            )
        )  # fmt: skip
    return found


def check_character(body: str) -> str:
    """The last character of an ID number (GB 11643-1999 §7)."""
    return CHECK[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def roster(people: list[Worker]) -> bytes:
    """A roster as a spreadsheet program saves it."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["序号", "姓名", "工号", "部门", "岗位", "手机号码", "身份证号", "入职日期", "人员类别"])
    for at, one in enumerate(people):
        category = "主要负责人" if at == 0 else "其他从业人员"
        sheet.writerow(
            [at + 1, one.name, one.work_no, one.department, one.post, one.phone, one.id_number, "2020-01-06", category]
        )
    return text.getvalue().encode("utf-8-sig")


@contextmanager
def installation(port: int, *, demo: bool = False) -> Iterator[tuple[Path, dict[str, str], Flask]]:
    """An installation of its own, made by `anke init`, with the application at hand for looking and acting in it."""
    with TemporaryDirectory() as name, databases.own() as url:
        folder = Path(name)
        env = server.environment(folder, port) | url
        subprocess.run(
            server.anke("init", *(["--demo"] if demo else [])), env=env, cwd=server.CHECKOUT, check=True, capture_output=True
        )
        app = serving(read_settings(env))
        with app.app_context():
            yield folder, env, app
            db.engine.dispose()


@contextmanager
def served_demo() -> Iterator[server.Running]:
    """The demo in use, for what is measured from without; the application is at hand all the same."""
    port = server.free_port()
    with installation(port, demo=True) as (_folder, env, _app), server.serve(port, env) as running:
        yield running


def enterprise(number: int) -> tuple[UUID, list[Worker]]:
    """An enterprise with so many people on its roster."""
    people = workers(number)
    with unit_of_work(BENCH, "system") as uow:
        street = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.name == "城陵矶街道")).one()
        firm = Enterprise(
            name="压力测试有限公司", uscc="91430699MA0BENCH01", jurisdiction_id=street.id, industry="工贸", created_at=uow.now
        )
        uow.session.add(firm)
        uow.session.flush()
        import_people(uow, firm, read_roster(read(roster(people), "roster.csv")))
        return firm.id, people


def people_of(uow: UnitOfWork, enterprise_id: UUID) -> Sequence[UUID]:
    """In the order of their work numbers; the head comes first."""
    return uow.session.scalars(select(Person.id).where(Person.enterprise_id == enterprise_id).order_by(Person.work_no)).all()


def trainer(app: Flask, enterprise_id: UUID) -> str:
    """The session of somebody who may open and close lectures, see the board and enter people."""
    with unit_of_work(BENCH, "system") as uow:
        user = add_user(
            uow, username="bench", name="赵倩", password="not used here", role=Role.TRAINER, enterprise_id=enterprise_id
        )
        key = f"user:{user.id}"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"_user_id": key, "_fresh": True}))


def lecture(enterprise_id: UUID, pass_mark: int = 80, *, opened: bool = True) -> UUID:
    """A lecture for everybody. opened: with check-in open."""
    with unit_of_work(BENCH, "system") as uow:
        head = uow.session.scalars(
            select(Person.id).where(Person.enterprise_id == enterprise_id, Person.work_no == "00001")
        ).one()
        departments = tuple(str(row.id) for row, _n in departments_on(uow, enterprise_id, uow.today))
        plan = lectures.Plan(
            title="粉尘防爆与有限空间作业安全", campaign_id=None, lecturer_id=head,
            slots=(lectures.Slot(uow.now + timedelta(minutes=10), uow.now + timedelta(minutes=70), "大礼堂"),),
            audience=Audience(departments=departments),
            quiz=QuizPlan(topics=("粉尘防爆", "有限空间"), questions=10, pass_mark=pass_mark),
        )  # fmt: skip
        made = lectures.schedule(uow, enterprise_id, plan)
        if opened:
            lectures.open_check_in(uow, made)
        return made.id


def token(lecture_id: UUID) -> str:
    """What the projector shows now."""
    sitting_id = _sitting(lecture_id)
    return rules.token(service.secret_of(sitting_id), sitting_id, "in", rules.step_of(clock.now()), 1)


@cache
def _sitting(lecture_id: UUID) -> UUID:
    """Looked up once: the phones share the cores with the server, and asking its database is not their work."""
    with unit_of_work(BENCH, "system", write=False) as uow:
        return uow.session.get_one(Lecture, lecture_id).sitting.id
