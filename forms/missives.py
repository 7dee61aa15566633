"""Forms of the desk that issues papers (发文表单); the engine checks again whatever matters."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Day, Number, Row, Words


class DraftForm(Form):
    """A bulletin to be drafted, or counted anew."""

    as_of = Day("数据截至")
    least = Number("参加排名的最少任务数")
    signer = Row("签发人")


class LetterForm(Form):
    """A letter to be drafted."""

    kind = Words("函件种类", must=True, limit=20)
    unit = Row("主送单位")
    signer = Row("签发人")
    source = Words("来源", limit=300)
    facts = Words("问题事实")
    after = Number("上一级函件")


class CorrectionForm(Form):
    """What is put right in an issued paper."""

    text = Words("更正内容", must=True)
    signer = Row("签发人")
