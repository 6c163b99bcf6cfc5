"""`anke certificate`: the same use cases as the pages."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import click
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.core import clock
from lms.core.documents import sealing
from lms.core.documents.token import UnusableKey
from lms.core.options import NewFile, certificates_in
from lms.core.uow import unit_of_work
from lms.credentials import issuing, queries, verifying
from lms.lectures.models import Lecture


@click.command("issue")
@click.argument("lecture_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def issue(lecture_id: UUID, as_json: bool) -> None:
    """Issue the certificates of one lecture. Safe to run again: those issued are passed over."""
    with unit_of_work(Actor.system("certificates.issue"), "system", write=False) as uow:
        if uow.session.get(Lecture, lecture_id) is None:
            raise click.BadParameter(_("没有这堂课"), param_hint="LECTURE_ID")
        due = queries.issued_of(uow, lecture_id).waiting
    with click.progressbar(length=due, label=_("证书"), file=sys.stderr) as bar:
        outcome = issuing.issue_due(lecture_id, lambda: bar.update(1))
    if as_json:
        click.echo(json.dumps({"issued": outcome.issued, "problems": outcome.problems}, ensure_ascii=False))
    else:
        click.echo(_("已签发 %(n)s 份", n=outcome.issued))
        for sentence in outcome.problems:
            click.echo(sentence, err=True)
    if outcome.problems:
        sys.exit(1)


@click.command("verify")
@click.argument("what", metavar="FILE|PAYLOAD")
@click.option("--key", help="Another issuer's public key, 64 hex digits: nothing is looked up here then.")
@click.option("--authority", type=click.File("rb"), help="Its authority as PEM, which a FILE of another issuer asks for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def verify(what: str, key: str | None, authority: BinaryIO | None, as_json: bool) -> None:
    """Check a certificate: FILE, its PDF, or PAYLOAD, the text of its QR code. Ends with 1 when it does not hold.

    A file or a code that nobody changed does not hold either once its certificate is expired, revoked or superseded.
    """
    is_file = os.path.isfile(what)  # not of Path: that stumbles over a text too long for a name
    if not is_file and what.lower().endswith(".pdf"):
        raise click.BadParameter(_("没有这个文件"), param_hint="FILE")
    if is_file and (key is None) != (authority is None):
        raise click.UsageError(_("查验别处签发的文件，--key 和 --authority 都要给。"))
    issuer = None
    if key is not None:
        issuer = verifying.Issuer(key, certificates_in(authority.read(), "--authority") if authority else ())
    with unit_of_work(Actor.system("certificates.verify"), "system", write=False) as uow:
        verdict = (
            verifying.check_file(uow, Path(what).read_bytes(), issuer) if is_file else verifying.check_code(uow, what, issuer)
        )
    if as_json:
        told = {"holds": verdict.holds, "state": verdict.state, "faults": verdict.faults}
        click.echo(json.dumps(told | {"said": verdict.said and verdict.said._asdict()}, ensure_ascii=False))
    else:
        if verdict.said:
            click.echo("\t".join(verdict.said))
        for sentence in verdict.faults:
            click.echo(sentence, err=True)
    if not verdict.holds:
        sys.exit(1)


@click.command("export")
@click.option("--serial", help="The number printed on it.")
@click.option("--first", is_flag=True, help="Of those valid today the one with the first number.")
@click.option("--out", required=True, type=NewFile())
def export(serial: str | None, first: bool, out: Path) -> None:
    """Write a certificate as it was frozen at issue, the same bytes each time, and say its number."""
    if first == bool(serial):
        raise click.UsageError(_("--serial 和 --first 选一个。"))
    with unit_of_work(Actor.system("certificates.export"), "system", write=False) as uow:
        found = queries.first_valid(uow) if first else queries.by_serial(uow, serial or "")
    if found is None:
        click.echo(_("没有有效的证书。") if first else _("没有编号 %(serial)s。", serial=serial), err=True)
        sys.exit(1)
    out.write_bytes(queries.frozen(found))
    click.echo(found.serial)


@click.command("key")
def key() -> None:
    """Say who signs certificates. Ends with 1 when the key that the settings name cannot be used, or is over."""
    try:
        who = sealing.identity()
        sealing.Sealer(who)
    except UnusableKey as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)
    click.echo(_("%(subject)s，有效期至 %(day)s", subject=who.subject, day=who.ends_on))
    if who.ends_on < clock.local_date(clock.now()):
        sys.exit(1)
