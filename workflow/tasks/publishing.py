"""Publishing a ledger (发布交办): frozen, and its tasks opened, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.drafting import held, with_rows
from workflow.ledgers.models import Ledger
from workflow.ledgers.publishing import _freeze, forecast, obstacles
from workflow.office.models import User
from workflow.record import timekeeping
from workflow.record.errors import Incomplete
from workflow.tasks.levels import within_of
from workflow.tasks.opening import open_tasks


@dataclass(frozen=True)
class Published:
    """What publishing opened, or has promised to open (发布结果)."""

    items: int
    tasks: int
    units: int
    goes_on: bool
    """True where the background opens the tasks."""


def publish(
    session: Session,
    ledger: Ledger,
    *,
    by: User,
    at: datetime,
    seen: str | None = None,
    at_most: int | None = None,
) -> Published:
    """Freeze the rows and open their tasks in the caller's one transaction, or promise them if more than ``at_most``.

    Raises Incomplete with every obstacle, or where ``seen``, the stamp of the figures that a person has ticked, is not
    that of figures that somebody has to look at; None asks nobody. Then nothing is published.
    """
    held(session, ledger, by=by)  # before a row is read: a draft read anew meanwhile has others
    timekeeping.require(session, at)
    with_rows(session, ledger.id)
    within = within_of(session, ledger)
    missing = obstacles(ledger, within)
    if missing:
        more = f"（另有 {len(missing) - 5} 处）" if len(missing) > 5 else ""
        raise Incomplete("还不能发布：" + "".join(missing[:5]) + more)
    coming = forecast(ledger, at=at, within=within)
    if seen is not None and coming.stamp and seen != coming.stamp:
        raise Incomplete(f"还没有发布：现在发布{coming.words}请核对任务数和时限，在发布按钮上方勾选“已核对”后再发布。")
    _freeze(session, ledger, by=by, at=at)
    opened = open_tasks(session, ledger, by=by, at=at, at_most=at_most)
    return Published(len(ledger.items), coming.tasks, len(coming.shares), goes_on=opened < coming.tasks)
