"""Completion → hours → certificate, and how a certificate is to look."""

from lms.credentials.models.awards import Award
from lms.credentials.models.carried import CarriedRecord
from lms.credentials.models.records import (
    Certificate,
    Completion,
    CompletionChange,
    EnteredTraining,
    HoursCycle,
    HoursKind,
    HoursLine,
    SerialCounter,
    TrainingKind,
)
from lms.credentials.models.retraining import Authority, Occasion, TrainingDemand, WorkPermit
from lms.credentials.models.templates import CertificateDesign, CertificateTemplate

__all__ = [
    "Authority",
    "Award",
    "CarriedRecord",
    "Certificate",
    "CertificateDesign",
    "CertificateTemplate",
    "Completion",
    "CompletionChange",
    "EnteredTraining",
    "HoursCycle",
    "HoursKind",
    "HoursLine",
    "Occasion",
    "SerialCounter",
    "TrainingDemand",
    "TrainingKind",
    "WorkPermit",
]
