"""Files as pictures that any phone shows without a download: pages of a PDF, slides and documents through LibreOffice, photos.

What was uploaded is opened only in processes of their own, with a limit of memory and time: a broken or hostile file ends
its process and nothing else.
"""

from lms.core.viewing.office import office_program, to_pdf
from lms.core.viewing.pages import Picture, Seen, look_at, pictures, words_of
from lms.core.viewing.problems import CannotShow, NoOffice

__all__ = ["CannotShow", "NoOffice", "Picture", "Seen", "look_at", "office_program", "pictures", "to_pdf", "words_of"]
