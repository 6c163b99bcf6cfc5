"""Materials: how soon the first page of a 20 MB PDF can be read, and what a film of 300 MB costs while it arrives in pieces."""

from __future__ import annotations

import io
import random
import resource
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.core.db import new_id
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.core.viewing import pictures
from lms.lectures import service
from lms.lectures.models import Upload

MB = 1024 * 1024
A4 = (2480, 3508)  # pixels at 300 dpi
GRAIN = 9  # grey levels of 256
PAGES = 12
FILM_MB, PIECE_MB = 300, 4
FIRST_PAGE_BAR_MS = 2000
MEMORY_BAR_MB = 40
LINE_BITS = 10_000_000  # of a phone on 4G, per second


def run() -> Report:
    report = Report("materials")
    _first_page(report)
    with scene.installation(server.free_port()):
        firm, _people = scene.enterprise(10)
        trainer = Actor("user:bench", "bench", (Held(Role.TRAINER, enterprise_id=firm),), user_id=new_id())
        _arriving(report, trainer)
    return report


def _first_page(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "scanned.pdf"
        source.write_bytes(_scanned())
        report.add("the PDF", source.stat().st_size / MB, "MB")
        begun = time.perf_counter()
        painting = pictures(source, folder)
        first = next(painting)
        painted = time.perf_counter() - begun
        size = first.path.stat().st_size
        report.add("its first page, painted", painted * 1000, "ms")
        report.add("its first page", size / 1024, "KB")
        report.add("until it can be read on 10 Mbit/s", (painted + size * 8 / LINE_BITS) * 1000, "ms", FIRST_PAGE_BAR_MS)
        rest = sum(1 for _picture in painting)
        report.add(f"all {rest + 1} pages", (time.perf_counter() - begun) * 1000, "ms")


def _arriving(report: Report, trainer: Actor) -> None:
    chance = random.Random(1)
    head = (24).to_bytes(4, "big") + b"ftypisom\0\0\2\0isommp42"
    piece = chance.randbytes(PIECE_MB * MB)
    with unit_of_work(trainer, "material.upload") as uow:
        upload_id = service.begin_upload(uow, "film.mp4", FILM_MB * MB, "0").id
    before = _peak()
    begun = time.perf_counter()
    for number in range(FILM_MB // PIECE_MB):
        content = io.BytesIO(head + piece[len(head) :] if number == 0 else piece)
        with unit_of_work(trainer, "material.upload") as uow:
            service.receive_piece(uow, upload_id, number * PIECE_MB * MB, content)
    report.add(f"{FILM_MB} MB received", time.perf_counter() - begun, "s")
    begun = time.perf_counter()
    service.finish_uploads()
    report.add("put together, hashed, judged and kept", time.perf_counter() - begun, "s")
    report.add("memory it took at most", _peak() - before, "MB", MEMORY_BAR_MB)
    with unit_of_work(trainer, "material.upload") as uow:
        sha256 = uow.session.get_one(Upload, upload_id).sha256
    assert sha256
    with storage().open(sha256) as kept:
        report.add("kept", kept.seek(0, 2) / MB, "MB", FILM_MB, at_least=True)


def _scanned() -> bytes:
    """A PDF of pages of print as a scanner gives them: A4 at 300 dpi, grey, with its grain, about a megabyte each."""
    sheets = [_sheet(number) for number in range(PAGES)]
    made = io.BytesIO()
    sheets[0].save(made, "PDF", save_all=True, append_images=sheets[1:], quality=85, resolution=300)
    return made.getvalue()


def _sheet(number: int) -> Image.Image:
    chance = random.Random(number)
    sheet = Image.new("L", A4, 245)
    draw = ImageDraw.Draw(sheet)
    for top in range(200, A4[1] - 200, 70):
        for left in range(200, A4[0] - 200, 48):
            for _stroke in range(4):
                x, y = left + chance.randint(0, 34), top + chance.randint(0, 34)
                draw.line((x, y, left + chance.randint(0, 36), top + chance.randint(0, 36)), fill=40, width=4)
    grain = Image.effect_noise(A4, GRAIN)
    return ImageChops.add(sheet, grain, 1, -128)


def _peak() -> float:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
