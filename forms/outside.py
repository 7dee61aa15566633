"""What somebody without an account asks of a paper (公开核验查询)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Search, Words


class CheckQuery(Form):
    """Number and check code, as printed at the head of a packet and held in its QR code."""

    number = Search("编号", limit=60)
    code = Search("校验码", limit=64)


class OutsideForm(Form):
    """Who found it, when (外部问题清单)."""

    source = Words("问题来源", must=True, limit=200)
