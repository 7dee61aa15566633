"""The page of one row of a draft (条目页): its words beside its source, every value marked where it was read."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import render_template

from forms.ledgers import ItemForm
from forms.rows import PartyForm
from views.door import reading
from views.typed import read
from workflow.ledgers.deadlines import row_deadline
from workflow.ledgers.models import LedgerItem
from workflow.ledgers.words import Part
from workflow.office.reading import named_units
from workflow.record.errors import Refused

FIELDS = {
    "title": "工作任务",
    "requirement": "工作要求",
    "deadline_text": "时限",
    "lead_units": "牵头单位",
    "lead_groups": "牵头单位",
    "responsible_units": "责任单位",
    "responsible_groups": "责任单位",
}
SURENESS = {
    "exact": "与原文一致",
    "derived": "承前补全或拼接，请核对",
    "inherited": "取自合并单元格或别处，请核对",
    "recognised": "机器识别，请对照原件",
}
SENTENCE = re.compile(r"[^。；]+[。；]?")


def item_page(row: LedgerItem, form: ItemForm, refused: Refused | None = None, *, status: int = 200) -> tuple[str, int]:
    """The page and its status, with a refusal where there is one."""
    ledger = row.ledger
    page = render_template(
        "review/item.html",
        ledger=ledger,
        item=row,
        form=form,
        refused=refused,
        deadline=_deadline(row),
        source=_marked(row),
        places=ledger.source.places,
        words_of=FIELDS,
        sureness=SURENESS,
        parts_proposed="\n".join(SENTENCE.findall(row.requirement or "")) or row.requirement or "",
        units=named_units(reading()),
        parts=list(Part),
        typed=read(PartyForm),
    )
    return page, status


def edited_line(row: LedgerItem, form: ItemForm, cell: str) -> str:
    """The row as a line of the grid that is being edited, the pressed cell first."""
    told = {"ledger": row.ledger, "item": row, "form": form, "cell": cell or "title"}
    return render_template("review/_edit.html", **told, deadline=_deadline(row), parts=list(Part))


def _deadline(row: LedgerItem) -> str:
    ledger = row.ledger
    return row_deadline(
        own=row.due, recurrence=row.recurrence, report=ledger.report_due, year=ledger.year, said=row.deadline_text
    )


def _marked(row: LedgerItem) -> list[tuple[int, list[tuple[str, str]]]]:
    """The lines of a row cut where a value begins or ends: (line, [(text, the value's name)])."""
    if not row.line:
        return []
    lines = row.ledger.source.text.split("\n")[row.line - 1 : row.line_end or row.line]
    return [(number, _pieces(line, number, row.origins)) for number, line in enumerate(lines, start=row.line)]


def _pieces(line: str, number: int, origins: list[dict[str, Any]]) -> list[tuple[str, str]]:
    names = [""] * len(line)
    for origin in reversed(origins):
        if origin["line"] <= number <= origin["line_end"]:
            start = origin["start"] if number == origin["line"] else 0
            end = origin["end"] if number == origin["line_end"] else len(line)
            names[start:end] = [FIELDS[origin["field"]]] * (min(end, len(line)) - start)
    return [
        ("".join(char for _, char in run), name) for name, run in groupby(zip(names, line, strict=True), itemgetter(0))
    ]
