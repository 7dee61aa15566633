"""The head of a document (文头): title, number, issuer, date, year and the date by which everybody reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from intake.grammar import dates, furniture, signers
from intake.grammar.headings import is_section
from intake.grammar.wording import folded, squeeze
from intake.grid import Line
from intake.notices import beside_title, reporting
from workflow.record.published import ReportDue

_NUMBER_FORM = (
    r"[\u4e00-\u9fff]{2,14}(?:[（(][\u4e00-\u9fff]{1,4}[）)])?[〔\[［（(【](?:19|20)\d\d[〕\]］）)】]第?\d{1,4}号"
)
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,14}(?:[（(][\u4e00-\u9fff]{1,4}[）)])?)[〔\[［（(【]((?:19|20)\d\d)[〕\]］）)】]第?(\d{1,4})号"
)
_PRINTED = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日印发$")
_ISSUER = re.compile(rf"[\u4e00-\u9fff“”]{{2,30}}{signers.SIGNS}")
_ABOUT = re.compile(r"^(.{2,40}?)关于.{2,80}?(?:的)?(?:通知|意见|决定|通报|函|公告)")
_NOTICE = re.compile(r".{0,40}关于.{2,80}的(?:通知|意见|决定|通报|函|公告)(?:[（(].{0,30}[）)])?$")
_SITE = re.compile(r"^【[^】]{0,40}】|^\[[^\]]{0,40}\]")
_LINK = re.compile(r"(?:返回|回到|打印|关闭|收藏|分享|网站|首页|[上下]一[篇页]).{0,6}$")
"""What a page prints to be clicked on, above a title."""
_MONTH = re.compile(r"(?:19|20)\d\d年\d{1,2}月$")
_NUMBER_LABEL = re.compile(r"^(?:文号|(?:发文|公文|文件)[字文编]?号|文件编号)[:：|｜\]】]*")
_LABELLED_NUMBER = re.compile(rf"(?:文号|发文字号|文件编号)[:：|｜\]】]*({_NUMBER_FORM})")
_BRACKETED_NUMBER = re.compile(rf"[（(]({_NUMBER_FORM})[)）]$")
_ISSUED = re.compile(r"关于(?:印发|公布|下发|转发)[《〈]?(.{4,80}?)[》〉]?的通知$")
_TITLE_END = re.compile(
    r"(?:表|方案|清单|台账|要点|计划|安排|目录|一览|细则|汇总|任务|分工|分解|项目|事项|实事|[战线]图|(?:任务|责任|交办|督办|工作|办理)[书单卡]|意见|措施|办法|规划|部署|纪要|重点工作)(?:—{1,2}.{2,12})?$"
)
_LABEL = re.compile(
    r"(?:填报|报送|填表|填写|制表|单位|日期|时间|联系|附件|附表|附)[^，。]{0,14}(?:[：:].{0,30}|\d{0,2})$"
)
_ANNEX = re.compile(r"附件[：:](?:\d[.．、])?(.{4,60}?(?:表|方案|清单|台账|要点|计划|安排|目录|分工))$")
_ASIDE = re.compile(r"(?<=....)[（(][^（()）]{0,60}[）)]$|[（(][^（()）]{0,20}[）)]$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|[-—－–~～至到]+(?:19|20)?\d\d年)")
_ISO_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?(?!\d)")
_YEAR_HAN = re.compile(r"([一二三四五六七八九〇零○]{4})年")


@dataclass(frozen=True)
class Head:
    """What stands around a table."""

    title: str
    year: int | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    report_due: ReportDue | None
    aside: str = ""
    """What a bracket behind the title says that is no part of the name: 区数据局，10月底前完成."""
    report_unread: str = ""
    """What reads like a date for everybody's report and was not taken."""


def read(before: list[Line], after: list[Line], body: str, annexes: Sequence[str] = ()) -> Head:
    """Read the lines before and after the tables; ``body`` is the text of the rows, for the year."""
    lines = [line.text for line in before]
    number = _document_number(lines)
    issued_on = _issued_on([*lines, *(line.text for line in after)])
    title, aside = beside_title.parted(_title(lines, annexes))
    below = [line.text for line in after]
    issuer = _issuer(lines, below) or beside_title.issuer(aside)
    issued_on = issued_on or beside_title.issued_on(aside)
    year = _year(title, number, issued_on, body)
    report = reporting.due(reporting.running(lines), year) or reporting.due(reporting.running(below), year)
    unread = "" if report else reporting.unread(reporting.running([*lines, *below]), year)
    return Head(title, year, issuer, number, issued_on, report, aside, unread)


