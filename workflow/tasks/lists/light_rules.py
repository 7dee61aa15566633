"""Setting which lights a ledger shows (预警规则): from today on; what was shown before stays what it was."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.events import LIGHTS_SET, LightsSet
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.record import audit
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, Invalid
from workflow.tasks.lists.lights import LightRules
from workflow.tasks.models import LightRule

MOST_DAYS = 250


def set_lights(session: Session, ledger: Ledger, rules: LightRules, *, by: User, at: datetime) -> None:
    """Show a ledger's lights by these rules from today on. Raises Forbidden, Invalid."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("预警规则由发布台账的办公室设置，且台账须已发布。")
    days = (rules.near_days, rules.notice_days, rules.grave_days)
    if not all(0 <= n <= MOST_DAYS for n in days) or (rules.notice_days and rules.notice_days <= rules.near_days):
        raise Invalid(f"天数应在 0 到 {MOST_DAYS} 之间，蓝灯的天数要多于黄灯；不用蓝灯或严重逾期的填 0。")
    behind, far = rules.behind, rules.far_behind
    if not (0 <= behind <= 100 and 0 <= far <= 100) or (behind and far and far <= behind):
        raise Invalid("序时进度的百分点应在 0 到 100 之间，红灯的要多于黄灯；不按序时进度预警的填 0。")
    today, values = day_of(at), asdict(rules)
    rule = LightRule(ledger_id=ledger.id, valid_from=today, set_by=f"{by.unit.name} {by.name}", set_at=at, **values)
    session.add(rule)
    session.flush()
    told = LightsSet(ledger_id=ledger.id, valid_from=today, **values)
    audit.record(session, LIGHTS_SET, told, subject=ledger.id, by=by, at=at)
