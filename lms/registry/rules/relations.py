"""Whose people somebody is (用工形式): four groups that are counted apart and together are everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

OWN = "本单位"
RELATIONS = (OWN, "劳务派遣", "相关方", "实习生")


def by_relation(relations: Iterable[str | None]) -> dict[str, int]:
    """How many people of each group, all four of them, in their order; the sum is always the number of people.

    relations: one per person; what is not known or not one of the four counts as the enterprise's own.
    """
    found = Counter(relation if relation in RELATIONS else OWN for relation in relations)
    return {relation: found[relation] for relation in RELATIONS}
