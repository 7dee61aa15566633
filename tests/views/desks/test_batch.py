"""Several tasks at once (批量办理): each its own signature and event; what may not be done is named and stops nothing else."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.desk_office import Office, seen, sign
from workflow.record.models import AuditEvent
from workflow.tasks.words import Status


def picked(office: Office, *numbers: int, version: int | None = None) -> dict[str, str]:
    return {f"pick-{n}": str(version or office.task(n).version) for n in numbers}


@pytest.fixture
def three(office: Office) -> list[int]:
    """Three tasks that wait for the unit's head."""
    numbers = [office.task_id(n) for n in (1, 2, 3)]
    for number in numbers:
        office.walk(number, "submit")
    return numbers


def test_what_changed_meanwhile_is_named_and_the_others_go_through(office: Office, three: list[int]) -> None:
    li, form = office.client("li"), picked(office, *three)
    assert sign(office.client("wang"), three[1], "withdraw", "").status_code == 303
    before = office.count(AuditEvent)
    answer = li.post("/batch", data={"action": "pass", "opinion": "同意", **form})
    assert "已通过 2 件，1 件没有办成" in answer.text
    assert "公开第2项信息" in answer.text
    assert [office.task(n).status for n in three] == [Status.UNIT_APPROVED, Status.ASSIGNED, Status.UNIT_APPROVED]
    assert office.count(AuditEvent) == before + 2, "one event a signature, none for what was refused"
    assert office.task(three[0]).signoffs[-1].opinion == "同意"


def test_the_bar_offers_what_the_person_may_do_with_several(office: Office, three: list[int]) -> None:
    shown = {login: office.client(login).get("/").text for login in ("wang", "li", "chen")}
    offered = {
        login: [word for word in ("全部通过", "退回…", "催办") if f"</i>{word}</button>" in page]
        for login, page in shown.items()
    }
    assert offered == {"wang": [], "li": ["全部通过", "退回…"], "chen": ["全部通过", "退回…", "催办"]}


def test_each_return_has_its_own_reason_and_none_goes_without(office: Office, three: list[int]) -> None:
    form = {"action": "back", f"opinion-{three[0]}": "缺网址", f"opinion-{three[1]}": "缺清单"}
    answer = office.client("li").post("/batch", data=form | picked(office, *three))
    assert "已退回 2 件，1 件没有办成" in answer.text
    assert "退回必须写明意见" in answer.text
    assert [office.task(n).round for n in three] == [2, 2, 1]
    assert "缺清单" in office.client("wang").get(f"/tasks/{three[1]}").text


def test_the_confirmation_names_what_nobody_has_read_and_what_cannot_be_done(office: Office, three: list[int]) -> None:
    li = office.client("li")
    li.get(f"/tasks/{three[0]}/pane")
    page = li.post("/batch/confirm", data={"action": "pass", **picked(office, *three)}).text
    assert "未阅看 2 件" in page
    mine = office.client("both").post("/batch/confirm", data={"action": "pass", **picked(office, *three)}).text
    assert "未阅看 3 件" in mine
    theirs = office.client("wang").post("/batch/confirm", data={"action": "pass", **picked(office, *three)}).text
    assert "不能办理的 3 件" in theirs
    assert (
        office.client("qian").post("/batch/confirm", data={"action": "pass", **picked(office, three[0])}).status_code
        == 404
    )


def test_nobody_decides_what_is_not_theirs(office: Office, three: list[int]) -> None:
    for login in ("wang", "qian", "zhao"):
        answer = office.client(login).post("/batch", data={"action": "pass", **picked(office, *three)})
        assert "已通过 0 件，3 件没有办成" in answer.text
    urged = office.client("qian").post("/batch", data={"action": "urge", **picked(office, three[0])}).text
    assert f"第 {three[0]} 号任务" in urged, "who may not know of it is not told its name"
    assert {office.task(n).status for n in three} == {Status.DRAFTED}


def test_nothing_ticked_is_refused_and_nonsense_is_harmless(office: Office) -> None:
    li = office.client("li")
    assert "还没有勾选任务" in li.post("/batch", data={"action": "pass"}).text
    assert li.post("/batch", data={"action": "approve", "pick-1": "1"}).status_code == 422
    assert "没有办成" in li.post("/batch", data={"action": "pass", "pick-999999999": "x"}).text


def test_the_office_urges_and_takes_the_list_along(office: Office, three: list[int]) -> None:
    chen = office.client("chen")
    assert (
        "已催办 3 件"
        in chen.post("/batch", data={"action": "urge", "opinion": "请抓紧", **picked(office, *three)}).text
    )
    answer = chen.post("/batch/export", data=picked(office, *three))
    sheet = load_workbook(io.BytesIO(answer.data)).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"公开第1项信息", "市财政局", "已填报"} <= set(cells)
    assert office.client("qian").post("/batch/export", data=picked(office, three[0])).status_code == 404


def test_a_decision_beside_the_list_brings_the_next_task(office: Office, three: list[int]) -> None:
    li = office.client("li")
    headers = {"HX-Request": "true", "HX-Target": "pane", "HX-Current-URL": "http://localhost/?q=公开"}
    form = {"seen_version": str(seen(li, three[0])), "opinion": ""}
    answer = li.post(f"/tasks/{three[0]}/act/approve", data=form, headers=headers).text
    assert f'data-pane="{three[1]}"' in answer
    assert f'id="line-{three[0]}"' not in answer
    assert "已审核通过" in answer
    assert "撤销" in answer
