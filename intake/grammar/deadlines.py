"""By when and how often (完成时限): whose date it is, what recurs, and when the office itself checks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from intake.grammar import dates
from intake.grammar.wording import folded
from workflow.record.published import Inspection, Recurrence

CADENCES: tuple[tuple[Recurrence, re.Pattern[str]], ...] = (
    (Recurrence.DAILY, re.compile(r"每(?:个)?(?:日|天|工作日)|逐日|按日|日报(?:告|送)")),
    (Recurrence.WEEKLY, re.compile(r"每(?:一)?(?:个)?(?:周|星期)|逐周|按周")),
    (Recurrence.HALF_YEARLY, re.compile(r"每(?:个|一)?(?:半年|学期)|半年(?:至少)?[一1]次|按半年")),
    (
        Recurrence.QUARTERLY,
        re.compile(
            r"每(?:一|个)?季度?|逐季|按季度?|季度(?:至少)?[一1]次|(?<![一二三四1234])季度(?=检查|抽查|督查|督办|通报|调度|考核)|每[三3]个月|各季度"
        ),
    ),
    (Recurrence.MONTHLY, re.compile(r"每(?:一|个)?月|逐月|按月|月度(?!例)|各月")),
    (Recurrence.YEARLY, re.compile(r"每(?:一|个)?学?年|逐年|按年度?|年度?(?:至少)?[一1]次")),
)
STANDING = re.compile(
    r"长期|长效|持续|及时|常态|经常|日常|全年|常年|实时|随时|即时(?!办)|动态(?:更新|调整)?|贯穿|始终|不断|适时|同步|同时|(?<!法)定期(?!检查|抽查|通报|限)|坚持|按规定时限"
)
"""Said in a deadline cell these make a row continuous; in a requirement they are style."""
CHECKS = re.compile(
    r"(?<!自)(?<!自我)(?:检查|抽查|督查(?!室|局|考核办)|督导|督办|核查|通报|考核|评估|测评|测评|巡查|暗访|督察|验收)"
)
_SOFT_CHECKS = re.compile(r"调度|评议|点评|会商")
"""What units do as well: a check only where the office is said to."""
UNITS_ACT = re.compile(
    r"报送|上报|报至|报(?=市|县|区|省|州|送)|自查|自评|完成|各(?:单位|部门|镇|乡|街道|县|区|地|责任)[^对，,。；;]{0,30}(?:开展|组织|进行)"
)
OFFICE = re.compile(
    r"(?:政府|公开|领导小组|督查|政务)[^，,。；;、]{0,8}(?:办公?室?|办公厅|科|股)|督查(?:室|局|考核办)|市府办|区府办|县府办|[市县区省州]政府办|办公室|[市县区省州]委办|主管部门"
)
IRREGULAR = re.compile(r"不定期|适时|随时|随机|定期|日常|平时")
_OTHERS = re.compile(
    r"(?:国务院|国家|中央|国办|上级|全国|省委|省级?(?:人民)?政府|自治区(?:人民)?政府|省[^，,。；;、：:]{1,8}(?:厅|局|办|委))[^，,。；;、：:]{0,16}$"
)
_PASSING = re.compile(r"(?:的|以来|起|开始|以后|之后|后)")
_ACHIEVED = re.compile(
    r"(?:份)?(?:全面|基本|全部|正式|力争|实现)?(?:建成|完成|启用|投用|投入|开工|竣工|通车|上线|开业|交付|试|开馆|挂牌|动工|启动|开放|出台|印发|公布|开展|完工|验收|达到|开通|[并接纳]入|到位|兑[付现]|移交|发放|上报|搬迁|封顶|竣工|办结|清零|销号|供[水热气电]|开[通放工播幕赛课]|举[办行]|召开)"
)
"""What is done in a month or a quarter that is said without 前 or 底: 三季度试通水."""
_BEGINS = re.compile(r"份?(?:起(?!草)|开始)")
"""A date from which on something is done is no limit: 10月起每月."""
_AND_ON = re.compile(r"(?:并|且|后|，)(?:要|须)?(?:长期|持续)")
_SINCE = re.compile(r"(?:自|从|到|至|—|-|－|~|～)\s*$")
_RELATIVE = re.compile(r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作日|自然日|日|天|周|月|年)(?:之?内|以内)")
_CLAUSE = re.compile(r"[^；;。]+[；;。]?")
_SPAN = re.compile(r"\s*(?:至|到|-|—|－|~|～|—-)+\s*")
_MISREAD = re.compile(r"(?<=\d)[目曰口](?=之?前|底|止|$|[，,。；;])")
"""What a scanner or a hand makes of 日."""
_TIMED = re.compile(rf"\d|[年月日季周天旬]|星期|学期|{CHECKS.pattern}|{_SOFT_CHECKS.pattern}")
"""Without any of these a clause says nothing about time."""
MAX_LENGTH = 20_000


@dataclass
class Timing:
    """What a row says about time."""

    due: date | None = None
    recurrence: Recurrence | None = None
    inspection: Inspection | None = None
    inspection_on: date | None = None
    text: str | None = None
    impossible: list[str] = field(default_factory=list)
    """Dates that no calendar has, as printed."""
    several: list[str] = field(default_factory=list)
    """Dates of which one had to be chosen, as printed."""
    relative: bool = False
    """Counted from a day that the document does not name: 印发后10个工作日内."""
    passing: list[str] = field(default_factory=list)
    """Dates in the words of the task that were not taken for its limit, as printed."""
    unread: bool = False
    """A deadline cell from which nothing could be taken."""

    def copy(self) -> Timing:
        """One that may be gone on with."""
        other = Timing()
        vars(other).update(vars(self))
        other.impossible, other.several, other.passing = list(self.impossible), list(self.several), list(self.passing)
        return other


def read(cell: str, requirement: str, year: int | None) -> Timing:
    """Read the deadline cell, then what only the requirement says."""
    timing = _cell(cell, year).copy() if cell else Timing()
    _in_requirement(folded(requirement)[:MAX_LENGTH], year, timing)
    return timing


@lru_cache(maxsize=4_000)
def _cell(cell: str, year: int | None) -> Timing:
    """A deadline cell alone: few of them differ."""
    timing = Timing()
    said = _MISREAD.sub("日", folded(cell)[:MAX_LENGTH])
    for clause in _CLAUSE.findall(said):
        _own_cell(clause, year, timing)
    if said:
        timing.text = cell
        if not timing.recurrence and not timing.due and not timing.inspection and STANDING.search(said):
            timing.recurrence = Recurrence.CONTINUOUS
        timing.relative = not timing.due and _RELATIVE.search(said) is not None
        timing.unread = not timing.relative and not (
            timing.due or timing.recurrence or timing.inspection or timing.impossible
        )
    return timing


def cadence_of(text: str, *, explicit: bool = False) -> tuple[Recurrence, int] | None:
    """The first cadence in a text and where it stands; ``explicit``: only 每…, 逐…, 按…, not 月度通报."""
    hits = [(found.start(), name) for name, pattern in CADENCES for found in pattern.finditer(text)]
    hits = [hit for hit in hits if not explicit or text[hit[0]] in "每逐按"]
    return (min(hits)[1], min(hits)[0]) if hits else None


def is_inspection(clause: str, *, named: bool) -> bool:
    """Whether a clause says when the office checks; ``named``: only where the office stands in it."""
    check = CHECKS.search(clause)
    if not check and (soft := _SOFT_CHECKS.search(clause)) and OFFICE.search(clause[: soft.start()]):
        check = soft
    if not check:
        return False
    subject = clause[: check.start()]
    office = OFFICE.search(subject)
    if office and not re.search(r"报[送至到给]?$|[向至由对]$", subject[: office.start()][-3:]):
        return True
    return not named and not UNITS_ACT.search(clause)


def _own_cell(clause: str, year: int | None, timing: Timing) -> None:
    """One clause of a deadline cell: the office's checking, or what the units have to keep."""
    parts = [part for part in re.split(r"[，,]", clause) if part]
    checked = [part for part in parts if is_inspection(part, named=False)]
    mixed = [part for part in parts if part not in checked and (UNITS_ACT.search(part) or cadence_of(part))]
    if checked and mixed and len(parts) > 1:
        for part in parts:
            _own_cell(part, year, timing)
        return
    if is_inspection(clause, named=False):
        _inspection(clause, year, timing)
        if any(STANDING.search(part) and part not in checked for part in parts):
            timing.recurrence = timing.recurrence or Recurrence.CONTINUOUS
        return
    cadence = cadence_of(clause)
    if cadence:
        timing.recurrence = timing.recurrence or cadence[0]
    once = clause if not cadence or cadence[0] is Recurrence.YEARLY else clause[: cadence[1]]
    found = [dated for dated in dates.find(once, year) if not _BEGINS.match(once[dated.end :])]
    _due(found, clause, timing)
    if not cadence and STANDING.search(clause) and (not found or _AND_ON.search(clause)):
        timing.recurrence = timing.recurrence or Recurrence.CONTINUOUS


