"""整改台账 filled in outside and brought back (台账回读): what it would change, shown before anything is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workflow.office.models import User
from workflow.record.errors import Invalid
from workflow.record.text import clean_text, unspaced
from workflow.tasks.permissions import handles
from workflow.tasks.words import Status
from workflow.year.filings.tables import masked
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import told_in
from workflow.year.words import Result

FIXED = ("问题明细", "责任单位", "整改措施", "整改时限")
"""Columns that are not the unit's to change."""


class Filled(Protocol):
    """A line that came back."""

    @property
    def cells(self) -> Mapping[str, str]:
        """Text by the names of columns."""

    @property
    def places(self) -> Mapping[str, str]:
        """Addresses of those cells."""


@dataclass(frozen=True)
class Proposal:
    """What a line would change of one rectification (拟改内容)."""

    matter: Rectification
    result: Result
    person: str
    report: str

    @property
    def old(self) -> str:
        """What stands there now."""
        told = told_in(self.matter)
        return f"{self.matter.person}｜{self.matter.result.word}：{told}" if told else "（未填）"

    @property
    def new(self) -> str:
        """What would stand there."""
        return f"{self.person}｜{self.result.word}：{self.report}"


def proposals(
    lines: Sequence[Filled], printed: Mapping[str, tuple[Rectification, Mapping[str, str]]], by: User
) -> tuple[list[Proposal], list[str]]:
    """What the lines would change, and a sentence for each that is passed over.

    ``printed`` is the list as it would leave now, by number. Raises Invalid, naming every cell that was changed and
    must not be, or that cannot be understood.
    """
    found: list[Proposal] = []
    left: list[str] = []
    wrong: list[str] = []
    for line in lines:
        number = line.cells["序号"]
        if number not in printed:
            left.append(f"{line.places['序号']} 的序号「{number}」不在台账里，未导入。")
            continue
        matter, cells = printed[number]
        wrong += [
            f"{line.places[name]}「{name}」与台账不一致"
            for name in FIXED
            if unspaced(line.cells[name]) != unspaced(cells[name])
        ]
        proposal = _proposal(matter, line, wrong)
        if proposal is None or masked(proposal.old) == masked(proposal.new):
            continue
        if matter.status is Status.ASSIGNED and handles(matter, by):
            found.append(proposal)
        else:
            left.append(f"{number} 不是由您填报，或者已经报审，未导入。")
    if wrong:
        raise Invalid("没有导入：" + "；".join(wrong[:8]) + "。请按台账改回后重新导入。")
    return found, left


def _proposal(matter: Rectification, line: Filled, wrong: list[str]) -> Proposal | None:
    said = clean_text(line.cells["整改结果"])
    if not said:
        return None
    word, _, report = said.replace(":", "：", 1).partition("：")
    result = next((one for one in Result if one.word == word.strip()), None)
    if result is None:
        words = "、".join(one.word for one in Result)
        wrong.append(f"{line.places['整改结果']} 应写成「整改结果：情况」，整改结果是{words}之一")
        return None
    return Proposal(matter, result, line.cells["责任人"], report.strip())
