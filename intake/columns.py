"""What the columns of a table are for (表头): a small table of column names, read by their last and first words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from intake import deadlines
from intake.headings import bare_number, number_of, value_of
from intake.segments import reads_as_deadline
from intake.wording import folded
from workflow.record.published import Role

_BODY = r"(?:单位|部门|科室|处室|机构|主体|机关|股室|方)"
_PEOPLE = r"(?:[及和与/]?其?(?:主要|具体)?(?:责任人|负责人|联系人|领导)(?:员)?)?"
_TASK = r"(?:任务|工作|事项|项目|内容|要点|重点|目标|要求|措施|举措|类别|分类|领域|方面|指标|问题|短板|环节|做法|责任|标题|名称|板块|专题|安排|计划|行动|工程|实事|事宜|议题|职责|专项|描述|抓手)"
NAMES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("number", re.compile(r"(?:序号|编号|编码|代码|案号|任务编号|项目编号|条目号|项次|No\.?|序)$", re.IGNORECASE)),
    (
        "other",
        re.compile(
            r"(?!(?:责任|牵头|配合|落实|承办).{2,3}[及和与/]?.{0,2}(?:责任人|负责人|联系人|领导)).{0,8}(?:类型|属性|性质|督导单位|督办单位|督导部门|监督单位|验收单位|包保|备注|说明|姓名|职务|职位|人员|责任人|责任领导|分管领导|负责人|领导|联系人|代表|提案人|建议人|提出人|提案者|联系方式|电话|手机|邮箱|分值|得分)(?:员|.{0,6}号码)?$"
        ),
    ),
    ("text", re.compile(r"(?:处置|整改|处理|解决|推进|化解|改造|盘活|治理|实施|工作)(?:方式|方法|路径|思路|对策)$")),
    (
        "other",
        re.compile(r".{0,10}(?:实际完成|情况|结果|进展|材料|标准|成果|依据|来源|链接|网址|渠道|方式|载体|状态)$"),
    ),
    ("lead", re.compile(rf"(?:总?牵头|主办|主责|主要责任|第一责任)(?:责任|负责|落实)?{_BODY}?{_PEOPLE}$")),
    (
        "responsible",
        re.compile(
            rf"(?:责任|落实|承办|配合|协办|会办|会签|联合|协作|联动|参与|参加|协同|协助|实施|执行|承担|完成|报送|公开|主体|具体|其他|相关|有关|主要)*(?:责任|落实|承办|配合|协办|会办|会签|联合|协作|联动|参与|参加|协同|协助|实施|执行|承担|完成|报送|公开)?(?:责任)?{_BODY}(?:及分工|分工|及职责|{_PEOPLE})$"
        ),
    ),
    ("responsible", re.compile(r"(?:任务|责任|职责|工作|单位|部门|落实)?分工$|(?:协办|会办|配合|承办)(?:责任)?$")),
    (
        "deadline",
        re.compile(
            r"(?:第?[一二三四1234]季度?|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?)(?:度)?(?:目标|任务|计划|进度)?$|.{0,6}(?:频次|频率|周期)$"
        ),
    ),
    (
        "deadline",
        re.compile(
            r"(?:.{0,6}(?:时限|时间|期限|节点|日期|时点|进度)|(?:计划|预计|预期|拟|要求|应当?)(?:完成|办结)|.{0,4}(?:进度|时间|节点)(?:安排|要求|计划))(?:及?要求|安排|节点|及.{1,4})?$"
        ),
    ),
    ("text", re.compile(rf".{{0,12}}{_TASK}(?:及.{{1,4}})?$")),
)
"""The first row that matches decides; names are compared without white space."""


_MONTH = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?")
"""Two such names or more head a plan by months; one alone is a date."""
_NO_NAME = re.compile(r"(?:^附件.{0,3}|(?<!代)表|清单|台账|方案|通知|年|月|日)$|^\d")


@dataclass(frozen=True)
class Column:
    """One column: what it is for and how it is headed."""

    role: Role
    name: str
    said: bool = False
    """A person has said what it is for: its cells do not change that."""


def role_of(name: str) -> Role | None:
    """What a column headed ``name`` is for; None where the words are no column name."""
    plain = re.sub(r"\(.{0,12}\)$", "", folded(name)).strip(":：*")
    if not plain or len(plain) > 14 or number_of(plain) or any(mark in plain for mark in "。，,；;、“《"):
        return None
    return next((role for role, pattern in NAMES if pattern.match(plain)), None)


def is_name(text: str) -> bool:
    """Whether a text may be the name of a column, known or not."""
    if len(text) > 60 or any(mark in text for mark in "。，；、："):
        return False
    plain = folded(text)
    if not plain or len(plain) > 14 or number_of(plain) or bare_number(plain):
        return False
    return not any(mark in plain for mark in "。，,；;：:、“") and _NO_NAME.search(plain) is None


def header_of(cells: list[str]) -> tuple[Column, ...] | None:
    """The columns, where ``cells`` are a table head: names only, most of them known, units or dates among them.

    A name that nobody knows heads words of the task where no other does, else something kept as printed.
    """
    filled = [cell for cell in cells if cell.strip()]
    months = sum(_MONTH.fullmatch(folded(cell)) is not None for cell in filled)
    named = [is_name(cell) or (months > 1 and bool(_MONTH.fullmatch(folded(cell)))) for cell in filled]
    if len(filled) < 2 or len(cells) > 40 or not all(named):
        return None
    if len({folded(cell) for cell in filled}) * 3 < len(filled) * 2:
        return None
    roles = [role_of(cell) if cell.strip() else None for cell in cells]
    known = [role for role in roles if role]
    if len(known) < 2 or len(known) * 2 < len(filled):
        return None
    who = {"lead", "responsible"} & set(known)
    if not who and not ("deadline" in known and "text" in known):
        return None
    unknown = [at for at, cell in enumerate(cells) if cell.strip() and roles[at] is None]
    if "text" not in known:
        if not unknown:
            return None
        roles[unknown[0]] = "text"
    return tuple(Column(role or "other", folded(cell)) for role, cell in zip(roles, cells, strict=True))


def is_head(cells: list[str]) -> bool:
    """Whether cells are a table head."""
    return header_of(cells) is not None


def same_header(one: tuple[Column, ...], other: tuple[Column, ...]) -> bool:
    """Whether a head only repeats the one before it, as on a new page."""
    return [c.name for c in one if c.name] == [c.name for c in other if c.name]


_WHO = re.compile(r"谁|责任|牵头|协[助办同]|配合|承办|落实|部门|单位|机构|参与|主办|实施")
_LATE = re.compile(r"问题|困难|下一步")
_HAN = re.compile("[\u4e00-\u9fff]")
_KIND = re.compile(r"(?:类型|类别|性质|属性)$")


def settled(
    columns: tuple[Column, ...], cells: list[list[str]], price: Callable[[Role, str], float]
) -> tuple[Column, ...]:
    """The columns with roles that follow from their cells too, where a name alone does not say it."""
    named = [role_of(column.name) if column.name else column.role for column in columns]
    last_text = max((at for at, column in enumerate(columns) if column.role == "text"), default=-1)
    first_unit = min((at for at, role in enumerate(named) if role in ("lead", "responsible")), default=len(columns))
    columns = _numbered(columns, named, [row for row in cells if sum(bool(text.strip()) for text in row) > 1])
    planned = _plans(
        [row[at] for at, column in enumerate(columns) if quarter_of(column) for row in cells if at < len(row)]
    )
    found = []
    for at, column in enumerate(columns):
        filled = [row[at] for row in cells if at < len(row) and row[at].strip()][:60]
        role = column.role
        if named[at] is None and filled and column.role == "other":
            role = _by_cells(column.name, filled, price, dated="deadline" in named)
        if planned and quarter_of(column):
            role = "text"
        if role == "other" and filled and _tells_when(column.name, filled):
            role = "deadline"
        if role == "other" and at < last_text and filled and (_KIND.search(column.name) or named[at] is None):
            role = (
                "text"
                if len(set(filled)) < len(filled)
                or len(filled) < len(cells)
                or _KIND.search(column.name)
                or _says(filled)
                else role
            )
        if role == "text" and at > first_unit and _LATE.search(column.name):
            role = "other"
        found.append(column if column.said else Column(role, column.name))
    return tuple(found)


def _plans(texts: list[str]) -> bool:
    """Whether cells under quarters say what is to be done in them, and are no marks, stages (启动), dates or shares."""
    filled = [text for text in texts if text.strip()]
    words = [text for text in filled if len(_HAN.findall(text)) > 3 and not reads_as_deadline(folded(text))]
    return len(words) * 2 > len(filled)


def _numbered(columns: tuple[Column, ...], named: list[Role | None], cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns, one under an unknown name that numbers the rows (案号, 第几条) told where no other does."""
    if "number" in named:
        return columns
    for at, column in enumerate(columns):
        if named[at] is not None or column.said:
            if column.role != "other":
                break
            continue
        filled = [row[at].strip() for row in cells if at < len(row) and row[at].strip()]
        if _counts(filled):
            named[at] = "number"
            return _worded((*columns[:at], Column("number", column.name), *columns[at + 1 :]), named, cells)
    return columns


