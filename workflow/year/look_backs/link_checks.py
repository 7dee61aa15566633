"""Links as they are now (链接核对): asked for by the office, fetched in the background, kept as a fact of that moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.record import audit, outbox, sandbox
from workflow.record.calendar import spoken_moment
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.events import Data, Kind
from workflow.record.fetching import Fetcher, Page, Unreachable
from workflow.record.installation import Installation
from workflow.record.jobs import LINKS, OfEntry
from workflow.record.settings import Settings
from workflow.record.store import Blob
from workflow.record.text import clean_line
from workflow.tasks.models import Evidence, Task
from workflow.tasks.words import EvidenceKind, Status
from workflow.year.look_backs import events
from workflow.year.look_backs.models import Capture, LinkCheck, LookBackEntry, LookBackRound, Rectification

OFF = "本机没有启用链接核对：请由系统管理员设置 TAIZHANG_LINK_CHECK=true；不启用时请上传网页截图或网页文件作为取证。"
READING = 20
"""Seconds for looking into one page."""


Seen = LookBackEntry | Rectification
"""What links are fetched for: a line of a look-back, or a rectification that none has called for."""


def links_of(session: Session, entry: Seen) -> list[str]:
    """Links that the unit had put on its tasks of the row, and on what it had to put right."""
    if isinstance(entry, Rectification):
        return list(dict.fromkeys(piece.name for piece in entry.live_evidence if piece.sha256 is None))
    tasks = select(Task.id).where(Task.item_id == entry.item_id, Task.unit_id == entry.unit_id)
    wanted = select(Evidence.name).where(Evidence.kind == EvidenceKind.LINK, Evidence.removed_at.is_(None))
    numbers = [*session.scalars(tasks), *([entry.rectification.id] if entry.rectification else [])]
    return list(dict.fromkeys(session.scalars(wanted.where(Evidence.task_id.in_(numbers)).order_by(Evidence.id))))


def ask_links(
    session: Session,
    entry: Seen,
    urls: Sequence[str],
    *,
    words: str,
    settings: Settings,
    by: User,
    at: datetime,
) -> int:
    """Have links fetched, with what should stand on them; without one all of the line's. Returns how many.

    Raises Forbidden, NotInState, Invalid. A link that waits already is not asked for again.
    """
    if not runs(entry.ledger if isinstance(entry, Rectification) else entry.look_back.ledger, by):
        raise Forbidden("核查由台账的办公室办理。")
    if not settings.link_check:
        raise NotInState(OFF)
    urls = [clean_line(url, limit=500) for url in urls] or links_of(session, entry)
    if not urls:
        raise Invalid("这一项没有登记过网页链接，请填写要核对的网址。")
    waiting = {one.url for one in entry.links if one.seen_at is None}
    for url in dict.fromkeys(urls):
        if url not in waiting:
            asked = LinkCheck(url=url, words=clean_line(words, limit=200), asked_by=by.name, asked_at=at)
            entry.links.append(asked)
    session.flush()
    last = entry.links[-1]
    place = OfEntry(last.entry_id or 0, last.matter_id or 0)
    outbox.promise(session, LINKS, f"links:{entry.id}:{last.id}", place, at=at)
    told = events.LinksAsked(entry_id=place.entry_id, about=entry.about, opinion="、".join(urls)[:400], links=urls)
    _tell(session, entry, (events.LINKS_ASKED, events.MENDING_LINKS_ASKED), told, by=by, at=at)
    return len(urls)


def add_proof(session: Session, matter: Rectification, blob: Blob, *, name: str, note: str, by: User, at: datetime) -> None:  # fmt: skip
    """Keep what the office saw when it re-checked; bytes are on disk already. Raises Forbidden, NotInState."""
    if not runs(matter.ledger, by):
        raise Forbidden("复核由台账的办公室办理。")
    if matter.entry_id is not None or matter.status is Status.CLOSED:
        raise NotInState("已销号的整改不再取证；回头看的整改请在核查项页面取证。")
    if any(one.sha256 == blob.sha256 for one in matter.captures):
        return
    note = clean_line(note, limit=500)
    matter.captures.append(
        Capture(name=name, sha256=blob.sha256, size=blob.size, note=note, brought_by=by.name, brought_at=at)
    )
    told = events.Captured(about=matter.about, opinion=f"{name} {note}", name=name, sha256=blob.sha256, size=blob.size)
    audit.record(session, events.MENDING_CAPTURED, told, subject=matter.id, by=by, at=at)


def _tell(session: Session, seen: Seen, kinds: tuple[Kind[Any], Kind[Any]], told: Data, *, by: User | None, at: datetime) -> None:  # fmt: skip
    """The event of a line, or that of a rectification."""
    if isinstance(seen, Rectification):
        audit.record(session, kinds[1], told, subject=seen.id, by=by, at=at)
    else:
        audit.record(session, kinds[0], told, subject=seen.look_back_id, by=by, at=at)


def ask_all_links(session: Session, begun: LookBackRound, *, settings: Settings, by: User, at: datetime) -> int:
    """Have the links of every line fetched that the office checks itself; returns how many. Raises as :func:`ask_links`."""
    lines = [entry for entry in begun.entries if entry.chosen and (entry.drawn or begun.drawn_at is None)]
    wanted = [(entry, links_of(session, entry)) for entry in lines]
    if not any(urls for _, urls in wanted):
        raise Invalid("要核查的各项都没有登记过网页链接。")
    return sum(
        ask_links(session, entry, urls, words="", settings=settings, by=by, at=at) for entry, urls in wanted if urls
    )


def progress_of(lines: Iterable[Seen]) -> tuple[int, int]:
    """How many of the links asked for have been fetched, and how many there are."""
    asked = [check for entry in lines for check in entry.links]
    return sum(check.seen_at is not None for check in asked), len(asked)


def see(here: Installation, entry_id: int, matter_id: int = 0) -> None:
    """Fetch every link that waits of a line or a rectification, one after the other; no transaction is open meanwhile."""
    with here.database.reading() as session:
        mine = LinkCheck.matter_id == matter_id if matter_id else LinkCheck.entry_id == entry_id
        waiting = select(LinkCheck).where(mine, LinkCheck.seen_at.is_(None))
        asked = [(one.id, one.url, one.words) for one in session.scalars(waiting.order_by(LinkCheck.id))]
    fetcher = Fetcher.of(here.settings)
    if not here.settings.link_check:
        raise NotInState(OFF)
    for number, url, words in asked:
        said = answer_of(fetcher, url, words)
        with here.database.writing() as session:
            _keep(session, session.get_one(LinkCheck, number), said, at=here.clock())


def answer_of(fetcher: Fetcher, url: str, words: str) -> dict[str, object]:
    """What a link answers now, as the columns of its row."""
    try:
        page = fetcher.fetch(url)
    except Unreachable as failed:
        return {"trouble": failed.why[:200]}
    return {
        "status": page.status, "led_to": page.url if page.url != url else "", "size": len(page.body),
        "digest": hashlib.sha256(page.body).hexdigest(), **_read(page, words),
    }  # fmt: skip


def _read(page: Page, words: str) -> dict[str, object]:
    question = {"media_type": page.media_type, "words": words}
    try:
        said = sandbox.call("workflow.record.pages:read", page.body, question, seconds=READING)
    except sandbox.Exhausted:
        return {"title": "", "found": None}
    return {"title": str(said["title"]), "found": said["found"]}


def _keep(session: Session, check: LinkCheck, said: dict[str, object], *, at: datetime) -> None:
    """The answer in the row and in the trail; one that another worker has written stands."""
    session.refresh(check, with_for_update=True)
    if check.seen_at is not None:
        return
    for column, value in said.items():
        setattr(check, column, value)
    check.seen_at = at
    entry = check.entry or check.matter
    if entry is None:
        raise LookupError(check.id)
    told = events.LinkSeen(
        entry_id=check.entry_id or 0, about=entry.about, check_id=check.id, url=check.url, words=check.words, status=check.status,
        led_to=check.led_to, title=check.title, digest=check.digest, size=check.size, found=check.found,
        trouble=check.trouble,
    )  # fmt: skip
    told = told.model_copy(update={"opinion": spoken_link(told, at)})
    _tell(session, entry, (events.LINK_SEEN, events.MENDING_LINK_SEEN), told, by=None, at=at)


def spoken_link(seen: LinkCheck | events.LinkSeen, at: datetime) -> str:
    """A link as it was, in a sentence that says when."""
    return f"链接 {seen.url} {spoken_moment(at)}：{answer_in_words(seen)}"


def answer_in_words(seen: LinkCheck | events.LinkSeen) -> str:
    """What a link answered: its status, its title, the expected words, its digest."""
    if seen.status is None:
        return f"没有取到（{seen.trouble}）"
    said = [f"状态 {seen.status}"]
    said += [f"跳转到 {seen.led_to}"] if seen.led_to else []
    said += [f"标题「{seen.title}」"] if seen.title else []
    if seen.words:
        found = {True: f"含「{seen.words}」", False: f"不含「{seen.words}」", None: "不是网页文字，未核对应有文字"}
        said.append(found[seen.found])
    return "，".join([*said, f"SHA-256 {seen.digest[:16]}…"])


def proves(check: LinkCheck) -> bool:
    """Whether a link answered 200 with the words that were expected."""
    return check.status == 200 and check.found is True
