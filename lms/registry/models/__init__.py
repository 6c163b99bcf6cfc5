"""Jurisdictions, enterprises, departments, people; what changes about them is a dated line, never an overwrite."""

from lms.registry.models.draws import Drawn
from lms.registry.models.enterprises import (
    LONGEST_CODE,
    Enterprise,
    EnterpriseKind,
    EnterprisePast,
    EnterpriseState,
    EnterpriseStateChange,
    EnterpriseTransfer,
    HeadAppointment,
    OfEnterprise,
    TransferState,
)
from lms.registry.models.imports import ImportBatch, ImportKind
from lms.registry.models.jurisdictions import (
    OWN_PLACE,
    ChangeKind,
    Jurisdiction,
    JurisdictionChange,
    JurisdictionPast,
    around,
    charge_of,
    in_own_charge,
    within,
)
from lms.registry.models.people import GOES_WITH_PERSON, Department, Person, PersonPost

__all__ = [
    "GOES_WITH_PERSON", "LONGEST_CODE", "OWN_PLACE", "ChangeKind", "Department", "Drawn", "Enterprise", "EnterpriseKind",
    "EnterprisePast",
    "EnterpriseState", "EnterpriseStateChange", "EnterpriseTransfer", "HeadAppointment", "ImportBatch", "ImportKind",
    "Jurisdiction", "JurisdictionChange", "JurisdictionPast", "OfEnterprise", "Person", "PersonPost", "TransferState",
    "around", "charge_of", "in_own_charge", "within",
]  # fmt: skip
