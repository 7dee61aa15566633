"""Who signs from now on, and who signs for whom (签批安排)."""

from __future__ import annotations

from sqlalchemy import select

from forms.api_out import DoneOut
from forms.verbs import DelegateIn, Nothing, PolicyIn
from views.verbs.verb import SIGNING, Call, Verb
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import User
from workflow.office.reading import find_person
from workflow.record.errors import Invalid
from workflow.tasks.people import arranging, standing_in
from workflow.tasks.people.arranging import Arrangement
from workflow.tasks.sight import openable


def delegate(call: Call[User, DelegateIn]) -> DoneOut:
    """Let a colleague sign for the caller for a while."""
    deputy, rest = find_person(call.session, call.given.person, near=call.by), call.given.model_dump(exclude={"person"})
    given = standing_in.delegate(call.session, deputy, by=call.by, at=call.at, **rest)
    return DoneOut(sentence=f"已授权{deputy.name}代理签批。", id=given.id)


def end_delegation(call: Call[User, Nothing]) -> DoneOut:
    """End a delegation before its time."""
    standing_in.end_delegation(call.session, call.part, by=call.by, at=call.at)
    return DoneOut(sentence="已结束这项代理。")


def set_policy(call: Call[User, PolicyIn]) -> DoneOut:
    """Say who signs at a gate from now on."""
    given = call.given
    wanted = Arrangement(
        given.gate,
        given.mode,
        tuple(given.people),
        unit_id=given.unit_id,
        ledger_id=given.ledger_id,
        item_id=given.item_id or _item(call),
    )
    left = arranging.set_policy(call.session, wanted, by=call.by, at=call.at)
    tail = f"已有 {left} 件正在这一环节，仍按原来的签批人办理。" if left else ""
    return DoneOut(sentence=f"已保存，从下一件到达这一环节的任务起生效。{tail}")


def _item(call: Call[User, PolicyIn]) -> int | None:
    if not call.given.item:
        return None
    named = (LedgerItem.ledger_id == call.given.ledger_id, LedgerItem.number == call.given.item, openable(call.by))
    found = call.session.scalars(select(LedgerItem.id).join(Ledger).where(*named)).first()
    if found is None:
        raise Invalid("所选台账里没有这个序号的条目，请先选定台账，再按原表填写序号。")
    return found


def drop_policy(call: Call[User, Nothing]) -> DoneOut:
    """Take a policy back."""
    arranging.drop_policy(call.session, call.part, by=call.by, at=call.at)
    return DoneOut(sentence="已取消这项设置，以后到达这一环节的任务按原来的规定办理。")


ARRANGEMENTS = (
    Verb(SIGNING, DelegateIn, "/signing/delegations", "POST /delegations", delegate),
    Verb(
        SIGNING,
        Nothing,
        "/signing/delegations/<int:delegation_id>/end",
        "DELETE /delegations/<int:delegation_id>",
        end_delegation,
    ),
    Verb(SIGNING, PolicyIn, "/signing/policies", "POST /policies", set_policy),
    Verb(SIGNING, Nothing, "/signing/policies/<int:policy_id>/drop", "DELETE /policies/<int:policy_id>", drop_policy),
)
