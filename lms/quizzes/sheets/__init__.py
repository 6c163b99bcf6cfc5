"""A quiz on paper: printed, and its photos read. Both run in a process of their own."""

from lms.quizzes.sheets.printing import Batch, PrintedQuestion, PrintedSheet, Told, sheets_pdf
from lms.quizzes.sheets.reading import NoCode, read_photo

__all__ = ["Batch", "NoCode", "PrintedQuestion", "PrintedSheet", "Told", "read_photo", "sheets_pdf"]
