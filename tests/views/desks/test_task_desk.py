"""The task page as people use it: report, evidence, sign-offs, and everything that must not go wrong there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk_office import OWN, PDF, Office, ask_to_reopen, pieces, report, seen, sign, upload
from workflow.record.models import AuditEvent, OutboxRow
from workflow.tasks.words import Status


def test_a_task_climbs_the_chain_in_the_browser(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify")
    assert office.task(task_id).status is Status.UNIT_APPROVED
    assert {row.role.word for row in office.task(task_id).awaited} == {"牵头单位审核人"}
    office.walk(task_id, "co-verify", "close")
    task = office.task(task_id)
    assert task.status is Status.CLOSED
    page = office.client("wang").get(f"/tasks/{task_id}").text
    for name in ("李主任", "赵科长", "沈处长", "陈科长", "按期办结"):
        assert name in page
    assert "意见（" not in page


def test_the_page_says_what_is_asked_and_who_is_awaited(office: Office) -> None:
    page = office.client("wang").get(f"/tasks/{office.task_id()}").text
    for words in (
        "公开第1项信息",
        "各单位按分工负责",
        "按本条任务的完成时限：2026年4月2日。",
        "等待市财政局经办人（小王、小红、孙副主任）",
    ):
        assert words in page


def test_save_and_submit_in_one_click_keeps_words_and_moves_once(office: Office) -> None:
    client, task_id = office.client("wang"), office.task_id()
    upload(client, task_id, PDF, "证明.pdf")
    version = seen(client, task_id)
    first = report(client, task_id, "第一行\r\n第二行", version=version, then="submit")
    events = office.count()
    second = report(client, task_id, "第一行\r\n第二行", version=version, then="submit")
    assert (first.status_code, second.status_code) == (303, 303)
    assert office.count() == events
    assert office.task(task_id).report == "第一行\n第二行"
    assert office.task(task_id).status is Status.DRAFTED


@pytest.mark.parametrize(
    ("before", "login", "action"),
    [
        (("submit",), "li", "approve"),
        (("submit",), "li", "send_back"),
        (("submit",), "wang", "withdraw"),
        (("submit", "approve"), "zhao", "verify"),
        (("submit", "approve"), "zhao", "send_back"),
        (("submit", "approve"), "li", "withdraw"),
        (("submit", "approve", "verify"), "chen", "close"),
        (("submit", "approve", "verify"), "chen", "send_back"),
        (("submit", "approve", "verify", "close"), "chen", "reopen"),
    ],
)
def test_a_double_click_does_nothing_twice(office: Office, before: tuple[str, ...], login: str, action: str) -> None:
    task_id = office.task_id()
    office.walk(task_id, *before)
    if action == "reopen":
        ask_to_reopen(office, task_id, "yuan")
    client = office.client(login)
    version = seen(client, task_id)
    first = sign(client, task_id, action, "请补充。", version=version)
    after, events, promises = office.task(task_id), office.count(), office.count(OutboxRow)
    second = sign(client, task_id, action, "请补充。", version=version)
    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert office.task(task_id).version == after.version
    assert (office.count(), office.count(OutboxRow)) == (events, promises)
    assert "已经办理，无需重复操作。" in client.get(f"/tasks/{task_id}").text


def test_of_two_people_the_slower_learns_who_was_faster_and_keeps_the_words(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve")
    fast, slow = office.client("zhao"), office.client("zhou")
    version = seen(slow, task_id)
    assert sign(fast, task_id, "verify", "好").status_code == 303
    answer = sign(slow, task_id, "send_back", "我写了很长的意见", version=version)
    assert answer.status_code == 409
    assert "此件已由赵科长处理" in answer.text
    assert "我写了很长的意见" in answer.text
    assert office.task(task_id).status is Status.LEAD_VERIFIED


def test_two_handlers_do_not_overwrite_each_other(office: Office) -> None:
    task_id = office.task_id()
    slow = office.client("hong")
    version = seen(slow, task_id)
    report(office.client("wang"), task_id, "小王写的")
    answer = report(slow, task_id, "小红写的", version=version)
    assert answer.status_code == 409
    assert "小王刚刚修改了此件" in answer.text
    assert "小红写的" in answer.text
    assert "小王写的" in answer.text
    assert office.task(task_id).report == "小王写的"


def test_words_written_while_another_submits_are_shown_again(office: Office) -> None:
    task_id = office.task_id()
    slow = office.client("hong")
    version = seen(slow, task_id)
    office.walk(task_id, "submit")
    answer = report(slow, task_id, "写到一半的内容", version=version)
    assert answer.status_code == 409
    assert "写到一半的内容" in answer.text
    assert office.task(task_id).report == "已经全部公开。"


def test_submitting_without_evidence_says_so_and_keeps_the_words(office: Office) -> None:
    task_id = office.task_id()
    answer = report(office.client("wang"), task_id, "内容在这里", then="submit")
    assert answer.status_code == 422
    assert "还没有上传证明材料" in answer.text
    assert "内容在这里" in answer.text
    assert office.task(task_id).status is Status.ASSIGNED


def test_submitting_without_words_says_so(office: Office) -> None:
    task_id = office.task_id()
    upload(office.client("wang"), task_id, PDF, "证明.pdf")
    answer = report(office.client("wang"), task_id, "  \n", then="submit")
    assert answer.status_code == 422
    assert "还没有填写落实情况" in answer.text
    assert office.task(task_id).status is Status.ASSIGNED


def test_a_report_of_100_000_characters_is_refused_and_shown_again(office: Office) -> None:
    task_id = office.task_id()
    answer = report(office.client("wang"), task_id, "政" * 100_000)
    assert answer.status_code == 422
    assert "落实情况共 100000 字，超过 20000 字的上限" in answer.text
    assert "政" * 100_000 in answer.text
    assert office.task(task_id).report == ""


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 400, "１２", "1e3"])
def test_a_page_without_a_sensible_version_is_stale(office: Office, version: str) -> None:
    task_id = office.task_id()
    data = {"report": "内容", "seen_version": version}
    answer = office.client("wang").post(f"/tasks/{task_id}/report", data=data)
    assert answer.status_code == 409
    assert "内容" in answer.text


def test_a_return_needs_an_opinion_and_the_handler_reads_it(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve")
    client = office.client("zhao")
    assert "退回必须写明意见" in sign(client, task_id, "send_back").text
    too_long = sign(client, task_id, "send_back", "改" * 1001)
    assert too_long.status_code == 422
    assert "改" * 1001 in too_long.text
    sign(client, task_id, "send_back", "缺少\x00决算网址<script>alert(1)</script>")
    page = office.client("wang").get(f"/tasks/{task_id}").text
    assert "缺少决算网址&lt;script&gt;" in page
    assert "已失效：赵科长退回" in page
    assert "第 2 轮" in page


def test_who_wrote_may_not_sign_and_is_told_instead_of_a_button(office: Office) -> None:
    task_id = office.task_id()
    upload(office.client("both"), task_id, PDF, "证明.pdf")
    report(office.client("wang"), task_id, "已公开。", then="submit")
    client = office.client("both")
    page = client.get(f"/tasks/{task_id}").text
    assert "您现在不能审核：您参与过本件的填报" in page
    assert "/act/approve" not in page
    answer = sign(client, task_id, "approve", version=str(office.task(task_id).version))
    assert answer.status_code == 422
    assert office.task(task_id).status is Status.DRAFTED


def test_buttons_are_those_of_the_process_table(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert "/act/approve" in office.client("li").get(f"/tasks/{task_id}").text
    for login in ("wang", "zhao", "chen", "liushi", "shenji"):
        page = office.client(login).get(f"/tasks/{task_id}")
        assert page.status_code == 200
        assert "/act/approve" not in page.text


def test_somebody_else_s_step_is_refused(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    answer = sign(office.client("zhao"), task_id, "approve", "好", version=str(office.task(task_id).version))
    assert answer.status_code == 403
    assert "您不能审核此件" in answer.text
    unknown = office.client("li").post(f"/tasks/{task_id}/act/to_CLOSED", data={"seen_version": "1"})
    assert unknown.status_code == 404


def test_what_a_form_body_claims_about_people_is_ignored(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    data = {
        "seen_version": str(office.task(task_id).version),
        "status": "CLOSED",
        "role": "office",
        "by": "1",
        "unit": "1",
    }
    office.client("li").post(f"/tasks/{task_id}/act/approve", data=data)
    task = office.task(task_id)
    assert task.status is Status.UNIT_APPROVED
    assert [(s.user_name, s.unit_name) for s in task.signoffs] == [("李主任", OWN)]


def test_evidence_changed_on_disk_stops_the_closing_and_is_named(office: Office, tmp_path: Path) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    digest = pieces(office, task_id)[0].sha256 or ""
    (tmp_path / "blobs" / digest[:2] / digest).write_bytes(b"%PDF-1.4 forged")
    answer = sign(office.client("chen"), task_id, "close", "同意办结")
    assert answer.status_code == 422
    assert "证明材料「证明.pdf」与上传时不一致或已丢失，不能办结" in answer.text
    assert "同意办结" in answer.text
    assert office.task(task_id).status is Status.LEAD_VERIFIED
    lost = office.client("chen").get(f"/tasks/{task_id}/evidence/{pieces(office, task_id)[0].id}")
    assert lost.status_code == 409
    assert "与登记的 SHA-256 不一致" in lost.text


def test_a_refused_step_writes_nothing(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    before = (office.count(AuditEvent), office.count(OutboxRow), office.task(task_id).version)
    sign(office.client("li"), task_id, "send_back", "")
    sign(office.client("li"), task_id, "close", "x")
    sign(office.client("zhao"), task_id, "verify", "x", version=str(before[2]))
    assert (office.count(AuditEvent), office.count(OutboxRow), office.task(task_id).version) == before
