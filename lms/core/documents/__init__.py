"""Documents on paper: HTML in, PDF bytes out. No database, no network, no clock.

A document is a template (`fill`), a style sheet (`style`) and a press that knows the fonts (`press_for`). The press carries
only the characters of its batch, so a certificate is some tens of kilobytes and prints in some tens of milliseconds.
"""

from lms.core.documents.fonts import FontsMissing, MissingCharacters
from lms.core.documents.formes import Kept
from lms.core.documents.pages import colour, fill, style
from lms.core.documents.press import Press, press_for, render_pdf

__all__ = ["FontsMissing", "Kept", "MissingCharacters", "Press", "colour", "fill", "press_for", "render_pdf", "style"]
