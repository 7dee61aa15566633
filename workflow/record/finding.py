"""What can be searched for (检索): words of a row cut into pairs of characters, and kept in the transaction that changes the row.

A class says by :class:`Findable` what its rows are called; whichever room writes one, the entry follows (docs/decisions).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Select, String, Text, UniqueConstraint, event, inspect, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflow.record.dialects import dialect_of
from workflow.record.models import Base

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
KEPT = 2000
"""Characters of a text that can be searched for."""
ASKED = 60
"""Characters of a question that count."""
TERMS = 8
PINYIN = 120
"""Characters of a name that are spelt."""
BATCH = 500
TOUCHED = "findable"
"""Where a session keeps what it has changed (``session.info``)."""


class Entry(Base):
    """One row of whatever kind, as it can be searched for (检索条目): derived, and may be made anew at any time."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    """Of the row."""
    words: Mapped[str] = mapped_column(Text)
    """Its words in pairs, a blank between them."""


@dataclass(frozen=True)
class Called:
    """What a row is called (名称)."""

    words: tuple[str, ...]
    initials: tuple[str, ...] = ()
    """Found by the first letters of their pinyin as well."""
    names: tuple[str, ...] = ()
    """Found by first letters and by whole pinyin."""


class Findable:
    """A row that can be searched for (可检索)."""

    found_as: ClassVar[str]

    @property
    def called(self) -> Called:
        """The words by which it is found."""
        raise NotImplementedError


def pairs(words: str) -> Iterator[str]:
    """A text in pairs of neighbouring characters, each run of letters or characters ending in its last one alone.

    >>> " ".join(pairs("政务公开 v2"))
    '政务 务公 公开 开 v2 2'
    """
    for run in _runs(words[:KEPT]):
        yield from (run[n : n + 2] for n in range(len(run)))


def terms(question: str) -> list[list[list[str]]]:
    """A question as its terms, each of phrases, each of pairs; a single character is a beginning of pairs.

    Nothing of what somebody types is left but letters, digits and characters; no text is refused.
    """
    found = [[_phrase(run) for run in _runs(word)] for word in question[:ASKED].split()]
    return [phrases for phrases in found if phrases][:TERMS]


def matching(session: Session, kind: str, term: list[list[str]]) -> Select[int]:
    """The numbers of the rows of a kind that a term finds."""
    return select(Entry.number).where(Entry.kind == kind, _holds(session, term))


def renew(session: Session, rows: Iterable[Findable]) -> None:
    """Bring the entries of these rows up to what they are called now; a row that is not stored has none."""
    kinds: dict[str, dict[int, str]] = {}
    for row in rows:
        state: Any = inspect(row)
        if state.persistent:
            kinds.setdefault(row.found_as, {})[state.identity[0]] = _words(row.called)
    for kind, told in kinds.items():
        numbers = list(told)
        for start in range(0, len(numbers), BATCH):
            _write(session, kind, {number: told[number] for number in numbers[start : start + BATCH]})


def make_anew(where: Session | Connection) -> None:
    """Let the database read all entries again into what it searches in, after they were copied in."""
    if dialect_of(where).entries.again:
        where.execute(text(dialect_of(where).entries.again))


def _runs(words: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", words).casefold())


def _phrase(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[n : n + 2] for n in range(len(run) - 1)]


def _holds(session: Session, term: list[list[str]]) -> ColumnElement[bool]:
    return dialect_of(session).entries.holds(term)


def _words(called: Called) -> str:
    spelt = [*spellings(called.initials, whole=False), *spellings(called.names, whole=True)]
    return " ".join(pair for words in (*called.words, *called.initials, *called.names, *spelt) for pair in pairs(words))


def spellings(names: Iterable[str], *, whole: bool) -> Iterator[str]:
    """The first letters of the pinyin of every run of characters of these names, and with ``whole`` all letters."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take longer to load than a command may

    for run in (run for name in names for run in _HAN.findall(name[:PINYIN])):
        syllables = lazy_pinyin(run)
        yield "".join(syllable[0] for syllable in syllables)
        if whole:
            yield "".join(syllables)


def _write(session: Session, kind: str, told: dict[int, str]) -> None:
    known = session.scalars(select(Entry).where(Entry.kind == kind, Entry.number.in_(told)))
    entries = {entry.number: entry for entry in known}
    changed = [entry for entry in entries.values() if entry.words != told[entry.number]]
    _tell(session, dialect_of(session).entries.drop, changed)
    for entry in changed:
        entry.words = told[entry.number]
    fresh = [Entry(kind=kind, number=number, words=told[number]) for number in told if number not in entries]
    session.add_all(fresh)
    session.flush()
    _tell(session, dialect_of(session).entries.put, [*changed, *fresh])


def _drop(session: Session, kind: str, number: int) -> None:
    known = session.scalars(select(Entry).where(Entry.kind == kind, Entry.number == number)).all()
    _tell(session, dialect_of(session).entries.drop, known)
    for entry in known:
        session.delete(entry)


def _tell(session: Session, statement: str, entries: Sequence[Entry]) -> None:
    if statement and entries:
        session.execute(text(statement), [{"id": entry.id, "words": entry.words} for entry in entries])


@event.listens_for(Session, "before_flush")
def _notice(session: Session, *about: Any) -> None:
    """Remember what is about to be written; what it is called is asked at the end, when all of it is there."""
    changed = [row for row in session.dirty if isinstance(row, Findable) and session.is_modified(row)]
    kept = session.info.setdefault(TOUCHED, {})
    kept.update({id(row): row for row in (*session.new, *changed) if isinstance(row, Findable)})
    for row in session.deleted:
        if isinstance(row, Findable):
            kept.pop(id(row), None)
            _drop(session, row.found_as, inspect(row).identity[0])


@event.listens_for(Session, "before_commit")
def _follow(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        session.flush()
    touched = session.info.pop(TOUCHED, None)
    if touched:
        renew(session, touched.values())


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, *about: Any) -> None:
    session.info.pop(TOUCHED, None)
