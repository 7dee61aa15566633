"""From a document to a settled draft (读入与核定): everything the office may change before it publishes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers import events, laying
from workflow.ledgers.models import (
    ItemParty,
    Ledger,
    LedgerItem,
    ReadingProblem,
    RememberedPointing,
    SourceDocument,
)
from workflow.ledgers.permissions import runs
from workflow.ledgers.words import Part
from workflow.office.directory import squeeze
from workflow.office.models import Notice, Unit, UnitAlias, User
from workflow.office.permissions import Permission, may
from workflow.office.words import Resolution
from workflow.record import audit
from workflow.record.errors import Duplicate, Forbidden, Invalid, NotFound, NotInState
from workflow.record.events import Kind
from workflow.record.published import PublishedLedger, Recurrence
from workflow.record.store import Blob
from workflow.record.text import clean_line, clean_text, file_name


@dataclass(frozen=True)
class ItemEdit:
    """What the office may set on one row (条目修改)."""

    title: str
    requirement: str
    deadline_text: str
    due: date | None
    recurrence: Recurrence | None


class Settled(NamedTuple):
    """What settling a name has done (认定结果)."""

    cells: int
    doubts: int
    """Doubts about the name that it answered."""


def start_draft(
    session: Session,
    published: PublishedLedger,
    blob: Blob,
    *,
    name: str,
    pointing: RememberedPointing | None = None,
    by: User,
    at: datetime,
) -> Ledger:
    """Lay a read document before the office as a draft; ``pointing``: by which it was read.

    The same bytes twice raise Duplicate.
    """
    if not may(by, Permission.OFFICE):
        raise Forbidden("只有办公室可以读入任务表。")
    return lay_draft(session, published, blob, name=name, pointing=pointing, by=by, at=at)


def lay_draft(
    session: Session,
    published: PublishedLedger,
    blob: Blob,
    *,
    name: str,
    pointing: RememberedPointing | None = None,
    by: User,
    at: datetime,
) -> Ledger:
    """:func:`start_draft` in the office of the person's own unit, whoever asks for it there."""
    _refuse_known(session, blob)
    source = SourceDocument(
        sha256=blob.sha256, name=file_name(name), size=blob.size, text="", uploaded_by_id=by.id, uploaded_at=at
    )
    ledger = Ledger(source=source, office_id=by.unit_id, created_at=at)
    laying.head(ledger, published, at=at)
    laying.rows(session, ledger, published)
    ledger.read_as = laying.way(published, pointing=pointing)
    session.add(ledger)
    session.flush()
    told = events.Document(
        ledger_id=ledger.id, title=ledger.title, source_sha256=blob.sha256, rows=len(ledger.items),
        **({"pointed_at": pointing.file} if pointing else {}),
    )  # fmt: skip
    audit.record(session, events.LEDGER_READ, told, subject=ledger.id, by=by, at=at)
    return ledger


def discard_draft(session: Session, ledger: Ledger, *, by: User, at: datetime) -> None:
    """Throw a draft away; the uploaded bytes stay in the store and the trail says what happened."""
    editable(ledger, by)
    told = events.Document(ledger_id=ledger.id, title=ledger.title, source_sha256=ledger.source.sha256)
    audit.record(session, events.LEDGER_DISCARDED, told, subject=ledger.id, by=by, at=at)
    source = ledger.source
    session.execute(update(Notice).where(Notice.ledger_id == ledger.id).values(ledger_id=None))  # what was told stays
    session.delete(ledger)
    session.flush()
    session.delete(source)


def edit_item(session: Session, item: LedgerItem, edit: ItemEdit, *, by: User, at: datetime) -> None:
    """Set words, date and recurrence of one row of a draft."""
    editable(item.ledger, by)
    title, requirement = clean_text(edit.title), clean_text(edit.requirement)
    if not title and not requirement:
        raise Invalid(f"第 {item.number} 条的工作任务和工作要求不能都是空的。")
    item.title, item.requirement = title or None, requirement or None
    item.deadline_text = clean_text(edit.deadline_text) or None
    item.due, item.recurrence = edit.due, edit.recurrence
    noted(session, item, events.ITEM_EDITED, by=by, at=at)


def delete_item(session: Session, item: LedgerItem, *, by: User, at: datetime) -> None:
    """Take a row out of a draft, e.g. a heading that was read as a row."""
    editable(item.ledger, by)
    noted(session, item, events.ITEM_DELETED, by=by, at=at)
    session.delete(item)


def settle_party(
    session: Session,
    party: ItemParty,
    unit_ids: Sequence[int],
    *,
    by: User,
    at: datetime,
    remember: bool = False,
    everywhere: bool = False,
) -> Settled:
    """Say which units a printed name stands for, which answers every doubt about the name in those cells.

    ``remember`` keeps the name as an alias of the one unit chosen; ``everywhere`` settles the same words in every
    row of this draft. Raises Invalid for no unit, an unknown one, or an alias that another unit has.
    """
    editable(party.item.ledger, by)
    chosen = list(session.scalars(select(Unit).where(Unit.id.in_(unit_ids), Unit.active).order_by(Unit.position)))
    if not chosen or len(chosen) != len(set(unit_ids)):
        raise Invalid(f"请为「{party.phrase}」选择至少一个现有单位。")
    if remember:
        if len(chosen) != 1:
            raise Invalid("只有选定一个单位时才能记为简称。")
        _remember_alias(session, party.phrase, chosen[0])
    ledger = with_rows(session, party.item.ledger_id)
    same = [p for item in ledger.items for p in item.parties if p.phrase == party.phrase]
    settled = [p for p in same if not p.units or p is party] if everywhere else [party]
    for each in settled:
        each.units, each.resolution = list(chosen), Resolution.CHOSEN
    done = Settled(len(settled), answer_doubts(ledger, {party.phrase}, by=by, at=at))
    names = [unit.name for unit in chosen]
    told = events.Settled(ledger_id=ledger.id, phrase=party.phrase, units=names, **done._asdict())
    audit.record(session, events.PARTY_SETTLED, told, subject=ledger.id, by=by, at=at)
    return done


