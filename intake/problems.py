"""What the office has to look at (待核实): one sentence for every doubt, with the line and the row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.grammar import columns, unit_names
from intake.grammar.deadlines import Timing
from intake.grammar.fit import price
from intake.grammar.headings import code, number_of, value_of
from intake.grammar.persons import Apart
from intake.grammar.responsibility import Responsibility
from intake.grammar.segments import reads_as_units
from intake.grammar.wording import squeeze
from intake.grid import Row
from intake.shape import Shape
from workflow.record.published import Problem, PublishedTask

_UNITS_IN_TEXT = re.compile(
    r"(?:责任|牵头|配合|协办|主办|落实)(?:单位|部门)\s*[：:]|完成(?:时限|时间)\s*[：:]|[|｜│]|(?:牵头|配合)[，,。；]?$"
)
"""What belongs in other columns."""
VAGUE = re.compile(r"^(?:等.*|.{0,3}(?:有关|相关|其他|其它|涉及).*|(?:涉及|涉改|承担|负有|具有).*)$")
"""Phrases that name nobody: the office has to say who is meant."""


_NO_NAME = re.compile(r"第\d+栏")
_WHO = ("lead_units", "responsible_units", "lead_groups", "responsible_groups")
_WHEN = ("due", "recurrence")


def of_units(task: PublishedTask, units: Responsibility) -> Iterator[Problem]:
    """Doubts about who."""
    for name in dict.fromkeys(units.repeated):
        yield _about(task, f"“{name}”在责任分工中出现了两次，已按一次计，请核对是否有误。")
    for name in task.lead_units:
        if name in task.responsible_units:
            yield _about(task, f"“{name}”既是牵头单位又是责任单位，请确认是否需要同时承担两项。")
    for name in dict.fromkeys(units.doubts):
        if name.startswith("等"):
            yield _about(task, f"“{name}”没有说明是哪些单位，已略去，请补充具体单位。")
        else:
            yield _about(
                task,
                f"“{name}”不像单位名称，请核对，必要时在单位库中增加或修改。",
                name,
                doubts=_fields_with(task, name),
            )
    yield from _joint(task, units)
    everybody = (*task.lead_units, *task.responsible_units, *task.lead_groups, *task.responsible_groups)
    for name in filter(unit_names.looks_glued, everybody):
        yield _about(task, f"“{name}”像是几个单位连在一起，请核对。", name, doubts=_fields_with(task, name))
    for phrase in (*task.lead_groups, *task.responsible_groups):
        if VAGUE.match(phrase):
            yield _about(task, f"“{phrase}”没有写明具体单位，发布前请指定。", phrase)
    if not (task.lead_units or task.responsible_units or task.lead_groups or task.responsible_groups):
        yield _about(task, "没有读到任何牵头单位或责任单位，请补充。", doubts=_WHO)


def _joint(task: PublishedTask, units: Responsibility) -> Iterator[Problem]:
    """Names with 与 that may be one or two."""
    for one, mark, other in dict.fromkeys(units.joint):
        said = f"{one}{mark}{other}"
        read = "一个单位" if any(name.endswith(said) for name in units.names) else "两个单位"
        fields = tuple(dict.fromkeys(field for name in (said, one, other) for field in _fields_with(task, name)))
        yield _about(
            task, f"“{said}”现在读作{read}，也可能是{'两个' if read == '一个单位' else '一个'}，请核对。", doubts=fields
        )


def of_persons(task: PublishedTask, cells: Sequence[Apart]) -> Iterator[Problem]:
    """Names beside units that only look like those of persons."""
    for name in dict.fromkeys(name for cell in cells for name in cell.unsure):
        fields = [one for one in ("lead_units", "responsible_units") if getattr(task, one)]
        yield _about(task, f"“{name}”像是人名，没有读作责任单位，请核对。", doubts=tuple(fields) or _WHO)


def of_timing(task: PublishedTask, timing: Timing) -> Iterator[Problem]:
    """Doubts about when."""
    for text in timing.impossible:
        yield _about(task, f"时限“{text}”不是有效日期，已留空，请改正。", doubts=("due",))
    if timing.several:
        dates = "、".join(dict.fromkeys(timing.several))
        yield _about(task, f"时限中有多个日期（{dates}），已取最后一个，请核对。", doubts=("due",))
    if timing.relative and task.deadline_text:
        yield _about(task, f"时限“{task.deadline_text[:40]}”要从某一天起算，已原样保留，请填写具体日期。")
    if timing.passing and not (timing.due or timing.recurrence or timing.inspection):
        yield _about(task, f"要求里写到“{timing.passing[-1]}”，没有当作完成时限，请核对。", doubts=("due",))
    if timing.unread and task.deadline_text:
        yield _about(task, f"时限“{task.deadline_text[:40]}”没有读出日期或周期，请补充。", doubts=_WHEN)


def of_text(task: PublishedTask, *, expected: bool) -> Iterator[Problem]:
    """Doubts about what."""
    if not task.requirement and (expected or not task.title):
        yield _about(task, "没有读到具体要求，请补充。", doubts=("text",))
    if task.requirement and (_UNITS_IN_TEXT.search(task.requirement) or _holds_label(task.requirement)):
        yield _about(task, "具体要求里像是混进了责任单位或其他栏的内容，请对照原文核对。", doubts=("text", *_WHO))
        yield Problem("有的行里混进了其他栏的内容，可能有错行、漏行，请对照原文核对。", doubts=("tasks",))


def _holds_label(text: str) -> bool:
    """Whether the name of another column stands in words with a colon behind it: 何时办结：9月."""
    ends = [at for at, char in enumerate(text) if char in "：:"]
    said = (columns.likely(text[max(end - size, 0) : end]) for end in ends for size in (2, 3, 4, 5))
    return any(role and role not in ("text", "other") for role in said)


def of_row(
    task: PublishedTask, *, inherited: bool, ragged: bool, guessed: bool = False, signed: bool = False
) -> Iterator[Problem]:
    """Doubts about the cells; ``signed``: some names of units have a sign beside them that nothing explains."""
    if signed:
        yield _about(task, "有的单位名称旁有符号，原文没有说明是不是牵头，请核对。", doubts=_WHO)
    if inherited:
        yield _about(task, "责任单位栏是空的，已按合并单元格取上一行的单位，请核对。")
    if guessed and "|" in task.responsibility_text:
        yield _about(task, "栏名没有写明谁牵头、谁配合，现在的认定只是推测，请核对。", doubts=_WHO)
    if ragged:
        yield _about(task, "这一行的格数与表头不一致，请对照原文核对各栏。", doubts=("section", "text", *_WHO, *_WHEN))


def of_cells(task: PublishedTask, row: Row, shape: Shape) -> Iterator[Problem]:
    """Doubts about what a cell is for: a number that is none, a date or a unit where neither is looked for."""
    number = squeeze(row.text(shape.number)) if shape.number is not None else ""
    if number and code(number) is None and number_of(number) is None:
        yield _about(task, f"序号栏写的是“{number[:12]}”，不像编号，请核对。", doubts=("number",))
    for at, name in shape.others:
        text = squeeze(row.text(at))
        if columns.role_of(name) == "deadline":
            continue  # when the work begins
        expected = 0 if _NO_NAME.fullmatch(name) else -2
        if text and not (task.due and task.recurrence) and price("deadline", text) < expected:
            yield _about(
                task,
                f"“{name}”栏的“{text[:20]}”像是时限，没有读作完成时限，请核对。",
                doubts=(*_WHEN, "inspection"),
            )
        elif text and columns.role_of(name) is None and reads_as_units(text):
            yield _about(task, f"“{name}”栏的“{text[:20]}”像是单位，没有读作责任单位，请核对。", doubts=_WHO)
    titles = (*shape.groups, *(() if shape.title is None else (shape.title,)))
    if row.whole and any("\n" in row.text(at).strip() for at in titles):
        yield _about(task, "标题或类别是由几行拼成的，请对照原文核对。", doubts=("section", "text"))


def _fields_with(task: PublishedTask, name: str) -> tuple[str, ...]:
    return tuple(field for field in _WHO if name in getattr(task, field)) or _WHO


def of_numbers(tasks: list[PublishedTask]) -> Iterator[Problem]:
    """Gaps and repeats in the printed numbers."""
    before: int | None = None
    seen: dict[str, PublishedTask] = {}
    for task in tasks:
        value = value_of(task.number)
        if value == 1:
            seen = {}  # the numbers begin anew
        if task.number in seen:
            yield _about(task, f"编号 {task.number} 出现了不止一次，请核对。", doubts=("number",))
        elif value is not None and before is not None and value > before + 1:
            missing = str(before + 1) if value == before + 2 else f"{before + 1}—{value - 1}"
            yield _about(
                task,
                f"编号不连续：{before} 之后是 {value}，缺第 {missing} 项，请核对原文是否有遗漏。",
                doubts=("number",),
            )
            yield Problem("编号有间断，可能漏读了行，请对照原文核对。", doubts=("tasks",))
        seen.setdefault(task.number, task)
        before = value if value is not None else before


def _about(task: PublishedTask, message: str, name: str | None = None, doubts: tuple[str, ...] = ()) -> Problem:
    return Problem(f"第 {task.number} 项：{message}", line=task.line, task=task.number, name=name, doubts=doubts)
