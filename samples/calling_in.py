"""What goes beyond letters in the sample year (约谈、撤回、外部清单): a talk after the last rung, a letter taken back, a third party's list put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.lists.outside_list import read_outside
from samples.agenda import Agenda, at_work
from samples.issuing import Issuing, after, leader
from samples.mending import Mending
from samples.seated import office_of, seated, take
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.tasks.acting import act
from workflow.tasks.models import Task
from workflow.tasks.words import Action
from workflow.year.look_backs.models import Rectification
from workflow.year.missives.drafting import draft_correction
from workflow.year.missives.letters import draft_letter
from workflow.year.missives.models import Letter, Missive
from workflow.year.missives.talk_models import Talk
from workflow.year.missives.talks import Said, begin_talk, save_talk
from workflow.year.outside.lists import MEASURE, hand_out_lines, receive_list

A = Action
DAY = timedelta(days=1)
HEAD = ("序号", "一级指标", "二级指标", "评价标准", "问题明细", "责任单位", "整改结果")
PROBLEMS = (
    ("信息公开", "机构职能", "机构信息变动后二十个工作日内更新", "机构职能栏目的负责人信息没有更新"),
    ("政策解读", "解读材料", "重要文件与解读材料同步发布", "一件规范性文件发布后没有解读材料"),
)
SOURCE = "第三方评估机构年中评估"


@dataclass
class CallingIn:
    """Talk, withdrawal and list of one ledger's year (约谈、撤回、外部清单安排)."""

    here: Installation
    agenda: Agenda
    issuing: Issuing
    ledger_id: int
    until: datetime

    def begin(self, start: datetime) -> None:
        """The list in the middle of the year, the letter to be taken back after it, the talk when the ladder has come to its end."""
        span = self.until - start
        self.agenda.add(at_work(start + 0.5 * span), self._receive)
        self.agenda.add(at_work(start + 0.55 * span), self._mistaken)
        self.agenda.add(at_work(self.until - 25 * DAY), self._talk)

    def _receive(self, at: datetime) -> None:
        with self.here.database.reading() as session:
            office = session.get_one(Ledger, self.ledger_id).office_id
            asked = select(Task.unit_id).where(Task.ledger_id == self.ledger_id, Task.unit_id != office).distinct()
            units = session.scalars(select(Unit).where(Unit.id.in_(asked)).order_by(Unit.position)).all()
            able = [one.name for one in units if seated(session, one.id, Role.HANDLER)][: len(PROBLEMS)]
        data = _list(able)
        blob = self.here.store.add(BytesIO(data), limit=1 << 20)
        lines, left = read_outside(data, filename="问题清单.xlsx")
        with self.here.database.writing() as session:
            ledger = session.get_one(Ledger, self.ledger_id)
            by = seated(session, ledger.office_id, Role.OFFICE)[0]
            kept = receive_list(session, ledger, SOURCE, blob, "问题清单.xlsx", lines, left, by=by, at=at)
            units_of = {line.id: line.unit_id for line in kept.lines if line.unit_id is not None}
            hand_out_lines(
                session, kept, {n: [unit] for n, unit in units_of.items()}, day_of(at + 40 * DAY), MEASURE, by=by, at=at
            )
            wanted = select(Rectification.id).where(Rectification.line_id.in_(units_of))
            found = session.scalars(wanted.order_by(Rectification.id)).first()
        if found is not None:
            mending = Mending(self.here, self.agenda, lambda day: at_work(at + (day - 40) * DAY))
            mending.begin(found, again=False)

    def _mistaken(self, at: datetime) -> None:
        """A reminder to a unit that need not have got it."""

        def drafted(session: Session, ledger: Ledger, by: User) -> Letter:
            asked = select(Task.unit_id).where(Task.ledger_id == ledger.id, Task.unit_id != ledger.office_id)
            asked = asked.order_by(Task.unit_id.desc())
            unit = session.get_one(Unit, session.scalars(asked).first())
            return draft_letter(
                session, ledger, "reminder", unit, leader(session, by), by=by, at=at, facts="上季度没有报送进展。"
            )

        number = self.issuing.draft(at, drafted)
        self.agenda.add(after(at, 8), partial(self._take_back, number))

    def _take_back(self, number: int, at: datetime) -> None:
        why = "经核对，你单位已按时报送，因登记有误发出本件。"
        self.issuing.draft(
            at,
            lambda s, ledger, by: draft_correction(
                s, s.get_one(Missive, number), why, leader(s, by), revokes=True, by=by, at=at
            ),
        )

    def _talk(self, at: datetime) -> None:
        with self.here.database.writing() as session:
            asked = select(Letter).where(Letter.ledger_id == self.ledger_id, Letter.issued_at.is_not(None))
            letters = [one for one in session.scalars(asked.order_by(Letter.id.desc())) if one.matter == "mending"]
            if not letters:
                return
            by = office_of(session, letters[0])
            talk = begin_talk(session, letters[0], by=by, at=at)
            head = next(iter(seated(session, talk.talked_id, Role.UNIT_HEAD)), None)
            said = Said(
                at - timedelta(minutes=30), "市政府办公室会议室", f"{leader(session, by).name}", f"{talk.talked.name}{head.name if head else ''}",
                f"{talk.grounds}限期事项至今没有全部办结。", "一、听取了未办结事项的原因。\n二、明确由单位主要负责人牵头，逐项列出时间表。\n三、办公室每周核对一次进度。",
                "按时间表办结全部逾期事项，并书面报告。", day_of(at + 20 * DAY),
            )  # fmt: skip
            save_talk(session, talk, said, by=by, at=at, seen_version=talk.version)
            act(session, talk, A.SUBMIT, by=by, at=at, seen_version=talk.version)
            number = talk.id
        for days, action in ((1, A.APPROVE), (2, A.VERIFY)):
            self.agenda.add(after(at, days), partial(self._step, number, action))
        self.agenda.add(after(at, 3), partial(self._finish, number))

    def _step(self, number: int, action: Action, at: datetime) -> None:
        if action is A.VERIFY:
            take(self.here, number, action, at, "记录属实，照此整改。")
            return
        with self.here.database.writing() as session:
            talk = session.get_one(Talk, number)
            act(session, talk, action, by=office_of(session, talk, other=True), at=at, seen_version=talk.version)

    def _finish(self, number: int, at: datetime) -> None:
        with self.here.database.writing() as session:
            talk = session.get_one(Talk, number)
            act(session, talk, A.CLOSE, by=office_of(session, talk), at=at, seen_version=talk.version)


def _list(units: list[str]) -> bytes:
    """A list as a third party sends it."""
    book, kept = openpyxl.Workbook(), BytesIO()
    sheet = book.create_sheet("问题清单", 0)
    sheet.append(["政务公开第三方评估问题清单"])
    sheet.append(HEAD)
    for n, (unit, problem) in enumerate(zip(units, PROBLEMS, strict=False), start=1):
        sheet.append([n, *problem, unit, None])
    book.save(kept)
    return kept.getvalue()
