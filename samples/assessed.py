"""The assessment of the demonstrated year (演示考核): both classes, own scores, an appeal with its answer, the lock and a correction."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from samples.agenda import Agenda, on
from samples.seated import seated
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.words import Role
from workflow.record.errors import Invalid
from workflow.record.installation import Installation
from workflow.year.assessments import assessing
from workflow.year.assessments.models import AssessedUnit, Assessment
from workflow.year.assessments.notes import Note, note
from workflow.year.assessments.scheme import DAILY, read_scheme

SCHEMES = tuple(Path(__file__).parent / f"{name}考核办法.txt" for name in ("市直单位", "县区"))
OWN = 6
"""Units of a class that assess themselves; the others let the day pass."""


class Assessing:
    """The steps of December (考核安排)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int) -> None:
        self._here, self._agenda, self._ledger_id = here, agenda, ledger_id

    def begin(self, year: int) -> None:
        """Lay the steps out."""
        for scheme in SCHEMES:
            self._agenda.add(on(date(year, 12, 1), 10), partial(self._start, scheme.read_text("utf-8")))
        for day, step in ((3, self._own), (10, self._publish), (11, self._appeal), (14, self._answer), (22, self._lock), (24, self._correct)):  # fmt: skip
            self._agenda.add(on(date(year, 12, day), 11), partial(self._each, step))

    def _start(self, text: str, at: datetime) -> None:
        with self._here.database.writing() as session:
            ledger = session.get_one(Ledger, self._ledger_id)
            by = seated(session, ledger.office_id, Role.OFFICE)[0]
            text = text.replace("年度：2026", f"年度：{ledger.year}")
            try:
                made = assessing.start_assessment(session, ledger, text, due=date(ledger.year, 12, 8), by=by, at=at)
            except Invalid:
                return  # the document names no unit of this class
            outside = [name for name, _ in read_scheme(text).mix if name != DAILY]
            for n, row in enumerate(made.units):
                for part in outside:
                    points = f"{72 + (n * 37) % 240 / 10:g}"
                    self._note(session, made, row, part, f"{part}测评结果", "测评报告", points, by, at)
                if n % 3 == 0:
                    self._note(
                        session,
                        made,
                        row,
                        "3.4",
                        "抽查专栏，更新及时",
                        "检查底稿",
                        ("优", "良", "一般")[n % 9 // 3],
                        by,
                        at,
                    )
                if n % 5 == 1:
                    self._note(session, made, row, "3.3", "印发政务公开工作制度", "制度文件", "", by, at)

    def _note(
        self, session: Session, made: Assessment, row: AssessedUnit, code: str, what: str, evidence: str, value: str, by: User, at: datetime
    ) -> None:  # fmt: skip
        note(session, made, Note(row.unit_id, code, what, evidence, value), by=by, at=at)

    def _each(self, step: object, at: datetime) -> None:
        with self._here.database.writing() as session:
            for made in session.scalars(select(Assessment).where(Assessment.ledger_id == self._ledger_id)).all():
                step(session, made, at)  # type: ignore[operator]

    def _own(self, session: Session, made: Assessment, at: datetime) -> None:
        leaves = [leaf for top in read_scheme(made.scheme).indicators for leaf in top.leaves][:3]
        for row in made.units[:OWN]:
            writers, heads = (seated(session, row.unit_id, role) for role in (Role.HANDLER, Role.UNIT_HEAD))
            if writers and heads:
                own = {leaf.code: f"{float(leaf.full):g}" for leaf in leaves}
                basis = dict.fromkeys(own, "见系统留痕和证明材料")
                assessing.save_own(
                    session, row, own, basis, confirm=False, by=writers[0], at=at, seen_version=row.version
                )
                assessing.save_own(session, row, {}, {}, confirm=True, by=heads[0], at=at, seen_version=row.version)

    def _publish(self, session: Session, made: Assessment, at: datetime) -> None:
        assessing.publish_first(session, made, by=seated(session, made.ledger.office_id, Role.OFFICE)[0], at=at)

    def _appeal(self, session: Session, made: Assessment, at: datetime) -> None:
        row = made.units[0]
        for head in seated(session, row.unit_id, Role.UNIT_HEAD)[:1]:
            words = "部分任务系牵头单位核验较晚，非本单位原因，请核减逾期扣分。"
            assessing.appeal(session, row, words, by=head, at=at, seen_version=row.version)

    def _answer(self, session: Session, made: Assessment, at: datetime) -> None:
        by = seated(session, made.ledger.office_id, Role.OFFICE)[-1]
        for row in made.units:
            if row.appealed_at and not row.answered_at:
                words = "经核对留痕，逾期以办结时间计算，牵头核验在时限内完成；维持初评。"
                assessing.answer_appeal(session, row, words, by=by, at=at, seen_version=row.version)

    def _lock(self, session: Session, made: Assessment, at: datetime) -> None:
        assessing.lock(session, made, by=seated(session, made.ledger.office_id, Role.LEADER)[0], at=at)

    def _correct(self, session: Session, made: Assessment, at: datetime) -> None:
        by = seated(session, made.ledger.office_id, Role.OFFICE)[0]
        if not made.local:
            self._note(session, made, made.units[-1], "加.1", "更正：漏计创新做法 1 项", "推广通报", "", by, at)
