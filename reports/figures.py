"""The figures of a look-back (统计): numbers and one chart, from the same lines as the item-by-item part."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from workflow.queries.lookback import LookBack, TaskLine

mpl.rcParams["svg.fonttype"] = "path"  # drawn as outlines: no font has to be found again in the PDF


@dataclass(frozen=True)
class Tally:
    """How a set of tasks stands (完成情况)."""

    name: str
    total: int
    done: int
    in_time: int
    late_open: int
    returns: int

    @property
    def share(self) -> str:
        """Closed tasks in per cent, one decimal."""
        return f"{100 * self.done / self.total:.1f}%" if self.total else "—"

    @property
    def timely(self) -> str:
        """Closed in time, in per cent of all closed."""
        return f"{100 * self.in_time / self.done:.1f}%" if self.done else "—"


def tally(name: str, tasks: Iterable[TaskLine]) -> Tally:
    """Count a set of tasks."""
    lines = list(tasks)
    closed = [task for task in lines if task.done]
    return Tally(
        name=name,
        total=len(lines),
        done=len(closed),
        in_time=sum(task.late_days == 0 for task in closed),
        late_open=sum(task.late_days > 0 for task in lines if not task.done),
        returns=sum(task.returns for task in lines),
    )


def by_unit(look: LookBack) -> list[Tally]:
    """A line a unit, in the order the units first appear."""
    names = dict.fromkeys(task.unit for task in look.tasks)
    return [tally(name, (task for task in look.tasks if task.unit == name)) for name in names]


def by_section(look: LookBack) -> list[Tally]:
    """A line a first-level section."""
    names = dict.fromkeys(item.section[0] if item.section else "未分章节" for item in look.items)
    return [
        tally(
            name,
            (
                task
                for item in look.items
                if (item.section[0] if item.section else "未分章节") == name
                for task in item.tasks
            ),
        )
        for name in names
    ]


def chart(tallies: list[Tally], font: Path) -> str:
    """A bar a unit: closed in time, closed late, late and open, the rest; told apart by hatching as well as colour."""
    shown = sorted(tallies, key=lambda t: (t.total and t.done / t.total, t.total))[-24:]
    figure = Figure(figsize=(7.0, 0.6 + 0.27 * len(shown)))
    axes = figure.subplots()
    face = _face(str(font))
    left = [0] * len(shown)
    parts = (
        ("按期办结", [t.in_time for t in shown], "#2f7d4f", ""),
        ("逾期办结", [t.done - t.in_time for t in shown], "#8fbf9f", "//"),
        ("逾期未办结", [t.late_open for t in shown], "#a6192e", "xx"),
        ("正在办理", [t.total - t.done - t.late_open for t in shown], "#d9d9d9", ".."),
    )
    for label, values, colour, hatch in parts:
        axes.barh(
            range(len(shown)), values, left=left, color=colour, hatch=hatch, edgecolor="white", label=label, height=0.7
        )
        left = [a + b for a, b in zip(left, values, strict=True)]
    axes.set_yticks(range(len(shown)), [t.name for t in shown], fontproperties=face)
    axes.legend(prop=face, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.tight_layout()
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


@lru_cache(maxsize=4)
def _face(path: str) -> FontProperties:
    return FontProperties(fname=path, size=8.5)
