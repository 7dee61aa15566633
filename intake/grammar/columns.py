"""What the columns of a table are for (表头): a small table of column names, read by their last and first words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from intake.grammar.headings import bare_number, number_of
from intake.grammar.wording import folded
from workflow.record.published import Role

_BODY = r"(?:单位|部门|科室|处室|机构|主体|机关|股室|方)"
_PEOPLE = r"(?:[及和与/]?其?(?:主要|具体)?(?:责任人|负责人|联系人|领导)(?:员)?)?"
_TASK = r"(?:任务|工作|事项|项目|内容|要点|重点|目标|要求|措施|举措|类别|分类|领域|方面|指标|问题|短板|环节|做法|责任|标题|名称|板块|专题|安排|计划|行动|工程|实事|事宜|议题|职责|专项|描述|抓手)"
MOST = 40
"""Columns of a table."""
NAMES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"(?:.{0,4}(?:序号|编号|编码|流水号|案号)|代码|任务编号|项目编号|条目号|项次|No\.?|序)$", re.IGNORECASE
        ),
    ),
    (
        "other",
        re.compile(
            r"(?!(?:责任|牵头|配合|落实|承办).{2,3}[及和与/]?.{0,2}(?:责任人|负责人|联系人|领导)).{0,8}(?:类型|属性|性质|对象|范围|督导单位|督办单位|督导部门|监督单位|验收单位|包保|备注|说明|姓名|职务|职位|人员|责任人|责任领导|分管领导|负责人|领导|联系人|代表|提案人|建议人|提出人|提案者|联系方式|电话|手机|邮箱|分值|得分)(?:员|.{0,6}号码)?$"
        ),
    ),
    (
        "text",
        re.compile(
            r"(?!.{0,4}(?:分|评|考核|补助|奖励|收费)标准).{0,6}标准$|(?:建设|实施|项目|所在|具体)?(?:地点|位置|地址)$|(?:年度|计划|完成)?(?:目标|指标|任务|计划|建设)(?:值|数|量|数量)$"
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
            rf"(?:责任|落实|承办|配合|协办|会办|会签|联合|协作|联动|参与|参加|协同|协助|实施|执行|承担|完成|报送|公开|主体|具体|其他|相关|有关|主要|成员)*(?:责任|落实|承办|配合|协办|会办|会签|联合|协作|联动|参与|参加|协同|协助|实施|执行|承担|完成|报送|公开)?(?:责任)?{_BODY}(?:及分工|分工|及职责|{_PEOPLE})$"
        ),
    ),
    (
        "responsible",
        re.compile(rf"(?:责任|负责|包保|联系|经办)人(?:员)?[及和与、/]?(?:责任|承办|落实|所属|所在)*{_BODY}$"),
    ),
    (
        "responsible",
        re.compile(
            r"(?:任务|责任|职责|工作|单位|部门|落实)?分工$|(?:协办|会办|配合|承办|协同|协助|参与|联动)(?:责任)?$"
        ),
    ),
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
    ("text", re.compile(rf".{{0,12}}{_TASK}(?:及.{{1,4}})?$|(?:问题|任务|目标|措施|举措|工作|整改)清单$")),
)
"""The first row that matches decides; names are compared without white space."""


_MONTH = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?")
"""Two such names or more head a plan by months; one alone is a date."""
_NOTE = re.compile(r"\([^()]{0,30}\)$")
_PLACED = re.compile(r"[列排]|[首第][一位]|前面|加")
"""（列第一位的为牵头单位） says who of a cell leads, not what its column is for."""
_ANYWAY = re.compile(r"20\d\d年(?:度)?(?:工作)?(?:目标|任务|计划|指标)(?:值)?|[\u4e00-\u9fff]{2}清单")
"""2023年目标: what is to be reached in it; 问题清单, 措施清单 beside each other."""
_NO_NAME = re.compile(r"(?:^附件.{0,3}|(?<!代)表|清单|台账|方案|通知|年|月|日)$|^\d")


@dataclass(frozen=True)
class Column:
    """One column: what it is for and how it is headed."""

    role: Role
    name: str
    said: bool = False
    """A person has said what it is for: its cells do not change that."""


@lru_cache(maxsize=20_000)
def role_of(name: str) -> Role | None:
    """What a column headed ``name`` is for; None where the words are no column name."""
    plain = _NOTE.sub("", folded(name)).strip(":：*")
    if not plain or len(plain) > 14 or number_of(plain) or any(mark in plain for mark in "。，,；;、“《"):
        return None
    role = next((role for role, pattern in NAMES if pattern.match(plain)), None)
    note = _NOTE.search(folded(name)) if role == "responsible" else None
    return "lead" if note and leads(note.group()) and not _PLACED.search(note.group()) else role


_LEADS = re.compile(
    r"[牵首挑]|(?<!认)领(?!任务)|^总|主(?![体要管])|统[筹领揽]|第一|挂帅|扛旗|[打带]头|抓总|归口|召集|发起|担纲|为主"
)
_HELPS = re.compile(
    r"配合|协[助办同]|帮|参[与办加]|支[持撑援]|联[动办席合]|辅助|助力|保障|成员|涉及|分办|跟进|相关|有关|其他"
)
_LIKELY: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("text", re.compile(r"(?:.{0,2}[干做办抓改管].{0,1}[什啥]么?.{0,2}|.{1,4}的事情?)$")),
    ("number", re.compile(r".{0,4}(?:号|序|顺序|次序|项|项数|编|#|ID|No|№)$", re.IGNORECASE)),
    (
        "deadline",
        re.compile(
            r"(?:.{0,6}(?:时|期|日|截[止至]|[干完](?:完|成|工|结)|竣工|收[尾口官]|交[付卷账]|结束|节点|deadline)|.{0,3}时间.{0,2}|(?:最迟|[何几啥]时|什么时).{0,6}|.{0,2}(?:时间|进度)表)$",
            re.IGNORECASE,
        ),
    ),
    (
        "responsible",
        re.compile(
            r"(?:.{0,2}谁.{0,4}|.{0,7}(?:单位|部门|科室|[落实办担任责导]者|[责任办同]方|归属|落点|参与)|担责|牵头者?|总负责|第一责任|.{0,4}(?:抓总|主抓))$"
        ),
    ),
)
"""What the characters of a name let expect of its column; its cells have the last word."""


@lru_cache(maxsize=4_000)
def likely(name: str) -> Role | None:
    """What a column so headed is for, or may be for where no rule knows its name (截止日, 谁来干)."""
    known = role_of(name)
    plain = folded(name).strip(":：*")
    if known or not plain or len(plain) > 10 or re.search(r"\d", plain):
        return known
    hint = next((role for role, pattern in _LIKELY if pattern.match(plain)), None)
    return "lead" if hint == "responsible" and leads(plain) else hint


@lru_cache(maxsize=20_000)
def is_name(text: str) -> bool:
    """Whether a text may be the name of a column, known or not."""
    if len(text) > 60 or any(mark in text for mark in "。，；、："):
        return False
    plain = folded(text)
    plain = _NOTE.sub("", plain) or plain
    if not plain or len(plain) > 14 or number_of(plain) or bare_number(plain):
        return False
    return not any(mark in plain for mark in "。，,；;：:、“") and (
        _NO_NAME.search(plain) is None or likely(plain) == "deadline" or _ANYWAY.fullmatch(plain) is not None
    )


def header_of(cells: list[str], *, firm: bool = False) -> tuple[Column, ...] | None:
    """The columns, where ``cells`` are a table head: names only, most of them known, units or dates among them.

    ``firm``: what stands below shows that they are one, a name for units among them is enough.
    A name that nobody knows heads words of the task where no other does, else something kept as printed.
    """
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2 or len(cells) > MOST or not _all_name(filled):
        return None
    if len({folded(cell) for cell in filled}) * 3 < len(filled) * 2:
        return None
    roles = [role_of(cell) if cell.strip() else None for cell in cells]
    known = [role for role in roles if role]
    roles = [role or likely(cell) for role, cell in zip(roles, cells, strict=True)]
    expected = [role for role in roles if role]
    if len(known) < 2 or len(known) * 2 < len(filled):
        whole = bool(known) and len(expected) == len(filled)
        if not firm and not whole and (len(expected) < 3 or len(expected) * 5 < len(filled) * 3):
            return None
        known = expected
    who = {"lead", "responsible"} & set(expected)
    if not who and not ("deadline" in known and "text" in known):
        return None
    unknown = [at for at, cell in enumerate(cells) if cell.strip() and roles[at] is None]
    if "text" not in expected:
        if not unknown:
            return None
        roles[unknown[0]] = "text"
    return tuple(Column(role or "other", folded(cell)) for role, cell in zip(roles, cells, strict=True))


def _all_name(filled: list[str]) -> bool:
    """Whether all cells may be names, several months among them; most rows are none by their first cell."""
    unnamed = next((cell for cell in filled if not is_name(cell)), None)
    if unnamed is None or _MONTH.fullmatch(folded(unnamed)) is None:
        return unnamed is None
    months = [_MONTH.fullmatch(folded(cell)) is not None for cell in filled]
    return sum(months) > 1 and all(month or is_name(cell) for month, cell in zip(months, filled, strict=True))


def is_head(cells: list[str]) -> bool:
    """Whether cells are a table head."""
    return header_of(cells) is not None


def same_header(one: tuple[Column, ...], other: tuple[Column, ...]) -> bool:
    """Whether a head only repeats the one before it, as on a new page."""
    return [c.name for c in one if c.name] == [c.name for c in other if c.name]


_QUARTER = re.compile(
    r"(?:第?[一二三四1234]季|[上下]半年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?:目标|任务|计划|进度)?$)"
)
_COMPLETION = re.compile(r"完成|办结|时限|期限")
"""完成时限及督查安排 says both: each clause of its cells tells whose date it is."""
_BEGINS = re.compile(r"(?:计划|拟|项目)?(?:启动|开始|开工|起始|动工|部署|交办|下达)(?:时间|日期|节点)?$")
_CHECKING = re.compile(r"检查|督查|督办|抽查|考核|评估|督察")


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


def is_beginning(column: Column) -> bool:
    """Whether a column says when the work begins: no limit."""
    return column.role == "deadline" and _BEGINS.match(column.name) is not None


def is_checking_name(name: str) -> bool:
    """Whether a column is headed as one for the office's checking."""
    return _CHECKING.search(name) is not None and _COMPLETION.search(name) is None


def is_checking(column: Column) -> bool:
    """Whether a column says when the office checks."""
    return column.role == "deadline" and is_checking_name(column.name)


def positions(columns: tuple[Column, ...], *roles: Role) -> list[int]:
    """Where the columns of these roles stand, left to right."""
    return [at for at, column in enumerate(columns) if column.role in roles]
