"""A question of every kind, and a picture to look for hazards in."""

from __future__ import annotations

import io

from PIL import Image

from lms.quizzes.rules import Body, Picture, Place
from lms.quizzes.rules.importing import ParsedQuestion

TOPIC = "各种题型"
PLACES = (Place("坑口没有盖板", ((0.05, 0.1), (0.25, 0.35))), Place("电线破皮", ((0.6, 0.6), (0.9, 0.6), (0.75, 0.9))))


def photograph(width: int = 800, height: int = 600) -> bytes:
    """A JPEG with something in it."""
    picture = Image.effect_mandelbrot((width, height), (-2.2, -1.2, 0.8, 1.2), 50).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def every_kind(sha256: str) -> list[ParsedQuestion]:
    """sha256: of photograph(), in the store."""
    steps = {"A": "先通风", "B": "再检测", "C": "后作业"}
    bodies = {
        "有限空间作业前第一步做什么？": Body("single", {"A": "通风", "B": "作业"}, ("A",)),
        "哪些要持证上岗？": Body("multiple", {"A": "电工", "B": "焊工", "C": "前台"}, ("A", "B")),
        "可以用氧气给有限空间通风。": Body("judge", answer=("false",)),
        "火警电话____，急救电话____。": Body("fill", blanks=(("119", "一一九"), ("120",))),
        "有限空间作业的先后是什么？": Body("order", steps, ("A", "B", "C")),
        "安全色各表示什么？": Body("match", {"A": "禁止", "B": "警告", "C": "指令"}, ("A", "B"), prompts=("红色", "黄色")),
        "图里有哪些隐患？": Body("picture", picture=Picture(sha256, 800, 600, "车间一角"), places=PLACES),
        "同伴在罐里晕倒，您怎么做？": Body("text", guide="呼救，不盲目下去"),
    }
    return [ParsedQuestion(n, stem, body, topic=TOPIC) for n, (stem, body) in enumerate(bodies.items(), 1)]
