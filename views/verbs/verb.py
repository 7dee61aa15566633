"""The frame of a verb (动作框架): what it is about, what it takes, what it does and says, and where its two doors are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from views.door import installation, load_ledger, load_task
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.models import Base
from workflow.tasks.holding import hold
from workflow.tasks.models import Matter, Task

S = TypeVar("S")
G = TypeVar("G", bound=BaseModel)


@dataclass(frozen=True)
class Subject(Generic[S]):
    """What a verb is about (对象): found for a person, or not found; where it is addressed, and the page that shows it."""

    number: str
    """How addresses call its number."""
    root: str
    """Where its addresses begin, for people and programs."""
    page: str
    find: Callable[[Session, int, User], S]
    """For whoever looks at it."""
    told: Callable[[S], dict[str, Any]] = lambda found: {}
    """What a program is told of it afterwards."""
    held: Callable[[S], tuple[Base, ...]] = lambda found: (found,) if isinstance(found, Matter) else ()
    """The rows that one verb at a time has in hand, where several may write at once: a matter itself."""
    seized: Callable[[Session, int, User], S] | None = None
    """How it is found for whoever is about to act, where that already holds it."""


TASK: Subject[Task] = Subject(
    "task_id",
    "/tasks/<int:task_id>",
    "tasks.show",
    lambda session, number, by: load_task(session, number, by).task,
    lambda task: {"status": task.status, "version": task.version},
)
LEDGER: Subject[Ledger] = Subject(
    "ledger_id",
    "/ledgers/<int:ledger_id>",
    "ledgers.overview",
    lambda session, number, by: load_ledger(session, number, by, running=True),
)
CALENDAR = replace(LEDGER, page="duties.show")
"""A ledger as the office's own duties have it."""
REPORTS: Subject[Ledger] = Subject("ledger_id", "/ledgers/<int:ledger_id>", "reporting.index", load_ledger)
"""A ledger as those who report up have it."""
SIGNING: Subject[User] = Subject("", "", "signing.index", lambda session, number, by: by)
"""Who signs, and who signs for whom, as far as the signed-in person may say."""


@dataclass(frozen=True)
class Call(Generic[S, G]):
    """One use of a verb (一次办理), inside its transaction."""

    session: Session
    subject: S
    given: G
    by: User
    at: datetime
    part: int
    """The number of the part of the subject that the address names, 0 where it names none."""


Do = Callable[[Call[S, G]], DoneOut]
"""What a verb does: it returns the sentence that says what was done, and raises what refuses it."""


@dataclass(frozen=True)
class Place:
    """What an address names (地址所指): a subject by its number, a part of it, and words of the input."""

    number: int
    part: int
    words: dict[str, str]

    @classmethod
    def of(cls, subject: Subject[Any], address: dict[str, Any]) -> Place:
        """Taken from the values of a route."""
        rest = {name: value for name, value in address.items() if name != subject.number}
        part = next((value for value in rest.values() if isinstance(value, int)), 0)
        return cls(address.get(subject.number, 0), part, {n: v for n, v in rest.items() if isinstance(v, str)})


@dataclass(frozen=True)
class First(Generic[S, G]):
    """A verb with something before its transaction (先行), such as bytes put on disk: it returns what is done inside."""

    run: Callable[[int, G], Do[S, G]]


@dataclass(frozen=True)
class Verb(Generic[S, G]):
    """One row (动作): everything that its two doors need to know. It is called as its function is."""

    subject: Subject[S]
    takes: type[G]
    screen: str
    """The address that forms post to, below the subject's."""
    program: str
    """Method and address for programs, below the subject's."""
    do: Do[S, G] | First[S, G]
    anchor: str = ""
    """The place of the subject's page that its form leads back to."""
    stays: bool = False
    """A refusal shows the page again with the words that were typed."""
    permission: Permission = Permission.WORK

    @property
    def function(self) -> Callable[..., Any]:
        """Whose name and docstring are the verb's."""
        return self.do.run if isinstance(self.do, First) else self.do

    def carry_out(self, place: Place, given: Any, once: Once) -> DoneOut:
        """Do it to what the address names, in the one transaction that ``once`` opens. Raises what refuses it."""
        do = self.do.run(place.number, given) if isinstance(self.do, First) else self.do

        def inside(session: Session, by: User) -> DoneOut:
            found = (self.subject.seized or self.subject.find)(session, place.number, by)
            for row in self.subject.held(found):
                hold(session, row)
            done = do(Call(session, found, given, by, installation().clock(), place.part))
            return done.model_copy(update=self.subject.told(found))

        return once(inside)


Once = Callable[[Callable[[Session, User], DoneOut]], DoneOut]
"""How a door opens a transaction: the work is done in it, once."""
