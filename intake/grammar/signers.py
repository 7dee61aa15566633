"""Who signs, and on which day (落款): how a signer's name ends, and the forms in which name and day are printed."""

from __future__ import annotations

import re

from intake.grammar.wording import folded, squeeze

SIGNS = r"(?:人民政府|政府|政府办|办公室|办公厅|委员会|领导小组|联席会议|局|厅|委|部|会|院|办|管委会|办事处|中心|公司|集团|学校|学院|大学|指挥部|督查室|研究室|工委|专班|党组|工作组|支队|大队)$"
"""How the name of who signs a paper ends."""
DAY = re.compile(
    r"((?:19|20)\d\d|[二〇零一二三四五六七八九○]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日$"
)
_SIGNER = re.compile(rf"[\u4e00-\u9fff“”]{{4,30}}{SIGNS}")
_SEAL = re.compile(r"[（(](?:代?[章印]|盖章|公章|签章|印章)[）)]$")
_LABEL = re.compile(r"(?:发文|印发|制发|签发)(?:单位|机关|部门|机构)?[:：]")
_BOTH = re.compile(
    r"(?:([\u4e00-\u9fff]+)([\d二][\d二〇零○一三四五六七八九十年月]+日)|([\d二][\d〇零○一二三四五六七八九十年月]+日)([\u4e00-\u9fff]+))"
)
_WIDE = re.compile(r"[ \u3000\t]{2,}|\u3000")


def unsealed(text: str) -> str:
    """A line without what is said of the seal behind a name: 市能源局（代章）."""
    return _SEAL.sub("", text)


def is_signer(text: str) -> bool:
    """Whether a line is the name of who signs."""
    return _SIGNER.match(unsealed(text)) is not None


def signs_with(text: str, signer: str) -> bool:
    """Whether a line above a signer signs as well: both print their names in full, with the same place."""
    return is_signer(text) and text.removeprefix("中共").startswith(signer.removeprefix("中共")[:2])


def is_day(text: str) -> bool:
    """Whether a line is a day and nothing else."""
    return DAY.match(folded(text)) is not None


def beside(text: str) -> list[str]:
    """The names that sign beside each other on a line, a name and its day in this order, or the line as it is.

    A bracket around both and a label before them are no part of them: （2024年3月11日　区数据局）.
    """
    parts = [unsealed(squeeze(part)) for part in _WIDE.split(text.strip()) if part.strip()]
    if len(parts) > 1 and all(map(is_signer, parts)):
        return parts
    plain = squeeze(text)
    both = _BOTH.fullmatch(_LABEL.sub("", folded(plain.strip("（）()")))) if len(plain) < 60 else None
    who, day = ((both.group(1) or both.group(4)), (both.group(2) or both.group(3))) if both else ("", "")
    return [who, day] if who and is_signer(who) and is_day(day) else [unsealed(plain)]
