"""What a check found (检查结果): one row of the doctor's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "fault", "told"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: ``told`` is optional and missing, or worth knowing; only ``fault`` decides."""

    name: str
    state: State
    detail: str
    mend: str = ""
    """The one command, or the one thing to do, that mends it."""
