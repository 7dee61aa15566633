"""Keeping the directory of units (单位名录): imported from a list, kept on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.office import hierarchy
from workflow.office.directory import NO_UNITS, squeeze
from workflow.office.events import (
    GROUP_SAVED,
    UNIT_ACTIVE,
    UNIT_SAVED,
    UNITS_IMPORTED,
    GroupSaved,
    UnitActive,
    UnitSaved,
    UnitsImported,
)
from workflow.office.models import Unit, UnitAlias, UnitGroup, User
from workflow.office.permissions import Permission, may
from workflow.office.words import UnitKind
from workflow.record import audit
from workflow.record.errors import Duplicate, Forbidden, Invalid
from workflow.record.published import UnitRow
from workflow.record.text import clean_line


@dataclass(frozen=True)
class Imported:
    """What an import changed (导入结果)."""

    added: int
    changed: int
    groups: int


def import_units(session: Session, rows: Sequence[UnitRow], *, by: User | None, at: datetime) -> Imported:
    """Add and update units, aliases and groups from a list, all or nothing. ``by=None`` is the first set-up.

    Existing units keep their id; aliases and memberships are added, never taken away, and an empty unit above changes
    nothing. Raises Invalid naming the line.
    """
    _ask(by)
    if not rows:
        raise Invalid("名录里没有任何单位；第一行应为表头：名称、类别、简称、所属组、上级单位。")
    rows = [_tidied(row) for row in rows]
    _refuse_twins(rows)
    hierarchy.hold(session)
    units = {unit.name: unit for unit in session.scalars(select(Unit))}
    groups = {group.name: group for group in session.scalars(select(UnitGroup))}
    known_units, known_groups, changed = set(units), len(groups), set[str]()
    for row in rows:
        kind, unit = _kind(row), units.get(row.name)
        _refuse_kept(row.name, f"第 {row.line} 行：")
        if unit is None:
            unit = units[row.name] = Unit(name=row.name, kind=kind, position=_next(session))
            session.add(unit)
        elif unit.kind is not kind:
            unit.kind = kind
            changed.add(row.name)
        session.flush()
        for alias in row.aliases:
            _alias(session, unit, alias, f"第 {row.line} 行：")
        _join(session, unit, row, groups)
    changed |= _place(session, rows, units)
    done = Imported(len(units) - len(known_units), len(changed & known_units), len(groups) - known_groups)
    brought = UnitsImported(**asdict(done), units=[_told(units[row.name]) for row in rows])
    audit.record(session, UNITS_IMPORTED, brought, subject=None, by=by, at=at)
    return done


def _join(session: Session, unit: Unit, row: UnitRow, groups: dict[str, UnitGroup]) -> None:
    for name in row.groups:
        group = groups.setdefault(name, UnitGroup(name=name))
        session.add(group)
        if unit not in group.members:
            group.members.append(unit)


def _place(session: Session, rows: Sequence[UnitRow], units: Mapping[str, Unit]) -> set[str]:
    """Put every unit under the one that its line names, once all of them are there; who moved."""
    session.flush()
    where = {row.name: f"第 {row.line} 行：" for row in rows}
    moved = {
        row.name
        for row in rows
        if row.parent and hierarchy.place(session, units[row.name], row.parent, where[row.name])
    }
    for row in rows:
        if row.name in moved:
            hierarchy.refuse_circle(session, units[row.name], where[row.name])
    return moved


def _told(unit: Unit) -> UnitSaved:
    aliases = [alias.name for alias in unit.aliases]
    return UnitSaved(unit_id=unit.id, name=unit.name, kind=unit.kind, aliases=aliases, parent_id=unit.parent_id)


def save_unit(
    session: Session, unit: Unit | None, *, name: str, kind: UnitKind, aliases: Iterable[str], by: User, at: datetime,
    above: str | None = None,
) -> Unit:  # fmt: skip
    """Add a unit or set its name, kind, aliases and the unit ``above`` it: by name or alias, empty for none, None as it is.

    Raises Invalid, for a circle as well, or Duplicate.
    """
    _ask(by)
    name = _name(name)
    if not name:
        raise Invalid("请填写单位名称。")
    _refuse_kept(name, "")
    twin = session.scalars(select(Unit).where(Unit.name == name)).first()
    if twin is not None and twin is not unit:
        raise Duplicate(f"单位名录里已经有{name}。")
    if unit is None:
        unit = Unit(name=name, kind=kind, position=_next(session))
        session.add(unit)
    unit.name, unit.kind = name, kind
    session.flush()
    wanted = [_name(alias) for alias in aliases if alias.strip()]
    for alias in list(unit.aliases):
        if alias.name not in wanted:
            session.delete(alias)
            unit.aliases.remove(alias)
    for alias_name in wanted:
        _alias(session, unit, alias_name, "")
    if above is not None:
        hierarchy.hold(session)
        if hierarchy.place(session, unit, above):
            hierarchy.refuse_circle(session, unit)
    told = _told(unit).model_copy(update={"aliases": wanted})
    audit.record(session, UNIT_SAVED, told, subject=unit.id, by=by, at=at)
    return unit


def set_unit_active(session: Session, unit: Unit, active: bool, *, by: User, at: datetime) -> None:
    """Take a unit out of use or back into it; its past stays. Raises NotInState while units in use are under it."""
    _ask(by)
    hierarchy.hold(session)
    hierarchy.refuse_active(session, unit, active)
    unit.active = active
    told = UnitActive(unit_id=unit.id, name=unit.name, active=active)
    audit.record(session, UNIT_ACTIVE, told, subject=unit.id, by=by, at=at)


def save_group(
    session: Session, group: UnitGroup | None, *, name: str, unit_ids: Sequence[int], by: User, at: datetime
) -> UnitGroup:
    """Add a group or set its name and members; published ledgers keep the members they froze."""
    _ask(by)
    name = _name(name)
    if not name:
        raise Invalid("请填写单位组名称，例如：各县（区）人民政府。")
    twin = session.scalars(select(UnitGroup).where(UnitGroup.name == name)).first()
    if twin is not None and twin is not group:
        raise Duplicate(f"已经有单位组「{name}」。")
    if group is None:
        group = UnitGroup(name=name)
        session.add(group)
    group.name = name
    group.members = list(session.scalars(select(Unit).where(Unit.id.in_(unit_ids))))
    session.flush()
    told = GroupSaved(group_id=group.id, name=name, members=[unit.name for unit in group.members])
    audit.record(session, GROUP_SAVED, told, subject=None, by=by, at=at)
    return group


def _name(typed: str) -> str:
    """A name as it is kept, from whichever door. Raises Invalid."""
    return squeeze(clean_line(typed, limit=120))


def _tidied(row: UnitRow) -> UnitRow:
    try:
        aliases, groups = (tuple(filter(None, map(_name, names))) for names in (row.aliases, row.groups))
        return replace(row, name=_name(row.name), aliases=aliases, groups=groups, parent=_name(row.parent))
    except Invalid as refused:
        raise Invalid(f"第 {row.line} 行：{refused.message}") from None


def _kind(row: UnitRow) -> UnitKind:
    if not row.name:
        raise Invalid(f"第 {row.line} 行没有单位名称，请补上后重新导入。")
    for kind in UnitKind:
        if row.kind in (kind.word, kind.value):
            return kind
    words = "、".join(kind.word for kind in UnitKind)
    raise Invalid(f"第 {row.line} 行「{row.name}」的类别是「{row.kind}」，应为：{words}。")


def _refuse_kept(name: str, where: str) -> None:
    if name.casefold() in NO_UNITS:
        raise Invalid(f"{where}「{name}」是本系统自用密钥的名称，不能作单位名称，请写单位全称。")


def _refuse_twins(rows: Sequence[UnitRow]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.name in seen:
            raise Invalid(f"第 {row.line} 行的「{row.name}」与第 {seen[row.name]} 行重复，请删去一行后重新导入。")
        seen[row.name] = row.line


def _alias(session: Session, unit: Unit, name: str, where: str) -> None:
    taken = session.scalars(select(UnitAlias).where(UnitAlias.name == name)).first()
    if taken is not None and taken.unit_id != unit.id:
        raise Duplicate(f"{where}简称「{name}」已属于{taken.unit.name}，一个简称只能属于一个单位。")
    if taken is None:
        unit.aliases.append(UnitAlias(name=name))
        session.flush()


def _next(session: Session) -> int:
    return (session.scalars(select(func.max(Unit.position))).one() or 0) + 1


def _ask(by: User | None) -> None:
    if by is not None and not may(by, Permission.DIRECTORY):
        raise Forbidden("只有办公室可以维护单位名录。")
