"""What a process is made of (流程与步骤): steps between statuses, who takes them, what they need, and the machine that knows the edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session
from transitions import Machine, MachineError

from workflow.office.models import User
from workflow.record.errors import NotInState
from workflow.record.events import KINDS, Kind
from workflow.tasks.case import Case, Chair
from workflow.tasks.conditions import Attempt, Condition
from workflow.tasks.models import Matter, Seat
from workflow.tasks.seats import gate_passed
from workflow.tasks.words import Action, Defect, Gate, Status

Who = Callable[[Case, User], bool]


@dataclass(frozen=True)
class Step:
    """One row of a process table (流程步骤)."""

    action: Action
    sources: tuple[Status, ...]
    to: Status
    who: Who
    needs: tuple[Condition, ...]
    gate: Gate | None = None
    """The gate at which this step is a sign-off; the status moves when the gate is satisfied."""
    asks_opinion: bool = False
    """True where the opinion is mandatory."""
    starts_round: bool = False
    """True where the matter goes backwards: earlier sign-offs are void, a new round begins."""


@dataclass(frozen=True)
class Paper:
    """A form signed on paper, whose scan lies in the store (线下签批)."""

    seat_id: int
    signer: str
    sha256: str
    size: int
    name: str
    """Name of the scan's file, as it came."""


@dataclass(frozen=True)
class Doing:
    """One act under way (办理中): who takes which step from where, with what words."""

    session: Session
    process: Process
    case: Case
    step: Step
    chair: Chair | None
    by: User
    at: datetime
    opinion: str
    before: Status
    acted_round: int
    paper: Paper | None = None
    defects: Mapping[int, Defect] = field(default_factory=dict)

    @property
    def task(self) -> Matter:
        """The matter acted upon."""
        return self.case.task


def _nothing(_: Doing) -> None:
    """Nothing follows but seats, turns and messages."""


class _Hand:
    """The one matter a machine holds; made for one question and thrown away."""

    def __init__(self, status: Status) -> None:
        self.status = status


@dataclass(frozen=True)
class Process:
    """How one kind of matter climbs (流程): its table of steps, and how it is spoken of."""

    name: str
    """The kind of matter; its events are called after it."""
    steps: tuple[Step, ...]
    said: Mapping[Action, str]
    """What is answered when a step has moved the status."""
    words: Mapping[Status | Action, str] = field(default_factory=dict)
    """Names of statuses and actions where this process has its own."""
    follows: Callable[[Doing], None] = _nothing
    """What a step calls for besides seats, turns and messages: promises of papers."""

    def __post_init__(self) -> None:
        if PROCESSES.setdefault(self.name, self) is not self:
            raise ValueError(f"two processes are called {self.name}")

    def event(self, action: Action) -> Kind[Any]:
        """The kind of event that a step of this action writes."""
        return KINDS[f"{self.name}.{action.value}"]

    def word(self, what: Status | Action) -> str:
        """What a status or an action is called here."""
        return self.words.get(what, what.word)

    @cached_property
    def _machine(self) -> Machine:
        # auto_transitions would add to_CLOSED(), a road past every approval; callbacks would leave half-done states;
        # a model added to the machine would never leave it again
        machine = Machine(None, states=list(Status), initial=None, model_attribute="status", auto_transitions=False)
        for step in self.steps:
            machine.add_transition(step.action.value, list(step.sources), step.to)
        return machine

    @cached_property
    def _known(self) -> dict[tuple[Status, Action], Step]:
        """What the machine has said already: it says the same each time."""
        return {}

    def _destination(self, status: Status, action: Action) -> Status:
        """The status that ``action`` leads to from ``status``; raises NotInState where the table has no such edge."""
        hand = _Hand(status)
        try:
            self._machine.events[action.value].trigger(hand)
        except (MachineError, KeyError):
            raise NotInState(
                f"此件现在是「{self.word(status)}」，不能{self.word(action)}；请刷新页面查看最新情况。"
            ) from None
        return hand.status

    def step_for(self, status: Status, action: Action) -> Step:
        """The row of the table for this action in this status; raises NotInState."""
        if (status, action) not in self._known:
            to = self._destination(status, action)
            step = next(s for s in self.steps if s.action is action and status in s.sources and s.to is to)
            self._known[status, action] = step
        return self._known[status, action]

    def gate_at(self, status: Status) -> Gate | None:
        """The gate at which a matter in this status waits, None where it waits at none."""
        return next((step.gate for step in self.steps if step.gate is not None and status in step.sources), None)

    def actions_for(self, case: Case, person: User) -> list[Step]:
        """The steps this person could take now, as far as the person goes; conditions are told when they try."""
        return [s for s in self.steps if case.task.status in s.sources and s.who(case, person)]


PROCESSES: dict[str, Process] = {}
"""Every process by its name, as their tables are read in."""


def process_of(matter: Matter) -> Process:
    """The table that says how this matter climbs."""
    return PROCESSES[matter.matter]


def refusals(step: Step, attempt: Attempt) -> list[str]:
    """Every sentence that says why the step cannot be taken now; empty when it can."""
    return [sentence for need in step.needs if (sentence := need(attempt))]


def gate_satisfied(step: Step, case: Case, seat: Seat | None) -> bool:
    """Whether the step moves the status once ``seat`` is signed: a gate asks for every seat its policy laid out."""
    return step.gate is None or gate_passed(case.seats, step.gate, also=seat)
