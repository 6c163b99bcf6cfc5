"""What the documents need from the operating system, for `anke doctor`. Imports nothing that needs what it checks."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

APT = "sudo apt-get install -y"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for. name: what it is. found: whether it is there. detail: where, or what happens without it.
    remedy: the exact command that brings it, empty when found."""

    name: str
    found: bool
    detail: str
    remedy: str


def pango() -> Check:
    """Text layout: without it no document at all."""
    return _library("pango", ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"), "libpango-1.0-0 libpangoft2-1.0-0", "不能生成 PDF")


def harfbuzz_subset() -> Check:
    """Cuts fonts in C: without it a certificate takes seconds instead of milliseconds, and no warning is given."""
    return _library("harfbuzz-subset", ("libharfbuzz-subset.so.0",), "libharfbuzz-subset0", "每份证明要 2–10 秒")


def cjk_fonts() -> Check:
    """The faces the documents are set in."""
    package = "fonts-noto-cjk"
    try:
        from lms.core.documents import fonts

        files = {face.file: fonts.find_file(face) for face in fonts.FACES}
    except ImportError as error:
        return Check(package, False, f"{error}", f"{APT} {package}")
    missing = sorted(name for name, path in files.items() if path is None)
    if missing:
        return Check(package, False, f"缺少 {'、'.join(missing)}，不能生成 PDF", f"{APT} {package}")
    return Check(package, True, "、".join(sorted({str(path.parent) for path in files.values() if path})), "")


def libreoffice() -> Check:
    """Turns slides into pages that a phone shows. The product works without it, so it is advice and no fault."""
    from lms.core.viewing import office_program

    found = office_program()
    if found is None:
        packages = "libreoffice-impress-nogui libreoffice-writer-nogui"
        return Check("LibreOffice", False, "没有安装，PPTX 和 DOCX 不能在手机上翻看，只能下载原件", f"{APT} {packages}")
    return Check("LibreOffice", True, found, "")


def advice() -> list[str]:
    """One sentence for each thing that is missing and that the product does without."""
    return [f"{check.name}：{check.detail}。要装请运行：{check.remedy}" for check in (libreoffice(),) if not check.found]


def checks() -> Iterator[Check]:
    """All of them, in the order in which they are needed."""
    yield pango()
    yield harfbuzz_subset()
    yield cjk_fonts()


def faults() -> list[str]:
    """One sentence for each thing missing, with the command that brings it; empty when all is there."""
    return [f"{check.name}：{check.detail}。请运行：{check.remedy}" for check in checks() if not check.found]


def _library(name: str, files: tuple[str, ...], packages: str, without: str) -> Check:
    for file in files:
        try:
            ctypes.CDLL(file)
        except OSError:
            return Check(name, False, f"缺少 {file}，{without}", f"{APT} {packages}")
    return Check(name, True, "、".join(files), "")
