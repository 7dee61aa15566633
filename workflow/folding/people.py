"""People with their desks, and units, as the trail tells them (人员、岗位、单位的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Line, Told, plainly
from workflow.office.events import (
    ACCOUNT_CREATED,
    ACCOUNT_STARTED,
    ACCOUNT_STOPPED,
    Account,
    Moved,
    Seated,
    UnitActive,
    UnitSaved,
    UnitsImported,
)
from workflow.office.models import Unit, UnitAlias, User, UserRole
from workflow.office.words import Role, UnitKind
from workflow.record.words import Word


class People(Fold):
    """Accounts (账号): whose they are, and whether they are in use."""

    model, subject = User, "账号"
    words: ClassVar[Mapping[str, str]] = {"login": "登录名", "name": "姓名", "unit_id": "单位", "active": "启用状态"}

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, Account) and told.kind in (ACCOUNT_CREATED, ACCOUNT_STARTED, ACCOUNT_STOPPED):
            known = data.said("login", "name", "unit_id") if told.kind is ACCOUNT_CREATED else {}
            self.line(data.user_id).tell(told.seq, active=told.kind is not ACCOUNT_STOPPED, **known)
        elif isinstance(data, Moved):
            self.line(data.user_id).tell(told.seq, unit_id=data.unit_id)

    def name(self, key: Any) -> str:
        line = self.lines.get(key)
        return f"账号 {line.values['login'] if line and 'login' in line.values else key}"


class Desks(Fold):
    """Who sits at which desks (岗位授权); a person without any has no row."""

    model, subject = UserRole, "人员"
    codes: ClassVar[Mapping[str, type[Word]]] = {"roles": Role}
    words: ClassVar[Mapping[str, str]] = {"roles": "岗位"}

    def __init__(self) -> None:
        super().__init__()
        self._logins: dict[int, str] = {}

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, Seated) and data.said("roles"):
            self.line(data.user_id).tell(told.seq, roles=frozenset(role.value for role in data.roles))
            self._logins[data.user_id] = data.login

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """Everybody with all their desks."""
        held: dict[int, set[str]] = {user_id: set() for user_id in session.scalars(select(User.id))}
        for user_id, role in session.execute(select(UserRole.user_id, UserRole.role)):
            held.setdefault(user_id, set()).add(role.value)
        for user_id, roles in held.items():
            yield user_id, {"roles": frozenset(roles)}

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return bool(row["roles"])

    def name(self, key: Any) -> str:
        return f"账号 {self._logins.get(key) or key}"


class Units(Fold):
    """The directory (单位名录): names, kinds, other names, and what is in use."""

    model, subject = Unit, "单位"
    codes: ClassVar[Mapping[str, type[Word]]] = {"kind": UnitKind}
    words: ClassVar[Mapping[str, str]] = {
        "name": "名称", "kind": "类别", "active": "启用状态", "aliases": "简称", "parent_id": "上级单位",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._silent = False
        """An import of an older version of the program told how many units it brought, and not which."""

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, UnitsImported):
            if data.units is None:
                self._silent = True
                self.lines.clear()
            for one in data.units or ():
                self._said(told.seq, one)
        elif isinstance(data, UnitSaved):
            self._said(told.seq, data)
        elif isinstance(data, UnitActive):
            self.line(data.unit_id).tell(told.seq, active=data.active)

    def _said(self, seq: int, one: UnitSaved) -> None:
        line: Line = self.line(one.unit_id)
        if "active" not in line.values and not self._silent:
            line.tell(seq, active=True)
        line.tell(seq, name=one.name, kind=one.kind, aliases=frozenset(one.aliases), parent_id=one.parent_id)

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """Every unit with its other names."""
        names: dict[int, set[str]] = {}
        for unit_id, name in session.execute(select(UnitAlias.unit_id, UnitAlias.name)):
            names.setdefault(unit_id, set()).add(name)
        for row in session.execute(select(Unit.id, Unit.name, Unit.kind, Unit.active, Unit.parent_id)).mappings():
            plain = {name: plainly(row[name]) for name in ("name", "kind", "active", "parent_id")}
            yield row["id"], plain | {"aliases": frozenset(names.get(row["id"], ()))}

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return not self._silent

    def name(self, key: Any) -> str:
        line = self.lines.get(key)
        return f"单位「{line.values['name']}」" if line and "name" in line.values else f"单位 {key}"
