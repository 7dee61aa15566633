"""What the office issues in the sample year (通报与函件): a bulletin that units check and that is put right, letters of three rungs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from samples.agenda import Agenda, at_work
from samples.seated import office_of, seated
from workflow.ledgers.models import Ledger
from workflow.office.levels import sides_of
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.calendar import after_working_days, day_of
from workflow.record.installation import Installation
from workflow.tasks.acting import act
from workflow.tasks.words import Action
from workflow.year.missives import drafting, receiving
from workflow.year.missives.bulletin_facts import figures
from workflow.year.missives.drafting import Wording
from workflow.year.missives.letters import LADDER, draft_letter
from workflow.year.missives.models import Letter, Missive

A = Action
DAY = timedelta(days=1)
ROAD = ((0, A.SUBMIT), (4, A.APPROVE), (5, A.VERIFY), (6, A.CLOSE))
"""Working days after the draft, and what is done then: the check by the units lies between the first two."""
SHORT_ROAD = ((0, A.SUBMIT), (1, A.APPROVE), (2, A.VERIFY), (3, A.CLOSE))
"""A letter's: nobody checks it, and its limit runs from the draft."""
BODIES_AT = ("省", "市", "县", "区", "旗")
"""Levels at which all three stand."""
APART = 18
"""Days from one letter to the next rung."""
_STILL = "上一函件要求的事项仍未办结，也没有按期反馈办理情况。"
_MISTAKE = "附件2“单位完成情况表”中个别单位名称使用了简称，应为单位名录中的全称；各项数字没有变化。"
_OBJECTS = "本单位所报材料已于通报数据截止之后补齐，请注明。"
_REPLY = "数据以通报所列截止时间为准，补报情况在下期通报中反映。"


def after(at: datetime, days: int) -> datetime:
    """So many working days later, at the same time."""
    day = day_of(at)
    return at_work(at + (after_working_days(day, days) - day))


def copied_to(office: str) -> str:
    """Whom a bulletin of an office is sent to besides (抄送): the party committee, the congress and the conference of its level."""
    level = sides_of(office).own.removesuffix("直单位")
    return "，".join(f"{level}{body}办公室" for body in ("委", "人大常委会", "政协")) if level in BODIES_AT else ""


