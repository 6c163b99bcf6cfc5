"""What is wrong with a page for whoever reads English: wider than its window, a button cut, a word of ours left in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page, ViewportSize

from tests.browser import overflow

CATALOGUE = Path("lms/translations/en/LC_MESSAGES/messages.po")
# Kept with a record, in the words of the law or of whoever wrote them, and shown as they are kept.
KEPT = {
    "请点一下：我在", "3 号会议室", "一人一档", "安全生产法第二十八条", "[考核 {成绩} 分，合格，]",
}  # fmt: skip
# Another page in place of this one, with the styles that are there: loaded anew it would take ten times as long.
READ = """page => {
  const read = new DOMParser().parseFromString(page, "text/html");
  document.documentElement.lang = read.documentElement.lang;
  document.body.innerHTML = read.body.innerHTML;
}"""
# What is pressed and does not show all that stands on it: it is wider inside than outside, or leaves a box that cuts it off.
CUT = """() => [...document.querySelectorAll("a.btn, button, summary, .chip, .nav-link, .badge")].filter((one) => {
  if (!one.checkVisibility()) return false;
  if (getComputedStyle(one).display !== "inline" && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1) return true;
  const { left, right } = one.getBoundingClientRect();
  for (let box = one.parentElement; box; box = box.parentElement) {
    const way = getComputedStyle(box).overflowX, edge = box.getBoundingClientRect();
    if (way === "auto" || way === "scroll") return false;
    if (way !== "visible" && edge.width > 1 && (right > edge.right + 1 || left < edge.left - 1)) return true;
  }
  return false;
}).map((one) => one.innerText.trim() || one.outerHTML.slice(0, 120))"""
SAID = """() => {
  const said = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (!texts.currentNode.parentElement.closest("script, style")) said.push(texts.currentNode.data);
  for (const name of ["title", "aria-label", "placeholder", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
  return said.map((one) => one.trim());
}"""


def faults_in_english(page: Page, english: str, sizes: Iterable[ViewportSize]) -> list[str]:
    """The faults of a page in these windows once it stands there in English, where it is left."""
    page.evaluate(READ, english)
    faults = [f"left in Chinese: {one}" for one in sorted(words() & set(page.evaluate(SAID)))]
    for size in sizes:
        page.set_viewport_size(size)
        if wide := overflow(page):
            faults.append(f"{wide} px too wide in English at {size['width']}")
        faults += [f"cut in English at {size['width']}: {one}" for one in page.evaluate(CUT)]
    return faults


@cache
def words() -> set[str]:
    """Every text of ours that English says in other letters, but what is kept as it is."""
    with CATALOGUE.open("rb") as file:
        return {str(one.id) for one in read_po(file) if one.id and not str(one.id).isascii() and one.id != one.string} - KEPT
