"""`anke chain verify`: whether the chains of enterprises are whole, and whether the tables still say what they say."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from uuid import UUID

import click
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.options import certificates_in
from lms.core.uow import unit_of_work
from lms.ledger import countersigning, queries
from lms.ledger.receipts import Receipt, read, written
from lms.ledger.service import Contradiction, Unlike, Verified
from lms.ledger.service import verify as look_through
from lms.registry.commands import named_enterprise
from lms.registry.models import Enterprise

SHOWN = 20


@click.command("verify")
@click.option("--enterprise", "named", metavar="CODE", help="Credit code or full name. Default: every enterprise with a chain.")
@click.option(
    "--receipts", "kept", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Hold the chains against receipts that were kept elsewhere, too: a file of `anke chain receipts` or of the page.",
)  # fmt: skip
@click.option(
    "--signed-by", "before", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificates that the bureau countersigned with before the present one: a PEM file.",
)  # fmt: skip
def verify(named: str | None, kept: Path | None, before: Path | None) -> None:
    """Check the chains of facts. Names the first bad entry of each and what was done to it, and the certificates that receipts
    were countersigned by, with their SHA-256 fingerprints; ends with 1 when one is bad.
    """
    held = _receipts_in(kept) if kept else {}
    known = countersigning.signers(certificates_in(before.read_bytes(), "--signed-by") if before else ())
    with unit_of_work(Actor.system("chain.verify"), "system", write=False) as uow:
        uow.at_one_moment()
        wanted = select(Enterprise).order_by(Enterprise.uscc)
        firms = [named_enterprise(uow, named)] if named else uow.session.scalars(wanted).all()
        bad = total = 0
        lines = []
        with click.progressbar(
            length=sum(queries.length(uow, firm.id) for firm in firms), label=_("记录链"), file=sys.stderr
        ) as bar:
            for firm in firms:
                found = look_through(uow, firm.id, bar.update, held.pop(firm.id, ()), known)
                total += found.entries
                bad += not found.whole
                if found.entries or not found.whole:
                    lines += [f"{firm.uscc} {firm.name}\t{_verdict(found)}", *_details(found)]
        used = countersigning.used(uow, firms[0].id if named else None)
    if not named:
        bad += len(held)  # a chain that is not there any more at all
        lines += [_("%(id)s\t有收据，却没有这家企业", id=firm_id) for firm_id in held]
    for line in lines:
        click.echo(line)
    for one in used:
        told = {"who": one.signer, "mark": one.fingerprint, "n": f"{one.receipts:,}", "first": one.first, "last": one.last}
        click.echo(_("副签证书：%(who)s，SHA-256 %(mark)s，%(n)s 份收据，%(first)s 至 %(last)s", **told))
    click.echo(_("共 %(n)s 条记录，%(bad)s 家企业的链有问题", n=f"{total:,}", bad=bad))
    if bad:
        sys.exit(1)


@click.command("receipts")
@click.option("--enterprise", "named", metavar="CODE", help="Credit code or full name. Default: every enterprise with a chain.")
def receipts(named: str | None) -> None:
    """Write the signed receipts of all chains to stdout, a JSON object a line: to be kept where nobody of here can write."""
    with unit_of_work(Actor.system("chain.receipts"), "system", write=False) as uow:
        wanted = select(Enterprise.id).order_by(Enterprise.uscc)
        for firm_id in [named_enterprise(uow, named).id] if named else uow.session.scalars(wanted).all():
            signed_too = countersigning.of_enterprise(uow, firm_id)
            for receipt in queries.receipts_of(uow, firm_id):
                click.echo(written(receipt, countersigned=signed_too.get(receipt.statement)))


def _receipts_in(file: Path) -> dict[UUID, list[Receipt]]:
    """The receipts of a file by enterprise; wrong usage names the line that is none."""
    found = defaultdict(list)
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            receipt = read(line)
            found[UUID(receipt.said["enterprise"])].append(receipt)
        except ValueError:
            raise click.BadParameter(_("第 %(n)s 行不是收据", n=number), param_hint="--receipts") from None
    return dict(found)


def _verdict(found: Verified) -> str:
    if found.finding is None:
        if found.contradicted and not found.unlike:
            return _("链本身完整，但和 %(n)s 份收据对不上", n=f"{len(found.contradicted):,}")
        if found.unlike:
            return _("链完整，但有 %(n)s 条和现在的数据对不上", n=f"{len(found.unlike):,}")
        if found.erased:
            return _("完整，%(n)s 条，其中 %(erased)s 条依法删去了内容", n=f"{found.entries:,}", erased=f"{found.erased:,}")
        return _("完整，%(n)s 条", n=f"{found.entries:,}")
    words = {
        "edited": _("第 %(seq)s 条被改过", seq=found.finding.seq),
        "reordered": _("从第 %(seq)s 条起顺序被调换过", seq=found.finding.seq),
        "deleted": _("第 %(seq)s 条被删掉了", seq=found.finding.seq),
        "inserted": _("第 %(seq)s 条是后来插进去的", seq=found.finding.seq),
        "cut": _("从第 %(seq)s 条起，后面的被截掉了", seq=found.finding.seq),
    }
    return words[found.finding.what]


def _details(found: Verified) -> list[str]:
    lines = [f"  {_contradiction(one)}" for one in found.contradicted[:SHOWN]]
    lines += [f"  {_sentence(one)}" for one in found.unlike[:SHOWN]]
    if len(found.unlike) > SHOWN:
        lines.append("  " + _("还有 %(n)s 条", n=len(found.unlike) - SHOWN))
    return lines


def _contradiction(one: Contradiction) -> str:
    return {
        "rewritten": _("第 %(seq)s 条和 %(day)s 的收据不符：整条链被改写过", seq=one.seq, day=one.day),
        "cut": _("%(day)s 的收据里有第 %(seq)s 条，链上已经没有了", seq=one.seq, day=one.day),
        "unstamped": _("%(day)s 的收据（第 %(seq)s 条）的时间戳不是它的，或者被改过", seq=one.seq, day=one.day),
        "uncountersigned": _(
            "%(day)s 的收据（第 %(seq)s 条）的监管部门副签没有了、被改过，或者不是认得的证书签的", seq=one.seq, day=one.day
        ),
        "unreadable": _("有一份收据读不出来了：被改过，或者损坏了"),
        "forged": _("%(day)s 的收据（第 %(seq)s 条）不是这里签的，或者被改过", seq=one.seq, day=one.day),
    }[one.what]


def _sentence(one: Unlike) -> str:
    where = {"seq": one.seq, "kind": one.kind, "id": one.subject_id}
    return {
        "changed": _("第 %(seq)s 条（%(kind)s %(id)s）：数据表里的内容被改过", **where),
        "gone": _("第 %(seq)s 条（%(kind)s %(id)s）：数据表里已经没有了", **where),
        "unentered": _("%(kind)s %(id)s：数据表里有，链上没有", **where),
        "erased": _("第 %(seq)s 条（%(kind)s %(id)s）：内容被删去了，数据表里却还在", **where),
    }[one.what]
