"""Lectures: planned, notified, held, closed; their sittings, materials and expected people."""

from lms.lectures.models.lecture import Attendee, Lecture, LectureState, Sitting
from lms.lectures.models.material import Material

__all__ = ["Attendee", "Lecture", "LectureState", "Material", "Sitting"]
