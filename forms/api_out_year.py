"""What the interface gives of the office's year (接口返回): duties, forms, sheets, rectifications, with the numbers that verbs ask for."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from workflow.tasks.words import Status
from workflow.year.words import Result, Verdict


class DutyOut(BaseModel):
    """One of the office's own duties (日程事项)."""

    key: str
    what: str
    quote: str
    rows: list[str]
    """Numbers of the rows that say so."""
    planned: date
    on: date
    done_at: datetime | None
    note: str


class DutiesOut(BaseModel):
    """The office's calendar of one ledger (办公室日程)."""

    duties: list[DutyOut]


class MatterOut(BaseModel):
    """A matter of the year as lists give it (办件)."""

    id: int
    about: str
    unit: str
    due: date
    status: Status
    version: int


class OpenRowOut(BaseModel):
    """A row that is not 销号 (未办结条目)."""

    id: int
    number: str
    text: str
    done: int
    total: int
    fate: str
    """Which row of a later ledger carries it on, or why none does; empty while nobody has settled it."""


class YearEndOut(BaseModel):
    """How a ledger's year ends (年结)."""

    closed_on: date | None
    rows: list[OpenRowOut]
    seen: str
    """Digest of all this, to close the year or carry rows from it."""


class ResultOut(BaseModel):
    """How one unit stands in an assessment (考核得分)."""

    id: int
    """Of its sheet."""
    version: int
    unit: str
    total: str
    grade: str
    rank: int | None


class ResultsOut(BaseModel):
    """The results of an assessment as they stand (考核结果)."""

    units: list[ResultOut]
    seen: str
    """Digest of all this, to show the first scores or lock the results from it."""


class FormRowOut(BaseModel):
    """One row of a unit's form (填报行)."""

    id: int
    number: str
    text: str
    not_concerned: bool
    fault: str


class FormPartOut(BaseModel):
    """The form of a unit below, which is or becomes a part of this one (下级填报)."""

    id: int
    unit: str
    status: Status
    taken: bool


class FormOut(MatterOut):
    """A unit's form with its rows and the forms of units below; ``through`` is the unit that gathers it (落实情况表)."""

    person: str
    phone: str
    through: str
    rows: list[FormRowOut]
    parts: list[FormPartOut]


class SheetLineOut(BaseModel):
    """One line of a look-back (核查项)."""

    id: int
    number: str
    done: bool | None
    text: str
    verdict: Verdict | None
    version: int


class SheetOut(MatterOut):
    """A unit's sheet with its lines (自查表)."""

    lines: list[SheetLineOut]


class RectificationOut(MatterOut):
    """A rectification (整改事项)."""

    problem: str
    measure: str
    person: str
    result: Result
    report: str


class WaitingOut(BaseModel):
    """What waits for the caller besides tasks (年度工作待办)."""

    kind: str
    id: int
    about: str
    unit: str
    due: date
    status: Status
    version: int


class WaitingsOut(BaseModel):
    """What waits for the caller besides tasks, the nearest deadline first."""

    matters: list[WaitingOut]
