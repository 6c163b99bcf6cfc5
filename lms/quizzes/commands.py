"""`anke import questions`: the same use case as the page."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.core.tables import TableFault
from lms.core.uow import unit_of_work
from lms.quizzes.rules.importing import QuestionsReading, read_questions
from lms.quizzes.service.bank import compare, take_over
from lms.registry.commands import AS_JSON, DRY_RUN, FILE, named_enterprise, refuse, tell_faults, tell_json


@click.command("questions")
@FILE
@click.option("--enterprise", "wanted", help="Credit code or full name. With --dry-run it may be left out.")
@DRY_RUN
@AS_JSON
def questions(file: Path, wanted: str | None, dry_run: bool, as_json: bool) -> None:
    """Import questions into the bank of an enterprise. Importing the same file again adds nothing."""
    if not wanted and not dry_run:
        raise click.UsageError(_("请用 --enterprise 写明企业的统一社会信用代码或全称"))
    try:
        reading = read_questions(file.read_bytes())
    except TableFault as fault:
        refuse(fault, as_json)
    counts = None
    if wanted:
        with unit_of_work(Actor.system("import.questions"), "system", write=not dry_run) as uow:
            enterprise = named_enterprise(uow, wanted)
            counts = (compare if dry_run else take_over)(uow, enterprise.id, reading).counts
    _tell(reading, counts, dry_run, as_json)


def _tell(reading: QuestionsReading, counts: dict[str, int] | None, dry_run: bool, as_json: bool) -> None:
    if as_json:
        tell_json(reading.as_dict() | ({"written": counts} if counts and not dry_run else {}))
        return
    tell_faults(reading)
    click.echo(
        _("可以导入 %(accepted)s 道题，%(faults)s 处要看一眼", accepted=len(reading.questions), faults=len(reading.faults))
    )
    if counts and dry_run:
        click.echo(_("其中新题 %(added)s 道，重复 %(duplicates)s 道。没有写入。", **counts))
    elif counts:
        click.echo(_("新增 %(added)s 道，跳过重复 %(duplicates)s 道", **counts))
