"""From rows to tasks (组装): sections, merged cells, several items in one cell, numbers, units and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from intake import problems, sections
from intake.grammar import columns, dates, deadlines, headings, persons, responsibility
from intake.grammar.persons import Apart
from intake.grammar.wording import TERMINAL, squeeze, unmark
from intake.grid import Cell, Row, Table
from intake.joins import joined
from intake.notices import standing
from intake.notices.standing import Standing
from intake.shape import Shape, shape_of
from workflow.record.published import Problem, PublishedTask


class Item(NamedTuple):
    """One task as printed: its number, its short title, its requirement with the lines it stood on."""

    number: str | None
    title: str
    cell: Cell


@dataclass
class Assembly:
    """The tasks of a document so far, and what was doubtful about them."""

    year: int | None
    standing: Standing = field(default_factory=Standing)
    known: frozenset[str] = frozenset()
    """Names of units seen whole elsewhere."""
    tasks: list[PublishedTask] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    everywhere: tuple[tuple[str, str], ...] = ()
    """(role, text) of what the title says for every row."""
    owners: tuple[tuple[str, str], ...] = ()
    """(role, text) of labels right above the first table."""
    owner: tuple[tuple[str, str], ...] = ()
    """(role, text) of the unit whose table this is, where no column names any."""
    school: bool = False
    """The year is a school year."""
    told: bool = False
    guessed: bool = False
    """No name says which of several columns of units leads."""
    above: tuple[tuple[str, str], ...] = ()
    """(role, text) of merged rows 责任单位：… that hold for the rows below them."""
    people: tuple[tuple[str, str], ...] = ()
    """(label, name) of merged rows 责任领导：… above the rows."""
    within: tuple[tuple[str, str], ...] = ()
    """(role, text) of what the headings above a row say in their own words: a unit, a limit."""

    def _timing(self, row: Row, shape: Shape, words: str) -> deadlines.Timing:
        """By when and how often, from all columns that say so; of columns for quarters the last one filled."""
        said = [(at, text) for at in shape.deadlines if (text := squeeze(row.text(at)))]
        quarters = [name for at, _ in said if (name := shape.quarters.get(at))]
        cells = [text for at, text in said if at not in shape.quarters and at not in shape.checks]
        above = [text for role, text in self._around() if role == "deadline"][:1] if not cells else []
        if above and not dates.limits(words):
            cells = above
        printed = "；".join([*cells, *quarters[-1:]])
        dated = dates.in_school_year(printed, self.year) if self.school else printed
        timing = deadlines.read(dated, dates.in_school_year(words, self.year) if self.school else words, self.year)
        timing.text = printed if timing.text == dated else timing.text
        if self.school and self.year and timing.text and timing.text not in words:
            timing.text = timing.text.replace(f"{self.year + 1}年", "")
        for at, text in said:
            if at in shape.checks:
                deadlines.checked(text, self.year, timing)
        if self.standing.deadline and not (timing.due or timing.unread or timing.relative):
            shared = deadlines.read(self.standing.deadline, "", self.year)
            timing.due, timing.text = shared.due, shared.text
        return timing

    def _around(self) -> tuple[tuple[str, str], ...]:
        return (*self.above, *self.within, *self.owner, *self.everywhere)

    def take(self, table: Table, above: tuple[str, ...] = ()) -> None:
        """Read one table; ``above``: its name, where a document holds several."""
        rows = [row for row in table.rows if row.filled() and not sections.is_none(row)]
        headed = [(sections.heading(row, table, above), row) for above, row in pairwise([None, *rows]) if row]
        self.told, self.guessed = table.told, columns.unsaid(table.columns)
        if table.guessed:
            self.problems.append(
                Problem("表头没有读到或不认识，各栏是按内容判断的，请核对每一栏是否对应。", table.line)
            )
        shape = shape_of(table, [row for heading, row in headed if heading is None])
        shape = shape_of(table, joined([_copy(row) for heading, row in headed if heading is None], shape))
        owners = sections.owner(above[-1]) if above else ()
        self.owner = (owners or self.owners) if not shape.units else ()
        blocks = list(sections.blocks(headed))
        outline = headings.Outline(max((len(names) for names, _ in blocks), default=1))
        for names, block in blocks:
            labelled = [label for name in names if (label := sections.labelled(name))]
            people = [person for name in names if (person := sections.person(name))]
            if names:
                self.above, self.people = tuple(labelled), tuple(people) or self.people
            outline.enter([name for name in names if not (sections.labelled(name) or sections.person(name))])
            self.within = sections.said(outline.path(), self.year)
            self._block(joined(block, shape), shape, (*above, *outline.path()))

    def _block(self, rows: list[Row], shape: Shape, path: tuple[str, ...]) -> None:
        """The rows under one heading; merged cells go down within it, never beyond."""
        groups: dict[int, str] = {}
        above: Row | None = None
        for row in rows:
            _fill_groups(row, shape, groups)
            _fill_title(row, above, shape)
            inherited = self._inherit_units(row, above, shape)
            section = (*path, *(groups[at] for at in shape.groups if groups.get(at)))
            for item in _items(row, shape):
                self._task(row, shape, section, item, inherited)
            above = row

    def _inherit_units(self, row: Row, above: Row | None, shape: Shape) -> bool:
        """A row whose unit cells are all empty stands under a merged one, if its own group goes on."""
        if above is None or self.told or not shape.units or any(row.text(at).strip() for at in shape.units):
            return False
        if any(row.text(at).strip() for at in shape.groups):
            return False
        for at in shape.units:
            row.cells[at] = Cell(above.text(at), row.line, row.line_end)
        return any(row.text(at).strip() for at in shape.units)

    def _units(self, row: Row, shape: Shape, beside: list[Apart]) -> responsibility.Responsibility:
        """Who acts: by the cells of the row without persons, by what stands above it, by what is said for all."""
        units = responsibility.Responsibility()
        below: list[str] = []
        for at, cell in zip(shape.units, beside, strict=True):
            words, names = standing.said_once(self.standing.said(cell.text))
            responsibility.read(words, "lead" if at in shape.leads else "responsible", units, self.known)
            below += names
        for role, text in self._around():
            if role == "lead" and not (units.lead_units or units.lead_groups):
                responsibility.read(text, "lead", units)
            elif role == "responsible" and not units.names:
                responsibility.read(text, "responsible", units)
        self.standing.apply(units)
        if below:
            self.standing = replace(self.standing, added=(*self.standing.added, *below))
        return units

    def _task(self, row: Row, shape: Shape, section: tuple[str, ...], item: Item, inherited: bool) -> None:
        beside = [persons.apart(row.text(at), expected=at in shape.personal) for at in shape.units]
        units = self._units(row, shape, beside)
        requirement = squeeze(item.cell.text) or None
        timing = self._timing(row, shape, f"{item.title}。{requirement or ''}")
        printed = (" ".join(unmark(row.text(at)).split()) for at in shape.units)
        line = item.cell.line or row.line
        task = PublishedTask(
            number=headings.in_digits(item.number) if item.number else str(len(self.tasks) + 1),
            section=section,
            title=item.title or None,
            requirement=requirement,
            lead_units=tuple(units.lead_units),
            responsible_units=tuple(units.responsible_units),
            lead_groups=tuple(units.lead_groups),
            responsible_groups=tuple(units.responsible_groups),
            responsibility_text="|".join(text for text in printed if text),
            due=timing.due,
            recurrence=timing.recurrence,
            deadline_text=timing.text or None,
            inspection=timing.inspection,
            inspection_on=timing.inspection_on,
            extra=(*_extra(row, shape), *persons.column(beside), *self.people),
            line=line,
            line_end=max(item.cell.line_end or row.line_end, line),
        )
        self.tasks.append(task)
        self.problems += problems.of_text(task, expected=shape.title is None)
        self.problems += problems.of_units(task, units)
        self.problems += problems.of_persons(task, beside)
        self.problems += problems.of_timing(task, timing)
        self.problems += problems.of_cells(task, row, shape)
        signed = self.standing.unexplained(task.responsibility_text)
        said = problems.of_row(task, inherited=inherited, ragged=row.ragged, guessed=self.guessed, signed=signed)
        self.problems += said


def _copy(row: Row) -> Row:
    return Row(list(row.cells), row.line, row.line_end, row.after_gap, row.across, row.ragged)


def _fill_groups(row: Row, shape: Shape, groups: dict[int, str]) -> None:
    """What the group columns say for a row: a new group on the left ends those on its right."""
    fresh = False
    for at in shape.groups:
        text = squeeze(row.text(at))
        if text and text != groups.get(at):
            fresh, groups[at] = True, text
        elif not text and fresh:
            groups[at] = ""


def _fill_title(row: Row, above: Row | None, shape: Shape) -> None:
    """A title merged over several numbered rows goes down to each of them."""
    at = shape.title
    if at is None or above is None or shape.site != "column" or not shape.groups or row.text(at).strip():
        return
    if not any(row.text(group).strip() for group in shape.groups):
        row.cells[at] = Cell(above.text(at), row.line, row.line_end)


def _extra(row: Row, shape: Shape) -> Iterator[tuple[str, str]]:
    """What is kept as printed, with the name of its column."""
    for at, name in shape.others:
        if text := unmark(row.text(at)).strip():
            yield name, text


def _items(row: Row, shape: Shape) -> Iterator[Item]:
    """Every task in a row."""
    title = unmark(row.text(shape.title)).strip() if shape.title is not None else ""
    cells = [row.cells[at] for at in shape.requirement if row.text(at).strip()]
    said = [unmark(row.text(at)).strip() + _stop(row, at, shape) for at in shape.requirement if row.text(at).strip()]
    cell = Cell("\n".join(said).rstrip("；"), row.line, row.line_end)
    if shape.site == "requirement":
        yield from _numbered_items(cells, cell)
        return
    number = None
    if shape.site == "column" and shape.number is not None:
        number = headings.code(unmark(row.text(shape.number)))
    named = headings.number_of(title or cell.text)
    if named and (shape.site == "title" or named.printed == number):
        number = named.printed
        if title:
            title = named.rest
        else:
            cell = Cell(named.rest, cell.line, cell.line_end)
    yield Item(number, squeeze(title), cell)


def _stop(row: Row, at: int, shape: Shape) -> str:
    """What parts the plan of a quarter from that of the next."""
    return "；" if at in shape.quarters and squeeze(row.text(at))[-1] not in TERMINAL else ""


def _numbered_items(cells: list[Cell], whole: Cell) -> Iterator[Item]:
    """The numbered items of a requirement cell, each with its own lines."""
    lined = any("\n" in cell.text for cell in cells)
    first = cells[0].line if cells else whole.line
    for start, text in headings.items(whole.text):
        number = headings.number_of(text)
        line, end = whole.line, whole.line_end
        if lined:
            line = min(first + whole.text[:start].count("\n"), end)
            end = min(line + text.strip().count("\n"), end)
        yield Item(number.printed if number else None, "", Cell(number.rest if number else text, line, end))
