"""What happens to the places that notices are sent to (消息送达的留痕事项)."""

from __future__ import annotations

from workflow.posting.words import Channel, Rhythm
from workflow.record.events import Data, Kind, Subject


class Addressed(Data):
    """Where notices go, by its host alone."""

    address_id: int
    channel: Channel
    host: str
    rhythm: Rhythm


_ADDRESS = Subject("address", "送达地址")
ADDRESS_SAVED = Kind("address.saved", "设置消息送达", Addressed, _ADDRESS)
ADDRESS_DROPPED = Kind("address.dropped", "取消消息送达", Addressed, _ADDRESS)
