"""Questions into the files that other platforms read: Moodle XML, GIFT, Aiken, QTI 2.2, Excel.

Nothing is handed out that has not been read back: what a format does not bring back as it was is left out and named.
"""

from lms.quizzes.rules.exporting.writing import FORMATS, Export, Format, Left, export

__all__ = ["FORMATS", "Export", "Format", "Left", "export"]
