"""One table as the trail tells it (折算): events are heard in their order, then every row is held against what they said.

Only what an event says is compared: events of an older version of the program say less, and stay valid.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.calendar import spoken_moment
from workflow.record.events import Data, Kind
from workflow.record.models import Base
from workflow.record.words import Word

SHOWN = 60
"""Characters of a value that a sentence shows."""


@dataclass(frozen=True)
class Told:
    """An event taken apart (事件)."""

    seq: int
    at: datetime
    kind: Kind[Any]
    actor_id: int | None
    actor_name: str
    task_id: int | None
    data: Data
    subject: str | None = None
    """What it is about (``assessment:3``)."""

    @property
    def number(self) -> int:
        """The number of what it is about; 0 where it says none."""
        return int((self.subject or ":0").partition(":")[2] or 0)


@dataclass
class Line:
    """One row as the trail tells it (应有内容): column → value, and which event said so."""

    values: dict[str, Any] = field(default_factory=dict)
    said_by: dict[str, int] = field(default_factory=dict)

    def tell(self, seq: int, **values: Any) -> None:
        """From this event on the row holds these values."""
        self.values |= {name: plainly(value) for name, value in values.items()}
        self.said_by |= dict.fromkeys(values, seq)

    def forget(self, *names: str) -> None:
        """An event changed these columns without saying to what."""
        for name in names:
            self.values.pop(name, None)


class Fold:
    """What the trail says of one table (一张表的折算); a subclass says which events speak of it."""

    model: ClassVar[type[Base]]
    subject: ClassVar[str]
    key: ClassVar[tuple[str, ...]] = ("id",)
    words: ClassVar[Mapping[str, str]]
    """Column → its name in a sentence: these columns are compared."""
    codes: ClassVar[Mapping[str, type[Word]]] = {}
    """Column → the dictionary that its codes are words of."""

    def __init__(self) -> None:
        self.lines: dict[Hashable, Line] = {}

    def hear(self, told: Told) -> None:
        """Take note of one event."""
        raise NotImplementedError

    def line(self, key: Hashable) -> Line:
        """The row of this key, begun when first spoken of."""
        return self.lines.setdefault(key, Line())

    def faults(self, session: Session) -> Iterator[str]:
        """One sentence for every row that is not as the trail says, is missing, or that no event speaks of."""
        missing = dict(self.lines)
        for key, row in self.stored(session):
            line = missing.pop(key, None)
            if line is None:
                if self.must_be_told(row):
                    yield f"{self._spoken(key)}没有对应的留痕：不是由系统写入的。"
                continue
            yield from self.differences(key, line, row)
        for key, line in missing.items():
            if line.values:
                yield f"{self._spoken(key)}不见了：留痕第 {max(line.said_by.values())} 条记着它。"

    def stored(self, session: Session) -> Iterator[tuple[Hashable, Mapping[str, Any]]]:
        """Every row with its key, plain values by column."""
        columns = [self.model.__table__.columns[name] for name in dict.fromkeys((*self.key, *self.words))]
        rows = session.execute(
            select(*columns).order_by(*self.model.__table__.primary_key).execution_options(yield_per=2000)
        )
        for row in rows.mappings():
            plain = {name: plainly(value) for name, value in row.items()}
            parts = tuple(plain[name] for name in self.key)
            yield (parts[0] if len(parts) == 1 else parts), plain

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of which no event speaks is a fault."""
        return True

    def name(self, key: Any) -> str:
        """The row in a sentence."""
        return f"{self.subject} {key}"

    def _spoken(self, key: Any) -> str:
        """The name as the beginning of a sentence: a figure at its end stands off from the Chinese that follows."""
        name = self.name(key)
        return f"{name} " if name[-1].isascii() else name

    def differences(self, key: Hashable, line: Line, row: Mapping[str, Any]) -> Iterator[str]:
        """Every compared column that is not as told."""
        for column, word in self.words.items():
            if column in line.values and line.values[column] != row[column]:
                stored, told = (shown(value, self.codes.get(column)) for value in (row[column], line.values[column]))
                seq = line.said_by[column]
                yield f"{self._spoken(key)}的{word}被改动：现为「{stored}」，留痕第 {seq} 条为「{told}」。"


def plainly(value: Any) -> Any:
    """A stored value as events spell it: codes and days as text; times stay times."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def shown(value: Any, code: type[Word] | None = None) -> str:
    """A value in a sentence: words for codes, nothing as 空."""
    if value is None or value == "":
        return "空"
    if isinstance(value, datetime):
        return spoken_moment(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        value = next((one.word for one in code or () if one.value == value), value)
    if isinstance(value, list | tuple | set | frozenset):
        value = "、".join(sorted(shown(one, code) for one in value)) or "空"
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
