"""The latest time ever seen (时钟): a clock that was put back signs nothing and wakes no session up (docs/decisions/0018)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, select, update
from sqlalchemy.orm import Session

from workflow.record.errors import ClockBehind
from workflow.record.models import ClockMark
from workflow.record.settings import ZONE

TOLERANCE = timedelta(minutes=5)
"""How far two machines of one installation may differ; what a time service corrects in a running machine is less."""
STEP = timedelta(minutes=1)
"""The mark follows the clock in steps, so that not every request writes it."""


def latest() -> ScalarSelect[datetime]:
    """The mark as part of another statement."""
    return select(ClockMark.latest).where(ClockMark.id == 1).scalar_subquery()


def see(session: Session, at: datetime) -> None:
    """Move the mark up to ``at``; it never goes back, and stays where it is within one step."""
    session.execute(
        update(ClockMark).where(ClockMark.id == 1, ClockMark.latest < at - STEP).values(latest=at),
        execution_options={"synchronize_session": False},
    )


def moment(session: Session, at: datetime) -> datetime:
    """See the time; returns it, or the latest one seen where that is later: what sessions live by."""
    see(session, at)
    return max(at, session.scalars(select(ClockMark.latest).where(ClockMark.id == 1)).one())


def require(session: Session, at: datetime, *, known: datetime | None = None) -> None:
    """See the time, and raise ClockBehind where it is earlier than the latest one seen, beyond the tolerance.

    ``known`` is that latest one where it has been read already.
    """
    known = known or session.scalars(select(ClockMark.latest).where(ClockMark.id == 1)).one()
    if at < known - TOLERANCE:
        raise ClockBehind(
            f"服务器时钟现在是 {_spoken(at)}，早于本系统已经到过的 {_spoken(known)}：时间可能被调回，签批和签章已暂停，"
            "您填写的内容没有丢失；请系统管理员校准服务器时间后重试。"
        )
    if at > known + STEP:
        see(session, at)


def accept(session: Session, at: datetime) -> datetime:
    """Take ``at`` for the present time though later ones have been seen; returns what the mark was."""
    known = session.scalars(select(ClockMark.latest).where(ClockMark.id == 1)).one()
    session.execute(
        update(ClockMark).where(ClockMark.id == 1).values(latest=at), execution_options={"synchronize_session": False}
    )
    return known


def _spoken(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
