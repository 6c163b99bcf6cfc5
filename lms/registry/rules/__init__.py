"""Pure rules of the registry: numbers and names of people and firms, and what their lists say."""

from lms.registry.rules.dates import read_date
from lms.registry.rules.enterprises import EnterprisesReading, ListedEnterprise, read_enterprises
from lms.registry.rules.identifiers import Wrong, born_on, read_id_number, read_phone, read_uscc, sex_of, uscc_check
from lms.registry.rules.names import read_name, tidy, visible
from lms.registry.rules.roster import OTHER_STAFF, RosterPerson, RosterReading, read_roster
from lms.registry.rules.rows import Duplicate, Fault, Ignored, Overrides

__all__ = [
    "OTHER_STAFF",
    "Duplicate",
    "EnterprisesReading",
    "Fault",
    "Ignored",
    "ListedEnterprise",
    "Overrides",
    "RosterPerson",
    "RosterReading",
    "Wrong",
    "born_on",
    "read_date",
    "read_enterprises",
    "read_id_number",
    "read_name",
    "read_phone",
    "read_roster",
    "read_uscc",
    "sex_of",
    "tidy",
    "uscc_check",
    "visible",
]
