"""Channels (送达渠道): a row of ``Channel`` and, under its code, a file here with its ``WAY``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflow.posting.words import Channel
from workflow.record.settings import Settings


@dataclass(frozen=True)
class Message:
    """What is sent, to whom, and when (待发消息)."""

    target: str
    secret: str
    subject: str
    text: str
    at: datetime
    key: str = ""
    """Names the message: sent again after a crash it is the same one."""


@dataclass(frozen=True)
class Way:
    """How one channel works (渠道)."""

    personal: bool
    """True for a person's own address, False for the one of a unit's group."""
    refuses: Callable[[str, Settings], str]
    """Why such an address is not taken, in one sentence; empty where it is."""
    host: Callable[[str], str]
    """What of an address the trail may keep: where it leads, without its key."""
    send: Callable[[Message, Settings], None]
    """Raises Invalid with a sentence, or one of ``fails``."""
    fails: tuple[type[Exception], ...] = (OSError,)


def way_of(channel: Channel) -> Way:
    """How this channel works."""
    found: Way = importlib.import_module(f"{__name__}.{channel.value}").WAY
    return found
