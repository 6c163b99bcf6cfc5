"""Certificates as PDF, signed: one alone, as after a quiz, and many at once, as after a lecture; beside what they are made of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bench.harness import scene, server
from bench.harness.figures import Report, percentile
from lms.core.crypto import Keyring
from lms.core.documents import press_for
from lms.core.documents.sealing import Sealer, built_in, sealer
from lms.credentials.documents import certificate_pdf, certificate_pdfs
from lms.credentials.frozen import CertificateData

ALONE = 20
TOGETHER = 100
ALONE_BAR_MS = 400
EACH_BAR_MS = 150


def run() -> Report:
    report = Report("certificate")
    compare(report)
    with scene.installation(server.free_port()):
        people = [_data(worker, number) for number, worker in enumerate(scene.workers(TOGETHER), 1)]
        begun = time.perf_counter()
        certificate_pdf(people[0])
        report.add("the first of a process, with its imports", (time.perf_counter() - begun) * 1000, "ms")
        sealer().sign(certificate_pdf(people[0]))
        alone = []
        for data in people[:ALONE]:
            begun = time.perf_counter()
            size = len(sealer().sign(certificate_pdf(data)))
            alone.append(time.perf_counter() - begun)
        report.add_times("alone, printed and signed", alone, ALONE_BAR_MS)
        report.add("size", size / 1024, "KB")
        begun, used = time.perf_counter(), time.process_time()
        made = sum(1 for pdf in certificate_pdfs(people) if sealer().sign(pdf))
        report.add(f"of {made} together, each", (time.perf_counter() - begun) / made * 1000, "ms", EACH_BAR_MS)
        report.add("processor of it", (time.process_time() - used) / made * 1000, "ms")
    return report


def compare(report: Report) -> None:
    """What the printer and the signer take alone, in the same minutes: processor, as machines are shared."""
    page, sheet = "<!doctype html><html lang=zh><title>安全课</title><p>安全课</p></html>", 'p { font: 12pt "Anke Sans" }'
    with press_for([page], sheet) as press:
        report.add("a bare page with a cut font: processor", _processor(lambda: press.print(page)), "ms")
        pdf = press.print(page)
    key = ec.generate_private_key(ec.SECP256R1())
    report.add("an ECDSA signature by itself: processor", _processor(lambda: key.sign(pdf, ec.ECDSA(hashes.SHA256()))), "ms")
    own = Sealer(built_in(Keyring("a key for measuring, of this run only")))
    report.add("an ECDSA signature in a PDF: processor", _processor(lambda: own.sign(pdf)), "ms")


def _processor(function: Callable[[], object]) -> float:
    """The middle of many times, in ms."""
    function()
    times = []
    for _round in range(ALONE):
        begun = time.process_time()
        function()
        times.append(time.process_time() - begun)
    return percentile(times, 50) * 1000


def _data(worker: scene.Worker, number: int) -> CertificateData:
    data = CertificateData(
        serial="", issuer_name="湘粮油脂有限公司", holder_name=worker.name, masked_id=f"4306**********{worker.id_number[-4:]}",
        lecture_title="总经理讲安全课：粉尘防爆与有限空间作业安全", presence="全程到课", score=90, hours=Decimal("1.5"),
        lecturer_name="陈建国", lecturer_is_head=True, issued_on=date(2026, 11, 23), valid_until=date(2027, 11, 22),
        verify_url=f"https://anke.example/verify/{number:022}#" + f"{number:03}" * 60,
    )  # fmt: skip
    return replace(data, serial=f"AK-430602-2026-{number:06}", fingerprint="")
