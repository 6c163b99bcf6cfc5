"""`anke import enterprises` and `anke import people`: the same use cases as the pages; and what every import says of a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from flask_babel import gettext as _
from sqlalchemy import or_, select

from lms.access.actor import Actor
from lms.core.tables import TableFault, read
from lms.core.uow import UnitOfWork, unit_of_work
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.rules import EnterprisesReading, RosterReading, read_enterprises, read_roster
from lms.registry.rules.rows import Reading
from lms.registry.service import import_enterprises, import_people
from lms.registry.service.enterprises import streets_of

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would come out; write nothing.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.command("enterprises")
@FILE
@click.option("--jurisdiction", "code", help="Code of the district, for example 430602. With --dry-run it may be left out.")
@DRY_RUN
@AS_JSON
def enterprises(file: Path, code: str | None, dry_run: bool, as_json: bool) -> None:
    """Import a list of enterprises into a district. Importing the same file again changes nothing."""
    if not code and not dry_run:
        raise click.UsageError(_("请用 --jurisdiction 写明区县代码，例如 430602"))
    with unit_of_work(Actor.system("import.enterprises"), "system", write=not dry_run) as uow:
        jurisdiction = uow.session.scalar(select(Jurisdiction).where(Jurisdiction.code == code)) if code else None
        if code and jurisdiction is None:
            raise click.BadParameter(_("没有这个代码的辖区"), param_hint="--jurisdiction")
        try:
            reading = read_enterprises(
                read(file.read_bytes(), file.name), streets=streets_of(uow, jurisdiction) if jurisdiction else None
            )
        except TableFault as fault:
            refuse(fault, as_json)
        counts = None if dry_run or jurisdiction is None else import_enterprises(uow, jurisdiction, reading)
    _tell(reading, counts, len(reading.enterprises), as_json)


@click.command("people")
@FILE
@click.option("--enterprise", "wanted", help="Credit code or full name. With --dry-run it may be left out.")
@DRY_RUN
@AS_JSON
def people(file: Path, wanted: str | None, dry_run: bool, as_json: bool) -> None:
    """Import the roster of an enterprise. Importing the same file again changes nothing."""
    if not wanted and not dry_run:
        raise click.UsageError(_("请用 --enterprise 写明企业的统一社会信用代码或全称"))
    try:
        reading = read_roster(read(file.read_bytes(), file.name))
    except TableFault as fault:
        refuse(fault, as_json)
    counts = None
    if wanted and not dry_run:
        with unit_of_work(Actor.system("import.people"), "system") as uow:
            counts = import_people(uow, named_enterprise(uow, wanted), reading)
    _tell(reading, counts, len(reading.people), as_json)


def named_enterprise(uow: UnitOfWork, wanted: str) -> Enterprise:
    """The one enterprise with this credit code or full name. Raises BadParameter when there is none, or several of one name."""
    text = wanted.strip()
    named = or_(Enterprise.uscc == text.upper(), Enterprise.name == text)
    found = uow.session.scalars(select(Enterprise).where(named).limit(2)).all()
    if len(found) != 1:
        sentence = _("有几家企业叫这个名称，请写统一社会信用代码") if found else _("没有这家企业")
        raise click.BadParameter(sentence, param_hint="--enterprise")
    return found[0]


def refuse(fault: TableFault, as_json: bool) -> NoReturn:
    """Nothing of the file can be used: say why and end with 1."""
    if as_json:
        tell_json(fault.as_dict())
    else:
        click.echo(str(fault), err=True)
    sys.exit(1)


def tell_json(told: Mapping[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def tell_faults(reading: Reading) -> None:
    for fault in reading.faults:
        click.echo(_("第 %(row)s 行，%(column)s：%(reason)s", row=fault.row, column=fault.column, reason=fault.reason))


def _tell(reading: RosterReading | EnterprisesReading, counts: dict[str, int] | None, accepted: int, as_json: bool) -> None:
    if as_json:
        tell_json(reading.as_dict() | ({"written": counts} if counts else {}))
        return
    tell_faults(reading)
    click.echo(
        _(
            "可以导入 %(accepted)s 行，%(faults)s 处要看一眼，合并重复 %(duplicates)s 行",
            accepted=accepted,
            faults=len(reading.faults),
            duplicates=len(reading.duplicates),
        )
    )
    if counts:
        click.echo(_("新增 %(new)s，更新 %(changed)s，没有变化 %(unchanged)s", **counts))
        if counts.get("similar"):
            click.echo(_("%(n)s 行和已登记的企业名称差不多，没有导入；请在页面上导入这个文件，逐行定", n=counts["similar"]))