def drop_party(session: Session, party: ItemParty, *, by: User, at: datetime) -> None:
    """Take a name off a row, where it is no unit at all or need not act."""
    editable(party.item.ledger, by)
    ledger, phrase = party.item.ledger, party.phrase
    told = events.Named(ledger_id=ledger.id, number=party.item.number, phrase=phrase)
    audit.record(session, events.PARTY_DROPPED, told, subject=ledger.id, by=by, at=at)
    party.item.parties.remove(party)
    answer_doubts(ledger, {phrase}, by=by, at=at)


def add_party(session: Session, item: LedgerItem, part: Part, unit: Unit, *, by: User, at: datetime) -> ItemParty:
    """Put one more unit on a row, e.g. where the table left the cell empty."""
    editable(item.ledger, by)
    if any(unit in party.units for party in item.parties if party.part is part):
        raise Duplicate(f"第 {item.number} 条的{part.word}里已经有{unit.name}。")
    party = ItemParty(part=part, phrase=unit.name, is_group=False, resolution=Resolution.CHOSEN, units=[unit])
    item.parties.append(party)
    told = events.Named(ledger_id=item.ledger_id, number=item.number, part=part, unit=unit.name)
    audit.record(session, events.PARTY_ADDED, told, subject=item.ledger_id, by=by, at=at)
    return party


def settle_problem(session: Session, problem: ReadingProblem, ledger: Ledger, *, by: User, at: datetime) -> int:
    """Mark a reading problem as looked at, and those of other rows that say the same; returns how many were open."""
    editable(ledger, by)
    alike = [one for one in ledger.problems if one.settled_at is None and one.sentence == problem.sentence]
    if alike:
        _look_at(alike, by=by, at=at)
        told = events.Looked(ledger_id=ledger.id, problem=problem.message, places=len(alike))
        audit.record(session, events.PROBLEM_SETTLED, told, subject=ledger.id, by=by, at=at)
    return len(alike)


def answer_doubts(ledger: Ledger, names: Collection[str], *, by: User, at: datetime) -> int:
    """Mark every doubt about these names as looked at where no cell of its row is left open; returns how many."""
    left = {(item.number, party.phrase) for item in ledger.items for party in item.parties if not party.units}
    asked = [one for one in ledger.problems if one.settled_at is None and one.name in names]
    answered = [one for one in asked if (one.number, one.name) not in left]
    _look_at(answered, by=by, at=at)
    return len(answered)


def with_rows(session: Session, ledger_id: int) -> Ledger:
    """The ledger with its rows, the names on them and their units, in a fixed number of statements."""
    rows = selectinload(Ledger.items).selectinload(LedgerItem.parties).joinedload(ItemParty.units)
    return session.scalars(select(Ledger).where(Ledger.id == ledger_id).options(rows)).one()


def _look_at(problems: Collection[ReadingProblem], *, by: User, at: datetime) -> None:
    for problem in problems:
        problem.settled_by_id, problem.settled_at = by.id, at


def editable(ledger: Ledger, by: User) -> None:
    """Refuse whoever does not run the ledger, and any change once it is published."""
    if not runs(ledger, by):
        raise NotFound
    if ledger.published_at is not None:
        raise NotInState(f"《{ledger.title}》已经发布，条目已冻结，不能再改。")


def held(session: Session, ledger: Ledger, *, by: User) -> None:
    """A draft that nobody else may publish or work on until this transaction ends: its row first, then the trail."""
    session.refresh(ledger, ["published_at"], with_for_update=True)
    editable(ledger, by)
    audit.hold(session)


def _refuse_known(session: Session, blob: Blob) -> None:
    known = session.scalars(select(Ledger).join(SourceDocument).where(SourceDocument.sha256 == blob.sha256)).first()
    if known is not None:
        state = "已经发布" if known.published_at else "已经读入，正在核定"
        raise Duplicate(f"这份文件{state}，就是《{known.title}》；无需重复上传，请在台账列表中打开。")


def _remember_alias(session: Session, phrase: str, unit: Unit) -> None:
    name = clean_line(squeeze(phrase), limit=120)
    taken = session.scalars(select(UnitAlias).where(UnitAlias.name == name)).first()
    if taken is not None and taken.unit_id != unit.id:
        raise Duplicate(f"「{name}」已经是{taken.unit.name}的简称。")
    if taken is None:
        unit.aliases.append(UnitAlias(name=name))


def noted(session: Session, item: LedgerItem, kind: Kind[events.Row], *, by: User, at: datetime, **more: Any) -> None:
    """Write down what a row says now."""
    told = events.Row(
        ledger_id=item.ledger_id,
        number=item.number,
        due=item.due,
        recurrence=item.recurrence,
        requirement=item.requirement,
        title=item.title,
        **more,
    )
    audit.record(session, kind, told, subject=item.ledger_id, by=by, at=at)
