"""The directory as it was (某时名录): what every unit was called then, and whether it was in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.office.events import UNIT_ACTIVE, UNIT_SAVED, UNITS_IMPORTED, UnitActive, UnitSaved, UnitsImported
from workflow.office.models import Unit
from workflow.office.words import UnitKind
from workflow.record.asof import last_by
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent

KINDS = (UNITS_IMPORTED, UNIT_SAVED, UNIT_ACTIVE)


@dataclass(frozen=True)
class UnitThen:
    """A unit at a moment (某时单位)."""

    id: int
    name: str
    kind: UnitKind
    active: bool
    aliases: tuple[str, ...]
    position: int
    """Its place in the directory, which it keeps for good."""
    parent_id: int | None
    """The unit it belonged to."""

    @property
    def short(self) -> str:
        """The shortest of its names; the printed one where none is shorter."""
        return min((self.name, *self.aliases), key=len)


def units_at(session: Session, at: datetime) -> dict[int, UnitThen]:
    """Every unit that there was at a moment, in directory order; one of which no event speaks stands as it is stored."""
    then, spoken_of = _told(session, last_by(session, at))
    found = {}
    for unit in session.scalars(_STORED):
        if unit.id in spoken_of and unit.id not in then:
            continue  # it joined later
        found[unit.id] = _as_told(unit, then.get(unit.id, {}))
    return found


def units_now(session: Session, only: Collection[int]) -> dict[int, UnitThen]:
    """These units as they stand, in directory order: of a province's thousands, those that a page shows."""
    return {unit.id: _as_told(unit, {}) for unit in session.scalars(_STORED.where(Unit.id.in_(only)))}


_STORED = select(Unit).options(selectinload(Unit.aliases)).order_by(Unit.position, Unit.id)


def _as_told(unit: Unit, said: Mapping[str, Any]) -> UnitThen:
    """A unit as it is stored, but for what is said of it."""
    names = [alias.name for alias in unit.aliases]
    row = {name: getattr(unit, name) for name in ("name", "kind", "active", "parent_id")} | {"aliases": names}
    told: dict[str, Any] = {**row, **said}
    return UnitThen(
        id=unit.id,
        name=told["name"],
        kind=UnitKind(told["kind"]),
        active=told["active"],
        aliases=tuple(told["aliases"]),
        position=unit.position,
        parent_id=told["parent_id"],
    )


def _told(session: Session, upto: int) -> tuple[dict[int, dict[str, Any]], set[int]]:
    """What events had said of each unit by then, and of which units any event ever speaks."""
    then: dict[int, dict[str, Any]] = {}
    spoken_of = set()
    events = select(AuditEvent.seq, AuditEvent.kind, AuditEvent.data).order_by(AuditEvent.seq)
    for seq, kind, data in session.execute(events.where(AuditEvent.kind.in_(kind.name for kind in KINDS))):
        for said in _said(kind_of(kind).read(data)):
            spoken_of.add(said.unit_id)
            if seq <= upto:
                known = then.setdefault(said.unit_id, {"active": True, "parent_id": None})
                known.update(said.said("name", "kind", "aliases", "active", "parent_id"))
    return then, spoken_of


def _said(data: UnitsImported | UnitSaved | UnitActive) -> Iterable[UnitSaved | UnitActive]:
    """The units of one event."""
    return data.units or () if isinstance(data, UnitsImported) else (data,)
