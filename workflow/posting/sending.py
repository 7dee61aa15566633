"""Sending (发送): one message by its channel; called by the background alone."""

from __future__ import annotations

import hashlib

from workflow.posting.addresses import delivered
from workflow.posting.channels import Message, way_of
from workflow.posting.models import Delivery
from workflow.posting.words import DeliveryState
from workflow.record.errors import Invalid
from workflow.record.installation import Installation


def deliver(installation: Installation, delivery_id: int) -> None:
    """Send one message once; a failure is written down and raised, so that the background tries again."""
    with installation.database.reading() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None or delivery.state is DeliveryState.SENT:
            return
        address, now = delivery.address, installation.clock()
        message = Message(address.target, address.secret, delivery.subject, delivery.text, now, _key(delivery))
        way = way_of(address.channel)
    error = ""
    try:
        way.send(message, installation.settings)
    except Invalid as failed:
        error = failed.message
    except way.fails as failed:
        error = f"{type(failed).__name__}：没有送达"
    with installation.database.writing() as session:
        delivered(session, delivery_id, error, at=installation.clock())
    if error:
        raise Invalid(error)


def _key(delivery: Delivery) -> str:
    """The same whenever this message is sent, another for every other one, in other installations too."""
    said = f"{delivery.id} {delivery.created_at.isoformat()} {delivery.subject} {delivery.text}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
