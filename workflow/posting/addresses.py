"""Notices on their way out (消息送达): collected into few messages, never at night, each with its state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.office.models import Notice, User
from workflow.office.permissions import Permission, keeps_robots, may
from workflow.posting.channels import way_of
from workflow.posting.events import ADDRESS_DROPPED, ADDRESS_SAVED, Addressed
from workflow.posting.models import Address, Delivery
from workflow.posting.words import Channel, DeliveryState, Rhythm
from workflow.record import audit, outbox
from workflow.record.calendar import is_working_day
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import Kind
from workflow.record.jobs import DELIVERY, OfDelivery
from workflow.record.settings import ZONE, Settings
from workflow.record.text import clean_line

AWAKE, ASLEEP, DIGEST = time(8), time(20), time(8, 30)
"""Nothing is sent between ASLEEP and AWAKE or on days off; a digest goes out once a working day from DIGEST on."""
NAMED = 20
"""Notices that one message spells out."""
MOST = 5
"""Addresses of one person or one unit."""


def save_address(
    session: Session,
    *,
    channel: Channel,
    target: str,
    secret: str,
    rhythm: Rhythm,
    settings: Settings,
    by: User,
    at: datetime,
) -> Address:
    """Have notices sent to a mail box of one's own, or to one's unit's group robot. Raises Forbidden, Invalid."""
    target, secret = clean_line(target, limit=300), clean_line(secret, limit=200)
    way = way_of(channel)
    if not may(by, Permission.NOTICES) or not (way.personal or keeps_robots(by)):
        raise Forbidden("群机器人由本单位负责人或办公室设置。")
    if refusal := way.refuses(target, settings):
        raise Invalid(refusal)
    owner = {"user_id": by.id} if way.personal else {"unit_id": by.unit_id}
    if session.scalars(select(func.count(Address.id)).filter_by(**owner)).one() >= MOST:
        raise Invalid(f"最多设置 {MOST} 个，请先删去不用的。")
    newest = session.scalars(select(func.max(Notice.id))).one() or 0
    address = Address(
        **owner, channel=channel, target=target, secret=secret, rhythm=rhythm, cursor=newest, created_at=at
    )
    session.add(address)
    session.flush()
    _noted(session, ADDRESS_SAVED, address, by=by, at=at)
    return address


def drop_address(session: Session, address_id: int, *, by: User, at: datetime) -> None:
    """Have nothing sent there any more. Raises NotFound."""
    address = session.get(Address, address_id)
    if address is None or not (address.user_id == by.id or (keeps_robots(by) and address.unit_id == by.unit_id)):
        raise NotFound
    _noted(session, ADDRESS_DROPPED, address, by=by, at=at)
    for delivery in session.scalars(select(Delivery).where(Delivery.address_id == address.id)):
        session.delete(delivery)
    session.delete(address)
    session.flush()


def collect(session: Session, *, at: datetime) -> int:
    """Promise a message to every address that has new notices and whose time has come; returns how many."""
    here = at.astimezone(ZONE)
    if not AWAKE <= here.time() < ASLEEP or not is_working_day(here.date()):
        return 0
    made = 0
    for address in session.scalars(select(Address).order_by(Address.id)).all():
        if _its_time(address, here):
            made += _promise(session, address, at=at)
    return made


def delivered(session: Session, delivery_id: int, error: str, *, at: datetime) -> None:
    """Write down how a delivery went; an empty error is success."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is not None and delivery.state is not DeliveryState.SENT:
        delivery.state = DeliveryState.FAILED if error else DeliveryState.SENT
        delivery.error, delivery.sent_at = error[:300], None if error else at


def _its_time(address: Address, here: datetime) -> bool:
    if address.rhythm is Rhythm.AT_ONCE:
        return True
    last = address.collected_at.astimezone(ZONE).date() if address.collected_at else None
    return here.time() >= DIGEST and last != here.date()


def _promise(session: Session, address: Address, *, at: datetime) -> int:
    mine = Notice.user_id == address.user_id
    if address.unit_id is not None:
        mine = Notice.user_id.in_(select(User.id).where(User.unit_id == address.unit_id))
    new = select(Notice.id, Notice.task_id, Notice.text)
    new = new.where(mine, Notice.id > address.cursor, Notice.read_at.is_(None))
    notices = session.execute(new.order_by(Notice.id)).all()
    if not notices:
        return 0
    texts = _together((row.task_id, row.text) for row in notices)
    more = [f"……另有 {len(texts) - NAMED} 条，请登录系统查看。"] if len(texts) > NAMED else []
    lines = [f"{n}. {text}" for n, text in enumerate(texts[:NAMED], start=1)]
    delivery = Delivery(
        address_id=address.id,
        first_id=notices[0].id,
        last_id=notices[-1].id,
        count=len(texts),
        subject=f"【政务公开台账】{len(texts)} 条消息",
        text="\n".join([*lines, *more]),
        state=DeliveryState.WAITING,
        created_at=at,
    )
    session.add(delivery)
    address.cursor, address.collected_at = notices[-1].id, at
    session.flush()
    outbox.promise(session, DELIVERY, f"delivery:{delivery.id}", OfDelivery(delivery.id), at=at)
    return 1


def _together(told: Iterable[tuple[int | None, str]]) -> list[str]:
    """Each text once, for a unit's people are told the same; what tells of one task stands together."""
    about: dict[int | None, dict[str, None]] = {}
    for task_id, text in told:
        about.setdefault(task_id, {})[text] = None
    return list(dict.fromkeys(text for texts in about.values() for text in texts))


def _noted(session: Session, kind: Kind[Addressed], address: Address, *, by: User, at: datetime) -> None:
    host = way_of(address.channel).host(address.target)
    told = Addressed(address_id=address.id, channel=address.channel, host=host, rhythm=address.rhythm)
    audit.record(session, kind, told, subject=address.id, by=by, at=at)
