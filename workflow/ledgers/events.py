"""What happens to a ledger before and after it is published (台账的留痕事项)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from workflow.ledgers.words import Part, ProgressBy
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.record.published import Recurrence

LEDGER = Subject("ledger", "台账")


class OfLedger(Data):
    """Which ledger it is."""

    ledger_id: int


class Document(OfLedger):
    """A draft with the document it was read from."""

    title: str
    source_sha256: str
    rows: int = 0
    pointed_at: str | None = None
    """The file by whose pointing it was read."""


class ReadAgain(OfLedger):
    """A draft's rows were replaced by another reading: how, and what was settled and lost by it."""

    how: str
    rows: int
    lost: str


class PointingForgotten(OfLedger):
    """The file by which something had been pointed out."""

    file: str


class Head(OfLedger):
    """The head of a draft as it is now."""

    title: str
    year: int
    document_number: str | None
    report_due: date | None
    lead_tasks: bool


class Row(OfLedger):
    """What a row says now."""

    number: str
    due: date | None = None
    recurrence: Recurrence | None = None
    requirement: str | None = None
    title: str | None = None
    parts: int | None = None
    """Into how many it was split."""
    with_number: str | None = None
    """Which row went up in it."""


class Follows(OfLedger):
    """Which row of an earlier ledger a row carries on."""

    number: str
    earlier_ledger_id: int | None
    earlier_number: str | None
    item_id: int | None = None
    earlier_item_id: int | None = None


class Named(OfLedger):
    """A name in a row's cells of units."""

    number: str = ""
    phrase: str = ""
    part: Part | None = None
    unit: str = ""


class Settled(OfLedger):
    """Which units a printed name stands for, in how many cells, and how many doubts that answered."""

    phrase: str
    units: Sequence[str]
    cells: int = 0
    doubts: int = 0


class Looked(OfLedger):
    """A doubt of the reader that was looked at, in so many places."""

    problem: str
    places: int = 1


class Resolved(OfLedger):
    """How many names the directory knew this time."""

    settled: int
    doubts: int = 0


class Published(OfLedger):
    """What was frozen: the words of every row as a digest, and the units of every name."""

    title: str
    source_sha256: str
    units: Mapping[str, Mapping[str, Sequence[str]]] = {}
    rows: Mapping[int, str] | None = None
    parties: Sequence[tuple[int, int, Part, Sequence[int]]] | None = None
    """(name, row, part, units) by their ids: a unit may be renamed later."""


class LightsSet(OfLedger):
    """From when on which lights are shown."""

    valid_from: date
    near_days: int = 0
    notice_days: int = 0
    grave_days: int = 0
    behind: int = 0
    far_behind: int = 0


class YearClosed(OfLedger):
    """On which day the clocks stopped, and what was open then."""

    closed_on: date
    rows: int
    tasks: int


class YearReopened(OfLedger):
    """Why the clocks go on."""

    reason: str


class RowLeft(OfLedger):
    """Why a row that was open is carried on by none; empty where that is taken back."""

    item_id: int
    number: str
    reason: str


class SettingsTaken(OfLedger):
    """How many names, policies and rules a ledger took over from which earlier one."""

    earlier_ledger_id: int
    names: int
    policies: int


class ProgressSet(OfLedger):
    """How units say how far their own work has come, from now on."""

    progress_by: ProgressBy


LEDGER_READ = Kind("ledger.read", "读入任务表", Document, LEDGER)
READ_AGAIN = Kind(
    "ledger.read_again", "重新读入", ReadAgain, LEDGER, say=lambda data: f"{data.how}，{data.rows} 项。{data.lost}"
)
POINTING_FORGOTTEN = Kind(
    "ledger.pointing_forgotten", "忘掉指认", PointingForgotten, LEDGER, say=lambda data: data.file
)
LEDGER_DISCARDED = Kind("ledger.discarded", "作废草稿", Document, LEDGER)
HEAD_EDITED = Kind("ledger.head_edited", "修改台账抬头", Head, LEDGER)
ITEM_EDITED = Kind("ledger.item_edited", "修改条目", Row, LEDGER)
ITEM_DELETED = Kind("ledger.item_deleted", "删除条目", Row, LEDGER)
ITEM_ADDED = Kind("ledger.item_added", "补充条目", Row, LEDGER)
ITEM_SPLIT = Kind("ledger.item_split", "拆分条目", Row, LEDGER)
ITEM_MERGED = Kind("ledger.item_merged", "合并条目", Row, LEDGER)
ITEM_FOLLOWS = Kind("ledger.item_follows", "对应往年条目", Follows, LEDGER)
PARTY_ADDED = Kind("ledger.party_added", "添加责任主体", Named, LEDGER)
PARTY_SETTLED = Kind("ledger.party_settled", "认定单位", Settled, LEDGER)
PARTY_DROPPED = Kind("ledger.party_dropped", "移除责任主体", Named, LEDGER)
PROBLEM_SETTLED = Kind("ledger.problem_settled", "处理待核实事项", Looked, LEDGER)
RESOLVED_AGAIN = Kind("ledger.resolved_again", "重新对照单位名录", Resolved, LEDGER)
LEDGER_PUBLISHED = Kind("ledger.published", "发布台账", Published, LEDGER)
LIGHTS_SET = Kind("ledger.lights_set", "设置预警规则", LightsSet, LEDGER)
PROGRESS_SET = Kind("ledger.progress_set", "设置自报进度", ProgressSet, LEDGER)
YEAR_CLOSED = Kind(
    "ledger.year_closed", "年结", YearClosed, LEDGER, "calendar-x",
    lambda told: f"计时停在{spoken(told.closed_on)}，未办结 {told.rows} 条 {told.tasks} 件",
)  # fmt: skip
YEAR_REOPENED = Kind("ledger.year_reopened", "撤销年结", YearReopened, LEDGER, say=lambda told: told.reason)
ROW_LEFT = Kind("ledger.row_left", "不再承接", RowLeft, LEDGER, say=lambda told: f"第 {told.number} 条：{told.reason}")
SETTINGS_TAKEN = Kind(
    "ledger.settings_taken", "沿用上年设置", SettingsTaken, LEDGER,
    say=lambda told: f"名称 {told.names} 个，签批和预警设置 {told.policies} 项",
)  # fmt: skip
