"""Slides and documents as a PDF, through LibreOffice where it is installed; run as a script it becomes LibreOffice, confined."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lms.core.viewing.limits import OFFICE_MEMORY, confine
from lms.core.viewing.problems import CannotShow, NoOffice

SECONDS = 240
PROGRAMS = ("soffice", "libreoffice")
# Nothing of a document runs, and nothing it links to is fetched: neither from the network nor from this machine.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def office_program() -> str | None:
    """The path of LibreOffice on this machine, if any."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def to_pdf(source: Path, folder: Path, *, seconds: float = SECONDS) -> Path:
    """Turn slides or a document into a PDF in `folder`, which is the caller's. Raises NoOffice, CannotShow."""
    program = office_program()
    if program is None:
        raise NoOffice
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    command = [sys.executable, "-m", __name__, program, source.name, profile.as_uri(), str(folder)]
    nowhere = "http://127.0.0.1:9"  # the discard port: a link that is followed in spite of the profile arrives nowhere
    plain = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "http_proxy": nowhere, "https_proxy": nowhere,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(
            command, cwd=source.parent, env=plain, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise CannotShow("slow") from error
        finally:
            _end(child)
    made = folder / f"{source.stem}.pdf"
    if not made.exists():
        raise CannotShow("damaged")
    return made


def _end(child: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and whatever it started: they are a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


if __name__ == "__main__":
    confine(OFFICE_MEMORY)
    program, name, profile, folder = sys.argv[1:]
    options = ["--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile}"]
    os.execv(program, [program, *options, "--convert-to", "pdf", "--outdir", folder, name])
