"""Reads of compliance. Sums are read from standings alone; only standings are worked out from lectures."""

from lms.compliance.queries.crossing import DIMENSIONS, crossed, growth
from lms.compliance.queries.facts import facts_of, open_lines, streets, touched_by, unfinished, versions_of
from lms.compliance.queries.figures import (
    Figures,
    Heading,
    Row,
    chips,
    choices,
    coverage,
    figures,
    industry_order,
    matrix,
    places,
    rows_of,
)
from lms.compliance.queries.lists import Marked, enterprise_ids, first_to_see, listed, marked, number_of, page
from lms.compliance.queries.metrics import METRICS, met
from lms.compliance.queries.reasons import reasons_of
from lms.compliance.queries.report import bureau_of, cut_off, enterprise_lines, exempt_words, summary, terms_of
from lms.compliance.queries.scope import SIZES, Scope, areas, crumbs, find_jurisdiction, scope_for
from lms.compliance.queries.words import metric_words, narrowed_words, rule_lines, size_words, standings_told, state_words

__all__ = [
    "DIMENSIONS",
    "METRICS",
    "SIZES",
    "Figures",
    "Heading",
    "Marked",
    "Row",
    "Scope",
    "areas",
    "bureau_of",
    "chips",
    "choices",
    "coverage",
    "crossed",
    "crumbs",
    "cut_off",
    "enterprise_ids",
    "enterprise_lines",
    "exempt_words",
    "facts_of",
    "figures",
    "find_jurisdiction",
    "first_to_see",
    "growth",
    "industry_order",
    "listed",
    "marked",
    "matrix",
    "met",
    "metric_words",
    "narrowed_words",
    "number_of",
    "open_lines",
    "page",
    "places",
    "reasons_of",
    "rows_of",
    "rule_lines",
    "scope_for",
    "size_words",
    "standings_told",
    "state_words",
    "streets",
    "summary",
    "terms_of",
    "touched_by",
    "unfinished",
    "versions_of",
]
