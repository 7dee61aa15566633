"""Who signs, and who signs for whom (签批安排): policies of one's own unit and ledgers, and delegations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from views.door import installation, me, number_in, permit, reading, typed_day, writing
from workflow.ledgers.models import LedgerItem
from workflow.office.permissions import Permission
from workflow.office.reading import find_person
from workflow.record.errors import Invalid
from workflow.tasks import arranging, standing_in
from workflow.tasks.arrangements import signing_desk
from workflow.tasks.arranging import Arrangement
from workflow.tasks.words import Gate, Mode

blueprint = Blueprint("signing", __name__)


@blueprint.get("/signing")
@permit(Permission.WORK)
def index() -> str:
    """The delegations and policies that concern the signed-in person."""
    desk = signing_desk(reading(), me(), at=installation().clock())
    return render_template("signing/index.html", desk=desk, gates=list(Gate), modes=list(Mode))


@blueprint.post("/signing/policies")
@permit(Permission.WORK)
def set_policy() -> Response:
    """Say who signs from now on."""
    with writing() as (session, by):
        wanted = _arrangement(session)
        left = arranging.set_policy(session, wanted, by=by, at=installation().clock())
    tail = f"已有 {left} 件正在这一环节，仍按原来的签批人办理。" if left else ""
    flash(f"已保存，从下一件到达这一环节的任务起生效。{tail}", "success")
    return _back()


@blueprint.post("/signing/policies/<int:policy_id>/drop")
@permit(Permission.WORK)
def drop_policy(policy_id: int) -> Response:
    """Take a policy back."""
    with writing() as (session, by):
        arranging.drop_policy(session, policy_id, by=by, at=installation().clock())
    flash("已取消这项设置，以后到达这一环节的任务按原来的规定办理。", "success")
    return _back()


@blueprint.post("/signing/delegations")
@permit(Permission.WORK)
def delegate() -> Response:
    """Let a colleague sign for oneself for a while."""
    starts, ends, ledger_id = typed_day("starts"), typed_day("ends"), number_in(request.form.get("ledger", ""))
    with writing() as (session, by):
        deputy, now = find_person(session, request.form.get("person", ""), near=by), installation().clock()
        reason = request.form.get("reason", "")
        standing_in.delegate(
            session, deputy, starts=starts, ends=ends, ledger_id=ledger_id, reason=reason, by=by, at=now
        )
        name = deputy.name
    flash(f"已授权{name}代理签批。", "success")
    return _back()


@blueprint.post("/signing/delegations/<int:delegation_id>/end")
@permit(Permission.WORK)
def end_delegation(delegation_id: int) -> Response:
    """End a delegation before its time."""
    with writing() as (session, by):
        standing_in.end_delegation(session, delegation_id, by=by, at=installation().clock())
    flash("已结束这项代理。", "success")
    return _back()


def _arrangement(session: Session) -> Arrangement:
    """What the form asks for: people in the order of the numbers written beside their names."""
    gate, mode = request.form.get("gate", ""), request.form.get("mode", "")
    if gate not in set(Gate) or mode not in set(Mode):
        raise Invalid("请选择审批环节和签批方式。")
    ledger_id = number_in(request.form.get("ledger", ""))
    places = {
        number_in(name.removeprefix("person-")): number_in(place.strip()) or 1
        for name, place in request.form.items()
        if name.startswith("person-") and place.strip()
    }
    people = sorted((n for n in places if n is not None), key=lambda n: places[n])
    return Arrangement(
        gate=Gate(gate),
        mode=Mode(mode),
        people=tuple(people),
        unit_id=number_in(request.form.get("unit", "")),
        ledger_id=ledger_id,
        item_id=_item(session, ledger_id, request.form.get("item", "").strip()),
    )


def _item(session: Session, ledger_id: int | None, number: str) -> int | None:
    if not number:
        return None
    found = session.scalars(
        select(LedgerItem.id).where(LedgerItem.ledger_id == ledger_id, LedgerItem.number == number[:40])
    ).first()
    if found is None:
        raise Invalid("所选台账里没有这个序号的条目，请先选定台账，再按原表填写序号。")
    return found


def _back() -> Response:
    return redirect(url_for("signing.index"), 303)
