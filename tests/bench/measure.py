"""Measuring (计量): two pieces of work taken in turn, so that a busy machine slows both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Size:
    """How much is measured (规模)."""

    rounds: int
    steps: int
    """Persisted steps in one transaction each."""
    cases: int
    """Cases of four approvals."""
    tasks: tuple[tuple[str, int], ...]
    """(suffix of the name, tasks in the office) of the lists."""
    copies: int
    """How often a printed table is repeated, in the reading of formats."""
    rows: int
    """Rows of the draft that is settled."""
    archived: int
    """Packets of the dossier whose memory is measured."""
    packets: int
    """Packets that real workers make of closed tasks."""
    bound: int
    """Packets of three pages bound into a volume of a dossier; 99 fill one."""


FULL = Size(
    7, 100, 25, (("100k", 100_000), ("1m", 1_000_000)), copies=4, rows=300, archived=3000, packets=1000, bound=99
)
SMALL = Size(1, 3, 1, (("100k", 4_000), ("1m", 8_000)), copies=1, rows=20, archived=6, packets=4, bound=3)


@dataclass(frozen=True)
class Figure:
    """What was measured, beside what (对照), in seconds of wall time or in bytes."""

    name: str
    ours: float
    peer_name: str
    peer: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours ÷ peer: below 1 is faster, or smaller."""
        return self.ours / self.peer

    def to_json(self) -> dict[str, Any]:
        """The line of ``out/bench.json``."""
        return {**asdict(self), "ratio": round(self.ratio, 3)}

    def __str__(self) -> str:
        times, word = (1000, "ms") if self.unit == "s" else (1 / (1 << 20), "MB")
        ours, peer = (f"{value * times:.2f} {word}" for value in (self.ours, self.peer))
        return f"{self.name:<24}{ours:>12}   {self.peer_name:<52}{peer:>12}{self.ratio:>8.2f}×"


def interleaved(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians of both in seconds, after one round that warms up."""
    ours(), peer()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, times in zip((ours, peer), taken, strict=True):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])
