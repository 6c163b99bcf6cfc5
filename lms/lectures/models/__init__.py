"""Lectures: planned, notified, held, closed; their sittings, materials and expected people."""

from lms.lectures.models.lecture import Attendee, Lecture, LectureState, Sitting
from lms.lectures.models.library import LibraryItem, LibraryVersion
from lms.lectures.models.material import Material
from lms.lectures.models.photo import Photo, PhotoMatch
from lms.lectures.models.rendition import Reading, Rendition, RenditionPage, RenditionState
from lms.lectures.models.upload import Upload, UploadState

__all__ = [
    "Attendee", "Lecture", "LectureState", "LibraryItem", "LibraryVersion", "Material", "Photo", "PhotoMatch",
    "Reading", "Rendition", "RenditionPage", "RenditionState", "Sitting", "Upload", "UploadState",
]  # fmt: skip
