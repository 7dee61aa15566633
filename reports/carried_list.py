"""结转清单: the rows that a ledger leaves open, how far they came, and which row of the next ledger carries them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.calendar import spoken
from workflow.tasks.lists.lighting import closings
from workflow.tasks.progress import Pace
from workflow.year.look_backs.of_ledger import ItemLine, LookBack, look_back
from workflow.year.year_end.carrying import Carried, carried_at

COLUMNS = (
    ("序号", 1), ("条目编号", 2), ("工作任务", 7), ("牵头单位", 4), ("未办结单位", 6), ("时限", 3), ("进度分类", 2), ("办结", 2),
    ("逾期天数", 2), ("承接条目", 3), ("不再承接的理由", 4), ("确认人", 2), ("确认日期", 3),
)  # fmt: skip


@dataclass(frozen=True)
class CarriedList(LookBack):
    """A ledger looked back upon, with what its 结转清单 says."""

    closed: str
    """When its year was closed, in words."""
    fates: dict[int, Carried]

    @property
    def left(self) -> list[ItemLine]:
        """The rows that are not 销号."""
        return [item for item in self.items if item.pace is not Pace.SETTLED]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many of them are carried on, are carried on by none, are not settled yet."""
        fates = [self.fates.get(item.item_id, Carried()) for item in self.left]
        into, none = sum(bool(one.into) for one in fates), sum(bool(one.left) for one in fates)
        return into, none, len(fates) - into - none

    def table(self) -> LedgerTable:
        """The list."""
        into, none, unsettled = self.counts
        total = (f"合计未办结 {len(self.left)} 条：已承接 {into} 条，不再承接 {none} 条，尚未确认 {unsettled} 条",)
        rows = [self._row(n, item) for n, item in enumerate(self.left, start=1)]
        named = tuple(TableColumn("extra", name, weight) for name, weight in COLUMNS)
        title = f"《{self.title}》未办结事项结转清单"
        return LedgerTable(title, self.document_number, "", "", "", named, (*rows, total))

    def _row(self, n: int, item: ItemLine) -> tuple[str, ...]:
        fate = self.fates.get(item.item_id, Carried())
        still = [task for task in item.tasks if not task.done]
        days = max((task.late_days for task in still), default=0)
        return (
            str(n), item.number, item.text, "、".join(item.leads), "、".join(dict.fromkeys(task.unit for task in still)),
            spoken(min(task.due for task in still)) if still else item.deadline_text, item.pace.word,
            f"{item.done}/{len(item.tasks)}", str(days or ""), "" if fate.left else fate.words, fate.left, fate.by,
            spoken(fate.on) if fate.on else "",
        )  # fmt: skip


def carried_list(session: Session, ledger_id: int, /, *, as_of: datetime) -> CarriedList:
    """The list of a ledger as it was at a moment, before its year was closed or after. Raises NotInState before it was published."""
    found = look_back(session, ledger_id, as_of=as_of)
    day = closings(session, as_of).get(ledger_id)
    said = f"{spoken(day)}年结，计时停在这一天" if day else "尚未年结"
    return CarriedList(**vars(found), closed=said, fates=carried_at(session, ledger_id, as_of))
