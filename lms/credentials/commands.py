"""`anke certificates`: the same use cases as the pages."""

from __future__ import annotations

import json
import sys
from uuid import UUID

import click
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.core import clock
from lms.core.documents import sealing
from lms.core.uow import unit_of_work
from lms.credentials import issuing, queries, statements
from lms.lectures.models import Lecture
from lms.ledger.keys import own_key


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
@click.argument("text")
@click.option("--key", help="The issuer's public key, 64 hex digits; this installation's own when left out.")
def verify(text: str, key: str | None) -> None:
    """Check TEXT, read from the QR code on a certificate, by its signature alone. Ends with 1 when it does not hold."""
    said = statements.read(text, key or own_key())
    if said is None:
        click.echo(_("签名不符：码里的内容被改过，或者不是用这个公钥签的。"), err=True)
        sys.exit(1)
    click.echo("\t".join(said))


@click.command("key")
def key() -> None:
    """Say who signs certificates. Ends with 1 when the key that the settings name cannot be used, or is over."""
    try:
        who = sealing.identity()
        sealing.Sealer(who)
    except sealing.UnusableKey as fault:
        click.echo(_("签名用的密钥不能用：%(fault)s", fault=fault), err=True)
        sys.exit(1)
    click.echo(_("%(subject)s，有效期至 %(day)s", subject=who.subject, day=who.ends_on))
    if who.ends_on < clock.local_date(clock.now()):
        sys.exit(1)
