"""`anke chain verify`: whether the chains of enterprises are whole, and whether the tables still say what they say."""

from __future__ import annotations

import sys

import click
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.ledger import queries
from lms.ledger.service import Unlike, Verified
from lms.ledger.service import verify as look_through
from lms.registry.commands import named_enterprise
from lms.registry.models import Enterprise

SHOWN = 20


@click.command("verify")
@click.option("--enterprise", "named", metavar="CODE", help="Credit code or full name. Default: every enterprise with a chain.")
def verify(named: str | None) -> None:
    """Check the chains of facts. Names the first bad entry of each and what was done to it; ends with 1 when one is bad."""
    with unit_of_work(Actor.system("chain.verify"), "system", write=False) as uow:
        wanted = select(Enterprise).order_by(Enterprise.uscc)
        firms = [named_enterprise(uow, named)] if named else uow.session.scalars(wanted).all()
        bad = total = 0
        lines = []
        with click.progressbar(
            length=sum(queries.length(uow, firm.id) for firm in firms), label=_("记录链"), file=sys.stderr
        ) as bar:
            for firm in firms:
                found = look_through(uow, firm.id, bar.update)
                total += found.entries
                bad += not found.whole
                if found.entries or not found.whole:
                    lines += [f"{firm.uscc} {firm.name}\t{_verdict(found)}", *_details(found)]
    for line in lines:
        click.echo(line)
    click.echo(_("共 %(n)s 条记录，%(bad)s 家企业的链有问题", n=f"{total:,}", bad=bad))
    if bad:
        sys.exit(1)


def _verdict(found: Verified) -> str:
    if found.finding is None:
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
    lines = [f"  {_sentence(one)}" for one in found.unlike[:SHOWN]]
    if len(found.unlike) > SHOWN:
        lines.append("  " + _("还有 %(n)s 条", n=len(found.unlike) - SHOWN))
    return lines


def _sentence(one: Unlike) -> str:
    where = {"seq": one.seq, "kind": one.kind, "id": one.subject_id}
    return {
        "changed": _("第 %(seq)s 条（%(kind)s %(id)s）：数据表里的内容被改过", **where),
        "gone": _("第 %(seq)s 条（%(kind)s %(id)s）：数据表里已经没有了", **where),
        "unentered": _("%(kind)s %(id)s：数据表里有，链上没有", **where),
        "erased": _("第 %(seq)s 条（%(kind)s %(id)s）：内容被删去了，数据表里却还在", **where),
    }[one.what]
