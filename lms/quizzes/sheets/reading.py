"""Which paper a photo shows."""

from __future__ import annotations

import io
import pickle
import re
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid
from lms.core.viewing.scans import codes_on, pictures_of

ADDRESS = re.compile(r"/quiz-sheets/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
LARGEST_SIDE = 1800  # pixels of a kept picture: handwriting of 3 mm can be read
Seen = tuple[UUID | None, bytes]


class NoCode(Invalid):
    code = "quiz-photo-no-code"
    sentence = _l("照片里没有认出答卷上的二维码。请在亮处对准第一页拍清楚，再传一次，一张答卷一张照片。")


def read_photo(content: bytes) -> bytes:
    """(paper or None, JPEG) of a photo or of each page of a scan, pickled. Made for lms.core.documents.apart.

    Raises lms.core.viewing.scans.NotAPicture, PictureTooBig.
    """
    seen: list[Seen] = []
    for picture in pictures_of(content):
        found = next((hit for text, _corners in codes_on(picture) if (hit := ADDRESS.search(text))), None)
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        kept = io.BytesIO()
        picture.save(kept, "JPEG", quality=78)
        seen.append((UUID(found[1]) if found else None, kept.getvalue()))
    return pickle.dumps(seen)
