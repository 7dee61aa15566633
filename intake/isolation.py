"""Reading an office's file where it can do no harm (隔离读入): converted by programs, read in a limited process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pydantic

from intake import programs
from intake.formats import RECOGNISED
from workflow.record.errors import Unreadable
from workflow.record.published import Pointing, Problem, PublishedLedger, RawGrid
from workflow.record.sandbox import Exhausted, call

SECONDS = 60
"""Of one core for one file; a hundred printed pages take about ten."""
SLOW = ("ocr", "time")
"""What nobody waits for at a screen."""
_LEDGER = pydantic.TypeAdapter(PublishedLedger)
_GRIDS = pydantic.TypeAdapter(tuple[RawGrid, ...])


def read_isolated(
    data: bytes, *, filename: str = "", pointed: Pointing | None = None, known: Sequence[str] = (), patient: bool = True
) -> PublishedLedger:
    """:func:`intake.read` for any format, LibreOffice and recognition at hand where they are installed. Raises Unreadable.

    Where nobody is ``patient`` what would take long raises Needs: recognition (``ocr``), many printed pages (``time``).
    """
    question = {"filename": filename, "pointed": asdict(pointed or Pointing()), "known": list(known)}
    answer, needed = _answer(data, question | {"patient": patient})
    ledger = _LEDGER.validate_json(answer["ledger"])
    return _with_warning(ledger) if needed == "ocr" or data.startswith(RECOGNISED) else ledger


def grids_isolated(
    data: bytes, *, filename: str = "", pointed: Pointing | None = None, patient: bool = True
) -> tuple[RawGrid, ...]:
    """:func:`intake.grids_of` for any format. Raises Unreadable, and Needs as :func:`read_isolated`."""
    question = {"filename": filename, "grids": True, "pointed": asdict(pointed or Pointing())}
    answer, _ = _answer(data, question | {"patient": patient})
    return _GRIDS.validate_python(answer["grids"])


def _answer(data: bytes, question: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What the process apart says, and the program that was needed before. Raises Unreadable."""
    filename = question["filename"]
    name = f"《{filename[:80]}》" if filename else "文件"
    answer = _ask(data, question, name)
    needed = answer.get("needs", "")
    if needed in SLOW and not question["patient"]:
        raise programs.Needs(needed, answer["unreadable"])
    if needed:
        converted = programs.convert(needed, data, name)
        if converted is not None:
            answer = _ask(converted, question, name)
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    return answer, needed


def _ask(data: bytes, question: dict[str, Any], name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = call("intake.reading:answer", data, question, seconds=SECONDS)
        return found
    except Exhausted as exhausted:
        if exhausted.args == ("busy",):
            raise Unreadable(f"没有读到任务表：正在读入的文件较多，{name}还没有轮到；请稍后再试。") from None
        raise Unreadable(
            f"没有读到任务表：读取{name}时超出了时间或内存限度，文件可能过大或已损坏；请只保留任务表部分，另存后再读入。"
        ) from None


def _with_warning(ledger: PublishedLedger) -> PublishedLedger:
    """Nothing that was recognised counts as certain: neither the file nor any value."""
    tasks = tuple(
        replace(task, origins=tuple(replace(origin, sure="recognised") for origin in task.origins))
        for task in ledger.tasks
    )
    warning = Problem("本文件是扫描件，以下文字由机器识别，可能有错字漏字，请对照原件逐行核对。")
    return replace(ledger, tasks=tasks, problems=(warning, *ledger.problems))
