"""Papers that the office issues under a number (公文): bulletins and letters, and the units that they go to."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.finding import Called, Findable
from workflow.record.models import Base, Moment
from workflow.tasks.models import Matter
from workflow.tasks.words import Gate, Status

if TYPE_CHECKING:
    from workflow.year.look_backs.models import Rectification
    from workflow.year.missives.talk_models import Talk


class Missive(Findable, Matter):
    """What the office drafts, has checked, approved and signed, and issues under a number (公文)."""

    __tablename__ = "missive"
    found_as = "missive"
    __table_args__ = (UniqueConstraint("code", "year", "serial"),)  # type: ignore[assignment]

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    """The letters of its series (机关代字): 云政办督."""
    signer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    """The leader who has to sign it (签发人)."""
    as_of: Mapped[datetime] = mapped_column(Moment)
    addressed: Mapped[str] = mapped_column(String(500))
    """主送."""
    copied: Mapped[str] = mapped_column(String(500), default="")
    """抄送."""
    opening: Mapped[str] = mapped_column(Text)
    """The first paragraphs; of a letter the facts, of a correction what is put right."""
    demands: Mapped[str] = mapped_column(Text, default="")
    """What is asked for, a line each."""
    contact: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    """Where the matter comes from, of a letter (来源)."""
    figures: Mapped[str] = mapped_column(Text, default="")
    """The snapshot (:class:`workflow.year.missives.bulletin_facts.Figures` as JSON); empty for what tells no figures."""
    check_until: Mapped[date | None]
    """Until when the units named may say that it is not so (核对期)."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("missive.id"), index=True)
    """The issued paper that it puts right."""
    revokes: Mapped[bool] = mapped_column(default=False)
    """Whether it takes that one back as a whole (撤回)."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("rectification.id"), index=True)
    """What has to be put right, of a letter from a finding or from a third party's list."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("missive.id"), index=True)
    """The letter that had no effect, of one that goes further (上一级函件)."""
    year: Mapped[int | None]
    serial: Mapped[int | None]
    """Its number in the series of the year, given when it is issued."""
    signed_on: Mapped[date | None]
    """The day of the leader's signature (成文日期)."""
    issued_at: Mapped[datetime | None] = mapped_column(Moment)

    origin: Mapped[Rectification | None] = relationship(foreign_keys=[origin_id], back_populates="letters")
    signer: Mapped[User] = relationship()
    units: Mapped[list[MissiveUnit]] = relationship(order_by="MissiveUnit.id", back_populates="missive")
    corrects: Mapped[Missive | None] = relationship(
        foreign_keys=[corrects_id], remote_side=[id], back_populates="corrected_by"
    )
    corrected_by: Mapped[list[Missive]] = relationship(
        foreign_keys=[corrects_id], order_by="Missive.id", back_populates="corrects"
    )

    talks: Mapped[list[Talk]] = relationship(order_by="Talk.id", foreign_keys="Talk.letter_id", back_populates="letter")
    """What the office has called the unit in for afterwards (约谈)."""
    follows: Mapped[Missive | None] = relationship(
        foreign_keys=[follows_id], remote_side=[id], back_populates="followed_by"
    )
    followed_by: Mapped[list[Missive]] = relationship(
        foreign_keys=[follows_id], order_by="Missive.id", back_populates="follows"
    )

    __mapper_args__ = {"polymorphic_abstract": True}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @property
    def about(self) -> str:
        """Its title, with the number once it has one."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    @property
    def called(self) -> Called:
        """Title and 文号."""
        return Called((self.number,), initials=(self.title,))

    @property
    def number(self) -> str:
        """文号, 「云政办督〔2026〕5号」; empty for a draft."""
        return f"{self.code}〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def corrected(self) -> list[Missive]:
        """The issued papers that put it right."""
        return [one for one in self.corrected_by if one.issued_at is not None]

    @property
    def puts_right(self) -> str:
        """What it does to the paper that it names: 更正, or 撤回."""
        return "撤回" if self.revokes else "更正"

    @property
    def revoked(self) -> Missive | None:
        """The issued paper that takes it back."""
        return next((one for one in self.corrected if one.revokes), None)

    @property
    def named(self) -> list[MissiveUnit]:
        """The units that it names for something wanting."""
        return [row for row in self.units if row.told]

    @property
    def in_check(self) -> bool:
        """Whether the units named are being asked."""
        return self.status is Status.DRAFTED and self.check_until is not None

    @property
    def desk(self) -> Role:
        """The office drafts it."""
        return Role.OFFICE

    def signer_at(self, gate: Gate) -> Turn | None:
        """审核 is by another person of the office, 签发 by the leader named."""
        if gate is Gate.UNIT:
            return Turn(self.unit_id, Role.OFFICE)
        return Turn(self.signer.unit_id, Role.LEADER, self.signer_id) if gate is Gate.LEAD else None


class Bulletin(Missive):
    """How the year's tasks stand, told to everybody (通报)."""

    __mapper_args__ = {"polymorphic_identity": "bulletin"}  # noqa: RUF012


class Letter(Missive):
    """A letter to one unit about what is wanting (函件)."""

    __mapper_args__ = {"polymorphic_abstract": True}  # noqa: RUF012


class Reminder(Letter):
    """The first rung (提醒函): near its date or a little late."""

    __mapper_args__ = {"polymorphic_identity": "reminder"}  # noqa: RUF012


class Supervision(Letter):
    """The second rung (督办函)."""

    __mapper_args__ = {"polymorphic_identity": "supervision"}  # noqa: RUF012


class MendingOrder(Letter):
    """The third rung (整改通知)."""

    __mapper_args__ = {"polymorphic_identity": "mending"}  # noqa: RUF012


class MissiveUnit(Base):
    """A unit that a paper goes to (受文单位): what it was shown of itself, what it said, and its receipt."""

    __tablename__ = "missive_unit"
    __table_args__ = (UniqueConstraint("missive_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    missive_id: Mapped[int] = mapped_column(ForeignKey("missive.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    told: Mapped[str] = mapped_column(Text, default="")
    """What is said of it, a line each; empty where nothing is wanting."""
    agrees: Mapped[bool | None]
    """Whether the unit says that it is so; None while it has not answered."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why (滞后原因), or what is not so (异议)."""
    measure: Mapped[str] = mapped_column(Text, default="")
    """What the unit will do (下步措施)."""
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    reply: Mapped[str] = mapped_column(Text, default="")
    """What the office says to an objection."""
    received_by: Mapped[str] = mapped_column(String(64), default="")
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[str] = mapped_column(String(64), default="")
    """Who answers for putting it right (整改责任人)."""
    promised: Mapped[date | None]
    """By when (承诺时限)."""

    missive: Mapped[Missive] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
