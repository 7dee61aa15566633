"""Judging a stranger's file (隔离验证): the verifier in a process of its own with limits on memory, time and network."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from packets.verdict import Verification, failed
from workflow.record import sandbox

HOLDS = 6
"""How often a paper is held while it is judged: what a packet of large evidence needs grows with it, a bomb's share does not."""


def verify_isolated(
    pdf: bytes, *, anchors: Sequence[bytes], registration: bytes | None = None, at: datetime | None = None
) -> Verification:
    """:func:`packets.verify.verify` where a hostile file can do no harm.

    Too much memory or time, or a crash, is 不通过.
    """
    question = {
        "anchors": [anchor.decode("utf-8", "replace") for anchor in anchors],
        "registration": None if registration is None else registration.decode("utf-8", "replace"),
        "at": (at or datetime.now(UTC)).isoformat(),
    }
    memory = max(sandbox.MEMORY, HOLDS * len(pdf) + sandbox.MEMORY // 4)
    try:
        return Verification.from_json(sandbox.call("packets.isolation:answer", pdf, question, memory=memory))
    except sandbox.Exhausted:
        return failed("验证超出时间或内存限度，文件可能被恶意构造。")


def answer(pdf: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Judge in the child; pyHanko is loaded there, never in the web process."""
    verify = importlib.import_module("packets.verify")
    registration = question["registration"]
    result = verify.verify(
        pdf,
        anchors=[text.encode() for text in question["anchors"]],
        registration=None if registration is None else registration.encode(),
        at=datetime.fromisoformat(question["at"]),
    )
    found: dict[str, Any] = result.to_json()
    return found
