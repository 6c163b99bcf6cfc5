"""What a journey costs the person on it: every click or tap that does something, and every field filled in, by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

ASIDE = 7  # of the trainer's 25 clicks, for what does not go as planned (test_not_as_planned.py); an ordinary day does without


@dataclass
class Step:
    """clicks: on links, buttons and boxes, one each, taps as well. fields: typed into or chosen from a list."""

    what: str
    clicks: int = 0
    fields: int = 0


class Hand:
    """The one way a counted walk touches a page. Looking and scrolling cost nothing, nor does an address that was sent to one or
    is open already. More than the taps that change something, by which the aims count (docs/performance.md, not measured).

    With `touch` it taps, as on a phone.
    """

    def __init__(self, page: Page, *, touch: bool = False) -> None:
        self.page, self.touch = page, touch
        self.steps = [Step("")]

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """What is done inside is told under this name."""
        self.steps.append(Step(what))
        yield self.steps[-1]
        self.steps.append(Step(""))

    def click(self, what: Locator) -> None:
        self.steps[-1].clicks += 1
        what.tap() if self.touch else what.click()

    def scan(self, address: str) -> None:
        """The camera reads a code: a tap opens the address in it."""
        self.steps[-1].clicks += 1
        self.page.goto(address)

    def fill(self, what: Locator, text: str) -> None:
        self.steps[-1].fields += 1
        what.fill(text)

    def choose(self, what: Locator, value: str) -> None:
        """From a list that opens: a field, and the click that opens it."""
        self.steps[-1].fields += 1
        self.steps[-1].clicks += 1
        what.select_option(value)

    def attach(self, what: Locator, files: list[Path]) -> None:
        """Pick files for a field of files: a field, and the click that opens it."""
        self.steps[-1].fields += 1
        self.steps[-1].clicks += 1
        what.set_input_files(files)

    @property
    def clicks(self) -> int:
        return sum(step.clicks for step in self.steps)

    @property
    def fields(self) -> int:
        return sum(step.fields for step in self.steps)

    def account(self) -> str:
        """A line for each step that cost something, and the sum."""
        paid = [step for step in self.steps if step.clicks or step.fields]
        lines = [f"{step.what or 'between'}: {step.clicks} clicks, {step.fields} fields" for step in paid]
        return "\n".join([*lines, f"together: {self.clicks} clicks, {self.fields} fields"])

    def within(self, *, clicks: int, fields: int) -> None:
        """Fails, with the account, when the walk cost more than this."""
        print(self.account())
        assert self.clicks <= clicks and self.fields <= fields, f"more than {clicks} clicks, {fields} fields:\n{self.account()}"
