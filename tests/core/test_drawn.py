"""Parts of pages that are drawn once and filled for each."""

import time
from functools import partial

from lms.core.drawn import Shelf
from tests.waiting import at_once


def test_what_a_hall_wants_at_the_same_moment_is_drawn_once(app):
    shelf, drawn = Shelf("zh"), []

    def draw(marks):
        drawn.append(marks)
        time.sleep(0.05)  # whoever does not wait for it begins to draw, too
        return f"<b>{marks['name']}</b>"

    def want(name):
        return shelf.part("page", ("name",), draw).filled(name=name)

    got = at_once([partial(want, f"第{number}人") for number in range(8)])

    assert len(drawn) == 1
    assert sorted(got) == sorted(f"<b>第{number}人</b>" for number in range(8))


def test_a_part_may_be_made_of_others(app):
    shelf = Shelf("zh")

    def draw(marks):
        return f"<p>{shelf.part('inner', (), lambda marks: '在里面').filled()}</p>"

    outer = shelf.part("outer", (), draw)

    assert outer.filled() == "<p>在里面</p>"
