"""Questions out of the files people have: tables, pasted text, Aiken, GIFT, Moodle XML, QTI packages."""

from lms.quizzes.rules.importing.bank import shipped_bank
from lms.quizzes.rules.importing.question import ParsedQuestion, stem_text
from lms.quizzes.rules.importing.reading import QuestionsReading, read_questions

__all__ = ["ParsedQuestion", "QuestionsReading", "read_questions", "shipped_bank", "stem_text"]
