"""`anke backup` and `anke restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from lms.core.backup import restoring, taking
from lms.core.errors import Problem, why_not
from lms.core.storage import Changed


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database and all kept files into FILE, while the product runs. FILE holds personal data; it does not hold the
    secret (ANKE_SECRET_KEY) they are encrypted with: keep that apart.
    """
    try:
        with click.progressbar(length=taking.size(), label=_("备份"), file=sys.stderr) as bar:
            manifest = taking.take(file, bar.update)
    except FileExistsError:
        raise click.ClickException(_("%(file)s 已经存在，备份不覆盖旧文件。", file=file)) from None
    except OSError as error:
        raise click.ClickException(_("没有备份成，没有留下半个文件：%(why)s。", why=why_not(error))) from error
    except Changed as error:
        told = _("没有备份成，没有留下半个文件：存着的文件 %(sha256)s 和存进去时不一样。", sha256=error.sha256)
        raise click.ClickException(told) from error
    click.echo(_said(_("已备份"), manifest))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make this installation, whose database is empty, what FILE of `anke backup` holds, and read it back."""
    try:
        with click.progressbar(length=restoring.size(file), label=_("恢复"), file=sys.stderr) as bar:
            manifest = restoring.restore(file, bar.update)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as error:
        raise click.ClickException(_("没有恢复成：%(why)s。", why=why_not(error))) from error
    click.echo(_said(_("已恢复，并且读回核对一致"), manifest))
    click.echo(_("请再运行 anke chain verify，核对每家企业的记录链。"))


def _said(what: str, manifest: dict[str, object]) -> str:
    told = {name: f"{number:,}" for name, number in taking.counts(manifest).items()}
    return what + _("：%(tables)s 张表 %(rows)s 行，%(files)s 个文件，%(heads)s 条记录链", **told)
