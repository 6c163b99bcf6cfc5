"""The starting question bank that comes with the product."""

from __future__ import annotations

from importlib.resources import files

from lms.quizzes.rules.importing.question import ParsedQuestion
from lms.quizzes.rules.importing.reading import read_questions


def shipped_bank() -> tuple[ParsedQuestion, ...]:
    """Every question of lms/data/question_bank.csv, in its order. Raises ValueError where the file is at fault."""
    reading = read_questions(files("lms").joinpath("data", "question_bank.csv").read_bytes())
    if reading.faults or reading.duplicates:
        raise ValueError(f"question_bank.csv: {[fault.as_dict() for fault in reading.faults]} {reading.duplicates}")
    return reading.questions