def is_named(title: str) -> bool:
    """Whether a title ends as those of plans, tables and notices do."""
    return _TITLE_END.search(_ASIDE.sub("", title)) is not None or _NOTICE.match(title) is not None


_ANNEX_MARK = re.compile(r"(?:附件|附表|附)[\d一二三四五六七八九十]{0,3}[：:]?$")


def is_annex_mark(text: str) -> bool:
    """附件1, alone on its line."""
    return _ANNEX_MARK.match(squeeze(text)) is not None


def own_name(before: list[Line]) -> list[str]:
    """The name that stands right above a table."""
    kept = [squeeze(line.text).strip("|｜") if len(line.text) < 400 else "。" for line in before]
    at = len(kept) - 1
    while at >= 0 and (not kept[at] or _is_aside(kept[at])):
        at -= 1
    title = _title_ending(kept, at)
    return [title] if title else []


def _document_number(lines: list[str]) -> str | None:
    """The first number on a line of its own (a signer may stand beside it), behind its label, or behind the title."""
    for text in lines[:60]:
        plain = _NUMBER_LABEL.sub("", squeeze(text))
        found = _NUMBER.match(plain)
        if found and len(plain) - found.end() <= 12:
            return found.group()
    for text in lines[:60]:
        found = _LABELLED_NUMBER.search(squeeze(text)) or _BRACKETED_NUMBER.search(squeeze(text))
        if found:
            return found.group(1)
    return None


def _issued_on(lines: list[str]) -> date | None:
    for pattern in (signers.DAY, _PRINTED):
        for text in lines:
            plain = folded(signers.beside(text)[-1]) if len(text) < 200 else ""
            found = pattern.match(plain.strip("()（）")) if pattern is signers.DAY else pattern.search(plain)
            if found:
                days = dates.find(found.group().removesuffix("印发"), None)
                if days and days[0].day:
                    return days[0].day
    index = "\n".join(lines[:60])
    for label in ("成文", "发文", "印发", "生成", "发布", "公开"):
        found = re.search(rf"{label[0]}\s*{label[1]}\s*[日时]\s*[期间]{_INDEXED}", index)
        days = dates.find("-".join(found.groups()), None) if found else []
        if days and days[0].day:
            return days[0].day
    return None


_INDEXED = r"[\s:：|｜\]】]*((?:19|20)\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})"


def _issuer(lines: list[str], below: list[str]) -> str | None:
    """Who signs above the date, else who stands before 关于, else the index of the page."""
    plain = [part for text in (*lines, "", *below) if text.strip() for part in signers.beside(text)]
    for at, text in enumerate(plain):
        day = folded(text)
        if at and (signers.DAY.match(day) or _MONTH.match(day)) and _is_issuer(plain[at - 1]):
            return "、".join(_signers(plain[:at]))
    titled = _before_about(plain[:60])
    if titled and not re.match(r"[省市县区州旗镇乡]", titled):
        return titled
    index = re.search(
        r"(?:发\s*布\s*机\s*构|发\s*文\s*机\s*[关构]|发文单位|制发机关|成文机关)[\s:：|｜\]】]*([\u4e00-\u9fff]{4,30})",
        "\n".join(lines[:60]),
    )
    if index and _is_issuer(index.group(1)):
        return index.group(1)
    return titled or next((two for one, two in pairwise(plain) if is_named(one) and _is_issuer(two)), None)


def _signers(above: list[str]) -> list[str]:
    """Who signs together on the last lines above the day, from the first on."""
    found = [above[-1]]
    for text in reversed(above[:-1]):
        if not (_is_issuer(text) and signers.signs_with(text, above[-1])):
            break
        found.insert(0, text)
    return found


def _is_issuer(text: str) -> bool:
    return len(text) <= 30 and _ISSUER.match(text) is not None and _LABEL.match(text) is None


def _before_about(plain: list[str]) -> str | None:
    for at in range(len(plain)):
        for size in (1, 2, 3):
            found = _ABOUT.match(_SITE.sub("", "".join(plain[at : at + size])))
            if found and _ISSUER.match(found.group(1)) and not re.search(r"机构|标题|索引|文号|日期", found.group(1)):
                return found.group(1)
    return None


