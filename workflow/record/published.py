"""What a published table says (已发布的任务表): the frozen value handed from ``intake`` to the engine.

The JSON form of :class:`PublishedLedger` is the contract of ``flask --app app ledger read``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Self, get_args

from workflow.record.words import Word

Role = Literal["number", "text", "lead", "responsible", "deadline", "other"]
Pointed = Role | Literal["skip"]
"""What a person says that a column is for: one of these, or nothing that is to be read."""
ROLES: tuple[Pointed, ...] = (*get_args(Role), "skip")
Sureness = Literal["exact", "derived", "inherited", "recognised"]
"""Printed so in the row; completed from what is printed (承前省略, joined pieces); printed elsewhere (merged cells);
recognised by a machine from a scan."""


class Recurrence(Word):
    """How often a row asks for work (频次)."""

    DAILY = "daily", "每日"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half-yearly", "每半年"
    YEARLY = "yearly", "每年"
    CONTINUOUS = "continuous", "持续推进"


class Inspection(Word):
    """How the office itself checks a row (办公室检查)."""

    MONTHLY = "monthly", "每月检查"
    QUARTERLY = "quarterly", "每季度检查"
    IRREGULAR = "irregular", "不定期检查"
    DATED = "dated", "定期检查"


@dataclass(frozen=True)
class Problem:
    """Something the reader could not settle (待核实): never fatal, always shown to the office."""

    message: str
    """One Chinese sentence: what, where, and what to do."""
    line: int | None = None
    """1-based line of the source text, where known."""
    task: str | None = None
    """The number of the task it belongs to, where it belongs to one."""
    name: str | None = None
    """The printed name of which it asks whom it means: who settles that name has answered."""
    doubts: tuple[str, ...] = ()
    """The fields of the task, or of the head, that may have been read wrongly; empty where only the plan is unclear."""


@dataclass(frozen=True)
class ReportDue:
    """The plan-wide date by which every unit reports (报送时限)."""

    date: date
    to: str | None
    text: str


@dataclass(frozen=True)
class OfficeDuty:
    """Something that the notice says the office itself does (办公室事项): never a unit's deadline."""

    words: str
    """In short: 每月检查通报."""
    sentence: str
    line: int
    """1-based line of the source text where the sentence begins."""
    recurrence: Recurrence | None = None
    on: date | None = None
    """Its day where it has one; without day and rhythm it is irregular."""


@dataclass(frozen=True)
class Origin:
    """The characters that a value was read from (出处): 1-based lines of the source text, 0-based characters in them."""

    field: str
    """The name of the field of the task."""
    value: str
    sure: Sureness
    line: int
    start: int
    line_end: int
    end: int


@dataclass(frozen=True)
class PublishedTask:
    """One row of the table (一行任务)."""

    number: str
    section: tuple[str, ...]
    title: str | None
    requirement: str | None
    lead_units: tuple[str, ...] = ()
    responsible_units: tuple[str, ...] = ()
    lead_groups: tuple[str, ...] = ()
    responsible_groups: tuple[str, ...] = ()
    responsibility_text: str = ""
    due: date | None = None
    recurrence: Recurrence | None = None
    deadline_text: str | None = None
    inspection: Inspection | None = None
    inspection_on: date | None = None
    extra: tuple[tuple[str, str], ...] = ()
    """(column, text) of what is kept as printed and means nothing to the engine: 备注, 责任人, 联系电话."""
    line: int | None = None
    """1-based line of the source text where the row begins."""
    line_end: int | None = None
    """1-based last line of the row in the source text."""
    origins: tuple[Origin, ...] = ()
    doubts: tuple[str, ...] = ()
    """The fields that a person should look at."""


@dataclass(frozen=True)
class PublishedLedger:
    """One published table with its head (一份任务表)."""

    title: str | None
    year: int | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    report_due: ReportDue | None
    tasks: tuple[PublishedTask, ...]
    columns: tuple[tuple[str, str], ...] = ()
    """(role, name) of the columns as printed, left to right: number, text, lead, responsible, deadline, other."""
    problems: tuple[Problem, ...] = ()
    doubts: tuple[str, ...] = ()
    """The fields of the head that a person should look at; ``tasks``: rows may be missing or too many."""
    source_text: str = field(default="", repr=False)
    """The decoded text the line numbers refer to; not part of the JSON."""
    places: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Where a line of the source text stands in the file, in Chinese, for formats that are no plain text: 第 3 页第 5 行."""
    duties: tuple[OfficeDuty, ...] = ()
    """What the notice around the table says of the office's own checking; not part of the JSON."""
    alternative: PublishedLedger | None = field(default=None, repr=False)
    """The second best reading, where it sees other rows: of the same source text, which it does not repeat."""

    def to_json(self) -> dict[str, Any]:
        """The JSON form printed by ``ledger read``: dates as ISO strings, problems and source left out."""
        head = asdict(self)
        for name in ("problems", "source_text", "places", "columns", "duties", "alternative"):
            del head[name]
        plain: dict[str, Any] = json.loads(json.dumps(head, default=date.isoformat))
        return plain


@dataclass(frozen=True)
class Pointing:
    """What a person says about a file that is read wrongly (人工指认); what is not said is found as ever."""

    sheet: str = ""
    """The grid that holds the table, by its :attr:`RawGrid.name`."""
    head_row: int | None = None
    """The row of that grid that heads it, from 1; 0: it has no head."""
    roles: Mapping[int, Pointed] = field(default_factory=dict)
    """What columns are for, from 0; the others as their names and cells say."""
    separator: str = ""
    """What parts the cells of a plain text, one of :data:`SEPARATORS`."""
    encoding: str = ""
    """How a plain text is encoded, one of :data:`ENCODINGS`."""
    second: bool = False
    """The second best reading is the right one."""

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """From its JSON; what means nothing is left out."""
        roles = {int(at): role for at, role in dict(plain.get("roles") or {}).items() if role in ROLES}
        said = {name: plain[name] for name in ("sheet", "head_row", "separator", "encoding", "second") if name in plain}
        return cls(roles=roles, **said)


SEPARATORS = {
    "tab": "制表符",
    "bar": "竖线",
    "comma": "逗号",
    "semicolon": "分号",
    "wide": "两个以上的空格",
    "blank": "一个空格",
}
"""What may part the cells of a plain text, and what the office calls it."""
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")


@dataclass(frozen=True)
class RawGrid:
    """One table of a file before anything is understood (原始表格): for pointing at a head row and columns."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    """What each cell shows; all rows as wide as the widest."""
    separator: str = ""
    """What parted its cells, where the file is plain text."""


@dataclass(frozen=True)
class UnitRow:
    """One line of an imported directory (名录行)."""

    line: int
    name: str
    kind: str
    aliases: tuple[str, ...]
    groups: tuple[str, ...]
    parent: str = ""
    """Name or alias of the unit above; empty leaves it as it is."""
