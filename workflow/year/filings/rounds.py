"""Rounds (填报期): opened for all units of a ledger at once, urged at one press, closed; in bulk, so that it is one short transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.hierarchy import above, parents_of
from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.record import audit
from workflow.record.audit import Entry
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.text import clean_line
from workflow.tasks.models import Matter
from workflow.tasks.opening import all_opened
from workflow.tasks.seating import await_newborn
from workflow.tasks.urging import urge_matters
from workflow.tasks.words import Status
from workflow.year.filings.events import FORM_GIVEN, ROUND_CLOSED, ROUND_OPENED, FormGiven, RoundClosed, RoundOpened
from workflow.year.filings.models import Filing, FilingPart, FilingRound, FilingRow
from workflow.year.filings.prefilling import Draft, drafts
from workflow.year.filings.process import digest_of

_TABLE = re.compile(
    r"(?:主要)?(?:目标)?任务(?:分解|分工|清单|台账)*表?$|(?:分解|分工)表$|(?:主要任务)?落实情况表(?:（[^）]*）)?$"
)
Part = tuple[int, Filing | None]
"""A unit below, and its form once that was taken in."""
FILED = (Status.UNIT_APPROVED, Status.CLOSED)


@dataclass(frozen=True)
class Wanted:
    """A round as the office asks for it (填报要求)."""

    months: int
    due: date
    title: str = ""
    opens: date | None = None


def usual_title(ledger: Ledger, months: int) -> str:
    """What such a form is called: 「……主要任务落实情况表（1-6月）」."""
    stem = _TABLE.sub("", ledger.title.strip())
    return f"{stem}主要任务落实情况表（{'1月' if months == 1 else f'1-{months}月'}）"


def open_round(session: Session, ledger: Ledger, wanted: Wanted, *, by: User, at: datetime) -> FilingRound:
    """Ask every unit of the ledger's rows for its form, prefilled. Raises Forbidden, Invalid, NotInState."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("只有发布台账的办公室可以发起填报，且台账须已发布。")
    all_opened(session, ledger.id)
    row = _round(session, ledger, wanted, at)
    rows: dict[int, list[dict[str, Any]]] = {}
    order: dict[int, int] = {}
    for (unit_id, item_id), draft in drafts(session, ledger.id, row.months).items():
        rows.setdefault(unit_id, []).append(draft.values(item_id))
        order.setdefault(item_id, len(order))
    units = list(session.scalars(select(Unit).where(Unit.id.in_(rows), Unit.active).order_by(Unit.position, Unit.id)))
    if not units:
        raise Invalid("这份台账的条目没有落到任何单位，不能发起填报；请先在核定页认定责任单位。")
    through = through_of(session, ledger, units)
    _widen(rows, through, order)
    told = RoundOpened(
        ledger_id=ledger.id, title=row.title, months=row.months, opens=row.opens, due=row.due,
        units=len(units) - len(through),
    )  # fmt: skip
    audit.record(session, ROUND_OPENED, told, subject=row.id, by=by, at=at)
    below: dict[int, list[Part]] = {}
    for unit in units:
        if unit.id in through:
            below.setdefault(through[unit.id], []).append((unit.id, None))
    give(session, row, units, rows, edition=1, by=by, at=at, through=through, below=below)
    names = {unit.id: f"向{unit.name}" for unit in units}
    texts = {
        unit.id: f"请于{spoken(row.due)}前{names.get(through.get(unit.id, 0), '')}报送《{row.title}》，已按本单位审核过的落实情况预填。"
        for unit in units
    }
    tell_each_unit(session, texts, by=by, at=at, ledger_id=ledger.id)
    return row


def _round(session: Session, ledger: Ledger, wanted: Wanted, at: datetime) -> FilingRound:
    if not 1 <= wanted.months <= 12:
        raise Invalid("填报截止月份应在 1 至 12 之间。")
    opens = wanted.opens or day_of(at)
    if wanted.due < opens:
        raise Invalid(f"报送时限{spoken(wanted.due)}早于开始日期{spoken(opens)}，请改正。")
    session.execute(select(Ledger.id).where(Ledger.id == ledger.id).with_for_update(key_share=True))
    same = select(FilingRound.id).where(FilingRound.ledger_id == ledger.id, FilingRound.months == wanted.months)
    if session.scalars(same).first() is not None:
        raise NotInState(f"这份台账已经发起过 1-{wanted.months} 月的填报，请直接打开那一期。")
    title = clean_line(wanted.title, limit=300) or usual_title(ledger, wanted.months)
    row = FilingRound(ledger_id=ledger.id, months=wanted.months, title=title, opens=opens, due=wanted.due, opened_at=at)
    session.add(row)
    session.flush()
    return row


def through_of(session: Session, ledger: Ledger, units: Iterable[Unit]) -> dict[int, int]:
    """Who of the units of a round files through whom: the nearest unit above that is asked as well.

    The ledger's own office and what is above it gather nothing: to them everybody files.
    """
    parents = parents_of(session)
    asked = {unit.id for unit in units} - {ledger.office_id, *above(parents, ledger.office_id)}
    found = {unit_id: next((one for one in above(parents, unit_id) if one in asked), None) for unit_id in asked}
    return {unit_id: over for unit_id, over in found.items() if over is not None}


