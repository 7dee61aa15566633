"""From a file to a ledger (读表步骤): told apart by format, laid out, read row by row, checked as a whole."""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from intake import doubts, formats, lexicon, origins, pointing, remarks, sections, seen, unsure
from intake.assemble import Assembly
from intake.blocks import Document
from intake.decode import decode, spoilt
from intake.grammar import dates
from intake.grammar.folding import Printed, clean, simplified
from intake.grid import Sheet
from intake.layouts import layout, splitters
from intake.layouts.gridded import Reading
from intake.notices import beside_title, duties, notice, reporting, standing
from intake.problems import of_numbers
from intake.programs import Needs
from workflow.record.errors import Unreadable
from workflow.record.published import Pointing, Problem, PublishedLedger, PublishedTask, RawGrid

_WORDS = (
    "section", "title", "requirement", "lead_units", "responsible_units", "lead_groups", "responsible_groups",
    "responsibility_text", "deadline_text", "extra",
)  # fmt: skip
"""Fields of a task that are cut out of the text."""


def read(
    data: bytes, *, filename: str = "", pointed: Pointing | None = None, known: Sequence[str] = ()
) -> PublishedLedger:
    """:func:`intake.read`."""
    name = _named(filename)
    found = replace(_laid(data, name, pointed or Pointing()), directory=known)
    ledger = _whole(found.readings[0] if found.readings else None, found, name)
    other = doubts.runner_up(found.readings)
    if other is None:
        return ledger
    second = replace(_whole(other, found, name), source_text="", places={})
    if pointed and pointed.second:
        first = replace(ledger, source_text="", places={})
        return replace(second, source_text=ledger.source_text, places=ledger.places, alternative=first)
    return replace(ledger, alternative=second if second.tasks else None)


def grids_of(data: bytes, *, filename: str = "", pointed: Pointing | None = None) -> tuple[RawGrid, ...]:
    """:func:`intake.grids_of`."""
    return pointing.grids_of(data, _named(filename), pointed or Pointing())


def _named(filename: str) -> str:
    return f"《{filename[:80]}》" if filename else "文件"


def _whole(reading: Reading | None, found: Found, name: str) -> PublishedLedger:
    """One reading as a ledger, its values as printed, each with its origin."""
    ledger = _read(reading, found, name)
    printed = Printed(found.lines)
    if printed:
        head = ("title", "issuer", "document_number")
        ledger = replace(
            ledger,
            tasks=tuple(_as_printed(task, printed) for task in ledger.tasks),
            **{field: printed.of(getattr(ledger, field)) for field in head},
        )
    traced, untraced = origins.traced(ledger.tasks, found.lines)
    every = (*ledger.problems, *untraced, *unsure.remarks(ledger, traced, found.lines, found.unsure))
    return replace(
        ledger,
        tasks=tuple(doubts.marked(ledger.tasks, traced, every)),
        doubts=doubts.of_head(every),
        problems=tuple(sorted(every, key=lambda problem: problem.line or 0)),
        source_text="\n".join(found.lines),
    )


def _as_printed(task: PublishedTask, printed: Printed) -> PublishedTask:
    fields = {field: printed.of(value) for field in _WORDS if (value := getattr(task, field))}
    changed = {field: value for field, value in fields.items() if value != getattr(task, field)}
    return replace(task, **changed) if changed else task


def _read(reading: Reading | None, found: Found, name: str) -> PublishedLedger:
    """Read the laid out document, in simplified characters."""
    sheet = reading.sheet if reading else None
    text = "\n".join(found.lines)
    empty = f"没有读到任务表：{name}里找到了表头，但表头下面没有任务行，请确认表格内容完整后再读入。"
    if sheet is None and layout.has_head(layout.lines_of(simplified(text))):
        return _without_rows(notice.read(layout.lines_of(simplified(text)), [], ""), text, empty)
    if sheet is None:
        return _without_rows(notice.read(layout.lines_of(simplified(text)), [], ""), text, _no_table(found, name))
    body = "\n".join(line.text for line in sheet.before)
    body += "\n".join(cell.text for table in sheet.tables for row in table.rows for cell in row.cells)
    named = _table_names(sheet)
    head = notice.read([*sheet.before, *reporting.introducing(sheet.stray)], sheet.after, body, annexes=named)
    around = standing.read([simplified(line) for line in found.lines])
    assembly = Assembly(head.year, around, lexicon.of(sheet.tables, found.directory))
    assembly.owners = sections.above(sheet.before)
    assembly.everywhere, assembly.school = beside_title.duties(head.aside), dates.of_school(head.title)
    for table in sheet.tables:
        assembly.take(table, table.names[-1:] if named else ())
    if not assembly.tasks:
        return _without_rows(head, text, empty)
    problems = [
        *(Problem(note) for note in found.notes),
        *remarks.of_all(sheet, head, around),
        *assembly.problems,
        *of_numbers(assembly.tasks),
        *doubts.of_readings(found.readings),
    ]
    columns = max((table.columns for table in sheet.tables), key=len)
    return _ledger(
        head,
        tasks=tuple(assembly.tasks),
        columns=tuple((column.role, column.name) for column in columns),
        problems=tuple(problems),
        source_text=text,
        places=found.places,
        duties=duties.of_notice([*sheet.before, *sheet.after], head.year),
    )


