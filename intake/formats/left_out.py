"""What a file holds but does not show (未读内容): gathered while reading, told in one Chinese sentence a kind."""

from __future__ import annotations

from collections.abc import Iterator

SHOWN = 6
"""Examples of a kind that the sentence names."""
KINDS = {
    "struck": ("画了删除线的文字没有读入", "如仍有效，请去掉删除线后重新读入"),
    "deleted": ("修订中已删除的文字没有读入", "请先接受或拒绝全部修订，再核对"),
    "hidden": ("设为隐藏的文字没有读入", "如需读入，请取消隐藏后重新读入"),
    "white": ("与底色相同、看不见的文字没有读入", "如需读入，请改为深色后重新读入"),
    "watermark": ("水印或倾斜、浅色的衬底文字没有读入", "如是正文，请改用深色横排文字后重新读入"),
    "placeholder": ("未填写的占位提示没有读入", "请在原件中填写后重新读入"),
    "ruby": ("拼音等注音没有读入", "请核对"),
    "inner": ("单元格里另有小表，没有并入任务文字", "请核对是否需要补入"),
    "embedded": ("嵌入的内容没有读入", "请在 Word 中打开并另存为 .docx 后重新读入"),
    "sheet": ("隐藏的工作表没有读取", "如需读取，请取消隐藏后重新读入"),
    "row": ("隐藏的行没有读入", "如需读入，请取消隐藏后重新读入"),
    "column": ("隐藏的列没有读入", "如需读入，请取消隐藏后重新读入"),
    "error": ("公式出错的单元格按空格读入", "请在原件中改正后重新读入"),
    "uncounted": ("公式没有保存计算结果的单元格按空格读入", "请用 Excel 或 WPS 打开并保存后重新读入"),
}
"""What was left out, and what to do about it."""


class LeftOut:
    """Counts what is left out of one document."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, kind: str, text: str, place: str = "") -> None:
        """Note one piece of a kind of ``KINDS``; white space alone is nothing."""
        plain = "".join(text.split())
        if plain or place:
            said = f"“{plain[:20]}{'…' if len(plain) > 20 else ''}”" if plain else ""
            self._found.setdefault(kind, []).append(f"{place}{said}")

    def notes(self) -> Iterator[str]:
        """One sentence a kind, with the first examples and their number."""
        for kind, pieces in self._found.items():
            what, remedy = KINDS[kind]
            named = "、".join(dict.fromkeys(pieces[: SHOWN * 4]).keys())
            if len(pieces) > SHOWN:
                named = "、".join([*dict.fromkeys(pieces)][:SHOWN]) + f"等 {len(pieces)} 处"
            yield f"{what}：{named}；{remedy}。"
