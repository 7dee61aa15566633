"""What units of the sample office write in their forms (填报文字): who fills in, how far a row has come, and that one is not theirs."""

from __future__ import annotations

from workflow.ledgers.words import Part
from workflow.office.models import User
from workflow.year.filings.filling import Cell, Head
from workflow.year.filings.models import Filing, FilingRow

_LEADS = (
    "制定推进方案，明确任务、时限和责任人，{m}月底前召开调度会{k}次，牵头公开相关信息{n}条。",
    "牵头梳理本条任务清单，督促各责任单位按时序推进，已汇总公开信息{n}条，其余按计划办理。",
)
_OTHERS = (
    "已明确分管领导和承办科室，1—{m}月公开相关信息{n}条，均附政策解读。",
    "按要求更新专栏{k}次，公开信息{n}条，群众咨询均已答复。",
    "资料归集完成，正在逐条审核，已公开{n}条，其余按计划公开。",
    "开展自查{k}次，发现空栏、错链{n}处，均已改正。",
    "与牵头单位对接{k}次，随产生随公开，目前共{n}条。",
)
NOT_OURS = "该项工作由上级主管部门统一组织，本单位没有相应职责。"
ODD = 6
"""Every so many units one has a row that does not concern it."""


def head_of(person: User) -> Head:
    """Who fills in, and a number at which nobody is reached."""
    return Head(person.name, f"138{person.id * 7919 % 10000:04d}{person.id * 104729 % 10000:04d}")


def said_of(form: Filing, n: int, *, before: int = 0) -> dict[int, Cell]:
    """Words for every row that is blank or tells of the months of the round ``before``, by its id; of the n-th unit."""
    old = (f"1—{before}月", f"{before}月底前召开") if before else ()
    blank = [row for row in form.rows if not row.text or any(words in row.text for words in old)]
    cells = {row.id: Cell(_words(form, row, n)) for row in blank}
    led = form.unit_id
    foreign = [row for row in blank if led not in [unit.id for unit in row.item.units(Part.LEAD)]]
    if n % ODD == ODD - 1 and foreign and len(form.rows) > 1:
        cells[foreign[-1].id] = Cell(NOT_OURS, not_concerned=True)
    return cells


def _words(form: Filing, row: FilingRow, n: int) -> str:
    leads = form.unit_id in [unit.id for unit in row.item.units(Part.LEAD)]
    choices = _LEADS if leads else _OTHERS
    said = choices[(row.item_id + n) % len(choices)]
    return said.format(m=form.in_round.months, k=(row.item_id + n) % 3 + 1, n=(row.item_id * 3 + n) % 14 + 2)