def _widen(rows: Mapping[int, list[dict[str, Any]]], through: Mapping[int, int], order: Mapping[int, int]) -> None:
    """Give forms above the rows of those below, in the ledger's order."""
    for unit_id in through:
        over = through.get(unit_id)
        while over is not None:
            has = {line["item_id"] for line in rows[over]}
            more = [line["item_id"] for line in rows[unit_id] if line["item_id"] not in has]
            rows[over].extend(Draft().values(item) for item in more)
            rows[over].sort(key=lambda line: order[line["item_id"]])
            over = through.get(over)


def give(
    session: Session, row: FilingRound, units: Sequence[Unit], rows: Mapping[int, Sequence[dict[str, Any]]],
    *, edition: int, by: User, at: datetime, head: Mapping[str, str] | None = None,
    through: Mapping[int, int | None] | None = None, below: Mapping[int, Sequence[Part]] | None = None,
    due: date | None = None,
) -> dict[int, int]:  # fmt: skip
    """Give forms to units, each with its rows, an event and a turn, in a handful of statements; the ids by unit.

    ``through`` says whose form takes a unit's in, where not the office does; ``below`` of which parts a form consists;
    ``due`` by when, where that is not the round's own limit.
    """
    head, through, below, due = head or {"person": "", "phone": ""}, through or {}, below or {}, due or row.due
    said = {
        unit.id: digest_of(row.title, **head, rows=_seen(rows[unit.id]), below=_digests(below.get(unit.id, ())))
        for unit in units
    }
    reason = f"《{row.title}》的报送时限：{spoken(due)}。"
    table = Matter.__table__
    born = [
        {"matter": "filing", "ledger_id": row.ledger_id, "unit_id": unit.id, "due": due, "due_reason": reason,
         "content_digest": said[unit.id], "opened_at": at}
        for unit in units
    ]  # fmt: skip
    made = session.execute(insert(table).returning(table.c.id, table.c.unit_id), born)  # type: ignore[arg-type]
    ids = {unit_id: matter_id for matter_id, unit_id in made}
    own = [
        {"id": ids[unit.id], "round_id": row.id, "edition": edition, "through_id": through.get(unit.id), **head}
        for unit in units
    ]
    session.execute(insert(Filing.__table__), own)  # type: ignore[arg-type]
    lines = [{"filing_id": ids[unit.id], **line} for unit in units for line in rows[unit.id]]
    session.execute(insert(FilingRow), lines)
    session.add_all(
        FilingPart(form_id=ids[over], unit_id=one, taken=taken) for over in below for one, taken in below[over]
    )
    told = {one.id: _birth(row, one, said[one.id], (due, reason), edition, through.get(one.id)) for one in units}
    audit.record_many(session, [Entry(FORM_GIVEN, told[one.id], ids[one.id]) for one in units], by=by, at=at)
    await_newborn(session, [(ids[unit.id], unit.id, due) for unit in units], at=at)
    return ids


def _digests(parts: Iterable[Part]) -> list[tuple[int, str]]:
    return [(unit_id, taken.content_digest if taken else "") for unit_id, taken in parts]


def _seen(lines: Iterable[Mapping[str, Any]]) -> list[FilingRow]:
    return [FilingRow(**{name: line[name] for name in ("item_id", "text", "not_concerned")}) for line in lines]


def _birth(
    row: FilingRound, unit: Unit, digest: str, limit: tuple[date, str], edition: int, through_id: int | None
) -> FormGiven:
    return FormGiven(
        to=Status.ASSIGNED, round=1, version=1, content_digest=digest, ledger_id=row.ledger_id, unit=unit.name,
        unit_id=unit.id, due=limit[0], due_reason=limit[1], round_id=row.id, edition=edition,
        through_id=through_id,
    )  # fmt: skip


def close_round(session: Session, row: FilingRound, *, by: User, at: datetime) -> None:
    """Take no more forms in, supplements apart; what is there stays. Raises Forbidden, NotInState."""
    _may_run(row, by)
    session.refresh(row, with_for_update={"key_share": True})
    if row.closed_at is not None:
        raise NotInState("本期填报已经截止归档。")
    row.closed_at = at
    first = [form for form in row.filings if form.edition == 1 and form.through_id is None]
    told = RoundClosed(filed=sum(form.status in FILED for form in first), asked=len(first))
    audit.record(session, ROUND_CLOSED, told, subject=row.id, by=by, at=at)


def urge_round(session: Session, row: FilingRound, *, by: User, at: datetime) -> int:
    """Tell everybody who keeps a form of the round from being filed, each form once a day; returns how many. Raises Forbidden, NotInState."""
    _may_run(row, by)
    if row.closed_at is not None:
        raise NotInState("本期填报已经截止归档，不再催报。")
    return urge_matters(session, [form for form in row.filings if form.through_id is None], by=by, at=at)


def _may_run(row: FilingRound, by: User) -> None:
    if not runs(row.ledger, by):
        raise Forbidden("只有发布台账的办公室可以办理填报期。")
