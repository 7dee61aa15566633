"""What is done to a whole ledger (台账办理): its lights, what units say of their progress, and pressing everybody who is late."""

from __future__ import annotations

from forms.api_out import DoneOut
from forms.verbs import LightRulesIn, Nothing, ProgressByIn
from views.verbs.verb import LEDGER, Call, Verb
from workflow.ledgers.models import Ledger
from workflow.ledgers.stating import set_progress_by
from workflow.office.permissions import Permission
from workflow.tasks import urging
from workflow.tasks.lists import light_rules
from workflow.tasks.lists.lights import LightRules


def urge_late(call: Call[Ledger, Nothing]) -> DoneOut:
    """Press everybody who is late in one ledger, once a day."""
    count = urging.urge_late(call.session, call.subject.id, by=call.by, at=call.at)
    if not count:
        return DoneOut(sentence="没有需要催办的逾期任务，或今天都已催办过。", replayed=True)
    return DoneOut(sentence=f"已催办 {count} 项逾期任务。")


def set_lights(call: Call[Ledger, LightRulesIn]) -> DoneOut:
    """Say which lights the ledger's tasks show from today on."""
    rules = LightRules(**call.given.model_dump())
    light_rules.set_lights(call.session, call.subject, rules, by=call.by, at=call.at)
    return DoneOut(sentence="预警规则已保存，自今天起生效；以前各日的预警不变。")


def set_progress(call: Call[Ledger, ProgressByIn]) -> DoneOut:
    """Say whether the ledger's units state how far their own work has come."""
    set_progress_by(call.session, call.subject, call.given.way, by=call.by, at=call.at)
    return DoneOut(sentence="自报进度设置已保存。")


LEDGERS = (
    Verb(LEDGER, Nothing, "/urge", "POST /urging", urge_late, permission=Permission.OFFICE),
    Verb(LEDGER, LightRulesIn, "/lights", "PUT /lights", set_lights),
    Verb(LEDGER, ProgressByIn, "/progress", "PUT /progress", set_progress, permission=Permission.OFFICE),
)
