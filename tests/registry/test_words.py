"""What is kept in the source language and shown in the reader's."""

from lms.compliance.situation.forms import CATEGORIES as ACCIDENTS
from lms.credentials.rules.hours import NEW_STAFF
from lms.registry.rules.places import DISTRICTS, STREET, VILLAGE
from lms.registry.rules.relations import RELATIONS
from lms.registry.rules.synonyms import CATEGORIES, INDUSTRIES
from lms.registry.rules.synonyms import RELATIONS as WRITTEN
from lms.registry.words import LISTED


def test_every_category_industry_relation_level_sex_and_kind_of_accident_has_words_for_other_readers_and_nothing_else_has():
    of_people = {*CATEGORIES, NEW_STAFF, *RELATIONS, "男", "女"}
    levels = {"省", "市", *DISTRICTS, STREET, VILLAGE}
    assert LISTED.keys() == of_people | {*INDUSTRIES, *ACCIDENTS} | levels
    assert tuple(WRITTEN) == RELATIONS