def _counts(filled: list[str]) -> bool:
    """Whether cells number rows: codes, each another, or figures that mostly go on by one."""
    numbers = [value_of(printed) for text in filled if (printed := bare_number(text))]
    if len(numbers) < max(len(filled), 2) or len(set(filled)) < len(filled):
        return False
    steps = [one is None or two is None or two == one + 1 for one, two in pairwise(numbers)]
    return sum(steps) * 2 > len(steps)


def _worded(columns: tuple[Column, ...], named: list[Role | None], cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns, the first of unknown names that holds words made the task where no other is."""
    if any(column.role == "text" for column in columns):
        return columns
    for at, column in enumerate(columns):
        filled = [row[at] for row in cells if at < len(row) and row[at].strip()]
        if named[at] is None and filled and _says(filled):
            return (*columns[:at], Column("text", column.name), *columns[at + 1 :])
    return columns


def _says(filled: list[str]) -> bool:
    """Whether cells under an unknown name are words, and no codes or figures."""
    return sum(len(_HAN.findall(text)) > 1 for text in filled) * 10 >= len(filled) * 8


def _by_cells(name: str, filled: list[str], price: Callable[[Role, str], float], *, dated: bool) -> Role:
    """What an unknown column holds: names of units where its name is about doing, or dates."""
    if _WHO.search(name) and sum(price("responsible", text) < 0 for text in filled) * 10 >= len(filled) * 6:
        return "lead" if leads(name) else "responsible"
    if not dated and sum(price("deadline", text) < -1 for text in filled) * 10 >= len(filled) * 7:
        return "deadline"
    return "other"


def _tells_when(name: str, filled: list[str]) -> bool:
    """Whether a column says how often something is due, or in what rhythm the office checks."""
    said = [folded(text) for text in filled]
    rhythms = [deadlines.cadence_of(text) is not None and len(text) <= 12 for text in said]
    if sum(rhythms) * 10 >= len(said) * 7:
        return True
    checks = [rhythm or deadlines.is_inspection(text, named=False) for rhythm, text in zip(rhythms, said, strict=True)]
    return _CHECKING.search(name) is not None and sum(checks) * 10 >= len(said) * 7


_QUARTER = re.compile(
    r"(?:第?[一二三四1234]季|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?:目标|任务|计划|进度)?$)"
)
_CHECKING = re.compile(r"检查|督查|督办|抽查|考核|评估|督察")


_LEADS = re.compile(r"牵|主办|主责|主抓|挂帅|为主|领办|领衔|打头|担纲")

_HELPS = re.compile(r"配合|协[助办同]|帮|参与|支持|联动")


def leads(name: str) -> bool:
    """Whether a name that is not known says that who stands below it leads."""
    return _LEADS.search(name) is not None


def unsaid(columns: tuple[Column, ...]) -> bool:
    """Whether of several columns of units one has no name that says whether who stands below it leads."""
    units = [column.name for column in columns if column.role in ("lead", "responsible")]
    return len(units) > 1 and not all(role_of(name) or leads(name) or _HELPS.search(name) for name in units)


def quarter_of(column: Column) -> str | None:
    """The quarter or half-year that a column stands for, be it by marks or by what is to be done in it."""
    return column.name if column.role in ("deadline", "text") and _QUARTER.match(column.name) else None


def is_checking(column: Column) -> bool:
    """Whether a column says when the office checks."""
    return column.role == "deadline" and _CHECKING.search(column.name) is not None


def positions(columns: tuple[Column, ...], *roles: Role) -> list[int]:
    """Where the columns of these roles stand, left to right."""
    return [at for at, column in enumerate(columns) if column.role in roles]


def widened(columns: tuple[Column, ...], width: int, cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns of rows that have more cells than their head, whose first names then span several columns.

    Names keep their places counted from the right; a text column that holds bare numbers is a column of numbers.
    """
    wide = (*(Column("text", "") for _ in range(width - len(columns))), *columns)
    found: list[Column] = []
    for at, column in enumerate(wide):
        filled = [row[at].strip() for row in cells if at < len(row) and row[at].strip()]
        numbers = sum(bare_number(text) is not None for text in filled)
        if column.role == "text" and not column.said and len(filled) > 1 and numbers * 10 >= len(filled) * 8:
            found.append(Column("number", column.name))
        else:
            found.append(column)
    return tuple(found)
