"""The signals of a file on standard output."""

from __future__ import annotations

import json
import time
from typing import BinaryIO
from uuid import UUID

import click

from lms.compliance.signals.files import evaluated
from lms.compliance.signals.rules.words import WORDS, sentence
from lms.compliance.signals.rules.writing import record_of

EVERY = 2  # seconds between two words of progress


def print_signals(file: BinaryIO, as_json: bool) -> bool:
    """One line a lecture; whether every line of the file could be read."""
    fine, empty, progress = True, True, _Progress()
    for line in evaluated(file, progress.tell):
        empty = False
        if line.fault:
            fine = False
            click.echo(f"第 {line.number} 行：{line.fault}。这一行没有评估。", err=True)
            continue
        found = [
            {"code": one.code, "level": one.level, "sentence": sentence(one), "facts": dict(one.facts)} for one in line.signals
        ]
        if as_json:
            click.echo(json.dumps({"lecture_id": line.lecture_id, "signals": found}, ensure_ascii=False))
            continue
        click.echo(line.lecture_id)
        for one in line.signals:
            mark = "▲" if one.level == "serious" else "·"
            click.echo(f"  {mark} {WORDS[one.code].title}：{sentence(one)}")
    if empty:
        click.echo("文件里没有讲课事实：一行也没有。", err=True)
    return fine


@click.command()
@click.option("--lecture", "lecture_id", type=click.UUID, required=True, help="Id of the lecture.")
def facts(lecture_id: UUID) -> None:
    """Print the facts of a lecture as one line for `anke signals evaluate`: ids, times and hashes, no names."""
    from lms.access.actor import Actor
    from lms.access.reach import find
    from lms.compliance.signals.gathering import facts_of
    from lms.core.uow import unit_of_work
    from lms.lectures.models import Lecture

    with unit_of_work(Actor.system("signals"), "system", write=False) as uow:
        record = record_of(facts_of(uow, find(uow, Lecture, lecture_id)))
    click.echo(json.dumps(record, ensure_ascii=False))


class _Progress:
    """A word on stderr every two seconds, for files that take longer."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def tell(self, what: str, lines: int) -> None:
        if time.monotonic() - self.last > EVERY:
            self.last = time.monotonic()
            click.echo(f"{what} {lines} 行…", err=True)
