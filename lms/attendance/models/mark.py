"""What an attendance event says: in or out, by which means, and how far that is to be trusted."""

from __future__ import annotations

import enum


class Mark(enum.StrEnum):
    IN = "in"  # 签到
    OUT = "out"  # 签退
    RECHECK = "recheck"  # 复核：中途再扫一次


class Method(enum.StrEnum):
    SCAN = "scan"  # 扫码
    CODE = "code"  # 六位数字
    TAP = "tap"  # 手机点“我在”
    KIOSK = "kiosk"  # 签到机
    LEADER = "leader"  # 班组长手机
    TRAINER = "trainer"  # 培训管理员代签
    OFFICER = "officer"  # 监管责任人在场登记
    PAPER = "paper"  # 纸质签到表
    BACKFILL = "backfill"  # 补录
    IMPORT = "import"  # 导入


class Trust(enum.StrEnum):
    """How a fact is known (可信等级), best first."""

    LIVE = "live"  # 现场
    OFFLINE = "offline"  # 离线
    LEADER = "leader"  # 代签
    PAPER = "paper"  # 纸质
    BACKFILL = "backfill"  # 补录
    IMPORTED = "imported"  # 导入


class KnownBy(enum.StrEnum):
    """How a person on a station was told from others."""

    TAIL = "tail"  # 手机号或身份证号后四位
    WORK_NO = "work_no"  # 工号
