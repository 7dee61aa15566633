"""Kinds of events (留痕事项): one row a kind, with its word, its icon, what it is about, its data, and how it is said.

Every room defines its own rows in its ``events``; a row that is defined is in the table, and only a row can be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

KINDS: dict[str, Kind[Any]] = {}
"""Every kind by its name, of the rooms that are imported; ``workflow.events`` imports all of them."""
SUBJECTS: dict[str, Subject] = {}
"""Everything that some kind is about, by its code."""


class Data(BaseModel):
    """What an event says (事项内容): the names of the fields are hashed and never change.

    What older events did not say yet has a default; what a newer program says more is passed over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)

    def written(self) -> dict[str, Any]:
        """As the chain keeps it: what was said, in plain values."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def said(self, *names: str) -> dict[str, Any]:
        """Those of the fields that the event did say."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


D = TypeVar("D", bound=Data)


@dataclass(frozen=True)
class Subject:
    """What an event may be about (对象)."""

    code: str
    word: str
    matter: bool = False
    """True for what climbs a chain: the column of tasks in a link bears its number."""

    def numbered(self, number: int) -> str:
        """One of them, as data and index spell it: ``task:12``."""
        return f"{self.code}:{number}"


def _nothing(data: Any) -> str:
    return ""


@dataclass(frozen=True, eq=False)
class Kind(Generic[D]):
    """One kind of event (事项)."""

    name: str
    word: str
    data: type[D]
    about: Subject | None = None
    icon: str = "dot"
    say: Callable[[D], str] = _nothing
    """What an event says in a line beside its word."""
    access: bool = False
    """True for what stands in the access log, not in the trail."""

    def __post_init__(self) -> None:
        if self.name and KINDS.setdefault(self.name, self) is not self:
            raise ValueError(f"two rows for {self.name}")
        if self.about is not None:
            SUBJECTS[self.about.code] = self.about

    def read(self, text: str) -> D:
        """The data of an event of this kind. Raises ValueError for what no such event says."""
        return self.data.model_validate_json(text)

    def of(self, code: str) -> Kind[D]:
        """The row that says the same of another subject: it is called after that."""
        return KINDS[f"{code}.{self.name.partition('.')[2]}"]

    def numbered(self, number: int | None) -> str | None:
        """What an event is about, None for nothing in particular."""
        if number is None:
            return None
        if self.about is None:
            raise TypeError(f"{self.name} is about nothing")
        return self.about.numbered(number)


_OTHER = Kind("", "其他事项", Data)


def kind_of(name: str) -> Kind[Any]:
    """The row of an event that was read; one without a name where this program has none."""
    return KINDS.get(name, _OTHER)


def subject_in(name: str, task_id: int | None, data: Mapping[str, Any]) -> str | None:
    """What the hashed part of a link is about; before links said so, its task or the number in its data."""
    if "subject" in data:
        return str(data["subject"])
    if task_id is not None:
        return TASK.numbered(task_id)
    about = kind_of(name).about
    number = data.get(f"{about.code}_id") if about else None
    return about.numbered(number) if about and number is not None else None


def spoken_subject(subject: str | None) -> str:
    """``task:12`` → 任务 12; empty for nothing in particular."""
    code, _, number = (subject or "").partition(":")
    return f"{SUBJECTS[code].word if code in SUBJECTS else code} {number}".strip()


TASK = Subject("task", "任务", matter=True)
"""What most events are about; a link has a column for its number."""


class Anchored(Data):
    """A head of the access log."""

    seq: int
    hash: str


class Begun(Data):
    """From now on there are checkpoints; why anew."""

    reason: str = ""


class ClockAccepted(Data):
    """The latest time seen before."""

    before: str
    sessions_ended: int = 0


class Reached(Data):
    """What somebody asked for at the door, and the answer."""

    method: str
    path: str
    status: int
    query: str = ""


def _at_the_door(name: str, word: str, about: Subject | None = None) -> Kind[Reached]:
    return Kind(name, word, Reached, about, access=True)


ANCHORED = Kind("access.anchored", "访问记录链头", Anchored)
CLOCK_ACCEPTED = Kind("clock.accepted", "确认系统时钟", ClockAccepted)
CHECKPOINTS_BEGUN = Kind("trail.checkpoints_begun", "开始留痕检查点", Begun)
FORBIDDEN = _at_the_door("refused.forbidden", "越权被拒", TASK)
NOT_FOUND = _at_the_door("refused.not_found", "打开不存在或无权的内容", TASK)
FORGED = _at_the_door("refused.forged", "页面凭据不符被拒", TASK)
TOKEN_REFUSED = _at_the_door("refused.token", "无效令牌被拒", TASK)
REFUSALS = frozenset({FORBIDDEN, NOT_FOUND, FORGED, TOKEN_REFUSED})
EVIDENCE_FETCHED = _at_the_door("download.evidence", "下载证明材料", TASK)
PAPER_FETCHED = _at_the_door("download.paper", "下载线下签批扫描件", TASK)
PACKET_FETCHED = _at_the_door("download.packet", "下载证据包", TASK)
DOSSIER_FETCHED = _at_the_door("download.dossier", "下载年度卷宗")
SOURCE_FETCHED = _at_the_door("download.source", "下载任务表原件")
OTHER_FETCHED = _at_the_door("download.other", "下载其他文件", TASK)
LEDGER_EXPORTED = _at_the_door("export.ledger", "导出台账")
UNITS_EXPORTED = _at_the_door("export.units", "导出单位名录")
TRAIL_EXPORTED = _at_the_door("export.trail", "导出留痕")
PEOPLE_LOOKED_AT = _at_the_door("look.people", "查看人员名单")
CONTACTS_LOOKED_AT = _at_the_door("look.contacts", "查看联系方式")
TRAIL_LOOKED_AT = _at_the_door("look.trail", "查看留痕")
