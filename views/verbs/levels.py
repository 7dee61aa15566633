"""A task cut for the units below (分解到下级), the cut taken back, and what was done below listed."""

from __future__ import annotations

import re

from forms.api_out import DoneOut
from forms.verbs import SeenIn
from forms.verbs_levels import CutIn, FreeIn, LinesIn
from views.door import installation, load_task, me, pause_reading, reading
from views.reading_in import File
from views.verbs.verb import TASK, Call, Do, First, Verb
from workflow.ledgers.drafting import lay_draft
from workflow.ledgers.models import Ledger
from workflow.office.directory import known_names
from workflow.record.errors import Incomplete, Invalid, NotFound, NotInState
from workflow.record.published import Pointing
from workflow.record.showing import csv_lines
from workflow.record.text import clean_line, clean_text
from workflow.tasks import cutting
from workflow.tasks.models import Task

HEAD = ("序号", "工作任务", "责任单位", "完成时限")
MOST = 500
"""Rows that are typed; more are read in from a file."""


def cut_task(call: Call[Task, CutIn]) -> DoneOut:
    """Take a draft that the unit's own office has read in as the ledger that a task is cut into."""
    ledger = call.session.get(Ledger, call.given.ledger)
    if ledger is None:
        raise NotFound
    cutting.cut(
        call.session, call.subject, ledger, by=call.by, at=call.at, seen_version=call.given.seen_version
    )  # fmt: skip
    return DoneOut(sentence=f"已分解为《{ledger.title}》，由本单位办公室核定后发布。", id=ledger.id)


def cut_lines(task_id: int, given: LinesIn) -> Do[Task, LinesIn]:
    """Cut a task into typed rows: they become a table that the reader reads like every other."""
    year = load_task(reading(), task_id, me()).task.ledger.year
    title = clean_line(given.title, limit=100)
    if not title:
        raise Incomplete("请填写分解台账的名称。")
    title = title if re.search(r"\d{4} ?年", title) else f"{year}年{title}"
    data = _table(title, given.lines)
    file = File(f"{title}.csv", data, known=known_names(reading()))
    pause_reading()
    published = file.read(Pointing())
    if not published.tasks:
        raise Invalid("没有读出任何条目，请一行写一条：工作任务、责任单位、完成时限，用竖线“|”隔开。")
    blob = installation().store.add_bytes(data)

    def cut(call: Call[Task, LinesIn]) -> DoneOut:
        seen = call.given.seen_version
        cutting.may_cut(call.session, call.subject, by=call.by, at=call.at, seen_version=seen)
        ledger = lay_draft(call.session, published, blob, name=file.name, by=call.by, at=call.at)
        cutting.cut(call.session, call.subject, ledger, by=call.by, at=call.at, seen_version=seen)
        rows, doubts = len(ledger.items), len(ledger.problems)
        sentence = f"已分解为《{ledger.title}》，共 {rows} 条，{doubts} 处待核实，由本单位办公室核定后发布。"
        return DoneOut(sentence=sentence, id=ledger.id)

    return cut


def free_task(call: Call[Task, FreeIn]) -> DoneOut:
    """Take the cut of a task back; the lower ledger stays as its office's own."""
    given = call.given
    cutting.free(call.session, call.subject, given.reason, by=call.by, at=call.at, seen_version=given.seen_version)
    return DoneOut(sentence="已解除分解；下级台账留作本单位自己的台账。")


def list_below(task_id: int, given: SeenIn) -> Do[Task, SeenIn]:
    """Put the list of what was done below on a task: its bytes are on disk before its row is written."""
    lower = load_task(reading(), task_id, me()).lower
    if lower is None:
        raise NotInState("本件没有分解到下级，请刷新页面查看。")
    pause_reading()
    blob = installation().store.add_bytes(lower.listed)

    def bring(call: Call[Task, SeenIn]) -> DoneOut:
        seen = call.given.seen_version
        cutting.bring_list(call.session, call.subject, blob, by=call.by, at=call.at, seen_version=seen)
        return DoneOut(sentence=f"已生成下级办结清单，共 {len(lower.tasks)} 件，列入证明材料。")

    return bring


def _table(title: str, lines: str) -> bytes:
    """A title and typed lines as a table: cells apart by a bar, or by a tab as they are pasted from a sheet. Raises Invalid."""
    rows = [
        line.replace("｜", "|").replace("\t", "|").split("|") for line in clean_text(lines).split("\n") if line.strip()
    ]
    if not rows or len(rows) > MOST:
        raise Invalid(f"请填写 1 至 {MOST} 条，一行一条；更多的请由办公室用文件读入后选用。")
    for n, row in enumerate(rows, start=1):
        if not 2 <= len(row) <= 3 or not row[0].strip() or not row[1].strip():
            raise Invalid(f"第 {n} 行应写工作任务、责任单位、完成时限三栏（时限可以不写），用竖线“|”隔开，请改正。")
    cells = ((str(n), *(cell.strip() for cell in (*row, "")[:3])) for n, row in enumerate(rows, start=1))
    return "".join(csv_lines([[title], HEAD, *cells])).encode()


LEVELS = (
    Verb(TASK, CutIn, "/cut", "POST /cut", cut_task, anchor="level", stays=True),
    Verb(TASK, LinesIn, "/cut/lines", "POST /cut/lines", First(cut_lines), anchor="level", stays=True),
    Verb(TASK, FreeIn, "/cut/free", "POST /cut/undoing", free_task, anchor="level", stays=True),
    Verb(TASK, SeenIn, "/cut/list", "POST /cut/list", First(list_below), anchor="level"),
)
