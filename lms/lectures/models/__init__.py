"""Lectures: planned, notified, held, closed; their sittings, materials and expected people."""

from lms.lectures.models.leave import LeaveLine
from lms.lectures.models.lecture import CALLED_OFF, HELD, Attendee, Lecture, LectureState, Sitting
from lms.lectures.models.lecturer import LecturerMark, LecturerStep, Witness
from lms.lectures.models.library import LibraryItem, LibraryVersion
from lms.lectures.models.material import Material
from lms.lectures.models.photo import Photo, PhotoBand, PhotoMatch
from lms.lectures.models.plans import ChangeKind, FollowUp, PlanChange, team_name
from lms.lectures.models.rendition import Reading, Rendition, RenditionPage, RenditionState
from lms.lectures.models.themes import ThemeWaiver
from lms.lectures.models.upload import Upload, UploadState

__all__ = [
    "CALLED_OFF", "HELD", "Attendee", "ChangeKind", "FollowUp", "LeaveLine", "Lecture", "LectureState",
    "LecturerMark", "LecturerStep", "LibraryItem", "LibraryVersion", "Material", "Photo", "PhotoBand", "PhotoMatch",
    "PlanChange", "Reading", "Rendition", "RenditionPage", "RenditionState", "Sitting", "ThemeWaiver",
    "Upload", "UploadState", "Witness", "team_name",
]  # fmt: skip
