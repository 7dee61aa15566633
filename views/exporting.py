"""Lists written in the background (清单导出): everything that a filtered list shows, as a workbook, a thousand rows at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from reports.ledger_files import write_xlsx
from views.desks.lists import query_of, wanted_on
from workflow.office.whole import whole
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.tasks.lists.exporting import file_of, finish, opens
from workflow.tasks.lists.listed import table_of
from workflow.tasks.lists.listing import Scope, all_of
from workflow.tasks.models import ListExport

MOST = 1_000_000
"""Rows of one sheet; a spreadsheet has room for 1,048,576."""
BATCH = 1000
"""Rows that are read and written at a time: no reading transaction is held longer, for it would keep others' commits waiting."""
MOVED = "您的岗位或单位已有变动，这份清单不再向您导出；请从现在的清单重新导出。"


def write(here: Installation, export_id: int) -> None:
    """Keep a promise of :mod:`workflow.tasks.lists.exporting`: what the list shows to whoever asked, judged as they are now.

    Written a second time it is the same file again; nobody finds half of one.
    """
    with here.database.reading() as session:
        one = session.get(ListExport, export_id)
        if one is None or one.finished_at is not None:
            return
        person, day = whole(session, one.asked_by_id), day_of(one.asked_at)
        error, numbers = MOVED, []
        if opens(one, person):
            wanted = wanted_on(query_of(one.address), session, day)
            numbers = list(session.scalars(all_of(person, Scope(one.scope), wanted).limit(MOST + 1)))
            error = (
                f"清单超过 {MOST} 行，一份工作簿放不下；请按年度、单位或状态筛选后再导出。"
                if len(numbers) > MOST
                else ""
            )
    if not error:
        _lay(here, export_id, numbers, day)
    with here.database.writing() as session:
        finish(session, session.get_one(ListExport, export_id), at=here.clock(), error=error)


def _lay(here: Installation, export_id: int, numbers: Sequence[int], day: date) -> None:
    path = file_of(here.settings, export_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with here.database.reading() as session:
        head = table_of(session, (), day)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            write_xlsx(head, _rows(here, export_id, numbers, day), file)
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)


def _rows(here: Installation, export_id: int, numbers: Sequence[int], day: date) -> Iterator[tuple[str, ...]]:
    for done in range(0, len(numbers), BATCH):
        part = numbers[done : done + BATCH]
        with here.database.reading() as session:
            rows = table_of(session, part, day).rows
        yield from rows
        with here.database.writing() as session:
            one = session.get_one(ListExport, export_id)
            one.done, one.total = done + len(part), len(numbers)
