"""Benchmarks (性能对照): every figure is a ratio against a peer or a limit measured in the same run.

``make bench`` prints them; nothing here is a test, and nothing fails on a slow machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, beside what, in milliseconds of wall time unless it says otherwise."""

    name: str
    ours: float
    peer_name: str
    peer: float
    unit: str = "ms"


def interleaved(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 7) -> tuple[float, float]:
    """Medians of both in milliseconds, taken in turn so that a busy machine slows both alike."""
    ours(), peer()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, times in zip((ours, peer), taken, strict=True):
            start = time.perf_counter()
            work()
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])


def figures() -> Iterator[Figure]:
    """Everything that is measured, one after the other."""
    from tests import bench_engine, bench_intake, bench_paper, bench_peers

    for module in (bench_intake, bench_paper, bench_engine, bench_peers):
        yield from module.figures()


def main() -> None:
    """Print a line as soon as it is measured."""
    print(f"{'measured':<34}{'':>13}   {'beside':<44}{'':>13}{'ratio':>9}", flush=True)
    for one in figures():
        ratio = one.ours / one.peer
        print(
            f"{one.name:<34}{one.ours:>10.2f} {one.unit}   {one.peer_name:<44}{one.peer:>10.2f} {one.unit}{ratio:>8.2f}×",
            flush=True,
        )


if __name__ == "__main__":
    main()
