"""The register of seals (用印登记): which seal was put on what, when and by whom, read off what the installation vouches for.

Nothing is typed into it: every sealed file has its registration, a packet one for each of its seals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.office.models import User
from workflow.record.calendar import spoken_moment
from workflow.record.models import Registration
from workflow.record.settings import ZONE
from workflow.tasks.models import PacketRevision, Signoff
from workflow.year.models import Paper

COLUMNS = (
    ("序号", 2),
    ("用印时间", 5),
    ("印章", 7),
    ("文件种类", 4),
    ("文件编号", 7),
    ("文件名称", 12),
    ("签批（经办）人", 6),
)


@dataclass(frozen=True)
class SealUse:
    """One seal put on one file (用印)."""

    at: datetime
    seal: str
    """The unit whose seal it is, by its name of that day."""
    kind: str
    number: str
    title: str
    person: str
    """Who signed for it; of papers without a gate of their own, who asked for them."""


def seals_used(session: Session, year: int, office: str, *, most: int | None = None) -> list[SealUse]:
    """What an office has had sealed, its own seal and its units', in a year of China's time, the newest first; ``most`` at most."""
    begins, ends = (datetime.combine(date(n, 1, 1), time.min, ZONE) for n in (year, year + 1))
    wanted = (
        select(Registration, Signoff, User.name)
        .outerjoin(PacketRevision, PacketRevision.sha256 == Registration.sha256)
        .outerjoin(Signoff, Signoff.id == PacketRevision.signoff_id)
        .outerjoin(Paper, Paper.pdf_sha256 == Registration.sha256)
        .outerjoin(User, User.id == Paper.requested_by_id)
        .where(Registration.created_at >= begins, Registration.created_at < ends)
        .order_by(Registration.id.desc())
    )
    uses: list[SealUse] = []
    for known, signoff, asked_by in session.execute(wanted):
        told = json.loads(known.text)["registration"]
        if told["office"] == office:
            uses.append(_use(known, told, signoff, asked_by))
            if len(uses) == most:
                break
    return uses


def _use(known: Registration, told: dict[str, str], signoff: Signoff | None, asked_by: str | None) -> SealUse:
    seal = signoff.unit_name if signoff else told["unit"] or told["office"]
    person = signoff.signer if signoff else asked_by or ""
    return SealUse(known.created_at, seal, known.kind, known.number, told["ledger"], person)


def register_table(uses: Sequence[SealUse], year: int, office: str) -> LedgerTable:
    """用印登记表, the oldest first."""
    rows = tuple(
        (str(n), spoken_moment(use.at), use.seal, use.kind, use.number, use.title, use.person)
        for n, use in enumerate(reversed(uses), start=1)
    )
    named = tuple(TableColumn("extra", name, weight) for name, weight in COLUMNS)
    under = (f"{office}　{year} 年　共 {len(rows)} 次",)
    return LedgerTable(f"{year}年用印登记表", "", "", "", "", named, rows, under=under)
