"""Who signs (签批安排): the policy of a gate, the seats it froze into a task's round, and people who stand in for others."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, column, select, table
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from workflow.office.models import User
from workflow.office.words import Role
from workflow.record.models import Base, Moment, word
from workflow.tasks.words import Gate, Mode

_SIGNED = table("signoff", column("id", Integer), column("seat_id", Integer))


class GatePolicy(Base):
    """Who signs at a gate from now on (审批设置): the narrowest one that fits is in force.

    With a unit: which of its people sign, and how. Without one: how several lead units sign together.
    """

    __tablename__ = "gate_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    gate: Mapped[Gate] = mapped_column(word(Gate))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    ledger_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_item.id"))
    mode: Mapped[Mode] = mapped_column(word(Mode))
    people: Mapped[list[int]] = mapped_column(JSON)
    """Ids of the people who sign, in order; empty means anybody at the desk."""
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(Moment)


class Seat(Base):
    """One sign-off that a task's round asks for (签批席位), frozen when the task reached the gate.

    A gate is passed when all its lines are; a line is a row of stages, one after the other; a stage is passed when all
    of its seats are signed, or one of them where ``any_one`` says so.
    """

    __tablename__ = "seat"
    __table_args__ = (
        Index("ix_seat_task_id_round", "task_id", "round"),
        Index("ix_seat_user_id", "user_id"),
        Index("ix_seat_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    gate: Mapped[Gate] = mapped_column(word(Gate))
    line: Mapped[int]
    stage: Mapped[int]
    any_one: Mapped[bool]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The one person who may sign; None for anybody at the desk."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who asked for this sign-off on the way (加签); None where the policy did."""
    signoff_id: Mapped[int | None] = column_property(
        select(_SIGNED.c.id).where(_SIGNED.c.seat_id == id).scalar_subquery()
    )
    """The sign-off that fills it; the sign-off itself says so, when it is written."""

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    added_by: Mapped[User | None] = relationship(foreign_keys=[added_by_id])


class Delegation(Base):
    """Somebody signs for another for a while (授权代理), shown as 「乙（代 甲，授权至…）」."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    """The last day."""
    ledger_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.id"))
    """The one ledger it holds for; None for all."""
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    principal: Mapped[User] = relationship(foreign_keys=[principal_id])
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id])
