"""What the trail is asked for (留痕查询)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Number, Search


class TrailQuery(Form):
    """Which events to list, and where the last page ended."""

    log = Search("记录")
    subject = Search("对象")
    person = Search("人员", limit=64)
    kind = Search("事项")
    ip = Search("来源地址", limit=45)
    before = Number("上一页")


class HeadQuery(Form):
    """The head of the chain as it was published elsewhere."""

    seq = Number("已公布的序号")
    hash = Search("已公布的哈希", limit=65)
