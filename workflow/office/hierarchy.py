"""Who belongs to whom (隶属关系): a town under its county, a division under its department, to any depth and never in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.directory import squeeze
from workflow.office.models import Unit, UnitAlias
from workflow.record.errors import Invalid, NotInState

NONE = "无"
"""Written in a list for a unit that is under nobody."""


def hold(session: Session) -> None:
    """Let nobody else move units until this is committed: two moves, each right alone, may make a circle together."""
    session.scalars(select(Unit.id).order_by(Unit.id).with_for_update(key_share=True)).all()


def place(session: Session, unit: Unit, above: str, where: str = "") -> bool:
    """Put a unit under the one of this name or alias, under nobody for an empty one; whether that is new.

    Raises Invalid for a name that is none, a unit out of use, or a circle, ``where`` first in the sentence.
    """
    found = _named(session, unit, squeeze(above), where) if squeeze(above) not in ("", NONE) else None
    if unit.parent_id == (found.id if found else None):
        return False
    unit.parent_id = found.id if found else None
    session.flush()
    return True


def refuse_circle(session: Session, unit: Unit, where: str = "") -> None:
    """Refuse a unit that is above itself. Raises Invalid, naming everybody on the way round."""
    way = circle_at(parents_of(session), unit.id)
    if way:
        names = {one.id: one.name for one in session.scalars(select(Unit).where(Unit.id.in_(way)))}
        said = "→".join(names[number] for number in (*way, unit.id))
        raise Invalid(f"{where}「{unit.name}」不能这样隶属：上级单位形成了循环（{said}），请改正上级单位。")


def circle_at(parents: Mapping[int, int | None], start: int) -> list[int]:
    """The way from a unit up to itself; empty where it ends above."""
    way, at = [start], parents.get(start)
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way if at == start else []


def above(parents: Mapping[int, int | None], unit_id: int) -> list[int]:
    """The units above one, the nearest first."""
    found, at = list[int](), parents.get(unit_id)
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found


def below(session: Session, unit_id: int) -> list[Unit]:
    """The units in use directly under one, in the directory's order."""
    under = select(Unit).where(Unit.parent_id == unit_id, Unit.active).order_by(Unit.position, Unit.id)
    return list(session.scalars(under))


def refuse_active(session: Session, unit: Unit, active: bool) -> None:
    """Nobody in use stands under a unit that is not. Raises NotInState, saying who does and how to mend it."""
    under = [] if active else below(session, unit.id)
    if under:
        named = "、".join(one.name for one in under[:5]) + ("等" if len(under) > 5 else "")
        raise NotInState(
            f"{unit.name}还有 {len(under)} 个在用的下级单位（{named}），请先把它们改划到其他单位，"
            "可在名录文件的「上级单位」栏一次改好后导入。"
        )
    if active and unit.parent is not None and not unit.parent.active:
        raise NotInState(f"{unit.name}的上级单位{unit.parent.name}已停用，请先改划上级单位，再启用。")


def misplaced(session: Session) -> Iterator[str]:
    """What the directory's order cannot be, one sentence each."""
    parents = parents_of(session)
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    for number, unit in units.items():
        if circle_at(parents, number):
            yield f"单位「{unit.name}」的上级单位形成了循环"
        over = parents[number]
        if over is not None and unit.active and not units[over].active:
            yield f"单位「{unit.name}」在用，而它的上级单位「{units[over].name}」已停用"


def _named(session: Session, unit: Unit, name: str, where: str) -> Unit:
    found = session.scalars(select(Unit).where(Unit.name == name)).first()
    if found is None:
        alias = session.scalars(select(UnitAlias).where(UnitAlias.name == name)).first()
        found = alias.unit if alias else None
    if found is None:
        raise Invalid(f"{where}「{unit.name}」的上级单位「{name}」不在单位名录里，请改正，或先补上这个单位。")
    if not found.active and unit.parent_id != found.id:
        raise Invalid(f"{where}「{unit.name}」的上级单位{found.name}已停用，请改填在用的单位。")
    return found


def parents_of(session: Session) -> dict[int, int | None]:
    """Under whom every unit is."""
    return {row.id: row.parent_id for row in session.execute(select(Unit.id, Unit.parent_id))}
