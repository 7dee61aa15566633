"""A sample office (示例单位): units, people and a published ledger, made by the same operations as the screens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.isolation import read_isolated
from intake.units_list import read_units
from workflow.ledgers.drafting import add_party, settle_party, settle_problem, start_draft
from workflow.ledgers.models import Ledger
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.office.people import create_user
from workflow.office.units import import_units
from workflow.office.words import Role, UnitKind
from workflow.record.installation import Installation
from workflow.record.published import PublishedLedger, UnitRow
from workflow.tasks.publishing import publish

SAMPLES = Path(__file__).resolve().parent
SAMPLE = SAMPLES / "2026年云岭市政务公开工作要点任务分解表.txt"
UNITS = SAMPLES / "units.csv"

_SURNAMES = "王李赵陈钱周吴郑冯蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹喻柏"
_GIVEN = ("晓明", "建国", "丽华", "志强", "文静", "海涛", "雪梅", "永刚", "秀英", "俊杰", "国栋", "思远")


@dataclass
class SampleOffice:
    """Who is there after furnishing (示例人员)."""

    ledger_id: int = 0
    sign_ins: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(desk, person and unit, login, one-time password), one a desk."""


def is_empty(installation: Installation) -> bool:
    """True for an office nobody has furnished yet."""
    with installation.database.reading() as session:
        return session.scalars(select(User.id).limit(1)).first() is None


def furnish(
    installation: Installation, path: Path, *, at: datetime, published: PublishedLedger | None = None
) -> SampleOffice:
    """Fill an empty office from one published document, all or nothing: units, people, ledger, tasks.

    ``published`` is what was read from it, where that is already at hand.
    """
    published = published or read_isolated(path.read_bytes(), filename=path.name)
    rows = read_units(UNITS.read_bytes(), filename=UNITS.name) if path == SAMPLE else []
    with path.open("rb") as stream:
        blob = installation.store.add(stream, limit=installation.settings.max_document_bytes)
    office = SampleOffice()
    with installation.database.writing() as session:
        import_units(session, rows or _units_of(published), by=None, at=at)
        home = _home(session, published)
        clerk = _person(session, home, 0, "office", {Role.OFFICE}, office, at)
        _person(session, home, 1, "office2", {Role.OFFICE}, office, at)
        ledger = start_draft(session, published, blob, name=path.name, by=clerk, at=at)
        _settle(session, ledger, by=clerk, at=at)
        _people(session, ledger, home, office, at)
        publish(session, ledger, by=clerk, at=at)
        office.ledger_id = ledger.id
    return office


def _units_of(published: PublishedLedger) -> list[UnitRow]:
    """A directory from what the table itself names, where nobody has brought one."""
    names: dict[str, None] = {published.issuer or "示例市人民政府办公室": None}
    groups: dict[str, None] = {}
    for task in published.tasks:
        names.update(dict.fromkeys(task.lead_units + task.responsible_units))
        groups.update(dict.fromkeys(task.lead_groups + task.responsible_groups))
    named = [UnitRow(0, name, UnitKind.DEPARTMENT.word, (), ()) for name in names]
    local = [
        UnitRow(0, f"示例{word}", kind.word, (), tuple(g for g in groups if _is_local(g))) for word, kind in _LOCAL
    ]
    inner = tuple(g for g in groups if not _is_local(g))
    return [
        UnitRow(r.line, r.name, r.kind, r.aliases, inner if n in (1, 2, 3) else ()) for n, r in enumerate(named)
    ] + local


_LOCAL = (("东县人民政府", UnitKind.COUNTY), ("西区人民政府", UnitKind.COUNTY), ("南开发区管委会", UnitKind.ZONE))


def _is_local(group: str) -> bool:
    return (
        any(sign in group for sign in ("县", "区", "镇", "街道", "乡", "州"))
        and "区直" not in group
        and "县直" not in group
    )


def _home(session: Session, published: PublishedLedger) -> Unit:
    """The office's own unit: the issuer, else whatever is called 办公室, else the first unit."""
    units = list(session.scalars(select(Unit).order_by(Unit.position)))
    issuer = [unit for unit in units if published.issuer and unit.name == published.issuer]
    return next(iter(issuer + [unit for unit in units if "办公室" in unit.name] + units))


def _settle(session: Session, ledger: Ledger, *, by: User, at: datetime) -> None:
    """Settle what the directory could not: near names as proposed, phrases for 有关单位 by the first departments."""
    departments = list(session.scalars(select(Unit).where(Unit.kind == UnitKind.DEPARTMENT).order_by(Unit.position)))
    for item in list(ledger.items):
        for party in [p for p in item.parties if not p.units]:
            settle_party(session, party, [unit.id for unit in departments[1:4]], by=by, at=at)
        if not item.parties:
            add_party(session, item, Part.RESPONSIBLE, departments[0], by=by, at=at)
    for problem in ledger.problems:
        settle_problem(session, problem, ledger, by=by, at=at)


def _people(session: Session, ledger: Ledger, home: Unit, office: SampleOffice, at: datetime) -> None:
    """A handler and a head for every unit, the busiest ones under the names that are printed."""
    busiest, leading = _busiest(ledger, home)
    desk = {busiest.id: ("handler", "head"), leading.id: ("", "lead")}
    for n, unit in enumerate(session.scalars(select(Unit).order_by(Unit.position)), start=2):
        handler, head = desk.get(unit.id, ("", ""))
        signer = {Role.LEAD_REVIEWER} if head == "lead" else {Role.UNIT_HEAD, Role.LEAD_REVIEWER}
        if head == "head":
            signer = {Role.UNIT_HEAD}
            _person(session, unit, n + 7, f"u{unit.id:03d}c", {Role.LEAD_REVIEWER}, office, at)
        if head == "lead":
            _person(session, unit, n + 7, f"u{unit.id:03d}b", {Role.UNIT_HEAD}, office, at)
        _person(session, unit, n, handler or f"u{unit.id:03d}a", {Role.HANDLER}, office, at)
        _person(session, unit, n + 40, head or f"u{unit.id:03d}h", signer, office, at)
    for n, role in enumerate((Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)):
        _person(session, home, n + 90, role.value.replace("_", "-"), {role}, office, at)


def _busiest(ledger: Ledger, home: Unit) -> tuple[Unit, Unit]:
    """The unit with most rows to carry out, and the one (another) that leads most."""
    counts: dict[Part, Counter[Unit]] = {part: Counter() for part in Part}
    for item in ledger.items:
        for part in Part:
            counts[part].update(unit for unit in item.units(part) if unit.id != home.id)
    carrying = counts[Part.RESPONSIBLE] or counts[Part.LEAD] or Counter([home])
    busiest = carrying.most_common(1)[0][0]
    leading = [unit for unit, _ in counts[Part.LEAD].most_common() if unit.id != busiest.id]
    return busiest, (leading or [home])[0]


_PRINTED = ("handler", "head", "lead", "office", "office2", "leader", "auditor")
_ADMINS = ("system-admin", "security-admin", "audit-admin")


def _person(
    session: Session, unit: Unit, n: int, login: str, roles: set[Role], office: SampleOffice, at: datetime
) -> User:
    name = _SURNAMES[n % len(_SURNAMES)] + _GIVEN[(n * 7 + n // len(_SURNAMES)) % len(_GIVEN)]
    told = login in _PRINTED + _ADMINS
    user, password = create_user(session, login=login, name=name, unit=unit, roles=roles, by=None, at=at, told=told)
    if told:
        desk = "、".join(role.word for role in sorted(roles))
        office.sign_ins.append((desk, f"{name}（{unit.name}）", login, password))
    return user
