"""What is done to issued papers (通报、函件): by the office that drafts them, and by the units that they go to."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs import Nothing
from forms.verbs_missives import AnewIn, AnswerIn, ReceiptIn, ReplyIn, WordingIn
from forms.verbs_year import StepIn
from views.door import load_matter
from views.verbs.matters import stepped, submitted
from views.verbs.verb import Call, Subject, Verb
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid, NotFound
from workflow.year.missives import drafting, receiving
from workflow.year.missives.bulletin_facts import moment_of
from workflow.year.missives.drafting import Wording
from workflow.year.missives.models import Bulletin, Missive
from workflow.year.missives.process import BULLETIN


def _paper(session: Session, number: int, by: User) -> Missive:
    return load_matter(session, Missive, number, by).task


def _got(session: Session, number: int, by: User) -> Missive:
    """A paper that the person's unit is asked about or has got."""
    missive = session.get(Missive, number)
    if missive is None:
        raise NotFound
    return receiving.row_of(missive, by).missive


MISSIVE: Subject[Missive] = Subject(
    "missive_id", "/bulletins/<int:missive_id>", "bulletins.show", _paper,
    lambda found: {"status": found.status, "version": found.version},
)  # fmt: skip
GOT = replace(MISSIVE, page="bulletins.unit", find=_got, told=lambda found: {})


def save_missive(call: Call[Missive, WordingIn]) -> DoneOut:
    """Keep what the office wrote of a paper, and send it on where that is asked."""
    given, missive = call.given, call.subject
    signer = call.session.get(User, given.signer)
    if signer is None:
        raise Invalid("请选择一位领导作签发人。")
    wording = Wording(
        given.title, given.code, given.addressed, given.opening, given.demands, given.copied, given.contact, given.source
    )  # fmt: skip
    drafting.save_wording(
        call.session, missive, wording, signer, given.due or missive.due, by=call.by, at=call.at,
        seen_version=given.seen_version,
    )  # fmt: skip
    return submitted(call) if given.then else DoneOut(sentence="已保存。")


def take_figures_anew(call: Call[Missive, AnewIn]) -> DoneOut:
    """Count a bulletin's figures as of another moment."""
    given, missive = call.given, call.subject
    if not isinstance(missive, Bulletin):
        raise Invalid("函件没有统计数据，不需要重新取数。")
    drafting.take_anew(
        call.session, missive, moment_of(given.as_of, call.at), least=given.least, by=call.by, at=call.at,
        seen_version=given.seen_version,
    )  # fmt: skip
    return DoneOut(sentence="已重新取数；各单位对没有变化的内容所作的答复保留。")


def step_missive(call: Call[Missive, StepIn]) -> DoneOut:
    """Take a paper one step on or back."""
    return stepped(call, call.given.action, call.given.opinion)


def reply_to_unit(call: Call[Missive, ReplyIn]) -> DoneOut:
    """Answer a unit that says it is not so."""
    given = call.given
    receiving.reply(
        call.session, call.subject, given.row, given.text, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已答复。")


def urge_receipts(call: Call[Missive, Nothing]) -> DoneOut:
    """Press every unit that has not signed for an issued paper."""
    count = receiving.urge(call.session, call.subject, by=call.by, at=call.at)
    return DoneOut(sentence=f"已催 {count} 个单位签收。")


def answer_lines(call: Call[Missive, AnswerIn]) -> DoneOut:
    """Say whether what a paper is going to say of the own unit is so."""
    given = call.given
    receiving.answer(
        call.session, call.subject, agrees=not given.objects, text=given.text, measure=given.measure, by=call.by, at=call.at,
        seen_round=given.seen_round,
    )  # fmt: skip
    return DoneOut(sentence="已答复，办公室可以看到。")


def receive_missive(call: Call[Missive, ReceiptIn]) -> DoneOut:
    """Sign for an issued paper."""
    given = call.given
    receiving.receive(
        call.session, call.subject, person=given.person, promised=given.promised, by=call.by, at=call.at
    )  # fmt: skip
    return DoneOut(sentence="已签收。")


_ACTIONS = ",".join(dict.fromkeys(step.action.value for step in BULLETIN.steps))
_OFFICE = Permission.OFFICE
MISSIVES = (
    Verb(MISSIVE, WordingIn, "", "PUT /wording", save_missive, permission=_OFFICE),
    Verb(MISSIVE, AnewIn, "/anew", "POST /figures", take_figures_anew, permission=_OFFICE),
    Verb(MISSIVE, StepIn, f"/act/<any({_ACTIONS}):action>", "POST /actions", step_missive),
    Verb(MISSIVE, ReplyIn, "/reply", "POST /replies", reply_to_unit, permission=_OFFICE),
    Verb(MISSIVE, Nothing, "/urge", "POST /urging", urge_receipts, permission=_OFFICE),
    Verb(GOT, AnswerIn, "/answer", "POST /answer", answer_lines),
    Verb(GOT, ReceiptIn, "/receive", "POST /receipt", receive_missive),
)