def checked(text: str, year: int | None, timing: Timing) -> None:
    """Read a cell of a column for the office's own checking."""
    if text and not timing.inspection:
        _inspection(folded(text)[:MAX_LENGTH], year, timing)


def _inspection(clause: str, year: int | None, timing: Timing) -> None:
    cadence = cadence_of(clause)
    if cadence and cadence[0] in (Recurrence.MONTHLY, Recurrence.QUARTERLY):
        timing.inspection = Inspection(cadence[0].value)
        return
    found = dates.find(clause, year)
    timing.impossible += [dated.text for dated in found if dated.day is None]
    days = [dated.day for dated in found if dated.day]
    if days and not IRREGULAR.search(clause):
        timing.inspection, timing.inspection_on = Inspection.DATED, days[-1]
    elif not found:
        timing.inspection = timing.inspection or Inspection.IRREGULAR


def _due(found: list[dates.Dated], text: str, timing: Timing) -> None:
    """The last of the dates; several are a doubt unless they are the two ends of one span."""
    timing.impossible += [dated.text for dated in found if dated.day is None]
    real = [dated for dated in found if dated.day]
    days = sorted({dated.day for dated in real if dated.day})
    if not days:
        return
    span = len(real) == 2 and _SPAN.fullmatch(text[real[0].end : real[1].start]) is not None
    if (len(days) > 1 and not span) or (timing.due and timing.due not in days):
        timing.several += [dated.text for dated in real]
    timing.due = max([*days, *([timing.due] if timing.due else [])])


