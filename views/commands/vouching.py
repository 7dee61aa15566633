"""What this machine vouches for (本机核对): a sealed file judged by its own anchors and register; loaded for those who ask it."""

from __future__ import annotations

from packets.judging import judge
from packets.verdict import Verification
from views.commands.here import installation


def judged(data: bytes) -> Verification:
    """The verdict on a file by this machine's own anchors and register."""
    return judge(installation(), data)
