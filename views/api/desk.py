"""The interface's desk (接口工作台): ledgers and their lights, messages, and who signs and stands in."""

from __future__ import annotations

from dataclasses import asdict

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from forms.api import AfterIn, BeforeIn
from forms.api_out import DoneOut
from forms.api_out_desk import (
    DelegationOut,
    DelegationsOut,
    LedgerOut,
    LedgersOut,
    LightRulesOut,
    NoticeOut,
    NoticesOut,
    PoliciesOut,
    PolicyOut,
    UnitOut,
    UnitsOut,
)
from views.api_frame import ROOT, once
from views.door import installation, load_ledger, me, permit, reading, today
from workflow.office.models import User
from workflow.office.notices import read_notices
from workflow.office.permissions import Permission
from workflow.office.reading import page_units
from workflow.tasks.lists.inbox import page_notices
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.lists.overview import page_ledgers
from workflow.tasks.people.arrangements import SigningDesk, signing_desk

blueprint = APIBlueprint("api_desk", __name__, url_prefix=ROOT)


@blueprint.get("/units")
@permit(Permission.DIRECTORY)
@blueprint.input(AfterIn, location="query")
@blueprint.output(UnitsOut)
def units(query_data: AfterIn) -> UnitsOut:
    """The directory with who belongs to whom, in its order."""
    found, last = page_units(reading(), after=query_data.after)
    said = ("id", "name", "kind", "active", "parent_id")
    listed = [
        UnitOut(aliases=[alias.name for alias in unit.aliases], **{name: getattr(unit, name) for name in said})
        for unit in found
    ]
    return UnitsOut(units=listed, after=last)


@blueprint.get("/ledgers")
@permit(Permission.WORK)
@blueprint.input(BeforeIn, location="query")
@blueprint.output(LedgersOut)
def ledgers(query_data: BeforeIn) -> LedgersOut:
    """Published ledgers, and the drafts of the caller's office, the newest first."""
    found, last = page_ledgers(reading(), me(), before=query_data.before)
    listed = [
        LedgerOut(id=one.id, title=one.title, year=one.year, published_at=one.published_at, tasks=tasks, closed=closed)
        for one, closed, tasks in found
    ]
    return LedgersOut(ledgers=listed, before=last)


@blueprint.get("/ledgers/<int:ledger_id>/lights")
@permit(Permission.WORK)
@blueprint.output(LightRulesOut)
def lights(ledger_id: int) -> LightRulesOut:
    """Which lights the ledger's tasks show today."""
    ledger = load_ledger(reading(), ledger_id, me())
    return LightRulesOut(**asdict(rulebook(reading()).on(ledger.id, today())))


@blueprint.get("/notices")
@permit(Permission.WORK)
@blueprint.input(BeforeIn, location="query")
@blueprint.output(NoticesOut)
def notices(query_data: BeforeIn) -> NoticesOut:
    """The caller's messages, the newest first."""
    found, last = page_notices(reading(), me(), before=query_data.before)
    listed = [
        NoticeOut(
            id=one.id,
            kind=one.kind,
            text=one.text,
            task_id=one.task_id,
            ledger_id=one.ledger_id,
            created_at=one.created_at,
            read_at=one.read_at,
        )
        for one in found
    ]
    return NoticesOut(notices=listed, before=last)


@blueprint.post("/notices/<int:notice_id>/receipt")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def read_notice(notice_id: int) -> DoneOut:
    """Mark one of the caller's messages as read."""

    def taking(session: Session, by: User) -> DoneOut:
        fresh = read_notices(session, by=by, at=installation().clock(), notice_id=notice_id)
        return DoneOut(sentence="已标为已读。" if fresh else "没有这条未读消息。", replayed=not fresh)

    return once(taking)


@blueprint.get("/policies")
@permit(Permission.WORK)
@blueprint.output(PoliciesOut)
def policies() -> PoliciesOut:
    """Who signs from now on, in the caller's unit and on the ledgers it runs."""
    listed = [
        PolicyOut(
            id=line.policy.id,
            gate=line.policy.gate,
            mode=line.policy.mode,
            people=list(line.people),
            unit=line.unit,
            ledger=line.ledger,
            item=line.item,
            mine=line.mine,
        )
        for line in _desk().policies
    ]
    return PoliciesOut(policies=listed)


@blueprint.get("/delegations")
@permit(Permission.WORK)
@blueprint.output(DelegationsOut)
def delegations() -> DelegationsOut:
    """For whom the caller signs, and who signs for the caller."""
    desk = _desk()
    listed = [
        DelegationOut(
            id=one.id,
            principal=one.principal.name,
            deputy=one.deputy.name,
            starts=one.starts,
            ends=one.ends,
            ledger_id=one.ledger_id,
            reason=one.reason,
            given=one.principal_id == me().id,
        )
        for one in (*desk.given, *desk.held)
    ]
    return DelegationsOut(delegations=listed)


def _desk() -> SigningDesk:
    return signing_desk(reading(), me(), at=installation().clock())
