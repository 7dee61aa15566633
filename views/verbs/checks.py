"""Rounds and look-backs (填报期、回头看核查): pressed and closed; verdict, view, objection and answer of one line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs import Nothing
from forms.verbs_year import LinksIn, TextIn, VerdictIn
from packets.reviewing import review
from views.door import installation, me, pause_reading, reading
from views.verbs.matters import urged
from views.verbs.verb import Call, Do, First, Subject, Verb
from workflow.ledgers.permissions import runs
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.year.filings import rounds
from workflow.year.filings.models import FilingRound
from workflow.year.look_backs import link_checks, self_checks, starting, verdicts
from workflow.year.look_backs.models import LookBackEntry, LookBackRound
from workflow.year.look_backs.verdicts import Finding


def find_line(session: Session, entry_id: int, person: User) -> LookBackEntry:
    """A line that this person may look at. Raises NotFound."""
    entry = session.get(LookBackEntry, entry_id)
    if entry is None or not verdicts.sees_line(entry, person):
        raise NotFound
    return entry


def _round(session: Session, round_id: int, by: User) -> FilingRound:
    row = session.get(FilingRound, round_id)
    if row is None or not runs(row.ledger, by):
        raise NotFound
    return row


def _look_back(session: Session, look_back_id: int, by: User) -> LookBackRound:
    begun = session.get(LookBackRound, look_back_id)
    if begun is None or not runs(begun.ledger, by):
        raise NotFound
    return begun


LINE: Subject[LookBackEntry] = Subject(
    "entry_id", "/look-backs/lines/<int:entry_id>", "lookback.lines.show", find_line,
    lambda entry: {"version": entry.version}, lambda entry: (entry,),
)  # fmt: skip
ROUND: Subject[FilingRound] = Subject("round_id", "/rounds/<int:round_id>", "filings.show_round", _round)
LOOK_BACK: Subject[LookBackRound] = Subject(
    "look_back_id", "/look-backs/<int:look_back_id>", "lookback.show", _look_back
)  # fmt: skip


def urge_round(call: Call[FilingRound, Nothing]) -> DoneOut:
    """Press every unit whose form of the round has not come up, each once a day."""
    return urged(rounds.urge_round(call.session, call.subject, by=call.by, at=call.at), "份填报表")


def close_round(call: Call[FilingRound, Nothing]) -> DoneOut:
    """Take no more forms in, supplements apart."""
    rounds.close_round(call.session, call.subject, by=call.by, at=call.at)
    return DoneOut(sentence="本期已截止归档，只收补报。")


def urge_sheets(call: Call[LookBackRound, Nothing]) -> DoneOut:
    """Press every unit whose sheet of the look-back has not come up, each once a day."""
    return urged(starting.urge_sheets(call.session, call.subject, by=call.by, at=call.at), "份自查表")


def set_verdict(entry_id: int, given: VerdictIn) -> Do[LookBackEntry, VerdictIn]:
    """Keep what a check of one line found; packets and files are verified anew before."""
    entry = find_line(reading(), entry_id, me())
    if not runs(entry.look_back.ledger, me()):
        raise Forbidden("核查由台账的办公室办理。")
    place = entry.item_id, entry.unit_id
    pause_reading()
    papers = review(installation(), *place)
    return lambda call: _kept(call, papers)


def _kept(call: Call[LookBackEntry, VerdictIn], papers: str) -> DoneOut:
    given = call.given
    found = Finding(
        given.verdict, given.method, given.facts, given.problem, given.measure, _unit(call.session, given.owner),
        given.due, papers,
    )  # fmt: skip
    verdicts.set_verdict(
        call.session, call.subject, found, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence=f"已保存核查结论：{given.verdict.word}，已反馈责任单位。")


def _unit(session: Session, name: str) -> int | None:
    if not name:
        return None
    found = session.scalars(select(Unit.id).where(Unit.name == name)).first()
    if found is None:
        raise Invalid(f"单位名录里没有「{name[:60]}」，整改责任主体请从列表中选择。")
    return found


def ask_links(call: Call[LookBackEntry, LinksIn]) -> DoneOut:
    """Have a link of one line fetched as it is now, or all of them; what it answers is kept when it comes."""
    urls, settings = [call.given.url] if call.given.url else [], installation().settings
    count = link_checks.ask_links(
        call.session, call.subject, urls, words=call.given.words, settings=settings, by=call.by, at=call.at
    )
    return DoneOut(sentence=f"正在核对 {count} 个链接，结果出来后显示在本页。")


def ask_all_links(call: Call[LookBackRound, Nothing]) -> DoneOut:
    """Have the links of every line fetched that the office checks itself."""
    settings = installation().settings
    count = link_checks.ask_all_links(call.session, call.subject, settings=settings, by=call.by, at=call.at)
    return DoneOut(sentence=f"正在核对 {count} 个链接。")


def give_lead_view(call: Call[LookBackEntry, TextIn]) -> DoneOut:
    """Keep what the lead unit makes of a line."""
    given = call.given
    self_checks.give_lead_view(
        call.session, call.subject, given.text, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已保存牵头意见。")


def object_to_verdict(call: Call[LookBackEntry, TextIn]) -> DoneOut:
    """Keep the unit's differing view beside the verdict."""
    given = call.given
    verdicts.object_to(
        call.session, call.subject, given.text, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已提出异议。")


def answer_objection(call: Call[LookBackEntry, TextIn]) -> DoneOut:
    """Answer a unit's objection."""
    given = call.given
    verdicts.answer_objection(
        call.session, call.subject, given.text, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已答复。")


RUN = Permission.OFFICE
CHECKS = (
    Verb(ROUND, Nothing, "/urge", "POST /urging", urge_round, permission=RUN),
    Verb(ROUND, Nothing, "/close", "POST /closing", close_round, permission=RUN),
    Verb(LOOK_BACK, Nothing, "/urge", "POST /urging", urge_sheets, permission=RUN),
    Verb(LOOK_BACK, Nothing, "/links", "POST /link-checks", ask_all_links, permission=RUN),
    Verb(LINE, LinksIn, "/links", "POST /link-checks", ask_links, anchor="links", permission=RUN),
    Verb(LINE, VerdictIn, "/verdict", "PUT /verdict", First(set_verdict), permission=RUN),
    Verb(LINE, TextIn, "/lead", "PUT /lead-view", give_lead_view),
    Verb(LINE, TextIn, "/object", "POST /objection", object_to_verdict),
    Verb(LINE, TextIn, "/answer", "POST /answer", answer_objection),
)
