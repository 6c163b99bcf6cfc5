"""The pictures of docs/, taken by tests on their way through the product while TAKEN is set (`make pictures`)."""

from __future__ import annotations

import io
import os
from urllib.parse import urljoin

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser import OFFICE, PROJECTOR, keep_picture
from tests.installations import ROOT

IMAGES = ROOT / "docs" / "images"
TAKEN = "ANKE_DOCS_PICTURES"
# A window at a desk or in a hall is shown smaller than it is, so that it can be read beside the text of a guide.
SHOWN = {OFFICE["viewport"]["width"]: (1120, 760), PROJECTOR["viewport"]["width"]: (1280, 720)}


def keep(page: Page, name: str, *, at: str = "", height: int = 0) -> None:
    """What the window shows as docs/images/<name>.png. at: what is scrolled to first; height: of a window at a desk."""
    keep_picture(page, name)
    if TAKEN not in os.environ:
        return
    size = page.viewport_size
    assert size is not None
    if size["width"] in SHOWN:
        width, usual = SHOWN[size["width"]]
        page.set_viewport_size(ViewportSize(width=width, height=height or usual))
    page.wait_for_load_state("load")
    if at:
        page.locator(at).first.evaluate("one => one.scrollIntoView()")
    page.wait_for_timeout(600)  # what fetches itself has fetched
    _save(Image.open(io.BytesIO(page.screenshot())), name)
    page.set_viewport_size(size)


def keep_sheet(page: Page, address: str, name: str) -> None:
    """The first page of the document at that address, on which whoever has `page` open may read it, as docs/images/<name>.png."""
    if TAKEN in os.environ:
        printed = page.request.get(urljoin(page.url, address)).body()
        _save(pypdfium2.PdfDocument(printed)[0].render(scale=60 / 72).to_pil(), name)


def _save(taken: Image.Image, name: str) -> None:
    taken.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)
