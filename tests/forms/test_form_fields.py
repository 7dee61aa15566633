"""Fields of forms: what was typed becomes a value or one sentence that names the field, and is shown again."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import Form

from forms.accounts import AccountForm
from forms.fields import Choice, Code, Day, Number, Numbers, PerRow, Row, Search, Tick, Words
from forms.ledgers import ItemForm
from forms.rows import FollowForm, ManyForm
from tests.desk_office import Office
from tests.views.desks.test_office_desk import items, parties, read_in
from views.typed import checked
from workflow.ledgers.words import Part
from workflow.office.models import Unit
from workflow.posting.models import Address
from workflow.record.errors import Invalid
from workflow.record.published import Recurrence


class Everything(Form):
    """One field of every kind."""

    words = Words("事由", must=True, limit=5)
    day = Day("时限")
    number = Number("天数")
    row = Row("台账")
    ticked = Numbers("勾选的条目")
    yes = Tick("同意")
    part = Code("职责", Part)
    often = Choice("频次", Recurrence)
    beside = PerRow("次序", prefix="person-")
    search = Search("检索词", limit=3)


FILLED = [("words", " 公\u200b开 "), ("row", "7"), ("part", "lead")]


def test_what_was_typed_becomes_values() -> None:
    typed = [
        ("day", "2026年6月3日"),
        ("number", "１２"),
        ("ticked", "5"),
        ("ticked", "4"),
        ("ticked", "5"),
        ("yes", "1"),
    ]
    rows = [("often", "monthly"), ("person-8", " 2 "), ("person-9", ""), ("person-x", "1"), ("search", "abcdef")]
    form = checked(Everything(MultiDict([*FILLED, *typed, *rows])))
    assert form.data == {
        "words": "公开", "day": date(2026, 6, 3), "number": 12, "row": 7, "ticked": [5, 4], "yes": True, "part": Part.LEAD,
        "often": Recurrence.MONTHLY, "beside": {8: "2"}, "search": "abc",
    }  # fmt: skip


def test_what_may_be_left_out_is_none() -> None:
    form = checked(Everything(MultiDict(FILLED)))
    given = (form.day.data, form.number.data, form.ticked.data, form.yes.data, form.often.data, form.beside.data)
    assert given == (None, None, [], False, None, {})


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("words", " \u200b", "请填写事由。"),
        ("words", "一二三四五六", "事由最多 5 字，请缩短后重试。"),
        ("day", "2026-02-30", "时限：「2026-02-30」不是有效的日期，请按 2026-06-30 的形式填写"),
        ("number", "三天", "天数应是数字，「三天」不是，请只填数字。"),
        ("number", "9" * 30, "天数应是数字"),
        ("row", "", "请选择台账。"),
        ("row", "7x", "请选择台账。"),
        ("ticked", "x", "勾选的条目中有无法识别的选项，请刷新页面后重新勾选。"),
        ("part", "", "请选择职责。"),
        ("part", "boss", "请选择职责。"),
        ("often", "hourly", "请选择频次。"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_in_one_sentence(field: str, typed: str, sentence: str) -> None:
    sent = MultiDict(FILLED)
    sent.setlist(field, [typed])
    with pytest.raises(Invalid) as refused:
        checked(Everything(sent))
    assert refused.value.message.startswith(sentence)


def test_yes_and_no_are_told_apart() -> None:
    assert [Everything(MultiDict([("yes", said)])).yes.data for said in ("1", "y", "0", "")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_date_half_typed_beside_another_button_refuses_nothing() -> None:
    sent = [("row", "4"), ("due", "下月"), ("name", "市财政局")]
    form = checked(ManyForm(MultiDict([*sent, ("do", "unit")])))
    assert (form.row.data, form.due.data, form.part.data) == ([4], None, Part.RESPONSIBLE)
    with pytest.raises(Invalid, match="「下月」不是有效的日期"):
        checked(ManyForm(MultiDict([*sent, ("do", "due")])))


def test_rows_that_carry_on_are_read_in_pairs() -> None:
    assert checked(FollowForm(MultiDict([("other", "3"), ("pair", "1:2"), ("pair", "4:5")]))).pair.data == {1: 2, 4: 5}
    with pytest.raises(Invalid, match="承接关系"):
        checked(FollowForm(MultiDict([("other", "3"), ("pair", "1")])))


def test_a_list_is_printed_in_chinese_with_what_was_chosen(office: Office) -> None:
    with office.app.test_request_context():
        form = ItemForm(formdata=None, data={"recurrence": Recurrence.MONTHLY})
        printed = str(form.recurrence())
        assert '<option selected value="monthly">每月</option>' in printed
        assert '<option value="">不按周期</option>' in printed
        assert 'maxlength="64"' in str(AccountForm(formdata=None).login())


def test_refused_people_and_units_are_shown_again(office: Office, chen: FlaskClient) -> None:
    moved = office.client("secadmin").post(f"/grants/{office.ids['wang']}/handover", data={"person": "查无此人"})
    assert moved.status_code == 422
    assert "没有找到「查无此人」" in moved.text
    asked = office.client("secadmin").post("/resets", data={"person": "查无此人"})
    assert asked.status_code == 422
    assert 'value="查无此人"' in asked.text
    ledger_id = read_in(chen)
    row = items(office, ledger_id)["1"]
    added = chen.post(f"/review/{ledger_id}/items/{row.id}/units", data={"part": "lead", "name": "火星局"})
    assert added.status_code == 422
    assert 'value="火星局"' in added.text
    party = parties(office, ledger_id)["市商务局"]
    made = chen.post(f"/review/{ledger_id}/names/{party.id}/new-unit", data={"kind": "none", "name": "市商务新局"})
    assert made.status_code == 422
    assert "请选择单位类别。" in made.text
    assert 'value="市商务新局"' in made.text


def test_ticks_stand_after_a_refusal(office: Office, chen: FlaskClient) -> None:
    ledger_id = read_in(chen)
    party = parties(office, ledger_id)["市商务局"]
    with office.here.database.reading() as session:
        unit = session.scalars(select(Unit.id).order_by(Unit.id)).first()
    refused = chen.post(f"/review/{ledger_id}/names/{party.id}", data={"unit": [str(unit), "abc"]})
    assert refused.status_code == 422
    assert f'id="unit-{unit}" name="unit" value="{unit}" checked' in refused.text


@pytest.mark.parametrize(
    ("address", "data", "sentence"),
    [
        ("/notices/settings", {"channel": "pigeon", "rhythm": "at_once", "target": "a@b.cn"}, "请选择送达方式。"),
        ("/tokens", {"name": "同步", "scope": "", "expires": "2026-04-01"}, "请选择令牌的范围。"),
        ("/tokens", {"name": "同步", "scope": "read", "expires": "明天"}, "有效期：「明天」不是有效的日期"),
    ],
)
def test_a_desk_says_which_field_it_was(office: Office, address: str, data: dict[str, str], sentence: str) -> None:
    answer = office.client("wang").post(address, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.count(Address) == 0


def test_a_head_half_typed_is_not_taken_for_none(office: Office) -> None:
    asked = office.client("shenji").get("/trail/check?seq=第九")
    assert asked.status_code == 422
    assert "已公布的序号应是数字，「第九」不是，请只填数字。" in asked.text
