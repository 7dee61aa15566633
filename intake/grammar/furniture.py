"""Lines that belong to the page and not to the table (版记、页码): footers, rules, page numbers, notes."""

from __future__ import annotations

import re

from intake.grammar.wording import squeeze

_RULE = re.compile(r"(?:[-—─━_=＿\s\t|+]{2,}|[|｜])$")
_PAGE = re.compile(
    r"(?:[-—－–·]{0,2}\d{1,4}[-—－–·]{1,2}|[-—－–·]{1,2}\d{1,4}|第\d{1,4}页(?:[，,/]?共\d{1,4}页)?|\d{1,4}/\d{1,4})$"
)
_FOOT = re.compile(
    r"(?:公开方式|公开属性|抄送|抄报|主送|分送|印发|附件|附注|备注|注|说明|联系人|联系电话|打印|校对|共印|信息公开选项|.{0,30}\d{4}年\d{1,2}月\d{1,2}日印发|\(?此件|（此件)[：:\d）)]?"
)


def is_rule(text: str) -> bool:
    """A drawn line."""
    return bool(text.strip()) and len(text) < 400 and _RULE.match(text) is not None


def is_page_number(text: str) -> bool:
    """- 3 -, 第 3 页."""
    return len(text) < 40 and _PAGE.match(squeeze(text)) is not None


def is_footer(text: str) -> bool:
    """公开方式：主动公开; 抄送：…; 注：…"""
    plain = squeeze(text[:200])
    found = _FOOT.match(plain)
    return bool(found) and ((found is not None and found.group()[-1] in "：:）)") or plain.endswith("印发"))
