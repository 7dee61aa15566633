"""Persons beside units (责任人): told by a surname, a post or 某, and kept apart from who is responsible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.grammar import unit_names
from intake.grammar.wording import squeeze, unmark

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵"
    "湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松"
    "井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼"
    "容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃闫冼佟岳佘丘仝"
)
_TWO = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|长孙|宇文|夏侯|端木|百里|呼延|南宫"
_POST = r"(?:党组|党委|党总支|党支部|分管|常务)*(?:副)?(?:书记|[省市区县旗州镇乡]长|局长|厅长|主任|部长|处长|科长|股长|所长|站长|队长|院长|校长|园长|行长|馆长|台长|社长|组长|总经理|经理|董事长|主席|秘书长|会长|专员|政委|检察长|调研员)"
_NAME = (
    rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|(?:{_TWO})[\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{1,2}}[某×*XxＸ]{{1,2}})"
)
_PERSON = re.compile(rf"(?:{_POST})?(?P<name>{_NAME})(?:同志|{_POST})?")
_CERTAIN = re.compile(rf"[某×*XxＸ]|同志|^{_POST}|{_POST}$")
_POST_ALONE = re.compile(rf"{_POST}")
_LABEL = re.compile(r"(?:主要|具体|直接)?(?:责任|负责|联系|经办|包保|包案)(?:人|人员|领导)\s*[：:]\s*")
_SAID = "\x01"
"""In place of a label that opens a list of persons."""
_PARTS = re.compile(r"([、，,；;：:\n\t 　/|｜\x01]+)")
_BRACKETED = re.compile(r"([^（()）]{2,30})[（(]([^（()）]{2,30})[）)]")
_POSTED = re.compile(rf"(.{{2,24}}?){_POST}(?:{_NAME})?")


_EVERY = re.compile(rf"各.{{1,12}}{_POST}")
"""Persons of many bodies: 各乡镇长, 各村党支部书记."""
_NO_NAME = re.compile(r"[区街镇乡村县市省局办委部科室处站所院校馆队社会组]$")
"""With what no person's name ends, though it begins with a surname: 马山区, 江北街."""


@dataclass(frozen=True)
class Apart:
    """A unit cell without its persons."""

    text: str
    persons: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    """Of these, those that only look like persons' names."""


@lru_cache(maxsize=4_000)
def apart(text: str, *, expected: bool = False) -> Apart:
    """The units of a cell, and the persons printed among them; ``expected``: the column's name speaks of persons.

    Otherwise a name without a post is one only right behind a unit, parted by a blank or in brackets.
    """
    pieces = ["", *_PARTS.split(_LABEL.sub(_SAID, unmark(text)))]
    kept: list[str] = []
    found: dict[str, bool] = {}
    named = said = False  # whether a unit or a person stands before, whether a label opened a list of persons
    for mark, piece in zip(pieces[::2], pieces[1::2], strict=True):
        said = _SAID in mark or (said and not any(char in mark for char in "；;\n"))
        behind = named and not mark.strip(" \n\t　：:")
        rest, names = _taken(piece, bare=expected or said or behind)
        kept += [mark.replace(_SAID, " "), rest]
        found |= {name: expected or said or sure for name, sure in names}
        named = bool(names) or unit_names.is_recognised(squeeze(rest))
    if not found or not (expected or any(unit_names.is_recognised(squeeze(rest)) for rest in kept[1::2])):
        return Apart(text)
    return Apart(_tidied("".join(kept)), tuple(found), tuple(name for name, sure in found.items() if not sure))


def _taken(piece: str, *, bare: bool) -> tuple[str, list[tuple[str, bool]]]:
    """What is left of a piece, and the persons in it, each with whether that is certain; ``bare``: without a post too."""
    plain = squeeze(piece)
    found = _BRACKETED.fullmatch(plain)
    if found:
        first, second = found.groups()
        for unit, name in ((first, second), (second, first)):
            if unit_names.is_recognised(unit) and _is_person(name):
                return unit, [(name, _is_certain(name))]
        if _is_person(first) and _POST_ALONE.fullmatch(second):
            return "", [(plain, True)]
        return piece, []
    if not plain or (unit_names.is_recognised(plain) and not _EVERY.fullmatch(plain)):
        return piece, []
    if _is_person(plain):
        return ("", [(plain, _is_certain(plain))]) if bare or _is_certain(plain) else (piece, [])
    if _POST_ALONE.fullmatch(plain):
        return "", [(plain, True)]
    if _EVERY.fullmatch(plain):
        return "", [(plain, True)]
    posted = _POSTED.fullmatch(plain)
    if posted and unit_names.is_recognised(posted.group(1)):
        return posted.group(1), [(plain[posted.end(1) :], True)]
    return piece, []


def _is_person(text: str) -> bool:
    """Whether a text may be a person's name, with a post or without."""
    found = _PERSON.fullmatch(text)
    return found is not None and (
        _is_certain(text) or not (_NO_NAME.search(text) or unit_names.names_function(found.group("name")))
    )


def _is_certain(text: str) -> bool:
    return _CERTAIN.search(text) is not None


def _tidied(text: str) -> str:
    """Without separators that part nothing any more."""
    text = re.sub(r"[、，,；;：:/|｜][ \t　]*(?=[、，,；;/|｜])", "", text)
    return text.strip("、，,；;：:/|｜ \n\t　")


def column(cells: Sequence[Apart]) -> tuple[tuple[str, str], ...]:
    """The persons of the unit cells of a row, as a column kept beside it."""
    names = dict.fromkeys(name for cell in cells for name in cell.persons)
    return (("责任人", "、".join(names)),) if names else ()
