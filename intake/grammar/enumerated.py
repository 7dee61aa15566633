"""How units are listed (单位列举): where one name of a clause ends and the next begins, and the verb behind it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache

from intake.grammar import unit_names
from intake.grammar.wording import squeeze, top_level

Joint = tuple[str, str, str]
"""What may be one name or two, as parted by its 与 or 和: 实验室, 与, 设备管理处."""
STRONG = (
    r"(?:共同|分别|联合|具体|统一|依)?(?:(?:牵头|主办|承办|协办|配合)(?!单位|部门|科室)|主责|负责(?!人|单位|部门)|协助|抓好"
    r"|按照?.{0,6}(?:职责|职能|分工)|根据.{0,6}(?:职责|职能|分工)|依.{0,4}(?:职责|职能)|汇总)"
)
"""Words that end the list of names whatever stands before them."""
WEAK = (
    r"(?:共同|分别|认真|切实|积极|具体|统一|要|应|须|需|负责同志)?"
    r"(?:抓紧|抓|做好|落实(?!办)|推进(?!办|中心|局)|推动|组织(?!部)|实施|执行(?!局)|完成|督促|指导(?!中心|站|处|办)|监督(?!管理|所|局|检查|站)|强化|加强|开展|统筹(?!办|局|科)"
    r"|按|依照|提供|支持|予以|参与|参加|协同|跟踪|定期|结合|根据|对照|在(?!线)|对(?!外|口|台)|要(?!素)|应(?!急|用|诉|对)|须|需(?!求)|分工|联合(?!会|体|社)|具体|共同(?!体)|分别|各负其责|各司其职|积极|认真|切实|会商)"
)
"""Words that end it only where the text before them is a name already."""
_ORGAN = re.compile(r"[\u4e00-\u9fff]{2,10}(?:局|委|办|厅|中心|站|所|处|科|组|队)")
"""What a verb would have to be a part of: 应急管理局."""
STRONG_VERBS, _WEAK = re.compile(STRONG), re.compile(WEAK)
_BY = re.compile(r"^(?:由|请|需由|并由|并|以)(?=.)")
_ETC = re.compile(
    r"等(?:\d{0,3}[个家]?)(?=有关|相关|各|其他|其它|[省市县区州]直|[省市县区州]级|.{0,6}(?:单位|部门|机关|企业)|$)"
)
_EMPTY = re.compile(r"(?:单位|部门|机关|企业|相关)?$")
_JOIN = re.compile(r"以及|和|与|及")
_KIND = re.compile(r"(?:单位|部门|机构|企业|学校|组织|个人|(?:人民)?政府|办事处|管委会|村?居?委会|党委|人大|政协)")
_LEVELS_ONLY = re.compile(
    r"(?:各|驻)?(?:(?:中央|国家|中|省|市|州|区|县|乡|镇|街道|乡镇|苏木镇|苏木|[中省市州区县](?:属|直|级|府?直属))[、/和及]?)+$"
)
_COUNTED = re.compile(r"各.{0,4}$")
_KINDS_TAIL = ("局", "办", "委", "厅", "院", "街", "行", "中心")
"""区直各办、局 is one phrase."""
_PLACES_TOO = re.compile(
    r"(?:街道|乡镇|镇街|镇|乡|苏木|社区|村|开发区|园区)(?:人民政府|政府|办事处|党工?委|管委会|居委会|村委会)?|街道办|管委会|(?:人民)?政府|办事处|党工?委"
)
"""Bare kinds of places that 各 reaches over 、 to: 各街道办事处、镇人民政府."""
_PLACED = re.compile(r"(?:街道?|镇|乡|苏木|[省市州区县旗]|村|社区|政府|办事处|街道办|管委会|党工?委|居委会|村委会)$")
"""How a phrase ends that speaks of places: 各县应急管理局 does not."""
_ALL = ("各", "相关", "有关")
_PLACES_TAIL = re.compile(
    r"(?:中央|国家|[省市州区县乡镇]|街道|乡镇)?(?:属|直|级)?(?:(?:人民)?政府|办事处|街道办事处|街道|镇|乡|街|区|驻.{1,12})?(?:[（(].{0,20}[）)])?$"
)
LONGEST = 200
"""Characters, brackets among them, beyond which no name ends."""
SHORTEST = 3
"""Characters that a name must have for others to be cut by it."""


def items(clause: str, known: AbstractSet[str], joint: list[Joint]) -> list[str]:
    """The names of one clause, still with their verbs; 和 within a name does not split it."""
    pieces = [piece for part in top_level(clause, "、/·\n\t 　｜|") for piece in [squeeze(part)] if piece]
    merged: list[str] = []
    separators = squeeze(clause)
    for piece in pieces:
        if merged and (_belongs(merged[-1], piece) or _is_torn(merged[-1], piece, separators)):
            between = "、" if f"{merged[-1]}、{piece}" in separators else ""
            merged[-1] += between + piece
        else:
            merged.append(piece)
    last = merged[-1:]
    return [
        name
        for piece in merged
        for part in _cut_glued(piece, known)
        for name in _apart(part, known, joint, last=[piece] == last)
    ]


def _belongs(before: str, piece: str) -> bool:
    """中央 + 省属驻…单位, 各县 + 区人民政府, 各办 + 局: words for a level or a kind are no name of their own."""
    plain = unit_names.bare(before)
    name = unit_names.bare(split_verb(piece)[0])
    if plain.startswith(_ALL) and unit_names.is_group(before) and _PLACED.search(plain) and _PLACES_TOO.fullmatch(name):
        return True
    if piece in _KINDS_TAIL and _COUNTED.search(plain):
        return True
    if plain.startswith(_ALL) and _LEVELS_ONLY.match(plain.removeprefix(plain[:2]) if plain[0] != "各" else plain):
        return _PLACES_TAIL.match(name) is not None and not piece.startswith("各")
    return _LEVELS_ONLY.match(plain) is not None and unit_names.is_group(before + "、" + name)


def _is_torn(before: str, piece: str, clause: str) -> bool:
    """Whether a blank stands within a name: 市发 展改革委."""
    whole = before + piece
    if whole not in clause or unit_names.is_recognised(before) or unit_names.level_of(piece):
        return False
    return unit_names.level_of(whole) is not None and unit_names.is_recognised(split_verb(whole)[0])


def glued(text: str, known: AbstractSet[str]) -> list[str]:
    """The known names that a text is made of, printed without anything between them; none where it is not."""
    if not text:
        return []
    for end in range(len(text), SHORTEST - 1, -1):
        if text[:end] in known and len(text) - end != 1:
            rest = glued(text[end:], known)
            if rest or end == len(text):
                return [text[:end], *rest]
    return []


def _cut_glued(piece: str, known: AbstractSet[str]) -> list[str]:
    """Names that were printed without a mark between them, by those that are known; else as it is printed."""
    name, verb = split_verb(piece)
    parts = glued(name, known) if known and name not in known else []
    return [*parts[:-1], parts[-1] + verb] if len(parts) > 1 else [piece]


def _apart(piece: str, known: AbstractSet[str], joint: list[Joint], *, last: bool) -> list[str]:
    """Split at 和, 与, 及 where both sides are names; drop 等 and what only repeats it."""
    etc = _ETC.search(piece)
    if etc and unit_names.is_recognised(piece[: etc.start()]):
        rest = piece[etc.end() :]
        vague = _EMPTY.match(split_verb(rest)[0]) is not None
        return [*_apart(piece[: etc.start()], known, joint, last=last), "等" + rest if vague else rest]
    for join in _JOIN.finditer(piece[:LONGEST]):
        left, right = piece[: join.start()], piece[join.end() :]
        name = split_verb(right)[0]
        if _KIND.fullmatch(name) and unit_names.is_group(left):
            continue
        if not (_balanced(left) and unit_names.is_recognised(left) and unit_names.is_recognised(name)):
            continue
        if join.group() in ("和", "与") and _is_one((left, join.group(), name), known, joint, last=last):
            continue
        return [left, *_apart(right, known, joint, last=last)]
    return [piece]


def _is_one(parts: Joint, known: AbstractSet[str], joint: list[Joint], *, last: bool) -> bool:
    """Whether 与 or 和 stands within a name: as it is known, else by what stands before it, and then with a doubt.

    Within a list only its last name is joined to the one before by 和.
    """
    if "".join(parts) in known:
        return True
    if any(unit_names.is_group(name) or unit_names.level_of(name) or name in known for name in parts[::2]):
        return False
    one = unit_names.is_within(parts[0])
    if not one or last:
        joint.append(parts)
    return one


def _balanced(text: str) -> bool:
    return text.count("（") + text.count("(") == text.count("）") + text.count(")")


@lru_cache(maxsize=20_000)
def split_verb(item: str) -> tuple[str, str]:
    """A name and what it does: 市政府办公室 + 牵头负责."""
    item = _BY.sub("", item)
    strong = [found.start() for found in STRONG_VERBS.finditer(item[:80])]
    starts = sorted({*strong, *(found.start() for found in _WEAK.finditer(item[:80]))})
    whole = unit_names.is_recognised(item)
    for at in starts:
        name = item[:at]
        if not name and not (whole and len(item) <= 12):
            return "", item
        if whole and at not in strong and _ORGAN.fullmatch(item[at:]):
            continue  # 各镇应急办 does not say that 各镇 answer something
        if name and _balanced(name) and unit_names.is_recognised(name):
            return name, item[at:]
    if strong and strong[0] and not whole and _balanced(item[: strong[0]]):
        return item[: strong[0]], item[strong[0] :]
    return item, ""