def _table_names(sheet: Sheet) -> list[str]:
    """The names of the tables where a document holds several; the first one's stands at the end of what is before."""
    if len(sheet.tables) < 2 or not any(table.names for table in sheet.tables[1:]):
        return []
    first = sheet.tables[0]
    first.names = first.names or tuple(notice.own_name(sheet.before))
    above = first.names
    for table in sheet.tables:
        table.names = above = tuple(name for name in table.names if not notice.is_annex_mark(name)) or above
    names = [name for table in sheet.tables for name in table.names[-1:]]
    return names if len(set(names)) > 1 else []


def answer(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Read in a process apart: the ledger as JSON, the sentence of refusal, or the program that is needed first.

    With ``grids`` in the question, the grids of the file before anything is understood.
    """
    pointed = Pointing.of(question.get("pointed") or {})
    gc.set_threshold(100_000)  # nothing here is held in circles, and the process ends with its answer
    try:
        if not question.get("patient", True) and formats.has_many_pages(data):
            return {"needs": "time", "unreadable": "页数较多，读入需要一些时间。"}
        if question.get("grids"):
            return {"grids": [asdict(grid) for grid in grids_of(data, filename=question["filename"], pointed=pointed)]}
        ledger = read(data, filename=question["filename"], pointed=pointed, known=question.get("known", ()))
        return {"ledger": json.dumps(asdict(ledger), default=str)}
    except Needs as needs:
        return {"needs": needs.program, "unreadable": needs.message}
    except Unreadable as unreadable:
        return {"unreadable": unreadable.message}


def _ledger(head: notice.Head, **rest: Any) -> PublishedLedger:
    return PublishedLedger(
        title=head.title or None,
        year=head.year,
        issuer=head.issuer,
        document_number=head.document_number,
        issued_on=head.issued_on,
        report_due=head.report_due,
        **rest,
    )


def _without_rows(head: notice.Head, text: str, refusal: str) -> PublishedLedger:
    """A notice that only announces its table, or whose table came without words, has facts but no tasks.

    Raises Unreadable with the refusal for anything else.
    """
    issued = head.document_number or (head.issued_on and head.issuer)
    if not (issued and head.title and "附件" in text):
        raise Unreadable(refusal)
    said = "这份通知里没有读到任务表，只读出了文号、日期等；请把附件的表格另行读入，或在核对页逐条添加任务。"
    return _ledger(head, tasks=(), problems=(Problem(said),), source_text=text)


@dataclass
class Found:
    """A file laid out (版面): its lines as printed, all readings of them in simplified characters, the best first."""

    lines: list[str]
    readings: list[Reading] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    directory: Sequence[str] = ()
    """Names that the office knows."""
    unsure: dict[int, list[str]] = field(default_factory=dict)
    """By line, what recognition is not sure of."""
    document: Document | None = None
    """Its blocks, where it is no plain text."""


def _laid(data: bytes, name: str, pointed: Pointing) -> Found:
    plain = bool(pointed.separator or pointed.encoding)
    reader = None if plain else formats.reader_of(data, name)
    if reader is not None:
        document = reader(data, name)
        document.clean()
        others = [grid for grid in document.grids if pointed.sheet not in ("", grid.name)]
        if others:
            document.notes.append(f"按指认只读入“{pointed.sheet}”，另外 {len(others)} 张表没有读入。")
        laid = layout.of_document(document, pointed)
        doubtful = unsure.by_line(document, laid.places)
        return Found(laid.printed, laid.readings, laid.places, document.notes, unsure=doubtful, document=document)
    text = decode(data, name, pointed.encoding)
    printed = clean(text)
    if pointed.separator:
        laid = layout.of_document(pointing.document_of(printed, pointed), pointed)
        return Found(laid.printed, laid.readings, laid.places, spoilt(text))
    readings = layout.readings(layout.lines_of(simplified(printed)))
    return Found(printed.split("\n"), readings, notes=spoilt(text))


def _no_table(found: Found, name: str) -> str:
    lines, document = found.lines, found.document
    if len(lines) > splitters.MOST:
        return (
            f"没有读到任务表：{name}有 {len(lines)} 行文字，没有制表符、竖线或逗号分格；"
            f"不分格的文字最多读 {splitters.MOST} 行，请拆成几份，或另存为 .xlsx、.docx 后再读入。"
        )
    what = (seen.of_document(document) if document else "") or seen.of_text(lines)
    return f"没有读到任务表：在{name}里{what}；请确认选对了文件，或补上表头后重新读入，也可以手工指认哪一行是表头、各栏是什么。"
