"""The directory as the resolver sees it (单位名录): printed names and phrases → units, near misses proposed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import Unit, UnitAlias, UnitGroup, UnitGroupMember
from workflow.office.words import Resolution

NEAR_SCORE = 60.0
"""Similarity (0–100) from which a name is proposed; it is never taken without a person."""
NO_UNITS = frozenset({"ca", "registrar"})
"""Names (casefolded) that no unit may bear: the installation's own key files lie under them, beside those of the units."""
_ASKS_OFFICE = re.compile(r"有关|相关")


@dataclass(frozen=True)
class Candidate:
    """A unit that might be meant (候选单位), with its similarity of 0–100."""

    unit_id: int
    name: str
    score: int


@dataclass(frozen=True)
class GroupCandidate:
    """A group that might be meant (候选单位组), with its members and its similarity of 0–100."""

    name: str
    unit_ids: tuple[int, ...]
    score: int


@dataclass(frozen=True)
class Match:
    """What a printed name or phrase stands for (认定结果)."""

    resolution: Resolution
    unit_ids: tuple[int, ...]
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Directory:
    """Names, aliases and groups of the active units, read once."""

    names: Mapping[str, int]
    aliases: Mapping[str, int]
    groups: Mapping[str, tuple[int, ...]]

    def resolve(self, phrase: str, *, is_group: bool) -> Match:
        """Settle one printed name: exactly, by alias or by group; else propose near ones, or give it to the office.

        有关/相关 phrases always ask the office to choose, since nobody else knows who is meant.
        """
        key = squeeze(phrase)
        if key in self.names:
            return Match(Resolution.EXACT, (self.names[key],))
        if key in self.aliases:
            return Match(Resolution.ALIAS, (self.aliases[key],))
        if key in self.groups and not _ASKS_OFFICE.search(key):
            return Match(Resolution.GROUP, self.groups[key])
        if is_group:
            return Match(Resolution.UNKNOWN, ())
        near = self.near(key)
        return Match(Resolution.NEAR if near else Resolution.UNKNOWN, (), near)

    def near(self, phrase: str, limit: int = 3) -> tuple[Candidate, ...]:
        """The most similar units by name or alias, best first."""
        known = {**self.aliases, **self.names}
        by_id = {unit_id: name for name, unit_id in self.names.items()}
        hits = process.extract(phrase, list(known), scorer=fuzz.WRatio, score_cutoff=NEAR_SCORE, limit=limit * 3)
        best: dict[int, Candidate] = {}
        for name, score, _ in hits:
            unit_id = known[name]
            best.setdefault(unit_id, Candidate(unit_id, by_id[unit_id], round(score)))
        return tuple(best.values())[:limit]

    def near_groups(self, phrase: str, limit: int = 3) -> tuple[GroupCandidate, ...]:
        """The most similar groups that have members, best first; never taken without a person."""
        known = [name for name, members in self.groups.items() if members]
        hits = process.extract(squeeze(phrase), known, scorer=fuzz.WRatio, score_cutoff=NEAR_SCORE, limit=limit)
        return tuple(GroupCandidate(name, self.groups[name], round(score)) for name, score, _ in hits)


def squeeze(name: str) -> str:
    """A name without white space and with one form of bracket, as names are compared."""
    return re.sub(r"\s+", "", name).replace("(", "（").replace(")", "）")


def known_names(session: Session) -> list[str]:
    """Names and short names of the active units, for the reader to cut by."""
    names = session.scalars(select(Unit.name).where(Unit.active))
    short = session.scalars(select(UnitAlias.name).join(Unit, Unit.id == UnitAlias.unit_id).where(Unit.active))
    return list(dict.fromkeys(squeeze(name) for name in (*names, *short)))


def load_directory(session: Session) -> Directory:
    """Read the directory of active units."""
    units = session.execute(select(Unit.id, Unit.name).where(Unit.active)).all()
    active = {unit.id for unit in units}
    aliases = session.execute(select(UnitAlias.name, UnitAlias.unit_id)).all()
    members: dict[int, list[int]] = {}
    rows = session.execute(
        select(UnitGroupMember.group_id, UnitGroupMember.unit_id)
        .join(Unit, Unit.id == UnitGroupMember.unit_id)
        .order_by(Unit.position, Unit.id)
    )
    for group_id, unit_id in rows:
        if unit_id in active:
            members.setdefault(group_id, []).append(unit_id)
    groups = session.execute(select(UnitGroup.id, UnitGroup.name)).all()
    return Directory(
        names={squeeze(unit.name): unit.id for unit in units},
        aliases={squeeze(alias.name): alias.unit_id for alias in aliases if alias.unit_id in active},
        groups={squeeze(group.name): tuple(members.get(group.id, ())) for group in groups},
    )
