"""What a notice says for all rows at once (统一说明): who is added to each, who leads, what a short name stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.grammar import responsibility
from intake.grammar.wording import squeeze

_ADDED = (
    re.compile(
        r"(?:以下|上述|以上|下列|本表|表中|所列|各项|各条)[^。；]{0,14}?(?:均|都)(?:需|由|须|要|应|请)+(?:有)?([^。；]{2,100}?)"
        r"(?:贯彻|抓好|认真|具体)*(?:落实|负责|配合|参与|执行|承担)[^。]{0,14}不再"
    ),
    re.compile(
        r"(?:^|[。；：])([^。；：]{2,100}?)(?:均|都)(?:作)?为[^。；]{0,12}(?:责任|落实|配合)(?:单位|部门)[^。]{0,14}不再"
    ),
)
_FIRST_LEADS = re.compile(
    r"(?:列|排|居|位|处|署名)(?:在|于)?(?:第一(?:位|个)?|首位|首|最前)[^。；]{0,10}?(?:为|是|负责|作为)[^。；]{0,6}(?:牵头|主办|主责)"
    r"|(?:列|排|居)(?:在|于)?(?:第一位|首位)(?:者|的)?(?:单位|部门)?(?:牵头|主办)"
    r"|(?:第一|首)(?:个|家|位)?(?:责任|落实)?(?:单位|部门)(?:为|是)[^。；]{0,4}(?:牵头|主办|主责)"
)
_BY = re.compile(
    r"(?:以上|上述|所列|各项|全部)(?:各项)?(?:任务|工作|事项|项目|措施)[^。；]{0,40}?(?:于|在|须|应|，)?"
    r"([^。；，]{2,16}(?:前|底|末|内))(?:须|应|要|均)?(?:全部|全面)?(?:完成|落实|办结|整改到位)"
)
"""One date for all rows that have none of their own: 以上任务12月31日前全部完成."""
_STANDS_FOR = re.compile(
    r"([^。；：]{2,160})[（(]以下(?:统称|合称|并称|简称)(?:为)?[：:]?[“\"]?([^”\"（）()]{1,14})[”\"]?[）)]"
)


_MARKED = re.compile(
    r"(?:加|带|标|注|打|有|画)(?:注|有|了)?[“\"（(]?([*＊★▲△※#●◆])[”\"）)]?(?:号|符号|标记)?(?:的|者)?(?:单位|部门)?(?:均)?(?:为|是|系|表示|牵头)"
)
SIGNS = "*＊★▲△※#●◆"


@dataclass(frozen=True)
class Standing:
    """The words of a notice that hold for every row."""

    added: tuple[str, ...] = ()
    """Names that are responsible for every row, though no row prints them."""
    first_leads: bool = False
    """The first unit of a row leads where none is said to."""
    mark: str = ""
    """The sign beside the names of those who lead: 加*的为牵头单位."""
    deadline: str = ""
    """By when every row is due that prints no date."""
    stands_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Short names and the names they stand for."""

    def said(self, text: str) -> str:
        """The words of a unit cell, who leads by a sign beside the name said in words."""
        if not self.mark or self.mark not in text:
            return text
        sign = re.escape(self.mark)
        before = rf"(?:^|(?<=[、，,；;\s])){sign}\s*([^、，,；;\s]+)"
        return re.sub(
            rf"{before}|([^、，,；;\s]+?){sign}(?=[、，,；;\s]|$)", lambda one: f"{one[1] or one[2]}（牵头）", text
        )

    def unexplained(self, text: str) -> bool:
        """Whether a sign stands beside some names of several that no word explains."""
        return not self.mark and any(sign in text for sign in SIGNS) and re.search("[、，,；;]", text) is not None

    def apply(self, units: responsibility.Responsibility) -> None:
        """Hold it against the units of one row."""
        if self.first_leads and units.responsible_units and not (units.lead_units or units.lead_groups):
            units.lead_units.append(units.responsible_units.pop(0))
        for name in self.added:
            if name not in units.names:
                units.add(name, "responsible")


def read(lines: list[str]) -> Standing:
    """Look for such words in the lines around the rows."""
    text = "".join(squeeze(line) for line in lines)[:60_000]
    patterns = _ADDED if "不再" in text else ()
    added = tuple(name for pattern in patterns for found in pattern.finditer(text) for name in _names(found.group(1)))
    by = _BY.search(text)
    marked = _MARKED.search(text)
    stands_for = {
        found.group(2): _names(found.group(1)) for found in (_STANDS_FOR.finditer(text) if "以下" in text else ())
    }
    return Standing(
        tuple(dict.fromkeys(added)),
        _FIRST_LEADS.search(text) is not None,
        marked.group(1) if marked else "",
        by.group(1) if by else "",
        {short: names for short, names in stands_for.items() if names},
    )


_BELOW = re.compile(
    r"(?:^|(?<=[，,；;。：:、]))([^，,；;。：:、（(]{2,30}?)[（(，,]?(?:均为责任单位|均参与|均配合)?[，,]?(?:以?下)同[）)]?"
)


def said_once(text: str) -> tuple[str, tuple[str, ...]]:
    """The words of a cell, and the names in it that stand for all rows below: 各镇街（下同）."""
    found = _BELOW.search(text) if "下同" in text else None
    names = _names(found.group(1)) if found else ()
    if found is None or not names:
        return text, ()
    return text[: found.start()] + found.group(1) + text[found.end() :], names


def _names(text: str) -> tuple[str, ...]:
    """The units and groups that a stretch of text ends with."""
    read = responsibility.read(re.sub(r"^.*?(?:向|给|由|请|各位[，,])(?=各|市|县|区|省)", "", text), "responsible")
    doubtful = set(read.doubts)
    return tuple(name for name in (*read.responsible_units, *read.responsible_groups) if name not in doubtful)
