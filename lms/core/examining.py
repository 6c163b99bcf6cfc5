"""What an installation needs beside the machine: a database as this version wants it, a store, room on the disk, an address."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from lms.core import workdays
from lms.core.settings import Settings
from lms.core.storage import Storage

ROOM_MB = 1_000  # less is soon full of certificates and photos
HERE = ("127.0.0.1", "localhost")
_BEFORE_THE_FIRST_RELEASE = re.compile(r"00\d\d")


def faults(settings: Settings, migrations: Path) -> list[str]:
    """One sentence for each thing that keeps the product from working, with the way forward. Leaves nothing behind."""
    looks: tuple[Callable[[], str], ...] = (
        lambda: _database(settings, migrations), lambda: _store(settings), lambda: _redis(settings), lambda: _room(settings),
    )  # fmt: skip
    return [found for look in looks if (found := look())]


def advice(settings: Settings) -> Iterator[str]:
    """What works, but hardly as it is meant."""
    host = settings.base_url.split("://", 1)[-1].split("/", 1)[0].rpartition(":")[0]
    if settings.env == "production" and (not settings.https or host in HERE):
        yield (
            f"ANKE_BASE_URL 是 {settings.base_url}，二维码和证书里印的就是它。正式使用时请设成手机打得开的 https:// 地址，"
            "否则扫码打不开，登录也记不住。"
        )


def calendar(today: date) -> Iterator[str]:
    """What deadlines lack for which public holidays are not known yet. Those of a year are published in the November before."""
    wanted = today.year + (today.month == 12)
    if workdays.arranged_until() < wanted:
        yield (
            f"还没有 {wanted} 年的法定节假日和调休，那以后按工作日算的期限把周一到周五都算作工作日。"
            "国务院办公厅的通知一般在头一年 11 月公布，请升级到带有它的版本。"
        )


def unknown_revision(settings: Settings, migrations: Path) -> str:
    """A sentence where the database is one that no migration of this program knows; else nothing, also where there is none."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    if _missing(settings):
        return ""
    revision = _revision(settings)
    try:
        ScriptDirectory(str(migrations)).get_revision(revision or "base")
    except CommandError:
        if is_before_first_release(str(revision)):
            return (
                f"数据库（版本 {revision}）是正式发布之前的程序建的，升级不到这个程序；里面的数据没有动过。请接着用建库时的程序，"
                "由它导出、备份（这份备份也只有它能恢复）；或者另建一个库（ANKE_DATA_DIR 或 ANKE_DATABASE_URL）重新开始。"
            )
        return (
            f"数据库（版本 {revision}）不是这个程序认得的：它比程序新。请换用建库时的程序或更新的，或者另建一个库"
            "（ANKE_DATA_DIR 或 ANKE_DATABASE_URL）。"
        )
    return ""


def is_before_first_release(revision: str) -> bool:
    """Whether a database or a backup of this version is one from before the first release, which no migration leads on from.

    Theirs went from 0001 to 0065; those since begin with 0101.
    """
    return _BEFORE_THE_FIRST_RELEASE.fullmatch(revision) is not None


def no_database(settings: Settings) -> str:
    """A sentence where there is nothing to serve: no database, an empty one, one that cannot be reached. Else nothing."""
    url = make_url(settings.database_url)
    if _missing(settings):
        return f"还没有数据库（{url.database}）。请运行：anke init"
    engine = create_engine(settings.database_url)
    try:  # what serves asks too, and does without Alembic
        return "" if inspect(engine).has_table("alembic_version") else "数据库还是空的。请运行：anke init"
    except SQLAlchemyError as error:
        named = url.render_as_string(hide_password=True)
        return f"数据库 {named} 连不上：{_first_line(error)}。请检查 ANKE_DATABASE_URL 和数据库服务。"
    finally:
        engine.dispose()


def _database(settings: Settings, migrations: Path) -> str:
    from alembic.script import ScriptDirectory

    if fault := no_database(settings) or unknown_revision(settings, migrations):
        return fault
    newest = ScriptDirectory(str(migrations)).get_current_head()
    return "" if _revision(settings) == newest else "数据库比程序旧。请先备份，再运行：anke init"


def _missing(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _revision(settings: Settings) -> str | None:
    """The version of the database; None of an empty one. Raises SQLAlchemyError when it cannot be reached."""
    from alembic.migration import MigrationContext

    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _store(settings: Settings) -> str:
    try:
        store = Storage(settings.storage_url)
        store.put_piece("doctor/probe", io.BytesIO(b"probe"))
        store.drop_pieces("doctor")
    except Exception as error:  # whatever the file system of the address raises
        return f"文件库 {settings.storage_url} 写不进去：{_first_line(error)}。请检查 ANKE_STORAGE_URL 和权限。"
    return ""


def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        return ""
    import redis

    try:
        redis.Redis.from_url(settings.redis_url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        return f"Redis 连不上：{_first_line(error)}。请检查 ANKE_REDIS_URL；只有一台机器时可以不设。"
    return ""


def _room(settings: Settings) -> str:
    free = shutil.disk_usage(settings.data_dir).free // 1024**2
    if free >= ROOM_MB:
        return ""
    return f"{settings.data_dir} 所在的磁盘只剩 {free:,} MB。请腾出至少 {ROOM_MB:,} MB，不然记录会写不进去。"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
