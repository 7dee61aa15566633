"""The rows of a ledger printed in every layout that offices and web pages leave behind (版式生成): text, to be read back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

HEAD = ("序号", "工作任务", "牵头单位", "责任单位", "完成时限")


@dataclass(frozen=True)
class Item:
    """One task as it is printed, under its heading."""

    heading: str
    cells: tuple[str, str, str, str, str]

    @property
    def who(self) -> str:
        """牵头单位：…；责任单位：…"""
        labels = zip(HEAD[2:], self.cells[2:], strict=True)
        return "；".join(f"{label}：{text}" for label, text in labels if text)


def items_of(gold: dict[str, Any]) -> list[Item]:
    """The tasks of a gold document, counted through, each under the last of its headings."""
    found = []
    for count, task in enumerate(gold["tasks"], start=1):
        lead, responsible = (
            "、".join([*task[f"{part}_units"], *task[f"{part}_groups"]]) for part in ("lead", "responsible")
        )
        text = "".join(((task["title"] or "") + "。" if task["title"] else "", task["requirement"] or "")).replace(
            "。。", "。"
        )
        found.append(
            Item(task["section"][0] if task["section"] else "", (str(count), text, lead, responsible, _when(task)))
        )
    return found


def _when(task: dict[str, Any]) -> str:
    words = {
        "monthly": "每月",
        "quarterly": "每季度",
        "continuous": "长期坚持",
        "weekly": "每周",
        "yearly": "每年",
        "daily": "每日",
    }
    words["half-yearly"] = "每半年"
    if task["due"]:
        year, month, day = task["due"].split("-")
        return f"{year}年{int(month)}月{int(day)}日前"
    return words.get(task["recurrence"] or "", "")


def _by_heading(items: Sequence[Item]) -> Iterator[tuple[str, list[Item]]]:
    groups: list[tuple[str, list[Item]]] = []
    for item in items:
        if not groups or groups[-1][0] != item.heading:
            groups.append((item.heading, []))
        groups[-1][1].append(item)
    for count, (_, held) in enumerate(groups, start=1):
        yield f"{'一二三四五六七八九十'[(count - 1) % 10]}、第{count}类工作", held


def _lines(items: Sequence[Item], head: str, row: Callable[[Item], str], section: Callable[[str], str]) -> str:
    lines = [head]
    for name, held in _by_heading(items):
        lines.append(section(name))
        lines += [row(item) for item in held]
    return "\n".join(line for line in lines if line is not None)


def tabs(items: Sequence[Item]) -> str:
    return _lines(items, "\t".join(HEAD), lambda i: "\t".join(i.cells), lambda s: s + "\t" * 4)


def tabs_on_pages(items: Sequence[Item]) -> str:
    """The head comes again after every eighth row, behind a page number."""
    lines = tabs(items).split("\n")
    for at in range(len(lines) - 1, 1, -8):
        lines[at:at] = ["", "— 3 —", "", lines[0]]
    return "\n".join(lines)


def bars(items: Sequence[Item]) -> str:
    return _lines(items, "|".join(("", *HEAD, "")), lambda i: "|".join(("", *i.cells, "")), lambda s: f"|{s}|||||")


def markdown(items: Sequence[Item]) -> str:
    head = " | ".join(HEAD) + "\n" + "|".join(["---"] * 5)
    return _lines(items, head, lambda i: " | ".join(i.cells), lambda s: f"{s} | | | | ")


def bar_at_the_end(items: Sequence[Item]) -> str:
    cells = "".join
    return _lines(
        items,
        "\n".join(f"{name} |" for name in HEAD),
        lambda i: "\n".join(f"{cell} |" if cell else "|" for cell in i.cells),
        lambda s: f"{s} |\n||||" + cells(""),
    )


def bar_alone(items: Sequence[Item]) -> str:
    return _lines(
        items,
        "\n|\n".join(HEAD) + "\n|",
        lambda i: "\n".join(f"{cell}\n|" if cell else "|" for cell in i.cells),
        lambda s: f"{s}\n|" + "\n|" * 4,
    )


def cell_a_line(items: Sequence[Item]) -> str:
    return _lines(items, "\n".join(HEAD), lambda i: "\n".join(c for c in i.cells if c), lambda s: s)


def blank_between(items: Sequence[Item]) -> str:
    return _lines(
        items, "\n\n".join(HEAD) + "\n", lambda i: "\n\n".join(c for c in i.cells if c) + "\n", lambda s: s + "\n"
    )


def tab_cells(items: Sequence[Item]) -> str:
    return _lines(
        items,
        "\n".join(f"\t{n}" for n in HEAD) + "\n",
        lambda i: "\n".join(f"\t{c}" for c in i.cells) + "\n",
        lambda s: f"\t{s}\n",
    )


def wide_spaces(items: Sequence[Item]) -> str:
    return _lines(items, "   ".join(HEAD), lambda i: "   ".join(c for c in i.cells if c), lambda s: s)


def comma(items: Sequence[Item]) -> str:
    return _lines(items, ",".join(HEAD), lambda i: ",".join(i.cells), lambda s: s + ",,,,")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


WIDTHS = (6, 40, 20, 24, 14)


def _wrapped(cell: str, width: int) -> list[str]:
    lines, line = [], ""
    for char in cell:
        if _width(line + char) > width - 2:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


def _set(cells: Sequence[str], between: str = "") -> list[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)]
    height = max(map(len, columns))
    lines = []
    for at in range(height):
        parts = [column[at] if at < len(column) else "" for column in columns]
        lines.append(
            between.join(part + " " * (width - _width(part)) for part, width in zip(parts, WIDTHS, strict=True))
        )
    return lines


def set_columns(items: Sequence[Item]) -> str:
    return _lines(
        items, "\n".join(_set(HEAD)) + "\n", lambda i: "\n".join(_set(i.cells)) + "\n", lambda s: " " * 30 + s + "\n"
    )


def box(items: Sequence[Item]) -> str:
    rule = "├" + "┼".join("─" * (width // 2) for width in WIDTHS) + "┤"

    def row(cells: Sequence[str]) -> str:
        return "\n".join(f"│{line}│" for line in _set(cells, "│")) + "\n" + rule

    return _lines(items, rule + "\n" + row(HEAD), lambda i: row(i.cells), lambda s: row(("", s, "", "", "")))


def records(items: Sequence[Item]) -> str:
    names = ("任务编号", "事项名称", *HEAD[2:])

    def row(item: Item) -> str:
        return "\n".join(f"{name}：{cell}" for name, cell in zip(names, item.cells, strict=True) if cell) + "\n"

    return _lines(items, "", row, lambda s: s + "\n")


def label_lines(items: Sequence[Item]) -> str:
    def row(item: Item) -> str:
        duties = zip(HEAD[2:], item.cells[2:], strict=True)
        return "\n".join([f"{item.cells[0]}.{item.cells[1]}", *(f"{name}：{cell}" for name, cell in duties if cell)])

    return _lines(items, "", row, lambda s: s)


def label_bracket(items: Sequence[Item]) -> str:
    return _lines(items, "", lambda i: f"{i.cells[0]}.{i.cells[1]}（{i.who}）", lambda s: s)


def bullets(items: Sequence[Item]) -> str:
    return _lines(items, "", lambda i: f"▲{i.cells[1]}（{i.who}）", lambda s: s)


def diamonds(items: Sequence[Item]) -> str:
    """Headings behind ◆, numbered items behind them, duties on the line below."""
    return _lines(items, "", lambda i: f"{i.cells[0]}．{i.cells[1]}\n〔{i.who}〕", lambda s: f"◆ {s}")


def leaders(items: Sequence[Item]) -> str:
    """Dots that lead to who acts, the date behind in brackets."""

    def row(item: Item) -> str:
        names = "；".join(part for part in (f"{item.cells[2]}牵头" * bool(item.cells[2]), item.cells[3]) if part)
        when = f"（{item.cells[4]}）" if item.cells[4] else ""
        return f"{item.cells[0]}. {item.cells[1].rstrip('。')}………………{names}{when}"

    return _lines(items, "", row, lambda s: s)


def _told(item: Item) -> list[str]:
    lead, responsible = item.cells[2], item.cells[3]
    said = [f"{lead}牵头"] if lead else []
    return [*said, f"{responsible}{'配合' if lead else '负责'}"] if responsible else said


def date_first(items: Sequence[Item]) -> str:
    def row(item: Item) -> str:
        said = "，".join([*([item.cells[4]] if item.cells[4] else []), *_told(item)])
        return f"（{item.cells[0]}）{item.cells[1]}（{said}）"

    return _lines(items, "", row, lambda s: s)


def date_last(items: Sequence[Item]) -> str:
    def row(item: Item) -> str:
        said = "；".join(["，".join(_told(item)), *([item.cells[4]] if item.cells[4] else [])])
        return f"{item.cells[0]}、{item.cells[1].rstrip('。')}（{said}）。"

    return _lines(items, "", row, lambda s: s)


def square_labels(items: Sequence[Item]) -> str:
    """A block of 【标签】 a task."""
    names = ("任务编号", "任务名称", *HEAD[2:])

    def row(item: Item) -> str:
        return "\n".join(f"【{name}】{cell}" for name, cell in zip(names, item.cells, strict=True) if cell) + "\n"

    return _lines(items, "", row, lambda s: s + "\n")


def broken_head(items: Sequence[Item]) -> str:
    """A cell a line, the names of the head broken over lines."""
    head = "序\n号\n工作任务\n牵头\n单位\n责任\n单位\n完成\n时限"
    return _lines(items, head, lambda i: "\n".join(c for c in i.cells if c), lambda s: s)


def framed_markdown(items: Sequence[Item]) -> str:
    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    head = row([f"**{name}**" for name in HEAD]) + "\n" + row([":-:"] * 5)
    return _lines(items, head, lambda i: row(i.cells), lambda s: row((f"**{s}**", "", "", "", "")))


def markdown_list(items: Sequence[Item]) -> str:
    """Numbered items with a marked list of labels below each."""

    def row(item: Item) -> str:
        duties = zip(HEAD[2:], item.cells[2:], strict=True)
        return "\n".join(
            [f"{item.cells[0]}. {item.cells[1]}", *(f"   - **{name}**：{cell}" for name, cell in duties if cell)]
        )

    return _lines(items, "", row, "## {}".format)


def framed_labels(items: Sequence[Item]) -> str:
    """Numbered items, below each lines of 【标签】 without a colon."""

    def row(item: Item) -> str:
        duties = zip(HEAD[2:], item.cells[2:], strict=True)
        return "\n".join(
            [f"（{item.cells[0]}）{item.cells[1]}", *(f"【{name}】{cell}" for name, cell in duties if cell)]
        )

    return _lines(items, "", row, lambda s: s)


def dashed_labels(items: Sequence[Item]) -> str:
    """Marked items, below each lines behind a dash."""

    def row(item: Item) -> str:
        duties = zip(HEAD[2:], item.cells[2:], strict=True)
        return "\n".join([f"● {item.cells[1]}", *(f"——{name}：{cell}" for name, cell in duties if cell)]) + "\n"

    return _lines(items, "", row, lambda s: s)


def labels_above(items: Sequence[Item]) -> str:
    """Records in which every label stands alone above its value."""
    names = ("主要内容", *HEAD[2:])

    def row(item: Item) -> str:
        said = "\n".join(f"{name}\n{cell}" for name, cell in zip(names, item.cells[1:], strict=True) if cell)
        return f"任务{item.cells[0]}　{said}\n".replace("　主要内容\n", "　", 1)

    return _lines(items, "", row, lambda s: s + "\n")


def wrapped_brackets(items: Sequence[Item]) -> str:
    """Brackets with labels, all lines of one width."""

    def row(item: Item) -> str:
        text = f"{item.cells[0]}.{item.cells[1]}（{item.who}）"
        return "\n".join(text[at : at + 31] for at in range(0, len(text), 31))

    return _lines(items, "", row, lambda s: s)


LAYOUTS: dict[str, Callable[[Sequence[Item]], str]] = {
    made.__name__: made
    for made in (
        tabs, tabs_on_pages, bars, markdown, bar_at_the_end, bar_alone, cell_a_line, blank_between, tab_cells,
        wide_spaces, comma, set_columns, box, records, label_lines, label_bracket, bullets,
        diamonds, leaders, date_first, date_last, square_labels, broken_head, framed_markdown,
        markdown_list, framed_labels, dashed_labels, labels_above, wrapped_brackets,
    )
}  # fmt: skip
FIELDS = ("text", "lead_units", "responsible_units", "lead_groups", "responsible_groups", "due", "recurrence", "number")


def printed(gold: dict[str, Any], layout: str) -> str:
    """A gold document in one layout, its title above it."""
    year = gold["year"] or 2026
    return f"某市{year}年重点任务分解表\n\n" + LAYOUTS[layout](items_of(gold)) + "\n"


def share_right(gold: dict[str, Any], got: dict[str, Any]) -> tuple[int, int]:
    """(right, all) of the fields of the rows; rows too many count as wrong."""
    items = items_of(gold)
    return share_of([{**task, "number": item.cells[0]} for item, task in zip(items, gold["tasks"], strict=True)], got)


def share_of(wanted: Sequence[dict[str, Any]], got: dict[str, Any]) -> tuple[int, int]:
    """(right, all) of the fields of rows."""
    right = 0
    tasks = list(got.get("tasks", []))
    for task in wanted:
        hit = next((one for one in tasks if _plain(one) == _plain(task)), None)
        if hit is None:
            continue
        tasks.remove(hit)
        right += 1 + sum(sorted(hit[name]) == sorted(task[name]) for name in FIELDS[1:5])
        right += sum(str(hit[name]) == str(task[name]) for name in ("due", "recurrence", "number"))
    return right, len(FIELDS) * max(len(wanted), len(got.get("tasks", [])))


def _plain(task: dict[str, Any]) -> str:
    return _bare((task["title"] or "") + (task["requirement"] or ""))


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
