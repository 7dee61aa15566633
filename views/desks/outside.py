"""The public check (公开核验): verdict, seals and times of a sealed paper, told to anybody, and nothing else of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy import select

from forms.outside import CheckQuery
from packets.judging import judge
from packets.verdict import Verification
from views.address import neighbourhood
from views.desks.packets import received_paper
from views.door import OPEN, address, installation, marking, pause_reading, permit, reading
from views.typed import asked
from workflow.record.errors import NotFound, Refused, TooMany
from workflow.record.rates import within
from workflow.record.registering import registered_with
from workflow.tasks.models import Packet, PacketRevision
from workflow.tasks.words import PacketState

blueprint = Blueprint("outside", __name__)
ONE, ALL = 20, 120
"""Papers that are judged in a minute for one place (:func:`neighbourhood`), and for everybody together: each one takes a process."""
SILENT = {"packet", "evidence"}
"""Facts that speak of the task and of what proves it: for those who have an account."""


@dataclass(frozen=True)
class Told:
    """What a stranger is told of a paper (核验结论)."""

    result: Verification
    state: str
    """What it is good for now, where these bytes are a packet of ours."""

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """Name, state and words of everything but the task and its evidence."""
        return [(fact.name, fact.state, fact.detail) for fact in self.result.facts if fact.code not in SILENT]


@blueprint.route("/check", methods=["GET", "POST"])
@permit(OPEN)
def check() -> tuple[str, int]:
    """Judge a paper that is brought, or the one that a number and its check code name."""
    query = asked(CheckQuery)
    try:
        told = _brought() if request.method == "POST" else _named(query.number.data, query.code.data)
    except Refused as refused:
        return _page(query, refused=refused), refused.status
    return _page(query, told=told), 200


def _page(query: CheckQuery, *, told: Told | None = None, refused: Refused | None = None) -> str:
    return render_template("packets_desk/check.html", query=query, told=told, refused=refused)


def _brought() -> Told:
    """What is said of a file; it is looked at and not kept. Raises Refused."""
    _counted()
    _, data = received_paper(request.files.get("file"))
    return _judged(data)


def _named(number: str, code: str) -> Told | None:
    """What is said of the paper of this number; a wrong number and a wrong code answer alike. Raises Refused."""
    if not (number or code):
        return None
    _counted()
    found = registered_with(reading(), number, code)
    if found is None:
        raise NotFound("没有这个编号的文件，或者校验码不对；编号和校验码印在证据包首页。")
    digest = found.sha256
    pause_reading()
    return _judged(installation().store.read(digest))


def _judged(data: bytes) -> Told:
    state = _state(hashlib.sha256(data).hexdigest())
    pause_reading()
    return Told(judge(installation(), data), state)


def _state(digest: str) -> str:
    of_ours = select(Packet.state).join(PacketRevision).where(PacketRevision.sha256 == digest)
    state: PacketState | None = reading().scalars(of_ours).first()
    return state.word if state else ""


def _counted() -> None:
    """Count what is asked, on whichever machine. Raises TooMany."""
    fits, now, place = True, installation().clock(), neighbourhood(address())
    with marking() as session:
        fits = within(session, f"check:{place}", ONE, at=now) and within(session, "check", ALL, at=now)
    if not fits:
        raise TooMany
