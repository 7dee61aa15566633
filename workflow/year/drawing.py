"""Drawing a sample that anybody can draw again (抽取): a list, a seed and a rule give the same lines for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from workflow.year.words import Draw


@dataclass(frozen=True)
class Candidate:
    """One line that may be drawn (待抽项)."""

    key: str
    """What it is called in the published list: row number and unit."""
    layer: str
    """县区 or 市直."""
    failed: bool = False
    """Found wanting last time: always drawn."""

    @property
    def line(self) -> str:
        """The line of the published list."""
        return f"{self.key}\t{self.layer}\t{int(self.failed)}"


def published(population: Sequence[Candidate]) -> str:
    """The list that is drawn from, as text: one line each, in the order of the table."""
    return "".join(f"{one.line}\n" for one in population)


def digest_of(population: Sequence[Candidate]) -> str:
    """SHA-256 of the published list."""
    return hashlib.sha256(published(population).encode()).hexdigest()


def draw(population: Sequence[Candidate], *, seed: str, share: int, rule: Draw) -> list[str]:
    """The keys that are drawn, in the order of the list.

    Lines are ranked by SHA-256 of seed and key; of each layer, or of all, the first ``share`` per cent are taken,
    rounded up; what failed last time is always among them.
    """
    layers = sorted({one.layer for one in population}) if rule is Draw.LAYERED else [None]
    taken = {one.key for one in population if one.failed}
    for layer in layers:
        ranked = sorted(
            (one.key for one in population if layer in (None, one.layer)),
            key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest(),
        )
        taken.update(ranked[: -(-len(ranked) * share // 100)])
    return [one.key for one in population if one.key in taken]
