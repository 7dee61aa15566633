"""The dossiers of a year as registered (年度卷宗登记)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models import Base, Moment


class Dossier(Base):
    """One building of the look-back dossier (年度卷宗), with its progress."""

    __tablename__ = "dossier"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    as_of: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(120), default="等待开始")
    error: Mapped[str] = mapped_column(String(500), default="")
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    zip_sha256: Mapped[str | None] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
