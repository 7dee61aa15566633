"""Published ledgers and their rows as the trail tells them (台账、条目的折算): frozen when they were published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Told
from workflow.ledgers.binding import FROZEN, row_digest
from workflow.ledgers.events import ProgressSet, Published, YearClosed, YearReopened
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, PartyUnit, SourceDocument
from workflow.ledgers.words import Part, ProgressBy
from workflow.record.published import Recurrence
from workflow.record.words import Word
from workflow.tasks.events import GRANTED, Asked, Assigned
from workflow.tasks.words import RequestKind
from workflow.year.events import CadenceSet


class Ledgers(Fold):
    """What was published when and by whom (台账)."""

    model, subject = Ledger, "台账"
    words: ClassVar[Mapping[str, str]] = {
        "title": "标题",
        "published_at": "发布时间",
        "published_by_id": "发布人",
        "progress_by": "自报进度方式",
        "cadence": "填报周期",
        "closed_on": "年结日",
    }
    codes: ClassVar[Mapping[str, type[Word]]] = {"progress_by": ProgressBy, "cadence": Recurrence}

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Published):
            line = self.line(told.data.ledger_id)
            line.tell(told.seq, title=told.data.title, published_at=told.at, published_by_id=told.actor_id)
            line.tell(told.seq, progress_by=ProgressBy.NONE, cadence=Recurrence.QUARTERLY, closed_on=None)
        elif isinstance(told.data, ProgressSet):
            self.line(told.data.ledger_id).tell(told.seq, progress_by=told.data.progress_by)
        elif isinstance(told.data, CadenceSet):
            self.line(told.data.ledger_id).tell(told.seq, cadence=told.data.cadence)
        elif isinstance(told.data, YearClosed | YearReopened):
            day = told.data.closed_on if isinstance(told.data, YearClosed) else None
            self.line(told.data.ledger_id).tell(told.seq, closed_on=day)

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return row["published_at"] is not None


class Sources(Fold):
    """The document that a ledger was read from (来源文件)."""

    model, subject = SourceDocument, "台账来源文件"
    words: ClassVar[Mapping[str, str]] = {"sha256": "文件"}

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Published):
            self.line(told.data.ledger_id).tell(told.seq, sha256=told.data.source_sha256)

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """Each published ledger with its document."""
        known = select(Ledger.id, SourceDocument.sha256).join(SourceDocument).where(Ledger.published_at.is_not(None))
        for row in session.execute(known):
            yield row.id, {"sha256": row.sha256}

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return False

    def name(self, key: Any) -> str:
        return f"台账 {key} 的来源"


class Rows(Fold):
    """What the rows of published ledgers say (条目)."""

    model, subject = LedgerItem, "台账条目"
    words: ClassVar[Mapping[str, str]] = {"digest": "内容"}

    def __init__(self) -> None:
        super().__init__()
        self._told: set[int] = set()

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Published) and told.data.rows is not None:
            self._told.add(told.data.ledger_id)
            for row_id, digest in told.data.rows.items():
                self.line(row_id).tell(told.seq, digest=digest)

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """The rows of ledgers whose publishing told them."""
        columns = [getattr(LedgerItem, name) for name in FROZEN]
        for row in session.execute(select(LedgerItem.id, LedgerItem.ledger_id, *columns)):
            if row.ledger_id in self._told:
                yield row.id, {"digest": row_digest(cast(LedgerItem, row))}


class Parties(Fold):
    """Which units lead and carry out a published row (牵头单位、责任单位)."""

    model, subject = PartyUnit, "责任主体"
    words: ClassVar[Mapping[str, str]] = {"units": "单位"}

    def __init__(self) -> None:
        super().__init__()
        self._ledgers: set[int] = set()
        self._of_item: dict[int, list[tuple[int, str]]] = {}
        self._places: dict[int | None, tuple[int, int]] = {}

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, Published) and data.parties is not None:
            self._ledgers.add(data.ledger_id)
            for party_id, item_id, part, units in data.parties:
                self.line(party_id).tell(told.seq, units=frozenset(units))
                self._of_item.setdefault(item_id, []).append((party_id, part))
        elif isinstance(data, Assigned) and data.item_id is not None and data.unit_id is not None:
            self._places[told.task_id] = (data.item_id, data.unit_id)
        elif isinstance(data, Asked) and told.kind is GRANTED[RequestKind.OBJECTION] and told.task_id in self._places:
            self._handed_on(told, data.unit_id)

    def _handed_on(self, told: Told, after: int | None) -> None:
        """Later periods follow a task that was given to another unit."""
        item_id, before = self._places[told.task_id]
        if after is None:
            raise ValueError("a task was given to nobody")
        self._places[told.task_id] = (item_id, after)
        for party_id, part in self._of_item.get(item_id, ()):
            units = self.lines[party_id].values["units"]
            if part == Part.RESPONSIBLE and before in units:
                self.lines[party_id].tell(told.seq, units=units - {before} | {after})

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """The names of ledgers whose publishing told them, each with its units."""
        held: dict[int, set[int]] = {}
        for party_id, unit_id in session.execute(select(PartyUnit.party_id, PartyUnit.unit_id)):
            held.setdefault(party_id, set()).add(unit_id)
        parties = select(ItemParty.id, LedgerItem.ledger_id).join(LedgerItem)
        for party_id, ledger_id in session.execute(parties):
            if ledger_id in self._ledgers:
                yield party_id, {"units": frozenset(held.get(party_id, ()))}
