"""Where pictures go, and in which form."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
DOCUMENTED = "ANKE_DOCS_PICTURES"  # set while a walk of tests/journey takes pictures for docs/ on its way


def keep(page: Page, name: str, who: str = "trainer") -> None:
    """Keep what the window shows as docs/images/<who>-<name>.png."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(600)  # what fetches itself has fetched
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(96, dither=Image.Dither.NONE).save(IMAGES / f"{who}-{name}.png", optimize=True)
    print(f"docs/images/{who}-{name}.png")
