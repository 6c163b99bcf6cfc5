"""The tree of jurisdictions: where each lies, and who is responsible for it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

Accounts = Mapping[str, Set[tuple[UUID, str]]]  # (id, name) of those that supervise a jurisdiction, by its code


@dataclass(frozen=True, slots=True)
class Node:
    """A jurisdiction by codes. manager: the functional area that is responsible for it instead of what it lies in."""

    parent: str | None
    manager: str | None = None


class Place(NamedTuple):
    """Codes from the top, each ended by a slash. managed: by responsibility, None where that is the same."""

    path: str
    managed: str | None


class Loop(ValueError):
    """A jurisdiction would lie in itself, or be its own manager's manager. Its argument: the code of one that would."""


def places(nodes: Mapping[str, Node]) -> dict[str, Place]:
    """Where everything lies. Of several managers on the way up the nearest counts, and who answers for it. Raises Loop."""
    paths: dict[str, str] = {}
    for code in nodes:
        way = []
        at: str | None = code
        while at is not None and at not in paths:
            if at in way:
                raise Loop(at)
            way.append(at)
            at = nodes[at].parent if at in nodes else None
        for step in reversed(way):
            parent = nodes[step].parent
            paths[step] = (paths.get(parent, "") if parent else "") + step + "/"
    return {code: Place(path, _managed(nodes, paths, code, ())) for code, path in paths.items()}


def reached_no_more(before: Place, after: Place, accounts: Accounts, then: Accounts) -> set[str]:
    """Names of officers who reached a place where it lay and do not where it will. By account: another place has its own 李强.

    A name that has no account is none of them: who has one is known, who works is not.
    """
    once = over(before, accounts)
    return {name for _account, name in once} - {name for _account, name in once & over(after, then)}


def who_left(place: Place, accounts: Accounts, once: Accounts) -> set[str]:
    """Names of officers who supervised a place once, while nobody of the name does. once: the accounts that have ended."""
    return {name for _account, name in over(place, once)} - {name for _account, name in over(place, accounts)}


def namesakes(where: Iterable[Place], accounts: Accounts) -> set[tuple[str, UUID, UUID]]:
    """(name, one account, another) of those of one name who both supervise one of these places: an enterprise there, which names
    its officer, does not tell whose it is.
    """
    found = set()
    for place in where:
        by_name = defaultdict(set)
        for account, name in over(place, accounts):
            by_name[name].add(account)
        found |= {(name, *pair) for name, ids in by_name.items() for pair in combinations(sorted(ids), 2)}
    return found


def over(place: Place, accounts: Accounts) -> set[tuple[UUID, str]]:
    """Those of the accounts that supervise a place, in either line."""
    codes = f"{place.path}{place.managed or ''}".split("/")
    return set().union(*(accounts.get(code, ()) for code in codes))


def _managed(nodes: Mapping[str, Node], paths: Mapping[str, str], code: str, answering: tuple[str, ...]) -> str | None:
    """By responsibility: below the manager, wherever responsibility for that one lies. answering: those on the way here."""
    rest, at = "", code
    while True:
        node = nodes[at]
        rest = f"{at}/{rest}"
        if node.manager and node.manager in paths:
            if at in answering or f"/{at}/" in f"/{paths[node.manager]}":
                raise Loop(at)  # what lies in it, or it is responsible for, cannot be responsible for it
            above = _managed(nodes, paths, node.manager, (*answering, at))
            return (above or paths[node.manager]) + rest
        if node.parent is None or node.parent not in nodes:
            return None
        at = node.parent
