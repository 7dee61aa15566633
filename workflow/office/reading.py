"""Accounts and units in pages (账号、单位列表)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.office.failures import WINDOW, login_key
from workflow.office.models import PasswordReset, Unit, UnitGroup, User, WrongPassword
from workflow.office.resetting import LIVES
from workflow.record.errors import Invalid
from workflow.record.finding import spellings
from workflow.record.text import clean_line

PAGE = 50
UNITS = 200
"""Units of one page for programs: most offices are told all of theirs at once."""
LISTED = ("名称", "类别", "简称", "所属组", "上级单位")
"""The head of a directory as a list, as the import reads it."""


@dataclass(frozen=True)
class Branch:
    """A unit in the tree (机构树)."""

    id: int
    name: str
    depth: int
    people: int
    """Active accounts of the unit itself."""


def tree_of_units(session: Session) -> list[Branch]:
    """Every unit that is in use or has people, each after the one it belongs to, in the directory's order."""
    seated = select(User.unit_id, func.count()).where(User.active).group_by(User.unit_id)
    counts = {row[0]: row[1] for row in session.execute(seated)}
    rows = session.execute(select(Unit.id, Unit.name, Unit.parent_id, Unit.active).order_by(Unit.position, Unit.id))
    shown = {row.id: row for row in rows if row.active or row.id in counts}
    under: dict[int | None, list[int]] = {}
    for number, row in shown.items():
        under.setdefault(row.parent_id if row.parent_id in shown else None, []).append(number)
    found = list[Branch]()
    rest = [(number, 0) for number in reversed(under.get(None, []))]
    while rest:
        number, depth = rest.pop()
        found.append(Branch(number, shown[number].name, depth, counts.get(number, 0)))
        rest += [(child, depth + 1) for child in reversed(under.get(number, []))]
    return found


def page_people(session: Session, *, search: str, after: str, unit_id: int | None = None) -> tuple[list[User], bool]:
    """Accounts by login name with unit and desks, of one unit where it is named, and whether there are more."""
    wanted = select(User).where(User.login > after).options(selectinload(User.unit), selectinload(User.role_rows))
    if unit_id is not None:
        wanted = wanted.where(User.unit_id == unit_id)
    if search:
        units = select(Unit.id).where(Unit.name.contains(search, autoescape=True))
        words = (column.contains(search, autoescape=True) for column in (User.login, User.name))
        wanted = wanted.where(or_(*words, User.unit_id.in_(units)))
    found = list(session.scalars(wanted.order_by(User.login).limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def page_units(session: Session, *, after: int | None) -> tuple[list[Unit], int | None]:
    """A page of the directory in its order, and after which unit the next one begins, if there is one."""
    wanted = select(Unit).options(selectinload(Unit.aliases))
    if after is not None:
        last = select(Unit.position, Unit.id).where(Unit.id == after).scalar_subquery()
        wanted = wanted.where(tuple_(Unit.position, Unit.id) > last)
    found = list(session.scalars(wanted.order_by(Unit.position, Unit.id).limit(UNITS + 1)))
    return found[:UNITS], found[UNITS - 1].id if len(found) > UNITS else None


def choices_of_units(session: Session) -> list[tuple[int, str]]:
    """Active units in the directory's order, for a choice."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.position, Unit.id))
    return [(row.id, row.name) for row in rows]


def named_units(session: Session) -> list[tuple[str, str]]:
    """Active units in the directory's order as (name, what else finds it): short names, and first letters of either."""
    wanted = select(Unit).where(Unit.active).options(selectinload(Unit.aliases)).order_by(Unit.position, Unit.id)
    return [(unit.name, " ".join(_also(unit))) for unit in session.scalars(wanted)]


def _also(unit: Unit) -> list[str]:
    short = [alias.name for alias in unit.aliases]
    return [*short, *spellings([unit.name, *short], whole=False)]


def listed_units(session: Session) -> list[tuple[str, ...]]:
    """The directory under :data:`LISTED`, in its own order."""
    groups: dict[int, list[str]] = {}
    for group in session.scalars(select(UnitGroup).options(selectinload(UnitGroup.members)).order_by(UnitGroup.id)):
        for unit in group.members:
            groups.setdefault(unit.id, []).append(group.name)
    known = (selectinload(Unit.aliases), joinedload(Unit.parent))
    return [
        (
            unit.name,
            unit.kind.word,
            "、".join(alias.name for alias in unit.aliases),
            "、".join(groups.get(unit.id, [])),
            unit.parent.name if unit.parent else "",
        )
        for unit in session.scalars(select(Unit).options(*known).order_by(Unit.position, Unit.id))
    ]


def find_person(session: Session, text: str, *, near: User) -> User:
    """The active person of this login or name, one of ``near``'s own unit before all others. Raises Invalid."""
    text = clean_line(text, limit=64)
    match = or_(User.login == text.lower(), User.name == text)
    found = list(session.scalars(select(User).where(User.active, match).order_by(User.id).limit(20))) if text else []
    own = [person for person in found if person.unit_id == near.unit_id]
    if len(own) == 1 or len(found) == 1:
        return (own or found)[0]
    if not found:
        raise Invalid(f"没有找到「{text}」，请填写姓名或登录名。" if text else "请填写人员的姓名或登录名。")
    named = "、".join(f"{person.unit.name}（{person.login}）" for person in found[:5])
    raise Invalid(f"叫「{text}」的不止一人，请改填登录名：{named}。")


def find_unit(session: Session, name: str) -> Unit:
    """The active unit of this name. Raises Invalid."""
    found = session.scalars(select(Unit).where(Unit.active, Unit.name == clean_line(name, limit=120))).first()
    if found is None:
        raise Invalid(f"单位名录里没有在用的「{name[:60]}」，请从列表中选择单位。" if name else "请选择调入的单位。")
    return found


def colleagues(session: Session, person: User) -> list[User]:
    """The active people of one's own unit, oneself apart."""
    others = select(User).where(User.active, User.unit_id == person.unit_id, User.id != person.id)
    return list(session.scalars(others.options(joinedload(User.role_rows)).order_by(User.id).limit(200)).unique())


def people_of(session: Session, unit_id: int) -> list[User]:
    """The active people of a unit with their desks."""
    people = select(User).where(User.active, User.unit_id == unit_id)
    return list(session.scalars(people.options(joinedload(User.role_rows)).order_by(User.id).limit(200)).unique())


def wrong_lately(session: Session, people: Sequence[User], *, at: datetime) -> dict[int, int]:
    """How many wrong passwords were typed for these people within the window that counts, from everywhere."""
    keys = {login_key(person.login): person.id for person in people}
    recent = (WrongPassword.login_key.in_(keys), WrongPassword.at > at - WINDOW)
    counted = select(WrongPassword.login_key, func.count()).where(*recent).group_by(WrongPassword.login_key)
    return {keys[key]: count for key, count in session.execute(counted)}


def waiting_resets(session: Session, *, at: datetime) -> list[PasswordReset]:
    """What was asked and waits for a second person, oldest first."""
    alive = (PasswordReset.closed_at.is_(None), PasswordReset.asked_at >= at - LIVES)
    known = (
        joinedload(PasswordReset.user).joinedload(User.unit),
        joinedload(PasswordReset.asked_by).selectinload(User.role_rows),
    )
    return list(session.scalars(select(PasswordReset).where(*alive).options(*known).order_by(PasswordReset.id)))
