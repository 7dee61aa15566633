"""What is done in talks with a unit (约谈): called after a letter, recorded, signed; at both doors alike."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs import Nothing
from forms.verbs_talks import TalkIn
from forms.verbs_year import StepIn
from views.door import load_matter
from views.verbs.inspections import moment_in
from views.verbs.matters import matter_subject, stepped, submitted
from views.verbs.verb import Call, Subject, Verb
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.tasks.reporting import only_handlers
from workflow.year.missives.models import Letter
from workflow.year.missives.talk_models import Talk
from workflow.year.missives.talks import TALK, Said, begin_talk, save_talk


def call_talk(call: Call[Letter, Nothing]) -> DoneOut:
    """Lay out the record of a talk after an issued letter."""
    born = begin_talk(call.session, call.subject, by=call.by, at=call.at)
    if born.opened_at != call.at:
        return DoneOut(sentence="据此件的约谈已经建立记录，还没有定稿，请在该记录上填写。", id=born.id, replayed=True)
    return DoneOut(sentence="已建立约谈记录，约谈后填写并送复核。", id=born.id)


def keep_talk(call: Call[Talk, TalkIn]) -> DoneOut:
    """Keep what was written of a talk, and lay it before another one of the office where that is asked."""
    given = call.given
    only_handlers(call.subject, call.by)
    said = Said(
        moment_in(given.held_at, "约谈时间"), given.place, given.convener, given.attendees, given.grounds, given.minutes,
        given.demand, given.mend_by,
    )  # fmt: skip
    save_talk(call.session, call.subject, said, by=call.by, at=call.at, seen_version=given.seen_version)
    return submitted(call) if given.then else DoneOut(sentence="已保存。")


def step_talk(call: Call[Talk, StepIn]) -> DoneOut:
    """Take the record one step on or back."""
    return stepped(call, call.given.action, call.given.opinion)


def _letter(session: Session, number: int, by: User) -> Letter:
    return load_matter(session, Letter, number, by).task


LETTER: Subject[Letter] = Subject("letter_id", "/letters/<int:letter_id>", "bulletins.talks.of", _letter)
RECORD = matter_subject(Talk, "talk_id", "talks", "bulletins.talks.show")
_ACTIONS = ",".join(dict.fromkeys(step.action.value for step in TALK.steps))
TALKS = (
    Verb(LETTER, Nothing, "/talks", "POST /talks", call_talk, permission=Permission.OFFICE),
    Verb(RECORD, TalkIn, "", "PUT /record", keep_talk, permission=Permission.OFFICE),
    Verb(RECORD, StepIn, f"/act/<any({_ACTIONS}):action>", "POST /actions", step_talk),
)
