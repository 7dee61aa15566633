"""From the engine's facts to the interface's shapes (接口取数)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.api_out import (
    EventOut,
    EvidenceOut,
    OfferOut,
    PacketOut,
    RequestOut,
    SeatOut,
    SignoffOut,
    StopOut,
    TaskLineOut,
    TaskOut,
    TurnOut,
)
from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.record.calendar import day_of
from workflow.tasks.case import TaskCase, awaited
from workflow.tasks.lists.lighting import Rulebook, light_now, rulebook
from workflow.tasks.lists.listing import TaskRow
from workflow.tasks.models import Seat
from workflow.tasks.page.history import Happening
from workflow.tasks.page.reading import TaskDesk, desk_of
from workflow.tasks.seats import open_seats


def line_out(row: TaskRow, today: date, book: Rulebook) -> TaskLineOut:
    """One line of a list."""
    shown = light_now(book, row, today)
    return TaskLineOut(
        id=row.id,
        number=row.number,
        text=row.text,
        ledger=row.ledger,
        unit=row.unit,
        kind=row.kind,
        period=row.period,
        due=row.due,
        status=row.status,
        round=row.round,
        outcome=row.outcome,
        light=shown.colour,
        light_word=shown.word,
        light_reason=shown.reason,
    )


def task_out(session: Session, case: TaskCase, person: User, at: datetime) -> TaskOut:
    """One task as this person may see it."""
    task, desk = case.task, desk_of(session, case, person, at)
    shown = light_now(rulebook(session), task, day_of(at))
    return TaskOut(
        id=task.id,
        ledger_id=task.ledger_id,
        number=task.item.number,
        title=task.item.title or "",
        requirement=task.item.requirement or "",
        unit=task.unit.name,
        kind=task.kind,
        period=task.period,
        due=task.due,
        due_reason=task.due_reason,
        light=shown.colour,
        light_word=shown.word,
        light_reason=shown.reason,
        status=task.status,
        status_word=task.status.word,
        version=task.version,
        round=task.round,
        outcome=task.outcome,
        progress=task.progress,
        milestones=task.milestones,
        paused_since=task.paused_at,
        received_at=task.received_at,
        closed_at=task.closed_at,
        report=task.report,
        content_digest=task.content_digest,
        awaited=_turns(session, case, desk),
        offers=[OfferOut(action=o.step.action, missing=list(o.missing)) for o in desk.offers],
        may_ask=list(desk.may_ask),
        evidence=_evidence(desk),
        requests=_requests(desk),
        signoffs=_signoffs(case),
        seats=_seats(session, case),
        chain=_chain(desk),
        packets=_packets(desk),
    )


def event_out(happening: Happening) -> EventOut:
    """One event of the history."""
    return EventOut(
        seq=happening.seq,
        at=happening.at,
        kind=happening.kind.name,
        word=happening.kind.word,
        who=happening.who,
        said=happening.said,
        round=happening.round,
        void=happening.void,
    )


def _turns(session: Session, case: TaskCase, desk: TaskDesk) -> list[TurnOut]:
    turns = awaited(case)
    names = _unit_names(session, turns)
    gates = [seat.gate for seat in open_seats(case.seats)]
    waiting = [stop.waiting for stop in desk.stops if stop.state == "now"]
    return [
        TurnOut(
            gate=gates[0] if gates else None,
            unit=names[turn.unit_id],
            desk=turn.role,
            people=list(waiting[n]) if n < len(waiting) else [],
        )
        for n, turn in enumerate(turns)
    ]


def _seats(session: Session, case: TaskCase) -> list[SeatOut]:
    names, now = _unit_names(session, case.seats), open_seats(case.seats)
    return [
        SeatOut(
            id=seat.id,
            gate=seat.gate,
            unit=names[seat.unit_id],
            desk=seat.role,
            person=seat.user.name if seat.user else None,
            asked_by=seat.added_by.name if seat.added_by else None,
            signed=seat.signoff_id is not None,
            open=seat in now,
        )
        for seat in case.seats
    ]


def _unit_names(session: Session, places: Iterable[Turn | Seat]) -> dict[int, str]:
    units = select(Unit.id, Unit.name).where(Unit.id.in_({place.unit_id for place in places}))
    return {row.id: row.name for row in session.execute(units)}


def _chain(desk: TaskDesk) -> list[StopOut]:
    return [
        StopOut(
            label=stop.label,
            unit=stop.unit,
            state=stop.state,
            person=stop.person,
            at=stop.at,
            waiting=list(stop.waiting),
            said=stop.said,
        )
        for stop in desk.stops
    ]


def _evidence(desk: TaskDesk) -> list[EvidenceOut]:
    return [
        EvidenceOut(
            id=piece.id,
            name=piece.name,
            note=piece.note,
            sha256=piece.sha256,
            size=piece.size,
            remarks=piece.remarks,
            apart=piece.apart,
            scanned=piece.scanned,
            uploaded_by=piece.uploaded_by.name,
            uploaded_at=piece.uploaded_at,
        )
        for piece in desk.evidence
    ]


def _requests(desk: TaskDesk) -> list[RequestOut]:
    return [
        RequestOut(
            id=one.id,
            kind=one.kind,
            reason=one.reason,
            new_due=one.new_due,
            unit=one.unit.name if one.unit else None,
            asked_by=one.asked_by,
            asked_at=one.asked_at,
            granted=one.granted,
            opinion=one.opinion,
            decided_by=one.decided_by,
        )
        for one in desk.requests
    ]


def _signoffs(case: TaskCase) -> list[SignoffOut]:
    return [
        SignoffOut(
            round=one.round,
            gate=one.gate,
            decision=one.decision.value,
            unit=one.unit_name,
            signer=one.signer,
            opinion=one.opinion,
            at=one.at,
            content_digest=one.content_digest,
            void=one.void_reason,
        )
        for one in case.task.signoffs
    ]


def _packets(desk: TaskDesk) -> list[PacketOut]:
    return [
        PacketOut(
            id=sealed.packet.id,
            number=sealed.packet.number,
            round=sealed.packet.round,
            state=sealed.packet.state.value,
            seals=len(sealed.seals),
            sha256=sealed.seals[-1][0].sha256 if sealed.seals else None,
        )
        for sealed in desk.packets
    ]
