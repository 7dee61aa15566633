"""Which fields a person should look at (存疑): every remark that puts a value in doubt names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from intake.layouts.gridded import Reading
from workflow.record.published import Origin, Problem, PublishedTask

HEAD = ("title", "year", "issuer", "document_number", "issued_on", "report_due", "tasks")
NEAR = 0.15
"""A second reading whose price is within this share of the best one's is a doubt where its rows are others."""


def marked(
    tasks: Iterable[PublishedTask], traced: Iterable[tuple[Origin, ...]], problems: Sequence[Problem]
) -> list[PublishedTask]:
    """The tasks with the origins of their values, and the fields that remarks about them put in doubt."""
    named: dict[tuple[str, int | None], set[str]] = {}
    for problem in problems:
        if problem.task is not None:
            named.setdefault((problem.task, problem.line), set()).update(problem.doubts)
    return [
        replace(task, origins=found, doubts=tuple(sorted(named.get((task.number, task.line), ()))))
        for task, found in zip(tasks, traced, strict=True)
    ]


def of_head(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The fields of the head that are in doubt."""
    said = {name for problem in problems if problem.task is None for name in problem.doubts}
    return tuple(name for name in HEAD if name in said)


def of_readings(readings: Sequence[Reading]) -> list[Problem]:
    """A doubt about the rows where another reading of the same text is nearly as good and sees others."""
    if not readings:
        return []
    best = readings[0]
    said = []
    if best.price > 0:
        said.append(Problem("这份文件的版式读得不可靠，请逐行对照原文核对有无错行、漏行。", doubts=("tasks",)))
    other = runner_up(readings)
    if other:
        said.append(
            Problem(
                f"这份文件还可以读成 {other.rows} 行（现在读成 {best.rows} 行），请核对有无错行、漏行。",
                doubts=("tasks",),
            )
        )
    return said


def runner_up(readings: Sequence[Reading]) -> Reading | None:
    """The second reading where it is nearly as good as the best one and sees other rows."""
    best = next(iter(readings), None)
    return next((r for r in readings[1:] if best and _sees_others(best, r)), None)


def _sees_others(best: Reading, other: Reading) -> bool:
    """Nearly as good with another number of rows; or tasks in the words around a table, whatever it costs."""
    if {best.name, other.name} == {"grids", "prose"}:
        return True
    return other.rows != best.rows and other.price - best.price < NEAR * abs(best.price)
