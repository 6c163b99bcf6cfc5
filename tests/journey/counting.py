"""What a journey costs the person on it: every click or tap that does something, and every field filled in, by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page

# Of the trainer's 25 taps that change something, for what does not go as planned (test_not_as_planned.py): a name that was not
# reached, what is odd at the door, somebody else who speaks. An ordinary day does without.
ASIDES = (1, 4, 2)
LEADS = "one => !!one.closest('a, summary')"  # elsewhere, or folds something open; no GET writes


@dataclass
class Step:
    """clicks: on links, buttons and boxes, one each, taps as well. links: of them, those that only lead elsewhere or fold
    something open. fields: typed into or chosen from a list."""

    what: str
    clicks: int = 0
    links: int = 0
    fields: int = 0

    @property
    def changes(self) -> int:
        return self.clicks - self.links


class Hand:
    """The one way a counted walk touches a page. Looking and scrolling cost nothing, nor does an address that was sent to one or
    is open already. Of all its clicks those that change something are known apart: by these the aims count.

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
        self._count(what)
        what.tap() if self.touch else what.click()

    def open_beside(self, link: Locator) -> str:
        """A link to a file, or one that opens in another window: a click; returns the address."""
        self._count(link)
        return str(link.evaluate("link => link.href"))

    def enter(self, what: Locator) -> None:
        """The key at the end of a search, which is its button."""
        self.steps[-1].clicks += 1
        what.press("Enter")

    def scan(self, address: str) -> None:
        """The camera reads a code: a tap opens the address in it."""
        self.steps[-1].clicks += 1
        self.page.goto(address)

    def type_address(self, address: str) -> None:
        """As it is to be read on the wall: a field."""
        self.steps[-1].fields += 1
        self.page.goto(address)

    def fill(self, what: Locator, text: str) -> None:
        self.steps[-1].fields += 1
        what.fill(text)

    def choose(self, what: Locator, value: str) -> None:
        """From a list that opens: a field, and the click that opens it."""
        self.steps[-1].fields += 1
        self.steps[-1].clicks += 1
        what.select_option(value)

    def attach(self, what: Locator, files: list[Path] | list[FilePayload]) -> None:
        """Pick files for a field of files: a field, and the click that opens it."""
        self.steps[-1].fields += 1
        self.steps[-1].clicks += 1
        what.set_input_files(files)

    def _count(self, what: Locator) -> None:
        self.steps[-1].clicks += 1
        self.steps[-1].links += what.evaluate(LEADS)

    @property
    def clicks(self) -> int:
        return sum(step.clicks for step in self.steps)

    @property
    def changes(self) -> int:
        return sum(step.changes for step in self.steps)

    @property
    def fields(self) -> int:
        return sum(step.fields for step in self.steps)

    def account(self) -> str:
        """A line for each step that cost something, and the sum."""
        paid = [step for step in self.steps if step.clicks or step.fields]
        lines = [f"{step.what or 'between'}: {_told(step)}" for step in paid]
        return "\n".join([*lines, f"together: {_told(self)}"])

    def within(self, *, clicks: int, fields: int, changes: int | None = None, steps: Mapping[str, int] | None = None) -> None:
        """Fails, with the account, when the walk cost more than this. changes: of the clicks, those that change something, as
        the aim counts; steps: the same of a step by its name."""
        print(self.account())
        allowed = clicks if changes is None else changes
        assert self.clicks <= clicks and self.fields <= fields, f"more than {clicks} clicks, {fields} fields:\n{self.account()}"
        assert self.changes <= allowed, f"more than {allowed} change something:\n{self.account()}"
        for name, aim in (steps or {}).items():
            taken = [step.changes for step in self.steps if step.what == name]
            assert taken and sum(taken) <= aim, f"{name}: more than {aim} change something:\n{self.account()}"


def _told(what: Step | Hand) -> str:
    return f"{what.clicks} clicks ({what.changes} change something), {what.fields} fields"