def _in_requirement(text: str, year: int | None, timing: Timing) -> None:
    """Limits and cadences in the requirement: only those of the units themselves, and only said as such."""
    from_cell = timing.due is not None
    for clause in filter(_TIMED.search, _CLAUSE.findall(text)):
        if is_inspection(clause, named=True):
            if timing.inspection is None and (IRREGULAR.search(clause) or cadence_of(clause)):
                _inspection(clause, year, timing)
            continue
        cadence = cadence_of(clause, explicit=True)
        if cadence and timing.recurrence in (None, Recurrence.CONTINUOUS):
            timing.recurrence = cadence[0]
            timing.text = timing.text or clause
        once = clause if not cadence or cadence[0] is Recurrence.YEARLY else clause[: cadence[1]]
        said = [] if from_cell else dates.find(once, year)
        own = [dated for dated in said if _is_own(clause, dated, year)]
        timing.passing += [dated.text for dated in said if not own and dated.day and dated.day.year == year]
        if own:
            _due(own, clause, timing)
            timing.text = timing.text or own[-1].text


def _is_own(clause: str, dated: dates.Dated, year: int | None) -> bool:
    before = clause[: dated.start]
    achieved = re.match(r"[第\d一二三四上下]+(?:季度|半年|月)", dated.text) and _ACHIEVED.match(clause[dated.end :])
    if not (dated.is_limit or achieved) or (dated.day is not None and year is not None and dated.day.year < year):
        return False
    if _SINCE.search(before[-3:]) and not re.search(r"[到至]\s*$", before):
        return False
    if _PASSING.match(clause[dated.end :]):
        return False
    return _OTHERS.search(before) is None