class Issuing:
    """The papers of one ledger's year (发文安排)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int, *, until: datetime) -> None:
        self._here, self._agenda, self._ledger_id, self._until = here, agenda, ledger_id, until
        self._unit = 0

    def begin(self, start: datetime) -> None:
        """A bulletin in autumn; letters before it, to the unit that is furthest behind."""
        span = self._until - start
        self._agenda.add(at_work(start + 0.45 * span), partial(self._letter, "", 0))
        self._agenda.add(at_work(start + 0.7 * span), self._bulletin)

    def _bulletin(self, at: datetime) -> None:
        number = self.draft(
            at, lambda s, ledger, by: drafting.draft_bulletin(s, ledger, leader(s, by), as_of=at, by=by, at=at)
        )
        self._agenda.add(after(at, 1), partial(self._check, number))
        self._agenda.add(after(at, 3), partial(self._reply, number))
        self._agenda.add(after(at, 10), partial(self._correct, number))

    def _correct(self, number: int, at: datetime) -> None:
        self.draft(at, lambda s, _, by: drafting.draft_correction(s, s.get_one(Missive, number), _MISTAKE, leader(s, by), by=by, at=at))  # fmt: skip

    def _letter(self, code: str, before: int, at: datetime) -> None:
        """One rung, and the next one some weeks later, each decided by the office."""
        rungs = list(LADDER)
        code = code or rungs[0]

        def drafted(session: Session, ledger: Ledger, by: User) -> Letter:
            told = figures(session, ledger, as_of=at, least=1).told()
            worst = sorted(told, key=lambda unit: (unit == ledger.office_id, -len(told[unit]), unit))
            self._unit = self._unit or (worst[0] if worst else ledger.office_id)
            facts = "\n".join(told.get(self._unit, [])) or _STILL
            after = session.get_one(Letter, before) if before else None
            unit = session.get_one(Unit, self._unit)
            return draft_letter(
                session, ledger, code, unit, leader(session, by), by=by, at=at, facts=facts, after=after
            )

        number = self.draft(at, drafted)
        if code != rungs[-1]:
            following = rungs[rungs.index(code) + 1]
            self._agenda.add(at_work(at + APART * DAY), partial(self._letter, following, number))

    def draft(self, at: datetime, made: Callable[[Session, Ledger, User], Missive]) -> int:
        """Draft a paper, give it its series and lay out its road; returns its number."""
        with self._here.database.writing() as session:
            ledger = session.get_one(Ledger, self._ledger_id)
            by = seated(session, ledger.office_id, Role.OFFICE)[0]
            born = made(session, ledger, by)
            mark = LADDER[born.matter].mark if born.matter in LADDER else "督"
            wording = Wording(
                born.title, born.code or f"政办{mark}", born.addressed, born.opening, born.demands,
                born.copied if isinstance(born, Letter) else copied_to(ledger.office.name),
                born.contact or (f"{by.name}，8330012" if isinstance(born, Letter) else ""), born.source,
            )  # fmt: skip
            drafting.save_wording(
                session, born, wording, born.signer, born.due, by=by, at=at, seen_version=born.version
            )
            number, road = born.id, SHORT_ROAD if isinstance(born, Letter) else ROAD
        for days, action in road:
            self._agenda.add(after(at, days), partial(self._step, number, action))
        self._agenda.add(after(at, road[-1][0] + 1), partial(self._receive, number))
        return number

    def _step(self, number: int, action: Action, at: datetime) -> None:
        with self._here.database.writing() as session:
            missive = session.get_one(Missive, number)
            by = missive.signer if action is A.VERIFY else office_of(session, missive, other=action is A.APPROVE)
            act(session, missive, action, by=by, at=at, seen_version=missive.version)

    def _check(self, number: int, at: datetime) -> None:
        """Units say whether their lines are so: the first one objects, one does not answer."""
        with self._here.database.reading() as session:
            named = [row.unit_id for row in session.get_one(Missive, number).named]
        for n, unit_id in enumerate(named[:-1] if len(named) > 1 else named):
            with self._here.database.writing() as session:
                for by in seated(session, unit_id, Role.HANDLER)[:1]:
                    missive, text = session.get_one(Missive, number), _OBJECTS if n == 0 else "情况属实，正在补办。"
                    receiving.answer(
                        session,
                        missive,
                        agrees=n > 0,
                        text=text,
                        measure="月底前办结。",
                        by=by,
                        at=at,
                        seen_round=missive.round,
                    )

    def _reply(self, number: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            missive = session.get_one(Missive, number)
            for row in missive.named:
                if row.agrees is False:
                    receiving.reply(
                        session,
                        missive,
                        row.id,
                        _REPLY,
                        by=office_of(session, missive),
                        at=at,
                        seen_version=missive.version,
                    )

    def _receive(self, number: int, at: datetime) -> None:
        """Most units sign for it, with who answers for what is wanting and by when."""
        with self._here.database.reading() as session:
            units = [row.unit_id for row in session.get_one(Missive, number).units]
        for unit_id in units[:-1] if len(units) > 1 else units:
            with self._here.database.writing() as session:
                owner = next(iter(seated(session, unit_id, Role.UNIT_HEAD)), None)
                for by in seated(session, unit_id, Role.HANDLER)[:1]:
                    missive, promised = session.get_one(Missive, number), day_of(at + 7 * DAY)
                    receiving.receive(session, missive, person=(owner or by).name, promised=promised, by=by, at=at)


def leader(session: Session, by: User) -> User:
    """Who signs what somebody of the office drafts."""
    return drafting.leaders(session, by.unit)[0]
