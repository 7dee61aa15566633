"""A sample office (示例单位): units, people and a published ledger, made by the same operations as the screens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.isolation import read_isolated
from intake.lists.units_list import read_units
from workflow.ledgers.drafting import add_party, settle_party, settle_problem, start_draft
from workflow.ledgers.models import Ledger
from workflow.ledgers.pairing import SURE, others, pairs
from workflow.ledgers.rows import follow_item
from workflow.ledgers.words import Part
from workflow.office.directory import load_directory
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
    """Fill an empty office from one published document: units, people, ledger, tasks.

    ``published`` is what was read from it, where that is already at hand.
    """
    published = published or read_isolated(path.read_bytes(), filename=path.name)
    office = settle_in(installation, path, published, at=at)
    office.ledger_id = issue(installation, published, path.read_bytes(), name=path.name, at=at)
    return office


def settle_in(installation: Installation, path: Path, published: PublishedLedger, *, at: datetime) -> SampleOffice:
    """Fill an empty office with the units that a document names, and with their people, all or nothing."""
    rows = read_units(UNITS.read_bytes(), filename=UNITS.name) if path == SAMPLE else []
    office = SampleOffice()
    with installation.database.writing() as session:
        import_units(session, rows or _units_of(published), by=None, at=at)
        home = _home(session, published)
        _person(session, home, 0, "office", {Role.OFFICE}, office, at)
        _person(session, home, 1, "office2", {Role.OFFICE}, office, at)
        _people(session, _busiest(session, published, home), home, office, at)
        _offices_below(session, office, at)
    return office


def issue(installation: Installation, published: PublishedLedger, document: bytes, *, name: str, at: datetime) -> int:
    """Read a table in, settle what the directory could not, tie its rows to the last year's and publish; its number."""
    blob = installation.store.add_bytes(document)
    with installation.database.writing() as session:
        clerk = session.scalars(select(User).where(User.login == "office")).one()
        ledger = start_draft(session, published, blob, name=name, by=clerk, at=at)
        _settle(session, ledger, by=clerk, at=at)
        for earlier in others(session, ledger)[:1]:
            for pair in pairs(session, ledger, earlier):
                if pair.new is not None and pair.score >= SURE:
                    follow_item(session, pair.new, pair.old, by=clerk, at=at)
        publish(session, ledger, by=clerk, at=at)
        return ledger.id


def _units_of(published: PublishedLedger) -> list[UnitRow]:
    """A directory from what the table itself names, where nobody has brought one."""
    names: dict[str, None] = {}
    groups: dict[str, None] = {}
    for task in published.tasks:
        names.update(dict.fromkeys(task.lead_units + task.responsible_units))
        groups.update(dict.fromkeys(task.lead_groups + task.responsible_groups))
    offices = [name for name in names if name.endswith("政府办公室")]
    office = published.issuer or next(iter(offices), "示例市人民政府办公室")
    short = tuple(name for name in offices if name != office and _same_office(name, office))
    named = [UnitRow(0, office, UnitKind.DEPARTMENT.word, short, ())]
    named += [UnitRow(0, name, UnitKind.DEPARTMENT.word, (), ()) for name in names if name not in (office, *short)]
    local = [
        UnitRow(0, f"示例{word}", kind.word, (), tuple(g for g in groups if _is_local(g))) for word, kind in _LOCAL
    ]
    inner = tuple(g for g in groups if not _is_local(g))
    first, towns = local[0].name, UnitKind.TOWN.word
    below = [UnitRow(0, f"{first.removesuffix('人民政府')}{name}", towns, (), (), first) for name in _TOWNS]
    local[0] = replace(local[0], parent=_CITY)
    below.append(UnitRow(0, _CITY, UnitKind.OTHER.word, (), ()))
    return (
        [UnitRow(r.line, r.name, r.kind, r.aliases, inner if n in (1, 2, 3) else ()) for n, r in enumerate(named)]
        + local
        + below
    )


def _same_office(name: str, office: str) -> bool:
    """Whether a row's 市政府办公室 is the issuer, 云岭市人民政府办公室."""
    level = office.removesuffix("办公室").removesuffix("人民政府")[-1:]
    return office.endswith("人民政府办公室") and name in (f"{level}政府办公室", f"{level}人民政府办公室")


_LOCAL = (("东县人民政府", UnitKind.COUNTY), ("西区人民政府", UnitKind.COUNTY), ("南开发区管委会", UnitKind.ZONE))

_TOWNS = ("城关镇人民政府", "河口镇人民政府", "北山乡人民政府")
"""Under the first county: it files with them, and cuts a task for them."""

_CITY = "示例市人民政府"
"""Over the first county: who has a level below stands under one."""


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
    departments = _departments(session)
    for item in list(ledger.items):
        for party in [p for p in item.parties if not p.units]:
            settle_party(session, party, [unit.id for unit in departments[1:4]], by=by, at=at)
        if not item.parties:
            add_party(session, item, Part.RESPONSIBLE, departments[0], by=by, at=at)
    for problem in ledger.problems:
        settle_problem(session, problem, ledger, by=by, at=at)


def _departments(session: Session) -> list[Unit]:
    return list(session.scalars(select(Unit).where(Unit.kind == UnitKind.DEPARTMENT).order_by(Unit.position)))


def _people(session: Session, desks: tuple[Unit, Unit], home: Unit, office: SampleOffice, at: datetime) -> None:
    """A handler and a head for every unit, the busiest ones under the names that are printed."""
    busiest, leading = desks
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


def _offices_below(session: Session, office: SampleOffice, at: datetime) -> None:
    """Two people at an office desk in every unit that stands between others: it has a ledger of its own."""
    parents = select(Unit.parent_id).where(Unit.parent_id.is_not(None))
    between = select(Unit).where(Unit.parent_id.is_not(None), Unit.id.in_(parents)).order_by(Unit.position)
    for n, unit in enumerate(session.scalars(between).all()):
        for k in (0, 1):
            _person(session, unit, n + 61 + k, f"u{unit.id:03d}o{k}", {Role.OFFICE}, office, at)


def _busiest(session: Session, published: PublishedLedger, home: Unit) -> tuple[Unit, Unit]:
    """The unit with most rows to carry out, and the one (another) that leads most."""
    directory, chosen = load_directory(session), [unit.id for unit in _departments(session)[1:4]]

    def count(named: Iterable[Iterable[tuple[str, bool]]]) -> Counter[int]:
        """In how many rows a unit is named, the office's own left out."""
        found: Counter[int] = Counter()
        for row in named:
            units = [directory.resolve(phrase, is_group=many).unit_ids or chosen for phrase, many in row]
            found.update(list(dict.fromkeys(one for each in units for one in each if one != home.id)))
        return found

    leads = count(_named(row.lead_units, row.lead_groups) for row in published.tasks)
    carrying = count(_named(row.responsible_units, row.responsible_groups) for row in published.tasks)
    busiest = next((one for one, _ in (carrying or leads).most_common(1)), home.id)
    leading = next((one for one, _ in leads.most_common() if one != busiest), home.id)
    return session.get_one(Unit, busiest), session.get_one(Unit, leading)


def _named(units: tuple[str, ...], groups: tuple[str, ...]) -> Iterable[tuple[str, bool]]:
    return [*((name, False) for name in units), *((name, True) for name in groups)]


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
