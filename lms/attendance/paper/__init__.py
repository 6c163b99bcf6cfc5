"""The sign-in sheet on paper: printed, and read back from a photo. Both run in a process of their own."""

from lms.attendance.paper.photo import NoCode, NoCorners, Reading, RowSeen, read_photo
from lms.attendance.paper.sheet import Order, sheet_pdf
from lms.core.viewing.scans import NotAPicture, PictureTooBig

__all__ = ["NoCode", "NoCorners", "NotAPicture", "Order", "PictureTooBig", "Reading", "RowSeen", "read_photo", "sheet_pdf"]
