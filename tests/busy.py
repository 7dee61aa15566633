"""Many verbs in a row, most of them by somebody who may: chance alone would climb no chain to its end."""

from __future__ import annotations

import random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.desk_office import CAST, COLEAD, LEAD, OTHER, OWN
from tests.promises import broken_promises
from workflow.record.models import AuditEvent
from workflow.tasks.models import Awaiting, Task
from workflow.tasks.words import Action, Gate, Mode, RequestKind

PEOPLE = ["wang", "hong", "li", "both", "zhao", "zhou", "shen", "chen", "yuan", "qian"]
TASKS = [(1, OWN), (2, OWN), (3, OWN), (1, OTHER), (2, OTHER), (2, LEAD)]
LIVELY = [*TASKS, *TASKS[:3]]
"""Tasks of the unit that has the people for a whole chain come up twice as often."""
UNITS = [COLEAD, OTHER]


def last_event(session: Session) -> int:
    """The number of the last audit event: nothing has been written since, as long as it stays."""
    return session.scalars(select(func.max(AuditEvent.seq))).one()


class Busy:
    """Chooses what comes next; the verbs themselves are the state machine's."""

    def live(self, luck: random.Random, steps: int) -> None:
        """Verbs in a row, most of them by somebody who may: chance alone would climb no chain to its end."""
        with self.here.database.reading() as session:
            seen = last_event(session)
        for _ in range(steps):
            self._verb(luck)
            with self.here.database.reading() as session:
                touched = set(session.scalars(select(AuditEvent.task_id).where(AuditEvent.seq > seen)))
                broken = broken_promises(session, touched)
                assert broken == [], broken
                seen = last_event(session)

    def _verb(self, luck: random.Random) -> None:
        of = luck.choice(LIVELY)
        with self.here.database.reading() as session:
            task = session.get_one(Task, self.tasks[of])
            list(task.awaited)
        row = luck.choice(task.awaited) if task.awaited else None
        names = {number: login for login, number in self.ids.items()}
        person = luck.choice([login for login in PEOPLE if self._sits(login, row)] or PEOPLE)
        if row is not None and row.user_id:
            person = names[row.user_id]
        if luck.random() < 0.1:
            person = luck.choice(PEOPLE)
        self._do(luck, of, person, task)

    def _sits(self, login: str, row: Awaiting | None) -> bool:
        _, unit, roles = CAST[login]
        return row is not None and row.role in roles and unit == self.units[row.unit_id]

    def _do(self, luck: random.Random, of: tuple[int, str], person: str, task: Task) -> None:
        """One verb that fits where the task stands, or any other."""
        team = tuple(luck.choice(pair) for pair in (("wang", "both"), ("li", "both"), ("yuan", "chen")))
        other, kind = luck.choice(PEOPLE), luck.choice(list(RequestKind))
        back = luck.choice([Action.SEND_BACK, Action.STEP_BACK, Action.WITHDRAW])
        with_unit = [
            lambda: self.climb(of, 2, team, 0),
            lambda: self.ask(of, person, kind, luck.choice([None, *UNITS])),
            lambda: self.decide(of, luck.choice(["chen", "yuan"]), luck.random() < 0.6, luck.choice(UNITS)),
            lambda: self.resume(of, "chen"),
            lambda: self.write(of, person, f"第{luck.randrange(99)}稿", 0),
            lambda: self.take_away(of, person, 0),
        ]
        how = luck.choice(["before", "after", "transfer", "drop"])
        at_a_gate = [
            lambda: self.sign_what_waits(of, person),
            lambda: self.sign_what_waits(of, person),
            lambda: self.sign_what_waits(of, person),
            lambda: self.seat(of, person, other, how, 0),
            lambda: self.sign_on_paper(of, luck.choice(["chen", "yuan"])),
            lambda: self._act(task.id, person, back, "请补充", 0),
            lambda: self.ask(of, person, RequestKind.COORDINATION, None),
        ]
        about_people = [
            lambda: self.arrange(luck.choice(list(Gate)), luck.choice(list(Mode)), luck.choice(["li", "zhao", "chen"])),
            lambda: self.stand_in(luck.choice(["li", "zhao", "chen"]), other, luck.randrange(3)),
            lambda: self.hand_over(luck.choice([("zhou", "zhao"), ("both", "li"), ("yuan", "chen")])),
            lambda: self.employ(luck.choice(["hong", "zhou", "shen"]), luck.random() < 0.7),
            lambda: self.wait(luck.randrange(1, 60)),
            lambda: self.act(of, person, luck.choice(list(Action)), "意见", luck.choice([0, 0, 1])),
            self.restart,
        ]
        here = at_a_gate if task.status.value in ("DRAFTED", "UNIT_APPROVED", "LEAD_VERIFIED") else with_unit
        luck.choice(here if luck.random() < 0.85 else about_people)()
