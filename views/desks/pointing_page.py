"""What a file is read as while a person points (指认所见): its tables as they are, the pointing, the first rows that come of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from forms.pointing import PointingForm
from intake.grammar.columns import is_head
from views.reading_in import File
from workflow.ledgers.beside import FIRST, Seen, seen
from workflow.ledgers.pointing import known_form
from workflow.record.errors import Unreadable
from workflow.record.published import ROLES, Pointed, Pointing, PublishedLedger, RawGrid

HEADS = 60
"""Rows that may be named as the head."""
TEXTS = (".txt", ".csv", ".tsv")


@dataclass(frozen=True)
class Column:
    """One column while it is pointed at (一列)."""

    name: str
    sample: str
    said: str | None
    """What a person says it is."""
    read_as: str
    """What it is read as now, where that is known."""


@dataclass
class Sight:
    """What the page shows (指认所见)."""

    pointing: Pointing
    grids: Sequence[RawGrid] = ()
    at: int | None = None
    """Which table is pointed at; None for all of them."""
    likely: int = 0
    """The table whose columns are shown where all are pointed at."""
    published: PublishedLedger | None = None
    refused: str = ""
    """Why nothing is read."""
    changed: bool = False
    """Whether the rows shown before were those of another pointing."""
    is_text: bool = False
    """Whether separator and encoding mean something."""

    @property
    def grid(self) -> RawGrid | None:
        """The table whose columns are shown."""
        return self.grids[self.likely if self.at is None else self.at] if self.grids else None

    @property
    def first(self) -> list[Seen]:
        """The first rows as they would be read."""
        return [seen(task) for task in self.published.tasks[:FIRST]] if self.published else []

    @property
    def heads(self) -> list[tuple[int, str]]:
        """The rows that may be named as the head, with their words."""
        rows = enumerate(self.grid.rows, start=1) if self.grid else ()
        known = self.pointing.head_row
        return [(at, "｜".join(filter(None, row))) for at, row in rows if at == known or (at <= HEADS and any(row))]

    @property
    def marks(self) -> list[str]:
        """Of the table, of its head, of the whole pointing: what is said of one is not said of another."""
        said = asdict(self.pointing)
        table = {name: said[name] for name in ("sheet", "separator", "encoding")}
        return [_mark(one) for one in (table, {**table, "head": said["head_row"]}, said)]

    @property
    def columns(self) -> list[Column]:
        """The columns that are pointed at."""
        if self.grid is None:
            return []
        head = self.pointing.head_row or 0
        below = self.grid.rows[head:]
        read = self.published.columns if self.published else ()
        return [
            Column(
                self.grid.rows[head - 1][at] if head else "",
                next((row[at] for row in below if row[at]), ""),
                self.pointing.roles.get(at),
                read[at][0] if len(read) == len(self.grid.rows[0]) else "",
            )
            for at in range(len(self.grid.rows[0]))
        ]


def first_sight(file: File) -> Sight:
    """As the draft was read: by what is remembered, else by what the reader would take for table and head."""
    known = known_form([file.kept], file.name, file.grids) if file.kept else None
    sight = Sight(known[1] if known else Pointing())
    _lay_tables(sight, file)
    if sight.grid is not None and known:
        sight.at = next((n for n, grid in enumerate(sight.grids) if grid.name == sight.pointing.sheet), None)
    elif sight.grid is not None:
        row = _likely_head(sight.grid)
        alike = all(grid.rows[row - 1 : row] == sight.grid.rows[row - 1 : row] for grid in sight.grids)
        sight.at = None if alike else sight.likely
        sight.pointing = replace(
            sight.pointing, sheet=_name(sight), head_row=row, roles=_as_read(file, len(sight.grid.rows[0]))
        )
    return _read(sight, file)


def sight_of(form: PointingForm, file: File) -> Sight:
    """As a person points. Raises Invalid for what the page does not offer."""
    sight = Sight(form.way())
    _lay_tables(sight, file)
    if sight.grid is not None:
        sight.at = form.grid(sight.grids) if len(sight.grids) > 1 else None
        sight.pointing = replace(sight.pointing, sheet=_name(sight))
        same_table = form.saw()[0] == sight.marks[0]
        sight.pointing = replace(
            sight.pointing, head_row=form.head(sight.grid) if same_table else _likely_head(sight.grid)
        )
        if form.saw()[1] == sight.marks[1]:
            sight.pointing = replace(sight.pointing, roles=form.said_roles(len(sight.grid.rows[0])))
    sight.changed = form.saw()[2] != sight.marks[2]
    return _read(sight, file)


def _lay_tables(sight: Sight, file: File) -> None:
    """The tables of the file; a plain text is parted in the way that looks most like one, unless that is said."""
    way = Pointing(separator=sight.pointing.separator, encoding=sight.pointing.encoding)
    try:
        found = [grid for grid in file.grids(way) if grid.rows]
    except Unreadable as unreadable:
        found, sight.refused = [], unreadable.message
    sight.is_text = not found or any(grid.separator for grid in found) or file.name.lower().endswith(TEXTS)
    if not found:
        sight.refused = sight.refused or "没有找到可以指认的表格；如果是文本，请选择分隔符。"
        return
    sight.likely = _likely(found)
    if any(grid.separator for grid in found):
        found, sight.likely = [found[sight.likely]], 0
        sight.pointing = replace(sight.pointing, separator=found[0].separator)
    sight.grids = found


def _read(sight: Sight, file: File) -> Sight:
    if sight.grid is not None:
        try:
            sight.published = file.read(sight.pointing)
        except Unreadable as unreadable:
            sight.refused = unreadable.message
    return sight


def _as_read(file: File, width: int) -> dict[int, Pointed]:
    """What the reader by itself takes the columns for, where it reads a table of this width."""
    try:
        columns = file.read(Pointing()).columns
    except Unreadable:
        return {}
    said = [role for role, _ in columns if role in ROLES]
    return dict(enumerate(said)) if len(said) == width else {}


def _likely(grids: Sequence[RawGrid]) -> int:
    """The table with a head of known names, else the fullest."""
    headed = (at for at, grid in enumerate(grids) if any(is_head(list(row)) for row in grid.rows[:HEADS]))
    fullest = max(range(len(grids)), key=lambda at: sum(bool(cell) for row in grids[at].rows for cell in row))
    return next(headed, fullest)


def _likely_head(grid: RawGrid) -> int:
    """The row that is a head of known names, else the first of those that are fullest."""
    filled = [sum(map(bool, row)) for row in grid.rows[:HEADS]]
    known = (at for at, row in enumerate(grid.rows[:HEADS], start=1) if is_head(list(row)))
    return next(known, filled.index(max(filled)) + 1)


def _name(sight: Sight) -> str:
    return sight.grids[sight.at].name if sight.at is not None else ""


def _mark(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]
