"""What is typed in a look-back and a rectification (回头看、整改表单)."""

from __future__ import annotations

from wtforms import Form
from wtforms.validators import DataRequired

from forms.fields import Code, Day, Number, Numbers, PerRow, Row, Words
from workflow.year.look_backs.verdicts import TEXT_LIMIT
from workflow.year.words import Draw, Method, Verdict


class StartForm(Form):
    """Beginning to look back on a ledger (发起回头看)."""

    basis = Words("依据", must=True, limit=300)
    due = Day("自查表报送截止日期", [DataRequired("请填写自查表报送截止日期。")])


class ChooseForm(Form):
    """Rows that need not be looked back on, and are (选定条目)."""

    row = Numbers("条目")
    reason = Words("理由", limit=300)


class DrawForm(Form):
    """How the sample is drawn (抽取)."""

    share = Number("抽查比例", default=30)
    rule = Code("抽取规则", Draw, default=Draw.LAYERED)


class VersionForm(Form):
    """What the page showed (所见版本)."""

    seen_version = Row("所见版本")


class VerdictForm(VersionForm):
    """What a check found (核查结论)."""

    verdict = Code("核查结论", Verdict)
    method = Code("核查方式", Method)
    facts = Words("核查事实", limit=TEXT_LIMIT)
    problem = Words("存在问题", limit=TEXT_LIMIT)
    measure = Words("整改措施", limit=TEXT_LIMIT)
    owner = Words("整改责任主体", limit=120)
    due = Day("整改时限")


class CaptureForm(Form):
    """Where it was seen (取证说明)."""

    note = Words("网址或地点", limit=500)


class LinkForm(Form):
    """A published page that shows it (整改后链接)."""

    address = Words("网页地址", must=True, limit=500)
    note = Words("说明", limit=500)


class BringForm(Form):
    """What of a list that came back is kept (台账回读)."""

    row = Numbers("导入项")
    result = PerRow("整改结果", prefix="result-")
    person = PerRow("责任人", prefix="person-")
    report = PerRow("整改情况", prefix="report-")
    version = PerRow("所见版本", prefix="version-")


class NoteForm(Form):
    """Where a photograph was taken, what it shows (取证说明)."""

    note = Words("说明", limit=500)
