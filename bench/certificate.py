"""Certificates as PDF: one alone, as after a quiz, and many at once, as after a lecture."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bench.harness import scene, server
from bench.harness.figures import Report
from lms.credentials.documents import CertificateData, certificate_pdf, certificate_pdfs

ALONE = 20
TOGETHER = 100
ALONE_BAR_MS = 400
EACH_BAR_MS = 150


def run() -> Report:
    report = Report("certificate")
    with scene.installation(server.free_port()):
        people = [_data(worker, number) for number, worker in enumerate(scene.workers(TOGETHER), 1)]
        begun = time.perf_counter()
        certificate_pdf(people[0])
        report.add("the first of a process, with its imports", (time.perf_counter() - begun) * 1000, "ms")
        alone = []
        for data in people[:ALONE]:
            begun = time.perf_counter()
            size = len(certificate_pdf(data))
            alone.append(time.perf_counter() - begun)
        report.add_times("alone", alone, ALONE_BAR_MS)
        report.add("size", size / 1024, "KB")
        begun = time.perf_counter()
        made = sum(1 for _ in certificate_pdfs(people))
        report.add(f"of {made} together, each", (time.perf_counter() - begun) / made * 1000, "ms", EACH_BAR_MS)
    return report


def _data(worker: scene.Worker, number: int) -> CertificateData:
    data = CertificateData(
        serial="", issuer_name="湘粮油脂有限公司", holder_name=worker.name, masked_id=f"4306**********{worker.id_number[-4:]}",
        lecture_title="总经理讲安全课：粉尘防爆与有限空间作业安全", presence="全程到课", score=90, hours=Decimal("1.5"),
        lecturer_name="陈建国", lecturer_is_head=True, issued_on=date(2026, 11, 23), valid_until=date(2027, 11, 22),
        verify_url="https://anke.example/verify/0123456789abcdefABCDEF#" + "Ab3" * 60,
    )  # fmt: skip
    return replace(data, serial=f"AK-430602-2026-{number:06}", fingerprint="")
