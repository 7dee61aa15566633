"""Which lights a ledger shows, from which day on (预警规则): a rule is never changed, a later one takes its place."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models import Base, Moment


class LightRule(Base):
    """The rules of one ledger from a day on (预警规则)."""

    __tablename__ = "light_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    valid_from: Mapped[date]
    near_days: Mapped[int]
    notice_days: Mapped[int]
    grave_days: Mapped[int]
    behind: Mapped[int] = mapped_column(server_default="0")
    far_behind: Mapped[int] = mapped_column(server_default="0")
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(Moment)
