"""Names that a document prints whole, and those of the office's directory (词汇): they settle what is printed short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intake.grammar import columns, enumerated, responsibility, unit_names
from intake.grid import Table


def of(tables: Iterable[Table], directory: Sequence[str]) -> frozenset[str]:
    """The names that help with the unit cells of these tables: those that end with a name printed short or not known."""
    whole, short, alone = set(directory), set(), set(directory)
    joint: set[enumerated.Joint] = set()
    for table in tables:
        places = columns.positions(table.columns, "lead", "responsible")
        for text in {row.text(at) for row in table.rows for at in places}:
            found = responsibility.read(text, "responsible")
            short.update(found.doubts)
            joint.update(found.joint)
            alone.update(set(found.names).difference(*(("".join(parts), *parts) for parts in found.joint)))
            for name in (*found.lead_units, *found.responsible_units):
                (whole if unit_names.level_of(name) else short).add(name)
    endings = tuple(short)
    helpful = {name for name in whole if endings and name.endswith(endings)}
    for name in short | whole.difference(directory):
        helpful.update(enumerated.glued(name, whole - {name}))
    helpful.update(alone.intersection(name for parts in joint for name in ("".join(parts), *parts)))
    return frozenset(helpful)
