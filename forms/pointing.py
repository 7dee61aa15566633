"""What a person points out about a file (指认表单): which table, its head, its columns, separator and encoding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from wtforms import Form

from forms.fields import Number, PerRow, Tick, Words
from workflow.record.errors import Invalid
from workflow.record.published import ENCODINGS, ROLES, SEPARATORS, Pointed, Pointing, RawGrid


class PointingForm(Form):
    """The page of pointing by hand; selects without a choice leave it to the reader."""

    sheet = Number("表")
    head_row = Number("表头所在行")
    roles = PerRow("各列", prefix="role-")
    separator = Words("分隔符", limit=20)
    encoding = Words("文字编码", limit=20)
    shown = Words("已显示的指认", limit=80)
    agreed = Words("已知的损失", limit=40)
    remember = Tick("记住")
    do = Words("操作", limit=10)

    def way(self) -> Pointing:
        """How the bytes of a plain text are to be cut into cells. Raises Invalid."""
        if self.separator.data and self.separator.data not in SEPARATORS:
            raise Invalid("没有这种分隔符，请在列出的分隔符中选择。")
        if self.encoding.data and self.encoding.data not in ENCODINGS:
            raise Invalid("没有这种文字编码，请在列出的编码中选择。")
        return Pointing(separator=self.separator.data, encoding=self.encoding.data)

    def saw(self) -> list[str]:
        """The marks of the table, of its head and of the whole pointing that were shown."""
        return [*self.shown.data.split("-"), "", "", ""][:3]

    def grid(self, grids: Sequence[RawGrid]) -> int | None:
        """Which of the tables; None for all of them. Raises Invalid."""
        wanted = self.sheet.data
        if wanted is not None and wanted >= len(grids):
            raise Invalid(f"文件里只有 {len(grids)} 张表，请在列出的表中选择。")
        return wanted

    def head(self, grid: RawGrid) -> int | None:
        """The row that heads the table: 0 for none, None where the reader is to find it. Raises Invalid."""
        wanted = self.head_row.data
        if wanted is not None and wanted > len(grid.rows):
            raise Invalid(f"这张表只显示了 {len(grid.rows)} 行，请在其中选择表头所在的行。")
        return wanted

    def said_roles(self, width: int) -> dict[int, Pointed]:
        """What columns are for, of those that a person has said it. Raises Invalid."""
        if any(role not in ROLES for role in self.roles.data.values()):
            raise Invalid("没有这种栏目，请在列出的栏目中选择每一列是什么。")
        return {at: cast(Pointed, role) for at, role in self.roles.data.items() if at < width}


class UnreadForm(Form):
    """A file that was refused, by the token of the page that said so."""

    unread = Words("文件")


class OtherForm(Form):
    """The other reading of a file, chosen on the settling page."""

    second = Tick("另一种读法")
    agreed = Words("已知的损失", limit=40)
