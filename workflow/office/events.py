"""What happens to units, people and their ways in (机构与人员的留痕事项)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow.office.words import Role, TokenScope, UnitKind
from workflow.record.events import Data, Kind, Subject

UNIT, USER = Subject("unit", "单位"), Subject("user", "人员")


class UnitSaved(Data):
    """A unit as it is now."""

    unit_id: int
    name: str
    kind: UnitKind
    aliases: Sequence[str]
    parent_id: int | None = None


class UnitsImported(Data):
    """How many were new or changed, and how each is now."""

    added: int
    changed: int
    groups: int
    units: Sequence[UnitSaved] | None = None


class UnitActive(Data):
    """Whether a unit is in use."""

    unit_id: int
    name: str = ""
    active: bool


class GroupSaved(Data):
    """A group of units as it is now."""

    group_id: int
    name: str
    members: Sequence[str]


class Account(Data):
    """Whose account it is, and how many ways in ended with the change."""

    user_id: int
    login: str = ""
    sessions_ended: int = 0
    tokens_ended: int = 0


class Seated(Account):
    """At which desks somebody sits now, and sat before."""

    name: str = ""
    unit: str = ""
    unit_id: int | None = None
    roles: Sequence[Role] = ()
    before: Sequence[Role] = ()


class Moved(Seated):
    """To which unit somebody went, and from which."""

    from_unit: str = ""


class Reset(Account):
    """Who asked for the new password; empty at the machine itself."""

    asked_by: str = ""


class Login(Data):
    """Who came to the gate; a name that nobody has only veiled."""

    login: str = ""
    login_veiled: str = ""
    reason: str = ""


class Token(Data):
    """A key of a program."""

    token_id: int
    user_id: int | None = None
    name: str = ""
    scope: TokenScope | None = None
    expires: date | None = None


UNITS_IMPORTED = Kind("units.imported", "导入单位名录", UnitsImported)
UNIT_SAVED = Kind("units.saved", "保存单位", UnitSaved, UNIT)
UNIT_ACTIVE = Kind("units.active", "启用或停用单位", UnitActive, UNIT)
GROUP_SAVED = Kind("units.group_saved", "保存单位组", GroupSaved)
ACCOUNT_CREATED = Kind("account.created", "开设账号", Seated, USER)
ACCOUNT_GRANTED = Kind("account.granted", "授予岗位", Seated, USER)
ACCOUNT_MOVED = Kind("account.moved", "调动单位", Moved, USER)
ACCOUNT_STARTED = Kind("account.started", "启用账号", Account, USER)
ACCOUNT_STOPPED = Kind("account.stopped", "停用账号", Account, USER)
RESET_ASKED = Kind("account.reset_asked", "申请发放口令", Reset, USER)
RESET_REFUSED = Kind("account.reset_refused", "未同意发放口令", Reset, USER)
PASSWORD_RESET = Kind("account.password_reset", "发放新口令", Reset, USER)
PASSWORD_CHANGED = Kind("account.password_changed", "修改口令", Account, USER)
SIGNED_IN = Kind("login.succeeded", "登录", Login, USER)
SIGN_IN_FAILED = Kind("login.failed", "登录失败", Login, USER)
SIGNED_OUT = Kind("login.ended", "退出登录", Login, USER)
SESSION_EXPIRED = Kind("login.expired", "登录超时", Login, USER)
TOKEN_CREATED = Kind("token.created", "创建接口令牌", Token, USER)
TOKEN_REVOKED = Kind("token.revoked", "停用接口令牌", Token, USER)
