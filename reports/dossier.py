"""The look-back dossier (回头看年度卷宗): a bound volume with the packets behind it, and a bag with the originals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import bag, figures
from reports.binding import Part, bind, printed
from reports.kinds import Step, Volume
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.tasks.progress import RULE
from workflow.year.lookback import LookBack, SealedPacket

COVER = "cover"
LISTED = 1500
"""Lines of the list of open tasks; beyond them the bag's table has the rest."""
PART = 40
"""Rows of the item-by-item part that are printed at a time: layout grows faster than the number of rows."""


@dataclass(frozen=True)
class Behind:
    """A packet merged behind the papers (附入的证据包)."""

    number: str
    unit: str
    item: str
    text: str
    packet: SealedPacket


def _bound(look: LookBack, here: Installation, step: Step) -> bytes:
    """Cover, contents, papers and reading copies of the packets in one file."""
    behind = _behind(look)
    step("统计完成情况")
    parts = _parts(look, behind, here.settings)
    step("装订成册")
    return bind(parts, _copies(behind, here, step), here.settings)


def _vouches(look: LookBack) -> dict[str, Any]:
    """Which packets are bound in it as reading copies."""
    return {"packets": [{"number": one.number, "sha256": one.packet.sha256} for one in _behind(look)]}


def _packed(look: LookBack, sealed: bytes, registration: str, here: Installation, folder: Path, step: Step) -> Path:
    """The bag with everything in it."""
    path = bag.make(look, sealed, registration, here.store, folder, step=lambda: step(""))
    step("打包归档")
    return path


def _behind(look: LookBack) -> list[Behind]:
    return [
        Behind(task.packet.number, task.unit, item.number, item.text, task.packet)
        for item in look.items
        for task in item.tasks
        if task.packet is not None
    ]


def _copies(behind: list[Behind], here: Installation, step: Step) -> Iterator[Part]:
    """The sealed packets one after the other, each read whole and checked against its digest."""
    for one in behind:
        yield Part(f"第 {one.item} 条　{one.unit}　{one.number}", here.store.read(one.packet.sha256), packet=True)
        step("附入证据包")


def _parts(look: LookBack, behind: list[Behind], settings: Settings) -> list[Part]:
    """Cover, figures, the rows in parts and what is left open: each a PDF of its own."""
    units, sections = figures.by_unit(look), figures.by_section(look)
    shared = {"look": look, "whole": figures.tally("合计", look.tasks)}
    parts = [
        Part("封面", printed(settings, COVER, **shared)),
        Part(
            "一、总体完成情况",
            printed(
                settings,
                "figures",
                **shared,
                units=units,
                sections=sections,
                charted=figures.charted(units),
                paces=figures.by_pace(look),
                rule=RULE,
            ),
        ),
    ]
    for start in range(0, len(look.items), PART):
        rows = look.items[start : start + PART]
        name = f"二、逐条核查（第 {rows[0].number} 条至第 {rows[-1].number} 条）"
        parts.append(Part(name, printed(settings, "items", **shared, rows=rows, first=start == 0)))
    left = [(item, task) for item in look.items for task in item.tasks if not task.done]
    parts.append(
        Part("三、未办结清单", printed(settings, "open", **shared, left=left[:LISTED], more=len(left[LISTED:])))
    )
    if behind:
        parts.append(Part("四、证据包", printed(settings, "divider", **shared, behind=behind)))
    return parts


VOLUME = Volume(_bound, _vouches, _packed, steps=lambda look: 3 + 2 * len(_behind(look)))
