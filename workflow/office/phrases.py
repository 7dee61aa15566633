"""What a person writes often (常用语): their own, at hand wherever an opinion is asked for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import Phrase, User
from workflow.record.errors import Invalid, NotFound
from workflow.record.text import clean_line

MOST, LONGEST = 30, 200


def phrases_of(session: Session, person: User) -> list[Phrase]:
    """The person's own, in the order they were kept."""
    return list(session.scalars(select(Phrase).where(Phrase.user_id == person.id).order_by(Phrase.id)))


def keep_phrase(session: Session, text: str, *, by: User) -> None:
    """Keep one more; the same words twice are one. Raises Invalid."""
    text = clean_line(text, limit=LONGEST)
    if not text:
        raise Invalid("请先写下要保存的常用语。")
    known = [phrase.text for phrase in phrases_of(session, by)]
    if text in known:
        return
    if len(known) >= MOST:
        raise Invalid(f"常用语最多 {MOST} 条，请先删去不用的。")
    session.add(Phrase(user_id=by.id, text=text))


def drop_phrase(session: Session, phrase_id: int, *, by: User) -> None:
    """Forget one of one's own. Raises NotFound."""
    phrase = session.get(Phrase, phrase_id)
    if phrase is None or phrase.user_id != by.id:
        raise NotFound
    session.delete(phrase)
