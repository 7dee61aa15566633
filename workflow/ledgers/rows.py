"""Rows of a draft put right (条目增拆并): added, split, merged, changed many at once, tied to last year's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.ledgers import events
from workflow.ledgers.drafting import add_party, delete_item, editable, noted
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.ledgers.permissions import runs
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.office.words import Resolution
from workflow.record import audit
from workflow.record.errors import Duplicate, Invalid, NotFound
from workflow.record.text import clean_line, clean_text

MOST_PARTS = 50


@dataclass(frozen=True)
class NewItem:
    """A row that the reader did not see (补充条目)."""

    number: str
    section: str
    """Headings above it, separated by `` / ``; empty takes those of the row before."""
    title: str
    requirement: str


def add_item(
    session: Session, ledger: Ledger, new: NewItem, *, after: LedgerItem | None, by: User, at: datetime
) -> LedgerItem:
    """Put a row behind another one, or first. Raises Invalid."""
    editable(ledger, by)
    title, requirement = clean_text(new.title), clean_text(new.requirement)
    if not title and not requirement:
        raise Invalid("工作任务和工作要求不能都是空的。")
    section = [part for each in new.section.split(" / ") if (part := clean_line(each, limit=300))]
    item = LedgerItem(
        number=clean_line(new.number, limit=40) or str(len(ledger.items) + 1),
        section=section or (list(after.section) if after else []),
        title=title or None,
        requirement=requirement or None,
        responsibility_text="",
    )
    _put(session, ledger, [item], after)
    noted(session, item, events.ITEM_ADDED, by=by, at=at)
    return item


def split_item(session: Session, item: LedgerItem, parts: Sequence[str], *, by: User, at: datetime) -> list[LedgerItem]:
    """Make one row several, each with its own words and the same units and dates; the first keeps the number."""
    editable(item.ledger, by)
    words = [text for part in parts if (text := clean_text(part))]
    if not 2 <= len(words) <= MOST_PARTS:
        raise Invalid(f"请把第 {item.number} 条分成 2 至 {MOST_PARTS} 段，每段一行；现在是 {len(words)} 段。")
    item.requirement = words[0]
    fresh = [_copy(item, f"{item.number}-{number}"[:40], text) for number, text in enumerate(words[1:], start=2)]
    _put(session, item.ledger, fresh, item)
    noted(session, item, events.ITEM_SPLIT, by=by, at=at, parts=len(words))
    return [item, *fresh]


def merge_items(session: Session, first: LedgerItem, second: LedgerItem, *, by: User, at: datetime) -> None:
    """Make two rows one: the words one after the other, the units of both, the first's number and the later date."""
    editable(first.ledger, by)
    if first.ledger_id != second.ledger_id or first is second:
        raise Invalid("只能合并同一台账中的两条。")
    texts = [text for item in (first, second) for text in (item.requirement or item.title,) if text]
    first.requirement = "".join(texts) or None
    first.due = max((day for day in (first.due, second.due) if day), default=None)
    first.recurrence = first.recurrence or second.recurrence
    first.deadline_text = "；".join(dict.fromkeys(t for t in (first.deadline_text, second.deadline_text) if t)) or None
    lines = [line for item in (first, second) for line in (item.line, item.line_end) if line]
    first.line, first.line_end = min(lines, default=None), max(lines, default=None)
    known = {(party.part, party.phrase) for party in first.parties}
    for party in second.parties:
        if (party.part, party.phrase) not in known:
            first.parties.append(_party(party))
    printed = dict.fromkeys(item.responsibility_text for item in (first, second) if item.responsibility_text)
    first.responsibility_text = "|".join(printed)
    noted(session, first, events.ITEM_MERGED, by=by, at=at, with_number=second.number)
    first.ledger.items.remove(second)


def change_many(
    session: Session,
    ledger: Ledger,
    item_ids: Sequence[int],
    *,
    due: date | None = None,
    unit: Unit | None = None,
    part: Part = Part.RESPONSIBLE,
    delete: bool = False,
    by: User,
    at: datetime,
) -> int:
    """Set a date, put a unit on, or take out, for many rows at once; returns how many changed. Raises Invalid."""
    editable(ledger, by)
    wanted = set(item_ids)
    chosen = [item for item in ledger.items if item.id in wanted]
    if not chosen:
        raise Invalid("请先勾选条目。")
    changed = 0
    for item in chosen:
        if delete:
            delete_item(session, item, by=by, at=at)
        elif unit is not None:
            try:
                add_party(session, item, part, unit, by=by, at=at)
            except Duplicate:
                continue  # it stands there already
        elif due is not None:
            item.due = due
            noted(session, item, events.ITEM_EDITED, by=by, at=at)
        else:
            raise Invalid("请选择要对勾选条目做什么。")
        changed += 1
    return changed


def follow_item(session: Session, item: LedgerItem, earlier: LedgerItem | None, *, by: User, at: datetime) -> None:
    """Say that a row carries on one of an earlier ledger of this office, or none (承接上年); also after publishing."""
    if not runs(item.ledger, by) or (earlier is not None and not runs(earlier.ledger, by)):
        raise NotFound
    if earlier is not None and earlier.ledger_id == item.ledger_id:
        raise Invalid("只能承接另一份台账的条目。")
    if item.follows_id == (earlier.id if earlier else None):
        return
    item.follows = earlier
    told = events.Follows(
        ledger_id=item.ledger_id,
        number=item.number,
        earlier_ledger_id=earlier.ledger_id if earlier else None,
        earlier_number=earlier.number if earlier else None,
        item_id=item.id,
        earlier_item_id=earlier.id if earlier else None,
    )
    audit.record(session, events.ITEM_FOLLOWS, told, subject=item.ledger_id, by=by, at=at)


def _copy(item: LedgerItem, number: str, requirement: str) -> LedgerItem:
    return LedgerItem(
        number=number,
        section=list(item.section),
        title=item.title,
        requirement=requirement,
        responsibility_text=item.responsibility_text,
        deadline_text=item.deadline_text,
        due=item.due,
        recurrence=item.recurrence,
        inspection=item.inspection,
        inspection_on=item.inspection_on,
        line=item.line,
        line_end=item.line_end,
        extra=list(item.extra),
        parties=[_party(party) for party in item.parties],
    )


def _party(party: ItemParty) -> ItemParty:
    return ItemParty(
        part=party.part,
        phrase=party.phrase,
        is_group=party.is_group,
        resolution=party.resolution or Resolution.CHOSEN,
        units=list(party.units),
    )


def _put(session: Session, ledger: Ledger, fresh: list[LedgerItem], after: LedgerItem | None) -> None:
    """Set rows behind another one; positions are unique at every moment, so all go below zero before they are counted."""
    items = list(ledger.items)
    at = items.index(after) + 1 if after else 0
    items[at:at] = fresh
    ledger.items.extend(fresh)
    for first in (-len(items), 1):
        for position, each in enumerate(items, start=first):
            each.position = position
        session.flush()
    session.expire(ledger, ["items"])
