"""What the product needs of the operating system, found by looking for the thing itself, not for a package's name."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections import namedtuple
from glob import glob
from pathlib import Path

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", str(Path.home() / ".local/share/fonts"))
BROWSER = "chromium-headless-shell"  # draws pages as Chromium does and no window around them
BROWSERS = (BROWSER, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# what: in a person's words. package: Debian's and Ubuntu's name. there: a function that looks for it.
Need = namedtuple("Need", "what package there")


def library(name):
    def there():
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return there


def program(*names):
    return lambda: any(shutil.which(name) for name in names)


def font(*files):
    return lambda: all(any(glob(f"{folder}/**/{file}", recursive=True) for folder in FONT_FOLDERS) for file in files)


def environment_maker():
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def browser():
    """Also true for a browser named by ANKE_CHROMIUM."""
    named = os.environ.get("ANKE_CHROMIUM")
    return bool(named and shutil.which(named)) or program(*BROWSERS)()


def postgresql():
    return bool(glob("/usr/lib/postgresql/*/bin/initdb")) or bool(shutil.which("initdb"))


def office(part):
    """LibreOffice comes in parts; soffice alone opens neither slides nor documents."""
    return lambda: bool(glob(f"/usr/lib/libreoffice/program/{part}") or glob(f"/opt/libreoffice*/program/{part}"))


def zone():
    return Path("/usr/share/zoneinfo/Asia/Shanghai").exists()


TO_RUN = (
    Need("Python's venv module", "python3-venv", environment_maker),
    Need("time zones", "tzdata", zone),
    Need("text layout for PDF", "libpango-1.0-0", library("libpango-1.0.so.0")),
    Need("fonts in PDF", "libpangoft2-1.0-0", library("libpangoft2-1.0.so.0")),
    Need("fast font subsets in PDF", "libharfbuzz-subset0", library("libharfbuzz-subset.so.0")),
    Need("finding fonts", "fontconfig", program("fc-match")),
    Need("Chinese fonts", "fonts-noto-cjk", font("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc")),
)
TO_TEST = (
    Need("a browser", BROWSER, browser),
    Need("PostgreSQL", "postgresql", postgresql),
    Need("Redis", "redis-server", program("redis-server")),
    Need("reading PDF back", "poppler-utils", program("pdftotext")),
    Need("asking the API as docs/api.md does", "curl", program("curl")),
    Need("reading QR codes back", "zbar-tools", program("zbarimg")),
    Need("checking PDF files", "qpdf", program("qpdf")),
    Need("a signing key in a token", "softhsm2", program("softhsm2-util")),
    Need("slides as pictures", "libreoffice-impress-nogui", office("libsdlo.so")),
    Need("documents as pictures", "libreoffice-writer-nogui", office("libswlo.so")),
)
SNAP = """\
Ubuntu has Chromium as a snap only, which a set-up cannot install unattended. Install a browser once, then repeat this:
  sudo snap install chromium
or install Google Chrome, or name another Chromium:  ANKE_CHROMIUM=/path/to/chrome make test"""


class Missing(Exception):
    """Something is missing that this user may not install; the message says which command to run."""


def provide(testing):
    """Install what is missing. Raises Missing, with the exact command, where that is not possible."""
    missing = [need for need in (*TO_RUN, *(TO_TEST if testing else ())) if not need.there()]
    if not missing:
        return
    if any(need.package == BROWSER for need in missing) and distribution() == "ubuntu":
        missing = [need for need in missing if need.package != BROWSER]
        if missing:
            install(missing)
        raise Missing(SNAP)
    install(missing)


def install(missing):
    wanted = ", ".join(f"{need.what} ({need.package})" for need in missing)
    packages = [need.package for need in missing]
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Missing(f"Missing on this machine: {wanted}.\nInstall them with this system's package manager, then repeat this.")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not (shutil.which("sudo") and quiet("sudo", "-n", "true")):
        raise Missing(f"Missing on this machine: {wanted}.\nRun this once, then repeat:\n  sudo sh -c '{command}'")
    print(f"system packages: {' '.join(packages)}", flush=True)
    # RUNLEVEL=1: the tests start a database and a Redis of their own; nobody asked for one that runs all day.
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    log = Path("var/log/apt.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        for verb in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run([*as_root, *quietly, *verb], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
            if done.returncode:
                out.flush()
                last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise Missing(f"{last}\n\nSystem packages did not install. Run this, then repeat:\n  sudo sh -c '{command}'")
    still = [need.what for need in missing if not need.there()]
    if still:
        raise Missing(f"Installed {' '.join(packages)}, but still not found: {', '.join(still)}.")


def distribution():
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    return dict(line.split("=", 1) for line in lines if "=" in line).get("ID", "").strip('"')


def quiet(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