def _title(lines: list[str], annexes: Sequence[str] = ()) -> str:
    """The lines right above the table, past form labels; else what the notice issues; else the last line like a title."""
    kept = [squeeze(text) if len(text) < 400 else "。" for text in lines]
    kept = ["" if text.strip("|｜") in annexes else text for text in kept]
    at = len(kept) - 1
    while at >= 0 and (not kept[at] or _is_aside(kept[at])):
        at -= 1
    title = "" if annexes else _title_ending(kept, at)
    if title and _TITLE_END.search(_ASIDE.sub("", title)):
        return title.strip("《》")
    for start in [at for at, text in enumerate(kept) if "关于" in text]:
        for size in range(1, 5):
            found = _ISSUED.search("".join(kept[start : start + size]))
            if found:
                return found.group(1)
    named = next((found.group(1) for text in kept if (found := _ANNEX.match(text))), "")
    issued = next((found.group(1) for text in kept if (found := _PASSED.search(text))), "")
    if issued:
        return issued
    told = _notice_title(kept)
    if told and not any(_is_title_line(kept[n]) and _TITLE_END.search(_ASIDE.sub("", kept[n])) for n in range(at + 1)):
        return told
    likely = (n for n in range(at, -1, -1) if _is_title_line(kept[n]) and _TITLE_END.search(_ASIDE.sub("", kept[n])))
    found_title = _title_ending(kept, next(likely, -1)).strip("《》") or named or title.strip("《》")
    return found_title or next((text for text in kept[:6] if len(text) >= 8 and _is_title_line(text)), "")


_PASSED = re.compile(
    r"《([^《》]{4,60}(?:表|方案|清单|台账|要点|计划|安排|分工|分解|任务))》.{0,30}(?:印发|下发)给你们"
)


def _notice_title(kept: list[str]) -> str:
    """The title of the notice itself, where what it sets out has none of its own."""
    for at in range(min(len(kept), 40)):
        if kept[at] and any(text.startswith(kept[at]) for text in kept[at + 1 : at + 3]):
            continue  # the head of the paper, said again by its title
        for size in (1, 2, 3):
            whole = _SITE.sub("", "".join(kept[at : at + size]))
            if kept[at] and _NOTICE.match(whole):
                return re.sub(r"[（(][^（()）]*号[）)]$", "", whole)
    return ""


def _title_ending(kept: list[str], at: int) -> str:
    """The title whose last line stands at ``at``: it may be broken over four."""
    parts: list[str] = []
    gap = 0
    while at >= 0 and len(parts) < 4:
        text = kept[at]
        if not text:
            gap += 1
        elif (
            gap > 1
            or not _is_title_line(text)
            or (parts and (parts[0].startswith(text) or _TITLE_END.search(_ASIDE.sub("", text))))
        ):
            break
        else:
            parts.insert(0, text)
            gap = 0
        at -= 1
    return "".join(parts)


def _is_aside(text: str) -> bool:
    return (
        bool(_LABEL.match(text))
        or signers.is_day(signers.beside(text)[-1])
        or furniture.is_rule(text)
        or furniture.is_page_number(text)
        or bool(re.match(r".{0,8}[（(]?第[\d一二三四五六七八九十]{1,3}[号张份][）)]?$", text))
        or bool(re.match(r"[（(].{0,60}[）)]$|[【\[].{0,8}[】\]]$", text))
    )


def _is_title_line(text: str) -> bool:
    if (
        len(text) > 80
        or any(mark in _ASIDE.sub("", text) for mark in "。；：:！？>＞»|")
        or re.match(r"\d[.．、]", text)
        or is_section(text)
    ):
        return False
    if (
        signers.DAY.match(text)
        or _MONTH.match(text)
        or _NUMBER.match(text)
        or _is_aside(text)
        or furniture.is_footer(text)
        or _LINK.match(text)
        or text.endswith("通知")
    ):
        return False
    return not (_ISSUER.match(text) and not _TITLE_END.search(text))


def _year(title: str, number: str | None, issued_on: date | None, body: str) -> int | None:
    """The year of the plan: as the title says, else as the rows say most often, else when it was issued."""
    named = _YEAR.search(folded(title)) or re.search(r"(20\d\d)", title)
    if named:
        return int(named.group(1))
    han = _YEAR_HAN.search(title)
    if han:
        digits = {char: str(i) for i, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
        return int("".join(digits[char] for char in han.group(1)))
    if issued_on:
        return issued_on.year
    found = _NUMBER.match(number) if number else None
    if found:
        return int(found.group(2))
    plain = body[:200_000].replace(" ", "")
    years = Counter(int(year) for year in _YEAR.findall(plain) or _ISO_YEAR.findall(plain))
    return years.most_common(1)[0][0] if years else None
