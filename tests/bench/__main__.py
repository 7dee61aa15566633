"""Benchmarks (性能对照): every figure is a ratio against a peer or a limit measured in the same run.

``python -m tests.bench`` prints them and writes ``out/bench.json``; ``python -m tests.bench small`` takes a small size
of each, to see that all of them run, and writes ``out/bench-small.json``. Nothing here fails on a slow machine.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import approvals, dossiers, filings, packets, pages, papers, reading, start, steps, writers
from tests.bench.measure import FULL, SMALL, Figure, Size

OUT = Path(__file__).resolve().parent.parent.parent / "out"
KINDS: tuple[Callable[[Size], Iterator[Figure]], ...] = (
    start.figures,
    reading.figures,
    papers.figures,
    dossiers.figures,
    steps.figures,
    writers.figures,
    approvals.figures,
    filings.figures,
    pages.figures,
    packets.figures,
)


def main() -> int:
    """Print a line as soon as it is measured; exit status 1 if one could not be measured, after all the others."""
    size = SMALL if sys.argv[1:] == ["small"] else FULL
    print(f"{'name':<24}{'ours':>12}   {'beside':<52}{'peer':>12}{'ratio':>9}", flush=True)
    measured: list[Figure] = []
    failed = 0
    for figures in KINDS:
        try:
            for one in figures(size):
                measured.append(one)
                print(one, flush=True)
        except Exception:  # one that fails must not hide the others
            failed += 1
            traceback.print_exc()
    OUT.mkdir(exist_ok=True)
    name = "bench.json" if size is FULL else "bench-small.json"
    (OUT / name).write_text(json.dumps([one.to_json() for one in measured], ensure_ascii=False, indent=1) + "\n")
    print(f"{len(measured)} figures in out/{name}" + (f", {failed} kinds failed" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
